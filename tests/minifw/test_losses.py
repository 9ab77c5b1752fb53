"""Losses: values and gradients of torch.nn.functional trial by trial, and what they refuse."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional
from torch.testing import assert_close

from minifw import CrossEntropyLoss, MSELoss, check_gradients
from tests.minifw.helpers import CLOSE, EXACT, generator, normal

REDUCTIONS = ["mean", "batchmean", "sum"]
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def classes(*shape, of=4, seed=5):
    return torch.randint(of, shape, generator=generator(seed))


def soft_rows(*shape):
    return torch.softmax(normal(*shape, seed=6), -1)


def torch_mse(prediction, target, reduction):
    batch = prediction.shape[0] if prediction.dim() > 1 else 1
    total = functional.mse_loss(prediction, target, reduction="sum")
    return (
        functional.mse_loss(prediction, target) if reduction == "mean" else total / (batch if reduction == "batchmean" else 1)
    )


def torch_cross_entropy(logits, target, reduction):
    return functional.cross_entropy(logits, target, reduction="sum" if reduction == "sum" else "mean")


KINDS = {
    "MSE": (MSELoss, torch_mse, lambda *shape: normal(*shape, seed=3)),
    "cross-entropy of classes": (CrossEntropyLoss, torch_cross_entropy, lambda *shape: classes(*shape[:-1])),
    "cross-entropy of one-hot rows": (
        CrossEntropyLoss,
        torch_cross_entropy,
        lambda *shape: functional.one_hot(classes(*shape[:-1]), 4).double(),
    ),
    "cross-entropy of soft rows": (CrossEntropyLoss, torch_cross_entropy, soft_rows),
}
every_kind = pytest.mark.parametrize(("loss", "theirs", "targets"), KINDS.values(), ids=KINDS)


def assert_value_and_gradient(loss, theirs, prediction, target):
    leaf = prediction.clone().requires_grad_()
    expected = theirs(leaf, target, loss.reduction)
    expected.backward()
    assert_close(loss(prediction, target), expected.detach(), **CLOSE)
    assert_close(loss.backward(), leaf.grad, **CLOSE)
    assert_close(loss.gradient(prediction, target), leaf.grad, **CLOSE)


@pytest.mark.parametrize("shape", [(4,), (1, 4), (5, 4)], ids=["one sample", "a batch of one", "a batch"])
@every_reduction
@every_kind
def test_value_and_gradient_are_those_of_torch(loss, theirs, targets, reduction, shape):
    assert_value_and_gradient(loss(reduction), theirs, normal(*shape), targets(*shape))


@every_reduction
@every_kind
def test_every_trial_has_the_value_and_gradient_it_has_alone(loss, theirs, targets, reduction):
    prediction, target, stacked = normal(3, 5, 4), targets(3, 5, 4), loss(reduction)
    values, gradient = stacked(prediction, target), stacked.backward()
    assert values.shape == (3,)
    for trial in range(3):
        alone = loss(reduction)
        assert_value_and_gradient(alone, theirs, prediction[trial], target[trial])
        assert_close(values[trial], alone(prediction[trial], target[trial]), **CLOSE)
        assert_close(gradient[trial], alone.backward(), **CLOSE)


@pytest.mark.parametrize("shape", [(4,), (5, 4), (3, 5, 4)], ids=["one sample", "a batch", "a stack"])
@every_reduction
@every_kind
def test_backward_passes_the_gradient_check(loss, theirs, targets, reduction, shape):
    check_gradients(loss(reduction), normal(*shape), targets(*shape))


@given(trials=st.integers(1, 5), batch=st.integers(1, 6), features=st.integers(1, 5), reduction=st.sampled_from(REDUCTIONS))
def test_mse_of_every_shape(trials, batch, features, reduction):
    prediction, target, loss = normal(trials, batch, features), normal(trials, batch, features, seed=1), MSELoss(reduction)
    values = loss(prediction, target)
    n = {"mean": batch * features, "batchmean": batch, "sum": 1}[reduction]
    assert_close(values, (prediction - target).square().flatten(1).sum(1) / n, **CLOSE)
    assert_close(loss.backward(), 2 * (prediction - target) / n, **CLOSE)


@every_kind
def test_a_trial_never_feels_another_one_not_even_its_nan(loss, theirs, targets):
    prediction, target, stacked = normal(3, 5, 4), targets(3, 5, 4), loss()
    values, gradient = stacked(prediction, target), stacked.backward()
    prediction[1] = torch.nan
    spoilt, spoilt_gradient = stacked(prediction, target), stacked.backward()
    assert spoilt.isfinite().tolist() == [True, False, True]
    for trial in (0, 2):
        assert_close(spoilt[trial], values[trial], **EXACT)
        assert_close(spoilt_gradient[trial], gradient[trial], **EXACT)


@pytest.mark.parametrize("size", [1e3, 1e30])
def test_huge_logits_stay_finite(size):
    logits = torch.tensor([[size, 0.0, -size], [-size, -size, size]], dtype=torch.float32)
    loss = CrossEntropyLoss("sum")
    assert loss(logits, torch.tensor([0, 2])).item() == 0
    assert_close(loss.backward(), torch.zeros(2, 3))
    assert loss(logits, torch.tensor([1, 2])).item() == pytest.approx(size)
    assert_close(loss.backward(), torch.tensor([[1.0, -1, 0], [0, 0, 0]]))


def test_mean_and_batchmean_of_cross_entropy_are_the_same():
    logits, target = normal(5, 4), classes(5)
    assert_close(CrossEntropyLoss("mean")(logits, target), CrossEntropyLoss("batchmean")(logits, target), **EXACT)


@pytest.mark.parametrize(
    ("loss", "prediction", "target"),
    [
        (MSELoss(), normal(5, 1), normal(5)),
        (MSELoss(), normal(5), normal(5, 1)),
        (MSELoss(), normal(3, 5, 2), normal(5, 2)),
        (MSELoss(), normal(5, 2), normal(1, 2)),
        (CrossEntropyLoss(), normal(5, 4), classes(5, 1)),
        (CrossEntropyLoss(), normal(3, 5, 4), classes(5)),
        (CrossEntropyLoss(), normal(5, 4), soft_rows(5, 3)),
        (CrossEntropyLoss(), normal(5, 4), torch.zeros(5)),
        (CrossEntropyLoss(), normal(5, 4), torch.full((5,), 4)),
        (CrossEntropyLoss(), normal(5, 4), torch.full((5,), -1)),
    ],
)
def test_refuses_targets_that_do_not_fit(loss, prediction, target):
    with pytest.raises(ValueError, match=r"targets|class indices"):
        loss(prediction, target)
    with pytest.raises(ValueError, match=r"targets|class indices"):
        loss.gradient(prediction, target)


@pytest.mark.parametrize("loss", [MSELoss, CrossEntropyLoss])
def test_refuses_another_reduction_and_a_backward_before_the_call(loss):
    with pytest.raises(ValueError, match="mean, batchmean, sum"):
        loss("average")
    with pytest.raises(ValueError, match="before backward"):
        loss().backward()


@every_kind
def test_nothing_is_recorded_for_autograd(loss, theirs, targets):
    module, prediction, target = loss(), normal(5, 4).requires_grad_(), targets(5, 4)
    if target.is_floating_point():
        target.requires_grad_()
    assert not module(prediction, target).requires_grad
    assert not module.backward().requires_grad
    assert not module.gradient(prediction, target).requires_grad


def test_prints_its_reduction():
    assert repr(MSELoss("sum")) == "MSELoss(reduction='sum')"


@pytest.mark.parametrize("target", [torch.tensor([1, 0]), torch.tensor([[0.0, 1, 0], [1, 0, 0]])], ids=["classes", "rows"])
def test_a_logit_of_minus_infinity_in_another_class_adds_nothing(target):
    logits = torch.tensor([[-torch.inf, 1.0, 2.0], [0.5, -torch.inf, -torch.inf]])
    loss = CrossEntropyLoss("sum")
    expected = functional.cross_entropy(logits, torch.tensor([1, 0]), reduction="sum")
    assert_close(loss(logits, target), expected)
    assert loss.backward().isfinite().all()


def test_a_logit_of_minus_infinity_in_the_own_class_is_infinitely_wrong_and_nan_stays_nan():
    logits = torch.tensor([[[-torch.inf, 1.0]], [[torch.nan, 1.0]], [[1.0, 1.0]]])
    values = CrossEntropyLoss()(logits, torch.zeros(3, 1, dtype=torch.int64))
    assert values[0] == torch.inf
    assert values.isnan().tolist() == [False, True, False]


@pytest.mark.parametrize("reduction", ["mean", "batchmean"])
@every_kind
def test_a_mean_over_no_samples_is_refused(loss, theirs, targets, reduction):
    for shape in ((0, 4), (3, 0, 4)):
        with pytest.raises(ValueError, match="no samples"):
            loss(reduction)(normal(*shape), targets(*shape))
        with pytest.raises(ValueError, match="no samples"):
            loss(reduction).gradient(normal(*shape), targets(*shape))


@every_kind
def test_a_sum_over_no_samples_is_zero(loss, theirs, targets):
    assert loss("sum")(normal(3, 0, 4), targets(3, 0, 4)).tolist() == [0, 0, 0]
    assert loss("sum").gradient(normal(0, 4), targets(0, 4)).shape == (0, 4)


@pytest.mark.parametrize(("loss", "target"), [(MSELoss(), normal(5, 2)), (CrossEntropyLoss(), classes(5, of=2))])
def test_targets_of_one_data_set_for_a_stack_are_refused_with_what_to_write(loss, target):
    with pytest.raises(ValueError, match=r"DataLoader\(data, batch_size, trials=3\)"):
        loss(normal(3, 5, 2), target)
