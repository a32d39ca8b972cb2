"""What the viewer knows of an instance without its pixels: parsed once, by the hospital, and carried as JSON.

Spaces: `xyz_mm` is DICOM patient space (LPS, mm); `column_row` is image space, pixel centres at integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How pixels are stored (PS3.3 C.7.6.3). `photometric` is what the decoded samples are, not what was coded."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    photometric: str
    dtype: str  # numpy name of stored values: "uint8", "int16", "float32", …
    padding: float | None = None  # Pixel Padding Value, stored value
    padding_limit: float | None = None
    aspect: tuple[int, int] | None = None  # Pixel Aspect Ratio, vertical \ horizontal


@dataclass(frozen=True, slots=True)
class Lut:
    """A Modality or VOI LUT (PS3.3 C.11.1.1.1, C.11.2.1.1)."""

    first: int
    bits: int
    data: tuple[int, ...]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """One window of PS3.3 C.11.2: `function` is LINEAR, LINEAR_EXACT or SIGMOID."""

    centre: float
    width: float
    explanation: str = ""
    function: str = "LINEAR"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Pixel spacing and where it came from (PS3.3 10.7.1); `provenance` is shown with every length.

    `row_mm`: between rows (down a column); `column_mm`: between columns. None: lengths are in pixels.
    """

    row_mm: float | None
    column_mm: float | None
    provenance: str  # "mm", "mm (calibrated)", "mm at detector", "mm (est. magn.)", "mm (unverified)", "px", …


@dataclass(frozen=True, slots=True)
class Region:
    """An ultrasound region (PS3.3 C.8.5.5): pixel bounds inclusive, physical deltas in `unit` per pixel."""

    x0: int
    y0: int
    x1: int
    y1: int
    delta_x: float
    delta_y: float
    unit_x: str
    unit_y: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """A plane of group 60xx (PS3.3 C.9.2); drawn by `viewer.dicom.overlay_planes`.

    `row`, `column`: where its first pixel lies, the image's first pixel being 1, 1; may be negative. `first_frame` (from 1) and
    `frames`: on which frames of the image its planes lie; `frames` 0: one plane for all. The planes stand in the object of the
    frames at `offset`, `length`; 0: they could not be read.
    """

    group: int
    rows: int
    columns: int
    row: int
    column: int
    first_frame: int = 1
    frames: int = 0
    region: bool = False  # Overlay Type R: a region of interest; else graphics
    label: str = ""
    bit: int | None = None  # where in the pixel words it lay (retired form)
    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Shutter:
    """What of an image is not to be seen (PS3.3 C.7.6.11, C.7.6.15); a mask by `viewer.dicom.shutter_shapes`.

    `numbers`, the first pixel being 1, 1: RECTANGULAR left, right, upper, lower edge; CIRCULAR row, column, radius; POLYGONAL
    row, column of each corner in turn; BITMAP the group of the overlay.
    """

    shape: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Suv:
    """Body weight SUV (g/ml) = modality value x `factor`; None: there is none, `why_not` says why."""

    factor: float | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ColourProfile:
    """The ICC profile of a colour image (PS3.3 C.11.15): where its table to sRGB stands in the object of the frames.

    `length` 0: the profile is sRGB, or so near that no value changes by more than one. See `viewer.dicom.profile_table`.
    """

    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class RealWorld:
    """What the stored values `first` to `last` (both included) stand for (PS3.3 C.7.6.16.2.11): stored x `slope` + `intercept`, in `unit`.

    `table`: the value of each of them in turn instead. `label` is the file's own word for the quantity.
    """

    first: float
    last: float
    unit: str = ""
    slope: float = 1.0
    intercept: float = 0.0
    table: tuple[float, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: grey values and place. Per-frame functional groups over shared over top level (PS3.3 C.7.6.16)."""

    slope: float = 1.0
    intercept: float = 0.0
    windows: tuple[Window, ...] = ()
    position: Vector | None = None  # xyz_mm of the centre of the first pixel
    row_direction: Vector | None = None  # towards growing column
    column_direction: Vector | None = None  # towards growing row
    time_ms: float | None = None
    dimensions: tuple[str, ...] = ()  # of enhanced objects, "DiffusionBValue=1000": what sets frames at one place apart
    real_world: tuple[int, ...] = ()  # which of `Header.real_world` hold for it
    voi_luts: tuple[int, ...] | None = None  # which of `Header.voi_luts` hold for it; None: all


@dataclass(frozen=True, slots=True)
class Note:
    """One thing about an instance that the reader should know; `code` for programs, `text` for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Red, green and blue tables of PALETTE COLOR (PS3.3 C.7.6.3.1.5), segments already expanded."""

    red: Lut
    green: Lut
    blue: Lut


@dataclass(frozen=True, slots=True)
class Header:
    """Everything the viewer needs of one instance; JSON by `to_json` / `from_json`."""

    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    series_instance_uid: str
    frame_of_reference_uid: str
    transfer_syntax_uid: str
    modality: str
    patient_name: str  # DICOM person name as written in the image
    patient_id: str
    issuer: str
    birth_date: str  # YYYYMMDD or ""
    sex: str
    study_date: str
    study_time: str
    study_description: str
    series_description: str
    series_number: int | None
    instance_number: int | None
    acquisition_number: int | None
    body_part: str
    laterality: str
    view_position: str
    patient_orientation: tuple[str, ...]  # row, column: ("L", "P") where there is no matrix
    image_type: tuple[str, ...]
    institution: str
    manufacturer: str
    slice_thickness_mm: float | None
    pixels: PixelFormat | None  # None: nothing to draw
    spacing: Spacing
    frames: tuple[Frame, ...]
    modality_lut: Lut | None = None
    modality_unit: str = ""  # "HU" only where PS3.3 C.8.2.1 says so; see `viewer.dicom.units`
    real_world: tuple[RealWorld, ...] = ()
    voi_luts: tuple[Lut, ...] = ()
    presentation_shape: str = "IDENTITY"  # or INVERSE (PS3.3 C.11.6); MONOCHROME1 is told by photometric
    lossy_ratio: float | None = None  # None: never lossy; 0.0: lossy, ratio unknown
    regions: tuple[Region, ...] = ()
    frame_time_ms: float | None = None  # of the cine, by the first that is there: see `viewer.dicom.cine`
    overlays: tuple[Overlay, ...] = ()
    shutters: tuple[Shutter, ...] = ()
    shutter_grey: float | None = None  # of the covered part, 0 black to 1 white; None: black
    suv: Suv | None = None  # of PET
    profile: ColourProfile | None = None  # None: the file has none, sRGB is assumed
    palette: Palette | None = None  # of PALETTE COLOR; of a grey image: the supplemental one, see `colour.supplemented`
    notes: tuple[Note, ...] = ()  # what the fidelity mark tells; empty: the image is as the file says
    extra: dict[str, str] = field(default_factory=dict)  # attributes for rules: EchoTime, ScanningSequence, …
