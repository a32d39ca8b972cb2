"""The desk while it is unlocked: engine, workers, rooms, and the events that flow between them."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.consult.consulting import Consulting
from app.consult.window import ConsultRoom
from app.from_vault.acts import Acts
from app.from_vault.cases import VaultCases, draft_kept_at
from app.from_vault.consults import HospitalConsults, case_choices
from app.from_vault.opinions import VaultOpinions
from app.from_vault.status import VaultStatus
from app.opinion.texts import Texts
from app.opinion.window import OpinionRoom
from app.reading.window import ReadingRoom
from app.shell.foot_words import Board, fold, foot_state
from app.shell.job import Jobs
from app.shell.pump import EventPump
from app.shell.room import CONSULT, OPINION, READING
from app.shell.top import PatientLine
from app.worklist.presenter import Pace, Presenter, identity_line
from app.worklist.row import local_now
from app.worklist.window import WorklistRoom
from record.person import display_name
from record.trouble import Kind, Trouble
from sync.engine.engine import Engine
from sync.engine.events import (
    CaseChanged,
    CertificateArrived,
    Delivered,
    DropsHeld,
    HospitalLost,
    IntentAnswered,
    OriginalsArrived,
    Progress,
    Sending,
    TroubleSeen,
    WorklistChanged,
)
from viewer.screen.graphics import Graphics
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.consult.slots_sheet import CaseChoice
    from app.settings.model import Settings
    from app.shell.window import DeskWindow
    from sync.vault.vault import Vault

log = logging.getLogger(__name__)
_FOOT_MS = 20_000
_TELL_AGAIN_S = 600.0
_ABOUT_A_CASE = (CaseChanged, Delivered, Sending)
_CHANGES_ROWS = (CaseChanged, Delivered, Sending, Progress, IntentAnswered, CertificateArrived, WorklistChanged, HospitalLost, TroubleSeen)


class SignedIn(QObject):
    """Built when the vault is open, dropped when it locks. `first_rows(int)`: the worklist is on the screen."""

    first_rows = Signal(int)
    lease_over = Signal(object)

    def __init__(self, vault: Vault, window: DeskWindow, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.vault, self._window, self._settings = vault, window, settings
        self._pump = EventPump(self)
        self._pump.came.connect(self._take)
        self.engine = Engine(vault, notify=self._pump.notify)
        self.pool = Pool(size=settings.values.worker_processes)
        self.board = Board()
        self._filled = False
        self._told: dict[str, float] = {}
        self._not_kept_by = ""
        self._paces: dict[str, Pace] = {}
        self._lines: dict[str, PatientLine] = {}
        self._choices: list[CaseChoice] = []
        self._people: dict[str, str] = {}
        self._jobs = Jobs(self, threads=1)
        self._acts = Acts(vault, self.engine)
        home = vault.home()
        self._physician = home.enrolment.physician.name
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tell_foot)
        self._make_rooms()

    def _make_rooms(self) -> None:
        cases = VaultCases(self.vault, self.engine.wake)
        opinions = VaultOpinions(self.vault, self.engine.deliver, self._acts.ask)
        self.texts = Texts(cases, self)
        self.texts.kept.connect(self._kept_again)
        self.texts.not_kept.connect(self._not_kept)
        presenter = Presenter(self.vault, self._first_page, self._acts.intend, self._paces, self._draft_kept)
        consults = HospitalConsults(lambda: self.engine.consults)
        self.consult = ConsultRoom(consults, lambda: self._choices)
        self.worklist = WorklistRoom(presenter, self.consult.talks)
        self.reading = ReadingRoom(cases, self.pool, self.texts)
        self.opinion = OpinionRoom(cases, opinions, self.pool, self.texts)
        self.consulting = Consulting(self._window, self.reading, self.texts, consults, parent=self)
        self.graphics = Graphics(self.reading.images.grid, self)
        self.graphics.ask(self._settings.values.draw_by)
        self.status = VaultStatus(self.vault, lambda: self.board, lambda: self.graphics.choice)
        self.worklist.filled.connect(self._rows_there)
        self.worklist.chosen.connect(self._prepare)
        self.worklist.letter_wanted.connect(self._show_letter)
        self.reading.review_wanted.connect(self._review)
        self.opinion.place_wanted.connect(self._show_place)
        self.consult.open_wanted.connect(self._open_consult)
        self.consult.near.connect(self.worklist.follow_talks)
        self.consult.notice.connect(self._consult_near)
        self._window.room_changed.connect(self._entered)
        self.consulting.over.connect(self._consult_over)
        for source in (self.consult.waits, self.consulting.waits):
            source.connect(lambda words: self._window.rail.tell(CONSULT, words))

    # -- life ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Shows the rooms, then starts the engine: the worklist does not wait for the network."""
        self._window.show_rooms([self.worklist, self.reading, self.opinion, self.consult], self.line_of)
        self._pump.begin(self.engine.drain)
        self._clock.start(_FOOT_MS)
        self._tell_foot()

    def _rows_there(self, count: int) -> None:
        if not self._filled:
            self._filled = True
            log.info("worklist filled with %d cases", count)
            self.first_rows.emit(count)
            self.engine.start()
            self.reading.take_up_originals()
        self._jobs.start(self._read_lines, self._put_lines, lambda _trouble: None)

    def end_rooms(self) -> None:
        """Lets the windows go; what was written is kept first."""
        self._clock.stop()
        self._pump.end()
        self.consulting.close()
        self.graphics.stop()
        self.texts.close()
        self._window.drop_rooms()
        self._jobs.stop()

    def end_work(self) -> None:
        """Ends engine and workers; may take a while, belongs in a job."""
        self.engine.stop()
        self.pool.close()

    # -- words -----------------------------------------------------------------------------------------------------

    def line_of(self, case_id: str) -> PatientLine:
        """What the top bar says of a case."""
        return self._lines.get(case_id, PatientLine("", ""))

    def _read_lines(self) -> tuple[dict[str, PatientLine], list[CaseChoice]]:
        rows = [row.case for row in self.vault.cases() if row.case is not None]
        lines = {case.id: PatientLine(display_name(case.patient.name), identity_line(case)) for case in rows}
        return lines, case_choices(self.vault)

    def _put_lines(self, read: tuple[dict[str, PatientLine], list[CaseChoice]]) -> None:
        lines, self._choices = read
        self._lines = lines
        self._people = {case: line.name for case, line in lines.items()}
        self._window.refresh_line()
        self._tell_foot()

    def _tell_foot(self) -> None:
        try:
            lease = self.vault.lease()
        except Trouble:  # locked meanwhile
            return
        if lease.trouble is not None:
            self.lease_over.emit(lease.trouble)
        self._window.foot.put(foot_state(self.board, local_now(), self._people, self._physician, lease.until))

    def _first_page(self, pdf: bytes) -> str:
        text: str = self.pool.run("pdf_text", (pdf, 0)).text
        return text

    def _draft_kept(self, case_id: str, assignment: str) -> datetime | None:
        return draft_kept_at(self.vault, case_id, assignment)

    # -- events ----------------------------------------------------------------------------------------------------

    def _take(self, events: list[object]) -> None:
        for event in events:
            before, self.board = self.board, fold(self.board, event)
            self._tell(event)
            for over in set(before.troubles()) - set(self.board.troubles()):
                self._told.pop(over, None)
                self._window.trouble_over(over)
            if isinstance(event, HospitalLost | TroubleSeen):
                self._paces.clear()
            if isinstance(event, Progress):
                self._paces[event.case] = Pace(event.bytes_per_second)
        for case in dict.fromkeys(event.case for event in events if isinstance(event, _ABOUT_A_CASE)):
            self.reading.refresh(case)
            self.opinion.refresh(case)
        if any(isinstance(event, _CHANGES_ROWS) for event in events):
            self.worklist.refresh()
        self._tell_foot()

    def _tell(self, event: object) -> None:
        if isinstance(event, TroubleSeen):
            self._tell_once(event.trouble)
        elif isinstance(event, OriginalsArrived):
            self.reading.originals_arrived(event.case)
        elif isinstance(event, DropsHeld):
            self._window.show_trouble(event.trouble, act="Agree", do=self._approve(event.cases))
        elif isinstance(event, IntentAnswered) and not event.accepted:
            remedy = "Look at the case in the worklist, which is up to date."
            self._window.show_trouble(Trouble(f"The hospital did not take it: {event.reason}", remedy, event.kind, Kind.REFUSED))

    def _kept_again(self) -> None:
        self._window.foot.put_alarm("")
        self._window.trouble_over(self._not_kept_by)
        self._not_kept_by = ""

    def _not_kept(self, trouble: Trouble) -> None:
        self._not_kept_by = trouble.what_happened
        self._window.show_trouble(trouble)
        self._window.foot.put_alarm(f"**What you write is not kept**: {_as_clause(trouble.what_happened)} It is tried again by itself.")

    def _tell_once(self, trouble: Trouble) -> None:
        """A trouble that comes back with each round is told again only after a while."""
        now = time.monotonic()
        if now - self._told.get(trouble.what_happened, -_TELL_AGAIN_S) >= _TELL_AGAIN_S:
            self._told[trouble.what_happened] = now
            self._window.show_trouble(trouble)

    def _approve(self, cases: frozenset[str]) -> Callable[[], None]:
        return lambda: self.engine.approve_drops(cases)

    # -- from room to room -----------------------------------------------------------------------------------------

    def _prepare(self, case_id: str) -> None:
        row = self.worklist.row(case_id)
        if row is not None and "read" in row.acts:
            self.reading.prepare(case_id)

    def _show_letter(self, case_id: str, document: str) -> None:
        self._window.go(READING, case_id)
        self.reading.show_place(f"documents/{document}")

    def _show_place(self, where: str) -> None:
        self._window.go(READING, "")
        self.reading.show_place(where)

    def _open_consult(self, consult: str, case: str) -> None:
        self.consulting.open(consult, case)
        self.consult.show_on(self.consulting.call.consult if self.consulting.call is not None else "")

    def _consult_near(self, sentence: str, consult: str, case: str) -> None:
        if sentence and self._window.present()[0] != CONSULT:  # the list says so itself
            self._window.show_notice(sentence, "Open the room", lambda: self._open_consult(consult, case))
        else:
            self._window.close_notice()

    def _entered(self, room: str, _case: str) -> None:
        if room == CONSULT:
            self._window.close_notice()

    def _consult_over(self) -> None:
        self.consult.show_on("")
        self.consult.look()

    def _review(self) -> None:
        self._window.go(OPINION, "")
        self._after(self.opinion.presenter.review)

    def _after(self, act: Callable[[], object]) -> None:
        QTimer.singleShot(0, self, act)


def _as_clause(sentence: str) -> str:
    """A sentence after a colon."""
    return sentence[:1].lower() + sentence[1:]
