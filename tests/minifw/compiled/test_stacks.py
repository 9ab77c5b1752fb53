"""`fit_stack` leaves everything where `minifw.fit` would: history, parameters, optimiser, generators."""

import copy

import pytest
import torch
from minifw.targets import TARGETS

import minifw
from minifw import SGD, CrossEntropyLoss, DataLoader, Dataset, Dropout, Linear, MSELoss, ReLU, Sequential, Tanh
from minifw.compiled import UnsupportedError
from minifw.compiled.stacks import fit_stack
from tests.minifw.compiled.references import Case, torch_loader, torch_model, torch_optimizer
from tests.minifw.helpers import Scale, generator, linear


def trained(fit, case: Case, seed: int):
    """What a way to fit leaves behind: history, optimiser, loader, model."""
    trials = case.trials_from(seed)
    model = torch_model(case, trials, seed)
    optimizer, loader = torch_optimizer(case, model), torch_loader(case, trials, seed)
    with torch.no_grad():
        decide, loss = TARGETS["onehot"].decide, CrossEntropyLoss("sum")
        history = fit(model, loss, optimizer, loader, 4, decide, on_epoch=lambda epoch, _, told=told: told.append(epoch))
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
