"""Pointers and marks of a call: taken from the others, drawn by one's own hand, told to everybody; who drew is told by colour and name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.consult.mark_paint import Over
from app.consult.marks import LIVE, Flood, Mark, Pictures, mark_of, marks_of, numbers, tint_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.call import Call
    from app.consult.showing import Showing
    from sync.protocol.consult import RoomPerson

_LOOK_MS = 500  # how often pointers that rest are looked for
_UP = frozenset({"good", "weak", "very_weak", "sound_only"})


class Marking(QObject):
    """The marks of one call at a time. Signals: `changed()` what stands over a picture is another."""

    changed = Signal()

    def __init__(self, showing: Showing, parent: QObject) -> None:
        super().__init__(parent)
        self._showing = showing
        self._call: Call | None = None
        self._pictures, self._flood = Pictures(), Flood()
        self._told: dict[str, Any] = {}  # what was last said of the live picture
        self._reached: frozenset[str] = frozenset()
        self._takes: dict[str, Callable[[RoomPerson, str, dict[str, Any]], None]] = {
            "pointer": self._take_pointer,
            "circle": self._take_mark,
            "line": self._take_mark,
            "clear": self._take_clear,
            "marks": self._take_whole,
        }
        self._rests = QTimer(self)
        self._rests.setInterval(_LOOK_MS)
        self._rests.timeout.connect(self._look)
        showing.looked.connect(self._tell_live)
        showing.drawn.connect(lambda mark: self.draw(LIVE, mark))
        showing.pointed.connect(lambda x, y: self.point(LIVE, x, y))
        self.changed.connect(showing.draw_again)

    def take(self, call: Call) -> None:
        """The marks of this call from now on."""
        self._call = call
        self._pictures, self._flood, self._told, self._reached = Pictures(), Flood(), {}, frozenset()
        call.marked.connect(self.heard)
        call.changed.connect(self._follow)

    def let_go(self) -> None:
        """There is no call."""
        self._call, self._pictures = None, Pictures()
        self._rests.stop()

    def over(self, on: str) -> Over:
        """What stands over a picture now."""
        call = self._call
        state = call.state if call is not None else None
        if call is None or state is None:
            return Over()
        marks = self._showing.marks.now() if on == LIVE and self._showing.marks is not None else self._pictures.marks(on)
        people = {each.id: each for each in state.people}
        points = self._pictures.pointers(on).items()
        return Over(
            tuple((mark, tint_of(state.people, mark.by)) for mark in marks),
            tuple((at, tint_of(state.people, by), people[by].name) for by, at in points if by in people),
            tint_of(state.people, state.me),
        )

    # -- one's own hand ------------------------------------------------------------------------------------------------

    def draw(self, on: str, mark: Mark) -> None:
        """A mark of one's own, for everybody."""
        if self._call is None or self._call.state is None:
            return
        mine = Mark(mark.shape, mark.at, self._call.state.me)
        if on == LIVE and self._showing.marks is not None:
            self._showing.marks.add(mine)
            self._tell_live()
        else:
            if on != LIVE:
                self._pictures.add(on, mine)
            self._call.mark(mine.said(on=on))
        self.changed.emit()

    def clear(self, on: str) -> None:
        """Takes all marks of a picture away, here and there."""
        if self._call is None:
            return
        if on == LIVE and self._showing.marks is not None:
            self._showing.marks.clear()
            self._tell_live()
        else:
            self._pictures.clear(on)
            self._call.mark({"m": "clear", "on": on})
        self.changed.emit()

    def point(self, on: str, x: float, y: float) -> None:
        """Where one points oneself."""
        if self._call is not None:
            self._call.mark({"m": "pointer", "on": on, "x": round(x, 4), "y": round(y, 4)})

    # -- what the others do --------------------------------------------------------------------------------------------

    def heard(self, peer: str, message: object) -> None:
        """One message of a person who is in; nonsense, what is not about a picture that is shown, and a flood are dropped."""
        call = self._call
        person = call.person(peer) if call is not None else None
        if person is None or not isinstance(message, dict) or not self._flood.lets(peer):
            return
        on, kind = message.get("on", LIVE), message.get("m")
        if isinstance(kind, str) and kind in self._takes and isinstance(on, str) and on in self._known():
            self._takes[kind](person, on, message)
            self.changed.emit()

    def _known(self) -> set[str]:
        state = self._call.state if self._call is not None else None
        return {LIVE, *(each.sha256 for each in state.snapshots)} if state is not None else set()

    def _take_pointer(self, person: RoomPerson, on: str, message: dict[str, Any]) -> None:
        at = numbers(message, ("x", "y"))
        if at is not None:
            self._pictures.point(on, person.id, *at)
            self._rests.start()

    def _take_mark(self, person: RoomPerson, on: str, message: dict[str, Any]) -> None:
        mark = mark_of(message, person.id)
        if mark is None:
            return
        if on != LIVE:
            self._pictures.add(on, mark)
        elif self._showing.marks is not None:
            self._showing.marks.add(mark)
            self._tell_live()

    def _take_clear(self, person: RoomPerson, on: str, message: dict[str, Any]) -> None:
        del message
        whose = "" if person.kind == "physician" else person.id  # a physician clears all, anybody else what is their own
        if on != LIVE:
            self._pictures.clear(on, whose)
        elif self._showing.marks is not None:
            self._showing.marks.clear(whose)
            self._tell_live()

    def _take_whole(self, person: RoomPerson, on: str, message: dict[str, Any]) -> None:
        assert self._call is not None
        assert self._call.state is not None
        if on != LIVE:
            self._pictures.put(on, marks_of(message, {person.id}), person.id)
        elif person.desk and self._showing.marks is None:  # a desk shows; what one shows oneself is known better here
            self._pictures.put(LIVE, marks_of(message, {each.id for each in self._call.state.people}))

    # -- telling -------------------------------------------------------------------------------------------------------

    def _tell_live(self) -> None:
        """All marks of the image on screen, where they are now; nothing where that was said already."""
        marks = self._showing.marks
        message = whole(LIVE, marks.now()) if marks is not None else {}
        if self._call is not None and message and message != self._told:
            self._told = message
            self._call.mark(message)

    def _follow(self) -> None:
        """Who is reached from now on is told what stands; what belongs to nobody and nothing any more is forgotten."""
        call = self._call
        if call is None or call.state is None:
            return
        if not call.state.showing and not self._showing.on:
            self._pictures.clear(LIVE)
            self._told = {}
        self._pictures.keep(self._known(), {each.id for each in call.inside()})
        reached = frozenset(peer for peer, link in call.links.items() if link.link in _UP)
        if reached - self._reached:
            self._tell_again(call.state.me)
        self._reached = reached

    def _tell_again(self, me: str) -> None:
        assert self._call is not None
        self._told = {}
        self._tell_live()
        for on in self._known() - {LIVE}:
            mine = [mark for mark in self._pictures.marks(on) if mark.by == me]
            if mine:
                self._call.mark(whole(on, mine))

    def _look(self) -> None:
        if not any(self._pictures.pointers(on) for on in self._known()):
            self._rests.stop()
        self.changed.emit()
