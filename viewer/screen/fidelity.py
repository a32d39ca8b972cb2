"""What a viewport shows of what was stored: each way in which the picture is less than the image, with its reason; pure.

Nothing is said where every stored pixel is shown as it is stored (viewing.md 4.7, PS3.3 C.7.6.1.1.5 for lossy compression).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.dicom.picture import pixel_shape
from viewer.dicom.shortfalls import LACKING, Mark, lossy, reduced, source

if TYPE_CHECKING:
    from viewer.dicom.header import Header
    from viewer.load.series import SeriesData

FEW = 3  # fewer slices make no volume that anybody expects
WHOLE = "Stored pixels: nothing was left out or made up."


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
    said = (
        *_resampled(series),
        *reduced(min(zoom, zoom * pixel_shape(header))),
        *_loading(series, loaded),
        *_covered(header, beneath=beneath),
    )
    return (*said, *_left_out(series), *_stack(series, index), *lossy(header), *_no_suv(header), *source(header), *(LACKING,) * lacking)


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


def _stack(series: SeriesData, index: int) -> list[Mark]:
    """That slices which lie in the patient are no volume: a gap or a tilt is seen in no single image."""
    header = series.header(index)
    lies = series.frame(index).position is not None and header.pixels is not None and header.pixels.samples == 1
    if series.is_volume or series.resampled or series.count < FEW or not lies:
        return []
    return [Mark("stack", f"A stack and no volume: {series.verdict}.")]


def _covered(header: Header, *, beneath: bool) -> list[Mark]:
    if not header.shutters:
        return []
    if beneath:
        return [Mark("shutter open", "The shutter of the image is open: what it covers is seen too.")]
    return [Mark("shutter", "A shutter that came with the image covers a part of it; its key opens it.")]


def _no_suv(header: Header) -> list[Mark]:
    if header.suv is None or header.suv.factor is not None:
        return []
    unit = f" Values are in {header.modality_unit}." if header.modality_unit else ""
    return [Mark("no SUV", f"No SUV: {header.suv.why_not}.{unit}")]


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
