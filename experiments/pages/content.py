"""What a page of results is made of, and what it says of the ledger, however it is rendered."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from experiments.formatting import listed, number
from experiments.pages.findings import Told
from experiments.reports.catalogue import REPORTS, claims_digest
from experiments.reports.plan import Plan
from experiments.verdicts.ledger import OPEN, count_claims, expected_by_chance
from experiments.verdicts.looks import looks_in_words
from experiments.verdicts.rules import MIN_SEEDS

FITTED_NOTE = (
    "*fitted* counts verdicts of readings whose settings were found by search to come near the published numbers: agreement "
    "there shows that such settings exist, not that they were used."
)
CLAIMS_NOTE = (
    "*ours*: our mean or difference, the median difference where runs of an order diverged, with the interval that decides, "
    "at the level 1 - a for orders and 1 - 2a for values, "
    f"bounds and equalities, where a is {looks_in_words()}: undecided claims are looked at again with more seeds, and all "
    "looks share their chance to err; *as far out*: how often a study of the published size, run as ours, would have printed a "
    "number at least as far out on either side; a verdict *at the margin* has an interval so narrow that more seeds would only "
    "say on which side of the margin it ends; a trial counts as diverged from its first loss above a million, and ranks worst "
    "in orders; *otherwise under*: readings of the report under which the verdict changes."
)
TIMES_NOTE = "Measured in turn on one machine, one thread, warmed up; quote the ratios, not the seconds."
MORE_SEEDS = f"A verdict needs at least {MIN_SEEDS} seeds: `minifw reproduce --rounds 1000`."
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Page:
    """What one run left, of which its pages are made.

    plans: the studies that ran. tables: their histories by name. ledger: its verdicts. times: tables of what it measured.
    findings: what that ledger bears out. files: names of the files written; pictures of earlier runs are not shown.
    calibration: how often verdicts are right on made-up reports, see `verdicts.calibration.calibrate`.
    """

    plans: Sequence[Plan]
    tables: Mapping[str, pd.DataFrame]
    ledger: pd.DataFrame
    times: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    findings: Sequence[Told] = ()
    files: Collection[str] = ()
    calibration: pd.DataFrame | None = None

    @property
    def reports(self) -> list[str]:
        """The reports shown, in their order."""
        return [report for report in REPORTS if any(plan.spec.report == report for plan in self.plans)]

    def of(self, report: str) -> list[Plan]:
        """The studies of a report."""
        return [plan for plan in self.plans if plan.spec.report == report]


def count_reports(names: Collection[str]) -> str:
    """`one report`, `five reports`."""
    count = len(names)
    return f"{WORDS[count] if count < len(WORDS) else count} report{'' if count == 1 else 's'}"


def reports_sentence(page: Page) -> str:
    """Which reports ran, where not all did; else nothing."""
    if page.reports == list(REPORTS):
        return ""
    return f"This run was of {', '.join(page.reports)} alone; `minifw reproduce` runs all {count_reports(REPORTS)}."


def verdict_counts(ledger: pd.DataFrame) -> pd.DataFrame:
    """Verdicts that occur, one a claim, with those of fitted readings apart: columns verdict, stated, fitted."""
    counts = count_claims(ledger)
    return counts[counts.sum(axis=1) > 0].reset_index()


def verdicts_sentence(ledger: pd.DataFrame) -> str:
    """A sentence: `Of 60 claims, by verdict: 17 reproduced, 14 compatible and 29 not reproduced`."""
    counts = verdict_counts(ledger).set_index("verdict").sum(axis=1)
    return f"Of {counts.sum()} claims, by verdict: {listed([f'{count} {verdict}' for verdict, count in counts.items()])}."


def calibration_table(calibration: pd.DataFrame) -> pd.DataFrame:
    """How often each verdict was given on made-up reports, in percent, as texts."""
    verdicts = list(calibration.columns[calibration.columns.get_loc("reports") + 1 :])
    shares = {verdict: calibration[verdict].map(lambda share: f"{100 * share:.0f}") for verdict in verdicts}
    return pd.DataFrame(
        {
            "claim": calibration["claim"],
            "off by, in margins": calibration["shift"].map("{:g}".format),
            "runs": calibration["runs"].astype(str),
            "case": calibration["case"].replace("", "-"),
            **shares,
        }
    )


def calibration_sentence(calibration: pd.DataFrame) -> str:
    """How many reports were made up, and how often their verdicts were wrong at the worst."""
    worst = calibration.loc[calibration["wrong"].idxmax()]
    where = f"{worst['claim']}, off by {worst['shift']:g}" + (f", {worst['case']}" if worst["case"] else "")
    return (
        f"{int(calibration['reports'].sum())} reports were made up from stored trials: one half of the seeds is ours, of the "
        "other a report is made, moved by so many margins. Shares of the reports of a row in percent; *wrong* are verdicts "
        f"that contradict what was put in: at most {100 * worst['wrong']:.0f} % ({where})."
    )


def chance_sentence(ledger: pd.DataFrame) -> str:
    """How many verdicts chance alone would turn."""
    chance = expected_by_chance(ledger)
    if not chance.values:
        return MORE_SEEDS
    halves = (
        f"Of {chance.halves} rows judged by either half of the seeds alone, {chance.found} come out differently; "
        f"{chance.expected:.1f} were expected to. "
        if chance.halves
        else ""
    )
    return (
        f"{halves}Another draw of all seeds would turn about {chance.by_seeds:.1f} of {len(ledger)} rows; "
        f"of {chance.values} values, {chance.by_study:.1f} would lie outside their 95 % interval though every study had been "
        "run exactly as ours."
    )


def declared_sentence() -> str:
    """That the claims came before the run, with their digest."""
    return f"The claims were declared before the run (digest `{claims_digest()}`)."


def published_text(row: Any) -> str:
    """The printed number of a row of the ledger."""
    return "" if math.isnan(row.published) else f"{row.published:g}"


def ours_text(row: Any) -> str:
    """Our number with its interval."""
    if math.isnan(row.ours):
        return ""
    return number(row.ours) if math.isnan(row.low) else f"{number(row.ours)} [{number(row.low)}, {number(row.high)}]"


def share_text(row: Any) -> str:
    """How often a study of the published size would have printed a number at least as far out."""
    if math.isnan(row.share):
        return ""
    if row.share < 0.001:
        return "under 0.1 %"
    return f"{100 * row.share:.2g} %" if row.share < 0.1 else f"{100 * row.share:.0f} %"


def needs_text(row: Any) -> str:
    """How many seeds would decide a claim that is undecided or at the margin, in half of all cases and in nine of ten."""
    if row.verdict not in OPEN or pd.isna(row.needs_seeds):
        return ""
    often = "" if pd.isna(row.needs_seeds_90) else f" (50 %) or {int(row.needs_seeds_90)} (90 %)"
    return f"needs about {int(row.needs_seeds)}{often} seeds"
