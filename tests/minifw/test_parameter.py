"""Parameter: what it may hold, and copies and pickles of its own size."""

import copy
import pickle

import pytest
import torch
from torch.testing import assert_close

from minifw import SGD, Parameter, Sequential, stack
from tests.minifw.helpers import EXACT, linear, normal


def test_a_parameter_starts_with_a_zero_gradient_and_out_of_autograd():
    parameter = Parameter(normal(2, 3).requires_grad_())
    assert_close(parameter.grad, torch.zeros(2, 3, dtype=torch.float64), **EXACT)
    assert not parameter.value.requires_grad
    assert repr(parameter) == "Parameter(2, 3)"


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64], ids=str)
def test_only_real_numbers_are_trained(dtype):
    with pytest.raises(ValueError, match=r"real numbers, not torch\..*; write Parameter\(value.float\(\)\)"):
        Parameter(torch.ones(2, 3, dtype=dtype))


@pytest.mark.parametrize("again", [copy.deepcopy, lambda parameter: pickle.loads(pickle.dumps(parameter))])
def test_a_copy_has_its_own_value_and_gradient(again):
    parameter = Parameter(normal(2, 3))
    parameter.grad.fill_(7)
    copied = again(parameter)
    assert_close([copied.value, copied.grad], [parameter.value, parameter.grad], **EXACT)
    copied.value.zero_()
    copied.grad.zero_()
    assert_close([parameter.value, parameter.grad], [normal(2, 3), torch.full((2, 3), 7.0).double()], **EXACT)


def test_the_pickle_of_a_stack_with_its_optimiser_is_not_much_larger_than_its_numbers():
    ensemble = stack([Sequential(*(linear(20, 20, seed) for _ in range(8))) for seed in range(20)])
    optimizer = SGD(ensemble.parameters(), momentum=0.9)
    numbers = 8 * ensemble.count_parameters()
    assert len(pickle.dumps(ensemble)) < 2 * numbers + 20_000
    assert len(pickle.dumps((ensemble, optimizer))) < 3.2 * numbers + 20_000
