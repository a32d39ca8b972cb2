from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewer.dicom.header import PixelFormat
from viewer.dicom.native import Packing, frame_bits, low_bits, native_frame

GREY = PixelFormat(2, 3, 1, 16, 12, 11, signed=False, photometric="MONOCHROME2", dtype="uint16")
COLOUR = PixelFormat(1, 2, 3, 8, 8, 7, signed=False, photometric="RGB", dtype="uint8")


def test_bits_above_the_stored_ones_are_no_part_of_the_value() -> None:
    packed = np.array([0xF001, 0x0FFF, 0x8000, 1, 2, 3], "<u2").tobytes()
    assert native_frame(packed, GREY, Packing()).tolist() == [[1, 0xFFF, 0], [1, 2, 3]]


def test_the_sign_is_the_highest_stored_bit() -> None:
    signed = replace(GREY, signed=True, dtype="int16")
    packed = np.array([0x0FFF, 0x0800, 0x07FF, 0xF801, 0, 1], "<u2").tobytes()
    assert native_frame(packed, signed, Packing()).tolist() == [[-1, -2048, 2047], [-2047, 0, 1]]


def test_a_higher_high_bit_is_shifted_down() -> None:
    packed = np.array([0xFFF0, 0x0010, 0x000F, 0, 0, 0x8000], "<u2").tobytes()
    assert native_frame(packed, replace(GREY, high_bit=15), Packing()).tolist() == [[0xFFF, 1, 0], [0, 0, 0x800]]


def test_big_endian_words() -> None:
    packed = np.arange(6, dtype=">u2").tobytes()
    assert native_frame(packed, GREY, Packing(little=False)).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_planes_become_samples() -> None:
    assert native_frame(bytes([1, 2, 11, 12, 21, 22]), COLOUR, Packing(planar=True)).tolist() == [[[1, 11, 21], [2, 12, 22]]]
    assert native_frame(bytes([1, 11, 21, 2, 12, 22]), COLOUR, Packing()).tolist() == [[[1, 11, 21], [2, 12, 22]]]


def test_halved_colour_is_repeated() -> None:
    packing = Packing(subsampled=True)
    assert frame_bits(COLOUR, packing) == 32
    assert native_frame(bytes([50, 60, 7, 8]), COLOUR, packing).tolist() == [[[50, 7, 8], [60, 7, 8]]]


def test_one_bit_frames_follow_each_other_inside_bytes() -> None:
    mask = PixelFormat(1, 5, 1, 1, 1, 0, signed=False, photometric="MONOCHROME2", dtype="uint8")
    bits = np.array([1, 0, 1, 1, 0, 0, 1, 1, 1, 1], np.uint8)
    packed = np.packbits(bits, bitorder="little").tobytes()
    assert native_frame(packed[:1], mask, Packing()).tolist() == [[1, 0, 1, 1, 0]]
    assert native_frame(packed, mask, Packing(), first_bit=5).tolist() == [[0, 1, 1, 1, 1]]


def test_float_values_are_kept_bit_for_bit() -> None:
    form = PixelFormat(1, 2, 1, 32, 32, 31, signed=False, photometric="MONOCHROME2", dtype="float32")
    found = native_frame(np.array([1.5, np.nan], "<f4").tobytes(), form, Packing())
    assert found.dtype == np.float32
    assert found[0, 0] == 1.5
    assert np.isnan(found[0, 1])


@pytest.mark.parametrize("bits", range(1, 17))
def test_low_bits_for_every_number_of_stored_bits(bits: int) -> None:
    form = replace(GREY, bits_stored=bits, high_bit=bits - 1, signed=True, dtype="int16")
    words = np.arange(1 << bits, dtype=np.uint16)
    half = 1 << (bits - 1)
    assert low_bits(words, form).tolist() == [one - 2 * half if one >= half else one for one in range(1 << bits)]
