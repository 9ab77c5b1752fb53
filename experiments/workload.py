"""When worker processes are worth their start, and starting them early. Imports no torch."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver

# Starting workers takes one to two seconds, most of it loading torch.
SECONDS_WORTH_WORKERS = 4.0


def start_server() -> None:
    """Has the process that workers are forked from load torch, in the background."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["experiments.workers"])
    forkserver.ensure_running()
