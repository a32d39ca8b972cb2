"""`overread render`: one slice of a series as a PNG, without a display, by the same grey values as the reading view."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.files import content, walk
from record.trouble import Kind, Trouble
from viewer.dicom.geometry import order
from viewer.dicom.grey import Voi
from viewer.dicom.header import Window
from viewer.dicom.picture import centred, draw, fitted, pixel_shape
from viewer.dicom.png import png
from viewer.dicom.shortfalls import drawn, words
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from viewer.dicom.prepared import Prepared
    from viewer.dicom.shortfalls import Mark

MEMORY_MB = 2048


@dataclass(frozen=True)
class _Made:
    """A picture, which slice of how many it is (from 1), and where it is less than the image."""

    picture: NDArray[np.uint8]
    number: int
    count: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class _Series:
    """The instances of one series that can be shown, and what was wrong with the others."""

    instances: tuple[Prepared, ...]
    troubles: tuple[Trouble, ...]


def main(argv: Sequence[str]) -> int:
    """Draw; 0 if the picture was written, else 1 with one sentence and its remedy on standard error.

    Args:
        argv: PATH… --out PNG [--slice N, from 1; default the middle] [--window W --level L] [--size WxH] [--json].

    Where the picture is less than the image, that is said on standard error, in the PNG's comment and by `fidelity` of the JSON.
    """
    options = _options(argv)
    try:
        with Pool(1, memory_mb=MEMORY_MB) as pool:
            made = _drawn(pool, options)
        _write(Path(options.out), png(made.picture, words(made.marks)))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    _tell(made, as_json=options.json)
    return 0


def _tell(made: _Made, *, as_json: bool) -> None:
    """A line of JSON on standard output, where it is wanted; else every reason on standard error."""
    if as_json:
        rows, columns = made.picture.shape[:2]
        told = [{"word": mark.word, "reason": mark.reason} for mark in made.marks]
        sys.stdout.write(
            json.dumps({"slice": made.number, "slices": made.count, "columns": columns, "rows": rows, "fidelity": told}) + "\n"
        )
    else:
        sys.stderr.writelines(f"{mark.word}: {mark.reason}\n" for mark in made.marks)


def _drawn(pool: Pool, options: argparse.Namespace) -> _Made:
    series = _largest(pool, options.paths)
    slices = order([one.header for one in series.instances]).slices
    number = options.slice if options.slice is not None else (len(slices) + 1) // 2
    if not 1 <= number <= len(slices):
        raise Trouble(f"There is no slice {number}.", f"Choose one from 1 to {len(slices)}.", kind=Kind.INPUT)
    chosen = slices[number - 1]
    prepared = series.instances[chosen.instance]
    picture = draw(prepared.header, chosen.frame, _stored(pool, prepared, chosen.frame), _voi(options))
    zoom = None
    if options.size is not None:
        columns, rows = options.size
        shape = pixel_shape(prepared.header)
        zoom = min(columns / picture.shape[1], rows / (picture.shape[0] * shape))
        picture = centred(fitted(picture, columns, rows, shape), columns, rows)
    return _Made(picture, number, len(slices), drawn(prepared.header, zoom))


def _largest(pool: Pool, paths: Sequence[str]) -> _Series:
    """The series with most frames among the files."""
    found: dict[str, list[Prepared]] = {}
    troubles: list[Trouble] = []
    for path in walk(paths):
        try:
            prepared: Prepared = pool.run("prepare", content(path))
        except Trouble as trouble:
            troubles.append(trouble)
            continue
        if prepared.frames is not None:
            found.setdefault(prepared.header.series_instance_uid, []).append(prepared)
        elif prepared.trouble is not None:
            troubles.append(prepared.trouble)
    if not found:
        raise troubles[0] if troubles else Trouble("There is no image in these files.", "Give DICOM images.", kind=Kind.INPUT)
    return _Series(tuple(max(found.values(), key=lambda many: sum(len(one.lengths) for one in many))), tuple(troubles))


def _stored(pool: Pool, prepared: Prepared, frame: int) -> NDArray[Any]:
    assert prepared.frames is not None
    assert prepared.header.pixels is not None
    begin, length = prepared.offsets[frame], prepared.lengths[frame]
    stored: NDArray[Any] = pool.run("decode", (prepared.frames[begin : begin + length], prepared.form, prepared.header.pixels))
    return stored


def _voi(options: argparse.Namespace) -> Voi | None:
    if options.window is None and options.level is None:
        return None
    if options.window is None or options.level is None or options.window < 1:
        raise Trouble("A window needs a width of at least 1 and a level.", "Give both --window and --level.", kind=Kind.INPUT)
    return Voi("window", window=Window(options.level, options.window))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Trouble("The picture cannot be written.", "Choose another place for it.", type(error).__name__, Kind.STORAGE) from error


def _size(given: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", given)
    if found is None or not 0 < int(found[1]) * int(found[2]) <= 100_000_000:
        raise ValueError(given)
    return int(found[1]), int(found[2])


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="overread render", description="Draw one slice of a series as a PNG.")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files or folders; the series with most images is drawn")
    parser.add_argument("--out", required=True, metavar="PNG", help="the picture to write")
    parser.add_argument("--slice", type=int, metavar="N", help="from 1, by position; default the middle")
    parser.add_argument("--window", type=float, metavar="W", help="window width, in the image's unit")
    parser.add_argument("--level", type=float, metavar="L", help="window centre")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the picture; default a pixel for a pixel")
    parser.add_argument("--json", action="store_true", help="say in a line of JSON what was drawn, and where it is less than the image")
    return parser.parse_args(argv)
