"""`minifw judge`: which of the arms of anyone's table is better, and is it more than the seed?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import console
from cli.errors import EXIT_UNMET, ending_well
from cli.options import Folder, Json, Quiet, fail, parse_option
from cli.study_command import check_folder
from experiments.config.requirement import Relation, Requirement, parse_requirement
from experiments.config.setting_types import Number, did_you_mean
from experiments.errors import TableError
from experiments.formatting import interval, number, short

if TYPE_CHECKING:
    import pandas as pd

Results = Annotated[str, typer.Argument(metavar="RESULTS.csv", help="A table with a header and one row a run.")]
Metric = Annotated[str, typer.Option("--metric", metavar="COLUMN", help="The column that is judged.")]
Arm = Annotated[str, typer.Option("--arm", metavar="COLUMN", help="The column with the method's name.")]
Seed = Annotated[str, typer.Option("--seed", metavar="COLUMN", help="The column with the run's seed: equal ones are pairs.")]
Group = Annotated[
    str | None, typer.Option("--group", metavar="COLUMN", help="Runs that belong together, such as those on one data set.")
]
Reference = Annotated[str | None, typer.Option("--reference", metavar="ARM", help="Whom to compare with; else the first arm.")]
Margin = Annotated[str | None, typer.Option("--margin", metavar="NUMBER", help="Differences smaller than this don't matter.")]
Higher = Annotated[bool, typer.Option("--higher-is-better", help="As of accuracies; else lower is better, as of errors.")]
Require = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        metavar="TEXT",
        help='"new better than old", "... no worse than ..." or "... equal to ..."; exit code 4 where it is not shown.',
    ),
]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="What file names begin with; else judge-RESULTS.")]


def judge(
    results: Results,
    metric: Metric,
    arm: Arm = "arm",
    seed: Seed = "seed",
    group: Group = None,
    reference: Reference = None,
    margin: Margin = None,
    higher_is_better: Higher = False,
    require: Require = None,
    results_dir: Folder = Path("results"),
    name: Name = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge any table of results: is a method better than another, or is it the seed?

    Example: minifw judge results.csv --metric accuracy --arm method --higher-is-better --margin 0.5

    Every arm is compared with one: by pairs of runs with equal seeds (and groups), whole groups at a time with --group, as two
    samples where seeds are not shared. Intervals and verdicts are adjusted for the number of arms.
    """
    path, allowed = Path(results), None if margin is None else parse_option("--margin", Number(above=True), margin)
    wanted = _requirements(require or [], reference, allowed)
    if not path.is_file():
        raise fail("RESULTS.csv", f"there is no file {results!r}")
    check_folder(results_dir)
    with ending_well() as interruption:
        from experiments.workflows.judge_file import judge_file

        interruption.loaded()
        try:
            done = judge_file(
                path,
                results_dir,
                name or f"judge-{path.stem.removesuffix('.csv')}",
                metric=metric,
                arm=arm,
                seed=seed,
                group=group,
                reference=wanted[0].reference if wanted else reference,
                margin=allowed,
                higher_is_better=higher_is_better,
            )
        except TableError as error:
            raise fail("RESULTS.csv" if error.about == "table" else f"--{error.about}", error.message) from None
    _check_arms(done.judged, wanted)
    with console.output(json=json, quiet=quiet):
        _show(done.judged)
        console.show_files(done.files)
        checked = _show_requirements(done.judged, wanted)
        attributes = done.judged.attrs
        console.show_json(
            lambda: {**attributes, "arms": done.judged, "quote": done.quote, "required": checked, "files": done.files}
        )
    if not all(required["met"] for required in checked):
        raise typer.Exit(EXIT_UNMET)


def _requirements(texts: list[str], reference: str | None, margin: float | None) -> list[Requirement]:
    """What is required, checked as far as can be without the table."""
    wanted: list[Requirement] = []
    for text in texts:
        try:
            required = parse_requirement(text)
        except ValueError as error:
            raise fail("--require", str(error)) from None
        if required.relation is not Relation.BETTER and margin is None:
            raise fail("--require", f"{str(required.relation)!r} needs a --margin")
        others = reference or (wanted[0].reference if wanted else required.reference)
        if required.reference != others:
            raise fail("--require", f"{text!r} compares with another arm than {others!r}; judge it by itself")
        wanted.append(required)
    return wanted


def _check_arms(judged: pd.DataFrame, wanted: list[Requirement]) -> None:
    known = [str(arm) for arm in judged["arm"]]
    for required in wanted:
        if required.arm not in known:
            there = f"there are {', '.join(known)}{did_you_mean(required.arm, known)}"
            raise fail("--require", f"there is no arm {required.arm!r} to compare with {required.reference!r}; {there}")


def _show(judged: pd.DataFrame) -> None:
    from experiments.analysis.judging import count_units, quote

    for note in judged.attrs["notes"]:
        console.say(f"Note: {note}.")
    rows = [
        [
            str(row.arm),
            number(row.mean),
            f"{row.difference:+.3g}",
            interval(row.low, row.high, short),
            short(row.p),
            f"{100 * row.p_better:.0f} %",
            short(row.resolution),
            str(row.verdict),
        ]
        for row in judged.itertuples()
    ]
    first, better = judged["reference"].iloc[0], "higher" if judged.attrs["higher_is_better"] else "lower"
    tested = dict.fromkeys(f"{row.test}, {count_units(row.units, row.unit)}" for row in judged.itertuples())
    level = f"{100 * judged.attrs['level']:.3g} %"
    console.show_table(
        f"{judged.attrs['metric']} compared with {first}; {better} is better",
        ["arm", "mean", "difference", f"{level} interval", "p", "P(better)", "shows", "verdict"],
        rows,
        f"By {'; '.join(tested)}. P(better): share of units in which the arm is better. shows: the difference that so many "
        "show in half of all cases; four times as many show half of it.",
    )
    console.show_text(quote(judged))


def _show_requirements(judged: pd.DataFrame, wanted: list[Requirement]) -> list[dict[str, object]]:
    from experiments.analysis.judging import is_met

    checked = [(required, is_met(judged, required)) for required in wanted]
    for required, met in checked:
        console.show_text(f"Required: {required}: {'shown' if met else 'not shown'}.")
    return [{"required": str(required), "met": met} for required, met in checked]
