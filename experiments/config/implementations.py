"""The names of the ways to train a trial; `experiments.training.implementations` says where the code of each is."""

from __future__ import annotations

IMPLEMENTATIONS = ("minifw", "single", "torch", "vmap")
