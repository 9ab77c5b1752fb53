"""Named arrays as bytes with a checksum, for the store."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence

import numpy as np


def pack(arrays: Mapping[str, np.ndarray], owner: str = "") -> bytes:
    """One line of JSON (checksum; name, dtype and shape of each array), then the arrays' bytes end to end.

    The checksum covers whose arrays they are too, so that bytes which have come under another name are not taken for it.
    """
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    fields = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    return json.dumps({"crc": _checksum(owner, fields, body), "arrays": fields}).encode() + b"\n" + body


def unpack(blob: bytes, owner: str = "") -> dict[str, np.ndarray]:
    """What `pack` was given. Raises ValueError when the bytes are not whole, or not this owner's."""
    header, _, body = blob.partition(b"\n")
    try:
        described = json.loads(header)
        fields = described["arrays"]
        intact = _checksum(owner, fields, body) == described["crc"]
    except (ValueError, KeyError, TypeError):
        intact = False
    if not intact:
        raise ValueError("these bytes do not hold whole arrays of this owner")
    arrays, offset = {}, 0
    for name, dtype, shape in fields:
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(body, dtype, count, offset).reshape(shape).copy()
        offset += arrays[name].nbytes
    return arrays


def _checksum(owner: str, fields: Sequence[Sequence[object]], body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(json.dumps([owner, fields]).encode()))
