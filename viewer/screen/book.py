"""The marks of a case, shared by all viewports: what is there, what is chosen, whether they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.tools.marks import Marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from viewer.tools.marks import Mark


class Book:
    """The marks; `changed` is called after every change."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.marks, self.shown = Marks(), True
        self.chosen: Mark | None = None
        self._changed = changed

    def add(self, mark: Mark) -> None:
        """Adds a mark; it is the chosen one."""
        self.take(self.marks.add(mark), mark)

    def take(self, marks: Marks, chosen: Mark | None = None) -> None:
        """Another state of all marks."""
        self.marks = marks
        self.chosen = chosen if chosen in marks.now else (marks.now[-1] if marks.now else None)
        self._changed()

    def undo(self) -> None:
        """The state before the last change."""
        self.take(self.marks.undo())

    def redo(self) -> None:
        """The change taken back, again."""
        self.take(self.marks.redo())

    def delete(self) -> None:
        """Takes the chosen mark out."""
        if self.chosen is not None:
            self.take(self.marks.remove(self.chosen))

    def toggle(self) -> None:
        """Shows or hides all marks."""
        self.shown = not self.shown
        self._changed()
