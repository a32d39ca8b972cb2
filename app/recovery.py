"""The way through a forgotten passphrase: which page comes after which, and what is done in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.signin.forgot import AnswerPage, ForgotPage
from sync.protocol.recovery import check_code, to_text
from sync.vault import recovery
from sync.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.shell.job import Jobs
    from record.trouble import Trouble
    from sync.protocol.recovery import RecoveryRequest


class RecoveryPages:
    """Shows the pages of a recovery.

    Args:
        folder: the vault's.
        jobs: one at a time.
        show: puts a page on the screen.
        back: to the unlock page.
        let_go: gives the vault's files free, where this process holds them.
        opened: takes the vault that is open again.
    """

    def __init__(
        self,
        folder: Path,
        jobs: Jobs,
        *,
        show: Callable[[QWidget], None],
        back: Callable[[], object],
        let_go: Callable[[], None],
        opened: Callable[[Vault], None],
    ) -> None:
        self._folder, self._jobs = folder, jobs
        self._show, self._back, self._let_go, self._opened = show, back, let_go, opened

    def begin(self) -> None:
        """The page that waits for an answer, where one is awaited; else the one that asks."""
        asked = recovery.asked(self._folder)
        if asked is None:
            self._show_forgot()
        else:
            self._show_answer(asked)

    def _show_forgot(self) -> None:
        page = ForgotPage()
        page.back_wanted.connect(self._back)
        page.ask_wanted.connect(lambda passphrase: self._ask(page, passphrase))
        self._show(page)

    def _ask(self, page: ForgotPage, passphrase: str) -> None:
        page.busy(True)
        folder = self._folder

        def failed(trouble: Trouble) -> None:
            page.busy(False)
            page.show_trouble(trouble)

        self._jobs.start(lambda: recovery.ask(folder, passphrase), self._show_answer, failed)

    def _show_answer(self, request: RecoveryRequest) -> None:
        page = AnswerPage(to_text(request), check_code(request))
        page.back_wanted.connect(self._back)
        page.again_wanted.connect(self._show_forgot)
        page.open_wanted.connect(lambda passphrase, answer: self._open(page, passphrase, answer))
        self._show(page)

    def _open(self, page: AnswerPage, passphrase: str, answer: str) -> None:
        page.busy(True)
        folder, let_go = self._folder, self._let_go

        def work() -> Vault:
            let_go()
            return Vault.recover(folder, passphrase, answer)

        def failed(trouble: Trouble) -> None:
            page.busy(False)
            page.show_trouble(trouble)

        self._jobs.start(work, self._opened, failed)
