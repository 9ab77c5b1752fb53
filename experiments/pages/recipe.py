"""What a browser needs to train an arm of a study by the compiled engine, as plain JSON values.

`templates/trainer.js` reads it. Everything that Python knows of the engine's memory is told here, so that the page repeats
none of it: numbers of fields, rows of the descriptor, bounds of initialisers, offsets of the streams of draws.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from experiments.config.trial import TrialConfig
from experiments.training.compiled_trials import drops_after, settings_of
from experiments.training.data import sizes
from experiments.training.seeds import stream_seed
from experiments.training.weights import widths_of
from minifw.compiled.block import describe_block
from minifw.compiled.descriptor import LAYER_KINDS, RUNNING, DatasetField, Field, LayerField, Number, Progress
from minifw.compiled.points import DISC_CENTRE, DISC_RADIUS
from minifw.compiled.settings import NUMBERS
from minifw.compiled.weights import RULES

# Lanes of WebAssembly's vectors of 16 bytes.
LANES = {"float32": 4, "float64": 2}
# One call of the engine must come back soon enough for the page to stop it: some 10 ms.
CHUNKS_PER_CALL = 500


def names() -> dict[str, Any]:
    """What the engine's integers are called, and where the disc lies."""
    enumerations = {
        "fields": Field,
        "layerFields": LayerField,
        "datasetFields": DatasetField,
        "progress": Progress,
    }
    return {
        **{name: {member.name: int(member) for member in members} for name, members in enumerations.items()},
        "layerKinds": LAYER_KINDS,
        "running": RUNNING,
        "disc": {"centre": DISC_CENTRE, "radiusSquared": DISC_RADIUS**2},
    }


def recipe(config: TrialConfig) -> dict[str, Any]:
    """How every trial of these settings is trained, whatever its seed."""
    config = config.resolve()
    drops = drops_after([config])
    splits = sizes(config)
    described = describe_block(settings_of([config]), LANES[config.dtype], True, list(splits.values()))
    return {
        "descriptor": described.tolist(),
        "dtype": config.dtype,
        "chunksPerCall": CHUNKS_PER_CALL,
        "numbers": [*_numbers(config), *(rate for rate in config.dropout if rate > 0)],
        "initialState": config.initial_accumulator_value or 0.0,
        "affine": _affine(config),
        "splits": [{"name": name, "samples": size, "offset": _offset(f"{name} points")} for name, size in splits.items()],
        "seedsPerDataSet": config.seeds_per_data_set,
        "scale": config.scale,
        "targets": config.targets,
        "epochs": config.epochs,
        "order": _offset("shuffling"),
        "dropouts": [_offset(f"dropout after layer {layer}") for layer, dropped in enumerate(drops) if dropped],
    }


def _numbers(config: TrialConfig) -> list[float]:
    """The optimiser's numbers by the engine's rows, 0 where it has none."""
    given = {*NUMBERS[config.optimizer], "lr_decay_epoch"}
    return [float(getattr(config, row.name.lower())) if row.name.lower() in given else 0.0 for row in Number]


def _affine(config: TrialConfig) -> list[dict[str, Any]]:
    uniform, size = RULES[config.init]
    return [
        {
            "rows": fan_in,
            "columns": fan_out,
            "offset": _offset(f"initialisation of layer {layer}"),
            "rule": "uniform" if uniform else "normal",
            "size": size(fan_in, fan_out),
            "scale": config.init_scale,
            "bias": config.bias_init == "same",
        }
        for layer, (fan_in, fan_out) in enumerate(pairwise(widths_of(config)))
    ]


def _offset(purpose: str) -> int:
    """By how much a purpose shifts the mixed seed: 0 is mixed to 0."""
    return stream_seed(0, purpose)
