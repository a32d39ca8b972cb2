"""Every subsystem's state in words, from the vault and the engine."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.settings.about import version
from app.settings.status import StatusRow
from app.worklist.row import date_words, local_now, size_words
from record.signature.authority import holds_until
from record.trouble import Trouble
from sync.vault import unlocking
from viewer.load.memory import Memory
from viewer.screen.which_back_end import BY_PROCESSOR, Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.shell.foot_words import Board
    from sync.vault.vault import Vault

_LITTLE = 5_000_000_000  # bytes free on the disk, below which a person should know


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """Fulfils `app.settings.status.StatusSource`; `board` gives what is known of the hospital, `drawn` what draws the images."""

    vault: Vault
    board: Callable[[], Board]
    drawn: Callable[[], Choice] = lambda: Choice(False, BY_PROCESSOR)

    def status(self) -> tuple[StatusRow, ...]:
        """The rows; one that cannot be told says so and hides no other."""
        parts = (
            self._hospital,
            self._account,
            self._lease,
            self._signing,
            self._keys,
            self._index,
            self._disk,
            self._images,
            self._program,
        )
        return tuple(_told(part) for part in parts)

    def _hospital(self) -> StatusRow:
        board = self.board()
        address = self.vault.home().address
        if board.reached is None:
            return StatusRow("Hospital", "none", "Not asked yet.", address)
        if not board.reached:
            return StatusRow("Hospital", "warn", "Not reached. Everything but the sending works.", address)
        at = f" Up to date at {board.synced_at.astimezone():%H:%M}." if board.synced_at else ""
        return StatusRow("Hospital", "good", f"Reached over its own pinned connection.{at}", address)

    def _account(self) -> StatusRow:
        enrolment = self.vault.home().enrolment
        return StatusRow("Account", "good", f"{enrolment.physician.name}, {enrolment.hospital}.", f"device {enrolment.device[:8]}")

    def _lease(self) -> StatusRow:
        lease = self.vault.lease()
        if lease.trouble is not None:
            return StatusRow("Offline work", "bad", f"{lease.trouble.what_happened} {lease.trouble.what_to_do}", lease.trouble.details)
        until = f"until {date_words(lease.until, local_now())}" if lease.until else "as long as the hospital allows"
        return StatusRow("Offline work", "good", f"This computer may work without the hospital {until}.")

    def _signing(self) -> StatusRow:
        until = holds_until(self.vault.certificate())
        if until is None:
            return StatusRow("Signing", "warn", "The certificate has not come yet; the hospital must approve this desk.")
        day = f"{until.day} {until:%b %Y}"
        return StatusRow("Signing", "good", f"The certificate of this desk holds until {day}; the key never leaves this computer.")

    def _keys(self) -> StatusRow:
        header = unlocking.read_header(self.vault.folder)
        if header.backend == unlocking.PASSPHRASE_ALONE:
            return StatusRow("Keys", "good", "The vault rests on your passphrase alone.")
        return StatusRow("Keys", "good", "The vault rests on this computer's keyring and your passphrase.", header.backend)

    def _index(self) -> StatusRow:
        found = self.vault.damage()
        if found:
            return StatusRow("Vault", "bad", "Something in the vault's index is damaged. Call IT before you go on.", "; ".join(found)[:300])
        return StatusRow("Vault", "good", "The index, the drafts and the audit chain are sound.")

    def _disk(self) -> StatusRow:
        free = shutil.disk_usage(self.vault.folder).free
        words = f"{size_words(free)} free."
        return StatusRow("Disk", "good" if free > _LITTLE else "warn", words if free > _LITTLE else f"Only {words} Make room soon.")

    def _images(self) -> StatusRow:
        drawn, room = self.drawn(), f"decoded images may take {size_words(Memory().budget)} of memory"
        words = f"{drawn.words} Volumes are drawn by VTK in a window of their own."
        return StatusRow("Images", "good", words, "; ".join(filter(None, (drawn.details, room))))

    def _program(self) -> StatusRow:
        from PySide6.QtCore import qVersion  # noqa: PLC0415  late import: only a version

        return StatusRow("Program", "good", f"Overread {version()}.", f"Python {sys.version.split()[0]}, Qt {qVersion()}, {sys.platform}")


def _told(part: Callable[[], StatusRow]) -> StatusRow:
    try:
        return part()
    except Trouble as trouble:
        name = getattr(part, "__name__", "").strip("_").capitalize()
        return StatusRow(name, "bad", f"{trouble.what_happened} {trouble.what_to_do}", trouble.details)
