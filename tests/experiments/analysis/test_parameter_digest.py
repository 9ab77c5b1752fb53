"""The digest of a trained network's parameters, byte by byte."""

from __future__ import annotations

import hashlib
import struct

import numpy as np

from experiments.analysis.parameter_digest import parameter_digest

VALUES = {
    "bias1": np.array([[5.0]], dtype=np.float32),
    "weight0": np.array([[1.0, -2.0]], dtype=np.float32),
    "weight1": np.array([[4.0], [-0.0]], dtype=np.float32),
    "bias0": np.array([[0.5, 3.0]], dtype=np.float32),
}


def test_it_is_of_all_parameters_layer_after_layer_the_lowest_byte_first():
    written = struct.pack("<7f", 1, -2, 0.5, 3, 4, -0.0, 5)
    assert parameter_digest(VALUES) == hashlib.sha256(written).hexdigest()[:16]
    assert parameter_digest({name: values.astype(">f4") for name, values in VALUES.items()}) == parameter_digest(VALUES)


def test_layers_come_by_number_and_own_parameters_last():
    many = {f"{name}{layer}": np.array([[float(layer)]]) for layer in range(12) for name in ("bias", "weight")}
    written = struct.pack("<26d", *(layer // 2 for layer in range(24)), 7, 8)
    own = {"own.b": np.array([8.0]), "own.a": np.array([7.0])}
    assert parameter_digest(own | many) == hashlib.sha256(written).hexdigest()[:16]


def test_every_bit_counts_and_the_precision_too():
    zero = VALUES | {"weight1": np.array([[4.0], [0.0]], dtype=np.float32)}
    wide = {name: values.astype(np.float64) for name, values in VALUES.items()}
    assert len({parameter_digest(some) for some in (VALUES, zero, wide)}) == 3


def test_every_nan_has_the_same_bytes():
    def digest(bits: int) -> str:
        odd = np.array([[bits]], dtype=np.uint32).view(np.float32)
        return parameter_digest(VALUES | {"bias1": odd})

    assert digest(0x7FC00000) == digest(0xFFC00001) == digest(0x7F800001)
