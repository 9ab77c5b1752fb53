"""`fit_stack` leaves everything where `minifw.fit` would: history, parameters, optimiser, generators."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import minifw
from minifw import SGD, CrossEntropyLoss, DataLoader, Dataset, Dropout, Linear, MSELoss, ReLU, Sequential, Tanh
from minifw.compiled import UnsupportedError
from minifw.compiled.settings import STATE_BUFFERS
from minifw.compiled.stacks import fit_stack
from minifw.targets import TARGETS
from tests.minifw.compiled.references import LOSSES, Case, cases, flat, tensors, torch_loader, torch_model, torch_optimizer
from tests.minifw.helpers import Scale, generator, linear


def trained(fit, case: Case, seed: int):
    """What a way to fit leaves behind: history, optimiser, loader, model."""
    trials = case.trials_from(seed)
    model = torch_model(case, trials, seed)
    optimizer, loader = torch_optimizer(case, model), torch_loader(case, trials, seed)
    with torch.no_grad():
        history = fit(
            model,
            LOSSES[case.loss](case.reduction),
            optimizer,
            loader,
            case.epochs,
            TARGETS[case.decision].decide,
            evaluate_on={"train": loader.data, "test": tensors(trials.measured["test"])},
            evaluate_every=case.evaluate_every,
            lr_decay=torch.from_numpy(case.number("lr_decay_epoch")),
            record_steps=case.record_steps,
        )
    return history, optimizer, loader, model


def streams(loader, model):
    drops = [module.stream for module in model.modules() if isinstance(module, Dropout)]
    return [*loader.generators] if not drops else [*loader.generators, *drops]


def draws(source) -> np.ndarray:
    """What comes next from a generator or a dropout stream."""
    if isinstance(source, torch.Generator):
        return torch.rand(700, dtype=torch.float64, generator=source).numpy()
    return source.draw(700).numpy()


@given(cases(smooth=True), st.integers(0, 1000))
@settings(max_examples=15)
def test_it_leaves_everything_where_fit_would(case, seed):
    case = replace(case, outputs=1) if case.decision == "binary" else case
    theirs, their_optimizer, their_loader, their_model = trained(minifw.fit, case, seed)
    ours, optimizer, loader, model = trained(fit_stack, case, seed)
    assert ours.epochs == theirs.epochs and len(ours.steps) == len(theirs.steps)
    close = {"rtol": 1e-9, "atol": 1e-12}
    for name in ("train", "test"):
        torch.testing.assert_close(ours.loss[name], theirs.loss[name], **close)
        torch.testing.assert_close(ours.error[name], theirs.error[name], **close)
    torch.testing.assert_close(ours.steps, theirs.steps, **close)
    np.testing.assert_allclose(
        flat(optimizer, optimizer.flat.value), flat(their_optimizer, their_optimizer.flat.value), rtol=1e-7, atol=1e-11
    )
    assert optimizer.steps == their_optimizer.steps and not optimizer.flat.grad.any()
    torch.testing.assert_close(torch.as_tensor(optimizer.base_lr), torch.as_tensor(their_optimizer.base_lr))
    for name in (*STATE_BUFFERS[case.optimizer], *(["powers"] if case.optimizer == "adam" else [])):
        if name != "velocity":
            torch.testing.assert_close(getattr(optimizer, name), getattr(their_optimizer, name), rtol=1e-7, atol=1e-11)
    for ours_source, theirs_source in zip(streams(loader, model), streams(their_loader, their_model), strict=True):
        np.testing.assert_array_equal(draws(ours_source), draws(theirs_source))


def data_set(samples=20, classes=2, trials=None):
    shape = (samples,) if trials is None else (trials, samples)
    labels = torch.randint(0, classes, shape, generator=generator(1))
    inputs = torch.rand(*shape, 2, dtype=torch.float64, generator=generator(2))
    return Dataset(inputs, labels, torch.eye(classes, dtype=torch.float64)[labels])


def test_a_single_network_is_a_stack_of_one():
    results = []
    for fit in (minifw.fit, fit_stack):
        model = Sequential(linear(2, 5, 1), Sequential(Tanh(), linear(5, 2, 2, bias=False)))
        optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        loader = DataLoader(data_set(), 7, generators=[generator(3)])
        told = []
        history = fit(
            model,
            CrossEntropyLoss("sum"),
            optimizer,
            loader,
            4,
            TARGETS["onehot"].decide,
            on_epoch=lambda epoch, _, told=told: told.append(epoch),
        )
        results.append((torch.stack(history.loss["train"]), model.layers[0].weight.value, optimizer.velocity))
        assert told == [0, 1, 2, 3, 4] and history.loss["train"][0].dim() == 0
    torch.testing.assert_close(results[0], results[1], rtol=1e-9, atol=1e-12)


def test_a_stack_may_share_one_data_set():
    results = []
    for fit in (minifw.fit, fit_stack):
        model = minifw.stack([Sequential(linear(2, 3, seed), Tanh(), linear(3, 2, seed + 9)) for seed in range(3)])
        optimizer = minifw.Adam(model.parameters(), lr=0.1)
        loader = DataLoader(data_set(), 6, generators=[generator(seed) for seed in range(3)], trials=3)
        fit(model, MSELoss(), optimizer, loader, 3, TARGETS["onehot"].decide, evaluate_on={"train": data_set(trials=3)})
        results.append((model.layers[0].weight.value, optimizer.powers, torch.rand(5, generator=loader.generators[0])))
    torch.testing.assert_close(results[0], results[1], rtol=1e-9, atol=1e-12)


def fit_with(model=None, loss=None, optimizer=None, decide=TARGETS["onehot"].decide, **options):
    model = model or Sequential(linear(2, 3), Tanh(), linear(3, 2))
    optimizer = optimizer or SGD(model.parameters())
    fit_stack(model, loss or MSELoss(), optimizer, DataLoader(data_set(), 5, generators=[generator(0)]), 1, decide, **options)


class Wrapped(Linear):
    """A user's own kind of Linear."""


class OwnLoss(MSELoss):
    """A user's own loss."""


class OwnRule(SGD):
    """A user's own rule."""


def test_what_the_engine_does_not_know_is_refused_by_name():
    shared = linear(2, 2)
    twice = linear(2, 2)
    twice.weight = shared.weight
    drawn = Dropout(0.5, generator(0))
    drawn(torch.ones(2, 2))
    asleep = Dropout(0.5, generator(0)).eval()
    plain = Sequential(linear(2, 2))
    refused = {
        "Scale": {"model": Sequential(linear(2, 2), Scale(2))},
        "Wrapped": {"model": Sequential(Wrapped(2, 2))},
        "OwnLoss": {"loss": OwnLoss()},
        "OwnRule": {"model": plain, "optimizer": OwnRule(plain.parameters())},
        "decision": {"decide": lambda outputs: outputs.argmax(-1)},
        "two layers share": {"model": Sequential(shared, ReLU(), twice)},
        "in evaluation mode": {"model": Sequential(linear(2, 2), asleep)},
        "drawn ahead": {"model": Sequential(linear(2, 2), drawn)},
        "all parameters of a model": {"model": plain, "optimizer": SGD(linear(2, 2).parameters())},
        "bfloat16": {"model": Sequential(linear(2, 2)).to(dtype=torch.bfloat16)},
        "measures the loss it trains with": {"evaluation_loss": CrossEntropyLoss()},
    }
    for word, arguments in refused.items():
        with pytest.raises(UnsupportedError, match=word):
            fit_with(**arguments)


def test_class_indices_as_targets_are_refused():
    data = data_set()
    data = Dataset(data.inputs, data.labels, data.labels)
    model = Sequential(linear(2, 2))
    with pytest.raises(UnsupportedError, match="class indices"):
        fit_stack(
            model,
            CrossEntropyLoss(),
            SGD(model.parameters()),
            DataLoader(data, 5, generators=[generator(0)]),
            1,
            TARGETS["onehot"].decide,
        )


def test_training_goes_on_by_either_engine_after_the_other():
    """One epoch by torch and one by the engine is two by either, in float64 to rounding; so generators and state fit."""
    results = []
    for first, second in ((minifw.fit, fit_stack), (fit_stack, minifw.fit), (minifw.fit, minifw.fit)):
        model = Sequential(linear(2, 5, 1), Tanh(), linear(5, 2, 2))
        optimizer = minifw.Adam(model.parameters(), lr=0.05)
        loader = DataLoader(data_set(), 7, generators=[generator(3)])
        for fit in (first, second):
            fit(model, MSELoss(), optimizer, loader, 1, TARGETS["onehot"].decide)
        results.append(copy.deepcopy([p.value for p in model.parameters()]))
    torch.testing.assert_close(results[0], results[2], rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(results[1], results[2], rtol=1e-9, atol=1e-12)


def test_fit_hands_a_stack_and_all_its_arguments_to_the_engine_that_is_named():
    trained = []
    for fit in (minifw.fit, fit_stack):
        model = minifw.stack([Sequential(linear(2, 3, seed), Tanh(), linear(3, 2, seed + 9)) for seed in range(3)])
        optimizer = minifw.Adam(model.parameters(), lr=0.1)
        loader = DataLoader(data_set(), 6, generators=[generator(seed) for seed in range(3)], trials=3)
        options = {"evaluate_every": 2, "lr_decay": 0.9, "record_steps": True, "evaluation_loss": MSELoss("sum")}
        chosen = {"engine": "compiled"} if fit is minifw.fit else {}
        told = []
        decide = TARGETS["onehot"].decide
        history = fit(
            model,
            MSELoss(),
            optimizer,
            loader,
            3,
            decide,
            on_epoch=lambda *epoch, told=told: told.append(epoch[0]),
            **options,
            **chosen,
        )
        assert told == history.epochs == [0, 2, 3] and len(history.steps) == 12
        trained.append((model.layers[0].weight.value, torch.stack(history.loss["train"]), torch.stack(history.steps)))
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*trained, strict=True))


def test_an_unknown_engine_is_refused():
    model = Sequential(linear(2, 2, 1))
    with pytest.raises(ValueError, match="engine is one of torch, compiled, not 'jax'"):
        minifw.fit(model, MSELoss(), SGD(model.parameters(), lr=0.1), data_set(), 1, TARGETS["onehot"].decide, engine="jax")
