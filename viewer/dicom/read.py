"""From a file's bytes to its data set and `Header`, whoever wrote the file (PS3.10 section 7, PS3.5).

Parsing belongs in a worker process: a hostile file may cost time and memory up to the worker's limits.
"""

from __future__ import annotations

import io
import logging
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pydicom.config
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset as parse
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from record.trouble import Kind, Trouble
from viewer.dicom.describe import describe
from viewer.dicom.doubts import doubt
from viewer.dicom.notes import Notes
from viewer.dicom.syntaxes import GE_BIG_PIXELS
from viewer.dicom.values import UNREADABLE, text

if TYPE_CHECKING:
    from viewer.dicom.header import Header

INFLATED_LIMIT = 256 * 1024 * 1024
STRAY = 16  # bytes before a data set that still let it be known as one
ITEMS = 0xFFFE  # group of items and their ends
IDENTITY = {0x00080018, 0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x0020000D, 0x0020000E}  # SOP instance, patient, study, series
PIXELS = {0x7FE00008, 0x7FE00009, 0x7FE00010}  # float, double float, integer pixel data

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
logging.getLogger("pydicom").addHandler(logging.NullHandler())
logging.getLogger("pydicom").propagate = False  # its messages quote values of the file


@dataclass(frozen=True)
class Reading:
    """A data set up to its pixel data, and where those begin.

    `body` holds the (inflated) bytes in which `pixels_at` is the offset of the pixel data element, None where there is
    none; `meta` is everything before the data set, as it stands in the file.
    """

    dataset: Dataset
    meta: FileMetaDataset
    syntax: str  # transfer syntax UID, as declared, or as found where none is declared
    implicit: bool
    little: bool
    body: bytes
    body_at: int  # where the data set begins in `body`
    pixels_at: int | None
    notes: Notes

    def without_pixels(self) -> bytes:
        """The file up to its pixel data, readable as DICOM by itself; a deflated data set comes out plain."""
        if self.syntax != DeflatedExplicitVRLittleEndian:
            return self.body[: self.pixels_at]
        meta = _meta_bytes(self.meta, ExplicitVRLittleEndian)
        return bytes(128) + b"DICM" + meta + self.body[: self.pixels_at]


def read_dataset(data: bytes | Path) -> Dataset:
    """The data set without its pixel data (also for files without preamble or file meta information).

    Raises:
        Trouble: INPUT for what is not DICOM, DAMAGED for what is cut or contradicts itself.
    """
    return read_file(data).dataset


def read_header(ds: Dataset) -> Header:
    """What the viewer needs of an instance; `pixels` is filled if the data set describes an image.

    Raises:
        Trouble: IMAGE, where the image cannot be described (impossible size or bits).
    """
    return describe(ds, Notes(), str(ds.file_meta.get("TransferSyntaxUID", "")) if hasattr(ds, "file_meta") else "")


def read_file(data: bytes | Path) -> Reading:
    """Everything before the pixels, and what was doubtful in it.

    Raises:
        Trouble: as `read_dataset`.
    """
    blob = data.read_bytes() if isinstance(data, Path) else data
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(blob)
    except RecursionError as error:
        raise _damaged("Its parts are nested deeper than any image needs.") from error
    except EOFError as error:
        raise _damaged("It ends in the middle.") from error
    except (*UNREADABLE, OSError, struct.error, StopIteration, zlib.error) as error:
        raise _damaged("Its structure contradicts itself.", type(error).__name__) from error


class _Source(io.BytesIO):
    """Bytes that remember whether more was asked for than there is."""

    cut = False

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        if size is not None and len(found) < size and not (size == 8 and not found):
            self.cut = True
        return found


class _Watch:
    """Looks at the tags of the top level as they are read, stops at the pixels, and knows whether an item's inside got there.

    A sequence that ends too early leaves its elements, another patient's number maybe, among the image's own: then an
    identifying element comes twice, or the end of an item stands where there is none.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._twice = self._stopped = False

    def __call__(self, tag: int, _vr: str | None, _length: int) -> bool:
        self._twice |= tag >> 16 == ITEMS or (tag in IDENTITY and tag in self._seen)
        self._seen.add(int(tag))
        self._stopped = tag in PIXELS
        return self._stopped

    def contradicts(self, *, ended: bool) -> bool:
        """After reading: whether the top level cannot be trusted; `ended`: the reader came to the end of the bytes."""
        return self._twice or not (self._stopped or ended)


def _damaged(why: str, details: str = "") -> Trouble:
    return Trouble(f"This file is damaged. {why}", "Ask the sender to send it again.", details, Kind.DAMAGED)


def _not_dicom() -> Trouble:
    return Trouble("This file is not a DICOM file.", "Leave it out, or ask the sender for the original images.", kind=Kind.INPUT)


def _read(blob: bytes) -> Reading:
    notes = Notes()
    marked = blob[128:132] == b"DICM" and (blob[132:134] == b"\x02\x00" or not _plausible(blob))
    start = 132 if marked else 0
    if not marked and not _plausible(blob):
        if _begins_late(blob):
            notes.add("start_damaged")
            return Reading(Dataset(), FileMetaDataset(), ImplicitVRLittleEndian, True, True, blob, len(blob), None, notes)
        raise _not_dicom()
    meta, at = _read_meta(blob, start, notes)
    if len(blob) - at < 8:
        raise _damaged("It ends before the image's description begins.") if marked else _not_dicom()
    declared = str(meta.get("TransferSyntaxUID", "") or "").strip()
    syntax = declared or _guess(blob, at)
    if syntax == DeflatedExplicitVRLittleEndian:
        body, at = _inflate(blob[at:]), 0
    else:
        body = blob
    implicit, little = syntax in (ImplicitVRLittleEndian, GE_BIG_PIXELS), syntax != ExplicitVRBigEndian
    source = _Source(body)
    source.seek(at)
    watch = _Watch()
    ds = parse(source, implicit, little, stop_when=watch)
    if watch.contradicts(ended=source.tell() >= len(body)):
        raise _damaged("It does not say for certain whose image it is.")
    found_implicit = bool(ds.original_encoding[0]) if ds.original_encoding[0] is not None else implicit
    if implicit and not found_implicit:  # the other way round is a common slip of writers and read without doubt
        notes.add("syntax_differs")
    pixels_at = source.tell() if source.tell() < len(body) else None
    if source.cut and pixels_at is None:
        if _may_be_image(ds):
            raise _damaged("It ends in the middle.")
        notes.add("element_unreadable")
    doubt(ds, notes)
    if not len(ds):
        raise _damaged("It holds no description of an image.") if marked else _not_dicom()
    ds.file_meta = meta
    return Reading(ds, meta, syntax, found_implicit, little, body, at, pixels_at, notes)


def _may_be_image(ds: Dataset) -> bool:
    """Whether a cut file may have lost an image: true unless its class is known and holds none (plan, report, …)."""
    name = UID(text(ds, "SOPClassUID")).name
    return "Storage" not in name or "Image" in name


def _plausible(blob: bytes) -> bool:
    """Whether bytes without the DICM mark may be a data set: its first element is of group 2 or 8, in either byte order."""
    if len(blob) < 8:
        return False
    group_little, element_little = struct.unpack("<HH", blob[:4])
    group_big, element_big = struct.unpack(">HH", blob[:4])
    return (group_little in (2, 8) and element_little < 0x2000) or (group_big in (2, 8) and element_big < 0x2000)


def _begins_late(blob: bytes) -> bool:
    """Whether stray bytes stand before the first element of a data set: an image that cannot be trusted to be whole."""
    return any(blob[at : at + 4] in (b"\x08\x00\x05\x00", b"\x08\x00\x08\x00") and blob[at + 4 : at + 6] == b"CS" for at in range(1, STRAY))


def _read_meta(blob: bytes, start: int, notes: Notes) -> tuple[FileMetaDataset, int]:
    """Group 2 (always explicit, little endian; some writers are wrong about it) and where it ends."""
    if blob[start : start + 2] != b"\x02\x00":
        return FileMetaDataset(), start
    implicit = not blob[start + 4 : start + 6].isalpha()
    source = io.BytesIO(blob)
    source.seek(start)
    meta = FileMetaDataset(parse(source, implicit, is_little_endian=True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2))
    at = source.tell()
    try:
        length = int(meta["FileMetaInformationGroupLength"].value) if "FileMetaInformationGroupLength" in meta else None
    except UNREADABLE:
        length = -1
    if length is not None and length != at - start - 12:
        notes.add("meta_length_wrong")
    return meta, at


def _guess(blob: bytes, at: int) -> str:
    """The native syntax of a data set whose file does not name one."""
    group, _element, vr = struct.unpack("<HH2s", blob[at : at + 6])
    if not (vr.isalpha() and vr.isupper()):
        return ImplicitVRLittleEndian
    return ExplicitVRBigEndian if group >= 0x0100 and group & 0xFF == 0 else ExplicitVRLittleEndian


def _inflate(packed: bytes) -> bytes:
    """PS3.5 A.5, with a bound: a few bytes may not become gigabytes."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    found = machine.decompress(packed, INFLATED_LIMIT)
    if machine.unconsumed_tail:
        raise Trouble(
            "This file unpacks to far more data than an image needs; it may be an attack.",
            "Ask the sender where it comes from.",
            kind=Kind.DAMAGED,
        )
    if not machine.eof:
        raise _damaged("It ends in the middle.")
    return found


def _meta_bytes(meta: FileMetaDataset, syntax: str) -> bytes:
    """File meta information that names another transfer syntax."""
    copy = FileMetaDataset(meta)
    copy.TransferSyntaxUID = UID(syntax)
    out = DicomBytesIO()
    write_file_meta_info(out, copy, enforce_standard=False)
    return out.getvalue()
