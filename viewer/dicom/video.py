"""Video to frames: MPEG-2, H.264 and HEVC by FFmpeg (PS3.5 8.2.5 to 8.2.8), in a worker; nothing else imports `av`."""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from av.bitstream import BitStreamFilterContext

from record.trouble import Kind, Trouble
from viewer.dicom.film import Asked, Film, asked
from viewer.dicom.pixels import FRAME_LIMIT
from viewer.dicom.refusal import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

CODECS = {"MPEG-2 video": "mpeg2video", "H.264 video": "h264", "HEVC video": "hevc"}  # by the name of the transfer syntax
SYNTAX = {
    "mpeg2video": "1.2.840.10008.1.2.4.100",
    "h264": "1.2.840.10008.1.2.4.102",
    "hevc": "1.2.840.10008.1.2.4.107",
}  # a transfer syntax for each codec
CODED_AS = {"mpeg1video": "mpeg2video", **{name: name for name in CODECS.values()}}
ANNEX_B = {"h264": "h264_mp4toannexb,", "hevc": "hevc_mp4toannexb,"}
HEADERS_EVERYWHERE = "dump_extra=freq=keyframe"
IDR = re.compile(rb"\x00\x00\x01[\x05\x25\x45\x65]")  # a picture on which H.264 can begin anew; others that say so lean on what came before
PICTURES_LIMIT = 100_000
# Bilinear colour differences at full width, exact rounding, the same on every machine.
EXACT = 0x2 | 0x2000 | 0x4000 | 0x40000 | 0x80000
ITU_709, ITU_601, BT_2020 = 1, 5, 9  # matrices of libswscale
MATRICES = {1: ITU_709, 4: 4, 5: ITU_601, 6: ITU_601, 7: 7, 9: BT_2020, 10: BT_2020}  # by matrix_coefficients of ITU-T H.273
HIGH_DEFINITION = 720  # rows from which a stream that names no matrix is taken for ITU-R BT.709
FULL_RANGE = 2


def take_apart(data: bytes | memoryview, declared: str) -> Film:
    """The pictures of a stream in whatever container, every one decoded once, so that the count of frames is true.

    Args:
        data: all fragments, joined.
        declared: the codec by the transfer syntax, a key of `CODECS`; a container's own word comes first.

    Raises:
        Trouble: IMAGE, for what is no such video, damaged, or too large.
    """
    try:
        codec, pictures, keys = _pictures(bytes(data), CODECS[declared])
        decoder = _decoder(codec)
        order: list[int] = []
        sizes = set()
        bits = 8
        for frame in _frames(decoder, pictures):
            order.append(int(frame.pts or 0))
            sizes.add((frame.height, frame.width))
            bits = max(component.bits for component in frame.format.components)
    except (av.error.FFmpegError, ValueError, OSError, struct.error) as error:
        raise _damaged(error) from error
    if not order:
        raise refused("its video holds no picture")
    if len(sizes) != 1:
        raise refused("its video changes its size on the way")
    ((rows, columns),) = sizes
    return Film(codec, rows, columns, bits, tuple(pictures), tuple(keys), tuple(order))


def frames(film: Film, bits: int) -> Iterator[NDArray[Any]]:
    """Every frame as RGB [row, column, 3] in the order of display.

    Raises:
        Trouble: IMAGE, where a picture cannot be decoded.
    """
    try:
        for frame in _frames(_decoder(film.codec), film.pictures):
            yield _rgb(frame, bits)
    except (av.error.FFmpegError, ValueError) as error:
        raise _damaged(error) from error


class _Player:
    """A decoder that goes on where the last frame was asked, so that a film played in order is decoded once."""

    def __init__(self) -> None:
        self._codec = ""
        self._pictures: tuple[bytes, ...] = ()
        self._running: Iterator[VideoFrame] = iter(())
        self._passed: set[int] = set()
        self._last: VideoFrame | None = None

    def frame(self, codec: str, wanted: Asked) -> VideoFrame:
        pictures = tuple(map(bytes, wanted.pictures))
        if codec != self._codec or pictures != self._pictures or wanted.picture in self._passed:
            self._codec, self._pictures, self._passed, self._last = codec, pictures, set(), None
            self._running = _frames(_decoder(codec), pictures)
        while self._last is None or self._last.pts != wanted.picture:
            if self._last is not None:
                self._passed.add(int(self._last.pts or 0))
            self._last = next(self._running, None)
            if self._last is None:
                self._codec = ""
                raise ValueError(wanted.picture)
        return self._last


_PLAYER = _Player()


def frame(coded: bytes | memoryview, declared: str, bits: int) -> NDArray[Any]:
    """One frame of a record (`film`) as RGB [row, column, 3]: uint8, or uint16 with `bits` bits.

    Colours by the stream's own matrix and range; where it names none, BT.709 from 720 rows on, else BT.601 (ITU-T H.273).

    Raises:
        Trouble: IMAGE, where it cannot be decoded.
    """
    codec = CODECS[declared]
    try:
        return _rgb(_PLAYER.frame(codec, asked(coded)), bits)
    except (av.error.FFmpegError, ValueError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> Trouble:
    return Trouble(
        "This video cannot be shown because its data are damaged.", "Ask the sender to send it again.", type(error).__name__, Kind.IMAGE
    )


def _container(data: bytes, codec: str) -> str:
    """The container by its first bytes, so that no other demultiplexer meets the data."""
    if data[4:8] == b"ftyp":
        return "mp4"
    if data[:1] == b"\x47" and data[188:189] == b"\x47":
        return "mpegts"
    if data[:4] == b"\0\0\1\xba":
        return "mpeg"
    return {"mpeg2video": "mpegvideo"}.get(codec, codec)


def _pictures(data: bytes, declared: str) -> tuple[str, list[bytes], list[int]]:
    with av.open(io.BytesIO(data), mode="r", format=_container(data, declared)) as container:
        stream = container.streams.video[0] if container.streams.video else None
        codec = CODED_AS.get(stream.codec_context.name) if stream is not None else None
        if stream is None or codec is None:
            raise refused("it holds no video of a kind that is known here")
        if stream.codec_context.width * stream.codec_context.height > FRAME_LIMIT:
            raise refused("it is larger than any image can be")
        cleaner = BitStreamFilterContext(ANNEX_B.get(codec, "") + HEADERS_EVERYWHERE, stream)
        pictures: list[bytes] = []
        keys: list[int] = []
        for packet in container.demux(stream):
            for one in cleaner.filter(packet if packet.size else None):
                if one.is_keyframe and (codec != "h264" or IDR.search(bytes(one))):
                    keys.append(len(pictures))
                pictures.append(bytes(one))
            if len(pictures) > PICTURES_LIMIT:
                raise refused("it announces more frames than any image has")
    return codec, pictures, keys


def _decoder(codec: str) -> VideoCodecContext:
    decoder = cast("VideoCodecContext", av.CodecContext.create(codec, "r"))
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(FRAME_LIMIT), "err_detect": "explode"}
    return decoder


def _frames(decoder: VideoCodecContext, pictures: tuple[bytes, ...] | list[bytes]) -> Iterator[VideoFrame]:
    """Frames in the order of display; `pts` is the number of the picture that shows it."""
    for index, data in enumerate(pictures):
        packet = av.Packet(data)
        packet.pts = packet.dts = index
        yield from decoder.decode(packet)
    yield from decoder.decode(None)


def _rgb(found: VideoFrame, bits: int) -> NDArray[Any]:
    matrix = MATRICES.get(int(found.colorspace), ITU_709 if found.height >= HIGH_DEFINITION else ITU_601)
    source = FULL_RANGE if int(found.color_range) == FULL_RANGE or found.format.name.startswith("yuvj") else 1
    target = "rgb24" if bits <= 8 else f"gbrp{bits}le"  # FFmpeg's rgb48 comes out wrong with exact colour differences
    picture = found.reformat(
        format=target,
        src_colorspace=matrix,
        dst_colorspace=ITU_709,
        src_color_range=source,
        dst_color_range=FULL_RANGE,
        interpolation=EXACT,
    )
    return np.ascontiguousarray(picture.to_ndarray())
