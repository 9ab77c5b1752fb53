"""The compiled engine against torch's modules: each step, whole runs, gradients, and what is measured."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from minifw.compiled import Split, Trials, UnsupportedError, train
from minifw.compiled.settings import STATE_BUFFERS
from tests.minifw.compiled.references import (
    LOSSES,
    Case,
    cases,
    flat,
    optimizer_state,
    tensors,
    torch_fit,
    torch_loader,
    torch_model,
    torch_optimizer,
)

STEPS = 20


def joined(parameters: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([values.reshape(len(values), -1) for values in parameters], 1)


def split_like(case: Case, values: np.ndarray) -> list[np.ndarray]:
    parameters, offset = [], 0
    for rows, columns in case.settings().parameter_shapes:
        parameters.append(values[:, offset : offset + rows * columns].reshape(-1, rows, columns))
        offset += rows * columns
    return parameters


def relative_error(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.abs(ours - theirs).max() / max(1e-30, np.abs(theirs).max())) if ours.size else 0.0


@given(cases(dropout=False), st.integers(0, 2**31))
@settings(max_examples=30)
def test_each_step_from_torchs_state_is_torchs_step(case, seed):
    """Parameters and every buffer after one update, 20 times over, each time from where torch was."""
    trials = case.trials_from(seed)
    batch = replace(case, epochs=1, shuffle=False, record_steps=False)
    model = torch_model(case, trials)
    optimizer, loss = torch_optimizer(case, model), LOSSES[case.loss](case.reduction)
    batches = iter([])
    loader = torch_loader(case, trials)
    for _ in range(STEPS):
        try:
            x, labels, y = next(batches)
        except StopIteration:
            batches = iter(loader)
            x, labels, y = next(batches)
        before = flat(optimizer, optimizer.flat.value)
        state = optimizer_state(case, optimizer)
        optimizer.zero_grad()
        model.backward(loss.gradient(model(x), y))
        optimizer.step()
        data = Split(x.numpy(), labels.numpy(), y.numpy())
        ours = train(
            replace(batch, batch_size=data.samples).settings(),
            Trials(trials.numbers, split_like(case, before), data, {}, None, [], state),
        )
        theirs = optimizer_state(case, optimizer)
        assert relative_error(joined(ours.parameters), flat(optimizer, optimizer.flat.value)) < 1e-12
        for name, ours_buffer, theirs_buffer in zip(
            STATE_BUFFERS[case.optimizer], ours.optimizer.buffers, theirs.buffers, strict=True
        ):
            # A velocity that is multiplied by a momentum of 0 may be anything, and so may an average that is not used.
            used = (
                case.number("momentum") > 0
                if name == "velocity"
                else np.full(case.trials, name != "average" or case.uses_average)
            )
            assert relative_error(ours_buffer[used], theirs_buffer[used]) < 1e-12
        assert ours.optimizer.steps == theirs.steps
        np.testing.assert_allclose(ours.optimizer.powers, theirs.powers, rtol=1e-15)


@given(cases(smooth=True), st.integers(0, 2**31))
@settings(max_examples=40)
def test_a_whole_run_is_torchs(case, seed):
    trials = case.trials_from(seed)
    history, _, optimizer = torch_fit(case, trials, seed)
    ours = train(case.settings(), trials)
    assert ours.epochs.tolist() == history.epochs
    for split in ("train", "test"):
        np.testing.assert_allclose(ours.loss[split], torch.stack(history.loss[split]).numpy(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(ours.error[split], torch.stack(history.error[split]).numpy(), rtol=1e-12)
    if case.record_steps and case.epochs:
        np.testing.assert_allclose(ours.steps, torch.stack(history.steps).numpy(), rtol=1e-9, atol=1e-12)
    assert relative_error(joined(ours.parameters), flat(optimizer, optimizer.flat.value)) < 1e-9


def test_a_whole_run_in_float32_is_torchs_to_its_precision():
    case = Case(dtype="float32", rates=((0.2, 0.0, 0.5), ()), numbers=(("lr", (0.01, 0.02, 0.05)),), samples=100, epochs=3)
    trials = case.trials_from(1)
    history, _, optimizer = torch_fit(case, trials, 1)
    ours = train(case.settings(), trials)
    assert joined(ours.parameters).dtype == np.float32
    assert relative_error(joined(ours.parameters), flat(optimizer, optimizer.flat.value)) < 1e-5
    np.testing.assert_allclose(ours.loss["test"], torch.stack(history.loss["test"]).numpy(), rtol=1e-5)


@given(cases(smooth=True, dropout=False), st.integers(0, 2**31))
@settings(max_examples=25)
def test_its_backward_agrees_with_finite_differences_of_its_forward(case, seed):
    """SGD at rate 1 takes the gradient off the parameters, and the loss measured at epoch 0 is the forward."""
    numbers = tuple((name, (value,) * case.trials) for name, value in {"lr": 1.0, "momentum": 0.0, "weight_decay": 0.0}.items())
    case = replace(case, optimizer="sgd", nesterov=False, numbers=numbers, reduction="mean", epochs=1, shuffle=False)
    case = replace(case, batch_size=case.samples, record_steps=False)
    trials = case.trials_from(seed)
    start = joined(trials.parameters)
    gradient = start - joined(train(case.settings(), trials).parameters)
    forward = replace(case, epochs=0).settings()
    rng = np.random.default_rng(seed)
    for place in rng.integers(0, start.shape[1], 6):
        losses = []
        for shift in (1e-5, -1e-5):
            moved = start.copy()
            moved[:, place] += shift
            losses.append(train(forward, replace_parameters(trials, split_like(case, moved))).loss["train"][0])
        np.testing.assert_allclose((losses[0] - losses[1]) / 2e-5, gradient[:, place], rtol=1e-5, atol=1e-8)


def replace_parameters(trials: Trials, parameters: list[np.ndarray]) -> Trials:
    return Trials(trials.numbers, parameters, trials.training, trials.measured, trials.order_generators, trials.dropouts)


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_a_diverged_trial_is_empty_from_its_first_infinite_loss_and_its_neighbours_keep_their_bits(loss):
    """The two neighbours of the diverging trial have the bits they have without it."""
    case = Case(
        loss=loss, activations=("relu", "relu"), numbers=(("lr", (0.01, 1e15, 0.02)),), epochs=8, samples=40, dtype="float32"
    )
    trials = case.trials_from(3)
    together = train(case.settings(), trials)
    lost = np.isnan(together.loss["train"])
    assert not lost[:, [0, 2]].any() and not lost[0].any() and lost[-1, 1]
    assert (np.diff(lost[:, 1].astype(int)) >= 0).all()
    for name in ("train", "test"):
        assert (np.isnan(together.error[name]) == lost).all() and (np.isnan(together.loss[name]) == lost).all()
    calm = replace(case, numbers=(("lr", (0.01, 0.01, 0.02)),))
    without = train(calm.settings(), calm.trials_from(3))
    for ours, theirs in zip(together.parameters, without.parameters, strict=True):
        assert ours[[0, 2]].tobytes() == theirs[[0, 2]].tobytes()


def test_a_class_that_is_ruled_out_may_have_a_logit_of_minus_infinity():
    """0 times -inf would be NaN, and a healthy trial would count as diverged; torch's modules give the same losses."""
    case = Case(loss="cross-entropy", outputs=3, epochs=3)
    trials = case.trials_from(1)
    possible = [
        replace(split, labels=split.labels % 2, targets=np.eye(3)[split.labels % 2]) for split in trials.measured.values()
    ]
    trials = replace(trials, training=possible[0], measured=dict(zip(trials.measured, possible, strict=True)))
    trials.parameters[-1][..., 2] = -np.inf
    ours, (history, _, _) = train(case.settings(), trials), torch_fit(case, trials, seed=1)
    for name in ("train", "test"):
        assert np.isfinite(ours.loss[name]).all()
        np.testing.assert_allclose(ours.loss[name], torch.stack(history.loss[name]).numpy(), rtol=1e-12)


def test_every_nan_has_the_same_bits():
    case = Case(numbers=(("lr", (1e300,) * 3),), activations=("relu", "relu"), epochs=6)
    ours = train(case.settings(), case.trials_from(0))
    for values in (*ours.parameters, *ours.loss.values(), *ours.error.values(), ours.steps):
        bits = values[np.isnan(values)].view(np.uint64)
        assert bits.size and (bits == np.array([np.nan]).view(np.uint64)).all()


def test_a_training_goes_on_where_another_stopped():
    """Two epochs are one epoch twice, with the optimiser's state and the generators handed on."""
    case = Case(
        optimizer="adam",
        rates=((0.3, 0.1, 0.0), ()),
        epochs=2,
        samples=33,
        dtype="float32",
        evaluate_every=5,
        record_steps=False,
    )
    whole = train(case.settings(), trials := case.trials_from(2))
    half = replace(case, epochs=1)
    first = train(half.settings(), trials)
    dropouts = [replace(d, generators=g) for d, g in zip(trials.dropouts, first.dropout_generators, strict=True)]
    second = train(
        half.settings(),
        Trials(
            trials.numbers,
            first.parameters,
            trials.training,
            trials.measured,
            first.order_generators,
            dropouts,
            first.optimizer,
        ),
    )
    for ours, theirs in zip(second.parameters, whole.parameters, strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_one_data_set_may_serve_all_trials():
    case = Case(dtype="float32")
    trials = case.trials_from(4)
    shared = Split(trials.training.inputs[0], trials.training.labels[0], trials.training.targets[0])
    copies = Split(*(np.repeat(part[None], 3, 0) for part in (shared.inputs, shared.labels, shared.targets)))
    results = [train(case.settings(), replace(trials, training=split, measured={"train": split})) for split in (shared, copies)]
    assert joined(results[0].parameters).tobytes() == joined(results[1].parameters).tobytes()
    assert results[0].loss["train"].tobytes() == results[1].loss["train"].tobytes()


def test_progress_rises_to_the_last_epoch_and_tells_the_loss():
    case = Case(trials=20, samples=400, epochs=5, hidden=(40, 40), dtype="float32")
    told = []
    ours = train(case.settings(), case.trials_from(0), lambda *progress: told.append(progress))
    assert [epoch for epoch, _, _ in told] == sorted(epoch for epoch, _, _ in told) and told[-1][0] == 5
    assert np.isclose(told[-1][1], ours.loss["train"][-1, 16:].mean())


def test_an_interruption_between_slices_is_heard():
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(Case().settings(), Case().trials_from(0), interrupt)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"loss": "hinge"}, "hinge"),
        ({"optimizer": "lion"}, "lion"),
        ({"reduction": "median"}, "median"),
        ({"decision": "vote"}, "vote"),
        ({"dtype": "float16"}, "float16"),
    ],
)
def test_what_it_does_not_know_it_refuses_by_name(change, word):
    with pytest.raises(UnsupportedError, match=word):
        replace(Case().settings(), **change)
    with pytest.raises(UnsupportedError, match="gelu"):
        replace(Case(), activations=("gelu", "relu")).settings()


def test_arrays_that_do_not_fit_are_refused():
    case = Case()
    trials = case.trials_from(0)
    wrong = {
        "batch_size": (replace(case, batch_size=32), trials),
        "parameters have shapes": (case, replace(trials, parameters=trials.parameters[:-1])),
        "needs lr": (case, replace(trials, numbers={k: v for k, v in trials.numbers.items() if k != "lr"})),
        "takes no rho": (case, replace(trials, numbers={**trials.numbers, "rho": 0.9})),
        "a generator for each": (case, replace(trials, order_generators=None)),
        "dropout layers": (case, replace(trials, dropouts=case.trials_from(0).dropouts or [None])),
        "do not fit labels": (
            replace(case, features=3),
            replace(replace(case, features=3).trials_from(0), training=trials.training),
        ),
    }
    for message, (given_case, given_trials) in wrong.items():
        with pytest.raises(ValueError, match=message):
            train(given_case.settings(), given_trials)


def test_the_decision_and_the_loss_are_those_of_the_last_epoch_too():
    """Measured every third of four epochs: 0, 3 and 4."""
    case = Case(epochs=4, evaluate_every=3, decision="pm1", loss="mse")
    ours = train(case.settings(), trials := case.trials_from(0))
    history, model, _ = torch_fit(case, trials)
    assert ours.epochs.tolist() == [0, 3, 4] == history.epochs
    labels = (model.eval()(tensors(trials.measured["test"]).inputs).sum(-1) > 0).numpy()
    np.testing.assert_array_equal(ours.error["test"][-1], (labels != trials.measured["test"].labels).mean(-1))
