"""The names of the engines that train a trial; `experiments.training.engines` says where the code of each is."""

from __future__ import annotations

ENGINES = ("compiled", "stack", "single", "torch", "vmap")
DEFAULT_ENGINE = "compiled"
# What runs layers, losses and networks that a user wrote.
ENGINE_OF_OWN_CODE = "stack"
