"""The reports with as many seeds as their claims need, at looks that are fixed beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from experiments.config.spec import StudySpec
from experiments.reports.catalogue import STUDIES
from experiments.reports.plan import Plan, plan, rounds_of
from experiments.running.progress import Progress
from experiments.verdicts.looks import LOOKS, next_looks
from experiments.workflows.reproduce import reproduce


def plan_by_looks(
    reports: Sequence[str],
    folder: Path | str = "results",
    jobs: int = 1,
    *,
    last: int = max(LOOKS),
    first_seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
) -> list[Plan]:
    """The studies to reproduce, each with the seeds of the look at which its claims were decided, or of the last.

    Computes the trials of each look, judges the claims, and goes on with the studies of those that the next looks may decide
    (`verdicts.looks.next_looks`), up to the last that is wanted, every arm of a study together; a study goes no further than
    its own limits. Writes nothing but trials. Raises what `reproduce` raises.
    """
    plans = plan(reports, min(LOOKS), True, first_seed)
    while True:
        judged = reproduce(plans, folder, jobs, times=False, check=True, on_progress=on_progress)
        rounds = {each.spec.name: each.study.rounds for each in plans if each.reading is None}
        looks = {name: _rounds_at(STUDIES[name], look) for name, look in next_looks(judged.ledger, last).items()}
        wider = {name: look for name, look in looks.items() if look > rounds[name]}
        if not wider:
            return plans
        plans = plan(reports, rounds | wider, True, first_seed)


def _rounds_at(spec: StudySpec, look: int) -> int:
    return rounds_of(spec, min(look, spec.last_look or look))
