"""The names of the engines that train a trial; `experiments.training.engines` says where the code of each is."""

from __future__ import annotations

ENGINES = ("compiled", "stack", "single", "torch", "vmap")
