"""Marks on images as values, and their history: every change can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

Point = tuple[float, float]  # column_row


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on one frame; `kind` is "length", "angle", "arrow", "text" …; points are `column_row`."""

    kind: str
    sop_instance_uid: str
    frame: int
    points: tuple[Point, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a case with what can be undone and redone; a value: every act gives a new one."""

    now: tuple[Mark, ...] = ()
    before: tuple[tuple[Mark, ...], ...] = ()
    after: tuple[tuple[Mark, ...], ...] = ()

    def on(self, sop_instance_uid: str, frame: int) -> tuple[Mark, ...]:
        """The marks of one frame."""
        return tuple(m for m in self.now if m.sop_instance_uid == sop_instance_uid and m.frame == frame)

    def add(self, mark: Mark) -> Marks:
        """With one more."""
        return self._to((*self.now, mark))

    def remove(self, mark: Mark) -> Marks:
        """Without one."""
        return self._to(tuple(m for m in self.now if m != mark))

    def change(self, mark: Mark, into: Mark) -> Marks:
        """With one put in another's place."""
        return self._to(tuple(into if m == mark else m for m in self.now))

    def undo(self) -> Marks:
        """One step back; itself where there is none."""
        if not self.before:
            return self
        return replace(self, now=self.before[-1], before=self.before[:-1], after=(self.now, *self.after))

    def redo(self) -> Marks:
        """One step on again; itself where there is none."""
        if not self.after:
            return self
        return replace(self, now=self.after[0], before=(*self.before, self.now), after=self.after[1:])

    def _to(self, marks: tuple[Mark, ...]) -> Marks:
        return Marks(marks, (*self.before, self.now), ())
