"""Settings of torch that change what a product of two float32 tensors is.

torch.set_float32_matmul_precision("medium") lets products be computed from numbers rounded to eight bits, and autocast casts
them on the way. Results would then depend on what some other part of a program has set, so training sets both itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def full_precision() -> Iterator[None]:
    """Within it products of float32 are computed in float32, without autocast; afterwards all is as it was.

    Raises ValueError when the precision was set by torch.backends' newer settings, which cannot be read and put back.
    """
    before = _read_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with torch.autocast("cpu", enabled=False), torch.autocast("cuda", enabled=False):
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def _read_precision() -> str:
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:
        raise ValueError(
            "torch.backends lets products of float32 be rounded, which changes what is trained; before training, write "
            'torch.set_float32_matmul_precision("highest")'
        ) from None
