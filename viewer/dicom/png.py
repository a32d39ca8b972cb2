"""The smallest PNG writer that is enough for thumbnails and `overread render` (ISO/IEC 15948): no picture library needed."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GREY, RGB = 0, 2


def png(picture: NDArray[np.uint8], comment: str = "") -> bytes:
    """PNG bytes of a grey [row, column] or RGB [row, column, 3] picture, 8 bits a sample; `comment` travels in it as text (`iTXt`)."""
    rows, columns = picture.shape[:2]
    kind = GREY if picture.ndim == 2 else RGB
    lines = np.zeros((rows, 1 + picture[0].size), np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = picture.reshape(rows, -1)
    head = struct.pack(">IIBBBBB", columns, rows, 8, kind, 0, 0, 0)
    told = _chunk(b"iTXt", b"Comment\0\0\0\0\0" + comment.encode()) if comment else b""
    parts = (_chunk(b"IHDR", head), told, _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
