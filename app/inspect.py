"""`overread inspect`: what is in files, one line for each, every file answered whatever is in it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.files import content, walk
from app.volumes import report
from record.trouble import Trouble
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

At = tuple[int, int, int, int]
WORKERS = 2


def main(argv: Sequence[str]) -> int:
    """Answer the files of a command line; 0 if each was answered, 1 if one does not exist.

    Args:
        argv: PATH… [--json] [--at frame,row,column,sample]…, or --volumes PATH… [--json]; folders are walked in the order of their names.
    """
    options = _options(argv)
    try:
        return _volumes(options) if options.volumes else _files(options)
    except BrokenPipeError:  # `| head` has seen enough: nobody hears the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return 0


def _volumes(options: argparse.Namespace) -> int:
    with Pool(WORKERS) as pool:
        report(pool, options.paths, as_json=options.json)
    return int(not all(Path(path).exists() for path in options.paths))


def _files(options: argparse.Namespace) -> int:
    files = list(walk(options.paths))
    threads = ThreadPoolExecutor(WORKERS)
    with Pool(WORKERS) as pool:
        try:
            for answer in threads.map(lambda path: inspect_file(pool, path, tuple(options.at)), files):
                sys.stdout.write((json.dumps(answer) if options.json else _sentence(answer)) + "\n")
                sys.stdout.flush()
        finally:
            threads.shutdown(cancel_futures=True)
    return int(not all(Path(path).exists() for path in files))


def inspect_file(pool: Pool, path: str, at: tuple[At, ...] = ()) -> dict[str, Any]:
    """The answer for one file; what goes wrong is told inside it."""
    try:
        answer: dict[str, Any] = pool.run("inspect", (content(path), at))
    except Trouble as trouble:
        error = {"what_happened": trouble.what_happened, "what_to_do": trouble.what_to_do}
        answer = {"ok": False, "image": "refused", "warnings": [], "error": error}
    return {"path": path, **answer}


def _sentence(answer: dict[str, Any]) -> str:
    if "error" in answer:
        told = "{what_happened} {what_to_do}".format(**answer["error"])
    elif answer["image"] == "none":
        told = f"{answer['modality'] or 'no modality'}, no image"
    else:
        told = "{modality}, {frames} × {rows} × {columns}, {dtype}, {min} to {max}".format(**answer)
    return " ".join([f"{answer['path']}: {told}", *(one["text"] for one in answer["warnings"])])


def _at(given: str) -> At:
    parts = [int(one) for one in given.split(",")]
    if len(parts) != 4 or min(parts) < 0:
        raise ValueError(given)
    return parts[0], parts[1], parts[2], parts[3]


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="overread inspect", description="Say what is in DICOM files, one line for each.")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders to walk")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each file")
    parser.add_argument("--volumes", action="store_true", help="a line for each series: volume or stack, its geometry and values")
    parser.add_argument(
        "--at", action="append", type=_at, default=[], metavar="F,R,C,S", help="add the value at frame, row, column, sample (from 0)"
    )
    return parser.parse_args(argv)
