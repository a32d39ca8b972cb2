"""Object files: sealed under their case's key, named by HMAC, in a folder of the case, written once."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.seal.commit import commit
from sync.seal.keys import folder_name, object_name
from sync.seal.reader import SealedReader
from sync.seal.writer import PartWriter, storage_trouble

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sync.seal.keys import CaseKey

    Piece = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that stands in the store: what its row will hold."""

    object: str
    length: int
    file_id: bytes


class ObjectStore:
    """Sealed files below one folder: a name is written once and never changed. Any thread; one process at a time writes a case's files."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._writing = threading.Lock()
        self._settling = threading.Lock()
        self._pending: dict[Path, Stored] = {}  # sealed and not settled: the same bytes again are the same file

    def path(self, key: CaseKey, object_id: str) -> Path:
        """Where an object stands."""
        return self._root / folder_name(key) / object_name(key, object_id)

    def put(self, key: CaseKey, data: bytes | memoryview) -> Stored:
        """Seals bytes into a `.part`; `settle` gives it its name. Bytes that stand there already are not written again.

        Raises:
            Trouble: STORAGE.
        """
        object_id = hashlib.sha256(data).hexdigest()
        path = self.path(key, object_id)
        with self._writing:
            if path not in self._pending:
                self._pending[path] = self._sealed(path, key, object_id, data)
            return self._pending[path]

    def _sealed(self, path: Path, key: CaseKey, object_id: str, data: bytes | memoryview) -> Stored:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise storage_trouble(error) from error
        if path.exists():
            with SealedReader(path, key) as reader:
                return Stored(object_id, reader.length, reader.file_id)
        with PartWriter(path, key, len(data), digest=object_id) as writer:
            if writer.received:  # left by an import that was killed: begun again, since its rest is at hand anyway
                writer.discard()
            else:
                try:
                    writer.write(data)
                    writer.finish()
                except Trouble:
                    writer.discard()  # on a full disk a piece of a file is room that is missed
                    raise
                return Stored(object_id, len(data), writer.file_id)
        return self._sealed(path, key, object_id, data)

    def settle(self, key: CaseKey, objects: Iterable[Stored]) -> None:
        """Makes what `put` wrote durable under its names: fsync all, rename, fsync the folder; meanwhile others may `put`."""
        paths = {self.path(key, one.object) for one in objects}
        try:
            with self._settling:
                commit([one for one in paths if not one.exists()])
        finally:  # what could not be made durable is written again from its source
            with self._writing:
                for one in paths:
                    self._pending.pop(one, None)

    def open(self, key: CaseKey, object_id: str, file_id: bytes) -> SealedReader:
        """An object for reading at any place; raises `Trouble` DAMAGED, STORAGE."""
        return SealedReader(self.path(key, object_id), key, file_id)

    def read(self, key: CaseKey, object_id: str, file_id: bytes) -> bytes:
        """All of an object, checked against its name; raises `Trouble` DAMAGED."""
        with self.open(key, object_id, file_id) as reader:
            data = reader.read()
        if hashlib.sha256(data).hexdigest() != object_id:
            raise Trouble("A stored record is damaged.", "Put back the data folder from the last backup.", "object digest", Kind.DAMAGED)
        return data
