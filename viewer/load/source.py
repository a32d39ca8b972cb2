"""Where the viewer's frames come from; fulfilled by `app/desk.py` from the vault, and by tests from files."""

from __future__ import annotations

from typing import Protocol


class FrameSource(Protocol):
    """Bytes of frames, by the names that the case's index gave."""

    def frame_bytes(self, object_id: str, offset: int, length: int) -> bytes:
        """The coded bytes of one frame; thread-safe; raises `Trouble` (DAMAGED, LOCKED, STORAGE)."""
        ...

    def lend_frame(self, object_id: str, offset: int, length: int) -> memoryview:
        """The same in memory that may be written over when this thread is lent a frame again."""
        ...
