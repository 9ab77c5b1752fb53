"""What a long reproduction tells beside its verdicts: whose luck the errors are, and how often the judge is right."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.config.luck_design import luck_design
from experiments.reports.catalogue import MAIN_STUDIES
from experiments.reports.plan import Plan
from experiments.running.progress import Progress
from experiments.workflows.calibrate import CLUSTERED, SINGLE, calibrate_judge
from experiments.workflows.luck import tell_luck
from experiments.workflows.phases import PhaseTimer


@dataclass(frozen=True)
class Depth:
    """How many seeds tell whose luck the errors of each main study are, and how many made-up reports of each situation."""

    luck_rounds: int = 100
    made_up_reports: int = 80


@dataclass
class InDepth:
    """Tables of shares by report (`Luck.table`), the table of verdicts on made-up reports, and the files."""

    luck: dict[str, pd.DataFrame] = field(default_factory=dict)
    calibration: pd.DataFrame | None = None
    files: list[Path] = field(default_factory=list)


def look_in_depth(
    plans: Sequence[Plan],
    folder: Path,
    jobs: int,
    depth: Depth,
    parts: PhaseTimer,
    on_progress: Callable[[Progress], None] | None = None,
) -> InDepth:
    """Computes what the store lacks of the crossed trials of each report's main study, and judges made-up reports.

    The judge is calibrated by the tables in the folder, where the studies that it draws from were run. Raises what `tell_luck`
    and `calibrate_judge` raise.
    """
    found = InDepth()
    with parts.part("whose luck"):
        for plan in plans:
            if plan.spec is MAIN_STUDIES[plan.spec.report] and plan.reading is None:
                _tell_luck(plan, folder, jobs, depth.luck_rounds, found, on_progress)
    if {plan.study.name for plan in plans} >= {SINGLE, CLUSTERED}:
        with parts.part("the judge judged"):
            calibrated = calibrate_judge(folder, folder, "calibrate", depth.made_up_reports)
            found.calibration = calibrated.table
            found.files += calibrated.files
    return found


def _tell_luck(
    plan: Plan, folder: Path, jobs: int, rounds: int, found: InDepth, on_progress: Callable[[Progress], None] | None
) -> None:
    """Notes whose luck the errors of the study's first arm are."""
    report, config, first = plan.spec.report, plan.study.arms[0].config, plan.study.seeds[0]
    luck = tell_luck(
        luck_design(config, range(first, first + rounds)),
        f"luck-{report}",
        folder,
        jobs,
        seeds_per_data_set=config.seeds_per_data_set,
        command=f"minifw luck --preset {report} --rounds {rounds} --results-dir {shlex.quote(str(folder))}",
        on_progress=on_progress,
    )
    found.luck[report] = luck.table
    found.files += luck.files
