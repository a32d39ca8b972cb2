"""A consult's whole way at the hospital: set, opened by a link, proved, checked in, let in, signalled, ended, and all of it kept."""

from __future__ import annotations

import hashlib
import json
import ssl
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from hospital.consult import box as boxes
from hospital.consult import schedule
from hospital.store import consults
from sync.protocol import consult as said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from websockets.sync.client import ClientConnection

    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage

PNG = b"\x89PNG\r\n\x1a\n" + b"the picture"
ACCEPTED = ["telehealth@1", "no-examination@1"]
CHECK_IN = {
    "name": "Ngozi O.",
    "country": "NG",
    "region": "Lagos",
    "address": "1 Harbour Street, Lagos",
    "call_back": "+234 1 555 0142",
    "emergency": "112",
    "with_whom": "my son",
    "accepted": ACCEPTED,
}

PATIENTS = ["invited", "proved", "check_in", "said", "ready", "admit", "media_up", "media", "chat", "seen"]
PHYSICIANS = ["call open_room", "media_up", "snapshot", "words", "note", "call end"]
OPEN: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Every browser of a test is closed after it."""
    yield
    while OPEN:
        OPEN.pop().close()


def _slot(hours: float = 30) -> said.Slot:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415  here alone

    return said.Slot(starts_at=datetime.now(UTC) + timedelta(hours=hours))


class Browser:
    """A browser without a screen: cookies, and a line."""

    def __init__(self, stage: Stage, url: str) -> None:
        self.token = url.partition("#")[2]
        self.base = f"https://127.0.0.1:{stage.server.people_port}"
        ca_file = stage.server.folder / "ca.pem"
        ca_file.write_text(stage.house.keys.tls_authority_pem, "ascii")
        self.tls = ssl.create_default_context(cafile=str(ca_file))
        self.http = httpx.Client(base_url=self.base, verify=self.tls, trust_env=False)
        OPEN.append(self.http)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)

    def opened(self) -> httpx.Response:
        return self.post("/api/open", token=self.token)

    def proved(self, value: str) -> httpx.Response:
        answer = self.post("/api/prove", token=self.token, value=value)
        for cookie in answer.headers.get_list("set-cookie"):  # httpx keeps no Secure cookie of an address without a name
            name, _, rest = cookie.partition("=")
            self.http.headers["Cookie"] = f"{name}={rest.partition(';')[0]}"
        return answer

    def checks_in(self, **changed: Any) -> httpx.Response:
        return self.post("/api/check-in", **(CHECK_IN | changed))

    @contextmanager
    def room(self, origin: str = "") -> Iterator[Line]:
        headers = {"Cookie": self.http.headers.get("Cookie", ""), "Origin": origin or self.base}
        url = self.base.replace("https", "wss") + "/api/room"
        with connect(url, ssl=self.tls, additional_headers=headers, proxy=None, compression=None) as socket:
            yield Line(socket)


class Line:
    """A line into a room, as a test reads it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {}

    def ask(self, t: str, **more: Any) -> None:
        self.socket.send(json.dumps({"t": t, **more}))

    def until(self, holds: Callable[[dict[str, Any]], Any], seconds: float = 10) -> dict[str, Any]:
        """Reads until the room's state is as wished."""
        end = time.monotonic() + seconds
        while not (self.state and holds(self.state)):
            assert time.monotonic() < end, self.state
            self.read(end - time.monotonic())
        return self.state

    def read(self, seconds: float = 10) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
        if message["t"] == "state":
            self.state = message
        return message

    def next(self, t: str) -> dict[str, Any]:
        while (message := self.read())["t"] != t:
            pass
        return message

    def ended(self) -> int:
        """Reads until the line is closed; gives the code."""
        try:
            while True:
                self.read()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd is not None else 0

    def mine(self) -> dict[str, Any]:
        return next(one for one in self.state["people"] if one["id"] == self.state["me"])


@contextmanager
def desk_line(stage: Stage, desk: Desk, consult: str) -> Iterator[Line]:
    tls = ssl.create_default_context(cafile=str(stage.server.folder / "ca.pem"))
    url = f"wss://127.0.0.1:{stage.server.port}/v1/consults/{consult}/room"
    headers = {"Authorization": f"Bearer {desk.bearer}"}
    with connect(url, ssl=tls, additional_headers=headers, proxy=None, compression=None, max_size=None) as socket:
        yield Line(socket)


def set_one(stage: Stage, desk: Desk, *people: said.Invitee, hours: float = 30) -> tuple[str, list[schedule.Link]]:
    who = people or (said.Invitee(kind="patient", name="Ngozi Okafor", zone="Africa/Lagos"),)
    with stage.house.database.write() as tx:
        return schedule.add(stage.house, tx, stage.case, desk.login, _slot(hours), who)


def born(stage: Stage) -> str:
    from hospital.desks.bodies import case_body  # noqa: PLC0415  here alone
    from hospital.store import cases  # noqa: PLC0415  here alone

    with stage.house.database.read() as tx:
        return case_body(stage.house, cases.get(tx, stage.case)).patient.birth_date.isoformat()


def inside(stage: Stage, url: str) -> Browser:
    """A browser that is checked in."""
    browser = Browser(stage, url)
    assert browser.opened().json()["proof"] == "birth_date"
    assert browser.proved(born(stage)).status_code == 204
    assert browser.checks_in().json() == {"outcome": "go_on", "reason": ""}
    return browser


def test_the_whole_way(stage: Stage) -> None:
    desk = stage.desk()
    consult, (link,) = set_one(stage, desk)
    browser = inside(stage, link.url)
    me = browser.http.get("/api/me").json()
    assert (me["state"], me["physician"], me["kind"]) == ("checked_in", f"Dr {desk.login}", "patient")
    assert [one["id"] for one in me["notices"]] == ["telehealth", "no-examination"]
    with browser.room() as patient, desk_line(stage, desk, consult) as physician:
        patient.ask("ready")
        waiting = physician.until(lambda s: any(one["state"] == "waiting" for one in s["people"]))
        (guest,) = (one for one in waiting["people"] if one["kind"] == "patient")
        assert (guest["place"], guest["call_back"], guest["with_whom"]) == ("Lagos, NG", "+234 1 555 0142", "my son")
        assert waiting["telephone"] == "+234 1 555 0142"
        patient.until(lambda s: s["me"] and patient.mine()["state"] == "waiting")
        assert patient.state["title"] == ""
        physician.ask("admit", who=guest["id"])
        patient.until(lambda _: patient.mine()["state"] == "admitted")
        physician.ask("signal", to=guest["id"], body={"k": "offer", "sdp": "v=0", "n": 1})
        assert patient.next("signal") == {"t": "signal", "by": physician.state["me"], "body": {"k": "offer", "sdp": "v=0", "n": 1}}
        for one in (patient, physician):
            one.ask("media", up=True, way="turn_udp")
        physician.until(lambda s: s["state"] == "in_call")
        patient.ask("chat", text="I can hear you")
        physician.until(lambda s: [line["text"] for line in s["chat"]] == ["I can hear you"])
        digest = hashlib.sha256(PNG).hexdigest()
        shown = desk.ask("PUT", f"/v1/consults/{consult}/snapshots/{digest}?label=CT", data=PNG)
        assert shown.status_code == 204
        patient.until(lambda s: [one["sha256"] for one in s["snapshots"]] == [digest])
        assert browser.http.get(f"/api/snapshots/{digest}").content == PNG
        patient.ask("seen", sha256=digest)
        physician.ask("words", to=guest["id"], outcome="same")
        physician.ask("note", text="Lobectomy discussed.")
        physician.ask("end", reason="all was said")
        assert patient.until(lambda s: s["state"] == "ended")["reason"] == "all was said"
    with stage.house.database.read() as tx:
        events = consults.events(tx, consult)
    assert [one.act for one in events if one.person == link.person] == PATIENTS
    assert [one.act for one in events if one.person != link.person and one.act in PHYSICIANS] == PHYSICIANS
    assert browser.opened().json()["code"] == "ended"


def test_a_link_is_one_persons_and_one_browsers(stage: Stage) -> None:
    desk = stage.desk()
    _, (link,) = set_one(stage, desk)
    first, second = Browser(stage, link.url), Browser(stage, link.url)
    assert first.http.get("/join").status_code == 200
    assert first.proved(born(stage)).status_code == 204
    refused = second.opened()
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert second.proved(born(stage)).json()["code"] == "in_use"
    assert first.opened().json()["proved"] is True
    with stage.house.database.write() as tx:
        newer = schedule.new_link(stage.house, tx, link.person)
    assert first.opened().json()["code"] == "unknown"
    assert first.http.get("/api/me").json()["code"] == "no_link"
    assert Browser(stage, newer.url).proved(born(stage)).status_code == 204


def test_wrong_answers_lock_the_link(stage: Stage) -> None:
    _, (link,) = set_one(stage, stage.desk())
    browser = Browser(stage, link.url)
    left = [browser.proved("1901-01-01").json() for _ in range(5)]
    assert [(one["code"], one["left"]) for one in left] == [("wrong", 4), ("wrong", 3), ("wrong", 2), ("wrong", 1), ("too_many", 0)]
    assert browser.proved(born(stage)).json()["code"] == "too_many"


def test_a_code_goes_to_the_second_channel_and_opens_once(stage: Stage) -> None:
    who = said.Invitee(kind="relative", name="Chidi Okafor", second_channel="+234 1 555 0143")
    _, (link,) = set_one(stage, stage.desk(), who)
    browser = Browser(stage, link.url)
    assert browser.opened().json()["proof"] == "code"
    assert browser.opened().status_code == 200
    with stage.house.database.write() as tx:
        codes = [one for one in boxes.listed(stage.house, tx) if one["kind"] == "one-time code"]
        assert len(codes) == 1, "looking again sends no second code"
        message = boxes.take(stage.house, tx, codes[0]["id"])
    assert message["to"] == "+234 1 555 0143"
    code = message["text"].split()[0]
    assert browser.proved(f"{(int(code) + 1) % 1_000_000:06d}").json()["code"] == "wrong"
    assert browser.proved(code).status_code == 204


def test_a_link_that_is_unknown_revoked_or_expired_says_so(stage: Stage) -> None:
    desk = stage.desk()
    _, (link,) = set_one(stage, desk)
    assert Browser(stage, "x#nothing").opened().json()["code"] == "unknown"
    with stage.house.database.write() as tx:
        schedule.revoke_link(stage.house, tx, link.person)
    assert Browser(stage, link.url).opened().json()["code"] == "revoked"
    _, (old,) = set_one(stage, desk, hours=-30)
    assert Browser(stage, old.url).opened().json()["code"] == "expired"
    consult, (called_off,) = set_one(stage, desk)
    with stage.house.database.write() as tx:
        schedule.cancel(stage.house, tx, consult, "", "the physician is ill")
    assert Browser(stage, called_off.url).opened().json()["code"] == "ended"


def test_a_place_may_stop_the_way_and_a_notice_must_be_accepted(stage: Stage) -> None:
    _, (link,) = set_one(stage, stage.desk())
    browser = Browser(stage, link.url)
    browser.proved(born(stage))
    assert browser.checks_in(accepted=[]).status_code == 422
    verdict = browser.checks_in(country="US", region="US-XX").json()
    assert verdict["outcome"] == "local_physician"
    assert verdict["reason"]
    assert browser.http.get("/api/me").json()["state"] == "blocked"
    assert browser.checks_in().json()["outcome"] == "go_on"


def test_an_interpreter_reads_nothing_of_the_patient(stage: Stage) -> None:
    desk = stage.desk()
    consult, (link, _) = set_one(
        stage,
        desk,
        said.Invitee(kind="interpreter", name="B. Musa", second_channel="+234 1 555 0144"),
        said.Invitee(kind="patient", name="Ngozi Okafor"),
    )
    interpreter = Browser(stage, link.url)
    interpreter.opened()
    with stage.house.database.write() as tx:
        waiting = [one for one in boxes.listed(stage.house, tx) if one["kind"] == "one-time code"]
        code = boxes.take(stage.house, tx, waiting[-1]["id"])["text"].split()[0]
    assert interpreter.proved(code).status_code == 204
    assert interpreter.post("/api/check-in", name="B. Musa").json()["outcome"] == "go_on"
    with interpreter.room() as line, desk_line(stage, desk, consult) as physician:
        line.ask("ready")
        physician.until(lambda s: any(one["state"] == "waiting" for one in s["people"]))
        physician.ask("admit", who=link.person)
        line.until(lambda _: line.mine()["state"] == "admitted")
        assert "Okafor" not in json.dumps(line.state)
        assert line.state["title"] == ""
        line.ask("end")
        assert line.next("refused")["what_happened"] == "Only the physician can do this."


def test_a_foreign_desk_a_foreign_page_and_no_session_come_into_no_room(stage: Stage) -> None:
    mine, other = stage.desk(), stage.desk()
    consult, (link,) = set_one(stage, mine)
    browser = inside(stage, link.url)
    with desk_line(stage, other, consult) as line:
        assert line.ended() == 4403
    with pytest.raises(InvalidStatus), browser.room(origin="https://elsewhere.example"):
        pass
    with Browser(stage, link.url).room() as line:
        assert line.ended() == 4401


def test_signals_go_from_the_call_to_the_call_alone(stage: Stage) -> None:
    desk = stage.desk()
    consult, (link,) = set_one(stage, desk)
    browser = inside(stage, link.url)
    with browser.room() as patient, desk_line(stage, desk, consult) as physician:
        patient.ask("ready")
        patient.until(lambda _: patient.mine()["state"] == "waiting")
        patient.ask("signal", to=physician.until(bool)["me"], body={"k": "offer", "sdp": "x"})
        assert "not in the call" in patient.next("refused")["what_happened"]
        patient.ask("admit", who=link.person)
        assert patient.next("refused")["ask"] == "admit"
        patient.ask("media", up=True)
        assert "in the call only" in patient.next("refused")["what_happened"]


def test_two_tabs_the_newer_one_has_the_line(stage: Stage) -> None:
    _, (link,) = set_one(stage, stage.desk())
    browser = inside(stage, link.url)
    with browser.room() as first, browser.room() as second:
        second.until(bool)
        assert first.ended() == 4409
        second.ask("ready")
        second.until(lambda _: second.mine()["state"] == "waiting")


@pytest.mark.parametrize("frame", ["x" * 70_000, '{"t":"chat","text":"' + "y" * 1_000_000 + '"}'])
def test_a_frame_that_is_too_long_ends_its_line_and_nobody_elses(stage: Stage, frame: str) -> None:
    desk = stage.desk()
    consult, (link,) = set_one(stage, desk)
    browser = inside(stage, link.url)
    with desk_line(stage, desk, consult) as physician:
        physician.until(bool)
        with browser.room() as patient:
            patient.socket.send(frame)
            patient.ended()
        physician.ask("ping")
        physician.next("pong")
        with browser.room() as again:
            again.until(bool)


def test_junk_and_floods_end_their_line(stage: Stage) -> None:
    _, (link,) = set_one(stage, stage.desk())
    browser = inside(stage, link.url)
    for frame, code in (("not json", 4400), ('{"t":"nothing"}', 4400), ('{"t":"ping"}', 4429)):
        with browser.room() as line:
            with suppress(ConnectionClosed):
                for _ in range(400):
                    line.socket.send(frame)
            assert line.ended() == code


@pytest.mark.keeps("process", "the stage's server, which is stopped and started again")
def test_after_a_restart_everybody_is_where_they_were(stage: Stage) -> None:
    desk = stage.desk()
    consult, (link,) = set_one(stage, desk)
    browser = inside(stage, link.url)
    with browser.room() as patient, desk_line(stage, desk, consult) as physician:
        patient.ask("ready")
        physician.until(lambda s: any(one["state"] == "waiting" for one in s["people"]))
        physician.ask("admit", who=link.person)
        patient.until(lambda _: patient.mine()["state"] == "admitted")
        patient.ask("media", up=True)
        patient.until(lambda _: patient.mine()["state"] == "here")
        stage.server.stop()
        stage.server.start()
    with browser.room() as patient:
        patient.until(lambda _: patient.mine()["state"] == "here")


def test_reminders_lie_in_the_box_and_follow_the_consults_time(stage: Stage) -> None:
    consult, _ = set_one(stage, stage.desk(), hours=48)

    def kinds() -> list[str]:
        with stage.house.database.read() as tx:
            return sorted(one.kind for one in consults.boxed(tx) if one.consult == consult)

    assert kinds() == ["invitation", "reminder 1 h", "reminder 24 h"]
    with stage.house.database.write() as tx:
        schedule.move(stage.house, tx, consult, _slot(3), "")
    assert kinds() == ["invitation", "moved", "reminder 1 h"]
    with stage.house.database.write() as tx:
        schedule.cancel(stage.house, tx, consult, "")
    assert kinds() == ["cancelled", "moved"]
