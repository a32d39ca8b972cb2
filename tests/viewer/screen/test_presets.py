from __future__ import annotations

from tests.viewer.load.made import header
from viewer.dicom.header import Frame, Window
from viewer.screen.presets import own_window, preset, presets

# viewing.md 4.2, typed apart from the file: name, width, centre
CT = {
    "Lung": (1500, -600), "Mediastinum": (350, 50), "Bone": (2000, 500), "Abdomen": (400, 50), "Liver": (150, 90), "Brain": (80, 40),
    "Subdural": (200, 75), "Stroke": (40, 40), "Temporal bone": (2800, 600),
}  # fmt: skip


def test_the_ct_presets_are_those_of_the_table() -> None:
    assert {p.name: (p.width, p.centre) for p in presets()["CT"]} == CT
    assert sorted(p.key for p in presets()["CT"]) == list(range(1, 10))


def test_a_preset_is_found_by_modality_and_key() -> None:
    found = preset("CT", 1)
    assert found is not None
    assert found.voi.window == Window(-600, 1500, "Lung")
    assert preset("MR", 1) is None


def test_where_a_modality_has_none_the_image_s_own_windows_stand_under_the_keys() -> None:
    frame = Frame(windows=(Window(40, 400), Window(-600, 1500, "second")))
    assert [own_window(header(), frame, key) is not None for key in (1, 2, 3)] == [True, True, False]
    second = own_window(header(), frame, 2)
    assert second is not None
    assert second.window == Window(-600, 1500, "second")
