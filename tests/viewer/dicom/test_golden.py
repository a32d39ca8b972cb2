"""One image of each kind as an independent renderer draws it, within a stated tolerance (golden.tsv, made by make_golden)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.viewer.dicom.make_golden import GOLDEN, IMAGES, place_of
from viewer.dicom.grey import Voi, window_over
from viewer.dicom.image import Image, open_image
from viewer.dicom.picture import draw

if TYPE_CHECKING:
    from pathlib import Path

ROWS = list(csv.DictReader(GOLDEN.read_text("utf-8").splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE))


def voi_of(image: Image, frame: int, how: str) -> Voi | None:
    header, place = image.header, image.header.frames[frame]
    if how.startswith("+Wi"):
        return Voi("window", window=place.windows[0])
    if how.startswith("+Wl"):
        return Voi("lut", lut=header.voi_luts[0])
    return Voi("window", window=window_over(header, place, image.frame(frame))) if how else None


def test_every_kind_is_there() -> None:
    assert [row["kind"] for row in ROWS] == [one[0] for one in IMAGES]


@pytest.mark.corpus("MANIFEST.tsv", "multiframe", "images", "display", "color", "series")
@pytest.mark.parametrize("row", ROWS, ids=[row["kind"] for row in ROWS])
def test_drawn_as_the_independent_renderer_draws_it(dev_data: Path, row: dict[str, str]) -> None:
    image = open_image(place_of(dev_data, row["path"]).read_bytes())
    frame = int(row["frame"])
    picture = draw(image.header, frame, image.frame(frame), voi_of(image, frame, row["how"]))
    assert picture.shape[:2] == (int(row["rows"]), int(row["columns"]))
    seen = set()
    for one in row["probes"].split(";"):
        place, values = one.split("=")
        at_row, column = map(int, place.split(","))
        expected = np.array([int(value) for value in values.split(",")])
        seen.add(tuple(expected))
        assert np.abs(picture[at_row, column].astype(int) - expected).max() <= int(row["tolerance"]), (row["kind"], place)
    assert len(seen) > 1
