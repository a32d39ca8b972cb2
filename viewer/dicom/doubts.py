"""Signs in a data set that it may not say what its writer meant: order, lengths, undeclared characters (PS3.5 6.2, 7.1)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

CHARSET = 0x00080005
LENGTHS = {"PN": 64 * 3, "LO": 64, "SH": 16, "CS": 16, "AE": 16}  # of one value, in characters
WIDEST_CHARACTER = 4
TEXTS = {"PN", "LO", "SH", "LT", "ST", "UT"}


def doubt(ds: Dataset, notes: Notes) -> None:
    """Note what the elements of the top level give away about the file; values are looked at as bytes, not decoded."""
    elements = [one for one in ds.values() if not one.tag.is_private]
    declared = any(_bytes(one) for one in elements if int(one.tag) == CHARSET)
    for one in elements:
        raw = _bytes(one)
        vr = _vr(one)
        if vr in LENGTHS and _longest(raw) > LENGTHS[vr]:
            notes.add("value_too_long")
        if vr in TEXTS and not declared and not raw.isascii():
            notes.add("charset_undeclared")
    places = [
        one.value_tell if isinstance(one, RawDataElement) else one.file_tell or 0 for one in sorted(elements, key=lambda one: int(one.tag))
    ]
    if any(later < earlier for earlier, later in itertools.pairwise(places)):
        notes.add("order_wrong")


def _longest(raw: bytes) -> float:
    """Characters of the longest value at least: a character takes up to four bytes outside plain ASCII."""
    width = 1 if raw.isascii() and b"\x1b" not in raw else WIDEST_CHARACTER
    return max(len(one.strip()) for one in raw.split(b"\\")) / width


def _bytes(element: object) -> bytes:
    found = getattr(element, "value", None)
    return found if isinstance(found, bytes) else b""


def _vr(element: object) -> str:
    vr = getattr(element, "VR", None)
    if vr is None:
        try:
            return dictionary_VR(element.tag)  # type: ignore[attr-defined]  # an element of either kind
        except KeyError:
            return ""
    return str(vr)
