"""The sealed files of the cases: where they stand, open readers kept at hand, and their removal."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.seal.keys import folder_name, object_name
from sync.seal.reader import SealedReader
from sync.seal.writer import PART, PartWriter, storage_trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.seal.keys import CaseKey

_OPEN_FILES = 128


@dataclass(slots=True)
class _Held:
    """An open reader, how many threads read from it now, and whether it is to be closed after them."""

    reader: SealedReader
    users: int = 0
    gone: bool = False


class ObjectFiles:
    """All sealed files below one folder, `<case folder>/<name>`, both names by HMAC."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._held: OrderedDict[tuple[bytes, str], _Held] = OrderedDict()

    def path(self, key: CaseKey, object_id: str) -> Path:
        """Where an object's file stands."""
        return Path(self._place(key, object_id))

    def _place(self, key: CaseKey, object_id: str) -> str:
        """The same as text: where a thousand images are opened one after another, pathlib takes a tenth of the time."""
        return f"{self._folder}/{folder_name(key)}/{object_name(key, object_id)}"

    def writer(self, key: CaseKey, object_id: str, length: int) -> PartWriter:
        """A writer of its `.part`, taking up one that is there. Raises `Trouble` (STORAGE)."""
        path = self.path(key, object_id)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_trouble(error) from error
        return PartWriter(path, key, length)

    @contextmanager
    def reader(self, key: CaseKey, object_id: str, file_id: bytes) -> Iterator[SealedReader]:
        """An open reader; kept open for the next one. Raises `Trouble` (DAMAGED, STORAGE)."""
        held = self._take((key.id, object_id), key, object_id, file_id)
        try:
            yield held.reader
        finally:
            with self._guard:
                held.users -= 1
                if held.gone and not held.users:
                    held.reader.close()

    def forget(self, key: CaseKey, object_id: str) -> None:
        """Closes the reader of a file that is replaced or damaged."""
        with self._guard:
            self._retire((key.id, object_id))

    def close(self) -> None:
        """Closes all readers."""
        with self._guard:
            for name in list(self._held):
                self._retire(name)

    def remove_all(self, key: CaseKey) -> None:
        """Removes every file of a case. Raises `Trouble` (STORAGE)."""
        with self._guard:
            for name in [name for name in self._held if name[0] == key.id]:
                self._retire(name)
        try:
            shutil.rmtree(self._folder / folder_name(key))
        except FileNotFoundError:
            return
        except OSError as error:
            raise storage_trouble(error) from error

    def remove_others(self, key: CaseKey, keep: frozenset[str]) -> None:
        """Removes the files of a case that belong to none of the objects in `keep`."""
        folder = self._folder / folder_name(key)
        names = {object_name(key, one) for one in keep}
        for path in list(folder.iterdir()) if folder.is_dir() else []:
            if path.name.removesuffix(PART) not in names:
                path.unlink(missing_ok=True)

    def _take(self, name: tuple[bytes, str], key: CaseKey, object_id: str, file_id: bytes) -> _Held:
        with self._guard:
            held = self._held.get(name)
            if held is not None and held.reader.file_id == file_id:
                self._held.move_to_end(name)
                held.users += 1
                return held
            if held is not None:
                self._retire(name)
        fresh = _Held(SealedReader(self._place(key, object_id), key, file_id), users=1)
        with self._guard:
            if name in self._held:
                fresh.gone = True  # another thread was faster: this one is closed after use
                return fresh
            self._held[name] = fresh
            while len(self._held) > _OPEN_FILES:
                self._retire(next(iter(self._held)))
        return fresh

    def _retire(self, name: tuple[bytes, str]) -> None:
        held = self._held.pop(name, None)
        if held is None:
            return
        held.gone = True
        if not held.users:
            held.reader.close()
