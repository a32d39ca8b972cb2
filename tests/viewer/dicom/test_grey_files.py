"""From files to grey: every sign, width, rescale, table and VOI function together, by arithmetic written from PS3.3 C.11.1 and C.11.2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from viewer.dicom.grey import apply, initial_voi, lookup_table, modality_values, tables_of
from viewer.dicom.header_json import from_json, to_json
from viewer.dicom.image import open_image

if TYPE_CHECKING:
    from collections.abc import Callable

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
RESCALES = [(1.0, 0.0), (2.5, -1024.0), (-1.0, 4095.0), (0.001, 0.0)]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Table:
    """A LUT as written and as the standard reads it: the first and the last entry stand for what lies beyond."""

    first: int
    bits: int
    entries: Any

    def item(self) -> Dataset:
        ds = Dataset()
        ds.add_new(0x00283002, "SS" if self.first < 0 else "US", [len(self.entries) & 0xFFFF, self.first, self.bits])
        ds.add_new(0x00283006, "OW", self.entries.astype("<u2").tobytes())
        return ds

    def read(self, values: Floats) -> Floats:
        at = np.clip(np.floor(values + 0.5) - self.first, 0, len(self.entries) - 1)
        return np.asarray(self.entries[at.astype(int)], np.float64)


def table(chance: np.random.Generator, first: int) -> Table:
    bits = int(chance.choice([8, 10, 12, 16]))
    return Table(first, bits, np.sort(chance.integers(0, 1 << bits, int(chance.choice([256, 1024, 4096])))))


def ends(stored: int, *, signed: bool) -> tuple[int, int]:
    return (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)


def expected_grey(function: str, centre: float, width: float, values: Floats) -> Floats:
    if function == "LINEAR":
        grey = ((values - (centre - 0.5)) / (width - 1) + 0.5) * 255
    elif function == "LINEAR_EXACT":
        grey = ((values - centre) / width + 0.5) * 255
    else:
        grey = 255 / (1 + np.exp(-4 * (values - centre) / width))
    return np.asarray(np.clip(grey, 0, 255))


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize("rescale", [*RESCALES, None], ids=lambda one: "table" if one is None else f"{one[0]}x{one[1]:+}")
@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID", "table"])
@pytest.mark.parametrize("stored", [8, 12, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_every_way_to_grey(
    dicom_file: Callable[..., bytes], signed: bool, stored: int, function: str, rescale: tuple[float, float] | None, syntax: str
) -> None:
    chance = np.random.default_rng([stored, int(signed), len(function), int(syntax == IMPLICIT)])
    low, high = ends(stored, signed=signed)
    pixels = chance.integers(low, high, (16, 16), endpoint=True)
    pixels[0, :2] = low, high
    attributes: dict[str, Any] = {"Modality": "CR", "Rows": 16, "Columns": 16, "BitsStored": stored, "HighBit": stored - 1}
    attributes |= {"PixelRepresentation": int(signed), "PixelData": pixels.astype("<i2" if signed else "<u2").tobytes()}
    if rescale is None:
        modality = table(chance, int(chance.choice([low, 0, low + 100])))
        attributes["ModalityLUTSequence"], values = [modality.item()], modality.read(pixels.astype(float))
    else:
        attributes["RescaleSlope"], attributes["RescaleIntercept"] = rescale
        values = np.asarray(pixels * rescale[0] + rescale[1], np.float64)
    least, most = float(values.min()), float(values.max())
    if function == "table":
        voi = table(chance, int(max(least, -32768)))
        attributes["VOILUTSequence"], grey = [voi.item()], voi.read(values) / ((1 << voi.bits) - 1) * 255
    else:
        centre, width = round((least + most) / 2, 2), max(round((most - least) / 3, 2), 1.5)
        attributes |= {"WindowCenter": centre, "WindowWidth": width, "VOILUTFunction": function}
        grey = expected_grey(function, centre, width, values)
    image = open_image(dicom_file(syntax, **attributes))
    header, frame, found = image.header, image.header.frames[0], image.frame(0)
    assert np.array_equal(found, pixels)
    assert np.allclose(modality_values(header, frame, found), values, rtol=1e-6, atol=1e-4)
    shown = apply(lookup_table(header, frame, initial_voi(header, frame, found)), found)
    assert np.abs(shown - grey).max() <= 0.5001


@pytest.mark.parametrize("level", ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"])
def test_a_table_in_the_functional_groups_is_found(dicom_file: Callable[..., bytes], level: str) -> None:
    group, holder = Dataset(), Dataset()
    holder.VOILUTSequence = [Table(0, 8, np.arange(256)).item()]
    group.FrameVOILUTSequence = [holder]
    header = open_image(dicom_file(Modality="MG", **{level: [group]})).header
    assert [len(one.data) for one in header.voi_luts] == [256]


def _group(*tables: Table) -> Dataset:
    group, holder = Dataset(), Dataset()
    holder.VOILUTSequence = [one.item() for one in tables]
    group.FrameVOILUTSequence = [holder]
    return group


def test_each_frame_is_shown_by_its_own_table(dicom_file: Callable[..., bytes]) -> None:
    rising, falling = Table(0, 8, np.arange(256)), Table(0, 8, np.arange(256)[::-1])
    groups = [_group(rising), _group(falling), Dataset(), _group(rising, falling)]
    pixels = np.zeros((4, 8, 8), np.uint16)
    shared = _group(Table(0, 8, np.full(256, 7)))
    header = open_image(
        dicom_file(
            NumberOfFrames=4,
            Rows=8,
            Columns=8,
            PixelData=pixels.tobytes(),
            SharedFunctionalGroupsSequence=[shared],
            PerFrameFunctionalGroupsSequence=groups,
        )
    ).header
    found = [tables_of(header, frame) for frame in header.frames]
    assert [[one.data[255] for one in each] for each in found] == [[255], [0], [7], [255, 0]]
    assert [initial_voi(header, frame).lut for frame in header.frames] == [each[0] for each in found]
    assert from_json(to_json(header)) == header


def test_frames_that_all_have_the_same_table_name_none(dicom_file: Callable[..., bytes]) -> None:
    one = Table(0, 8, np.arange(256))
    pixels = np.zeros((2, 8, 8), np.uint16)
    header = open_image(
        dicom_file(
            NumberOfFrames=2, Rows=8, Columns=8, PixelData=pixels.tobytes(), PerFrameFunctionalGroupsSequence=[_group(one), _group(one)]
        )
    ).header
    assert len(header.voi_luts) == 1
    assert [frame.voi_luts for frame in header.frames] == [None, None]
