"""The compiled engine: whole trainings of many small networks in C, one network in each lane of a SIMD vector.

Works on numpy arrays and imports no torch. The bits of a trial are the same on every machine. See `training.train`.
"""

from minifw.compiled.draws import Generators
from minifw.compiled.engine import Engine, load_engine, the_engine
from minifw.compiled.errors import EngineError, StaleBuildError, UnsupportedError
from minifw.compiled.settings import Layer, Settings, dense_layers
from minifw.compiled.training import Dropout, OptimizerState, Split, Trained, Trials, train

__all__ = [
    "Dropout",
    "Engine",
    "EngineError",
    "Generators",
    "Layer",
    "OptimizerState",
    "Settings",
    "Split",
    "StaleBuildError",
    "Trained",
    "Trials",
    "UnsupportedError",
    "dense_layers",
    "load_engine",
    "the_engine",
    "train",
]
