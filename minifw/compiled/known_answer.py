"""A tiny training whose result is known: a build that gives another would give other results everywhere."""

from __future__ import annotations

import hashlib

import numpy as np

from minifw.compiled.descriptor import DTYPES
from minifw.compiled.draws import Generators
from minifw.compiled.engine import Engine
from minifw.compiled.errors import EngineError
from minifw.compiled.settings import Settings, dense_layers
from minifw.compiled.training import Dropout, Split, Trials, train

KNOWN_ANSWER = "ebc37681f78c05c4f043126dbfe2748e742549f3cd5a9c61f10bd63ed5c006b6"
SEEDS = (1, 2, 3)


def answer(engine: Engine) -> str:
    """A digest of what three networks of each precision learn: tanh, sigmoid, relu, dropout, cross-entropy and Adam."""
    digest = hashlib.sha256()
    for dtype in DTYPES:
        settings = Settings(
            layers=dense_layers((2, 5, 4, 3, 2), ("tanh", "sigmoid", "relu"), dropout_after=(True, False, False)),
            loss="cross-entropy",
            decision="onehot",
            optimizer="adam",
            batch_size=25,
            epochs=2,
            dtype=dtype,
        )
        trained = train(settings, _trials(engine, settings), engine=engine)
        for values in (*trained.parameters, *trained.loss.values(), *trained.error.values()):
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _trials(engine: Engine, settings: Settings) -> Trials:
    draws = Generators(SEEDS, engine)
    inputs = draws.uniform(60).reshape(len(SEEDS), 30, 2)
    labels = (inputs.sum(-1) > 1).astype(np.int64)
    split = Split(inputs, labels, np.eye(2)[labels])
    parameters = [draws.normal(rows * columns).reshape(-1, rows, columns) for rows, columns in settings.parameter_shapes]
    numbers = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8, "weight_decay": 0.01, "lr_decay_epoch": 0.5}
    dropout = Dropout(np.full(len(SEEDS), 0.3), Generators(SEEDS, engine).state)
    return Trials(numbers, parameters, split, {"train": split}, draws.state, [dropout])


def check_known_answer(engine: Engine) -> None:
    """Raises EngineError when a build computes something else than all the others do."""
    if (digest := answer(engine)) != KNOWN_ANSWER:
        raise EngineError(
            f"{next(iter(engine.libraries.values()))} does not compute what it should ({digest[:12]} instead of "
            f"{KNOWN_ANSWER[:12]}); please report the processor and compiler, and set MINIFW_BUILD=wasm to go on without it"
        )
