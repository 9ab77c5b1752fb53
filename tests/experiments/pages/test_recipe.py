"""What the page's script is told of a training. That it then trains as Python does is tested in a browser."""

from __future__ import annotations

import json
import math

from experiments.config.trial import TrialConfig
from experiments.pages.recipe import names, recipe
from experiments.training.seeds import stream_seed
from minifw.compiled.descriptor import DatasetField, Field, LayerField, Number
from minifw.compiled.engine import load_engine

CONFIG = TrialConfig(
    hidden=(5, 4), act=("tanh",), dropout=(0.0, 0.25), init="he_normal", init_scale=0.5, bias_init="zero", optimizer="adam",
    batch_size=7, epochs=3, train_size=20, validation_size=6, test_size=8, scale="center", seeds_per_data_set=4, lr=0.02,
)  # fmt: skip


def test_the_descriptor_has_every_setting_where_the_engine_looks_for_it():
    descriptor = recipe(CONFIG)["descriptor"]
    told = {field: descriptor[field] for field in Field}
    assert (told[Field.FEATURES], told[Field.OUTPUTS], told[Field.LAYERS], told[Field.DATASETS]) == (2, 2, 7, 3)
    assert (told[Field.BATCH_SIZE], told[Field.EPOCHS], told[Field.MEASURE_TRAINING], told[Field.LANES]) == (7, 3, 1, 4)
    layers = len(Field)
    assert descriptor[layers + LayerField.OUTPUTS] == 5 and descriptor[layers + 2 * len(LayerField) + LayerField.OUTPUTS] == 4
    datasets = layers + 7 * len(LayerField)
    assert descriptor[datasets :: len(DatasetField)] == [20, 6, 8]


def test_the_lanes_are_those_of_the_engine_that_the_page_has():
    for dtype in ("float32", "float64"):
        library = load_engine("wasm").libraries[16]
        assert recipe(CONFIG.replace(dtype=dtype))["descriptor"][Field.LANES] == library.lanes(dtype)


def test_numbers_stand_in_the_engine_s_rows_with_the_rates_of_dropout_behind():
    numbers = recipe(CONFIG)["numbers"]
    given = {Number.LR: 0.02, Number.LR_DECAY_EPOCH: 1.0, Number.BETA1: 0.9, Number.BETA2: 0.999, Number.EPS: 1e-8}
    assert numbers == [given.get(row, 0.0) for row in Number] + [0.25]
    adagrad = recipe(CONFIG.replace(optimizer="adagrad", initial_accumulator_value=0.125))
    assert adagrad["initialState"] == 0.125 and recipe(CONFIG)["initialState"] == 0


def test_layers_are_drawn_by_their_rule_and_size_from_streams_of_their_own():
    first, second, last = recipe(CONFIG)["affine"]
    assert (first["rows"], first["columns"], first["rule"], first["bias"]) == (2, 5, "normal", False)
    assert (second["size"], second["scale"]) == (math.sqrt(2 / 5), 0.5)
    assert (last["rows"], last["columns"]) == (4, 2)
    uniform = recipe(TrialConfig(hidden=(5,)))["affine"]
    assert [(layer["rule"], layer["bias"]) for layer in uniform] == [("uniform", True)] * 2
    assert last["offset"] == stream_seed(0, "initialisation of layer 2")


def test_offsets_are_those_of_the_streams():
    told = recipe(CONFIG)
    assert [split["name"] for split in told["splits"]] == ["train", "validation", "test"]
    offsets = [*(split["offset"] for split in told["splits"]), told["order"], *told["dropouts"]]
    purposes = ["train points", "validation points", "test points", "shuffling", "dropout after layer 1"]
    assert offsets == [stream_seed(0, purpose) for purpose in purposes]
    assert (told["seedsPerDataSet"], told["scale"], told["targets"]) == (4, "center", "pm1")


def test_all_of_it_is_plain_json():
    for told in (recipe(CONFIG), names()):
        assert json.loads(json.dumps(told)) == json.loads(json.dumps(told, default=None)) and "NaN" not in json.dumps(told)
    assert names()["fields"]["ABI"] == 0 and names()["layerKinds"][0] == "affine"
