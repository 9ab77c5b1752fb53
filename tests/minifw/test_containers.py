"""Sequential and the holders of modules: their order, what it can be asked, and what it refuses."""

import pytest
from torch.testing import assert_close

from minifw import Linear, ModuleDict, ModuleList, ReLU, Sequential
from tests.minifw.helpers import EXACT, Residual, linear, normal


def test_sequential_applies_in_order_and_can_be_indexed():
    layers = [linear(3, 4), ReLU(), linear(4, 2)]
    model, x = Sequential(*layers), normal(5, 3)
    assert list(model) == layers
    assert (len(model), model[1]) == (3, layers[1])
    assert_close(model(x), layers[2](layers[1](layers[0](x))), **EXACT)


def test_sequential_refuses_a_module_that_stands_in_it_twice():
    relu = ReLU()
    with pytest.raises(ValueError, match="twice"):
        Sequential(Linear(3, 3), relu, Linear(3, 3), relu)


@pytest.mark.parametrize("layers", [[ReLU(), ReLU()], {"first": ReLU()}])
def test_sequential_says_how_to_write_a_list_of_layers(layers):
    with pytest.raises(TypeError, match=rf"takes modules, not {type(layers).__name__}; write Sequential\(\*layers\)"):
        Sequential(layers)
    with pytest.raises(TypeError, match=r"takes modules, not int$"):
        Sequential(1)


def test_an_empty_sequential_is_the_identity():
    assert_close(Sequential()(normal(5, 3)), normal(5, 3), **EXACT)
    assert list(Sequential().parameters()) == []


def test_a_slice_is_a_sequential_of_the_same_modules():
    model, x = Sequential(linear(3, 4), ReLU(), linear(4, 2, 1)), normal(5, 3)
    head, tail = model[:2], model[-1:]
    assert (type(head), len(head), len(tail)) == (Sequential, 2, 1)
    assert head[0] is model[0]
    assert_close(tail(head(x)), model(x), **EXACT)


def test_append_puts_a_module_at_the_end():
    model, last = Sequential(linear(3, 4)), linear(4, 2)
    assert model.append(last) is model
    assert list(model) == [model[0], last]


@pytest.mark.parametrize("build", [lambda relu: Residual(relu), lambda relu: Sequential(linear(3, 3), relu)])
def test_a_module_inside_another_may_not_stand_in_it_again(build):
    relu = ReLU()
    for layers in ((relu, build(relu)), (build(relu), relu), (build(relu), build(relu))):
        with pytest.raises(ValueError, match="twice"):
            Sequential(linear(3, 3), *layers)
        with pytest.raises(ValueError, match="twice"):
            Sequential(layers[0]).append(layers[1])


def test_a_module_list_is_a_list_whose_modules_are_found():
    first, second = linear(3, 3), linear(3, 3, 1)
    modules = ModuleList([first])
    assert modules.append(second) is modules
    assert (list(modules), len(modules), modules[1]) == ([first, second], 2, second)
    assert list(ModuleList([first]).extend([second])) == [first, second]
    assert len(list(modules.parameters())) == 4
    assert [module.training for module in modules.eval()] == [False, False]


def test_a_module_dict_is_a_dict_whose_modules_are_found():
    first, second = linear(3, 3), linear(3, 3, 1)
    modules = ModuleDict({"first": first})
    modules["second"] = second
    assert (list(modules), len(modules), modules["second"]) == (["first", "second"], 2, second)
    assert dict(modules.items()) == {"first": first, "second": second}
    assert (list(modules.keys()), list(modules.values())) == (["first", "second"], [first, second])
    assert "first" in modules and "third" not in modules
    assert len(list(modules.parameters())) == 4
    assert len(ModuleDict()) == len(ModuleList()) == 0


@pytest.mark.parametrize("holder", [ModuleList([Linear(3, 3)]), ModuleDict({"first": Linear(3, 3)})])
def test_what_only_holds_modules_does_not_run(holder):
    with pytest.raises(TypeError, match="does not run them; call them in your module's forward"):
        holder(normal(5, 3))
    with pytest.raises(TypeError, match="does not run them; call them in your module's backward"):
        type(holder).backward(holder, normal(5, 3))
