"""Saving the untouched original of an image: asked for once, fetched where it is not here, then written where the person chose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.look.ask_place import ask_file
from app.shell.job import Jobs
from record.trouble import Kind, Trouble
from sync.vault.values import Awaited

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.reading.case import Cases

TITLE = "Save the original image; the file leaves the encrypted vault"
NAME = "original.dcm"
COMES = "The original comes as soon as the hospital is reached, and is saved then."
SAVED = "The original image is saved. That file is outside the encrypted vault."
_PASSING = (Kind.STATE, Kind.LOCKED)  # its case has not come again yet, or the desk locks: saved later


class OriginalSaver(QObject):
    """Saves originals where the person chose. Wish and place rest in the vault until it is done, through lock and restart.

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

    def save(self, case_id: str, sop_instance_uid: str) -> None:
        """Asks where to, then saves the original there, now or once it has come."""
        chosen = ask_file(self._room, TITLE, NAME, "DICOM (*.dcm)")
        if chosen is not None:
            self._jobs.start(
                lambda: self._saved(Awaited(case_id, sop_instance_uid, str(chosen))),
                lambda saved: self._say(SAVED if saved else COMES),
                self._tell,
            )

    def begin(self) -> None:
        """The desk is unlocked: what was wished for before is wished for again, and saved where it is here."""
        self._take_up("")

    def arrived(self, case_id: str) -> None:
        """Originals of a case have come: what waits for them is saved."""
        self._take_up(case_id)

    def close(self) -> None:
        """Lets go; wishes and their places stay in the vault."""
        self._jobs.stop()

    def _take_up(self, case_id: str) -> None:
        def done(saved: bool) -> None:
            if saved:
                self._say(SAVED)

        self._jobs.start(lambda: self._saved_all(case_id), done, self._failed)

    def _failed(self, trouble: Trouble) -> None:
        if trouble.kind not in _PASSING:
            self._tell(trouble)

    def _saved_all(self, case_id: str) -> bool:
        """In the thread: whether one was saved. What cannot be saved now is told after the others were tried."""
        saved, troubles = False, []
        for one in self._cases.originals_awaited():
            if case_id in ("", one.case):
                try:
                    saved |= self._saved(one)
                except Trouble as trouble:
                    troubles.append(trouble)
        if troubles:
            raise min(troubles, key=lambda told: told.kind in _PASSING)
        return saved

    def _saved(self, one: Awaited) -> bool:
        """In the thread: whether it is saved now; else it has to come first."""
        if not self._cases.want_original(one.case, one.sop_instance_uid, one.place):
            return False
        data = self._cases.take_out_original(one.case, one.sop_instance_uid)
        try:
            _write(Path(one.place), data)
        finally:
            self._cases.original_saved(one.case, one.sop_instance_uid)  # also where it cannot be written: the person is told, and asks anew
        return True


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        remedy = "Choose another folder, or make room there."
        raise Trouble("The original image cannot be saved there.", remedy, f"errno {error.errno}", Kind.STORAGE) from error
