"""Standardised uptake by body weight, or why there is none (PS3.3 C.8.9.1, C.8.9.2, C.8.9.4; QIBA's vendor-neutral way)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from viewer.dicom.header import Suv
from viewer.dicom.units import modality_unit
from viewer.dicom.values import first, number, text, texts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

GRAMS = 1000.0
MIDNIGHT = timedelta(days=1)
LONGEST = timedelta(hours=24)  # between injection and scan: more is a wrong date
PHILIPS_FACTOR, PHILIPS_ACTIVITY, PHILIPS = 0x7053_00_00, 0x7053_00_09, "Philips PET Private Group"
GE_SCAN_TIME, GE = 0x0009_00_0D, "GEMS_PETD_01"


class _NoSuv(Exception):  # noqa: N818  it is a fact of the file
    """Why there is none, in words that go on from "no SUV:"."""


def suv(ds: Dataset, modality: str) -> Suv | None:
    """The factor from modality values to g/ml body weight SUV; None for what is no PET, a reason where a required attribute is missing."""
    if modality != "PT":
        return None
    try:
        return Suv(_enhanced_factor(ds) if "DecayCorrected" in ds else _factor(ds))
    except _NoSuv as why:
        return Suv(None, str(why))


def _factor(ds: Dataset) -> float:
    unit = text(ds, "Units").upper()
    if unit == "GML":
        if text(ds, "SUVType").upper() in ("", "BW"):
            return 1.0
        raise _NoSuv("the file's own SUV is not by body weight")
    if unit == "CNTS":
        own = _private(ds, PHILIPS_FACTOR, PHILIPS)
        if own:
            return own
    elif unit != "BQML":
        raise _NoSuv("the values are not in Bq/ml" if unit else "the unit of the values is not given")
    corrected = {one.upper() for one in texts(ds, "CorrectedImage")}
    if not {"ATTN", "DECY"} <= corrected:
        raise _NoSuv("the image is not corrected for attenuation and decay")
    activity = 1.0
    if unit == "CNTS":
        activity = _private(ds, PHILIPS_ACTIVITY, PHILIPS)
        if not activity:
            raise _NoSuv("counts cannot be turned into Bq/ml")
    weight = number(ds, "PatientWeight")
    if not weight or weight <= 0:
        raise _NoSuv("the patient's weight is missing")
    return activity * weight * GRAMS / _dose(ds)


def _enhanced_factor(ds: Dataset) -> float:
    """Enhanced PET tells unit, corrections and times in attributes of its own (PS3.3 C.8.22.2, C.8.22.4)."""
    if modality_unit(ds, "PT") != "Bq/ml":
        raise _NoSuv("the values are not in Bq/ml")
    if {text(ds, "DecayCorrected").upper(), text(ds, "AttenuationCorrected").upper()} != {"YES"}:
        raise _NoSuv("the image is not corrected for attenuation and decay")
    weight = number(ds, "PatientWeight")
    if not weight or weight <= 0:
        raise _NoSuv("the patient's weight is missing")
    dose, half_life, drug = _injected(ds)
    corrected_to, injected = (
        _at(text(one, name)) for one, name in ((ds, "DecayCorrectionDateTime"), (drug, "RadiopharmaceuticalStartDateTime"))
    )
    if corrected_to is None or injected is None:
        raise _NoSuv("the time of injection or of the decay correction is missing")
    return weight * GRAMS / _decayed(dose, half_life, corrected_to - injected)


def _dose(ds: Dataset) -> float:
    """Injected activity in Bq, at the time to which the image was corrected."""
    dose, half_life, drug = _injected(ds)
    decay = text(ds, "DecayCorrection").upper()
    if decay == "ADMIN":
        return dose
    if decay != "START":
        raise _NoSuv("it is not said to which time decay was corrected")
    scan = _scan_time(ds)
    return _decayed(dose, half_life, scan - _injection(drug, scan))


def _injected(ds: Dataset) -> tuple[float, float, Dataset]:
    """Dose in Bq, half-life in seconds, and the item that holds them."""
    drug = first(ds, "RadiopharmaceuticalInformationSequence")
    dose = number(drug, "RadionuclideTotalDose") if drug is not None else None
    if drug is None or not dose or dose <= 0:
        raise _NoSuv("the injected dose is missing")
    half_life = number(drug, "RadionuclideHalfLife")
    if not half_life or half_life <= 0:
        raise _NoSuv("the half-life is missing")
    return dose, half_life, drug


def _decayed(dose: float, half_life: float, elapsed: timedelta) -> float:
    if not timedelta(0) <= elapsed <= LONGEST:
        raise _NoSuv("the times of injection and scan contradict each other")
    return float(dose * 2.0 ** (-elapsed.total_seconds() / half_life))


def _at(whole: str) -> datetime | None:
    """A DICOM date and time."""
    return _moment(whole[:8], whole[8:]) if whole else None


def _scan_time(ds: Dataset) -> datetime:
    """Series time where it is not later than acquisition; else GE's own; decay was corrected to that time."""
    series = _moment(text(ds, "SeriesDate"), text(ds, "SeriesTime"))
    acquired = _moment(text(ds, "AcquisitionDate"), text(ds, "AcquisitionTime"))
    if series is not None and acquired is not None and series <= acquired:
        return series
    block = ds.private_block(GE_SCAN_TIME >> 16, GE) if _has_block(ds, GE_SCAN_TIME >> 16, GE) else None
    if block is not None and 0x0D in block:
        own = str(block[0x0D].value)
        found = _moment(own[:8], own[8:])
        if found is not None:
            return found
    raise _NoSuv("the time of the scan is missing or later than the acquisition")


def _injection(drug: Dataset, scan: datetime) -> datetime:
    found = _at(text(drug, "RadiopharmaceuticalStartDateTime"))
    if found is not None:
        return found
    found = _moment(scan.strftime("%Y%m%d"), text(drug, "RadiopharmaceuticalStartTime"))
    if found is None:
        raise _NoSuv("the time of injection is missing")
    return found - MIDNIGHT if found > scan else found  # a time without a date may be of the evening before


def _moment(date: str, time: str) -> datetime | None:
    """A date (YYYYMMDD) and a time (HHMMSS, fractions and zone left out of account), None where either is unusable."""
    digits = time.split("+", maxsplit=1)[0].split("-", maxsplit=1)[0].replace(":", "")
    whole, _, fraction = digits.partition(".")
    if len(date.replace(".", "")) != 8 or not whole.isdigit() or len(whole) < 4:
        return None
    try:
        moment = datetime.strptime(date.replace(".", "") + whole.ljust(6, "0")[:6], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return moment + timedelta(seconds=float(f"0.{fraction}") if fraction.isdigit() else 0.0)
    except ValueError:
        return None


def _has_block(ds: Dataset, group: int, creator: str) -> bool:
    return creator in ds.private_creators(group) if group % 2 else False


def _private(ds: Dataset, tag: int, creator: str) -> float:
    group, element = tag >> 16, tag & 0xFF
    if not _has_block(ds, group, creator):
        return 0.0
    block = ds.private_block(group, creator)
    try:
        return float(block[element].value) if element in block else 0.0
    except (TypeError, ValueError):
        return 0.0
