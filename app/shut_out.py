"""What is left to do at a desk that its hospital shut out: to save what was signed and not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.from_vault.opinions import save_undelivered
from app.look.ask_place import ask_folder
from app.signin.shut_out import ShutOutPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.shell.job import Jobs
    from record.trouble import Trouble
    from sync.vault.vault import Vault


def shut_out_page(trouble: Trouble, vault: Vault, window: QWidget, jobs: Jobs) -> ShutOutPage:
    """The page that tells it; its saving runs in `jobs`."""
    page = ShutOutPage(trouble.what_happened, trouble.what_to_do, undelivered=len(vault.undelivered()))

    def save() -> None:
        folder = ask_folder(window, "A folder for the signed opinions")
        if folder is not None:
            jobs.start(lambda: save_undelivered(vault, folder), saved, page.show_trouble)

    def saved(count: int) -> None:
        page.show_progress(f"{count} saved.", None)

    page.quit_wanted.connect(window.close)
    page.save_wanted.connect(save)
    return page
