"""A desk with a case, a room and media in memory: what the tests of the consult's window work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.consult.consulting import Consulting
from app.consult.slots_sheet import CaseChoice
from app.consult.window import ConsultRoom
from app.look.theme import apply
from app.opinion.texts import Texts
from app.reading.window import ReadingRoom
from app.shell.top import PatientLine
from app.shell.window import DeskWindow
from tests.doubles.consult_desk import ConsultDeskDouble
from tests.doubles.consult_room import NGOZI
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import Qt
    from pytestqt.qtbot import QtBot

    from app.consult.call import Call
    from app.consult.pane import CallPane
    from tests.doubles.consult_media import MediaDouble
    from tests.doubles.consult_room import ConsultRoomDouble
    from tests.doubles.demo_case import DemoCase
    from viewer.screen.viewport import Viewport

LIMIT = 20_000
SAID = {"place": "Lagos, Nigeria", "with_whom": "Chidi (son)", "consents": ("telehealth@3", "no-exam@2"), "call_back": "+234 1 555 0142"}


@dataclass
class Bench:
    """The desk."""

    window: DeskWindow
    reading: ReadingRoom
    consult: ConsultRoom
    consulting: Consulting
    desk: ConsultDeskDouble
    case: DemoCase
    texts: Texts
    bot: QtBot
    waits: list[str] = field(default_factory=list)

    @property
    def room(self) -> ConsultRoomDouble:
        return self.desk.room

    @property
    def media(self) -> MediaDouble:
        return self.desk.session

    @property
    def call(self) -> Call:
        assert self.consulting.call is not None
        return self.consulting.call

    @property
    def pane(self) -> CallPane:
        assert self.consulting.pane is not None
        return self.consulting.pane

    @property
    def viewport(self) -> Viewport:
        return self.reading.images.active()

    def wait(self, holds: Callable[[], bool]) -> None:
        self.bot.waitUntil(holds, timeout=LIMIT)

    def open_room(self) -> None:
        self.consulting.open("c1", self.case.id)
        self.wait(lambda: self.call.state is not None and self.viewport.stored() is not None)
        self.wait(lambda: self.texts.of(self.case.id) is not None)

    def patient_comes(self, who: str = NGOZI) -> None:
        """Checks in, waits, is admitted by the button, and is here."""
        self.room.waits(who, **SAID)
        self.wait(lambda: self.find(f"admit-{who}") is not None)
        self.press(f"admit-{who}")
        self.wait(lambda: who in self.media.peers)
        self.media.link(who, "good")
        self.room.comes(who)
        self.media.face(who)
        self.wait(lambda: any(each.state == "here" for each in self.call.inside() if each.id == who))

    def show(self, *, identity: bool = False) -> None:
        self.press("consult-show")
        if identity:
            self.press("show-with")
        self.press("show-go")
        self.wait(lambda: self.consulting.showing.on)

    def find(self, name: str) -> QWidget | None:
        return next((each for each in self.window.findChildren(QWidget, name) if each.isVisible()), None)

    def press(self, name: str) -> None:
        button = self.find(name)
        assert button is not None, name
        button.click()  # type: ignore[attr-defined]  # a button

    def key(self, key: Qt.Key) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)


def bench_of(qtbot: QtBot, qapp: QApplication, case: DemoCase, *, theme: str = "dark") -> Iterator[Bench]:
    """A desk that is let go at the end."""
    apply(qapp, theme)
    case.saved, case.version, case.wanted_again = None, 1, []
    pool, texts, desk = Pool(1), Texts(case), ConsultDeskDouble(case.id)
    reading = ReadingRoom(case, pool, texts)
    consult = ConsultRoom(desk, lambda: [CaseChoice(case.id, "Okafor, Ngozi", "Ngozi Okafor", ready=True)])
    window = DeskWindow()
    window.resize(1440, 900)
    qtbot.addWidget(window)
    window.show_rooms([reading, consult], lambda _case: PatientLine("Okafor, Ngozi", "F · 14 May 1965 · 4471-0093"))
    consulting = Consulting(window, reading, texts, desk, now=lambda: desk.room.now)
    window.show()
    window.activateWindow()
    made = Bench(window, reading, consult, consulting, desk, case, texts, qtbot)
    consulting.waits.connect(made.waits.append)
    yield made
    consulting.close()
    window.drop_rooms()
    texts.close()
    pool.close()
    window.close()
