"""The ways to train a trial, by name; `experiments.training.implementations` has the code of each."""

from __future__ import annotations

# Ways to train a trial, see `experiments.training.implementations`, and those whose trials don't share a stack.
IMPLEMENTATIONS = ("minifw", "single", "torch", "vmap")
ONE_AT_A_TIME = frozenset({"single", "torch"})
