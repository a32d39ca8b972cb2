"""The table of what workers do: how a payload becomes JSON and bytes, which function answers, what comes back.

Packing and unpacking run in the caller's process and check what they get; the work runs in the worker and is named by
text, so that the caller imports no parser.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Trouble
from viewer.dicom.header import Header, Note, PixelFormat
from viewer.dicom.header_json import from_json
from viewer.dicom.prepared import Prepared
from viewer.workers.pdf_pages import PdfInfo, PdfPage, PdfText, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Blobs = tuple[bytes, ...]
Packed = tuple[dict[str, Any], Blobs]


@dataclass(frozen=True, slots=True)
class Task:
    """One row: `seconds` of processor time for each task, and more for each MB of its payload."""

    work: str  # "module:function", (values, blobs) → (values, blobs), in the worker
    pack: Callable[[Any], Packed]
    unpack: Callable[[dict[str, Any], Blobs], Any]
    seconds: float | None = None  # None: the pool's own
    seconds_per_mb: float = 0.0


def _bytes(payload: bytes) -> Packed:
    return {}, (bytes(payload),)


def _prepared(values: dict[str, Any], blobs: Blobs) -> Prepared:
    trouble = values["trouble"]
    header = from_json(values["header"])
    return Prepared(
        header,
        blobs[0],
        blobs[1] if len(blobs) > 1 else None,
        str(values["form"]),
        tuple(int(one) for one in values["offsets"]),
        tuple(int(one) for one in values["lengths"]),
        None if trouble is None else Trouble.from_dict(trouble),
        tuple(Note(str(one["code"]), str(one["text"])) for one in values["warnings"]),
    )


def _decode(payload: tuple[bytes, str, PixelFormat]) -> Packed:
    coded, form, pixels = payload
    return {"form": form, "pixels": asdict(pixels)}, (bytes(coded),)


def _array(values: dict[str, Any], blobs: Blobs) -> NDArray[Any]:
    shape = tuple(int(one) for one in values["shape"])
    return np.frombuffer(blobs[0], np.dtype(str(values["dtype"]))).reshape(shape)


def _inspect(payload: tuple[bytes, tuple[tuple[int, int, int, int], ...]]) -> Packed:
    data, at = payload
    return {"at": [list(one) for one in at]}, (bytes(data),)


def _header(values: dict[str, Any], _blobs: Blobs) -> tuple[Header, bool]:
    return from_json(values["header"]), bool(values["is_image"])


def _stored(payload: tuple[bytes, int]) -> Packed:
    data, frame = payload
    return {"frame": frame}, (bytes(data),)


def _page(payload: tuple[bytes, int, float]) -> Packed:
    data, page, scale = payload
    return {"page": page, "scale": scale}, (bytes(data),)


def _page_text(payload: tuple[bytes, int]) -> Packed:
    data, page = payload
    return {"page": page}, (bytes(data),)


def _pdf_info(values: dict[str, Any], _blobs: Blobs) -> PdfInfo:
    return PdfInfo(tuple((float(width), float(height)) for width, height in values["pages"]))


def _pdf_page(values: dict[str, Any], blobs: Blobs) -> PdfPage:
    width, height = int(values["width"]), int(values["height"])
    if len(blobs[0]) != width * height * 4:
        raise ValueError(len(blobs[0]))
    return PdfPage(width, height, blobs[0])


def _pdf_text(values: dict[str, Any], _blobs: Blobs) -> PdfText:
    words = tuple(Word(str(one[0]), *(float(part) for part in one[1:5])) for one in values["words"])
    return PdfText(str(values["text"]), words)


TASKS: dict[str, Task] = {
    "prepare": Task("viewer.workers.dicom_work:prepare", _bytes, _prepared, seconds=20.0, seconds_per_mb=2.0),
    "decode": Task("viewer.workers.dicom_work:decode", _decode, _array, seconds_per_mb=1.0),
    "inspect": Task("viewer.workers.dicom_work:inspect", _inspect, lambda values, _blobs: values, seconds_per_mb=1.0),
    "header": Task("viewer.workers.dicom_work:header", _bytes, _header, seconds_per_mb=1.0),
    "stored": Task("viewer.workers.dicom_work:stored", _stored, _array, seconds_per_mb=1.0),
    "pdf_info": Task("viewer.workers.pdf_work:info", _bytes, _pdf_info, seconds=5.0),
    "pdf_page": Task("viewer.workers.pdf_work:page", _page, _pdf_page, seconds=10.0),
    "pdf_text": Task("viewer.workers.pdf_work:text", _page_text, _pdf_text, seconds=10.0),
}
