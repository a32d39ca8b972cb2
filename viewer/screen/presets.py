"""The window presets of a modality by key, from resources/presets/windows.json (values for CT: viewing.md 4.2).

CT has fixed windows, since its values are HU. Elsewhere a preset is relative to the image that is shown when its key is pressed: to the
spread of its values, to the window it came with, or to its brightest value.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.dicom.grey import Voi, initial_voi, modality_values, padding_mask, tables_of
from viewer.dicom.header import Frame, Header, Window
from viewer.screen.hands import as_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = Path(__file__).resolve().parents[2] / "resources" / "presets" / "windows.json"
Image = tuple[Header, Frame, "NDArray[Any]"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A window under a number key, in modality values."""

    key: int
    name: str
    width: float
    centre: float

    @property
    def voi(self) -> Voi:
        """As the grey pipeline takes it."""
        return Voi("window", window=Window(self.centre, self.width, self.name))

    def window(self, _image: Image) -> Window:
        """The same for every image."""
        return Window(self.centre, self.width, self.name)


@dataclass(frozen=True, slots=True)
class Spread:
    """From one percentile of the image's values (without padding) to another."""

    key: int
    name: str
    low: float
    high: float

    def window(self, image: Image) -> Window:
        """The window for this image."""
        low, high = (float(one) for one in np.percentile(_values(image), (self.low, self.high)))
        return _between(low, high, self.name)


@dataclass(frozen=True, slots=True)
class Scaled:
    """The window that the image came with, `times` as wide, its centre moved by `shift` of that width."""

    key: int
    name: str
    times: float
    shift: float = 0.0

    def window(self, image: Image) -> Window:
        """The window for this image."""
        own = as_window(initial_voi(*image))
        return Window(own.centre + self.shift * own.width, max(own.width * self.times, 1e-6), self.name, own.function)


@dataclass(frozen=True, slots=True)
class Brightest:
    """From nothing to a share, in percent, of the image's largest value (counts and activities begin at zero)."""

    key: int
    name: str
    of_brightest: float

    def window(self, image: Image) -> Window:
        """The window for this image."""
        return _between(0.0, float(_values(image).max()) * self.of_brightest / 100, self.name)


Row = Preset | Spread | Scaled | Brightest


@cache
def presets() -> dict[str, tuple[Row, ...]]:
    """Presets by modality."""
    return {modality: tuple(_row(row) for row in rows) for modality, rows in json.loads(FILE.read_text("utf-8")).items()}


def preset(modality: str, key: int) -> Preset | None:
    """The fixed preset of a modality under a number key, which needs no image."""
    return next((p for p in presets().get(modality, ()) if p.key == key and isinstance(p, Preset)), None)


def pressed(header: Header, frame: Frame, stored: NDArray[Any], key: int) -> Voi | None:
    """What a number key means for an image: the preset of its modality, else one of the file's own windows and tables.

    Those stand, in the order of the header, under the keys that the modality has no preset for.
    """
    rows = presets().get(header.modality, ())
    found = next((row for row in rows if row.key == key), None)
    if found is not None:
        return Voi("window", window=found.window((header, frame, stored)))
    own = _own(header, frame)
    at = key - 1 - len(rows)
    return own[at] if 0 <= at < len(own) else None


def next_stored(header: Header, frame: Frame, stored: NDArray[Any], now: Voi | None) -> Voi | None:
    """The file's window or table behind `now` (None: as at first), round and round; None where that is the one shown at first."""
    own, first = _own(header, frame), initial_voi(header, frame, stored)
    at = next((index for index, one in enumerate(own) if one == (first if now is None else now)), None)
    following = own[(at + 1) % len(own)] if at is not None else first
    return None if following == first else following


def _own(header: Header, frame: Frame) -> list[Voi]:
    """The file's windows, then its tables, in the order of the header."""
    return [Voi("window", window=one) for one in frame.windows] + [Voi("lut", lut=one) for one in tables_of(header, frame)]


def _row(row: dict[str, Any]) -> Row:
    if "from" in row:
        return Spread(row["key"], row["name"], row["from"], row["to"])
    kind = Scaled if "times" in row else Brightest if "of_brightest" in row else Preset
    return kind(**row)


def _between(low: float, high: float, name: str) -> Window:
    return Window((low + high) / 2, max(high - low, 1e-6), name, "LINEAR_EXACT")


def _values(image: Image) -> NDArray[np.float32]:
    header, frame, stored = image
    mask = padding_mask(header.pixels, stored) if header.pixels is not None else None
    values = modality_values(header, frame, stored)
    chosen = values[np.isfinite(values)] if mask is None else values[np.isfinite(values) & ~mask]
    return chosen if chosen.size else np.zeros(1, np.float32)
