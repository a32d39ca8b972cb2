"""Series made for tests: small ones with known values, and ones from files, with a source that hands out their frames."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom.decode import pack
from viewer.dicom.header import Frame, Header, PixelFormat, Spacing, Window
from viewer.dicom.rendition import prepare
from viewer.load.arrange import arrange
from viewer.load.series import FrameRef, SeriesData

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


class Source:
    """Fulfils `FrameSource` from memory; counts, can be held up, and can be told to fail."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: list[tuple[str, int]] = []
        self.damaged: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.gate_at = ""  # the object that the gate is before; "" for every one
        self.waits = threading.Event()  # somebody stands before it

    def frame_bytes(self, object_id: str, offset: int, length: int) -> bytes:
        self.asked.append((object_id, offset))
        if self.gate_at in ("", object_id):
            self.waits.set()
            self.gate.wait(20)
        if object_id in self.damaged:
            raise Trouble("An image of this case is damaged.", "Ask the hospital to send it again.", kind=Kind.DAMAGED)
        return self.objects[object_id][offset : offset + length]

    def lend_frame(self, object_id: str, offset: int, length: int) -> memoryview:
        return memoryview(self.frame_bytes(object_id, offset, length))


def never(coded: bytes, form: str, pixels: PixelFormat) -> NDArray[Any]:
    """No frame of the test needs a worker."""
    raise AssertionError((len(coded), form, pixels))


def header(number: int = 0, **changes: Any) -> Header:
    """An axial CT slice of 24 rows x 32 columns at z = 2.5 x number mm, of Tessa Test."""
    made = Header(
        sop_instance_uid=f"1.2.3.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        study_instance_uid="1.2.30",
        series_instance_uid="1.2.31",
        frame_of_reference_uid="1.2.32",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        modality="CT",
        patient_name="Test^Tessa",
        patient_id="4471-0093",
        issuer="",
        birth_date="19650514",
        sex="F",
        study_date="20261012",
        study_time="094100",
        study_description="CT chest",
        series_description="lung 2.5",
        series_number=2,
        instance_number=number + 1,
        acquisition_number=1,
        body_part="CHEST",
        laterality="",
        view_position="",
        patient_orientation=(),
        image_type=("ORIGINAL", "PRIMARY", "AXIAL"),
        institution="",
        manufacturer="",
        slice_thickness_mm=2.5,
        pixels=PixelFormat(24, 32, 1, 16, 16, 15, signed=True, photometric="MONOCHROME2", dtype="int16"),
        spacing=Spacing(0.5, 0.5, "mm"),
        frames=(Frame(1.0, -1024.0, (Window(40.0, 400.0),), (-8.0, -6.0, 2.5 * number), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),),
        modality_unit="HU",
    )
    return replace(made, **changes)


def values(number: int, rows: int = 24, columns: int = 32) -> NDArray[np.int16]:
    """Stored values that tell the slice: each pixel is 1000 x number + its place."""
    return (1000 * number + np.arange(rows * columns).reshape(rows, columns)).astype(np.int16)


def stack(source: Source, count: int = 6, key: str = "s", prior: str = "", **changes: Any) -> SeriesData:
    """A volume of `count` slices whose frames lie in the source."""
    headers, refs = [], []
    for number in range(count):
        one = header(number, sop_instance_uid=f"1.2.{key}.{number}", series_instance_uid=key, **changes)
        packed = pack(values(number))
        source.objects[f"{key}-{number}"] = packed
        headers.append(one)
        refs.append((FrameRef(f"{key}-{number}", 0, len(packed), "blosc2"),))
    (made,) = arrange(key, "CT chest, lung 2.5", headers, refs, prior=prior)
    return made


def from_files(source: Source, paths: Iterable[Path], key: str, label: str = "", prior: str = "") -> SeriesData:
    """A series from DICOM files, made ready as the hospital does it."""
    headers, refs = [], []
    for path in paths:
        made = prepare(path.read_bytes())
        assert made.frames is not None, made.trouble
        name = f"{key}-{path.name}"
        source.objects[name] = made.frames
        headers.append(made.header)
        refs.append(tuple(FrameRef(name, start, size, made.form) for start, size in zip(made.offsets, made.lengths, strict=True)))
    return arrange(key, label or key, headers, refs, prior=prior)[0]
