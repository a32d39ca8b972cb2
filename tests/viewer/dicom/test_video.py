"""Video: frame by index exact, true count, the stream's own colours; what is no video is refused."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest

from record.trouble import Kind
from viewer.dicom.decode import decode_frame
from viewer.dicom.image import open_image
from viewer.dicom.rendition import prepare
from viewer.dicom.video import SYNTAX, frames, take_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.video.stream import VideoStream

SIZE = 64
NAMES = {"mpeg2video": "MPEG-2 video", "libx264": "H.264 video", "libx265": "HEVC video"}
MADE = [
    ("mpeg2video", "mpeg2video", {"bf": "2", "g": "12"}),  # open groups: frames that lean on the group before
    ("mpeg2video", "mpegts", {"bf": "2", "g": "12"}),
    ("mpeg2video", "vob", {"bf": "0", "g": "5"}),
    ("libx264", "h264", {"bf": "3", "g": "10", "crf": "18", "x264-params": "open-gop=1:log-level=-1"}),
    ("libx264", "mp4", {"bf": "3", "g": "10", "crf": "18", "x264-params": "log-level=-1"}),
    ("libx264", "mpegts", {"bf": "0", "g": "250", "crf": "18", "x264-params": "log-level=-1"}),
    ("libx265", "hevc", {"crf": "10", "x265-params": "keyint=10:open-gop=1:bframes=3:log-level=none"}),
    ("libx265", "mpegts", {"crf": "10", "x265-params": "keyint=10:bframes=3:log-level=none"}),
]


def stream(
    codec: str,
    container: str,
    options: dict[str, str],
    pictures: list[np.ndarray],
    space: tuple[int, int] | None = None,
    form: str = "yuv420p",
) -> bytes:
    """A film of RGB pictures; `space`: matrix (ITU-T H.273) and range to name and to use."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        film = cast("VideoStream", file.add_stream(codec, rate=25, options=options))
        film.width, film.height, film.pix_fmt, film.time_base = SIZE, SIZE, form, Fraction(1, 25)
        if space is not None:
            film.codec_context.colorspace, film.codec_context.color_range = space
        for index, rgb in enumerate(pictures):
            picture = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
                format=form, dst_colorspace=1 if space and space[0] == 1 else 5, dst_color_range=space[1] if space else 1
            )
            picture.pts, picture.time_base = index, Fraction(1, 25)
            file.mux(film.encode(picture))
        file.mux(film.encode(None))
    return out.getvalue()


def numbered(count: int) -> list[np.ndarray]:
    """Pictures that differ and move."""
    grid = np.arange(SIZE)
    return [
        np.repeat(((grid[:, None] * 2 + grid[None] + 9 * index) % 200).astype(np.uint8)[..., None], 3, axis=2) for index in range(count)
    ]


@pytest.mark.parametrize(("codec", "container", "options"), MADE)
def test_each_frame_alone_is_the_frame_of_the_film_played_through(codec: str, container: str, options: dict[str, str]) -> None:
    data = stream(codec, container, options, numbered(35))
    film = take_apart(data, NAMES[codec])
    assert len(film.order) == 35
    played = list(frames(film, 8))
    with av.open(io.BytesIO(data), mode="r", format=container) as file:  # in one go; encoders drift off what they are given
        whole = [one.to_ndarray(format="rgb24") for one in file.decode(video=0)]
    errors = [float(np.abs(one.astype(float) - true).mean()) for one, true in zip(played, whole, strict=True)]
    assert max(errors) < 3  # colours are rounded otherwise
    assert min(float(np.abs(one.astype(float) - true).mean()) for one, true in zip(played, whole[1:], strict=False)) > max(errors)


@pytest.mark.parametrize(("codec", "container", "options"), MADE)
def test_a_prepared_video_is_read_frame_by_frame_in_any_order(
    dicom_file: Callable[..., bytes], codec: str, container: str, options: dict[str, str]
) -> None:
    data = stream(codec, container, options, numbered(35))
    name = "hevc" if codec == "libx265" else "h264" if codec == "libx264" else codec
    file = dicom_file(SYNTAX[name], [data], **of_video(NumberOfFrames=35))
    played = list(open_image(file).each())
    found = prepare(file)
    assert found.frames is not None
    assert found.header.pixels is not None
    assert len(found.header.frames) == len(found.offsets) == 35
    for index in [*range(35), 34, 0, 17, 3, 20, 19]:
        begin, length = found.offsets[index], found.lengths[index]
        assert np.array_equal(decode_frame(found.frames[begin : begin + length], found.form, found.header.pixels), played[index])


def of_video(**more: int) -> dict[str, object]:
    return {
        "Rows": SIZE,
        "Columns": SIZE,
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "YBR_PARTIAL_420",
        "PlanarConfiguration": 0,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        **more,
    }


@pytest.mark.parametrize("space", [(1, 1), (1, 2), (5, 1), (5, 2)])
def test_colours_follow_the_streams_own_matrix_and_range(space: tuple[int, int]) -> None:
    colours = np.zeros((SIZE, SIZE, 3), np.uint8)
    colours[:32, :32], colours[:32, 32:], colours[32:, :32], colours[32:, 32:] = (
        (200, 30, 40),
        (20, 180, 60),
        (40, 50, 210),
        (250, 250, 250),
    )
    data = stream("libx264", "mp4", {"crf": "1", "x264-params": "log-level=-1"}, [colours] * 3, space)
    shown = next(frames(take_apart(data, "H.264 video"), 8))
    for row, column in ((16, 16), (16, 48), (48, 16), (48, 48)):
        assert np.abs(shown[row, column].astype(int) - colours[row, column]).max() <= 4


@pytest.mark.parametrize("space", [(1, 1), (5, 1)])
def test_ten_bits_keep_their_bits_and_colours(space: tuple[int, int]) -> None:
    colours = np.zeros((SIZE, SIZE, 3), np.uint8)
    colours[:, :32], colours[:, 32:] = (200, 30, 40), (20, 180, 60)
    quiet = {"crf": "2", "x265-params": "log-level=none"}
    film = take_apart(stream("libx265", "hevc", quiet, [colours] * 2, space, "yuv420p10le"), "HEVC video")
    assert film.bits == 10
    shown = next(frames(film, film.bits))
    assert shown.dtype == np.uint16
    for column in (16, 48):
        assert np.abs(shown[16, column] / 4 - colours[16, column]).max() <= 3


def test_the_stream_decides_where_the_header_contradicts_it(dicom_file: Callable[..., bytes]) -> None:
    data = stream("mpeg2video", "mpeg2video", {"g": "5"}, numbered(7))
    image = open_image(dicom_file(SYNTAX["mpeg2video"], [data], **of_video(NumberOfFrames=9, Rows=60)))
    assert image.trouble is None
    assert image.count == len(image.header.frames) == 7
    assert image.header.pixels is not None
    assert (image.header.pixels.rows, image.header.pixels.photometric) == (SIZE, "RGB")
    assert {"frames_missing", "size_differs"} <= set(image.notes.codes)


def test_several_fragments_are_one_stream(dicom_file: Callable[..., bytes]) -> None:
    data = stream("mpeg2video", "mpegts", {"g": "5"}, numbered(7))
    parts = [data[at : at + 376] for at in range(0, len(data), 376)]
    image = open_image(dicom_file(SYNTAX["mpeg2video"], parts, **of_video(NumberOfFrames=7)))
    assert image.trouble is None
    assert image.count == 7


@pytest.mark.parametrize(
    "data", [b"xx", b"\xff\xd8\xff\xf7xx", bytes(5000), b"\0\0\1\xb3" + bytes(300), b"\0\0\0\x20ftypisom" + bytes(400)]
)
@pytest.mark.parametrize("codec", SYNTAX)
def test_what_is_no_video_is_refused(dicom_file: Callable[..., bytes], codec: str, data: bytes) -> None:
    image = open_image(dicom_file(SYNTAX[codec], [data], **of_video(NumberOfFrames=7)))
    assert image.trouble is not None
    assert image.trouble.kind is Kind.IMAGE
