"""A training as it is put together: the rate that decays, the loss that is reduced, the measurements asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from experiments.config.engines import ENGINES
from experiments.config.trial import Trial, TrialConfig
from experiments.training.engines import ONE_AT_A_TIME, REGISTRY
from experiments.training.torch_data import generator, order_generators
from experiments.training.trials import prepare_single, prepare_stack
from minifw import CrossEntropyLoss, MSELoss

SMALL = TrialConfig(hidden=(4, 3), epochs=4, train_size=20, test_size=10, batch_size=6)


@pytest.mark.parametrize("decay", [1.0, 0.5])
def test_an_epoch_multiplies_the_rate_by_its_decay(decay: float) -> None:
    """One pass by hand, then another with half the rate, is what two epochs of training do."""
    lane = Trial(SMALL.replace(lr_decay_epoch=decay, dtype="float64"), 3)
    stepped, whole = prepare_stack([lane] * 2), prepare_stack([lane] * 2)
    for _ in range(3):
        stepped.train_epoch()
    history = []
    whole.config = whole.config.replace(epochs=3)
    whole.fit(lambda epoch, _: history.append(epoch))
    assert history == [0, 1, 2, 3]
    for name, value in stepped.parameters().items():
        torch.testing.assert_close(value, whole.parameters()[name], rtol=0, atol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_epoch_does_to_the_rate(engine: str) -> None:
    """With plain descent on one batch, parameters move by the rate times the gradient: the second step of a rate that
    falls to nothing does not move them."""
    config = SMALL.replace(batch_size=20, lr_decay_epoch=1e-12, lr=0.2, engine=engine, dtype="float64")
    training = REGISTRY[engine].load()([Trial(config, 1)] * (1 if engine in ONE_AT_A_TIME else 2))
    seen = []
    for _ in range(3):
        seen.append({name: value.copy() for name, value in training.arrays().items()})
        training.train_epoch()
    assert any(not np.array_equal(seen[0][name], seen[1][name]) for name in seen[0])
    for name, value in seen[1].items():
        np.testing.assert_allclose(seen[2][name], value, rtol=0, atol=1e-10)


def test_each_trial_of_a_stack_decays_by_its_own_factor() -> None:
    lanes = [Trial(SMALL.replace(lr_decay_epoch=decay), seed) for seed, decay in enumerate((1.0, 0.5, 0.25, 1.0))]
    training = prepare_stack(lanes)
    assert training.lr_decay.tolist() == [1.0, 0.5, 0.25, 1.0] and training.lr_decay.dtype == torch.float64


def test_other_batches_can_be_given_and_are_watched() -> None:
    training = prepare_single([Trial(SMALL, 0)])
    data = training.data["train"]
    seen: list[tuple[torch.Size, torch.Tensor]] = []
    batch = (data.inputs[:5], data.labels[:5], data.targets[:5])
    training.train_epoch(lambda outputs, y: seen.append((outputs.shape, y)), [batch, batch])
    assert [shape for shape, _ in seen] == [(5, 2), (5, 2)] and all(y is batch[2] for _, y in seen)
    seen.clear()
    training.train_epoch(lambda outputs, y: seen.append((outputs.shape, y)))
    assert [shape[0] for shape, _ in seen] == [6, 6, 6, 2]


@pytest.mark.parametrize("prepare", [prepare_stack, prepare_single])
def test_the_loss_is_reduced_as_asked_and_measured_as_a_mean(prepare) -> None:
    for config, kind in ((SMALL.replace(reduction="sum"), MSELoss), (SMALL.replace(loss="cross-entropy"), CrossEntropyLoss)):
        training = prepare([Trial(config, 0)])
        assert type(training.loss) is kind and training.loss.reduction == config.reduction
        history = training.fit()
        with torch.no_grad():
            training.model.eval()
            data = training.data["test"]
            expected = kind("mean")(training.model(data.inputs), data.targets)
        torch.testing.assert_close(history.loss["test"][-1], expected)


@pytest.mark.parametrize(("record", "every", "epochs"), [(True, 1, [0, 1, 2, 3, 4]), (False, 3, [0, 3, 4])])
def test_what_is_measured_and_recorded(record: bool, every: int, epochs: list[int]) -> None:
    for prepare in (prepare_stack, prepare_single):
        history = prepare([Trial(SMALL.replace(record_steps=record, evaluate_every=every), 0)]).fit()
        assert list(history.epochs) == epochs and len(history.steps) == (16 if record else 0)
        assert set(history.loss) == {"train", "test"}


def test_dropout_stands_where_any_trial_has_some() -> None:
    lanes = [Trial(SMALL.replace(dropout=rates), 0) for rates in ((0.0, 0.0), (0.0, 0.5))]
    names = [type(layer).__name__ for layer in prepare_stack(lanes).model.modules()]
    assert names.count("Dropout") == 1 and names[-3:] == ["Dropout", "Linear", "Tanh"]


def test_batches_follow_the_seed_and_the_shuffle_setting() -> None:
    in_order = prepare_single([Trial(SMALL.replace(shuffle=False), 0)])
    assert torch.equal(next(iter(in_order.loader))[0], in_order.data["train"].inputs[:6])
    shuffled = prepare_single([Trial(SMALL, 0)])
    assert not torch.equal(next(iter(shuffled.loader))[0], shuffled.data["train"].inputs[:6])
    twice = order_generators([Trial(SMALL, 4), Trial(SMALL.replace(lr=0.5, order_seed=4), 9)])
    assert twice[0].initial_seed() == twice[1].initial_seed() == generator(4, "shuffling").initial_seed()


def test_training_keeps_no_graph() -> None:
    with torch.enable_grad():
        history = prepare_single([Trial(SMALL, 0)]).fit()
        assert not history.loss["train"][-1].requires_grad
