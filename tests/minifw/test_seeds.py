"""A seed is a seed: a trial trains to the same bits whatever stands beside it.

What the runner promises for this: the trial of seed s sits in a lane congruent to s modulo 4, a stack has a multiple of
four lanes, and every number is one value per trial.
"""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from minifw import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    CrossEntropyLoss,
    DataLoader,
    Dataset,
    Dropout,
    Linear,
    MSELoss,
    ReLU,
    RMSprop,
    Sequential,
    Sigmoid,
    Tanh,
    disc,
    fit,
    stack,
)
from minifw.targets import TARGETS
from tests.minifw.helpers import EXACT, generator

RULES = {
    SGD: {"lr": 0.2, "momentum": 0.9, "weight_decay": 0.01},
    RMSprop: {"lr": 0.01, "alpha": 0.95, "momentum": 0.5},
    Adagrad: {"lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.1},
    Adadelta: {"lr": 1.0, "rho": 0.9, "weight_decay": 0.01},
    Adam: {"lr": 0.01, "betas": (0.9, 0.999), "weight_decay": 0.01},
}


def number_of(seed: int, value: float) -> float:
    """A number that differs from seed to seed, zero for some."""
    return value * (seed % 5) / 4


def per_trial(seeds: range, value):
    if isinstance(value, tuple):
        return tuple(per_trial(seeds, one) for one in value)
    return torch.tensor([number_of(seed, value) for seed in seeds], dtype=torch.float64)


def train(seeds: range, widths, activation, rule, loss, batch_size, samples, rate, dtype, epochs=2):
    """Final parameters, losses of every step and of every epoch; the trial axis comes last but in the parameters."""

    def build(seed: int) -> Sequential:
        draws, layers = generator(seed), []
        for k, (rows, columns) in enumerate(pairwise(widths)):
            layers += [Linear(rows, columns, generator=draws, dtype=dtype), activation()]
            if rate and k == 0:
                layers.append(Dropout(number_of(seed, rate), generator(1000 + seed)))
        return Sequential(*layers[:-1])

    points, labels = (torch.stack(parts) for parts in zip(*(disc(samples, generator(seed)) for seed in seeds), strict=True))
    targets = TARGETS["onehot"].encode(labels).repeat_interleave(widths[-1], -1)[..., : widths[-1]]
    ensemble = stack([build(seed) for seed in seeds])
    history = fit(
        ensemble,
        loss(),
        rule(ensemble.parameters(), **{name: per_trial(seeds, value) for name, value in RULES[rule].items()}),
        DataLoader(Dataset(points.to(dtype), labels, targets.to(dtype)), batch_size, generators=[generator(s) for s in seeds]),
        epochs,
        lambda outputs: (outputs.sum(-1) > 0).long(),
        lr_decay=per_trial(seeds, 0.9),
        record_steps=True,
    )
    return [p.value for p in ensemble.parameters()], torch.stack(history.steps), torch.stack(history.loss["train"])


def assert_same_bits(one, first: range, other, second: range) -> None:
    """For the seeds that are in both stacks."""
    shared = range(max(first.start, second.start), min(first.stop, second.stop))
    mine, theirs = (slice(shared.start - seeds.start, shared.stop - seeds.start) for seeds in (first, second))
    assert len(shared) > 0
    for ours, others in zip(one[0], other[0], strict=True):
        assert_close(ours[mine], others[theirs], **EXACT, equal_nan=True)
    for ours, others in zip(one[1:], other[1:], strict=True):
        assert_close(ours[:, mine], others[:, theirs], **EXACT, equal_nan=True)


def seeds(start: int, lanes: int) -> range:
    return range(4 * start, 4 * (start + lanes))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_long_training_of_a_reports_network_in_chunks_and_at_once(rule, dtype):
    options = {"widths": [2, 25, 25, 2], "activation": Tanh, "rule": rule, "loss": MSELoss, "rate": 0.0, "dtype": dtype}
    options |= {"batch_size": 10, "samples": 95, "epochs": 20}
    whole = seeds(0, 8)
    at_once = train(whole, **options)
    for chunk in (seeds(0, 1), seeds(1, 2), seeds(3, 5)):
        assert_same_bits(train(chunk, **options), chunk, at_once, whole)


widths = st.lists(st.sampled_from([1, 2, 3, 4, 5, 8, 16, 25]), min_size=1, max_size=3)


@settings(max_examples=100)
@given(
    hidden=widths,
    outputs=st.integers(1, 3),
    activation=st.sampled_from([ReLU, Tanh, Sigmoid]),
    rule=st.sampled_from(list(RULES)),
    loss=st.sampled_from([MSELoss, CrossEntropyLoss]),
    samples=st.integers(1, 14),
    batch_size=st.integers(1, 14),
    rate=st.sampled_from([0.0, 0.5]),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    before=st.integers(0, 2),
    after=st.sampled_from([0, 1, 2, 7, 15]),
)
def test_training_gives_a_trial_the_same_bits_in_every_stack(before, after, hidden, outputs, batch_size, samples, **options):
    options |= {"widths": [2, *hidden, outputs], "batch_size": min(batch_size, samples), "samples": samples}
    small, large = seeds(2, 1), seeds(2 - before, before + 1 + after)
    assert_same_bits(train(small, **options), small, train(large, **options), large)


def test_a_trial_has_the_same_bits_beside_one_that_has_become_nan():
    def losses(rates: list[float]) -> Tensor:
        models = [
            Sequential(Linear(2, 5, generator=generator(s)), ReLU(), Linear(5, 2, generator=generator(s))) for s in range(4)
        ]
        ensemble, loss, x = stack(models), MSELoss(), torch.rand(4, 7, 2, generator=generator())
        optimizer, values = Adam(ensemble.parameters(), lr=torch.tensor(rates)), []
        for _ in range(20):
            optimizer.zero_grad()
            values.append(loss(ensemble(x), x))
            ensemble.backward(loss.backward())
            optimizer.step()
        return torch.stack(values)

    calm, wild = losses([0.1] * 4), losses([0.1, 1e38, 0.1, 0.1])
    assert wild[-1].isfinite().tolist() == [True, False, True, True]
    assert_close(calm[:, [0, 2, 3]], wild[:, [0, 2, 3]], **EXACT)
