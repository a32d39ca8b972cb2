"""Reading single attributes of files that were written by anybody: nothing here raises for a bad value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from viewer.dicom.notes import Notes

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, NotImplementedError, BytesLengthException, RecursionError)


@lru_cache(4096)
def _tag(keyword: str | int) -> BaseTag:
    return Tag(keyword)


def value(ds: Dataset, keyword: str | int, notes: Notes | None = None) -> Any:  # noqa: ANN401  whatever the element holds
    """The value of an element, None where it is absent, empty or unreadable (then noted)."""
    try:
        tag = _tag(keyword)
        element = ds.get(tag) if tag in ds.keys() else None  # noqa: SIM118  `in ds` makes the tag anew, for a hundred that are absent
        found = None if element is None else element.value
    except UNREADABLE:
        if notes is not None:
            notes.add("number_unreadable")
        return None
    return None if found is None or (isinstance(found, (str, bytes, MultiValue, list)) and len(found) == 0) else found


def items(ds: Dataset | None, keyword: str) -> Sequence[Dataset]:
    """The items of a sequence, empty where there is none."""
    found = value(ds, keyword) if ds is not None else None
    return [one for one in found if isinstance(one, Dataset)] if isinstance(found, Sequence) and not isinstance(found, (str, bytes)) else []


def first(ds: Dataset | None, keyword: str) -> Dataset | None:
    """The first item of a sequence, None where there is none."""
    found = items(ds, keyword)
    return found[0] if found else None


def texts(ds: Dataset, keyword: str | int) -> tuple[str, ...]:
    """The values of a text element, without padding."""
    found = value(ds, keyword)
    if found is None:
        return ()
    parts: Iterable[Any] = found if isinstance(found, (MultiValue, list)) else [found]
    return tuple(str(one).strip().strip("\0") for one in parts)


def text(ds: Dataset, keyword: str | int) -> str:
    """The first value of a text element, "" where there is none."""
    found = texts(ds, keyword)
    return found[0] if found else ""


def numbers(ds: Dataset, keyword: str | int, notes: Notes | None = None) -> tuple[float, ...]:
    """The values of a number element; all of them are finite, else none is given and it is noted."""
    found = value(ds, keyword, notes)
    if found is None:
        return ()
    parts = found if isinstance(found, (MultiValue, list, tuple)) else [found]
    try:
        read = tuple(float(one) for one in parts)
    except UNREADABLE:
        read = (math.nan,)
    if all(map(math.isfinite, read)):
        return read
    if notes is not None:
        notes.add("number_unreadable")
    return ()


def number(ds: Dataset, keyword: str | int, notes: Notes | None = None) -> float | None:
    """The first value of a number element, None where there is none."""
    found = numbers(ds, keyword, notes)
    return found[0] if found else None


def integer(ds: Dataset, keyword: str | int, notes: Notes | None = None) -> int | None:
    """The first value of a number element as a whole number, None where there is none."""
    found = number(ds, keyword, notes)
    return None if found is None else int(found)
