"""From a claim to the figure that shows it, the study that it rests on, and the command that runs that study again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from experiments.claims.kinds import Claim, Equal, Insignificant, Order
from experiments.pages.content import Page
from experiments.reports.catalogue import CLAIMS, REPORTS


@dataclass(frozen=True)
class Chain:
    """What a claim leads to: names of a figure's file and of a study, or nothing where the run has none; arms in pairs."""

    figure: str
    study: str
    command: str
    pairs: tuple[str, ...]


def claim_chains(page: Page) -> dict[str, Chain]:
    """Claim -> what it leads to, for all claims that are declared."""
    commands = {plan.study.name: plan.study.command for plan in page.plans}
    return {
        claim.id: Chain(
            figure=next((file for file in _figures(claim, page) if file in page.files), ""),
            study=claim.study if claim.study in commands else "",
            command=commands.get(claim.study, f"minifw reproduce {claim.report}"),
            pairs=arm_pairs(claim),
        )
        for claim in CLAIMS
    }


def _figures(claim: Claim, page: Page) -> list[str]:
    """Files that could show a claim, the likeliest first: a finding's, the one beside the published figure, its study's."""
    told = [told.finding.figure for told in page.findings if claim.id in told.finding.verdicts and not told.against]
    beside = [file for figure in REPORTS[claim.report].figures if claim.id in figure.claims for file in figure.pictures]
    of_study = [f"{claim.study}_{name}.png" for name in ("error", "loss")] if claim.study else []
    values = [f"values-{claim.report}.png"]
    return [*told, *beside, *(values if claim.kind == "value" else []), *of_study, *values]


def arm_pairs(claim: Claim) -> tuple[str, ...]:
    """`sgd < adam` for each pair of arms that a claim compares; none where it compares fewer than two."""
    if isinstance(claim, Insignificant):
        return tuple(f"{one.arm} = {other.arm}" for one, other in combinations(claim.arms, 2))
    if not isinstance(claim, Order | Equal) or len(claim.pairs) < 2:
        return ()
    sign = "=" if isinstance(claim, Equal) else "<"
    return tuple(f"{pair.lower.arm} {sign} {pair.higher.arm}" for pair in claim.pairs)
