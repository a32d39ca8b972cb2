"""Units as people write them, by tables: of the Modality LUT, of PET, of coded measurements (PS3.3 C.11.1.1.2, C.8.9.1, C.7.6.16.2.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.dicom.groups import group
from viewer.dicom.values import first, number, text, texts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

LEVELS = ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence")

# Rescale Type and Modality LUT Type; a maker's own word stands as it is.
RESCALED = {
    "US": "",
    "UNSPECIFIED": "",
    "HU": "HU",
    "HU_MOD": "HU (modified)",
    "OD": "OD × 1000",
    "MGML": "mg/ml",
    "Z_EFF": "Z eff.",
    "ED": "10²³ e/ml",
    "EDW": "× water (electrons)",
    "PCT": "%",
}

# Units (0054,1001) of the PET Series and NM Isotope modules; with SUV Type where the unit alone would not tell by what it was divided.
EMISSION = {
    "CNTS": "counts",
    "NONE": "",
    "CM2": "cm²",
    "CM2ML": "cm²/ml",
    "PCNT": "%",
    "CPS": "counts/s",
    "BQML": "Bq/ml",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "1CM": "1/cm",
    "UMOLML": "µmol/ml",
    "PROPCNTS": "∝ counts",
    "PROPCPS": "∝ counts/s",
    "MLMINML": "ml/min/ml",
    "MLML": "ml/ml",
    "GML": "g/ml",
    "STDDEV": "SD",
}
SUV_TYPES = {"BW": "SUV", "LBM": "SUV lbm", "LBMJAMES128": "SUV lbm", "LBMJANMA": "SUV lbm", "BSA": "SUV bsa", "IBW": "SUV ibw"}
SUV_UNITS = ("GML", "CM2ML")

# UCUM codes that people write otherwise; for others the code's meaning stands.
CODED = {
    "1": "",
    "{unity}": "",
    "{no units}": "",
    "[hnsf'U]": "HU",
    "{SUVbw}g/ml": "SUV",
    "g/ml{SUVbw}": "SUV",
    "{SUVlbm}g/ml": "SUV lbm",
    "g/ml{SUVlbm}": "SUV lbm",
    "{SUVbsa}cm2/ml": "SUV bsa",
    "cm2/ml{SUVbsa}": "SUV bsa",
    "{SUVibw}g/ml": "SUV ibw",
    "g/ml{SUVibw}": "SUV ibw",
    "Bq/ml": "Bq/ml",
    "g/ml": "g/ml",
    "mg/ml": "mg/ml",
    "mm2/s": "mm²/s",
    "um2/s": "µm²/s",
    "10-3.mm2/s": "10⁻³ mm²/s",
    "10-6.mm2/s": "10⁻⁶ mm²/s",
    "cm2/s": "cm²/s",
    "ms": "ms",
    "s": "s",
    "/s": "1/s",
    "/min": "1/min",
    "%": "%",
    "{ratio}": "",
    "mm": "mm",
    "mm/s": "mm/s",
    "cm/s": "cm/s",
    "ml/min/g": "ml/min/g",
    "ml/(100.g)/min": "ml/100 g/min",
    "ml/100g/min": "ml/100 g/min",
    "ml/ml": "ml/ml",
    "mmol/l": "mmol/l",
    "kPa": "kPa",
    "{counts}": "counts",
    "{counts}/s": "counts/s",
    "keV": "keV",
}


def modality_unit(ds: Dataset, modality: str) -> str:
    """The unit of modality values, as people write it; "" where the file does not tell.

    Hounsfield only for CT images that say so or nothing else (PS3.3 C.8.2.1, C.11.1). Enhanced objects say it in their
    groups (C.7.6.16.2.9).
    """
    table = first(ds, "ModalityLUTSequence")
    if table is not None:
        return _rescaled(text(table, "ModalityLUTType"))
    levels = [one for one in (first(ds, name) for name in LEVELS) if one is not None]
    named = text(group(levels, ds, "PixelValueTransformationSequence", "RescaleType"), "RescaleType")
    if named:
        return _rescaled(named)
    if modality == "CT" and "LOCALIZER" not in texts(ds, "ImageType") and number(ds, "RescaleSlope") is not None:
        return "HU"
    return _emission(ds)


def coded_unit(holder: Dataset) -> str:
    """The unit of Measurement Units Code Sequence (UCUM, PS3.16 CID 82): by `CODED`, else the code's meaning, else the code."""
    code = first(holder, "MeasurementUnitsCodeSequence")
    if code is None:
        return ""
    value = text(code, "CodeValue")
    known = CODED.get(value)
    return known if known is not None else text(code, "CodeMeaning") or value


def _rescaled(named: str) -> str:
    known = RESCALED.get(named.upper())
    return known if known is not None else EMISSION.get(named.upper(), named)


def _emission(ds: Dataset) -> str:
    unit, kind = text(ds, "Units").upper(), text(ds, "SUVType").upper()
    if unit in SUV_UNITS and kind:
        return SUV_TYPES.get(kind, f"SUV {kind.lower()}")
    return EMISSION.get(unit, unit)
