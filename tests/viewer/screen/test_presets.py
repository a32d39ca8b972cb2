from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.viewer.load.made import header
from viewer.dicom.grey import Voi
from viewer.dicom.header import Frame, Header, Lut, Window
from viewer.screen.presets import Preset, next_stored, preset, presets, pressed

if TYPE_CHECKING:
    from numpy.typing import NDArray

# viewing.md 4.2, typed apart from the file: name, width, centre
CT = {
    "Lung": (1500, -600), "Mediastinum": (350, 50), "Bone": (2000, 500), "Abdomen": (400, 50), "Liver": (150, 90), "Brain": (80, 40),
    "Subdural": (200, 75), "Stroke": (40, 40), "Temporal bone": (2800, 600),
}  # fmt: skip


def test_the_ct_presets_are_those_of_the_table() -> None:
    assert {p.name: (p.width, p.centre) for p in presets()["CT"] if isinstance(p, Preset)} == CT
    assert sorted(p.key for p in presets()["CT"]) == list(range(1, 10))


def test_a_fixed_preset_needs_no_image() -> None:
    found = preset("CT", 1)
    assert found is not None
    assert found.voi.window == Window(-600, 1500, "Lung")
    assert preset("MR", 1) is None


def test_every_modality_of_a_reading_room_has_presets_under_keys_of_its_own() -> None:
    assert set(presets()) == {"CT", "MR", "CR", "DX", "MG", "PT", "US", "XA", "NM"}
    for rows in presets().values():
        assert [row.key for row in rows] == list(range(1, len(rows) + 1))
        assert len({row.name for row in rows}) == len(rows)


def image(modality: str, **changes: Any) -> tuple[Header, Frame, NDArray[np.int16]]:
    """Values 0 to 1000 once each, stored as they are; the image's own window is 400 wide around 500."""
    made = header(modality=modality, **changes)
    return made, Frame(windows=(Window(500, 400), Window(100, 50, "second"))), np.arange(1001, dtype=np.int16).reshape(7, 143)


def window(modality: str, key: int, **changes: Any) -> Window:
    voi = pressed(*image(modality, **changes), key)
    assert voi is not None
    assert voi.window is not None
    return voi.window


def test_relative_presets_go_by_the_image_under_them() -> None:
    tissue = window("MR", 1)
    assert (tissue.centre - tissue.width / 2, tissue.centre + tissue.width / 2) == pytest.approx((10, 995))
    assert [(w.centre, w.width) for w in (window("MR", key) for key in (2, 3, 4, 5, 6))] == [
        (500, 240), (500, 640), (420, 400), (580, 400), (500, 1000),
    ]  # fmt: skip
    half = window("PT", 3)
    assert (half.centre - half.width / 2, half.centre + half.width / 2) == (0, 500)


def test_padding_has_no_part_in_them() -> None:
    pixels = header().pixels
    assert pixels is not None
    padded = window("MR", 6, pixels=replace(pixels, padding=0, padding_limit=499))
    assert (padded.centre, padded.width) == (750, 500)


def test_the_image_s_own_windows_stand_under_the_keys_that_are_left() -> None:
    assert [window("OT", key).centre for key in (1, 2)] == [500, 100]
    assert pressed(*image("OT"), 3) is None
    assert [window("MR", key).centre for key in (7, 8)] == [500, 100]
    assert pressed(*image("MR"), 9) is None


def test_every_window_and_table_of_the_file_is_reached_one_after_the_other() -> None:
    table = Lut(0, 8, tuple(range(256)), "HARDER")
    made = image("CT", voi_luts=(table,))
    second, third = Voi("window", window=Window(100, 50, "second")), Voi("lut", lut=table)
    assert next_stored(*made, None) == second
    assert next_stored(*made, second) == third
    assert next_stored(*made, third) is None  # as stored again
    assert next_stored(*made, Voi("window", window=Window(1, 2, "typed"))) is None
    radiograph = image("DX", voi_luts=(table,))  # whose table comes first
    assert next_stored(*radiograph, None) == Voi("window", window=Window(500, 400))
    assert next_stored(*radiograph, second) is None


def test_a_file_without_windows_has_nothing_to_go_on_to() -> None:
    made, _, stored = image("MR")
    assert next_stored(made, Frame(), stored, None) is None
