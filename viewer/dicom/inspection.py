"""What `overread inspect` says of one file: the answer of a stranger's question "what is in it, and is it whole?"."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom.image import Image, finite, open_image
from viewer.dicom.pixels import value_type
from viewer.dicom.told import told
from viewer.dicom.values import integer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from viewer.dicom.header import Header, RealWorld
    from viewer.dicom.told import Told

At = tuple[int, ...]  # frame, row, column, sample


def inspect(data: bytes, at: Sequence[At] = ()) -> dict[str, Any]:
    """One file's answer, JSON-ready, without its path.

    `image` is shown, shown_with_warning, refused or none; `ok` is false for what is refused (the file or its image), and
    then `error` has two parts, beside what could be read of the header. `stored_sha256`, `min`, `max`, `mean` are over
    the stored values of all frames (the digest as little endian, C order); `values` answers `at`, and `told` says the same
    values as people are told them, with their unit (`viewer.dicom.told`). `unit` is that of modality values.
    """
    try:
        image = open_image(data)
    except Trouble as trouble:
        return {"ok": False, "image": "refused", "warnings": [], "error": _error(trouble)}
    answer: dict[str, Any] = {"ok": True, **_described(image)}
    if image.trouble is None and image.count:
        try:
            answer |= _measured(image, at)
        except Trouble as trouble:
            if trouble.kind not in (Kind.IMAGE, Kind.DAMAGED):
                raise
            image.trouble = trouble
    answer["image"] = _outcome(image)
    answer["ok"] = image.trouble is None
    answer["warnings"] = [{"code": one.code, "text": one.text} for one in image.notes.values()]
    if image.trouble is not None:
        answer["error"] = _error(image.trouble)
    return answer


def _outcome(image: Image) -> str:
    if image.trouble is not None:
        return "refused"
    if image.header.pixels is None and not _sizeless(image):
        return "none"
    return "shown_with_warning" if image.notes.codes else "shown"


def _sizeless(image: Image) -> bool:
    """An image of no rows and no columns: pixel data without a word about them. It is in order, and there is nothing to draw."""
    ds = image.reading.dataset
    return image.reading.pixels_at is not None and integer(ds, "Rows") is None and integer(ds, "Columns") is None


def _error(trouble: Trouble) -> dict[str, str]:
    return {"what_happened": trouble.what_happened, "what_to_do": trouble.what_to_do}


def _described(image: Image) -> dict[str, Any]:
    header: Header = image.header
    pixels = header.pixels
    return {
        "sop_class": header.sop_class_uid,
        "modality": header.modality,
        "transfer_syntax": header.transfer_syntax_uid,
        **_announced(image),
        "dtype": _type(image) if pixels is None else pixels.dtype,
        "unit": header.modality_unit,
        **({"real_world": [_mapping(one) for one in header.real_world]} if header.real_world else {}),
    }


def _mapping(one: RealWorld) -> dict[str, Any]:
    """A mapping to real world values; of a table its length."""
    ends = {"unit": one.unit, "label": one.label, "first": one.first, "last": one.last}
    return ends | ({"entries": len(one.table)} if one.table else {"slope": one.slope, "intercept": one.intercept})


def _announced(image: Image) -> dict[str, int | None]:
    """Frames, rows, columns, samples as the header has them, also where it announces more than there is."""
    ds = image.reading.dataset
    if image.film is not None:
        return {"frames": image.count, "rows": image.film.rows, "columns": image.film.columns, "samples": 3}
    if _sizeless(image):
        return {"frames": 1, "rows": 0, "columns": 0, "samples": 1}
    has_image = image.trouble is not None or image.header.pixels is not None
    frames = integer(ds, "NumberOfFrames")
    samples = integer(ds, "SamplesPerPixel")
    return {
        "frames": (frames if frames is not None and frames > 0 else 1) if has_image else 0,
        "rows": integer(ds, "Rows"),
        "columns": integer(ds, "Columns"),
        "samples": samples or 1 if has_image else samples,
    }


def _type(image: Image) -> str | None:
    """The type of the values of a refused image, where the header gives it."""
    ds = image.reading.dataset
    allocated = integer(ds, "BitsAllocated") or (8 if _sizeless(image) else None)
    if allocated is None or not 0 < allocated <= 64:
        return None
    return value_type(allocated, signed=integer(ds, "PixelRepresentation") == 1)


def _measured(image: Image, at: Sequence[At]) -> dict[str, Any]:
    digest = hashlib.sha256()
    lows, highs, total, count = [], [], 0.0, 0
    values: dict[At, int | float | None] = dict.fromkeys(tuple(one) for one in at)
    words: dict[At, Told] = {}
    for index, frame in enumerate(image.each()):
        digest.update(np.ascontiguousarray(frame, frame.dtype.newbyteorder("<")).data)
        if not finite(frame):
            image.notes.add("values_not_finite")
        known = frame[np.isfinite(frame)] if frame.dtype.kind == "f" else frame
        if known.size:
            lows.append(known.min().item())
            highs.append(known.max().item())
            total += float(known.sum(dtype=np.float64))
            count += known.size
        for one in [each for each in values if each[0] == index]:
            found = values[one] = _value(frame, one)
            if frame.ndim == 2 and found is not None:
                words[one] = told(image.header, image.header.frames[index], frame[one[1] : one[1] + 1, one[2]])
    answer = {
        "stored_sha256": digest.hexdigest(),
        "min": min(lows, default=None),
        "max": max(highs, default=None),
        "mean": round(total / count, 6) if count else None,
    }
    if at:
        answer["values"] = [{"at": list(one), "value": value} for one, value in values.items()]
        answer["told"] = [{"at": list(one), "value": float(word.values[0]), "unit": word.unit} for one, word in words.items()]
    return answer


def _value(frame: NDArray[Any], at: At) -> int | float | None:
    place = at[1:] if frame.ndim == 3 else at[1:3]
    inside = len(place) == frame.ndim and all(0 <= one < size for one, size in zip(place, frame.shape, strict=True))
    found = frame[place].item() if inside else None
    return found if found is None or np.isfinite(found) else None
