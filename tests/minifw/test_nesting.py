"""Finding and replacing what lies inside containers."""

import dataclasses
from collections import OrderedDict, defaultdict
from typing import NamedTuple

import pytest

from minifw.nesting import find_inside, is_container, items_of, with_items


class Point(NamedTuple):
    x: object
    y: object


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: object
    y: object = 2


class Stack(list):
    """A list with something of its own."""

    height = 3


CONTAINERS = [
    [1, 2],
    (1, 2),
    Point(1, 2),
    {"x": 1, "y": 2},
    OrderedDict(x=1, y=2),
    defaultdict(list, x=1, y=2),
    Frozen(1),
    Stack([1, 2]),
]


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: type(container).__name__)
def test_items_can_be_read_and_replaced_in_a_container_of_the_same_kind(container):
    assert is_container(container)
    assert list(items_of(container).values()) == [1, 2]
    changed = with_items(container, [3, 4])
    assert type(changed) is type(container)
    assert list(items_of(changed).items()) == list(zip(items_of(container), [3, 4], strict=True))
    assert list(items_of(container).values()) == [1, 2]


@pytest.mark.parametrize("value", ["text", 3, None, {1, 2}, Frozen, range(3)])
def test_other_things_are_no_containers(value):
    assert not is_container(value)


def test_everything_of_a_kind_is_found_by_its_dotted_name():
    nested = [{"a": (1.5, "no"), "b": Frozen([2.5])}, 3.5, Point(None, 4.5)]
    assert list(find_inside("here", nested, (float,))) == [
        ("here.0.a.0", 1.5),
        ("here.0.b.x.0", 2.5),
        ("here.1", 3.5),
        ("here.2.1", 4.5),
    ]
    assert list(find_inside("here", 1.5, (float,))) == [("here", 1.5)]


def test_a_set_is_refused_when_it_holds_what_is_looked_for():
    assert list(find_inside("here", {"text"}, (float,))) == []
    with pytest.raises(TypeError, match=r"here\.x is a set"):
        list(find_inside("here", Frozen({1.5}), (float,)))
