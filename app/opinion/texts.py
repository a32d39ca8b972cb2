"""The texts of the cases: one for each, shared by the rooms that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.opinion.text import OpinionText

if TYPE_CHECKING:
    from app.opinion.kept import Kept
    from app.reading.case import Cases


class Texts(QObject):
    """Gives the text of a case; the case one left keeps its text until another is asked for.

    Signals: `kept()` what was written is in the vault, `not_kept(Trouble)` it is not.
    """

    kept = Signal()
    not_kept = Signal(object)

    def __init__(self, cases: Cases, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cases = cases
        self._text: OpinionText | None = None

    def of(self, case_id: str) -> OpinionText | None:
        """The text of a case where it is open already."""
        return self._text if self._text is not None and self._text.case_id == case_id else None

    def open(self, case_id: str, kept: Kept) -> OpinionText:
        """The text of a case; `kept` is how it was left, where it is not open yet."""
        text = self.of(case_id)
        if text is None:
            self.close()
            text = self._text = OpinionText(case_id, kept, self._cases.keeper(case_id), self)
            text.kept.connect(lambda _at: self.kept.emit())
            text.not_kept.connect(self.not_kept)
        return text

    @property
    def all_kept(self) -> bool:
        """Whether the vault holds everything that was written."""
        return self._text is None or self._text.all_kept

    def flush(self) -> None:
        """Keeps what is not kept yet."""
        if self._text is not None:
            self._text.flush()

    def close(self) -> None:
        """Keeps and closes the open text."""
        if self._text is not None:
            self._text.flush()
            self._text.deleteLater()
            self._text = None
