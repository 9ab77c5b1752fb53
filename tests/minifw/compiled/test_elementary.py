"""How accurate the engine's elementary functions are, in units in the last place (ulp) of the exact result."""

import ctypes
import struct

import numpy as np
import pytest

from minifw.compiled import derivation
from minifw.compiled.engine import the_engine

FUNCTIONS = {"exp": 0, "tanh": 1, "sigmoid": 2, "log": 3}
EXACT = {
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": lambda x: np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x)))),
    "log": np.log,
}
# The largest error allowed in float32, in ulp; measured over all inputs.
BOUNDS = {"exp": 1.1, "tanh": 2.5, "sigmoid": 2.5, "log": 0.9}


def compute(name: str, x: np.ndarray) -> np.ndarray:
    """One function of the engine, element by element."""
    library = the_engine().libraries[max(the_engine().libraries)]
    lanes = library.lanes(x.dtype.name)
    count = -(-len(x) // lanes)
    memory = library.allocate(2 * count * lanes * x.itemsize)
    padded = memory.view(0, (count * lanes,), x.dtype.name)
    padded[: len(x)] = x
    size = count * lanes * x.itemsize
    memory.call(f"elementary_{x.dtype.name}", FUNCTIONS[name], memory.address, memory.address + size, count)
    return memory.view(size, (count * lanes,), x.dtype.name)[: len(x)].copy()


def errors_in_ulp(name: str, x: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """Against float64, which is exact enough for float32; where the result is subnormal, ulp of the subnormal numbers."""
    with np.errstate(all="ignore"):
        exact = EXACT[name](x.astype(np.float64))
        rounded = exact.astype(np.float32)
        ulp = np.spacing(np.abs(np.where(np.isfinite(rounded), rounded, np.float32(1)))).astype(np.float64)
        error = np.abs(ours.astype(np.float64) - exact) / ulp
    return np.where(np.isfinite(rounded), error, np.where(ours == rounded, 0, np.inf))


def float32_of(bits: np.ndarray) -> np.ndarray:
    return bits.astype(np.uint32).view(np.float32)


def check_float32(name: str, bits: np.ndarray) -> float:
    x = float32_of(bits)
    if name == "log":
        x = x[(x >= np.finfo(np.float32).tiny) & np.isfinite(x)]
    x = x[~np.isnan(x)]
    return float(errors_in_ulp(name, x, compute(name, x)).max(initial=0))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_is_accurate_at_a_sample_of_all_inputs(name):
    assert check_float32(name, np.arange(0, 2**32, 4093)) <= BOUNDS[name]


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_is_accurate_at_every_input(name):
    worst = max(check_float32(name, np.arange(start, start + 2**22)) for start in range(0, 2**32, 2**22))
    assert worst <= BOUNDS[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float64_is_accurate(name):
    """To 4 ulp of the C library's value, which is off by up to one itself."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=200_000) * scale for scale in (1e-8, 1e-3, 0.3, 1, 5, 30, 300)])
    x = np.abs(x) + 1e-300 if name == "log" else x
    with np.errstate(all="ignore"):
        exact = EXACT[name](x)
    ours, finite = compute(name, x), np.isfinite(exact)
    error = np.abs(ours[finite] - exact[finite]) / np.spacing(np.abs(exact[finite]))
    assert error.max() <= 4 and (ours[~finite] == exact[~finite]).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_special_values(dtype):
    infinite, nan = np.inf, np.nan
    tiny = np.finfo(dtype).smallest_subnormal
    x = np.array([infinite, -infinite, nan, 0.0, -0.0, tiny, -tiny], dtype=dtype)
    expected = {
        "exp": [infinite, 0, nan, 1, 1, 1, 1],
        "tanh": [1, -1, nan, 0.0, -0.0, tiny, -tiny],
        "sigmoid": [1, 0, nan, 0.5, 0.5, 0.5, 0.5],
        "log": [nan] * 7,
    }
    for name, values in expected.items():
        np.testing.assert_array_equal(compute(name, x), np.array(values, dtype=dtype))
    assert np.signbit(compute("tanh", x)[4]) and compute("log", np.ones(1, dtype))[0] == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_they_never_fall_where_the_function_rises(name):
    """By more than the last place: training does not need more, but a jump would show a wrong reduction."""
    x = np.sort(np.random.default_rng(1).normal(size=100_000) * 10).astype(np.float32)
    y = compute(name, x[x > np.float32(1e-3)] if name == "log" else x)
    assert (np.diff(y) >= -2 * np.spacing(np.abs(y[1:]))).all()


def test_the_coefficients_are_those_the_derivation_gives():
    assert derivation.HEADER.read_text() == derivation.header()


def test_rounding_mode_and_flush_to_zero_of_the_process_change_nothing_and_stay():
    """exp(-100) is subnormal in float32: flushed to zero, or rounded up, it would be another number."""
    x = np.full(16, -100, dtype=np.float32)
    expected = compute("exp", x)
    assert 0 < expected[0] < np.finfo(np.float32).tiny
    assert np.array_equal(expected, np.exp(x.astype(np.float64)).astype(np.float32))
    fenv = ctypes.CDLL(None)
    before = fenv.fegetround()
    upward = 0x800 if struct.calcsize("P") == 8 else before
    assert fenv.fesetround(upward) == 0
    try:
        changed = compute("exp", x)
        assert fenv.fegetround() == upward
    finally:
        fenv.fesetround(before)
    assert changed.tobytes() == expected.tobytes()
