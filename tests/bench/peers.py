"""Other readers and the encoder alone, on the same files in the same run.

A reader is timed in a process of its own, as the desk is: who has read the series once has its memory at hand, and is faster by half.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import SimpleITK as sitk  # noqa: N813  the name that everybody gives it

from tests.journeys.processes import ROOT
from viewer.dicom.decode import pack

if TYPE_CHECKING:
    from collections.abc import Callable


ONCE = "import sys; from tests.bench.peers import main; main(*sys.argv[1:])"


def read_once(reader: str, folder: Path) -> tuple[float, float]:
    """In which time a reader has a folder's series in memory, in a fresh process; its start and its imports do not count.

    Seconds by the clock, and of processor time.
    """
    done = subprocess.run([sys.executable, "-c", ONCE, reader, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True)
    clock, used = (float(word) for word in done.stdout.split())
    return clock, used


def with_simpleitk(files: list[str]) -> None:
    """One volume of a series."""
    reader: Any = sitk.ImageSeriesReader()  # type: ignore[no-untyped-call]  # SimpleITK has no types
    reader.SetFileNames(files)
    reader.Execute()


def with_pydicom(files: list[str]) -> None:
    """The same by pydicom, into one array."""
    first = pydicom.dcmread(files[0]).pixel_array
    out = np.empty((len(files), *first.shape), first.dtype)
    for number, path in enumerate(files):
        out[number] = pydicom.dcmread(path).pixel_array


READERS: dict[str, Callable[[list[str]], None]] = {"simpleitk": with_simpleitk, "pydicom": with_pydicom}


def encoder_seconds(files: list[Path], times: int) -> tuple[float, float]:
    """The encoder of renditions by itself on one core: seconds for a slice by the clock, and of processor time."""
    frames = [pydicom.dcmread(path).pixel_array for path in files]
    clock, used = [], []
    for _ in range(times):
        start, cpu = time.perf_counter(), time.process_time()
        for frame in frames:
            pack(frame)
        clock.append((time.perf_counter() - start) / len(frames))
        used.append((time.process_time() - cpu) / len(frames))
    return min(clock), min(used)


def main(reader: str, folder: str) -> None:
    """Reads once and prints the seconds by the clock, and of processor time."""
    files = [str(path) for path in sorted(Path(folder).iterdir())]
    start, cpu = time.perf_counter(), time.process_time()
    READERS[reader](files)
    print(time.perf_counter() - start, time.process_time() - cpu)
