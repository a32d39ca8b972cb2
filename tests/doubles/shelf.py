"""A shelf of cases in memory: it keeps the rules of the real one (acts change states, letters and thumbnails come when asked)."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import datetime, timedelta

from app.worklist.row import Act, Due, OnDesk, Row, due_words
from app.worklist.shelf import Preview, PreviewQuestion, Thumb
from record.trouble import Kind, Trouble

LETTER = (
    "Mrs Okafor was found to have a 4.1 cm mass in the left upper lobe in March. Adenocarcinoma, EGFR wild type. Four cycles of "
    "carboplatin and pemetrexed, tolerated well. We would be glad of your opinion on resection, and on the nodes at the left hilum, "
    "which our board read differently. Lung function is being measured this week and will follow."
)


def _grey_square() -> bytes:
    """A PNG of 8 by 8 grey pixels (PNG specification, sections 5 and 11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows_of_grey = b"".join(b"\0" + bytes([96]) * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows_of_grey)) + chunk(b"IEND", b"")


THUMB = _grey_square()


def rows(now: datetime) -> list[Row]:
    """Six invented cases in six states."""

    def due(days: float) -> Due:
        return due_words(now + timedelta(days=days), now)

    ready: tuple[Act, ...] = ("read", "give_back")
    return [
        Row("c1", "a1", "Okafor, Ngozi", "F, 61 · 4471-0093", "Is surgery still an option after chemotherapy?",
            "Thoracic oncology · Dr A. Lindqvist, Uppsala", ("CT", "PET", "2 priors"), due(1),
            OnDesk("good", "Ready offline", "4,212 images, 1.1 GB", rank=1), ready),
        Row("c2", "a2", "Marchetti, Paolo", "M, 47 · 4471-0101", "Operate on the L4/5 disc, or wait?", "Spine · self-referred",
            ("MR", "CR"), due(3), OnDesk("good", "Ready offline", "draft saved 14:20", rank=1), ready),
        Row("c3", "a3", "Haddad, Samira", "F, 39 · 4471-0107", "Second look at the left breast calcifications",
            "Breast · Dr L. Romero, Valencia", ("MG", "US", "1 prior"), due(4),
            OnDesk("accent", "62 %, 3 min left", progress=0.62, rank=2), ("read", "pause", "give_back")),
        Row("c4", "a4", "Lund, Erik", "M, 72 · 4471-0110", "Does the aneurysm need treatment now?", "Vascular · board with 3 physicians",
            ("CT", "XA"), due(6), OnDesk("none", "Paused", "2.3 GB to come", rank=3), ("resume", "give_back")),
        Row("c5", "a5", "Girl of 8", "offered, name on acceptance", "Growth of the optic glioma since March?",
            "Neuroradiology · about 40 min", ("MR", "3 priors"), due(9), OnDesk("none", "Offered until Friday", rank=0),
            ("accept", "decline", "pause")),
        Row("c6", "a6", "Nwosu, Daniel", "M, 55 · 4471-0088", "Liver lesion, seen at two hospitals", "Abdomen", ("CT", "MR"),
            due_words(now, now, done=True), OnDesk("", "Received by the hospital", "receipt 7F3A-19C2, yesterday", level="good", rank=9),
            ("read",), done=True),
    ]  # fmt: skip


class ShelfInMemory:
    """Fulfils `app.worklist.shelf.Shelf`."""

    def __init__(self, now: datetime, cases: list[Row] | None = None) -> None:
        self.cases = rows(now) if cases is None else cases
        self.done: list[tuple[str, str, str]] = []

    def rows(self, now: datetime) -> list[Row]:
        return list(self.cases)

    def preview(self, case_id: str, now: datetime) -> Preview:
        row = self._row(case_id)
        if "accept" in row.acts:
            facts = (("Takes", "about 40 min"), ("Due", row.due.words), ("Stipend", "120 EUR"), ("Images", "MR, 3 priors, 1.4 GB"))
            return Preview(case_id, facts=facts, acts=row.acts)
        questions = (
            PreviewQuestion(1, "After four cycles the mass is smaller. Is resection an option, and which one?", from_patient=False),
            PreviewQuestion(2, "Are the lymph nodes at the left hilum involved?", from_patient=False),
            PreviewQuestion(3, "What happens if we only watch it?", from_patient=True),
        )
        thumbs = tuple(Thumb(f"t{number}", f"CT chest {number}", "12 Oct 2026") for number in range(4))
        return Preview(
            case_id,
            questions,
            letter_title="Referral letter",
            letter_object="letter",
            letter_pages=2,
            thumbs=thumbs,
            acts=row.acts,
        )

    def letter_text(self, case_id: str, object_id: str) -> str:
        return LETTER

    def thumbnail(self, case_id: str, object_id: str) -> bytes:
        return THUMB

    def act(self, case_id: str, act: Act, reason: str) -> None:
        row = self._row(case_id)
        if act not in row.acts:
            raise Trouble("This case cannot be changed so now.", "Look at its state in the worklist.", act, Kind.STATE)
        self.done.append((case_id, act, reason))
        after = OnDesk("none", {"accept": "Accepted, images come next"}.get(act, "Given back"), rank=3)
        self.cases = [replace(one, on_desk=after, acts=()) if one.case_id == case_id else one for one in self.cases]

    def _row(self, case_id: str) -> Row:
        return next(row for row in self.cases if row.case_id == case_id)
