"""`--until-decided`: seeds are added until the arms of a study are decided; the options, and what is shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli import console
from cli.options import Given, fail, option
from cli.study_summary import describe_outcome, lead_metric, show_arms, show_end, show_resolution
from experiments.config.setting_types import Integer, Number
from experiments.config.stopping import FIRST_LOOK, UntilDecided
from experiments.formatting import fixed, interval

if TYPE_CHECKING:
    import pandas as pd

    from experiments.workflows.run_study import StudyResult

DEFAULT_MARGIN, DEFAULT_MAX = 0.5, 2000


@dataclass(frozen=True)
class UntilOptions:
    """Whether seeds are added until the arms are decided, and within which bounds."""

    until_decided: bool = option(
        False, "Add rounds until each arm is lower than the first, higher, or equal within the margin."
    )
    margin: float | None = option(
        None, "With --until-decided: points of error that don't matter.", f"{DEFAULT_MARGIN:g}", type=Number(above=True)
    )
    max_rounds: int | None = option(None, "With --until-decided: the most rounds.", str(DEFAULT_MAX), type=Integer(FIRST_LOOK))


def rule_of(given: Given[Any]) -> UntilDecided | None:
    """When to stop, if that was left to what is found; else None. A usage error for options that don't go together."""
    own: UntilOptions = given.own
    if not own.until_decided:
        for name in ("margin", "max_rounds"):
            if getattr(own, name) is not None:
                raise fail(f"--{name.replace('_', '-')}", "goes with --until-decided")
        return None
    if given.run.rounds is not None:
        raise fail("--rounds", "is what --until-decided finds; --max-rounds bounds it")
    return UntilDecided(own.margin or DEFAULT_MARGIN, own.max_rounds or DEFAULT_MAX)


def show_decided(outcome: StudyResult) -> None:
    """The summary of a study that was given seeds until decided, what was decided, what was computed, and the files."""
    show_arms(outcome)
    show_decisions(outcome)
    show_end(outcome)


def decisions_of(outcome: StudyResult) -> pd.DataFrame:
    """What is decided of each arm in the last error shown, see `decide`."""
    from experiments.analysis.deciding import decide

    study = outcome.study
    assert study.until is not None
    return decide(study, outcome.history, lead_metric(outcome.history), study.until)


def show_decisions(outcome: StudyResult) -> None:
    """What was decided of each arm, and when; the sentence is the title of the figure of errors."""
    from experiments.analysis.decisions import compare_arms

    study, metric, decisions = outcome.study, lead_metric(outcome.history), decisions_of(outcome)
    rows = [
        [
            row.arm,
            fixed(100 * row.mean, 2, "+"),
            interval(row.low, row.high, lambda value: fixed(100 * value, 2, "+")),
            f"{100 * row.lower:.0f} %",
            row.verdict,
            "-" if math.isnan(row.decided_at) else f"{row.decided_at:.0f}",
        ]
        for row in decisions.itertuples()
    ]
    console.show_table(
        f"{study.name}: {metric.replace('_', ' ')} minus {study.arms[0].name}'s, in points",
        ["arm", "mean", "at all looks", "lower in", "verdict", "decided at"],
        rows,
        "At all looks: an interval that holds at every look and for all arms together with 95 % (an asymptotic confidence "
        "sequence); a diverged run ranks worst.",
    )
    console.show_text(f"{compare_arms(study, outcome.history, metric).sentence()}.")
    console.show_text(f"{study.stopping}.")
    reach = float(((decisions["high"] - decisions["low"]) / 2).max())
    unit = "seeds" if study.seeds_per_data_set == 1 else "data sets"
    show_resolution(metric, int(decisions["units"].min()), reach, unit)


def describe_decided(outcome: StudyResult) -> dict[str, Any]:
    """All that is shown, as plain values."""
    decided = {"stopping": outcome.study.stopping, "decisions": decisions_of(outcome)}
    return describe_outcome(outcome) | {"until_decided": decided}
