"""The ledger: every claim of the reports judged, with what other readings would say, as a table."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.claims.kinds import Claim, Equal, Order, Value
from experiments.claims.outcome import Outcome
from experiments.claims.readings import name_of_reading, split_reading, under_reading
from experiments.claims.wording import arm_of, margin_reason, metric_of, published_number, statement, window_of
from experiments.verdicts.evidence import Evidence, HalfOfEvidence
from experiments.verdicts.judge import judge
from experiments.verdicts.looks import ALPHA
from experiments.verdicts.rules import MIN_SEEDS
from experiments.verdicts.verdict import NOT_RUN, Verdict

# What a claim is whose rows have several verdicts.
MIXED = "mixed"
OPEN = (Outcome.UNDECIDED, Outcome.AT_THE_MARGIN)


@dataclass(frozen=True)
class Judged:
    """A verdict, and the verdicts under the alternative readings that were run, by reading.

    halves: what the even and the odd data sets say alone, empty where that are too few seeds.
    """

    verdict: Verdict
    readings: Mapping[str, Verdict]
    halves: tuple[Verdict, ...] = ()

    @property
    def otherwise(self) -> dict[str, Verdict]:
        """The readings under which the claim comes out otherwise; one that leaves it undecided or at the margin does not."""
        mine = self.verdict.outcome
        return {name: other for name, other in self.readings.items() if other.outcome not in (mine, *OPEN)}


def judge_all(claims: Sequence[Claim], evidence: Evidence) -> list[Judged]:
    """Every claim judged, in order. Holm's adjustment runs over the orders, equalities and shapes of each report.

    A reading of a study is the evidence named STUDY-READING; it is judged with the other claims of its report as they are.
    """
    alone = {claim.id: judge(claim, evidence) for claim in claims}
    readings = _readings({claim.study for claim in claims if claim.study}, evidence.studies())
    judged = []
    for claim in claims:
        family = _family(claim, claims, alone)
        verdict = judge(claim, evidence, family) if family else alone[claim.id]
        others = {name: judge(under_reading(claim, name), evidence, family) for name in readings.get(claim.study, ())}
        judged.append(Judged(verdict, {name: other for name, other in others.items() if other.detail != NOT_RUN}))
    even, odd = (_judge_alone(claims, HalfOfEvidence(evidence, parity)) for parity in (0, 1))
    return [dataclasses.replace(one, halves=_halves(*pair)) for one, *pair in zip(judged, even, odd, strict=True)]


def _judge_alone(claims: Sequence[Claim], evidence: Evidence) -> list[Verdict]:
    """Every claim's verdict, without readings."""
    alone = {claim.id: judge(claim, evidence) for claim in claims}
    families = ((claim, _family(claim, claims, alone)) for claim in claims)
    return [judge(claim, evidence, family) if family else alone[claim.id] for claim, family in families]


def _halves(even: Verdict, odd: Verdict) -> tuple[Verdict, ...]:
    return (even, odd) if min(even.seeds, odd.seeds) >= MIN_SEEDS else ()


def _family(claim: Claim, claims: Sequence[Claim], alone: Mapping[str, Verdict]) -> list[float]:
    """The p-values of the report's other paired claims; a claim that was not run counts with 1."""
    if not isinstance(claim, Order | Equal):
        return []
    others = (other for other in claims if isinstance(other, Order | Equal) and other.report == claim.report)
    found = (alone[other.id].p for other in others if other.id != claim.id)
    return [1.0 if pd.isna(p) else p for p in found]


def _readings(studies: Collection[str], names: Collection[str]) -> dict[str, list[str]]:
    """Study -> the readings of it among the names."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        study, reading = split_reading(name, studies)
        if study in studies and reading:
            found.setdefault(study, []).append(reading)
    return found


def ledger_frame(judged: Sequence[Judged], fitted_studies: Collection[str] = ()) -> pd.DataFrame:
    """One row a claim; errors, accuracies and their differences in percent.

    fitted_studies: names (STUDY-READING) of the alternative readings whose settings were found by search.
    """
    return pd.DataFrame([_row(one, fitted_studies) for one in judged])


def _row(judged: Judged, fitted_studies: Collection[str]) -> dict[str, object]:
    verdict = judged.verdict
    claim = verdict.claim
    return {
        "report": claim.report,
        "claim": claim.id,
        "kind": claim.kind,
        "arm": arm_of(claim),
        "metric": metric_of(claim),
        "published": published_number(claim),
        "ours": verdict.ours,
        "low": verdict.low,
        "high": verdict.high,
        "seeds": verdict.seeds,
        "verdict": str(verdict.outcome),
        "fitted": claim.fitted,
        "statement": statement(claim),
        "study": claim.study,
        "window": window_of(claim),
        "n": claim.n,
        "level": verdict.level,
        "margin": verdict.margin,
        "margin_reason": margin_reason(claim),
        "prediction_low": verdict.prediction_low,
        "prediction_high": verdict.prediction_high,
        "share": verdict.share,
        "p": verdict.p,
        "p_holm": verdict.p_holm,
        "better": verdict.better,
        "shown": verdict.shown,
        "diverged": verdict.diverged,
        "needs_seeds": verdict.needed.half,
        "needs_seeds_90": verdict.needed.nine_in_ten,
        "turned": verdict.turned,
        "halves": " / ".join(dict.fromkeys(str(half.outcome) for half in judged.halves)) if _differ(judged) else "",
        "halves_turn": sum(half.turned for half in judged.halves) / 2 if judged.halves else math.nan,
        "readings": "; ".join(
            f"{name}{' (fitted)' if name_of_reading(claim.study, name) in fitted_studies else ''}: {other.outcome}"
            for name, other in judged.otherwise.items()
        ),
        "contradicts": ", ".join(claim.contradicts),
        "place": claim.place,
        "quote": claim.quote,
        "detail": verdict.detail,
        "note": claim.note,
    }


def _differ(judged: Judged) -> bool:
    return len({half.outcome for half in judged.halves}) > 1


@dataclass(frozen=True)
class Chance:
    """How many verdicts chance alone would turn.

    by_seeds: of our verdicts, how many another draw of as many seeds would change. by_study: of `values` judged values,
    how many would lie outside their 95 % prediction interval although every study had been run exactly as ours. halves: rows
    that each half of the seeds judges alone; found: of those, how many come out differently; expected: how many were to.
    """

    by_seeds: float
    by_study: float
    values: int
    halves: int = 0
    found: int = 0
    expected: float = 0.0


def expected_by_chance(ledger: pd.DataFrame) -> Chance:
    """The expected numbers over the verdicts of a ledger that rest on enough seeds."""
    counted = ledger[ledger["seeds"] >= MIN_SEEDS]
    values = int((counted["kind"] == Value.kind).sum())
    split = ledger[ledger["halves_turn"].notna()]
    found, expected = int((split["halves"] != "").sum()), float(split["halves_turn"].sum())
    return Chance(float(counted["turned"].sum()), ALPHA * values, values, len(split), found, expected)


def claim_of(row_id: str) -> str:
    """The claim that a row belongs to: `F3` for `F3-train` and `F3-torch-test`."""
    return row_id.partition("-")[0]


def count_claims(ledger: pd.DataFrame) -> pd.DataFrame:
    """Outcomes as rows, fitted readings apart: columns `stated` and `fitted`. Counted are claims, not their rows.

    A claim whose rows come out differently is MIXED; it is fitted where any of its rows is.
    """
    claims = ledger.groupby([ledger["report"], ledger["claim"].map(claim_of)], sort=False)
    outcomes = claims["verdict"].agg(lambda rows: rows.iloc[0] if rows.nunique() == 1 else MIXED)
    kind = claims["fitted"].any().map({True: "fitted", False: "stated"})
    counts = pd.crosstab(outcomes, kind)
    order = pd.Index([*map(str, Outcome), MIXED], name="verdict")
    return counts.reindex(index=order, columns=["stated", "fitted"], fill_value=0)
