"""The desk was shut out by its hospital: nothing can be read; what was signed and not sent can be saved as files."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.look.buttons import Button
from app.signin.page import Page


class ShutOutPage(Page):
    """Tells it; `save_wanted()` asks for a folder for the signed opinions that were not sent, `quit_wanted()` closes the desk."""

    save_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, head: str, words: str, *, undelivered: int) -> None:
        super().__init__(head, words, name="page-shut-out")
        count = "One signed opinion was" if undelivered == 1 else f"{undelivered} signed opinions were"
        self.save = Button("Save as files…", "go", name="shut-out-save")
        self.save.setVisible(bool(undelivered))
        self.quit = Button("Close", "plain", name="shut-out-close")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.save)
        row.addWidget(self.quit)
        row.addStretch()
        self.column.addLayout(row)
        self.close_column()
        if undelivered:
            self.show_progress(f"{count} not sent. Saved files are not encrypted: give them to the hospital, then delete them.", None)
        self.save.clicked.connect(self.save_wanted)
        self.quit.clicked.connect(self.quit_wanted)
