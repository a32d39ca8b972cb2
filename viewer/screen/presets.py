"""The window presets of a modality by key, from resources/presets/windows.json (values: viewing.md 4.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from viewer.dicom.grey import Voi
from viewer.dicom.header import Frame, Header, Window

FILE = Path(__file__).resolve().parents[2] / "resources" / "presets" / "windows.json"


@dataclass(frozen=True, slots=True)
class Preset:
    """A window under a number key."""

    key: int
    name: str
    width: float
    centre: float

    @property
    def voi(self) -> Voi:
        """As the grey pipeline takes it."""
        return Voi("window", window=Window(self.centre, self.width, self.name))


@cache
def presets() -> dict[str, tuple[Preset, ...]]:
    """Presets by modality."""
    return {modality: tuple(Preset(**row) for row in rows) for modality, rows in json.loads(FILE.read_text("utf-8")).items()}


def preset(modality: str, key: int) -> Preset | None:
    """The preset of a modality under a number key."""
    return next((p for p in presets().get(modality, ()) if p.key == key), None)


def own_window(header: Header, frame: Frame, key: int) -> Voi | None:
    """The image's own windows and tables under the number keys, in the order of its header, where the modality has no preset."""
    own = [Voi("window", window=one) for one in frame.windows] + [Voi("lut", lut=one) for one in header.voi_luts]
    return own[key - 1] if key <= len(own) else None
