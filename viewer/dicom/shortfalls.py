"""Where a picture is less than its image, as far as the image alone tells: for the screen and for pictures that leave; pure.

Nothing is said where every stored pixel is shown as it is stored (PS3.3 C.7.6.1.1.5 for lossy compression).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viewer.dicom.picture import pixel_shape

if TYPE_CHECKING:
    from viewer.dicom.header import Header

SAME_SHAPE = 1e-3  # how far a pixel may be from a square and still be called one


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to say: `word` stands with the picture, `reason` is told to who asks."""

    word: str
    reason: str


LACKING = Mark("overlay missing", "An overlay or the colours of this image could not be read; it is drawn without.")
SQUARED = Mark("resampled to square pixels", "Resampled: the image's pixels are not square, and those of the picture are.")
STRETCHED = Mark("pixels not square", "The picture has a pixel for each stored one, and those are not square: it is out of proportion.")
UNDRESSED = Mark("without overlays", "Overlays, shutter or colour profile that belong to the image are not drawn.")


def lossy(header: Header) -> tuple[Mark, ...]:
    """That the image was compressed with loss, with its ratio where the file tells one."""
    if header.lossy_ratio is None:
        return ()
    ratio = f" {header.lossy_ratio:.0f}:1" if header.lossy_ratio else ""
    how = f"about {header.lossy_ratio:.0f} to 1" if header.lossy_ratio else "by a ratio that it does not tell"
    return (Mark(f"source was lossy{ratio}", f"The image was compressed with loss before it came here, {how}."),)


def source(header: Header) -> tuple[Mark, ...]:
    """What the file itself leaves in doubt: it was not made for reading, or cannot be taken at its word."""
    marks = []
    if header.extra.get("PresentationIntentType") == "FOR PROCESSING":
        marks.append(
            Mark("for processing, not for reading", "The device made this image for processing; one for reading may belong to it.")
        )
    if header.notes:
        marks.append(Mark("file with doubts", "\n".join(note.text for note in header.notes)))
    return tuple(marks)


def reduced(zoom: float) -> tuple[Mark, ...]:
    """That several stored pixels share one of the picture; `zoom`: pixels of the picture for each stored one, 0 for no picture."""
    if not 0 < zoom < 1:
        return ()
    percent = max(1, round(zoom * 100))
    return (Mark(f"reduced to {percent} %", "Reduced: several stored pixels share one pixel of the screen. Zoom in to see each."),)


def is_square(header: Header) -> bool:
    """Whether a pixel is as wide as it is tall, in the patient or by Pixel Aspect Ratio."""
    return math.isclose(pixel_shape(header), 1.0, rel_tol=SAME_SHAPE)


def kept(header: Header) -> tuple[Mark, ...]:
    """Of a key image: every stored pixel in it, drawn with square pixels."""
    return (*(() if is_square(header) else (SQUARED,)), *lossy(header), *source(header))


def drawn(header: Header, zoom: float | None) -> tuple[Mark, ...]:
    """Of a frame drawn without its overlays and shutter.

    Args:
        header: of the image.
        zoom: pixels of the picture for each stored column, made square; None: a pixel for a pixel, whatever their shape.
    """
    undressed = bool(header.overlays or header.shutters or header.profile is not None)
    return (*_scaled(header, zoom), *(UNDRESSED,) * undressed, *lossy(header), *source(header))


def words(marks: tuple[Mark, ...]) -> str:
    """The words in one line, "" where there is nothing to say."""
    return ", ".join(mark.word for mark in marks)


def _scaled(header: Header, zoom: float | None) -> tuple[Mark, ...]:
    if zoom is None:
        return () if is_square(header) else (STRETCHED,)
    down = zoom * pixel_shape(header)
    smaller = reduced(min(zoom, down))
    whole = all(abs(scale - round(scale)) < SAME_SHAPE for scale in (zoom, down))
    if smaller or whole:
        return smaller
    return (Mark("resampled", f"Resampled: drawn {zoom:.2f} times larger, so that stored pixels differ in size."),)
