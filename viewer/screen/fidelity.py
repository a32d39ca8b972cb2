"""What a viewport shows of what was stored: each way in which the picture is less than the image, with its reason; pure.

Nothing is said where every stored pixel is shown as it is stored (viewing.md 4.7, PS3.3 C.7.6.1.1.5 for lossy compression).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from viewer.dicom.picture import pixel_shape

if TYPE_CHECKING:
    from viewer.dicom.header import Header
    from viewer.load.series import SeriesData

WHOLE = "Stored pixels: nothing was left out or made up."


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to say: `word` stands on the image, `reason` is told on hover."""

    word: str
    reason: str


LACKING = Mark("overlay missing", "An overlay or the colours of this image could not be read; it is drawn without.")


def fidelity(series: SeriesData, index: int, zoom: float, *, loaded: int, beneath: bool = False, lacking: bool = False) -> tuple[Mark, ...]:
    """The marks of image `index` at `zoom` (device pixels for each column; 0: no picture).

    Args:
        series: that is shown.
        index: of the image, from 0.
        zoom: device pixels for each column.
        loaded: how many images of the series are in memory.
        beneath: the reader looks beneath the shutters.
        lacking: an overlay or the colour profile could not be read.
    """
    header = series.header(index)
    said = (*_resampled(series), *_reduced(header, zoom), *_loading(series, loaded), *_covered(header, beneath=beneath))
    said = (*said, *_left_out(series))
    return (*said, *_lossy(header), *_source(header), *(LACKING,) * lacking)


def told(marks: tuple[Mark, ...], header: Header, zoom: float) -> str:
    """The words of the hover: every reason, and how pixels are drawn."""
    reasons = [mark.reason for mark in marks] or [WHOLE]
    return "\n".join((*reasons, _drawn(header, zoom)))


def _resampled(series: SeriesData) -> list[Mark]:
    if not series.resampled:
        return []
    first, _, rest = series.resampled.partition(", ")
    marks = [Mark(first, "Resampled: this plane was computed from the images of the series, linearly between their pixels.")]
    return [*marks, Mark(rest, f"The plane is {rest}.")] if rest else marks


def _reduced(header: Header, zoom: float) -> list[Mark]:
    smaller = min(zoom, zoom * pixel_shape(header))
    if not 0 < smaller < 1:
        return []
    return [
        Mark(
            f"reduced to {max(1, round(smaller * 100))} %",
            "Reduced: several stored pixels share one pixel of the screen. Zoom in to see each.",
        )
    ]


def _loading(series: SeriesData, loaded: int) -> list[Mark]:
    if loaded >= series.count:
        return []
    return [
        Mark(
            f"{loaded} of {series.count} loaded",
            "Still loading, or larger than the memory for images: the other images come when you go to them.",
        )
    ]


def _left_out(series: SeriesData) -> list[Mark]:
    count = len(series.left_out)
    if not count:
        return []
    words = "1 image of this series came twice; it is" if count == 1 else f"{count} images of this series came twice; each is"
    return [Mark(f"{count} came twice", f"{words} shown once.")]


def _covered(header: Header, *, beneath: bool) -> list[Mark]:
    if not header.shutters:
        return []
    if beneath:
        return [Mark("shutter open", "The shutter of the image is open: what it covers is seen too.")]
    return [Mark("shutter", "A shutter that came with the image covers a part of it; its key opens it.")]


def _lossy(header: Header) -> list[Mark]:
    if header.lossy_ratio is None:
        return []
    ratio = f" {header.lossy_ratio:.0f}:1" if header.lossy_ratio else ""
    how = f"about {header.lossy_ratio:.0f} to 1" if header.lossy_ratio else "by a ratio that it does not tell"
    return [Mark(f"source was lossy{ratio}", f"The image was compressed with loss before it came here, {how}.")]


def _source(header: Header) -> list[Mark]:
    marks = []
    if header.extra.get("PresentationIntentType") == "FOR PROCESSING":
        marks.append(
            Mark("for processing, not for reading", "The device made this image for processing; one for reading may belong to it.")
        )
    if header.suv is not None and header.suv.factor is None:
        unit = f" Values are in {header.modality_unit}." if header.modality_unit else ""
        marks.append(Mark("no SUV", f"No SUV: {header.suv.why_not}.{unit}"))
    if header.notes:
        marks.append(Mark("file with doubts", "\n".join(note.text for note in header.notes)))
    return marks


def _drawn(header: Header, zoom: float) -> str:
    if not zoom:
        return "No image is drawn."
    whole = all(abs(scale - round(scale)) < 1e-6 for scale in (zoom, zoom * pixel_shape(header)))
    if whole and round(zoom) == 1:
        return "One stored pixel is one pixel of the screen."
    return (
        f"Each stored pixel is drawn {round(zoom)} times larger."
        if whole and zoom > 1
        else f"Drawn at zoom {zoom:.2f}, smoothed between pixels."
    )
