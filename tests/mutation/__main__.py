"""`python -m tests.mutation --modules experiments/verdicts --count 30 --seed 1`: which random mistakes the tests let live."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.mutation.sample import try_sample

ROOT = Path(__file__).parents[2]
EXPERIMENTS = {
    "judging": ("verdicts", "statistics", "claims", "reports"),
    "running": ("config", "training", "running", "store", "analysis", "output", "workflows"),
    "figures": ("figures", "pages"),
}
GROUPS = {"minifw": ["minifw"]} | {
    name: [f"experiments/{package}" for package in packages] for name, packages in EXPERIMENTS.items()
}


def main() -> int:
    """0 when enough of the mistakes were found, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--modules", nargs="+", required=True, help=f"packages or files, or a group: {', '.join(GROUPS)}")
    parser.add_argument("--count", type=int, default=30, help="how many mistakes to plant")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    parser.add_argument("--at-once", type=int, default=2, help="how many at once")
    parser.add_argument("--limit", type=float, default=150, help="seconds of computing that the tests have to find one")
    parser.add_argument("--at-least", type=float, default=0.92, help="share that has to be found")
    given = parser.parse_args()
    modules = [module for name in given.modules for module in GROUPS.get(name, [name])]
    sample = try_sample(ROOT, modules, given.count, given.seed, given.at_once, given.limit)
    for mistake in sample.alive:
        print(f"lives: {mistake}")
    print(f"{len(sample.found)} of {len(sample.found) + len(sample.alive)} found ({sample.share:.0%}), seed {given.seed}")
    return 0 if sample.share >= given.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
