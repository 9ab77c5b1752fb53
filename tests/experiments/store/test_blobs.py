"""Arrays as bytes: whole and of the right owner, or refused."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest

from experiments.store.blobs import pack, unpack

ARRAYS = {
    "loss": np.array([1.5, np.nan, -0.0]),
    "weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "empty": np.empty((0, 4)),
    "turned": np.arange(6).reshape(2, 3).T,
    "one": np.array(7, dtype=np.int8),
}


def test_what_is_packed_comes_back() -> None:
    found = unpack(pack(ARRAYS, "me"), "me")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == np.ascontiguousarray(array).tobytes()
        found[name].fill(0)  # a copy of its own


def test_the_layout_is_one_line_and_the_bytes() -> None:
    header, _, body = pack({"a": np.array([1, 2], "<i4"), "b": np.array([3.0])}, "me").partition(b"\n")
    fields = [["a", "<i4", [2]], ["b", "<f8", [1]]]
    assert body == np.array([1, 2], "<i4").tobytes() + np.array([3.0]).tobytes()
    assert json.loads(header) == {"crc": zlib.crc32(body, zlib.crc32(json.dumps(["me", fields]).encode())), "arrays": fields}


def damaged() -> dict[str, bytes]:
    whole = pack(ARRAYS, "me")
    header, _, body = whole.partition(b"\n")
    described = json.loads(header)
    return {
        "cut": whole[:-1],
        "longer": whole + b"\0",
        "a bit of the body": whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:],
        "another shape": whole.replace(b"[2, 3]", b"[3, 2]", 1),
        "no header": body,
        "nothing": b"",
        "not JSON": b"{" + whole,
        "no checksum": json.dumps({"arrays": described["arrays"]}).encode() + b"\n" + body,
        "no arrays": json.dumps({"crc": described["crc"]}).encode() + b"\n" + body,
        "a number": b"7\n" + body,
        "not UTF-8": b"\xff\xfe" + whole,
    }


@pytest.mark.parametrize("how", damaged())
def test_damage_is_refused(how: str) -> None:
    with pytest.raises(ValueError, match="these bytes do not hold whole arrays of this owner"):
        unpack(damaged()[how], "me")


def test_anothers_bytes_are_refused() -> None:
    for owner, asker in (("me", "you"), ("", "me"), ("me", "")):
        with pytest.raises(ValueError, match="of this owner"):
            unpack(pack(ARRAYS, owner), asker)
