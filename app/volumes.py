"""`overread inspect --volumes`: what each series is, a volume with its geometry and values, or a stack and why."""

from __future__ import annotations

import hashlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.files import content, walk
from record.trouble import Trouble
from viewer.dicom.geometry import Ordering, order
from viewer.dicom.grey import modality_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from viewer.dicom.header import Header
    from viewer.workers.pool import Pool

WORKERS = 2
UNREADABLE = ("unreadable", "an image that cannot be shown")
SEVERAL_FRAMES = ("several_frames", "images of more than one frame")


@dataclass(frozen=True, slots=True)
class _Series:
    """The images of one series: where they are, and their headers (an image that is refused has a header without pixels)."""

    uid: str
    paths: tuple[str, ...]
    headers: tuple[Header, ...]


def report(pool: Pool, paths: Sequence[str], *, as_json: bool) -> None:
    """Prints a line for each series with images in the files, in the order of their names."""
    for series in _series(pool, paths):
        answer = judged(pool, series)
        sys.stdout.write((json.dumps(answer) if as_json else _sentence(answer)) + "\n")
        sys.stdout.flush()


def judged(pool: Pool, series: _Series) -> dict[str, Any]:
    """The line of one series; `size`, `spacing`, `origin`, `direction` and `value_…` are None for a stack.

    `size` columns, rows, slices; `spacing` in mm and `origin` (`xyz_mm` of the first voxel's centre) in that order; `direction` nine
    numbers, row by row, of the matrix whose columns are the directions of growing column, row and slice. Values are modality
    values as float32; the digest is over them, little endian, in the order slice, row, column.
    """
    found = order(series.headers)
    fault = _fault(series, found)
    values: dict[str, Any] = {}
    if found.verdict == "volume" and fault is None:
        try:
            values = _values(pool, series, found)
        except Trouble:
            fault = UNREADABLE
    told: dict[str, Any] = dict.fromkeys(("size", "spacing", "origin", "direction", "value_min", "value_max", "value_mean", "value_sha256"))
    code, reason = fault or (found.reason_code, found.reason)
    verdict = "stack" if fault else found.verdict
    told |= (_geometry(found) if verdict == "volume" else {}) | values
    return {"series_uid": series.uid, "count": len(series.headers), "verdict": verdict, "reason_code": code, "reason": reason, **told}


def _fault(series: _Series, found: Ordering) -> tuple[str, str] | None:
    """What makes a series no volume beside the places of its frames."""
    if any(one.pixels is None for one in series.headers):
        return UNREADABLE
    if found.verdict == "volume" and len(series.headers) > 1 and any(len(one.frames) > 1 for one in series.headers):
        return SEVERAL_FRAMES
    return None


def _geometry(found: Ordering) -> dict[str, Any]:
    affine, spacing, size = found.xyz_mm_from_ijk, found.spacing_mm, found.size
    assert affine is not None
    assert spacing is not None
    assert size is not None
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    direction = affine[:3, :3] / lengths
    return {"size": list(size), "spacing": list(spacing), "origin": affine[:3, 3].tolist(), "direction": direction.ravel().tolist()}


def _values(pool: Pool, series: _Series, found: Ordering) -> dict[str, Any]:
    digest = hashlib.sha256()
    lows, highs, total, count = [], [], 0.0, 0
    for one in found.slices:
        header = series.headers[one.instance]
        stored = pool.run("stored", (content(series.paths[one.instance]), one.frame))
        values = modality_values(header, header.frames[one.frame], stored)
        digest.update(np.ascontiguousarray(values, "<f4").data)
        lows.append(float(values.min()))
        highs.append(float(values.max()))
        total += float(values.sum(dtype=np.float64))
        count += values.size
    return {"value_min": min(lows), "value_max": max(highs), "value_mean": total / count, "value_sha256": digest.hexdigest()}


def _series(pool: Pool, paths: Sequence[str]) -> list[_Series]:
    """The series of the files, in the order in which they are met; what is no image, or not DICOM, is left out."""
    files = list(walk(paths))
    with ThreadPoolExecutor(WORKERS) as threads:
        headers = list(threads.map(lambda path: _header(pool, path), files))
    found: dict[str, list[tuple[str, Header]]] = {}
    for path, header in zip(files, headers, strict=True):
        if header is not None:
            found.setdefault(header.series_instance_uid, []).append((path, header))
    return [_Series(uid, tuple(path for path, _ in many), tuple(header for _, header in many)) for uid, many in found.items()]


def _header(pool: Pool, path: str) -> Header | None:
    try:
        header, is_image = pool.run("header", content(path))
    except Trouble:
        return None
    return header if is_image else None


def _sentence(answer: dict[str, Any]) -> str:
    size = " × ".join(map(str, answer["size"])) + ", " if answer["size"] else ""
    return f"{answer['series_uid']}: {answer['verdict']} of {answer['count']} images, {size}{answer['reason']}"
