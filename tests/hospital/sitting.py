"""A consult on the stage: a physician's desk, a patient with a link, and how to end both."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hospital.consult import schedule
from hospital.consult.opened import opened
from hospital.store import consults
from sync.protocol.consult import Invitee, Slot
from tests.hospital.guests import Browser, Line, desk_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage

BORN = "1961-03-09"
PATIENT = Invitee(kind="patient", name="Adelheid Zweifelhofer", zone="Africa/Lagos")
INTERPRETER = Invitee(kind="interpreter", name="Ifeoma Eze", zone="Africa/Lagos", to="one@example.org", second_channel="+234 1 555 0199")


@dataclass
class Sitting:
    """One consult under test."""

    stage: Stage
    consult: str
    desk: Desk
    guests: list[Browser]
    people: list[str]  # ids, in the order of the guests
    lines: list[Line] = field(default_factory=list)

    @property
    def patient(self) -> Browser:
        return self.guests[0]

    def browser(self, token: str) -> Browser:
        """Another browser with a link."""
        return Browser(f"https://localhost:{self.stage.server.people_port}", self.desk.ca_file, token)

    def host(self) -> Line:
        """The desk's line."""
        return self._kept(desk_room(self.desk.address, self.desk.ca_file, self.desk.bearer, self.consult))

    def join(self, browser: Browser, value: str = BORN) -> Line:
        """From the link to the waiting room."""
        assert browser.prove(value).status_code == 204
        assert browser.check_in().status_code == 200
        line = self.enter(browser)
        line.ask("ready")
        return line

    def enter(self, browser: Browser) -> Line:
        return self._kept(browser.room())

    def in_call(self) -> tuple[Line, Line]:
        """The desk's line and the patient's, both in the call."""
        desk, patient = self.host(), self.join(self.patient)
        who = patient.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).me
        desk.ask("admit", who=who)
        patient.state(lambda s: bool(s.ice))
        for line in (desk, patient):
            line.ask("media", up=True, way="turn_udp")
        desk.state(lambda s: s.state == "in_call")
        return desk, patient

    def record(self) -> list[dict[str, Any]]:
        """The record, opened."""
        house = self.stage.house
        with house.database.read() as tx:
            at = opened(house, tx, self.consult)
            return [{"act": one.act, "by": one.by, **at.said(one)} for one in consults.record(tx, at.id)]

    def recorded(self, act: str) -> dict[str, Any]:
        """The newest row of an act, once there is one."""
        deadline = time.monotonic() + 20
        while not (found := [one for one in self.record() if one["act"] == act]):
            assert time.monotonic() < deadline, f"no row of {act}"
            time.sleep(0.02)
        return found[-1]

    def _kept(self, line: Line) -> Line:
        self.lines.append(line)
        return line


@contextmanager
def sit(stage: Stage, *more: Invitee, starts_in: timedelta = timedelta(minutes=5), patient: Invitee = PATIENT) -> Iterator[Sitting]:
    """A consult of a new physician with the patient and others; lines are closed at the end."""
    desk = stage.desk()
    slot = Slot(starts_at=datetime.now(UTC) + starts_in, minutes=30)
    made, links = schedule.add(stage.house, stage.case, slot, [desk.login], [patient, *more])
    sitting = Sitting(stage, made, desk, [], list(links))
    sitting.guests = [sitting.browser(link.partition("#")[2]) for link in links.values()]
    try:
        yield sitting
    finally:
        for line in sitting.lines:
            line.connection.close()
