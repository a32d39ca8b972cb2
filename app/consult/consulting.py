"""Leads a call through the desk: pane and bar in Reading, sentences in the foot, keys in every room, showing, and the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.consult import chat_file
from app.consult.bar import CallBar, CallState
from app.consult.call import OVER, Call
from app.consult.pane import CallPane
from app.consult.presenting import Presenting
from app.consult.recording_out import RecordingOut
from app.consult.sentences import CALL_WORDS, LINK_WORDS, NOT_RECORDED, RECORDED, clock_words, joined, worst
from app.consult.sheets import WORDS_FOR, DevicesSheet, SureSheet
from app.look.ask_place import ask_for
from app.look.theme import current
from app.shell.job import Jobs
from app.shell.room import CONSULT, READING
from record.trouble import Kind, Trouble
from sync.protocol import consult as room
from viewer.screen.keys import IN_A_CALL, Act
from viewer.screen.keys import READING as READING_KEYS
from viewer.screen.pressed import act_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from app.consult.ports import ConsultDesk
    from app.consult.sentences import Dot
    from app.opinion.texts import Texts
    from app.reading.detached import Detached
    from app.reading.window import ReadingRoom
    from app.shell.window import DeskWindow

_RECORDING_S = 3.0  # how long a desk that locks waits until the rest of a recording has left
_NARROW, _ICONS = 104, 80  # sizes of text: in a narrower window the buttons have no keys, then no words


class Consulting(QObject):
    """At most one call at a time. Signals: `over()` it has ended, `waits(words)` somebody waits, "" where nobody does."""

    over = Signal()
    waits = Signal(str)
    _not_recorded = Signal(object)

    def __init__(
        self,
        window: DeskWindow,
        reading: ReadingRoom,
        texts: Texts,
        desk: ConsultDesk,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._reading, self._texts, self._desk, self._now = window, reading, texts, desk, now
        self._jobs = Jobs(self, threads=1)
        self.call: Call | None = None
        self._recording = RecordingOut(desk.recorded, self._not_recorded.emit)
        self._not_recorded.connect(self._recording_failed)
        self.pane: CallPane | None = None
        self.bar: CallBar | None = None
        self._state: CallState | None = None
        self._detached: Detached | None = None
        self._devices: DevicesSheet | None = None
        self._away = False  # another case is open in Reading
        self.presenting = Presenting(window, reading, desk, self._jobs, self)
        self.presenting.changed.connect(self._follow)
        self.showing = self.presenting.showing
        reading.case_changes.connect(self._case_changes)
        reading.text_there.connect(self._text_there)
        window.call_key = self.key
        self._acts: dict[Act, Callable[[], None]] = {
            Act.MUTE: self._mute,
            Act.CAMERA: self._camera,
            Act.SHOW: self.presenting.show_or_stop,
            Act.SNAPSHOT: self.presenting.ask_snapshot,
        }

    # -- in and out ------------------------------------------------------------------------------------------------

    def open(self, consult: str, case_id: str) -> None:
        """Opens the room of a consult and goes to its case; the call that is on goes on."""
        if self.call is not None:
            self._window.go(READING, self.call.case_id)
            return
        call = self.call = Call(consult, case_id, self._desk.line(consult), self._desk.media(), parent=self)
        call.recording.keep = lambda part: self._recording.put(consult, part)
        pane, bar, state = CallPane(call, self.presenting.marking.over, self._now), CallBar(), CallState()
        self.pane, self.bar, self._state = pane, bar, state
        self._connect(call, pane, bar)
        self.presenting.take(call, pane.shown, pane.stills)
        self._reading.take_call(pane, state, bar)
        self._window.go(READING, case_id)
        if (text := self._texts.of(case_id)) is not None:
            pane.bind(text)
        call.begin()
        self._follow()

    def _connect(self, call: Call, pane: CallPane, bar: CallBar) -> None:
        call.changed.connect(self._follow)
        call.over.connect(self._ended)
        call.refused.connect(self._refused)
        call.failed.connect(lambda told: self._tell(Trouble(told.what_happened, told.what_to_do, "", Kind.STATE)))
        pane.admit.connect(lambda who: call.ask(room.Admit(who=who)))
        pane.out.connect(self._ask_out)
        pane.handover.connect(lambda who: call.ask(room.Handover(who=who)))
        pane.compared.connect(call.compare)
        pane.said.connect(lambda text: call.ask(room.Chat(text=text)))
        pane.chat.file_wanted.connect(lambda: self._send_file(call))
        pane.noted.connect(lambda text: call.ask(room.Note(text=text[:20_000])))
        pane.joint.connect(call.ask)
        pane.record.wanted.connect(lambda: call.ask(room.Record()))
        pane.record.answered.connect(call.recording.answer)
        pane.by_telephone.connect(self._by_telephone)
        pane.detach.connect(self._detach)
        pane.back.connect(lambda: self._window.go(READING, call.case_id))
        pane.shown.tool.connect(self.presenting.tool)
        bar.mute.connect(self._mute)
        bar.camera.connect(self._camera)
        bar.show_wanted.connect(self.presenting.show_or_stop)
        bar.devices_wanted.connect(self._ask_devices)
        bar.end_wanted.connect(self._ask_end)

    def _send_file(self, call: Call) -> None:
        chosen = ask_for(self._window, "Send a file in the chat")
        if chosen is None or call is not self.call:
            return
        desk, consult = self._desk, call.consult
        self._jobs.start(lambda: desk.file(consult, chat_file.read(chosen), chosen.name), lambda _none: None, self._tell)

    def close(self) -> None:
        """The hard stop: the desk locks or closes. Nothing is shown, said or heard from now on; what was written is kept first."""
        self.showing.end()
        if self.call is not None:
            if self.pane is not None:
                self.pane.flush()
            self.call.ask(room.Leave())
            self.call.close()
            self._let_go(at_once=True)
        self._recording.close(_RECORDING_S)
        self._jobs.stop()
        self._window.call_key = lambda _event: False

    def _ended(self) -> None:
        call = self.call
        assert call is not None
        words = CALL_WORDS[call.state.state][1] if call.state is not None else "ended"
        reason = call.state.reason if call.state is not None else ""
        self.showing.end()
        self._let_go()
        self._reading.foot_text.emit(f"The consult {words}." if not reason else f"The consult {words}: {reason}")
        self.over.emit()

    def _let_go(self, *, at_once: bool = False) -> None:
        call, pane, self._away = self.call, self.pane, False
        self.call = self.pane = self.bar = self._state = None
        self.presenting.let_go()
        if self._devices is not None:
            self._devices.close_sheet()
        if self._detached is not None:
            self._detached.close()
        if pane is not None:
            pane.unbind()
        self._reading.drop_call()
        self._window.foot.put_call("", "")
        self.waits.emit("")
        if call is not None:
            end = call.let_go()
            if at_once:  # the desk locks: nothing of the call is left when it has
                end()
            else:
                self._jobs.start(end, lambda _none: None, self._tell)
            call.deleteLater()

    def talks(self) -> bool:
        """Whether somebody is in the call now."""
        return self.call is not None and bool(self.call.inside())

    # -- what is known now -------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        call, bar, state = self.call, self.bar, self._state
        if call is None or bar is None or state is None:
            return
        inside = call.inside()
        if self.showing.on and not inside:
            self.showing.end("Showing has stopped: nobody is here.")
        state.tell(*self._state_words(call))
        wide = self._window.width() / current().size_text
        bar.set_narrow(wide < _NARROW, icons=wide < _ICONS)
        bar.tell(muted=call.muted, camera_off=call.camera_off, showing=self.showing.on, may_show=bool(inside) and not self._away)
        if self.pane is not None:
            self.pane.shown.show_live(self.showing.on)
        on = call.state is not None and call.state.recording.state == "on"
        state.mark(recorded=on)
        recorded = RECORDED if on else NOT_RECORDED
        shown = f"The framed viewport is shown to {joined([each.name for each in inside])}. " if self.showing.on else ""
        telephone = call.state.telephone if call.state is not None else ""
        self._window.foot.put_call(shown + recorded, f"If the line breaks: call **{telephone}**" if telephone else "")
        waiting = call.waiting()
        self.waits.emit(f"{joined([each.name for each in waiting])} {'waits' if len(waiting) == 1 else 'wait'}" if waiting else "")

    def _state_words(self, call: Call) -> tuple[Dot, str]:
        if not call.line_up:
            return ("warn", "the hospital is out of reach, trying again") if call.state is not None else ("warn", "connecting to the room")
        inside = call.inside()
        if call.lacks_relay():
            return "bad", "no relay is set up at the hospital"
        if inside and (missing := [WORDS_FOR[kind].lower() for kind in ("microphone", "loudspeaker") if call.has_no(kind)]):
            return "bad", f"no {' and no '.join(missing)} is connected"
        if not inside or call.began is None:
            count = len(call.waiting())
            return ("warn", f"{count} waiting") if count else ("none", "nobody is here yet")
        elapsed = clock_words((self._now() - call.began).total_seconds())
        link = worst([call.links[each.id].link for each in inside if each.id in call.links]) or "connecting"
        dot, words = LINK_WORDS[link]
        return dot, f"{elapsed}, {words}"

    def _case_changes(self, case_id: str) -> None:
        self.showing.another_case(case_id)
        if self.pane is not None and self.call is not None:
            self._away = case_id != self.call.case_id
            self.pane.show_elsewhere(self._away)
            if self._away:
                self.pane.unbind()
            self._follow()

    def _text_there(self, case_id: str) -> None:
        text = self._texts.of(case_id)
        if self.pane is not None and self.call is not None and case_id == self.call.case_id and text is not None:
            self.pane.bind(text)

    # -- acts ----------------------------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """The keys of a call, in every room; False where there is no call, or it is another key."""
        act = act_of(event, READING_KEYS)
        if self.call is None or act not in IN_A_CALL or act is None:
            return False
        self._acts[act]()
        return True

    def _mute(self) -> None:
        if self.call is not None:
            self.call.mute(not self.call.muted)

    def _camera(self) -> None:
        if self.call is not None:
            self.call.camera(self.call.camera_off)

    def _ask_devices(self) -> None:
        if self.call is not None and self._devices is None:
            self._devices = DevicesSheet(self._window, self.call)
            self._devices.closed.connect(self._devices_closed)
            self._devices.open()

    def _devices_closed(self) -> None:
        self._devices = None

    def _ask_out(self, who: str) -> None:
        call = self.call
        person = call.person(who) if call is not None else None
        if call is None or person is None:
            return
        sentence = "The call ends for this person alone; they can be invited again."
        sheet = SureSheet(self._window, f"Show {person.name} out?", sentence, "Show out", name="consult-out", stay="Stay together")
        sheet.sure.connect(lambda _reason: call.ask(room.Remove(who=who)))
        sheet.open()

    def _ask_end(self) -> None:
        call = self.call
        if call is None:
            return
        if call.state is None or call.state.state in OVER or not call.line_up:
            self._leave_sheet()
            return
        talked = call.began is not None
        title = "End the consult for everybody?" if talked else "Close the room?"
        sentence = "Sound and pictures stop for all. Notes, chat and what was shown stay with the case."
        other = "Go on by telephone" if talked else "Leave it open"
        sheet = SureSheet(
            self._window,
            title,
            sentence,
            "End for all" if talked else "Call it off",
            name="consult-end-sheet",
            stay="Stay",
            reason="Reason, if there is one",
            other=other,
        )
        sheet.sure.connect(self._end)
        sheet.other.connect(self._by_telephone if talked else self._leave)
        sheet.open()

    def _leave_sheet(self) -> None:
        sentence = "The hospital cannot be reached now: the others are told as soon as it is back."
        sheet = SureSheet(self._window, "Leave the room?", sentence, "Leave", name="consult-leave-sheet", stay="Stay")
        sheet.sure.connect(lambda _reason: self._leave())
        sheet.open()

    def _end(self, reason: str) -> None:
        if self.call is not None:
            if self.pane is not None:
                self.pane.flush()
            self.showing.end()
            self.call.ask(room.End(reason=reason))

    def _by_telephone(self) -> None:
        call = self.call
        if call is not None:
            call.ask(room.ByTelephone())
            if not call.line_up:
                self._reading.foot_text.emit("Go on by telephone. The hospital is told as soon as it can be reached.")

    def _leave(self) -> None:
        call = self.call
        if call is not None:
            self.showing.end()
            call.ask(room.Leave())
            call.close()
            self._let_go()
            self._window.go(CONSULT, "")
            self.over.emit()

    # -- another screen ------------------------------------------------------------------------------------------------

    def _detach(self) -> None:
        from app.reading.detached import Detached  # noqa: PLC0415  late import: when it is wanted

        pane = self.pane
        if pane is not None and self._detached is None:
            pane.detach_button.hide()
            self._detached = Detached(pane, self._pane_back, self._detached_key, "detached-call")

    def _detached_key(self, event: QKeyEvent) -> bool:
        return self.key(event) or self._reading.room_key(event)

    def _pane_back(self) -> None:
        self._detached = None
        if self.pane is not None:
            self.pane.detach_button.show()
            self._reading.call_back(self.pane)

    def _refused(self, told: room.Refused) -> None:
        self._tell(Trouble(told.what_happened, told.what_to_do, "", Kind.REFUSED))
        if not told.ask and self.call is not None:  # the line has ended for good
            self.showing.end()
            self.call.close()
            self._let_go()
            self.over.emit()

    def _recording_failed(self, trouble: Trouble) -> None:
        """It is not kept: then it is not made either."""
        if self.call is not None:
            self.call.recording.answer(agree=False)
        self._tell(trouble)

    def _tell(self, trouble: Trouble) -> None:
        self._window.show_trouble(trouble)
