"""Fetching objects: bundles streamed into sealed `.part` files while they are hashed, made durable batch by batch.

*bundle → hash while sealing → batch: fsync all, rename, fsync folder → index rows.* Whatever is killed in between is taken up: a whole
file without its row is read and adopted, a `.part` goes on from its last sealed chunk.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.bundle import Missing, ObjectBytes, ObjectEnd, ObjectHead, Parser
from sync.protocol.messages import BundleRequest
from sync.protocol.steps import Step, reached
from sync.seal.commit import rename_parts, sync_parts
from sync.seal.reader import SealedReader
from sync.vault.values import Stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.engine.client import Client
    from sync.engine.wire import Wire
    from sync.seal.writer import PartWriter
    from sync.vault.values import Wanted
    from sync.vault.vault import Vault

BATCH_OBJECTS = 64
BATCH_BYTES = 64 * 1024 * 1024
BUNDLE_OBJECTS = 512
BUNDLE_BYTES = 512 * 1024 * 1024
MOST_FAILURES = 3


@dataclass(slots=True)
class Tally:
    """What a round of fetching did."""

    objects: int = 0
    bytes: int = 0
    missing: list[tuple[Wanted, str]] = field(default_factory=list)
    wrong: list[Wanted] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> float:
        """Bytes a second so far."""
        elapsed = time.monotonic() - self.started
        return self.bytes / elapsed if elapsed > 0 else 0.0


class Fetch:
    """One case's wanted objects, fetched in one bundle after the other.

    Args:
        moved: is told after each batch (rows are on disk).
        go_on: is asked between pieces; False stops after what is whole was committed.
    """

    def __init__(self, vault: Vault, case: str, tally: Tally, moved: Callable[[], None], go_on: Callable[[], bool]) -> None:
        self._vault = vault
        self._parts = vault.parts
        self._case = case
        self._key = self._parts.keys.get(case)
        self._tally = tally
        self._moved = moved
        self._go_on = go_on
        self._batch: list[tuple[Wanted, PartWriter]] = []
        self._batch_bytes = 0
        self._writer: PartWriter | None = None

    def run(self, client: Client, wire: Wire, wanted: list[Wanted]) -> None:
        """Fetches as much as can be had.

        Raises:
            Trouble: NETWORK (cut: what is whole is kept), STORAGE (disk full), REFUSED, DAMAGED (not a bundle).
        """
        left = [one for one in wanted if not self._adopt(one)]
        self._commit()
        while left and self._go_on():
            bundle, left = _split(left)
            self._bundle(client, wire, bundle)

    def _adopt(self, wanted: Wanted) -> bool:
        """Takes a file that stands under its name without a row (killed between the two), where it is what its name says."""
        path = self._parts.objects.path(self._key, wanted.object)
        if not path.exists():
            return False
        try:
            with SealedReader(path, self._key) as reader:
                digest = hashlib.sha256()
                for at in range(0, reader.length, 1 << 22):
                    digest.update(reader.read(at, min(1 << 22, reader.length - at)))
                if digest.hexdigest() != wanted.object or reader.length != wanted.length:
                    return False
                self._store([Stored(wanted.case, wanted.object, reader.file_id)])
        except Trouble:
            return False
        return True

    def _bundle(self, client: Client, wire: Wire, wanted: list[Wanted]) -> None:
        by_name = {one.object: one for one in wanted}
        offsets = [(one.object, offset) for one in wanted for offset in [self._offset(one)] if offset is not None]
        if not offsets:
            self._commit()
            return
        parser = Parser()
        try:
            with client.bundle(wire, BundleRequest(objects=offsets)) as pieces:
                for piece in pieces:
                    for event in parser.feed(piece):
                        self._take(event, by_name)
                    if not self._go_on():
                        return
                parser.close()
        finally:
            self._put_down()
            self._commit()

    def _offset(self, wanted: Wanted) -> int | None:
        """Where the hospital goes on: after the sealed chunks of a `.part` that was left; None where that one is whole."""
        path = self._parts.objects.path(self._key, wanted.object)
        if not path.with_name(path.name + ".part").exists():
            return 0
        with self._parts.objects.writer(self._key, wanted.object, wanted.length) as writer:
            if writer.received == wanted.length and writer.complete:
                self._finish(wanted, writer)
                return None
            return writer.received

    def _take(self, event: object, by_name: dict[str, Wanted]) -> None:
        match event:
            case ObjectHead():
                self._begin(event, by_name)
            case ObjectBytes(data):
                if self._writer is not None:
                    self._writer.write(data)
                    self._tally.bytes += len(data)
            case ObjectEnd(name):
                self._end(by_name[name])
            case Missing(name, reason):
                if name in by_name:
                    self._tally.missing.append((by_name[name], reason))

    def _begin(self, head: ObjectHead, by_name: dict[str, Wanted]) -> None:
        wanted = by_name.get(head.object)
        if wanted is None or head.total != wanted.length:
            raise Trouble(
                "Records arrived that were not asked for.",
                "Nothing was taken from them; they are fetched again by themselves.",
                details="bundle: another object or length",
                kind=Kind.DAMAGED,
            )
        self._writer = self._parts.objects.writer(self._key, wanted.object, wanted.length)
        if self._writer.received != head.offset:
            self._writer.close()
            self._writer = None
            if head.length:
                self._tally.wrong.append(wanted)

    def _end(self, wanted: Wanted) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if writer.received < wanted.length:
            writer.close()
            return
        self._finish(wanted, writer)

    def _finish(self, wanted: Wanted, writer: PartWriter) -> None:
        if writer.finish() != wanted.object:
            writer.discard()
            self._tally.wrong.append(wanted)
            return
        reached(Step.PART_WRITTEN)
        self._batch.append((wanted, writer))
        self._batch_bytes += wanted.length
        if len(self._batch) >= BATCH_OBJECTS or self._batch_bytes >= BATCH_BYTES:
            self._commit()

    def _put_down(self) -> None:
        """Leaves an object in its middle; its sealed chunks stay."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
            reached(Step.PART_WRITTEN)

    def _commit(self) -> None:
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        if not batch:
            return
        finals = [writer.final for _, writer in batch]
        sync_parts(finals)
        reached(Step.BATCH_SYNCED)
        for wanted, _ in batch:
            self._parts.objects.forget(self._key, wanted.object)
        rename_parts(finals)
        reached(Step.BATCH_RENAMED)
        self._store([Stored(wanted.case, wanted.object, writer.file_id) for wanted, writer in batch])

    def _store(self, stored: list[Stored]) -> None:
        self._parts.index.store_rows(stored)
        reached(Step.ROWS_STORED)
        self._vault.forget_files(self._case)
        self._tally.objects += len(stored)
        self._moved()


def _split(wanted: list[Wanted]) -> tuple[list[Wanted], list[Wanted]]:
    """What goes into the next bundle, and the rest."""
    size = 0
    for count, one in enumerate(wanted):
        if count and (count >= BUNDLE_OBJECTS or size + one.length > BUNDLE_BYTES):
            return wanted[:count], wanted[count:]
        size += one.length
    return wanted, []
