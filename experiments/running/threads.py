"""One thread for torch, so that the bits of what it computes do not depend on the machine's load."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import torch

_threads_lock = threading.Lock()
_threads_before: list[int] = []


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Has torch compute with one thread; when the last of several such threads is done, puts the number back."""
    with _threads_lock:
        _threads_before.append(_threads_before[0] if _threads_before else torch.get_num_threads())
        torch.set_num_threads(1)
    try:
        yield
    finally:
        with _threads_lock:
            before = _threads_before.pop()
            if not _threads_before:
                torch.set_num_threads(before)
