"""Saving the untouched original of an image: asked for once, fetched where it is not here, then written where the person chose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.shell.job import Jobs
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.reading.case import Cases

TITLE = "Save the original image; the file leaves the encrypted vault"
NAME = "original.dcm"
COMES = "The original comes as soon as the hospital is reached, and is saved then."
SAVED = "The original image is saved. That file is outside the encrypted vault."


class OriginalSaver(QObject):
    """Keeps in mind where originals are to be saved until they are here. The wish itself rests in the vault.

    Args:
        room: the window that the file dialog stands over.
        cases: gives the originals.
        say: shows a passing sentence.
        tell: shows a trouble.
    """

    def __init__(self, room: QWidget, cases: Cases, say: Callable[[str], None], tell: Callable[[Trouble], None]) -> None:
        super().__init__(room)
        self._room, self._cases, self._say, self._tell = room, cases, say, tell
        self._jobs = Jobs(self, threads=1)  # one after the other: nothing is saved twice
        self._waiting: dict[tuple[str, str], Path] = {}

    def save(self, case_id: str, sop_instance_uid: str) -> None:
        """Asks where to, then saves the original there, now or once it has come."""
        chosen, _ = QFileDialog.getSaveFileName(self._room, TITLE, NAME, "DICOM (*.dcm)")
        if chosen:
            self._waiting[case_id, sop_instance_uid] = Path(chosen)
            self._try(case_id, sop_instance_uid, asked=True)

    def arrived(self, case_id: str) -> None:
        """Originals of a case have come: what waits for them is saved."""
        for case, uid in list(self._waiting):
            if case == case_id:
                self._try(case, uid, asked=False)

    def close(self) -> None:
        """Lets go; a wish that was stored stays."""
        self._waiting.clear()
        self._jobs.stop()

    def _try(self, case_id: str, uid: str, *, asked: bool) -> None:
        def done(saved: bool | None) -> None:
            if saved or (saved is False and asked):
                self._say(SAVED if saved else COMES)

        def failed(trouble: Trouble) -> None:
            if trouble.kind is not Kind.DAMAGED:  # what is damaged is fetched again, and saved then
                self._waiting.pop((case_id, uid), None)
            self._tell(trouble)

        self._jobs.start(lambda: self._saved(case_id, uid), done, failed)

    def _saved(self, case_id: str, uid: str) -> bool | None:
        """In the thread: True where it is saved now, False where it has to come first, None where it was saved before."""
        path = self._waiting.get((case_id, uid))
        if path is None:
            return None
        if not self._cases.want_original(case_id, uid):
            return False
        _write(path, self._cases.take_out_original(case_id, uid))
        self._waiting.pop((case_id, uid), None)
        return True


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        remedy = "Choose another folder, or make room there."
        raise Trouble("The original image cannot be saved there.", remedy, f"errno {error.errno}", Kind.STORAGE) from error
