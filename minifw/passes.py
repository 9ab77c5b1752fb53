"""Forward and backward passes that belong together.

A layer keeps what its last forward pass saw, and backward uses it. A forward pass in between, on a validation batch or in
another thread, would make backward give the gradient of other data. So every output carries the pass it comes from, and
whoever asks for a gradient at it learns whether that pass is still the last one.
"""

from __future__ import annotations

from torch import Tensor


class Pass:
    """One call of a model. `superseded` once the model has been called again."""

    __slots__ = ("superseded",)

    superseded: bool

    def __init__(self) -> None:
        self.superseded = False


def pass_of(tensor: Tensor) -> Pass | None:
    """The pass a model's output or its gradient belongs to; None for a tensor that was computed from them."""
    return getattr(tensor, "minifw_pass", None)


def mark(tensor: Tensor, belongs_to: Pass | None) -> None:
    """Makes `pass_of` answer."""
    tensor.minifw_pass = belongs_to  # type: ignore[attr-defined]


def check_is_last(belongs_to: Pass | None) -> None:
    """Raises ValueError when the model has been called since that pass."""
    if belongs_to is not None and belongs_to.superseded:
        raise ValueError(
            "the model was called again since it gave this output, on other inputs or in another thread, and kept those; call "
            "model(x), loss and backward in this order, and validate after optimizer.step(); give each thread a "
            "copy.deepcopy(model)"
        )
