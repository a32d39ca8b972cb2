"""JPEG processes that DICOM has retired: arithmetic coding is decoded, what is not decoded is refused by its name (PS3.5 8.2.1, T.81)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest

from viewer.dicom.image import open_image
from viewer.dicom.rendition import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

JPEG = "1.2.840.10008.1.2.4."
FORM = {"Rows": 24, "Columns": 32, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0}
# The waves below, coded by Pillow at quality 90, then by `jpegtran -arithmetic` (and `-progressive`) of libjpeg-turbo 2.1.5: the same
# coefficients in another entropy coding.
SEQUENTIAL = base64.b85decode(
    b"|JeWF01!$>Nk#wx0RR9200961|JwjV00RO70|EjA0|NsD0|NvF2n7WM1O*BQ2L=cX3JeSj3JVJj4iXRz4iOFu3lJ6%5fc;@6%`B*7Z?^47!ni}"
    b"6#vNp3kU!h03ZPY5di<p00saM5C#9*00;pA002J#(#lYBNEChG_)%YVVGsQ+uHU{d7$nUP;Z<c|ocO)M-|P8dgZ3ma`^%Pzir|v;40(8Ba7|nO"
    b"We5`q>WBXTfsdH39#B^;mGIE=IF3K8Tjlc5&tb}uy6QI<Fahh@G#8e$2!zHUy=0c1G<FOk#pEwgcCZBF&mOC|<F)wwJ>ewTr{Pl7t?1lmS8SCN"
    b"b(<_BzGd;FK>yh"
)
PROGRESSIVE = base64.b85decode(
    b"|JeWF01!$>Nk#wx0RR9200961|JwjV00RO70|EjA0|NsD0|NvF2n7WM1O*BQ2L=cX3JeSj3JVJj4iXRz4iOFu3lJ6%5fc;@6%`B*7Z?^47!ni}"
    b"6#vQq3kU!h03ZPY5di<p00aOK|Jncu0RaF200GjY3RI4>aIL`SZnR#yFA+fh%m4%s1^?Or2mt{A0R;j&M(C7S(_;EG3Pu4Etx?uMg&vVKAw)fd"
    b"4WpWytd!e<n8q*n<Gp$PPrWm~mjgz4|I7dc5C#9*00;pA00ut-dorE09=BAK%&ub9s{hOY1P}%P+5iXv0RRC%A!$A+T*!`emE>YT0MEN&M3y^x"
    b"El-4Z2d>o^g8$k82mt{A000oF@c+yJ1P}%P+5iXv0RRC%5cCfDWPMQ;5^HZE>p@FN0p`dYp7JHrkU;s~Pe)E&HWZU9d=IVfYcfFp*#"
)


def waves() -> np.ndarray:
    row, column = np.mgrid[0:24, 0:32]
    scaled: np.ndarray = ((np.sin(row / 5) * np.cos(column / 6) * 0.45 + 0.5) * 255).astype(np.uint8)
    return scaled


@pytest.mark.parametrize(("tail", "stream", "marker"), [("52", SEQUENTIAL, 0xC9), ("54", PROGRESSIVE, 0xCA), ("56", PROGRESSIVE, 0xCA)])
def test_arithmetic_coding_is_decoded_and_stays_lossy(dicom_file: Callable[..., bytes], tail: str, stream: bytes, marker: int) -> None:
    assert bytes([0xFF, marker]) in stream
    file = dicom_file(JPEG + tail, [stream], **FORM)
    image = open_image(file)
    assert image.trouble is None
    assert image.notes.codes == ()
    assert image.header.lossy_ratio == 0.0
    assert np.abs(image.frame(0).astype(int) - waves()).max() <= 3
    assert prepare(file).form == JPEG + tail


def test_arithmetic_coding_under_a_common_name_is_decoded_too(dicom_file: Callable[..., bytes]) -> None:
    image = open_image(dicom_file(JPEG + "50", [SEQUENTIAL], **FORM))
    assert np.abs(image.frame(0).astype(int) - waves()).max() <= 3


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("58", "arithmetic"),
        *((tail, "hierarchical") for tail in ("59", "60", "61", "62", "63", "64", "65", "66")),
        ("92", "JPEG 2000 Multi-component"),
        ("93", "JPEG 2000 Multi-component"),
        ("110", "JPEG XL"),
        ("111", "JPEG XL"),
        ("112", "JPEG XL"),
    ],
)
def test_what_is_not_decoded_is_refused_by_its_name_with_a_remedy(dicom_file: Callable[..., bytes], tail: str, words: str) -> None:
    made = prepare(dicom_file(JPEG + tail, [b"\xff\x0a" + bytes(30)], **FORM))
    assert made.frames is None
    assert made.trouble is not None
    assert words in made.trouble.what_happened
    assert made.trouble.what_to_do == "Ask the sender to send it in a common form, for example JPEG 2000 or uncompressed."
    assert made.header.sop_instance_uid == "2.25.1"  # the header is told all the same


@pytest.mark.parametrize(
    ("marker", "words"), [(0xCB, "arithmetic"), *((marker, "hierarchical") for marker in (0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE))]
)
def test_a_stream_of_such_a_process_is_refused_whatever_the_file_calls_it(
    dicom_file: Callable[..., bytes], marker: int, words: str
) -> None:
    stream = bytearray(imagecodecs.jpeg8_encode(waves(), lossless=True))
    at = stream.index(b"\xff\xc3")
    stream[at + 1] = marker
    image = open_image(dicom_file(JPEG + "70", [bytes(stream)], **FORM))
    assert image.trouble is not None
    assert words in image.trouble.what_happened
    assert "common form" in image.trouble.what_to_do
