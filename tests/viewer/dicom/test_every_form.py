"""Every way of storing an image that a case may contain, made here by independent encoders, read back to the last value."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import imagecodecs
import jpeg_ls
import numpy as np
import pytest
from PIL import Image

from tests.viewer.dicom.forms import (
    BIG,
    COLOURS,
    COLUMNS,
    DEEP_COLOURS,
    DEFLATED,
    DEFLATED_FRAMES,
    ENCAPSULATED,
    EXPLICIT,
    FRAGMENTS,
    FRAMES,
    GREY,
    GREYS,
    HIGH,
    IMPLICIT,
    JPEG,
    LOSSLESS,
    PLANES,
    RGB,
    RLE,
    ROWS,
    WIDE,
    Form,
    deflated,
    encapsulated,
    named,
    pillow,
    rle,
    smooth,
    swapped,
    words,
)
from viewer.dicom.colour import to_rgb8
from viewer.dicom.decode import decode_frame
from viewer.dicom.image import open_image
from viewer.dicom.rendition import prepare

if TYPE_CHECKING:
    from collections.abc import Callable


def check(file: bytes, expected: np.ndarray, *codes: str) -> None:
    """By the first decoder, by the second where there is one, and by what travels."""
    image = open_image(file)
    assert image.trouble is None, image.trouble
    assert image.count == len(expected)
    for index, frame in enumerate(expected):
        found = image.frame(index)
        assert found.dtype == frame.dtype
        assert np.array_equal(found, frame, equal_nan=frame.dtype.kind == "f"), index
    assert image.notes.codes == codes
    made = prepare(file)
    assert made.trouble is None, made.trouble
    assert "second_decoder_failed" not in {one.code for one in made.warnings}
    assert made.frames is not None
    assert made.header.pixels is not None
    for index, frame in enumerate(expected):
        begin, length = made.offsets[index], made.lengths[index]
        travelled = decode_frame(made.frames[begin : begin + length], made.form, made.header.pixels)
        assert np.array_equal(travelled, frame, equal_nan=frame.dtype.kind == "f"), index


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, DEFLATED, BIG])
@pytest.mark.parametrize("form", [*GREYS, *WIDE, *HIGH, *COLOURS, *DEEP_COLOURS, *PLANES], ids=named)
def test_uncompressed(dicom_file: Callable[..., bytes], syntax: str, form: Form) -> None:
    values = form.values()
    data = words(form, values, ">" if syntax == BIG else "<")
    if len(data) % 2:
        data += b"\0"
    check(dicom_file(syntax, **form.attributes(), PixelData=swapped(data) if syntax == BIG and form.allocated == 8 else data), values)


def test_a_makers_private_mixture_of_byte_orders(dicom_file: Callable[..., bytes]) -> None:
    form = Form(12, 16, signed=True)
    check(dicom_file("1.2.840.113619.5.2", **form.attributes(), PixelData=words(form, form.values(), ">")), form.values())


@pytest.mark.parametrize("how", [one for one in FRAGMENTS if not one.startswith("several")])
@pytest.mark.parametrize("form", [*GREYS, *WIDE, *COLOURS, *DEEP_COLOURS, *PLANES], ids=named)
def test_rle(dicom_file: Callable[..., bytes], form: Form, how: str) -> None:
    values = form.values()
    items, more = encapsulated([rle(one, form) for one in values], how)
    check(dicom_file(RLE, items=items, **form.attributes(), **more), values)


EVERY_LOSSLESS = [(name, form) for name, (_, _, fits) in LOSSLESS.items() for form in [*GREYS, *COLOURS, *DEEP_COLOURS] if fits(form)]


@pytest.mark.parametrize(("name", "form"), EVERY_LOSSLESS, ids=lambda one: one if isinstance(one, str) else named(one))
def test_lossless(dicom_file: Callable[..., bytes], name: str, form: Form) -> None:
    syntax, encode, _ = LOSSLESS[name]
    values = form.values()
    streams = [encode(np.ascontiguousarray(one), form) for one in values]
    items, more = encapsulated(streams, "basic table")
    check(dicom_file(syntax, items=items, **form.attributes(), **more), values)


@pytest.mark.parametrize("how", FRAGMENTS)
@pytest.mark.parametrize("name", ["JPEG lossless, liblj92", "JPEG-LS, CharLS", "JPEG 2000, OpenJPEG", "HTJ2K 201"])
def test_fragments(dicom_file: Callable[..., bytes], name: str, how: str) -> None:
    syntax, encode, _ = LOSSLESS[name]
    form = Form(16, 16)
    values = form.values()
    items, more = encapsulated([encode(np.ascontiguousarray(one), form) for one in values], how)
    check(dicom_file(syntax, items=items, **form.attributes(), **more), values)


LOSSY: dict[str, tuple[str, Form, Callable[[np.ndarray], bytes], int]] = {
    "JPEG baseline, grey": (JPEG + "50", GREY, lambda values: pillow(values, "JPEG", quality=95), 6),
    "JPEG progressive, retired syntax": (JPEG + "55", GREY, lambda values: pillow(values, "JPEG", quality=95, progressive=True), 6),
    "JPEG progressive under baseline's name": (JPEG + "50", GREY, lambda values: pillow(values, "JPEG", quality=95, progressive=True), 6),
    "JPEG with restart marks": (JPEG + "50", GREY, lambda values: pillow(values, "JPEG", quality=95, restart_marker_blocks=2), 6),
    "JPEG extended, 12 bit": (
        JPEG + "51",
        Form(12, 16),
        lambda values: bytes(imagecodecs.jpeg8_encode(values, level=98, bitspersample=12)),
        60,
    ),
    "JPEG extended, 8 bit": (JPEG + "51", GREY, lambda values: pillow(values, "JPEG", quality=95), 6),
    "JPEG-LS near": (JPEG + "81", GREY, lambda values: bytes(imagecodecs.jpegls_encode(values, level=3)), 3),
    "JPEG-LS near, 12 bit": (JPEG + "81", Form(12, 16), lambda values: bytes(jpeg_ls.encode_array(values, lossy_error=5)), 5),
    "JPEG 2000": (
        JPEG + "91",
        Form(12, 16),
        lambda values: bytes(imagecodecs.jpeg2k_encode(values, level=50, reversible=False, codecformat="j2k", bitspersample=12)),
        80,
    ),
    "HTJ2K": (JPEG + "203", Form(16, 16), lambda values: bytes(imagecodecs.htj2k_encode(values, level=0.0005)), 900),
}


@pytest.mark.parametrize("name", LOSSY)
def test_lossy_is_near_what_was_coded_and_travels_as_it_came(dicom_file: Callable[..., bytes], name: str) -> None:
    syntax, form, encode, error = LOSSY[name]
    values = smooth(form)
    stream = encode(values)
    file = dicom_file(syntax, [stream] * FRAMES, **form.attributes())
    image = open_image(file)
    assert image.trouble is None
    assert image.notes.codes == ()
    assert image.header.lossy_ratio == 0.0
    assert np.abs(image.frame(2).astype(int) - values).max() <= error
    found = prepare(file)
    assert found.frames is not None
    assert found.frames.startswith(stream)
    assert found.form == syntax


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("tag", ["YBR_FULL_422", "YBR_FULL", "RGB"])
def test_lossy_colour_is_told_by_the_stream_and_not_by_the_tag(dicom_file: Callable[..., bytes], subsampling: str, tag: str) -> None:
    values = smooth(RGB)
    stream = pillow(values, "JPEG", quality=97, subsampling=subsampling)
    image = open_image(dicom_file(JPEG + "50", [stream], **RGB.attributes() | {"NumberOfFrames": 1, "PhotometricInterpretation": tag}))
    assert image.header.pixels is not None
    assert image.header.pixels.photometric == "YBR_FULL"
    shown = to_rgb8(image.header, image.frame(0)).astype(int)
    other = np.asarray(Image.open(io.BytesIO(stream)).convert("RGB"), int)
    assert np.abs(shown - other).max() <= 3
    assert np.abs(shown - values).mean() < 4


@pytest.mark.parametrize("tag", ["YBR_FULL_422", "RGB"])
def test_jpeg_that_holds_rgb_is_not_converted(dicom_file: Callable[..., bytes], tag: str) -> None:
    values = smooth(RGB)
    stream = bytes(imagecodecs.jpeg8_encode(values, level=97, colorspace="RGB", outcolorspace="RGB"))
    image = open_image(dicom_file(JPEG + "50", [stream], **RGB.attributes() | {"NumberOfFrames": 1, "PhotometricInterpretation": tag}))
    assert image.header.pixels is not None
    assert image.header.pixels.photometric == "RGB"
    assert np.abs(to_rgb8(image.header, image.frame(0)).astype(int) - values).mean() < 2


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("syntax", [DEFLATED_FRAMES, ENCAPSULATED])
@pytest.mark.parametrize("form", [GREY, Form(12, 16), Form(32, 32), RGB, PLANES[0]], ids=named)
def test_deflated_frames_and_encapsulated_uncompressed(dicom_file: Callable[..., bytes], syntax: str, form: Form, signed: bool) -> None:
    form = replace(form, signed=signed)
    values = form.values()
    streams = [words(form, one[None], "<") for one in values]
    if syntax == DEFLATED_FRAMES:
        streams = [deflated(one) for one in streams]
    file = dicom_file(syntax, streams, **form.attributes())
    image = open_image(file)
    assert image.trouble is None
    assert image.notes.codes == ()
    for index, one in enumerate(values):
        assert np.array_equal(image.frame(index), one)
    assert prepare(file).trouble is None


@pytest.mark.parametrize("syntax", [EXPLICIT, BIG, RLE, DEFLATED_FRAMES])
def test_single_bits(dicom_file: Callable[..., bytes], syntax: str) -> None:
    form = Form(1, 1)
    bits = np.random.default_rng(3).integers(0, 2, (FRAMES, ROWS, COLUMNS), dtype=np.uint8)
    packed = np.packbits(bits.reshape(FRAMES, -1), axis=1, bitorder="little")
    if syntax == RLE:
        segments = [bytes(imagecodecs.packbits_encode(one.tobytes())) for one in packed]
        file = dicom_file(syntax, [struct.pack("<16I", 1, 64, *[0] * 14) + one for one in segments], **form.attributes())
    elif syntax == DEFLATED_FRAMES:
        file = dicom_file(syntax, [deflated(one.tobytes()) for one in packed], **form.attributes())
    else:
        data = np.packbits(bits.ravel(), bitorder="little").tobytes()
        data += b"\0" * (len(data) % 2)
        file = dicom_file(syntax, **form.attributes(), PixelData=swapped(data) if syntax == BIG else data)
    image = open_image(file)
    assert image.trouble is None
    assert all(np.array_equal(image.frame(index), bits[index]) for index in range(FRAMES))
    assert prepare(file).trouble is None


def test_twelve_bits_packed(dicom_file: Callable[..., bytes]) -> None:
    """Retired, still met: two values in three bytes (PS3.5-1998 D.1), frames without a gap."""
    form = Form(12, 12)
    for signed in (False, True):
        values = replace(form, signed=signed).values()
        bits = (values.astype(np.int64)[..., None] >> np.arange(12)) & 1
        data = np.packbits(bits.astype(np.uint8).ravel(), bitorder="little").tobytes()
        data += b"\0" * (len(data) % 2)
        check(dicom_file(EXPLICIT, **replace(form, signed=signed).attributes(), PixelData=data), values, "bits_allocated_unusual")


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize(("keyword", "kind"), [("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")])
def test_floats(dicom_file: Callable[..., bytes], syntax: str, keyword: str, kind: str) -> None:
    values = np.random.default_rng(5).normal(size=(FRAMES, ROWS, COLUMNS)).astype(kind)
    attributes = Form(32, 32 if kind == "f4" else 64).attributes() | {"BitsStored": None, "HighBit": None, "PixelRepresentation": None}
    order = ">" if syntax == BIG else "<"
    check(dicom_file(syntax, **attributes | {"PixelData": None, keyword: values.astype(f"{order}{kind}").tobytes()}), values)


@pytest.mark.parametrize("syntax", [EXPLICIT, BIG])
def test_halved_colour_uncompressed(dicom_file: Callable[..., bytes], syntax: str) -> None:
    quads = np.random.default_rng(7).integers(0, 256, (FRAMES, 8, 5, 4), dtype=np.uint8)  # Y0 Y1 Cb Cr
    expected = np.empty((FRAMES, 8, 5, 2, 3), np.uint8)
    expected[..., 0], expected[..., 1], expected[..., 2] = quads[..., :2], quads[..., 2:3], quads[..., 3:]
    attributes = RGB.attributes() | {"Rows": 8, "Columns": 10, "PhotometricInterpretation": "YBR_FULL_422"}
    data = quads.tobytes()
    check(dicom_file(syntax, **attributes, PixelData=swapped(data) if syntax == BIG else data), expected.reshape(FRAMES, 8, 10, 3))


@pytest.mark.parametrize(
    ("declared", "name", "codes"),
    [
        (JPEG + "70", "JPEG-LS, CharLS", ("syntax_differs",)),
        (JPEG + "80", "JPEG 2000, OpenJPEG", ("syntax_differs",)),
        (JPEG + "90", "HTJ2K 201", ()),
        (JPEG + "201", "JPEG 2000, OpenJPEG", ()),
        (JPEG + "50", "JPEG lossless, liblj92", ()),
        (EXPLICIT, "JPEG 2000, OpenJPEG", ("syntax_differs",)),
        (RLE, "JPEG-LS, CharLS", ("syntax_differs",)),
    ],
)
def test_the_stream_says_how_it_is_coded(dicom_file: Callable[..., bytes], declared: str, name: str, codes: tuple[str, ...]) -> None:
    form = Form(16, 16)
    values = form.values()
    streams = [LOSSLESS[name][1](np.ascontiguousarray(one), form) for one in values]
    check(dicom_file(declared, streams, **form.attributes()), values, *codes)


@pytest.mark.parametrize("declared", [JPEG + "70", JPEG + "90", RLE])
def test_a_lossy_stream_under_a_lossless_name_is_told_and_stays_lossy(dicom_file: Callable[..., bytes], declared: str) -> None:
    stream = pillow(smooth(GREY), "JPEG", quality=95)
    image = open_image(dicom_file(declared, [stream] * FRAMES, **GREY.attributes()))
    assert image.trouble is None
    assert image.lossy
    assert image.header.lossy_ratio == 0.0
    assert np.abs(image.frame(0).astype(int) - smooth(GREY)).max() <= 6
    assert image.notes.codes == (() if declared == JPEG + "70" else ("syntax_differs",))
