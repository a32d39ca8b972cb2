"""A DICOM file to what travels: its header, and its frames in a form that opens fast, compared value by value."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Kind, Trouble
from viewer.dicom.colour import is_colour
from viewer.dicom.decode import LITTLE_ENDIAN, decode_frame, pack
from viewer.dicom.film import table
from viewer.dicom.header import ColourProfile, Header
from viewer.dicom.image import Image, finite, open_image
from viewer.dicom.native import frame_bits
from viewer.dicom.overlays import placed
from viewer.dicom.picture import thumbnail as thumbnail  # noqa: PLC0414  a rendition's picture, asked for by this name
from viewer.dicom.prepared import Prepared as Prepared  # noqa: PLC0414  the result belongs to this module's readers
from viewer.dicom.profile import profile_of, table_of
from viewer.dicom.refusal import refused
from viewer.dicom.syntaxes import BLOSC, DIFFER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.film import Film
    from viewer.dicom.header import PixelFormat


def prepare(data: bytes) -> Prepared:
    """The rendition of one file's bytes; belongs in a worker.

    Native and losslessly coded frames become blosc2 and are compared with what the second decoder reads; lossy ones, and
    those that two decoders read differently (a note says so), stay as they came.

    Raises:
        Trouble: INPUT or DAMAGED, where not even the header can be read.
    """
    image = open_image(data)
    if image.trouble is not None or image.header.pixels is None:
        return Prepared(image.header, image.header_dicom, None, "", (), (), image.trouble, image.header.notes)
    try:
        parts, form, places = _film(image, image.film) if image.film is not None else _stills(image)
        parts, header = _with_layers(image, parts)
    except Trouble as trouble:
        if trouble.kind is not Kind.IMAGE:
            raise
        header = image.noted()
        return Prepared(header, image.header_dicom, None, "", (), (), trouble, header.notes)
    return Prepared(header, image.header_dicom, b"".join(parts), form, places.offsets, places.lengths, None, header.notes)


@dataclass(frozen=True, slots=True)
class _Table:
    """Where each frame lies in the object of the frames."""

    offsets: tuple[int, ...]
    lengths: tuple[int, ...]


def _stills(image: Image) -> tuple[list[bytes], str, _Table]:
    parts, form = _parts(image)
    lengths = tuple(map(len, parts))
    return parts, form, _Table(tuple(itertools.accumulate((0, *lengths[:-1]))), lengths)


def _with_layers(image: Image, parts: list[bytes]) -> tuple[list[bytes], Header]:
    """Behind the frames, the planes of overlays and the table of a colour profile; and the header that says where they are."""
    header, at = image.header, sum(map(len, parts))
    more: list[bytes] = []

    def kept(values: NDArray[Any]) -> tuple[int, int]:
        begin = at + sum(map(len, more))
        more.append(pack(values))
        return begin, len(more[-1])

    overlays = []
    for one in header.overlays:
        planes = image.overlay(one)
        if planes is None:
            image.notes.add("overlay_unreadable")
        else:
            overlays.append(placed(one, *kept(planes.reshape(-1, one.columns))))
    profile = profile_of(image.reading.dataset) if is_colour(header) else None
    colours = None if profile is None else table_of(profile, image.notes)
    found = None if profile is None else ColourProfile(*((0, 0) if colours is None else kept(colours.reshape(-1, *colours.shape[2:]))))
    return parts + more, replace(image.noted(), overlays=tuple(overlays), profile=found)


def _parts(image: Image) -> tuple[list[bytes], str]:
    """The frames as they travel, and their form."""
    if image.lossy:
        for index in range(image.count):
            image.frame(index)  # what cannot be decoded is not handed out as an image
        return [bytes(one) for one in image.coded], image.syntax
    packed = []
    for index in range(image.count):
        values = image.frame(index)
        if not finite(values):
            image.notes.add("values_not_finite")
        if not _agreed(image, index, values):
            return _as_came(image)
        packed.append(_packed(image, values))
    return packed, BLOSC


def _as_came(image: Image) -> tuple[list[bytes], str]:
    """The frames as they lie in the file, with a note, where the first decoder reads the same from them alone."""
    image.notes.add(DIFFER)
    pixels = image.header.pixels
    assert pixels is not None
    form = image.syntax if image.coded else LITTLE_ENDIAN
    parts = [bytes(one) for one in image.coded] or _plain(image, pixels)
    for index, part in enumerate(parts):
        if not _opens_to(part, form, pixels, image.frame(index)):
            raise _apart()
    return parts, form


def _plain(image: Image, pixels: PixelFormat) -> list[bytes]:
    """Uncompressed frames, which must begin and end with whole bytes to be taken apart."""
    assert image.packed is not None
    bits = frame_bits(pixels, image.packing)
    if bits % 8:
        raise _apart()
    size = bits // 8
    return [bytes(image.packed[index * size : (index + 1) * size]) for index in range(image.count)]


def _opens_to(part: bytes, form: str, pixels: PixelFormat, values: NDArray[Any]) -> bool:
    try:
        return decode_frame(part, form, pixels).tobytes() == values.tobytes()
    except Trouble:
        return False


def _apart() -> Trouble:
    return Trouble(
        "This image cannot be shown because two decoders read it differently.",
        "Ask the sender for it in another form, for example uncompressed.",
        kind=Kind.IMAGE,
    )


def _film(image: Image, film: Film) -> tuple[list[bytes], str, _Table]:
    """A video as it came, cut into records, or in one piece where a frame of the records differs from the video played through."""
    for one in (film, replace(film, keys=())):
        frames, offsets, lengths = table(one.records())
        if _same_frames(image, frames, offsets, lengths):
            return [frames], image.syntax, _Table(offsets, lengths)
    raise refused("its video gives other pictures each time it is played")


def _same_frames(image: Image, frames: bytes, offsets: tuple[int, ...], lengths: tuple[int, ...]) -> bool:
    pixels = image.header.pixels
    assert pixels is not None
    whole = memoryview(frames)
    try:
        return all(
            np.array_equal(decode_frame(whole[begin : begin + length], image.syntax, pixels), played)
            for begin, length, played in zip(offsets, lengths, image.each(), strict=True)
        )
    except Trouble:
        return False


def _packed(image: Image, values: NDArray[Any]) -> bytes:
    packed = pack(values)
    pixels = image.header.pixels
    assert pixels is not None
    if not same_bits(decode_frame(packed, BLOSC, pixels), values):
        raise Trouble("The image could not be packed without loss.", "Report this to the maker.", kind=Kind.INTERNAL)
    return packed


def _agreed(image: Image, index: int, values: NDArray[Any]) -> bool:
    """Whether every value is the same by the second decoder; where that one fails, the image stands on one decoder and says so."""
    try:
        other = image.frame(index, second=True)
    except Trouble:
        image.notes.add("second_decoder_failed")
        return True
    return same_bits(other, values)


def same_bits(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays hold the same bytes in C order; what is not a number differs from nothing by that alone."""
    if one.nbytes != other.nbytes:
        return False
    flat, beside = (np.ascontiguousarray(array).reshape(-1).view(np.uint8) for array in (one, other))
    words = one.nbytes & ~7  # eight bytes at a time, which is several times as fast
    return bool((flat[:words].view(np.uint64) == beside[:words].view(np.uint64)).all()) and bytes(flat[words:]) == bytes(beside[words:])
