"""From a data set to the `Header`: the only place that maps attributes to what the viewer knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.dicom import groups, luts
from viewer.dicom.cine import frame_time_ms
from viewer.dicom.frame_places import placed
from viewer.dicom.header import Frame, Header, Palette, PixelFormat, Suv
from viewer.dicom.overlays import overlays
from viewer.dicom.pixels import pixel_format
from viewer.dicom.real_world import Mappings, mappings
from viewer.dicom.refusal import refused
from viewer.dicom.shutters import shutter_grey, shutters
from viewer.dicom.spacing import regions, spacing
from viewer.dicom.suv import suv
from viewer.dicom.units import modality_unit
from viewer.dicom.values import first, integer, number, numbers, text, texts
from viewer.dicom.voi_tables import voi_tables

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from viewer.dicom.notes import Notes

PIXEL_DATA = 0x7FE00010
FRAMES_LIMIT = 100_000
EXTRA = (
    "AccessionNumber",
    "AcquisitionDate",
    "AcquisitionTime",
    "BreastImplantPresent",
    "ContentDate",
    "ContentTime",
    "ContrastBolusAgent",
    "ConvolutionKernel",
    "DiffusionBValue",
    "DiffusionGradientOrientation",
    "EchoNumbers",
    "EchoTime",
    "FlipAngle",
    "InversionTime",
    "KVP",
    "ManufacturerModelName",
    "PatientAge",
    "PatientPosition",
    "PreferredPlaybackSequencing",
    "PresentationIntentType",
    "ProtocolName",
    "RepetitionTime",
    "ScanOptions",
    "ScanningSequence",
    "SequenceName",
    "SequenceVariant",
    "SeriesDate",
    "SeriesTime",
    "SpacingBetweenSlices",
    "StartTrim",
    "StopTrim",
    "StudyID",
    "TemporalPositionIdentifier",
    "TriggerTime",
)


def describe(ds: Dataset, notes: Notes, syntax: str, *, element: int | None = PIXEL_DATA, little: bool = True) -> Header:
    """The header of a data set.

    Args:
        ds: the data set, pixel data not needed.
        notes: collects what was doubtful; ends up in `Header.notes`.
        syntax: transfer syntax UID.
        element: tag of the pixel data element, None where the file has none (then `pixels` is None).
        little: byte order of the file, for tables inside it.

    Raises:
        Trouble: IMAGE, where the image cannot be described.
    """
    pixels = None if element is None else pixel_format(ds, notes, element)
    modality = text(ds, "Modality").upper()
    signed = pixels is not None and pixels.signed
    modality_luts = luts.tables(ds, "ModalityLUTSequence", signed=signed, little=little, notes=notes)
    count = frame_count(ds, notes) if pixels is not None else 0
    mapped = mappings(ds, pixels, count)
    frames = _mapped(placed(ds, groups.frames(ds, count, notes), notes), mapped)
    signed = pixels is not None and not modality_luts and any(_below_zero(pixels, one) for one in frames)
    voi = voi_tables(ds, count, signed=signed, little=little, notes=notes)
    _identifiers(ds, notes)
    return Header(
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        sop_class_uid=text(ds, "SOPClassUID"),
        study_instance_uid=text(ds, "StudyInstanceUID"),
        series_instance_uid=text(ds, "SeriesInstanceUID"),
        frame_of_reference_uid=text(ds, "FrameOfReferenceUID"),
        transfer_syntax_uid=syntax,
        modality=modality,
        patient_name=text(ds, "PatientName"),
        patient_id=text(ds, "PatientID"),
        issuer=text(ds, "IssuerOfPatientID"),
        birth_date=_date(text(ds, "PatientBirthDate")),
        sex=text(ds, "PatientSex"),
        study_date=_date(text(ds, "StudyDate")),
        study_time=text(ds, "StudyTime"),
        study_description=text(ds, "StudyDescription"),
        series_description=text(ds, "SeriesDescription"),
        series_number=integer(ds, "SeriesNumber", notes),
        instance_number=integer(ds, "InstanceNumber", notes),
        acquisition_number=integer(ds, "AcquisitionNumber", notes),
        body_part=text(ds, "BodyPartExamined"),
        laterality=text(ds, "ImageLaterality") or text(ds, "Laterality"),
        view_position=text(ds, "ViewPosition"),
        patient_orientation=texts(ds, "PatientOrientation"),
        image_type=texts(ds, "ImageType"),
        institution=text(ds, "InstitutionName"),
        manufacturer=text(ds, "Manufacturer"),
        slice_thickness_mm=_thickness(ds, notes),
        pixels=pixels,
        spacing=spacing(ds, modality, notes),
        frames=voi.given(frames),
        modality_lut=modality_luts[0] if modality_luts else None,
        modality_unit=modality_unit(ds, modality),
        real_world=mapped.all,
        voi_luts=voi.all,
        presentation_shape="INVERSE" if text(ds, "PresentationLUTShape").upper() == "INVERSE" else "IDENTITY",
        lossy_ratio=lossy_ratio(ds),
        regions=regions(ds),
        frame_time_ms=frame_time_ms(ds),
        overlays=overlays(ds, pixels, count, notes),
        shutters=shutters(ds),
        shutter_grey=shutter_grey(ds),
        suv=_suv(ds, modality, mapped),
        palette=_palette(ds, pixels, notes, little=little),
        extra={keyword: found for keyword in EXTRA if (found := "\\".join(texts(ds, keyword)))},
        notes=notes.values(),
    )


def frame_count(ds: Dataset, notes: Notes) -> int:
    """Number of Frames; 1 where it is absent or cannot be read."""
    found = integer(ds, "NumberOfFrames", notes)
    if found is None and "NumberOfFrames" in ds and "number_unreadable" in notes.codes:
        notes.add("frames_unreadable")
    if found is not None and found > FRAMES_LIMIT:
        raise refused("it announces more frames than any image has", str(found))
    return found if found is not None and found > 0 else 1


def lossy_ratio(ds: Dataset) -> float | None:
    """The ratio of lossy compression ever applied, 0.0 where it is lossy and the ratio unknown, None where never."""
    if text(ds, "LossyImageCompression") != "01":
        return None
    ratios = [one for one in numbers(ds, "LossyImageCompressionRatio") if one > 0]
    return max(ratios) if ratios else 0.0


def _below_zero(pixels: PixelFormat, frame: Frame) -> bool:
    """Whether modality values may be below zero: then a VOI LUT begins at a signed one (PS3.3 C.11.2.1.1)."""
    half = 1 << (pixels.bits_stored - 1)
    ends = (-half, half - 1) if pixels.signed else (0, 2 * half - 1)
    return min(end * frame.slope for end in ends) + frame.intercept < 0


def _mapped(frames: tuple[Frame, ...], found: Mappings) -> tuple[Frame, ...]:
    return tuple(replace(one, real_world=own) if own else one for one, own in zip(frames, found.of_frame, strict=True))


def _suv(ds: Dataset, modality: str, found: Mappings) -> Suv | None:
    """As `suv`; nothing is missing where the file maps to SUV itself."""
    made = suv(ds, modality)
    return None if made is not None and made.factor is None and any(one.unit.startswith("SUV") for one in found.all) else made


def _identifiers(ds: Dataset, notes: Notes) -> None:
    """An image that belongs to a study must have an identifier of its own; a bare picture claims nothing."""
    if text(ds, "StudyInstanceUID") and not (text(ds, "SOPInstanceUID") and text(ds, "SOPClassUID")):
        notes.add("uid_missing")


def _date(found: str) -> str:
    """YYYYMMDD from today's and the retired form with dots, "" for anything else."""
    plain = found.replace(".", "").replace("-", "")
    return plain if len(plain) == 8 and plain.isdigit() else ""


def _thickness(ds: Dataset, notes: Notes) -> float | None:
    shared = first(ds, "SharedFunctionalGroupsSequence")
    levels = [one for one in (first(ds, "PerFrameFunctionalGroupsSequence"), shared) if one is not None]
    return number(groups.group(levels, ds, "PixelMeasuresSequence", "SliceThickness"), "SliceThickness", notes)


def _palette(ds: Dataset, pixels: PixelFormat | None, notes: Notes, *, little: bool) -> Palette | None:
    """Of PALETTE COLOR, or the supplemental one of a grey image that says it is to be seen in colour (PS3.3 C.7.6.19, C.8.16.2)."""
    if pixels is None or pixels.samples != 1:
        return None
    supplemental = text(ds, "PixelPresentation").upper() in ("COLOR", "MIXED") and "RedPaletteColorLookupTableDescriptor" in ds
    if pixels.photometric != "PALETTE COLOR" and not supplemental:
        return None
    return luts.palette(ds, signed=pixels.signed, little=little, notes=notes)
