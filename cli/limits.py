"""Refuses, before anything starts, studies that need more memory than there is or would not end."""

from __future__ import annotations

from collections.abc import Sequence

from cli.options import fail
from experiments.config.settings import option_name
from experiments.config.study import Study
from experiments.formatting import duration, megabytes
from experiments.running.demand import MAX_DAYS, SECONDS_A_DAY, demand_of, memory_of_machine


def check_demand(studies: Sequence[Study], jobs: int, elsewhere: bool = False) -> None:
    """A usage error, naming the option that most of it comes from, for what cannot fit or end.

    elsewhere: whether other machines compute, whose number and memory are not known.
    """
    demand, memory = demand_of(studies, jobs), memory_of_machine()
    if memory is not None and demand.bytes > memory and not elsewhere:
        largest = max(demand.bytes_by_setting, key=lambda name: demand.bytes_by_setting[name])
        needed = f"this would need about {megabytes(demand.bytes)} of memory, and the machine has {megabytes(memory)}"
        raise fail(option_name(largest), needed)
    seconds = demand.seconds_of_stack if elsewhere else demand.seconds
    if seconds > MAX_DAYS * SECONDS_A_DAY:
        alone = demand.seconds_of_stack > MAX_DAYS * SECONDS_A_DAY
        needed = f"this would take about {duration(seconds)}; what takes more than {MAX_DAYS} days is refused"
        raise fail("--epochs" if alone else "--rounds", needed)
