"""Other readers and the encoder alone, on the same files in the same run; the least of several times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import SimpleITK as sitk  # noqa: N813  the name that everybody gives it

from viewer.dicom.decode import pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def simpleitk(files: list[Path], times: int) -> float:
    """Seconds to read a series."""
    reader: Any = sitk.ImageSeriesReader()  # type: ignore[no-untyped-call]  # SimpleITK has no types
    reader.SetFileNames([str(path) for path in files])
    return least(reader.Execute, times)


def with_pydicom(files: list[Path], times: int) -> float:
    """Seconds to read a series into one array."""

    def read() -> None:
        first = pydicom.dcmread(files[0]).pixel_array
        out = np.empty((len(files), *first.shape), first.dtype)
        for number, path in enumerate(files):
            out[number] = pydicom.dcmread(path).pixel_array

    return least(read, times)


def encoder_rate(files: list[Path], times: int) -> float:
    """Slices in a second that the encoder of renditions makes by itself, on one core."""
    frames = [pydicom.dcmread(path).pixel_array for path in files]
    return len(frames) / least(lambda: [pack(frame) for frame in frames], times)


def least(work: Callable[[], object], times: int) -> float:
    """The least seconds of several."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return min(took)
