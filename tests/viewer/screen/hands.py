"""Hands on viewports: two series side by side, the wheel, a drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.load.made import stack
from viewer.screen.grid import Hung

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source
    from viewer.screen.grid import ViewportGrid
    from viewer.screen.viewport import Viewport

NONE = Qt.KeyboardModifier.NoModifier


def hang_pair(qtbot: QtBot, grid: ViewportGrid, source: Source, count: int = 6) -> tuple[Viewport, Viewport]:
    one, other = stack(source, count, "one"), stack(source, count, "other", prior="Prior, 7 months")
    with qtbot.waitSignal(grid.first_painted):
        grid.hang(1, 2, [Hung(one, 2), Hung(other, 2)], linked=False)
    qtbot.waitUntil(grid.all_loaded)
    first, second = grid.viewports[:2]
    first.setFocus()
    return first, second


def wheel(viewport: Viewport, steps: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    at = QPointF(60, 60)
    button = Qt.MouseButton.NoButton
    turn, phase = QPoint(0, -120 * steps), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, viewport.mapToGlobal(at), QPoint(), turn, button, modifiers, phase, False)
    QApplication.sendEvent(viewport, event)


def drag(viewport: Viewport, way: tuple[int, int], button: Qt.MouseButton, modifiers: Qt.KeyboardModifier = NONE) -> None:
    start = QPoint(100, 120)
    QTest.mousePress(viewport, button, modifiers, start)
    QTest.mouseMove(viewport, start + QPoint(*way) / 2)
    QTest.mouseMove(viewport, start + QPoint(*way))
    QTest.mouseRelease(viewport, button, modifiers, start + QPoint(*way))
