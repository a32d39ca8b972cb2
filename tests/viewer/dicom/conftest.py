"""Small DICOM files and headers made on the spot."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import UID

import viewer.dicom.read  # noqa: F401  it settles how pydicom takes bad values, before a test makes some
from viewer.dicom.header import Frame, Header, PixelFormat, Spacing

if TYPE_CHECKING:
    from collections.abc import Callable

EXPLICIT = "1.2.840.10008.1.2.1"
IMPLICIT = ("1.2.840.10008.1.2", "1.2.840.113619.5.2")


def _file(
    syntax: str = EXPLICIT, streams: list[bytes] | None = None, items: bytes | None = None, more: Dataset | None = None, **attributes: Any
) -> bytes:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(syntax)
    meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.2")
    meta.MediaStorageSOPInstanceUID = UID("2.25.1")
    ds = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    made: dict[str, Any] = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "SOPInstanceUID": "2.25.1",
        "StudyInstanceUID": "2.25.2",
        "SeriesInstanceUID": "2.25.3",
        "Modality": "CT",
        "Rows": 4,
        "Columns": 6,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "PixelData": np.arange(24, dtype="<i2").tobytes(),
    } | attributes
    for keyword, value in made.items():
        if value is not None:
            setattr(ds, keyword, value)
    if more is not None:
        ds.update(more)
    if streams is not None or items is not None:
        ds.PixelData = encapsulate(streams or []) if items is None else items
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    out = DicomBytesIO()
    out.write(bytes(128) + b"DICM")
    write_file_meta_info(out, meta, enforce_standard=True)
    body = DicomBytesIO()
    body.is_implicit_VR, body.is_little_endian = syntax in IMPLICIT, syntax != "1.2.840.10008.1.2.2"
    write_dataset(body, ds)
    if syntax == "1.2.840.10008.1.2.1.99":
        machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return bytes(out.getvalue() + machine.compress(body.getvalue()) + machine.flush())
    return bytes(out.getvalue() + body.getvalue())


@pytest.fixture
def dicom_file() -> Callable[..., bytes]:
    """Makes a file of 4 x 6 signed 16-bit values 0 to 23; keywords replace attributes, None takes one out.

    `streams`: coded frames, one item each; `items`: all items as they are to stand in the file; `more`: further elements.
    """
    return _file


PIXELS = PixelFormat(4, 6, 1, 16, 16, 15, signed=True, photometric="MONOCHROME2", dtype="int16")


def _header(*, frame: Frame | None = None, pixels: dict[str, Any] | None = None, **fields: Any) -> Header:
    texts: dict[str, Any] = dict.fromkeys(
        (
            "sop_instance_uid",
            "sop_class_uid",
            "study_instance_uid",
            "series_instance_uid",
            "frame_of_reference_uid",
            "transfer_syntax_uid",
            "modality",
            "patient_name",
            "patient_id",
            "issuer",
            "birth_date",
            "sex",
            "study_date",
            "study_time",
            "study_description",
            "series_description",
            "body_part",
            "laterality",
            "view_position",
            "institution",
            "manufacturer",
        ),
        "",
    )
    numbers: dict[str, Any] = dict.fromkeys(("series_number", "instance_number", "acquisition_number", "slice_thickness_mm"))
    rest: dict[str, Any] = {
        "patient_orientation": (),
        "image_type": (),
        "pixels": replace(PIXELS, **(pixels or {})),
        "spacing": Spacing(1.0, 1.0, "mm"),
        "frames": (frame or Frame(),),
    }
    return Header(**(texts | numbers | rest | fields))


@pytest.fixture
def header() -> Callable[..., Header]:
    """Makes a header of one frame of signed 16-bit values; `frame`, `pixels` and fields replace."""
    return _header
