"""Where a picture is less than its image: said of pictures that leave, and only then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.viewer.load.made import header
from viewer.dicom.header import Note, Shutter, Spacing
from viewer.dicom.shortfalls import drawn, kept, words

FLAT = Spacing(2.0, 1.0, "mm")


def said(zoom: float | None, **changes: Any) -> str:
    marks = drawn(replace(header(), **changes), zoom)
    assert all(mark.reason.endswith(".") for mark in marks)
    return words(marks)


@pytest.mark.parametrize("zoom", [None, 1.0, 3.0])
def test_every_stored_pixel_alike_needs_no_word(zoom: float | None) -> None:
    assert said(zoom) == ""


def test_reduced_stretched_and_resampled_are_said() -> None:
    assert said(0.25) == "reduced to 25 %"
    assert said(1.5) == "resampled"
    assert said(None, spacing=FLAT) == "pixels not square"
    assert said(1.0, spacing=FLAT) == ""  # each stored pixel is two of the picture, one above the other
    assert said(0.5, spacing=FLAT) == "reduced to 50 %"
    assert said(1.25, spacing=FLAT) == "resampled"


def test_what_is_not_drawn_and_what_the_file_tells_is_said() -> None:
    assert said(None, shutters=(Shutter("CIRCULAR", (1, 1, 1)),)) == "without overlays"
    assert said(None, lossy_ratio=0.0) == "source was lossy"
    assert said(None, extra={"PresentationIntentType": "FOR PROCESSING"}) == "for processing, not for reading"
    assert said(None, notes=(Note("pixels_short", "Image data are missing."),)) == "file with doubts"


def test_a_key_image_is_whole_and_square() -> None:
    assert words(kept(header())) == ""
    assert words(kept(replace(header(), spacing=FLAT, lossy_ratio=8.4))) == "resampled to square pixels, source was lossy 8:1"
