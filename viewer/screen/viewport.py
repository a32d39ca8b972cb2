"""One viewport with the hands on it: pointer, wheel and keys become values and signals."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal

from viewer.screen.canvas import Book, Canvas, Frames
from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.drawing import MARK_TOOLS, Drawing, mark_text
from viewer.screen.hands import PanHand, WindowHand, ZoomHand
from viewer.screen.keys import Act
from viewer.screen.pressed import act_of
from viewer.screen.view import View, apply, zoomed
from viewer.tools.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from viewer.screen.colours import ScreenColours
    from viewer.screen.hands import Hand

__all__ = ["Book", "Frames", "Viewport"]

REACH = 7.0  # logical pixels within which a mark's point is taken hold of
LEFT = Qt.MouseButton.LeftButton


class Viewport(Canvas):
    """A viewport. Signals, besides those of `Canvas`: `asked(Act)` a key; `entered()` it has the keys now; `enlarged()` a double click;
    `window_entry()` a double click on the window's values; `text_wanted(Mark)` a text mark without its words; `pointed(column_row)` a place
    to be shown in every viewport.
    """  # noqa: D205  one list of signals

    asked = Signal(object)
    entered = Signal()
    enlarged = Signal()
    window_entry = Signal()
    text_wanted = Signal(object)
    pointed = Signal(tuple)

    def __init__(self, number: int, book: Book, colours: ScreenColours = DEFAULT_COLOURS, parent: QWidget | None = None) -> None:
        super().__init__(number, book, colours, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.tool = Act.WINDOW_TOOL
        self._hand: Hand | None = None
        self._drawing: Drawing | None = None
        self._held: tuple[Mark, int, Mark] | None = None  # a mark taken by one of its points, and as it was
        self._space = False
        self._pointing = False
        self._part = 0.0  # of a wheel's step, from fine wheels and two fingers

    def forget_hands(self) -> None:
        """What the hands were doing here is over."""
        self._hand = self._drawing = self._held = None

    # -- pointer -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begins a drag or a mark."""
        current = self.current()
        if current is None or self.stored() is None:
            return
        at, button = self._device(event.position()), event.button()
        if button == Qt.MouseButton.MiddleButton or (button == LEFT and self._space):
            self._hand = PanHand(at, self.view)
        elif button == Qt.MouseButton.RightButton:
            self._hand = ZoomHand(at, self.view, current[0], self.device_size())
        elif button == LEFT and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._window_from(at)
        elif button == LEFT and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pointing = True
            self._point(event.position())
        elif button == LEFT and not self._take_hold(event.position()):
            self._use_tool(event.position(), at)

    def _use_tool(self, position: QPointF, at: tuple[float, float]) -> None:
        current = self.current()
        assert current is not None
        if self.tool in MARK_TOOLS:
            point = self.image_point(position)
            self._drawing = self._drawing or Drawing(MARK_TOOLS[self.tool])
            if point is not None and self._drawing.press(point):
                self._finish()
            self.update()
        elif self.tool is Act.PAN_TOOL:
            self._hand = PanHand(at, self.view)
        elif self.tool is Act.ZOOM_TOOL:
            self._hand = ZoomHand(at, self.view, current[0], self.device_size())
        else:
            self._window_from(at)

    def _window_from(self, at: tuple[float, float]) -> None:
        voi = self.voi()
        if voi is not None:
            self._hand = WindowHand(at, voi, self.device_size())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Goes on with it."""
        if self._hand is not None:
            self.set_view(self._hand.to(self.view, self._device(event.position())))
            return
        if self._pointing:
            self._point(event.position())
            return
        point = self.image_point(event.position())
        if point is None or self.series is None:
            return
        if self._held is not None:
            mark, number, before = self._held
            self._held = self._changed(mark, number, point), number, before
            self.update()
        elif self._drawing is not None:
            self._drawing.move(point)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ends a drag; a mark ends with its last point."""
        self._hand, self._pointing = None, False
        if self._held is not None:
            mark, _, before = self._held
            self._held = None
            self._book.take(self._book.marks.change(before, mark) if mark != before else self._book.marks, mark)
        elif event.button() == LEFT and self._drawing is not None:
            point = self.image_point(event.position())
            if point is not None and self._drawing.release(point):
                self._finish()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """On the window's values: type them; elsewhere: one large and back."""
        if event.button() != LEFT:
            return
        corner = event.position().x() > self.width() * 0.7 and event.position().y() > self.height() - 64
        (self.window_entry if corner else self.enlarged).emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Scrolls; with Ctrl it zooms at the pointer. It never takes the keys from where they are."""
        turned = event.angleDelta().y() or event.angleDelta().x()  # Alt and Shift turn it aside on some systems
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_at(event.position(), 1.2 ** (turned / 120))
            return
        self._part -= turned / 120
        steps = int(self._part)
        self._part -= steps
        if steps:
            self.go_to(self.index + steps * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))

    def _point(self, position: QPointF) -> None:
        point = self.image_point(position)
        if point is not None:
            self.pointed.emit(point)

    def _zoom_at(self, position: QPointF, factor: float) -> None:
        current = self.current()
        if current is not None and current[0].pixels is not None:
            self.set_view(zoomed(current[0], self.view, self.device_size(), factor, self._device(position)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  Qt's name
        """The right button zooms; there is no menu."""
        event.accept()

    # -- keys --------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Tab is the next viewport here, not the next widget; two fingers apart zoom."""
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):  # type: ignore[attr-defined]  # a key event
            self.keyPressEvent(event)  # type: ignore[arg-type]  # a key event
            return True
        if event.type() == QEvent.Type.NativeGesture:
            return self._pinched(event)  # type: ignore[arg-type]  # a native gesture
        return super().event(event)

    def _pinched(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom_at(event.position(), 1 + event.value())
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """One table says what a key does."""
        if event.key() == Qt.Key.Key_Space:
            self._space = True
            return
        act = act_of(event)
        if act is None:
            event.ignore()
        elif act is Act.LEAVE_TOOL and (self._drawing is not None or self._held is not None):
            self.forget_hands()
            self.update()
        else:
            self.asked.emit(act)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Space ends the pan."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """It has the keys."""
        super().focusInEvent(event)
        self.update()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """It has them no longer."""
        super().focusOutEvent(event)
        self._space = False
        self.update()

    # -- marks -------------------------------------------------------------------------------------------------------

    def draft(self) -> Mark | None:
        """The mark under way, or the one that is held."""
        if self._held is not None:
            return self._held[0]
        return self._made(self._drawing.tool.kind, self._drawing.points) if self._drawing is not None and self._drawing.points else None

    def _finish(self) -> None:
        mark, self._drawing = self.draft(), None
        if mark is None:
            return
        if mark.kind == "text":
            self.text_wanted.emit(mark)
        else:
            self._book.add(mark)

    def _take_hold(self, position: QPointF) -> bool:
        """Takes a mark by the point under the pointer, unless one is being drawn."""
        found = self._near(position) if self._drawing is None and self._book.shown else None
        if found is not None:
            self._held = (found[0], found[1], found[0])
            self._book.take(self._book.marks, found[0])
        return found is not None

    def _near(self, position: QPointF) -> tuple[Mark, int] | None:
        current, matrix, series, ratio = self.current(), self.matrix(), self.series, self.devicePixelRatioF()
        if current is None or matrix is None or series is None:
            return None
        best, found = REACH, None
        for mark in self._book.marks.on(current[0].sop_instance_uid, series.order[self.index].frame):
            for number, point in enumerate(mark.points):
                x, y = apply(matrix, point)
                far = math.hypot(x / ratio - position.x(), y / ratio - position.y())
                if far <= best:
                    best, found = far, (mark, number)
        return found

    def _changed(self, mark: Mark, number: int, point: tuple[float, float]) -> Mark:
        points = tuple(point if n == number else p for n, p in enumerate(mark.points))
        return replace(mark, points=points, text=mark.text if mark.kind == "text" else self._made(mark.kind, points).text)

    def _made(self, kind: str, points: tuple[tuple[float, float], ...]) -> Mark:
        assert self.series is not None
        header, frame = self.series.header(self.index), self.series.frame(self.index)
        text = mark_text(kind, header, frame, self.stored(), points)
        return Mark(kind, header.sop_instance_uid, self.series.order[self.index].frame, points, text)

    def _device(self, at: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return at.x() * ratio, at.y() * ratio

    def reset(self) -> None:
        """Window, zoom and turn as at first."""
        self.set_view(View())

    def turned(self, act: Act) -> None:
        """Inverts, rotates, flips."""
        changes: dict[Act, Callable[[View], View]] = {
            Act.INVERT: lambda v: replace(v, inverted=not v.inverted),
            Act.ROTATE: View.turned,
            Act.FLIP_HORIZONTAL: lambda v: v.mirrored(vertical=False),
            Act.FLIP_VERTICAL: lambda v: v.mirrored(vertical=True),
        }
        self.set_view(changes[act](self.view))
