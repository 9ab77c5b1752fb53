"""A trial's bits are the same for every width of vector, as WebAssembly, from every compiler, and beside any other trials."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minifw.compiled import Engine, Trained, load_engine, train
from minifw.compiled.known_answer import KNOWN_ANSWER, answer
from minifw.compiled.library import load_native
from tests.minifw.compiled.builds import COMPILERS, compile_engine, engine_of
from tests.minifw.compiled.references import Case, cases

WASM = load_engine("wasm")
NATIVE = [Engine({width: library}, "") for width, library in load_native()[0].items()]


def digest(trained: Trained) -> str:
    """Of everything that came of a training."""
    arrays = [*trained.parameters, *trained.loss.values(), *trained.error.values(), trained.steps, trained.order_generators]
    arrays += [trained.optimizer.buffers, trained.optimizer.powers, *trained.dropout_generators]
    return hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()


@given(st.data())
@settings(max_examples=40)
def test_every_width_and_webassembly_give_the_same_bits(data):
    case = data.draw(cases(dtype=data.draw(st.sampled_from(["float32", "float64"])), most_trials=20))
    digests = {digest(train(case.settings(), case.trials_from(0, engine), engine=engine)) for engine in (WASM, *NATIVE)}
    assert len(digests) == 1


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_diverging_run_has_the_same_bits_too(optimizer):
    numbers = (("lr", (1e10, 3e5, 1e-2, 1e30, 40.0)),)
    case = Case(optimizer=optimizer, numbers=numbers, trials=5, activations=("relu", "sigmoid"), epochs=6, dtype="float32")
    digests = {digest(train(case.settings(), case.trials_from(0, engine), engine=engine)) for engine in (WASM, *NATIVE)}
    assert len(digests) == 1


@given(cases(dtype="float32", most_trials=9), st.data())
@settings(max_examples=40)
def test_a_trial_has_the_same_bits_alone_and_beside_others(case, data):
    """Also where its neighbours have momentum, weight decay and dropout that it has not."""
    together = train(case.settings(), case.trials_from(0))
    trial = data.draw(st.integers(0, case.trials - 1))
    alone = train(case.settings(), only(case.trials_from(0), trial))
    assert all(
        one[0].tobytes() == all_[trial].tobytes() for one, all_ in zip(alone.parameters, together.parameters, strict=True)
    )
    for name in ("train", "test"):
        assert alone.loss[name][:, 0].tobytes() == together.loss[name][:, trial].tobytes()
        assert alone.error[name][:, 0].tobytes() == together.error[name][:, trial].tobytes()


def only(trials, trial):
    """One of the trials, by itself."""

    def pick(values):
        return np.asarray(values)[trial : trial + 1]

    splits = {
        id(split): replace(split, inputs=pick(split.inputs), labels=pick(split.labels), targets=pick(split.targets))
        for split in trials.datasets
    }
    return replace(
        trials,
        numbers={name: pick(values) for name, values in trials.numbers.items()},
        parameters=[pick(values) for values in trials.parameters],
        training=splits[id(trials.training)],
        measured={name: splits[id(split)] for name, split in trials.measured.items()},
        order_generators=pick(trials.order_generators),
        dropouts=[
            replace(dropout, rates=pick(dropout.rates), generators=pick(dropout.generators)) for dropout in trials.dropouts
        ],
        initial_state=pick(trials.initial_state) if np.ndim(trials.initial_state) else trials.initial_state,
    )


@pytest.mark.parametrize("slices", [1, 3, 1000])
def test_the_length_of_a_slice_decides_nothing(slices, monkeypatch):
    """A state that a call leaves is where the next one goes on, in the middle of a batch or of a measurement too."""
    from minifw.compiled.block import Block

    case = Case(dtype="float32", batch_size=50, samples=120, rates=((0.5, 0.1, 0.2), ()))
    expected = digest(train(case.settings(), case.trials_from(0)))
    go_on = Block.go_on
    monkeypatch.setattr(Block, "go_on", lambda block, chunks: go_on(block, slices))
    assert digest(train(case.settings(), case.trials_from(0))) == expected


LEVELS = ["-O1", "-O2", "-O3 -funroll-loops", "-O2 -ffast-math -ffp-contract=fast -fno-fast-math -ffp-contract=off"]
WIDTHS = [next(iter(engine.libraries)) for engine in NATIVE]


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_compiler_and_level_gives_the_same_bits(compiler, width, level, tmp_path):
    engine = engine_of(compile_engine(tmp_path, compiler, width, *level.split()), width)
    assert answer(engine) == KNOWN_ANSWER
    for case in (Case(dtype="float32", trials=3), Case(optimizer="adadelta", decision="pm1", out="tanh")):
        expected = digest(train(case.settings(), case.trials_from(0, WASM), engine=WASM))
        assert digest(train(case.settings(), case.trials_from(0, engine), engine=engine)) == expected
