"""DICOM tasks, run in the worker."""

from __future__ import annotations

from typing import Any

import numpy as np

from viewer.dicom import rendition
from viewer.dicom.decode import decode_frame
from viewer.dicom.header import PixelFormat
from viewer.dicom.header_json import to_json
from viewer.dicom.image import open_image
from viewer.dicom.inspection import inspect as inspected

Blobs = tuple[bytes, ...]


def prepare(_values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """A file's rendition."""
    found = rendition.prepare(blobs[0])
    values = {
        "header": to_json(found.header),
        "form": found.form,
        "offsets": found.offsets,
        "lengths": found.lengths,
        "trouble": None if found.trouble is None else found.trouble.as_dict(),
        "warnings": [{"code": one.code, "text": one.text} for one in found.warnings],
    }
    return values, (found.header_dicom,) if found.frames is None else (found.header_dicom, found.frames)


def decode(values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """One coded frame's stored values."""
    pixels = dict(values["pixels"])
    if pixels.get("aspect") is not None:
        pixels["aspect"] = tuple(pixels["aspect"])
    found = np.ascontiguousarray(decode_frame(blobs[0], str(values["form"]), PixelFormat(**pixels)))
    return {"shape": list(found.shape), "dtype": found.dtype.str}, (found.tobytes(),)


def inspect(values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """What `overread inspect` says of a file, without its path."""
    return inspected(blobs[0], [tuple(one) for one in values["at"]]), ()


def header(_values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """A file's header without decoding, and whether there is an image in it (shown or refused)."""
    image = open_image(blobs[0])
    return {"header": to_json(image.noted()), "is_image": image.trouble is not None or image.header.pixels is not None}, ()


def stored(values: dict[str, Any], blobs: Blobs) -> tuple[dict[str, Any], Blobs]:
    """The stored values of one frame of a file."""
    image = open_image(blobs[0])
    if image.trouble is not None:
        raise image.trouble
    found = np.ascontiguousarray(image.frame(int(values["frame"])))
    return {"shape": list(found.shape), "dtype": found.dtype.str}, (found.tobytes(),)
