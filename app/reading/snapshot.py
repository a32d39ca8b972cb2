"""What a viewport shows as the opinion keeps it: a key image, a measurement. Positions are `column_row`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from record.opinion import draft
from record.person import date_words, parse_date
from viewer.dicom import shortfalls
from viewer.dicom.geometry import xyz_mm_from_column_row
from viewer.tools.length import length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from viewer.dicom.header import Header
    from viewer.load.series import SeriesData
    from viewer.screen.view import View
    from viewer.tools.marks import Mark

Point = tuple[float, float]
_KINDS = {kind.value: kind for kind in draft.MarkKind}
MIDDLE = 0.04  # of the image's width: so near to the middle no side is told


def key_image(series: SeriesData, index: int, view: View, marks: Sequence[Mark]) -> draft.KeyImage:
    """The image at `index` under the window in force, with its marks; id and caption are the caller's."""
    header, place = series.header(index), series.order[index]
    window, table = (view.voi.window, view.voi.lut) if view.voi is not None else (None, None)
    kept = tuple(_mark(header, mark) for mark in marks)
    sides = {mark.side for mark in kept}
    day = parse_date(header.study_date)
    return draft.KeyImage(
        "",
        header.sop_instance_uid,
        place.frame,
        None if window is None else draft.Window(window.centre, window.width, window.function),
        header.voi_luts.index(table) if table in header.voi_luts else None,
        view.inverted,
        kept,
        "",
        ", ".join(part for part in (series.label, date_words(day) if day else "") if part),
        sides.pop() if len(sides) == 1 else None,
        shortfalls.words(shortfalls.kept(header)),
    )


def measurement(header: Header, mark: Mark) -> draft.Measurement:
    """A mark that measures, as a value; the id is the caller's."""
    side = side_of(header, mark.frame, mark.points)
    if mark.kind == "length":
        found = length(header, mark.points[0], mark.points[1])
        return draft.Measurement(
            "", "Length", round(found.value, 2), found.unit, mark.sop_instance_uid, mark.frame, mark.points, side, found.provenance
        )
    number = float(mark.text.removesuffix("°")) if mark.text.endswith("°") else 0.0
    return draft.Measurement("", mark.kind.capitalize(), number, "°", mark.sop_instance_uid, mark.frame, mark.points, side)


def measures(mark: Mark) -> bool:
    """Whether a mark has a value."""
    return mark.kind in ("length", "angle") and bool(mark.text)


def side_of(header: Header, frame: int, points: Sequence[Point]) -> draft.Side | None:
    """The patient's side on which points lie, by the image's place in the patient, else by its orientation letters."""
    if header.pixels is None or not points:
        return None
    middle = np.array([(header.pixels.columns - 1) / 2, (header.pixels.rows - 1) / 2])
    away = np.mean(np.array(points, np.float64), axis=0) - middle
    to_left = _to_left(header, frame)
    if to_left is None:
        return None
    across = float(away @ to_left)
    if abs(across) < MIDDLE * float(np.abs(to_left) @ np.array([header.pixels.columns, header.pixels.rows])):
        return None
    return draft.Side.LEFT if across > 0 else draft.Side.RIGHT


def _to_left(header: Header, frame: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    """How far a step along columns and rows leads to the patient's left (LPS +x); None where it does not, or is not known."""
    matrix = xyz_mm_from_column_row(header, frame)
    if matrix is not None:
        steps = np.array([matrix[0, 0], matrix[0, 1]])
        largest = float(np.max(np.linalg.norm(matrix[:3, :2], axis=0)))
        return steps / largest if float(np.max(np.abs(steps))) > 0.5 * largest else None
    steps = np.array([{"L": 1.0, "R": -1.0}.get(letters[:1], 0.0) for letters in (*header.patient_orientation, "", "")[:2]])
    return steps if steps.any() else None


def _mark(header: Header, mark: Mark) -> draft.Mark:
    kind = _KINDS.get(mark.kind, draft.MarkKind.LENGTH)
    return draft.Mark(kind, mark.points, mark.text, side_of(header, mark.frame, mark.points))
