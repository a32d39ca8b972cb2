"""Looks for what must never be readable: names, numbers, birth dates, pixels, keys, in any file below some folders.

A needle is found as it stands, in UTF-16, and inside deflated data (zlib, gzip, zip). Pixels are found wherever 64 consecutive
bytes of a frame stand: each such run holds one whole block of 32 bytes that starts at a multiple of 32, and the first 8 bytes of
every block are looked up at every offset of the file, then all 64 bytes around a hit are compared.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator  # noqa: TC003  named in a dataclass
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BLOCK, RUN, BITS = 32, 64, 27
LEAST = 10  # different values: a plain background proves nothing
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Hit:
    """One needle in one file."""

    file: Path
    what: str
    where: int


@dataclass(slots=True)
class Needles:
    """What is looked for: words by label, and frames of pixels."""

    words: list[tuple[str, bytes]] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    _table: NDArray[np.bool_] | None = None
    _blocks: dict[bytes, list[tuple[int, int]]] | None = None

    def add_text(self, label: str, text: str) -> None:
        """Adds a text as UTF-8 (which holds ASCII) and UTF-16 in both orders."""
        for form in ("utf-8", "utf-16-le", "utf-16-be"):
            self.words.append((f"{label} ({form})", text.encode(form)))

    def add_person(self, name: str, patient_id: str, birth_date: str) -> None:
        """Adds a person: a DICOM name `Family^Given`, an id, a birth date as YYYY-MM-DD."""
        family, _, given = name.partition("^")
        for form in (f"{family}^{given}", f"{family}, {given}", f"{family} {given}", f"{given} {family}"):
            self.add_text("name", form)
            self.add_text("name", form.upper())
        self.add_text("id", patient_id)
        self.add_text("birth date", birth_date)
        self.add_text("birth date", birth_date.replace("-", ""))

    def add_key(self, label: str, key: bytes) -> None:
        """Adds a key as bytes and in hexadecimal."""
        self.words.append((f"key {label}", key))
        self.add_text(f"key {label}", key.hex())

    def find(self, data: bytes) -> Iterator[tuple[str, int]]:
        """Every (what, offset) in some bytes."""
        for label, word in self.words:
            at = data.find(word)
            if at >= 0:
                yield label, at
        place = self._pixels(data)
        if place is not None:
            yield "pixels", place

    def _prepare(self) -> tuple[NDArray[np.bool_], dict[bytes, list[tuple[int, int]]]]:
        if self._table is None or self._blocks is None:
            self._table, self._blocks = np.zeros(1 << BITS, np.bool_), {}
            for number, frame in enumerate(self.frames):
                self._index(number, frame)
        return self._table, self._blocks

    def _index(self, number: int, frame: bytes) -> None:
        assert self._table is not None
        assert self._blocks is not None
        for at in range(0, len(frame) - BLOCK + 1, BLOCK):
            block = frame[at : at + BLOCK]
            if len(set(block)) >= LEAST:
                self._blocks.setdefault(block[:8], []).append((number, at))
        keys = np.frombuffer(b"".join(self._blocks), "<u8")
        self._table[_hash(keys)] = True

    def _pixels(self, data: bytes) -> int | None:
        if not self.frames or len(data) < RUN:
            return None
        table, blocks = self._prepare()
        for shift in range(8):
            words = np.frombuffer(data, "<u8", count=(len(data) - shift) // 8, offset=shift)
            for index in np.flatnonzero(table[_hash(words)]):
                at = int(index) * 8 + shift
                for number, start in blocks.get(data[at : at + 8], ()):
                    same = self._run(data, at, self.frames[number], start)
                    if len(same) >= RUN and len(set(same)) >= LEAST:
                        return at
        return None

    @staticmethod
    def _run(data: bytes, at: int, frame: bytes, start: int) -> bytes:
        """The bytes around a place that are the frame's, up to 64 on each side."""
        left = 0
        while left < RUN and at - left > 0 and start - left > 0 and data[at - left - 1] == frame[start - left - 1]:
            left += 1
        right = 0
        while right < RUN and at + right < len(data) and start + right < len(frame) and data[at + right] == frame[start + right]:
            right += 1
        return data[at - left : at + right]


def _hash(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        return (words * _MULTIPLIER) >> np.uint64(64 - BITS)


def _inflated(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every deflated stream in some bytes that gives at least 16 bytes, with its offset."""
    for match in _DEFLATED.finditer(data):
        at = match.start()
        if match.group() == b"PK\x03\x04":
            names = int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
            body, mode = data[at + 30 + names :], -15
        else:
            body, mode = data[at:], 31 if match.group().startswith(b"\x1f") else 15
        worker = zlib.decompressobj(mode)
        out = bytearray()
        try:
            for piece in range(0, len(body), 4096):
                out += worker.decompress(body[piece : piece + 4096])
                if worker.eof or len(out) > 1 << 28:
                    break
        except zlib.error:
            pass
        if len(out) >= 16:
            yield at, bytes(out)


def scan(folders: list[Path], needles: Needles) -> list[Hit]:
    """Every hit in every file below the folders; symbolic links are not followed, names of files are looked at too."""
    hits: list[Hit] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            hits += [Hit(path, label + " in a file name", at) for label, at in needles.find(path.name.encode())]
            if path.is_symlink() or not path.is_file():
                continue
            data = path.read_bytes()
            hits += [Hit(path, label, at) for label, at in needles.find(data)]
            hits += [Hit(path, label + " (deflated)", at) for at, inner in _inflated(data) for label, _ in needles.find(inner)]
    return hits
