"""What a block of trials is described by, and where everything lies in its memory, with sizes written out."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from minifw.compiled import EngineError, load_engine
from minifw.compiled.block import Block, describe_block
from minifw.compiled.descriptor import ABI, DatasetField, Field, LayerField, Number, Progress
from tests.minifw.compiled.references import Case

LIBRARY = load_engine("wasm").libraries[16]
# 2 features, 5 tanh units with dropout, 4 relu units, 3 outputs: 15 + 24 + 15 parameters, of which 12 biases.
CASE = Case(rates=((0.5,) * 3, ()), outputs=3, optimizer="adam", samples=31, epochs=5, evaluate_every=2)
PARAMETERS, LAYERS = 2 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3, 6


def test_the_descriptor_has_the_settings_each_at_its_place():
    settings = replace(CASE.settings(), loss="cross-entropy", reduction="sum", nesterov=True, shuffle=False, dtype="float32")
    described = describe_block(settings, 4, True, [31, 23])
    values = {field.name: int(described[field]) for field in Field if field < Field.PARAMETERS}
    assert values == {
        "ABI": ABI,
        "LANES": 4,
        "REAL_BYTES": 4,
        "FEATURES": 2,
        "OUTPUTS": 3,
        "LAYERS": LAYERS,
        "DATASETS": 2,
        "MEASURE_TRAINING": 1,
        "LOSS": 1,
        "REDUCTION": 2,
        "DECISION": 2,
        "OPTIMIZER": 4,
        "NESTEROV": 1,
        "CENTERED": 0,
        "BATCH_SIZE": 7,
        "SHUFFLE": 0,
        "EPOCHS": 5,
        "EVALUATE_EVERY": 2,
        "RECORD_STEPS": 1,
    }
    assert not described[Field.PARAMETERS : len(Field)].any()
    table = described[len(Field) :][: LAYERS * len(LayerField)].reshape(LAYERS, len(LayerField))
    assert table[:, : LayerField.AT_WEIGHT].tolist() == [
        [0, 2, 5, 1],
        [2, 5, 5, 0],
        [4, 5, 5, 0],
        [0, 5, 4, 1],
        [1, 4, 4, 0],
        [0, 4, 3, 1],
    ]
    sets = described[len(Field) + LAYERS * len(LayerField) :].reshape(2, len(DatasetField))
    assert sets[:, DatasetField.SAMPLES].tolist() == [31, 23] and not sets[:, DatasetField.AT].any()


def parts_of(block: Block) -> dict[str, np.ndarray]:
    parts = {name: getattr(block, name)() for name in ("progress", "numbers", "powers", "values", "state", "history", "steps")}
    parts["order generator"] = block.order_generator()
    parts |= {f"dropout {index}": part for index, part in enumerate(block.dropout_generators())}
    return parts | {f"data {index}": block.dataset(index) for index in range(len(block.samples))}


@pytest.mark.parametrize(("dtype", "lanes", "numbers"), [("float64", 2, 12), ("float32", 4, 12)])
def test_every_part_has_its_shape_and_none_lies_in_another(dtype, lanes, numbers):
    """Epochs 0, 2, 4 and 5 are measured; 31 samples are five batches. Rows of numbers end on a 64-byte boundary."""
    settings = replace(CASE.settings(), dtype=dtype)
    block = Block(LIBRARY, settings, True, [31, 23])
    parts = parts_of(block)
    assert len(Number) + 1 == numbers
    assert {name: part.shape for name, part in parts.items()} == {
        "progress": (len(Progress),),
        "numbers": (numbers, lanes),
        "powers": (2, lanes),
        "values": (PARAMETERS, lanes),
        "state": (2, PARAMETERS, lanes),
        "history": (4, 2, 2, lanes),
        "steps": (25, lanes),
        "order generator": (625, lanes),
        "dropout 0": (625, lanes),
        "data 0": (lanes, 31, 2 + 3 + 1),
        "data 1": (lanes, 23, 2 + 3 + 1),
    }
    own = {"values", "state", "data 0", "data 1"}
    kinds = {"progress": "int64", "order generator": "uint32", "dropout 0": "uint32", **dict.fromkeys(own, dtype)}
    assert {name: part.dtype.name for name, part in parts.items()} == {name: kinds.get(name, "float64") for name in parts}
    assert not [pair for pair in combinations(parts, 2) if np.shares_memory(parts[pair[0]], parts[pair[1]])]


def test_what_is_not_measured_or_recorded_takes_no_place():
    settings = replace(CASE.settings(), record_steps=False, optimizer="sgd")
    block, measured = Block(LIBRARY, settings, False, [31]), Block(LIBRARY, settings, True, [31])
    assert block.steps().shape == (0, 2)
    assert (block.progress()[Progress.DATASET], measured.progress()[Progress.DATASET]) == (1, 0)
    assert block.lanes == 2 and block.samples == [31] and block.settings is settings


def test_a_status_says_whether_there_is_more_to_do_or_what_is_wrong():
    block, calls = Block(LIBRARY, CASE.settings(), True, [31, 23]), []
    answers = iter([0, 1, -3])
    block.memory = SimpleNamespace(address=64, call=lambda *what: calls.append(what) or next(answers))
    assert block.go_on(7) is True and block.go_on(1) is False
    with pytest.raises(EngineError, match="the engine was given memory that does not start on a 64-byte boundary"):
        block.go_on(1)
    assert calls == [("run_float64", 64, 7), ("run_float64", 64, 1), ("run_float64", 64, 1)]
