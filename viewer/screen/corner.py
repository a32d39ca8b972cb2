"""The words in the corners of a viewport, all from the one frame that is drawn (viewing.md 4.7); pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from viewer.dicom.colour import is_colour
from viewer.load.identity import belongs

if TYPE_CHECKING:
    from viewer.dicom.grey import Voi
    from viewer.dicom.header import Frame, Header
    from viewer.dicom.shortfalls import Mark
    from viewer.load.series import SeriesData

MINUS = "\N{MINUS SIGN}"
NARROW = 10  # a window below this width is told with decimals
NAME_LENGTH = 24  # of a window's own name


@dataclass(frozen=True, slots=True)
class Corners:
    """Lines by corner; `warn` are the lines of the bottom right that doubt the picture; `other` where the patient is not the case's."""

    top_left: tuple[str, ...]
    top_right: tuple[str, ...]
    bottom_left: tuple[str, ...]
    bottom_right: tuple[str, ...]
    warn: tuple[str, ...] = ()
    other: str = ""


def corners(series: SeriesData, index: int, voi: Voi | None, zoom: float, marks: tuple[Mark, ...], *, inverted: bool) -> Corners:
    """The corner text of image `index` (from 0) of a series, as it is drawn, with its fidelity marks."""
    header, frame = series.header(index), series.frame(index)
    window = "" if is_colour(header) else _window(voi)  # colours are drawn as they are
    spacing = header.spacing
    scale = f"{spacing.column_mm:.2f} {spacing.provenance}" if spacing.column_mm else ""
    larger = f"zoom {zoom:.2f}" if zoom else ""
    sizes = (f"{larger}, {scale}",) if larger and scale and spacing.provenance == "mm" else (larger, scale if larger else "")
    return Corners(
        (person(header.patient_name), " · ".join(filter(None, (header.patient_id, _sex_and_age(header))))),
        (f"{series.prior} · {day(header.study_date) or 'no date'}" if series.prior else _when(header), series.label),
        tuple(filter(None, (f"Image {index + 1} of {series.count}", "" if "turned" in series.resampled else _height(frame)))),
        tuple(filter(None, (window, *sizes))),
        _doubts(marks, inverted=inverted),
        "" if belongs(header, series.identities) else "Another patient's image: name or number do not match this case",
    )


def person(name: str) -> str:
    """A DICOM person name (PS3.5 6.2.1) as "Family, Given"."""
    first = name.split("=", maxsplit=1)[0].split("^")
    return ", ".join(part.strip() for part in first[:2] if part.strip()) or "No name"


def day(text: str) -> str:
    """A DICOM date as "12 Oct 2026"; as it is where it is none."""
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text.strip())
    if match is None:
        return text.strip()
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return text.strip()
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _when(header: Header) -> str:
    time = header.study_time
    clock = f", {time[:2]}:{time[2:4]}" if re.match(r"\d{4}", time) else ""
    return f"{day(header.study_date)}{clock}" if header.study_date else "no date"


def _sex_and_age(header: Header) -> str:
    born, seen = header.birth_date, header.study_date
    if not (re.fullmatch(r"\d{8}", born) and re.fullmatch(r"\d{8}", seen)):
        return header.sex
    age = int(seen[:4]) - int(born[:4]) - (seen[4:] < born[4:])
    return ", ".join(filter(None, (header.sex, str(age))))


def _height(frame: Frame) -> str:
    if frame.position is None or frame.row_direction is None or frame.column_direction is None:
        return ""
    normal = np.cross(np.array(frame.row_direction), np.array(frame.column_direction))
    axis = int(np.argmax(np.abs(normal)))
    value = frame.position[axis]
    return f"Slice {MINUS if value < 0 else ''}{abs(value):.1f} mm"


def _window(voi: Voi | None) -> str:
    if voi is None:
        return ""
    if voi.kind == "lut" and voi.lut is not None:
        return voi.lut.explanation or "Table of the image"
    if voi.window is None:
        return "Full range"
    centre, width = voi.window.centre, voi.window.width
    function = {"SIGMOID": " sigmoid", "LINEAR_EXACT": "", "LINEAR": ""}.get(voi.window.function, "")
    named = f"  {voi.window.explanation[:NAME_LENGTH]}" if voi.window.explanation else ""
    minus = MINUS if centre < 0 and _size(centre, width).strip("0.") else ""
    return f"W {_size(width, width)}  L {minus}{_size(centre, width)}{function}{named}"


def _size(value: float, width: float) -> str:
    """A part of a window without its sign: whole where the window is wide, with as many places as a narrow one needs."""
    places = 0 if width >= NARROW else min(9, 2 - math.floor(math.log10(width)))
    return f"{abs(value):.{places}f}"


def _doubts(marks: tuple[Mark, ...], *, inverted: bool) -> tuple[str, ...]:
    return (*(("inverted",) if inverted else ()), *(mark.word for mark in marks))
