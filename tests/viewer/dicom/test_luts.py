from __future__ import annotations

import struct
from typing import Any

import pytest
from pydicom.dataset import Dataset

from viewer.dicom.header import Lut
from viewer.dicom.luts import palette, tables
from viewer.dicom.notes import Notes


def dataset(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def voi(descriptor: list[int], data: Any, *, signed: bool = False) -> tuple[Lut, ...]:
    item = dataset(LUTDescriptor=descriptor, LUTData=data, LUTExplanation="bone")
    return tables(dataset(VOILUTSequence=[item]), "VOILUTSequence", signed=signed, little=True, notes=Notes())


def test_words() -> None:
    assert voi([3, 10, 12], struct.pack("<3H", 1, 2, 4095)) == (Lut(10, 12, (1, 2, 4095), "bone"),)


def test_two_entries_in_a_word_where_the_table_has_eight_bits() -> None:
    assert voi([4, 0, 8], bytes([1, 2, 3, 4]))[0].data == (1, 2, 3, 4)


def test_the_first_value_has_the_sign_of_the_pixels() -> None:
    assert voi([2, 65000, 16], struct.pack("<2H", 1, 2), signed=True)[0].first == 65000 - 65536
    assert voi([2, 65000, 16], struct.pack("<2H", 1, 2))[0].first == 65000


def test_no_entries_means_65536() -> None:
    assert len(voi([0, 0, 16], bytes(2 * 65536))[0].data) == 65536


def test_a_broken_table_is_left_out() -> None:
    assert voi([3, 10], b"") == ()
    assert voi([3, 10, 40], bytes(6)) == ()


def test_segments_discrete_linear_and_repeated() -> None:
    discrete, line = [0, 2, 5, 7], [1, 3, 13]
    again = [2, 1, 0, 0]  # one segment from offset 0
    words = [*discrete, *line, *again]
    ds = dataset(
        **{f"{colour}PaletteColorLookupTableDescriptor": [7, 0, 16] for colour in ("Red", "Green", "Blue")},
        **{f"Segmented{colour}PaletteColorLookupTableData": struct.pack(f"<{len(words)}H", *words) for colour in ("Red", "Green", "Blue")},
    )
    found = palette(ds, signed=False, little=True, notes=Notes())
    assert found is not None
    assert found.green.data == (5, 7, 9, 11, 13, 5, 7)


def test_a_segment_that_repeats_itself_forever_ends() -> None:
    notes = Notes()
    words = [0, 1, 5, 2, 65535, 6, 0]
    ds = dataset(
        **{f"{colour}PaletteColorLookupTableDescriptor": [7, 0, 16] for colour in ("Red", "Green", "Blue")},
        **{f"Segmented{colour}PaletteColorLookupTableData": struct.pack(f"<{len(words)}H", *words) for colour in ("Red", "Green", "Blue")},
    )
    assert palette(ds, signed=False, little=True, notes=notes) is None
    assert notes.codes == ("element_unreadable",)


@pytest.mark.parametrize(("announced", "values", "bits"), [(16, (0, 128, 255), 8), (16, (0, 0x8000, 0xFFFF), 16)])
def test_the_values_of_a_palette_say_how_wide_they_are(announced: int, values: tuple[int, ...], bits: int) -> None:
    ds = Dataset()
    for name in ("Red", "Green", "Blue"):
        setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [3, 0, announced])
        setattr(ds, f"{name}PaletteColorLookupTableData", struct.pack("<3H", *values))
    found = palette(ds, signed=False, little=True, notes=Notes())
    assert found is not None
    assert {one.bits for one in (found.red, found.green, found.blue)} == {bits}
    assert found.green.data == values
