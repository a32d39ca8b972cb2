"""How fast the frames of an instance follow each other on screen, and when each was taken (PS3.3 C.7.6.5, C.8.5.6, C.7.6.16.2.2)."""

from __future__ import annotations

import itertools
from statistics import median
from typing import TYPE_CHECKING

from viewer.dicom.values import first, items, number, numbers, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

SECOND_MS = 1000.0
SLOWEST_MS, FASTEST_MS = 60_000.0, 1.0  # what cannot be a cine's step is not believed


def frame_time_ms(ds: Dataset) -> float | None:
    """Milliseconds for each frame when played, by the first that is there and can be true; None where none is.

    Recommended Display Frame Rate, Frame Time, the median of Frame Time Vector, Cine Rate, Frame Acquisition Duration of enhanced
    objects, Actual Frame Duration.
    """
    vector = [one for one in numbers(ds, "FrameTimeVector")[1:] if one > 0]
    found = (
        _by_rate(number(ds, "RecommendedDisplayFrameRate")),
        number(ds, "FrameTime"),
        median(vector) if vector else None,
        _by_rate(number(ds, "CineRate")),
        _content_step(ds),
        number(ds, "ActualFrameDuration"),
    )
    return next((one for one in found if one is not None and FASTEST_MS <= one <= SLOWEST_MS), None)


def times_ms(ds: Dataset, count: int) -> Iterator[float | None]:
    """When each of `count` frames was taken, in ms since the first: by the vector, else by the one frame time, else unknown."""
    steps, single = numbers(ds, "FrameTimeVector"), number(ds, "FrameTime")
    if count > 1 and len(steps) >= count:
        yield from itertools.accumulate((0.0, *steps[1:count]))
    elif count > 1 and single is not None and single > 0:
        yield from (single * index for index in range(count))
    else:
        yield from itertools.repeat(None, count)


def _by_rate(rate: float | None) -> float | None:
    return SECOND_MS / rate if rate is not None and rate > 0 else None


def _content_step(ds: Dataset) -> float | None:
    """The duration of one frame's taking, where two frames of an enhanced object have times of their own."""
    contents = [first(one, "FrameContentSequence") for one in items(ds, "PerFrameFunctionalGroupsSequence")[:2]]
    if len(contents) < 2 or contents[0] is None or not text(contents[0], "FrameAcquisitionDateTime"):
        return None
    return number(contents[0], "FrameAcquisitionDuration")
