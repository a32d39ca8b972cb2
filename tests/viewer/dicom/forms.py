"""Forms of stored images, and independent encoders that make them."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import imagecodecs
import jpeg_ls
import numpy as np
from openjpeg import utils as openjpeg
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, COLUMNS, FRAMES = 67, 73, 3
JPEG = "1.2.840.10008.1.2.4."
IMPLICIT, EXPLICIT, DEFLATED, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
RLE, DEFLATED_FRAMES, ENCAPSULATED = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.1.98"


@dataclass(frozen=True)
class Form:
    """How values are stored: bits and sign, colour, where the planes are."""

    stored: int
    allocated: int
    signed: bool = False
    samples: int = 1
    high: int | None = None
    planar: int = 0
    photometric: str = ""

    @property
    def dtype(self) -> np.dtype[Any]:
        width = next(size for size in (8, 16, 32, 64) if self.allocated <= size)
        return np.dtype(f"{'i' if self.signed else 'u'}{width // 8}")

    def values(self, frames: int = FRAMES) -> np.ndarray:
        """Values over the whole range, ends included, smooth enough for every codec."""
        chance = np.random.default_rng(self.stored)
        low, high = (-(1 << (self.stored - 1)), (1 << (self.stored - 1)) - 1) if self.signed else (0, (1 << self.stored) - 1)
        found = chance.integers(low, high, (frames, ROWS, COLUMNS, self.samples), endpoint=True, dtype=np.int64 if low else np.uint64)
        found[0, 0, 0], found[0, 0, 1] = low, high
        shaped = found.astype(self.dtype)
        return shaped if self.samples > 1 else shaped[..., 0]

    def attributes(self) -> dict[str, Any]:
        return {
            "Rows": ROWS,
            "Columns": COLUMNS,
            "NumberOfFrames": FRAMES,
            "SamplesPerPixel": self.samples,
            "PhotometricInterpretation": self.photometric or ("MONOCHROME2" if self.samples == 1 else "RGB"),
            "PlanarConfiguration": self.planar if self.samples > 1 else None,
            "BitsAllocated": self.allocated,
            "BitsStored": self.stored,
            "HighBit": self.stored - 1 if self.high is None else self.high,
            "PixelRepresentation": int(self.signed),
        }


GREYS = [
    *(Form(stored, 8, signed) for stored in (2, 7, 8) for signed in (False, True)),
    *(Form(stored, 16, signed) for stored in (8, 9, 10, 12, 14, 15, 16) for signed in (False, True)),
]
WIDE = [Form(stored, 32, signed) for stored in (17, 24, 32) for signed in (False, True)]
COLOURS = [Form(8, 8, samples=3), Form(8, 8, samples=3, photometric="YBR_FULL")]
DEEP_COLOURS = [Form(12, 16, samples=3), Form(16, 16, samples=3)]


def named(form: Form) -> str:
    return (
        f"{form.photometric or form.samples}-{form.stored}of{form.allocated}{'s' if form.signed else 'u'}p{form.planar}h{form.high or ''}"
    )


def words(form: Form, values: np.ndarray, order: str) -> bytes:
    """Native pixel data, with junk in the bits that are not part of the values."""
    moved = values.astype(np.int64) & ((1 << form.stored) - 1)
    shift = 0 if form.high is None else form.high + 1 - form.stored
    moved = moved << shift
    junk = ((1 << form.allocated) - 1) & ~(((1 << form.stored) - 1) << shift)
    moved = moved | (np.int64(0x5A5A5A5A5A5A) & junk)
    if form.planar:
        moved = np.moveaxis(moved, -1, 1)
    return moved.astype(f"{order}u{form.allocated // 8}").tobytes()


HIGH = [Form(12, 16, signed, high=15) for signed in (False, True)] + [Form(10, 16, high=12), Form(6, 8, high=7)]
PLANES = [Form(form.stored, form.allocated, samples=3, planar=1, photometric=form.photometric) for form in COLOURS + DEEP_COLOURS]


def item(data: bytes) -> bytes:
    data += b"\0" * (len(data) % 2)
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(data)) + data


FRAGMENTS = ("basic table", "no table", "several fragments", "several fragments, no table", "extended table")


def encapsulated(streams: list[bytes], how: str) -> tuple[bytes, dict[str, Any]]:
    """All items with or without a table of offsets, one or several to a frame; and attributes that go with them."""
    cut = how.startswith("several")
    parts = [
        [one[at : at + (len(one) // 6 * 2 or 2)] for at in range(0, len(one), len(one) // 6 * 2 or 2)] if cut else [one] for one in streams
    ]
    sizes = [sum(len(item(part)) for part in one) for one in parts]
    offsets = [sum(sizes[:index]) for index in range(len(sizes))]
    table = struct.pack(f"<{len(offsets)}I", *offsets) if how in ("basic table", "several fragments") else b""
    extended = {
        "ExtendedOffsetTable": struct.pack(f"<{len(offsets)}Q", *offsets),
        "ExtendedOffsetTableLengths": struct.pack(f"<{len(offsets)}Q", *(len(one[0]) for one in parts)),
    }
    body = item(table) + b"".join(item(part) for one in parts for part in one)
    return body, extended if how == "extended table" else {}


def rle(values: np.ndarray, form: Form) -> bytes:
    """PS3.5 G: a segment for each byte of each sample, the highest byte first, every row packed by itself."""
    bytes_of = values.reshape(ROWS, COLUMNS, form.samples).astype(values.dtype.newbyteorder(">"))[..., None].view(np.uint8)
    planes = [bytes_of[:, :, sample, byte] for sample in range(form.samples) for byte in range(form.allocated // 8)]
    segments = [b"".join(bytes(imagecodecs.packbits_encode(row.tobytes())) for row in plane) for plane in planes]
    segments = [one + b"\0" * (len(one) % 2) for one in segments]
    offsets = [64 + sum(map(len, segments[:index])) for index in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(segments))) + b"".join(segments)


def swapped(data: bytes) -> bytes:
    """8-bit values in big endian words, as the writer of the tests says OW."""
    return np.frombuffer(data, "<u2").astype(">u2").tobytes()


def deflated(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return machine.compress(data) + machine.flush()


def pattern(values: np.ndarray, form: Form) -> np.ndarray:
    """The stored bits alone, as writers hand signed values to codecs that know no sign."""
    unsigned: np.ndarray = values.view(f"u{values.dtype.itemsize}") & np.dtype(f"u{values.dtype.itemsize}").type((1 << form.stored) - 1)
    return unsigned


def pillow(values: np.ndarray, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(values, None if values.ndim == 2 else options.pop("mode", "RGB")).save(out, kind, **options)
    return out.getvalue()


def turbo(predictor: int, values: np.ndarray, form: Form) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(values, lossless=True, predictor=predictor, bitspersample=form.stored))


def charls(mode: int, values: np.ndarray, form: Form) -> bytes:
    return bytes(jpeg_ls.encode_array(values & values.dtype.type((1 << form.stored) - 1), interleave_mode=mode))


def fits_charls(mode: int, form: Form) -> bool:
    return not form.signed and (mode == 0) == (form.samples == 1) and (form.stored > 8) == (form.allocated == 16)


LOSSLESS: dict[str, tuple[str, Callable[[np.ndarray, Form], bytes], Callable[[Form], bool]]] = {
    "JPEG lossless, liblj92": (
        JPEG + "70",
        lambda values, form: bytes(imagecodecs.ljpeg_encode(values.view(f"u{values.dtype.itemsize}"), bitspersample=form.stored)),
        lambda form: form.samples == 1 and not form.signed,
    ),
    **{
        f"JPEG lossless, libjpeg-turbo, predictor {predictor}": (
            JPEG + ("70" if predictor == 1 else "57"),
            partial(turbo, predictor),
            lambda form: not form.signed and (form.stored > 8) == (form.allocated == 16),
        )
        for predictor in range(1, 8)
    },
    "JPEG-LS, CharLS": (
        JPEG + "80",
        lambda values, form: bytes(imagecodecs.jpegls_encode(values.view(f"u{values.dtype.itemsize}"))),
        lambda form: form.stored == form.allocated and form.samples == 1,
    ),
    **{
        f"JPEG-LS, pyjpegls, interleave {mode}": (
            JPEG + "80",
            partial(charls, mode),
            partial(fits_charls, mode),
        )
        for mode in (0, 1, 2)
    },
    "JPEG 2000, imagecodecs": (
        JPEG + "90",
        lambda values, form: bytes(
            imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", mct=False, bitspersample=form.stored)
        ),
        lambda form: not (form.signed and form.stored < form.allocated),
    ),
    "JPEG 2000 in JP2, imagecodecs": (
        JPEG + "90",
        lambda values, form: bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="jp2", mct=False)),
        lambda form: form.stored == form.allocated,
    ),
    "JPEG 2000 tiled, pillow": (
        JPEG + "90",
        lambda values, form: pillow(values, "JPEG2000", irreversible=False, tile_size=(32, 32), no_jp2=True, mct=0),
        lambda form: form.stored == form.allocated == 8 and not form.signed,
    ),
    "JPEG 2000 with its own colour transform": (
        JPEG + "90",
        lambda values, form: bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", mct=True)),
        lambda form: form.samples == 3 and form.photometric == "" and form.stored == form.allocated,
    ),
    "signed values as unsigned patterns, JPEG 2000": (
        JPEG + "90",
        lambda values, form: bytes(imagecodecs.jpeg2k_encode(pattern(values, form), level=0, reversible=True, codecformat="j2k")),
        lambda form: form.signed,
    ),
    "signed values as unsigned patterns, JPEG-LS": (
        JPEG + "80",
        lambda values, form: bytes(jpeg_ls.encode_array(pattern(values, form))),
        lambda form: form.signed and (form.stored > 8) == (form.allocated == 16),
    ),
    "signed values as unsigned patterns, JPEG lossless": (
        JPEG + "57",
        lambda values, form: bytes(imagecodecs.ljpeg_encode(pattern(values, form), bitspersample=form.stored)),
        lambda form: form.signed,
    ),
    "JPEG 2000, OpenJPEG": (
        JPEG + "90",
        lambda values, form: bytes(
            openjpeg.encode(values, bits_stored=form.stored, photometric_interpretation=0 if form.samples == 3 else 2, use_mct=False)
        ),
        lambda form: True,
    ),
    **{
        f"HTJ2K {tail}": (
            JPEG + tail,
            lambda values, form: bytes(imagecodecs.htj2k_encode(values, level=0)),
            lambda form: True,
        )
        for tail in ("201", "202")
    },
}
GREY, RGB = Form(8, 8), Form(8, 8, samples=3)


def smooth(form: Form) -> np.ndarray:
    """Waves that lossy codecs keep to a few grey levels."""
    row, column = np.mgrid[0:ROWS, 0:COLUMNS] / 12.0
    waves = [np.sin(row + index) * np.cos(column - index) for index in range(form.samples)]
    scaled = (np.stack(waves, axis=-1) * 0.45 + 0.5) * ((1 << form.stored) - 1)
    return (scaled if form.samples > 1 else scaled[..., 0]).astype(form.dtype)
