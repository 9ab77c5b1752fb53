"""What a study says on the screen: the final values of each arm, and whether they differ by more than the seed."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from cli import console
from cli.table_layout import TIE
from experiments.config.study import engine_words
from experiments.formatting import fixed, interval, two_digits_up

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.study import Study
    from experiments.workflows.run_study import StudyResult

SUMMARY_COLUMNS = ("mean", "std", "95 % interval", "min", "max", "diverged")
# Of so few values the bootstrap's widened percentiles are the resamples of the smallest alone and of the largest alone.
FEW = 4
# Of arms that do not differ, intervals of fewer pairs call many more than 5 % apart: 48 % at two, 29 % at three, 12 % at four.


def show_outcome(outcome: StudyResult) -> None:
    """The summary of a study, what was computed, and the files written."""
    if len(outcome.study.arms) == 1:
        show_arm(outcome)
    else:
        show_arms(outcome)
        show_differences(outcome)
    show_end(outcome)


def show_end(outcome: StudyResult) -> None:
    """What was computed, and the files written."""
    report = outcome.report
    if report.computed:
        reused = f", {report.reused} reused" if report.reused else ""
        console.show_text(f"{report.computed} trials computed in {report.seconds:.1f} s{reused}.")
    elif not report.failures:
        console.show_text(f"Nothing to compute: all {report.total} trials were stored already.")
    console.show_files(outcome.files)


def show_arm(outcome: StudyResult) -> None:
    """Every metric of the one arm, a line each."""
    rows = [[metric_name(row.metric), *_cells(row)] for row in outcome.summary.itertuples()]
    title = f"{outcome.study.name}: {console.counted(outcome.study.rounds, 'round')}"
    console.show_table(
        title, ["final value", *SUMMARY_COLUMNS], rows, f"{interval_note(outcome.study)} {engine_words(outcome.study)}"
    )


def show_arms(outcome: StudyResult) -> None:
    """One line an arm: the last error shown with its spread, then the means of losses and of the training error."""
    study = outcome.study
    found = {(row.metric, row.arm): row for row in outcome.summary.itertuples()}
    lead = lead_metric(outcome.history)
    loss = f"{lead.removesuffix('error')}loss"
    others = [name for name in dict.fromkeys((loss, "train_error", "train_loss")) if name != lead]
    rows = []
    for arm in study.arms:
        if (lead, arm.name) in found:
            mean, std, between, *_ = _cells(found[lead, arm.name])
            means = [_value(name, found[name, arm.name].mean) for name in others]
            rows.append([arm.name, mean, std, between, *means])
    console.show_table(
        f"{study.name}: final values, means of {console.counted(study.rounds, 'round')}",
        ["arm", metric_name(lead, TIE), "std", "95 % interval", *(metric_name(name, TIE) for name in others)],
        rows,
        " ".join([interval_note(study), *_diverged_note(outcome.summary, lead), engine_words(study)]),
    )


def show_differences(outcome: StudyResult) -> None:
    """Every arm against the first, paired by seed, in the last error shown: is the difference real, or is it the seed?"""
    from experiments.analysis.ranking import rank_arms

    study = outcome.study
    metric = lead_metric(outcome.history)
    first = study.arms[0].name
    rows = []
    found = differences(outcome)
    for row in found.itertuples():
        share, verdict = (f"{100 * row.lower:.0f} %", row.verdict) if row.pairs else ("-", "-")
        between = _interval(metric, row.low, row.high)
        rows.append([row.arm, _value(metric, row.mean), between, share, str(row.pairs), verdict])
    console.show_table(
        f"{study.name}: {metric.replace('_', ' ')} minus {first}'s, in points, paired by seed",
        ["arm", "mean", "95 % interval", "lower in", "seeds", "verdict"],
        rows,
        "Verdict: p below 0.05 in a t test of the paired differences, adjusted for all pairs of arms; intervals are not.",
    )
    console.show_text(f"{rank_arms(study, outcome.history, metric).sentence()}.")
    show_resolution(metric, found["pairs"].min(), float(((found["high"] - found["low"]) / 2).max()))


def show_resolution(metric: str, units: int, reach: float, unit: str = "seeds") -> None:
    """The smallest difference that so many units show in half of all cases, and how many would show half of it."""
    if math.isfinite(reach) and units > FEW:
        points = " points" if metric.endswith("error") else ""
        console.show_text(
            f"Resolution: {units} {unit} show a difference of {_value(metric, reach)}{points} in half of all cases; "
            f"about {two_digits_up(4 * units)} would show half of it."
        )


def differences(outcome: StudyResult) -> pd.DataFrame:
    """Every arm minus the first in the last error shown, with a verdict each; see `paired_table`."""
    from experiments.analysis.ranking import paired_table

    return paired_table(outcome.study, outcome.history, lead_metric(outcome.history))


def describe_outcome(outcome: StudyResult) -> dict[str, Any]:
    """All that is shown of a study, as plain values."""
    study, report = outcome.study, outcome.report
    return {
        "name": study.name,
        "title": study.title,
        "rounds": study.rounds,
        "first_seed": study.seeds.start,
        "arms": {arm.name: arm.config.to_dict() for arm in study.arms},
        "final": outcome.summary,
        "differences": differences(outcome) if len(study.arms) > 1 and study.until is None else [],
        "trials": {"computed": report.computed, "reused": report.reused, "failed": report.failed, "seconds": report.seconds},
        "files": outcome.files,
        "notices": outcome.notices,
    }


def lead_metric(table: pd.DataFrame) -> str:
    """The error of the last split that the study has: the test set's, where there is one."""
    from experiments.analysis.tables import present_metrics

    return [name for name in present_metrics(table) if name.endswith("error")][-1]


def interval_note(study: Study) -> str:
    """What the intervals are, and what few rounds or few data sets make of them."""
    each, first = study.seeds_per_data_set, study.seeds.start
    uncorrected = "" if study.until is None else ", not corrected for stopping early"
    if each == 1:
        if study.rounds == 1:
            return "One round gives no interval."
        few = f"; with only {study.rounds} rounds it is min to max" if study.rounds <= FEW else ""
        return f"Interval: bootstrap of the mean{uncorrected}{few}."
    sets = study.data_set(study.seeds[-1]) - study.data_set(first) + 1
    if sets == 1:
        enough = each - first % each + 1
        return f"No interval: all rounds share one data set; from --rounds {enough} on there are several."
    few = ", so few that it is the lowest to the highest of their means" if sets <= FEW else ""
    return f"Interval: bootstrap of the mean over {sets} data sets{uncorrected}{few}."


def metric_name(metric: str, tie: str = " ") -> str:
    """`test error %` for test_error; `tie` comes before the sign."""
    return metric.replace("_", " ") + (f"{tie}%" if metric.endswith("error") else "")


def _value(metric: str, value: float) -> str:
    return fixed(100 * value, 2) if metric.endswith("error") else fixed(value, 3)


def _interval(metric: str, low: float, high: float) -> str:
    return interval(low, high, partial(_value, metric))


def _cells(row: Any) -> list[str]:
    mean, std, minimum, maximum = (_value(row.metric, value) for value in (row.mean, row.std, row.minimum, row.maximum))
    return [mean, std, _interval(row.metric, row.low, row.high), minimum, maximum, str(row.diverged)]


def _diverged_note(summary: pd.DataFrame, metric: str) -> list[str]:
    counted = summary[(summary["metric"] == metric) & (summary["diverged"] > 0)]
    named = ", ".join(f"{row.diverged} of {row.arm}" for row in counted.itertuples())
    return [f"Diverged and left out: {named}."] if named else []
