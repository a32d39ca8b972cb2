"""What a hanging protocol may ask of a series: plain values taken from its headers (DICOM PS3.3 C.23 selects by the same)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from viewer.load.series import SeriesData

PLANES = ("sagittal", "coronal", "axial")


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """One series by value; `study` is "current" or "prior", `date` YYYYMMDD."""

    key: str
    study: str
    study_uid: str
    date: str
    modality: str
    body_part: str
    description: str
    plane: str  # "axial", "coronal", "sagittal", or "" without positions
    view: str
    laterality: str
    count: int
    is_volume: bool
    localizer: bool


def facts_of(series: SeriesData) -> SeriesFacts:
    """The facts of one series."""
    header, frame = series.header(0), series.frame(0)
    plane = ""
    if frame.row_direction is not None and frame.column_direction is not None:
        plane = PLANES[int(np.argmax(np.abs(np.cross(np.array(frame.row_direction), np.array(frame.column_direction)))))]
    return SeriesFacts(
        series.key,
        "prior" if series.prior else "current",
        header.study_instance_uid,
        header.study_date,
        header.modality,
        header.body_part.casefold(),
        f"{header.study_description} {header.series_description}".casefold(),
        plane,
        header.view_position.casefold(),
        header.laterality,
        series.count,
        series.is_volume,
        "LOCALIZER" in header.image_type,
    )
