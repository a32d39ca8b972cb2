"""A consult without a mouse, and devices that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from app.consult.session import Devices
from tests.app.consult.call_words import words
from tests.doubles.consult_media import DEVICES
from tests.doubles.consult_room import NGOZI
from viewer.screen.viewport import Viewport

if TYPE_CHECKING:
    from tests.app.consult.consult_bench import Bench


def presses(bench: Bench, name: str) -> None:
    """From the notes, where `F2` leads, on or back by Tab (in an image Tab is the next viewport), then Space."""
    seen = []
    for way in (Qt.Key.Key_Backtab, Qt.Key.Key_Tab):
        bench.pane.notes.setFocus()
        for _ in range(60):
            focused = QApplication.focusWidget()
            assert focused is not None
            seen.append(focused.objectName())
            if focused.objectName() == name:
                QTest.keyClick(focused, Qt.Key.Key_Space)
                return
            if isinstance(focused, Viewport):
                break
            QTest.keyClick(focused, way)
    raise AssertionError(f"{name} is not reached: {seen}")


def still_of(bench: Bench) -> str:
    assert bench.call.state is not None
    return bench.call.state.snapshots[-1].sha256[:12]


def test_a_consult_by_keys_alone(bench: Bench) -> None:
    """Nothing is clicked: admit, compare, show, send a still picture, open and close it, notes, chat, devices, end."""
    bench.room.waits(NGOZI)
    bench.wait(lambda: bench.find(f"admit-{NGOZI}") is not None)
    presses(bench, f"admit-{NGOZI}")
    bench.wait(lambda: NGOZI in bench.media.peers)
    bench.media.link(NGOZI, "good")
    bench.room.comes(NGOZI)
    bench.media.words(NGOZI)
    bench.wait(lambda: bench.find("words-same") is not None)
    presses(bench, "words-same")
    assert bench.room.outcomes == {NGOZI: "same"}
    bench.viewport.setFocus()
    bench.key(Qt.Key.Key_F5)
    bench.key(Qt.Key.Key_Return)
    assert bench.consulting.showing.on
    presses(bench, "shown-snapshot")
    bench.key(Qt.Key.Key_Return)
    bench.wait(lambda: bench.pane.stills.on != "")
    presses(bench, "still-close")
    presses(bench, f"still-{still_of(bench)}")
    assert bench.pane.stills.on != ""
    presses(bench, "consult-devices")
    bench.key(Qt.Key.Key_Escape)
    assert bench.find("consult-devices-sheet") is None
    presses(bench, "consult-end")
    bench.wait(lambda: bench.find("consult-end-sheet") is not None)
    bench.key(Qt.Key.Key_Return)
    bench.wait(lambda: bench.consulting.call is None)
    assert bench.room.state.state == "ended"


def test_devices_come_and_go_while_their_sheet_is_open(bench: Bench) -> None:
    bench.patient_comes()
    bench.press("consult-devices")
    assert "What you plug in is found by itself." not in words(bench)
    bench.media.say(Devices(()))
    bench.wait(lambda: "What you plug in is found by itself." in words(bench))
    assert "no microphone and no loudspeaker is connected" in words(bench)
    bench.media.say(Devices(DEVICES))
    bench.wait(lambda: "What you plug in is found by itself." not in words(bench))
    choice = bench.find("device-microphone")
    assert isinstance(choice, QComboBox)
    assert [choice.itemText(n) for n in range(choice.count())] == ["Built-in microphone", "Headset"]


def test_whose_line_is_lost_is_not_said_to_be_here(bench: Bench) -> None:
    bench.patient_comes()
    bench.media.link(NGOZI, "lost")
    bench.wait(lambda: "line lost, patient" in words(bench))
    bench.media.link(NGOZI, "good")
    bench.wait(lambda: "line lost" not in words(bench))
