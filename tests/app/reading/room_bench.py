"""A Reading room on a desk with a case in it, as the tests of the room use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.look.theme import apply
from app.opinion.texts import Texts
from app.reading.window import ReadingRoom
from app.shell.top import PatientLine
from app.shell.window import DeskWindow
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from app.opinion.fields import BoundField
    from app.opinion.text import OpinionText
    from tests.doubles.demo_case import DemoCase
    from viewer.screen.viewport import Viewport

LIMIT = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Bench:
    """A room on a desk, with a case in it."""

    window: DeskWindow
    room: ReadingRoom
    case: DemoCase
    texts: Texts
    bot: QtBot

    def wait(self, holds: Callable[[], bool]) -> None:
        self.bot.waitUntil(holds, timeout=LIMIT)

    def open(self) -> None:
        with self.bot.waitSignal(self.room.first_image, timeout=LIMIT):
            self.window.go(self.room.name, self.case.id)
        self.wait(lambda: self.texts.of(self.case.id) is not None and self.room.panel.editor.field("findings") is not None)

    @property
    def text(self) -> OpinionText:
        text = self.texts.of(self.case.id)
        assert text is not None
        return text

    @property
    def viewport(self) -> Viewport:
        return self.room.images.active()

    def field(self, address: str) -> BoundField:
        field = self.room.panel.editor.field(address)
        assert field is not None
        return field

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifiers)

    def wheel(self, over: QWidget, steps: int) -> None:
        at = QPointF(over.rect().center())
        event = QWheelEvent(
            at, QPointF(over.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(over, event)

    def measure(self) -> None:
        self.key(Qt.Key.Key_D)
        middle = self.viewport.rect().center()
        QTest.mousePress(self.viewport, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(self.viewport, middle + QPoint(60, 20))
        QTest.mouseRelease(self.viewport, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 20))


def set_up(qtbot: QtBot, qapp: QApplication, case: DemoCase) -> Iterator[Bench]:
    apply(qapp)
    case.saved, case.version, case.wanted_again = None, 1, []
    pool, texts = Pool(1), Texts(case)
    room = ReadingRoom(case, pool, texts)
    window = DeskWindow()
    window.resize(1440, 900)
    qtbot.addWidget(window)
    window.show_rooms([room], lambda _case: PatientLine("", ""))
    window.show()
    window.activateWindow()
    made = Bench(window, room, case, texts, qtbot)
    made.open()
    yield made
    window.drop_rooms()
    texts.close()
    pool.close()
    window.close()
