"""The verdict on one first diagnosis: what the records say of it, how sure, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.words import Words
from app.opinion.choices import Choices
from app.opinion.fields import BoundField
from app.opinion.places import with_verdict
from record.opinion.draft import Confidence, DiagnosisVerdict, Verdict

if TYPE_CHECKING:
    from app.opinion.text import OpinionText

VERDICTS: tuple[tuple[str, str], ...] = (
    (Verdict.CONFIRMED.value, "Confirmed"),
    (Verdict.REFINED.value, "Refined"),
    (Verdict.CHANGED.value, "Changed"),
    (Verdict.CANNOT_JUDGE.value, "Cannot be judged from these records"),
)
CONFIDENCES: tuple[tuple[str, str], ...] = (
    (Confidence.LOW.value, "Low confidence"),
    (Confidence.MODERATE.value, "Moderate"),
    (Confidence.HIGH.value, "High"),
)


class VerdictRow(QWidget):
    """One diagnosis with its verdict, its confidence and the reason."""

    def __init__(self, name: str, text: OpinionText, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._text, self._number = text, number
        diagnosis = self._now().diagnosis
        self._verdict = Choices(f"{name}-choice", f"Verdict on {diagnosis}", VERDICTS)
        self._confidence = Choices(f"{name}-confidence", f"Confidence in the verdict on {diagnosis}", CONFIDENCES)
        self.reason = BoundField(f"{name}-reason", f"Reason for the verdict on {diagnosis}", "Because")
        self.reason.bind(text, f"verdicts/{number}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (Words(diagnosis, wrap=True), self._verdict, self._confidence, self.reason):
            column.addWidget(widget)
        self._verdict.chosen.connect(self._choose)
        self._confidence.chosen.connect(self._be_sure)
        self.show_verdict()

    def first(self) -> QWidget:
        """Where the keyboard begins."""
        return self._verdict.findChildren(QWidget)[0]

    def show_verdict(self) -> None:
        """Shows what the text holds."""
        now = self._now()
        self._verdict.set_value(now.verdict.value if now.verdict else "")
        self._confidence.set_value(now.confidence.value if now.confidence else "")

    def _now(self) -> DiagnosisVerdict:
        return self._text.draft.verdicts[self._number]

    def _choose(self, value: str) -> None:
        self._put(replace(self._now(), verdict=Verdict(value) if value else None))

    def _be_sure(self, value: str) -> None:
        self._put(replace(self._now(), confidence=Confidence(value) if value else None))

    def _put(self, verdict: DiagnosisVerdict) -> None:
        self._text.change(f"verdicts/{self._number}", lambda draft: with_verdict(draft, self._number, verdict))
