"""What a training's speed is held against: multiplications and additions on all lanes, and how many a training needs."""

from __future__ import annotations

from collections.abc import Callable

from minifw.compiled.engine import Engine, the_engine
from minifw.compiled.settings import Settings

CHAINS = 12  # as in source/limit.h


def limit_task(dtype: str = "float32", engine: Engine | None = None, rounds: int = 20_000) -> tuple[Callable[[], object], int]:
    """What multiplies and adds on the widest vectors, and how many operations one call is."""
    engine = engine or the_engine()
    library = engine.libraries[max(engine.libraries)]
    lanes = library.lanes(dtype)
    memory = library.allocate(CHAINS * library.vector_bytes)
    return lambda: memory.call(f"multiply_and_add_{dtype}", memory.address, rounds), 2 * CHAINS * lanes * rounds


def operations_per_sample(settings: Settings) -> int:
    """Multiplications and additions of the affine maps for one training sample.

    Of a weight (in, out) a forward pass needs 2 in out, its gradient as many, and the gradient of its inputs as many again, but
    for the first layer's.
    """
    weights = [layer.inputs * layer.outputs for layer in settings.layers if layer.kind == "affine"]
    return 6 * sum(weights) - 2 * weights[0]
