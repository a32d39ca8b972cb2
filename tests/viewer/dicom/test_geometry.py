"""Order, verdict and affine: against VOLUMES.tsv, and by construction."""

from __future__ import annotations

import csv
import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from viewer.dicom.geometry import order, xyz_mm_from_column_row
from viewer.dicom.grey import modality_values
from viewer.dicom.header import Frame, Header, Spacing
from viewer.dicom.image import Image, open_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROW, COLUMN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
CODES = {
    "one orientation, even spacing": "even",
    "more than one orientation": "orientations",
    "colour images": "colour",
    "positions used more than once": "repeated_positions",
    "(missing slice)": "missing_slice",
    "(gantry tilt)": "gantry_tilt",
    "distance between slices not even": "uneven_spacing",
}


def rows(dev_data: Path) -> list[dict[str, str]]:
    with (dev_data / "VOLUMES.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def images(folder: Path, series: str) -> list[Image]:
    opened = [open_image(path.read_bytes()) for path in sorted(folder.iterdir()) if path.name != "DICOMDIR"]
    return [one for one in opened if one.header.series_instance_uid == series]


def numbers(text: str) -> list[float]:
    return [float(one) for one in text.split("\\")]


@pytest.mark.corpus("VOLUMES.tsv", "series")
def test_every_series_of_the_corpus_gets_its_verdict_geometry_and_values(dev_data: Path) -> None:
    table = rows(dev_data)
    assert len(table) == 24
    for row in table:
        opened = images(dev_data / row["series"], row["series_uid"])
        found = order([one.header for one in opened])
        assert len(found.slices) == int(row["count"])
        assert (found.verdict, found.reason) == (row["verdict"], row["reason"]), row["series"]
        assert found.reason_code == next(code for words, code in CODES.items() if words in row["reason"])
        if row["verdict"] == "volume":
            check_volume(row, opened, found.slices, found.xyz_mm_from_ijk)


def check_volume(row: dict[str, str], opened: list[Image], slices: object, affine: np.ndarray | None) -> None:
    assert affine is not None
    spacing, direction = np.array(numbers(row["spacing"])), np.array(numbers(row["direction"])).reshape(3, 3)
    assert np.abs(affine[:3, :3] - direction * spacing).max() < 1e-3, row["series"]
    assert np.abs(affine[:3, 3] - numbers(row["origin"])).max() < 1e-3, row["series"]
    digest = hashlib.sha256()
    for one in slices:  # type: ignore[attr-defined]  # a tuple of Slice
        image = opened[one.instance]
        digest.update(modality_values(image.header, image.header.frames[one.frame], image.frame(one.frame)).astype("<f4").tobytes())
    assert digest.hexdigest() == row["value_sha256"], row["series"]


def at(header: Callable[..., Header], *heights: float, **fields: object) -> list[Header]:
    frames = [Frame(position=(0.0, 0.0, height), row_direction=ROW, column_direction=COLUMN) for height in heights]
    return [header(frame=frame, instance_number=index, **fields) for index, frame in enumerate(frames)]


def test_slices_go_up_by_position_whatever_their_numbers(header: Callable[..., Header]) -> None:
    found = order(at(header, 3, 1, 2, 0))
    assert [one.instance for one in found.slices] == [3, 1, 2, 0]
    assert found.verdict == "volume"
    assert found.spacing_mm == (1.0, 1.0, 1.0)
    assert found.size == (6, 4, 4)


def test_no_image_is_ever_dropped(header: Callable[..., Header]) -> None:
    mixed = [*at(header, 0, 1, 1, 2), header(), *at(header, 1)]
    found = order(mixed)
    assert sorted(one.instance for one in found.slices) == list(range(len(mixed)))
    assert (found.verdict, found.reason_code) == ("stack", "no_positions")


def test_a_tilt_is_told_by_the_positions(header: Callable[..., Header]) -> None:
    frames = [Frame(position=(0.0, height * 0.2, height), row_direction=ROW, column_direction=COLUMN) for height in (0.0, 5.0, 10.0)]
    found = order([header(frame=frame) for frame in frames])
    assert found.reason_code == "gantry_tilt"


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"spacing": Spacing(None, None, "px")}, "no_spacing"), ({"pixels": {"samples": 3, "photometric": "RGB"}}, "colour")],
)
def test_what_makes_no_volume(header: Callable[..., Header], fields: dict[str, object], code: str) -> None:
    assert order(at(header, 0, 1, 2, **fields)).reason_code == code


def test_one_image_is_a_stack(header: Callable[..., Header]) -> None:
    assert order(at(header, 0)).reason_code == "single"
    assert order([]).slices == ()


def test_the_frames_of_one_instance_are_slices(header: Callable[..., Header]) -> None:
    frames = tuple(Frame(position=(0.0, 0.0, float(height)), row_direction=ROW, column_direction=COLUMN) for height in (2, 0, 1))
    found = order([header(frames=frames)])
    assert [one.frame for one in found.slices] == [1, 2, 0]
    assert found.verdict == "volume"


def test_a_pixel_lies_where_the_standard_says(header: Callable[..., Header]) -> None:
    frame = Frame(position=(10.0, 20.0, 30.0), row_direction=(0.0, 1.0, 0.0), column_direction=(0.0, 0.0, -1.0))
    affine = xyz_mm_from_column_row(header(frame=frame, spacing=Spacing(2.0, 0.5, "mm")), 0)
    assert affine is not None
    assert (affine @ [4, 3, 0, 1])[:3].tolist() == [10.0, 20.0 + 4 * 0.5, 30.0 - 3 * 2.0]
