"""The thumbnails of a case's series, as they lie in the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from record.trouble import Trouble

if TYPE_CHECKING:
    from app.reading.case import Cases


def thumbnails(cases: Cases, case_id: str, wanted: list[tuple[str, str]]) -> list[tuple[str, QImage]]:
    """The pictures of (series, object) pairs; belongs in a thread. One that is not here is left out: it is not worth a word."""
    made = []
    for uid, object_id in wanted:
        try:
            made.append((uid, QImage.fromData(cases.object_bytes(case_id, object_id))))
        except Trouble:
            continue
    return made
