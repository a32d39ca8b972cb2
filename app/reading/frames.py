"""Frames out of the vault: the viewer's `FrameSource` for one case."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.reading.case import Cases


class CaseFrames:
    """Fulfils `viewer.load.source.FrameSource`.

    An object whose bytes are not what they should be is told of once (`damaged`, from whatever thread found it) and asked for again by the
    caller; the image that needed it gets the trouble as its answer.
    """

    def __init__(self, cases: Cases, case_id: str, damaged: Callable[[str], None]) -> None:
        self._cases, self._case_id, self._damaged = cases, case_id, damaged

    def frame_bytes(self, object_id: str, offset: int, length: int) -> bytes:
        """The coded bytes of one frame; raises `Trouble` (DAMAGED, LOCKED, STORAGE)."""
        with self._watched(object_id):
            return self._cases.frame_bytes(self._case_id, object_id, offset, length)

    def lend_frame(self, object_id: str, offset: int, length: int) -> memoryview:
        """The same in memory that may be written over when this thread is lent a frame again."""
        with self._watched(object_id):
            return self._cases.lend_frame(self._case_id, object_id, offset, length)

    @contextmanager
    def _watched(self, object_id: str) -> Iterator[None]:
        try:
            yield
        except Trouble as trouble:
            if trouble.kind is Kind.DAMAGED:
                self._damaged(object_id)
            raise
