"""Batches that hold every sample once, in an order that belongs to its trial."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from minifw import DataLoader, Dataset
from minifw.targets import TARGETS
from tests.minifw.helpers import EXACT, generator


def numbered(samples, trials=None, dtype=torch.float64, features=2):
    """A data set in which every number tells its trial and its sample."""
    number = torch.arange(samples) if trials is None else 1000 * torch.arange(trials)[:, None] + torch.arange(samples)
    inputs = number[..., None].to(dtype) + torch.arange(features) / 10
    return Dataset(inputs.to(dtype), number, -number[..., None].to(dtype))


def generators(count):
    return [generator(seed) for seed in range(count)]


@given(samples=st.integers(1, 30), trials=st.none() | st.integers(1, 5), data=st.data())
def test_every_sample_comes_once_an_epoch_with_its_own_label_and_target(samples, trials, data):
    batch_size = data.draw(st.integers(1, samples))
    loader = DataLoader(numbered(samples, trials), batch_size, generators=generators(trials or 1))
    orders = []
    for _ in range(2):
        batches = list(loader)
        sizes = [labels.shape[-1] for _, labels, _ in batches]
        assert len(batches) == len(loader) == math.ceil(samples / batch_size)
        assert sizes == [batch_size] * (samples // batch_size) + [samples % batch_size] * (samples % batch_size > 0)
        inputs, labels, targets = (torch.cat(parts, 0 if trials is None else 1) for parts in zip(*batches, strict=True))
        assert_close(labels.sort(-1).values, loader.data.labels, **EXACT)
        assert_close(inputs, labels[..., None] + torch.arange(2) / 10, check_dtype=False)
        assert_close(targets, -labels[..., None].double(), **EXACT)
        orders.append(labels)
    assert samples < 10 or not torch.equal(*orders)


@given(samples=st.integers(1, 20), trials=st.integers(1, 5), shuffle=st.booleans(), data=st.data())
def test_a_trial_sees_the_batches_it_sees_alone(samples, trials, shuffle, data):
    batch_size = data.draw(st.integers(1, samples))
    stacked = DataLoader(numbered(samples, trials), batch_size, shuffle, generators(trials))
    for trial in range(trials):
        alone = DataLoader(numbered(samples), batch_size, shuffle, [generator(trial)])
        stacked.generators = generators(trials)
        for theirs, own in zip(stacked, alone, strict=True):
            assert_close(theirs[1][trial], own[1] + 1000 * trial, **EXACT)


def test_without_shuffling_the_order_is_that_of_the_data():
    assert torch.cat([labels for _, labels, _ in DataLoader(numbered(7), 3, shuffle=False)]).tolist() == list(range(7))


@given(
    samples=st.integers(1, 12),
    trials=st.none() | st.integers(1, 9),
    features=st.integers(1, 3),
    dtypes=st.tuples(*[st.sampled_from([torch.float32, torch.float64])] * 2),
    data=st.data(),
)
def test_every_batch_starts_on_a_64_byte_boundary(samples, trials, features, dtypes, data):
    dataset = numbered(samples, trials, dtypes[0], features)
    dataset.targets = dataset.targets.to(dtypes[1])
    loader = DataLoader(dataset, data.draw(st.integers(1, samples)), generators=generators(trials or 1))
    for batch in loader:
        assert [tensor.data_ptr() % 64 for tensor in batch] == [0, 0, 0]
        assert all(tensor.is_contiguous() for tensor in batch)


def test_a_loader_without_generators_draws_fresh_orders_and_leaves_the_global_state_alone():
    before = torch.get_rng_state()
    orders = [next(iter(DataLoader(numbered(50), 50)))[1].tolist() for _ in range(2)]
    assert orders[0] != orders[1]
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("batch_size", [0, 8, -1])
def test_refuses_a_batch_size_that_does_not_fit(batch_size):
    with pytest.raises(ValueError, match=f"batch_size must be 1 to 7.* not {batch_size}"):
        DataLoader(numbered(7), batch_size)


def test_refuses_another_number_of_generators_than_trials():
    with pytest.raises(ValueError, match="3 trials need 3 generators, not 2"):
        DataLoader(numbered(7, 3), 2, generators=generators(2))


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        ((5, 2), (10, 1)),
        ((10, 2), (5, 1)),
        ((3, 5, 2), (3, 10, 1)),
        ((10, 2), (3, 10, 1)),
        ((2, 10, 2), (3, 10, 1)),
        ((2,), (10,)),
    ],
)
def test_a_sample_without_its_label_or_target_is_refused(inputs, targets):
    labels = torch.zeros((3, 10) if len(inputs) == 3 else (10,), dtype=torch.int64)
    with pytest.raises(ValueError, match=r"labels \(.*10,?\) need (inputs|targets) \(.*10, \.\.\.\), not"):
        Dataset(torch.zeros(inputs), labels, torch.zeros(targets))


def test_a_data_set_that_was_changed_is_checked_again_by_the_loader():
    data = numbered(7)
    data.inputs = data.inputs[:5]
    with pytest.raises(ValueError, match="need inputs"):
        DataLoader(data, 2)


def test_class_indices_may_be_the_targets():
    labels = torch.arange(4)
    assert Dataset(torch.zeros(4, 2), labels, labels).samples == 4


@pytest.mark.parametrize("name", ["pm1", "binary", "onehot"])
@pytest.mark.parametrize("shape", [(6,), (3, 6)])
def test_labels_are_encoded_by_name_in_the_type_of_the_inputs(name, shape):
    labels = torch.randint(2, shape, generator=generator())
    data = Dataset(torch.zeros(*shape, 2), labels, name)
    assert_close(data.targets, TARGETS[name].encode(labels).float(), **EXACT)
    assert_close(data.decide(data.targets), labels, **EXACT)
    assert data.trials == (3 if len(shape) == 2 else None)
    with pytest.raises(ValueError, match=r"'plusminus'; there are pm1, binary, onehot"):
        Dataset(torch.zeros(*shape, 2), labels, "plusminus")


def test_one_data_set_serves_every_trial_each_in_its_own_order():
    data = numbered(7)
    loader = DataLoader(data, 3, generators=generators(4), trials=4)
    alone = [DataLoader(data, 3, generators=[generator(trial)]) for trial in range(4)]
    for batch, *own in zip(loader, *alone, strict=True):
        for stacked, *single in zip(batch, *own, strict=True):
            assert_close(stacked, torch.stack(single), **EXACT)
    assert loader.trials == 4
    with pytest.raises(ValueError, match="one data set for each of 3 trials already"):
        DataLoader(numbered(7, 3), 2, trials=4)
    assert DataLoader(numbered(7, 3), 2, trials=3).trials == 3


def test_a_data_set_is_cast_but_for_class_indices():
    labels = torch.arange(4) % 2
    cast = Dataset(torch.zeros(4, 2), labels, "onehot").to(torch.float64, torch.device("cpu"))
    assert (cast.inputs.dtype, cast.labels.dtype, cast.targets.dtype) == (torch.float64, torch.int64, torch.float64)
    assert cast.decide(cast.targets).tolist() == [0, 1, 0, 1]
    assert Dataset(torch.zeros(4, 2), labels, labels).to(torch.float64, torch.device("cpu")).targets.dtype == torch.int64


def test_a_loader_goes_on_with_the_orders_of_another():
    first = DataLoader(numbered(20, 3), 6, generators=generators(3))
    list(first)
    state = first.state_dict()
    second = DataLoader(numbered(20, 3), 6)
    second.load_state_dict(state)
    for ours, theirs in zip(list(first), list(second), strict=True):
        assert_close(ours, theirs, **EXACT)
    with pytest.raises(ValueError, match="3 generators, not 2"):
        DataLoader(numbered(20, 2), 6).load_state_dict(state)
