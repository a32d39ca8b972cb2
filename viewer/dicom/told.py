"""In what values are told to people: the first rule of a table that holds for the values of a frame (viewing.md 4.3).

SUV before the file's own mapping to real world values, that before the unit of the modality, and a mapping without a unit last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.grey import modality_values

if TYPE_CHECKING:
    from viewer.dicom.header import Frame, Header, RealWorld

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """Values as people are told them, same shape as what was stored; `quantity` is the mapping's own word for them, "" elsewhere."""

    values: Floats
    unit: str
    quantity: str = ""


Rule = Callable[["Header", "Frame", NDArray[Any]], Told | None]


def told(header: Header, frame: Frame, stored: NDArray[Any]) -> Told:
    """Stored values of one frame (without padding, any shape) in the unit in which they are told."""
    stored = np.ascontiguousarray(stored)
    return next(found for rule in RULES if (found := rule(header, frame, stored)) is not None)


def _covers(one: RealWorld, stored: NDArray[Any]) -> bool:
    """Whether each of some stored values is mapped; there must be one at least."""
    return bool(stored.size) and bool(((stored >= one.first) & (stored <= one.last)).all())


def _real_values(one: RealWorld, stored: NDArray[Any]) -> NDArray[np.float64]:
    """Real world values of stored values that `_covers` holds for, same shape."""
    if one.table:
        at = np.clip(np.asarray(stored, np.float64) - one.first, 0, len(one.table) - 1).astype(np.intp)
        return np.asarray(np.asarray(one.table, np.float64)[at])
    return np.asarray(stored, np.float64) * one.slope + one.intercept


def _suv(header: Header, frame: Frame, stored: NDArray[Any]) -> Told | None:
    if header.suv is None or header.suv.factor is None:
        return None
    return Told(_modality(header, frame, stored) * header.suv.factor, "SUV")


def _real_world(header: Header, frame: Frame, stored: NDArray[Any]) -> Told | None:
    one = _mapped(header, frame, stored, with_unit=True)
    return None if one is None else Told(_real_values(one, stored), one.unit, one.label)


def _named_modality(header: Header, frame: Frame, stored: NDArray[Any]) -> Told | None:
    return Told(_modality(header, frame, stored), header.modality_unit) if header.modality_unit else None


def _real_world_without_unit(header: Header, frame: Frame, stored: NDArray[Any]) -> Told | None:
    one = _mapped(header, frame, stored, with_unit=False)
    return None if one is None else Told(_real_values(one, stored), "", one.label)


def _any_modality(header: Header, frame: Frame, stored: NDArray[Any]) -> Told:
    return Told(_modality(header, frame, stored), "")


RULES: tuple[Rule, ...] = (_suv, _real_world, _named_modality, _real_world_without_unit, _any_modality)


def _mapped(header: Header, frame: Frame, stored: NDArray[Any], *, with_unit: bool) -> RealWorld | None:
    """The first mapping of a frame that holds for all of the values."""
    own = (header.real_world[index] for index in frame.real_world if 0 <= index < len(header.real_world))
    return next((one for one in own if bool(one.unit) is with_unit and _covers(one, stored)), None)


def _modality(header: Header, frame: Frame, stored: NDArray[Any]) -> Floats:
    return modality_values(header, frame, stored).astype(np.float64)
