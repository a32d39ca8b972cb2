"""The sheet behind the gear: settings, status, keys, about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.look.buttons import Button
from app.look.sheet import Sheet
from app.look.theme import current
from app.look.tokens import DARK
from app.settings.about_page import AboutPage
from app.settings.keys_page import KeysPage
from app.settings.settings_page import SettingsPage
from app.settings.status_page import StatusPage

if TYPE_CHECKING:
    from app.settings.model import Settings
    from app.settings.status import StatusSource

_WIDTH = 760
_HEIGHT = 520
_AROUND = 290  # title, tabs, buttons and margins, at the usual size of text


class SettingsSheet(Sheet):
    """One sheet, four pages; `lock_wanted()` from its foot."""

    PAGES: ClassVar[tuple[tuple[str, str], ...]] = (("settings", "Settings"), ("status", "Status"), ("keys", "Keys"), ("about", "About"))

    lock_wanted = Signal()

    def __init__(self, over: QWidget, settings: Settings, status: StatusSource, *, page: str = "settings", scope: str = "") -> None:
        super().__init__(over, "Settings", name="settings-sheet", width=_WIDTH)
        self._tabs: dict[str, Button] = {}
        self._stack = QStackedWidget()
        made: dict[str, QWidget] = {
            "settings": SettingsPage(settings),
            "status": StatusPage(status),
            "keys": KeysPage(settings, scope),
            "about": AboutPage(),
        }
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, words in self.PAGES:
            tab = Button(words, "plain", name=f"tab-{name}")
            tab.setCheckable(True)
            tab.clicked.connect(lambda _=False, name=name: self.show_page(name))
            row.addWidget(tab)
            self._tabs[name] = tab
            self._stack.addWidget(made[name])
        row.addStretch()
        self._pages = made
        self.body.addLayout(row)
        scale = current().size_text / DARK.size_text
        self._stack.setFixedHeight(min(_HEIGHT, max(over.height() - round(_AROUND * scale), 160)))
        self.body.addWidget(self._stack)
        self._foot()
        self.closed.connect(made["status"].close)
        self.show_page(page)

    def _foot(self) -> None:
        close = Button("Close", key="Esc", name="settings-close")
        lock = Button("Lock the desk", "plain", key="Ctrl+L", name="settings-lock")
        close.clicked.connect(self.close_sheet)
        lock.clicked.connect(self.lock_wanted)
        self.actions.addWidget(close)
        self.actions.addWidget(lock)
        self.actions.addStretch()

    def first_focus(self) -> QWidget | None:
        """The tab of the page that is shown."""
        return next((tab for tab in self._tabs.values() if tab.isChecked()), None)

    def show_page(self, name: str) -> None:
        """Shows one of the pages."""
        self._stack.setCurrentWidget(self._pages[name])
        if any(tab.hasFocus() for tab in self._tabs.values()):
            self._tabs[name].setFocus(Qt.FocusReason.OtherFocusReason)
        for own, tab in self._tabs.items():
            tab.setChecked(own == name)
        self.title.setText(dict(self.PAGES)[name])
