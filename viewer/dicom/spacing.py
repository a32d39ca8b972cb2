"""Where a length's scale comes from, and what may be called a millimetre (PS3.3 10.7.1, C.8.11.7, C.7.6.16.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.dicom.groups import group
from viewer.dicom.header import Region, Spacing
from viewer.dicom.values import first, integer, items, number, numbers, text

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

PROJECTION = {"CR", "DX", "MG", "IO", "PX", "RF", "XA", "DR", "RG", "XC", "BMD"}
SECTIONAL = {"CT", "MR", "PT", "NM"}
UNITS = {1: "%", 2: "dB", 3: "cm", 4: "s", 5: "Hz", 6: "dB/s", 7: "cm/s", 8: "cm²", 9: "cm²/s", 0xA: "cm³", 0xB: "cm³/s", 0xC: "°"}
SAME = 1e-6
PIXELS = Spacing(None, None, "px")


def spacing(ds: Dataset, modality: str, notes: Notes) -> Spacing:
    """The spacing of an image's pixels with its provenance; ultrasound with regions has none of its own."""
    if items(ds, "SequenceOfUltrasoundRegions"):
        return PIXELS
    if _varies(ds):
        notes.add("spacing_varies")
        return PIXELS
    measures = group(_levels(ds), ds, "PixelMeasuresSequence", "PixelSpacing")
    plain = _pair(measures, "PixelSpacing", notes)
    if modality in PROJECTION and (plain is None or measures is ds):  # reconstructed planes (tomosynthesis, rotation) are no projections
        return _projected(ds, plain, notes)
    if plain is not None:
        return Spacing(*plain, "mm" if modality in SECTIONAL or measures is not ds else "mm (unverified)")
    return _on_film(ds, notes)


def _varies(ds: Dataset) -> bool:
    """Whether frames of one instance have pixels of different sizes; then no single scale is right."""
    found = {
        numbers(item, "PixelSpacing")
        for one in items(ds, "PerFrameFunctionalGroupsSequence")
        for item in items(one, "PixelMeasuresSequence")
    }
    return len(found) > 1


def regions(ds: Dataset) -> tuple[Region, ...]:
    """The ultrasound regions with a physical scale (PS3.3 C.8.5.5)."""
    return tuple(one for one in map(_region, items(ds, "SequenceOfUltrasoundRegions")) if one is not None)


def _projected(ds: Dataset, plain: tuple[float, float] | None, notes: Notes) -> Spacing:
    calibration = text(ds, "PixelSpacingCalibrationType").upper()
    detector = _pair(group(_levels(ds), ds, "FramePixelDataPropertiesSequence", "ImagerPixelSpacing"), "ImagerPixelSpacing", notes)
    at_object = _pair(
        group(_levels(ds), ds, "ProjectionPixelCalibrationSequence", "ObjectPixelSpacingInCenterOfBeam"),
        "ObjectPixelSpacingInCenterOfBeam",
        notes,
    )
    if plain is None and at_object is not None:  # enhanced XA and XRF (PS3.3 C.8.19.6.9)
        return Spacing(*at_object, "mm (calibrated, centre of beam)")
    if plain is not None and (calibration or (detector is not None and not _same(plain, detector))):
        return Spacing(*plain, f"mm (calibrated, {calibration.lower()})" if calibration else "mm (calibrated)")
    if detector is not None:
        factor = number(ds, "EstimatedRadiographicMagnificationFactor", notes)
        if factor and factor > 0:
            return Spacing(detector[0] / factor, detector[1] / factor, "mm (est. magn.)")
        return Spacing(*detector, "mm at detector")
    return Spacing(*plain, "mm (unverified)") if plain is not None else _on_film(ds, notes)


def _on_film(ds: Dataset, notes: Notes) -> Spacing:
    film = _pair(ds, "NominalScannedPixelSpacing", notes)
    return Spacing(*film, "mm on film") if film is not None else PIXELS


def _levels(ds: Dataset) -> list[Dataset]:
    levels = [first(ds, "PerFrameFunctionalGroupsSequence"), first(ds, "SharedFunctionalGroupsSequence")]
    return [one for one in levels if one is not None]


def _pair(ds: Dataset, keyword: str, notes: Notes) -> tuple[float, float] | None:
    found = numbers(ds, keyword, notes)
    if not found:
        return None
    if len(found) != 2 or min(found) <= 0:
        notes.add("spacing_unusable")
        return None
    return found[0], found[1]


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) <= SAME * max(a, b) for a, b in zip(one, other, strict=True))


def _region(item: Dataset) -> Region | None:
    bounds = [integer(item, f"RegionLocation{name}") for name in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
    deltas = number(item, "PhysicalDeltaX"), number(item, "PhysicalDeltaY")
    units = [UNITS.get(integer(item, f"PhysicalUnits{axis}Direction") or 0, "") for axis in "XY"]
    if None in bounds or not deltas[0] or not deltas[1]:
        return None
    x0, y0, x1, y1 = (int(one or 0) for one in bounds)
    return Region(x0, y0, x1, y1, abs(deltas[0]), abs(deltas[1]), units[0], units[1])
