"""What a person's browser does in a consult, spelt out: the link, the proof, the check-in, the line into the room."""

from __future__ import annotations

import json
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from hospital.consult import box
from hospital.people.app import COOKIE
from sync.protocol.consult import TOLD, Heard, Pong, Refused, RoomState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hospital.house import House

WAIT_S = 20.0
CHECK_IN = {
    "name": "Adelheid Zweifelhofer",
    "country": "NG",
    "region": "Lagos",
    "address": "4 Marina Road",
    "call_back": "+234 1 555 0142",
    "emergency": "112, Island Hospital",
    "with_whom": "her sister",
    "accepted": ["telehealth@1", "no-examination@1"],
    "camera": True,
    "microphone": True,
}


@dataclass
class Line:
    """A line into a room: what it was told since it began."""

    connection: ClientConnection
    states: list[RoomState] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    pongs: int = 0

    def ask(self, t: str, **more: Any) -> None:
        self.connection.send(json.dumps({"t": t, **more}))

    def until(self, holds: Callable[[Line], bool]) -> Line:
        """Listens until something holds."""
        deadline = time.monotonic() + WAIT_S
        while not holds(self):
            left = deadline - time.monotonic()
            assert left > 0, f"it did not come: {self.states[-1:]} {self.refused[-1:]}"
            self._take(self.connection.recv(timeout=left, decode=True))
        return self

    def state(self, holds: Callable[[RoomState], bool] = lambda _: True) -> RoomState:
        """The newest state, once it holds."""
        return self.until(lambda line: bool(line.states) and holds(line.states[-1])).states[-1]

    def settled(self) -> RoomState:
        """The state after all that was asked before was done."""
        pongs = self.pongs
        self.ask("ping")
        return self.until(lambda line: line.pongs > pongs and bool(line.states)).states[-1]

    def closed(self) -> int:
        """The code with which the hospital closes the line."""
        deadline = time.monotonic() + WAIT_S
        while self.connection.close_code is None and time.monotonic() < deadline:
            try:
                self._take(self.connection.recv(timeout=1, decode=True))
            except Exception:  # noqa: BLE001, S112  it is asked again by its code
                continue
        return self.connection.close_code or 0

    def mine(self) -> Any:
        state = self.states[-1]
        return next(one for one in state.people if one.id == state.me)

    def _take(self, text: str | bytes) -> None:
        told = TOLD.validate_json(text)
        if isinstance(told, RoomState):
            self.states.append(told)
        elif isinstance(told, Heard):
            self.heard.append(told)
        elif isinstance(told, Refused):
            self.refused.append(told)
        elif isinstance(told, Pong):
            self.pongs += 1


@dataclass
class Browser:
    """One browser, with its cookies."""

    address: str
    ca_file: Path
    token: str = ""
    cookie: str = ""

    def __post_init__(self) -> None:
        self.tls = pinned(self.ca_file)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = more.pop("headers", {}) | ({"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {})
        with httpx.Client(verify=self.tls, trust_env=False, timeout=30) as client:
            return client.request(method, self.address + path, headers=headers, **more)

    def open(self) -> httpx.Response:
        return self.ask("POST", "/api/open", json={"token": self.token})

    def prove(self, value: str) -> httpx.Response:
        answer = self.ask("POST", "/api/prove", json={"token": self.token, "value": value})
        if answer.status_code == 204:
            self.cookie = answer.cookies[COOKIE]
        return answer

    def check_in(self, **changed: Any) -> httpx.Response:
        return self.ask("POST", "/api/check-in", json=CHECK_IN | changed)

    def room(self, origin: str = "") -> Line:
        url = self.address.replace("https", "wss", 1) + "/api/room"
        cookie = {"Cookie": f"{COOKIE}={self.cookie}"}
        made = connect(
            url,
            ssl=self.tls,
            origin=Origin(origin or self.address),
            additional_headers=cookie,
            proxy=None,
            close_timeout=2,
            max_size=None,
            legacy=True,
        )
        return Line(made)


def pinned(ca_file: Path) -> ssl.SSLContext:
    """TLS 1.2 at most: the tickets of 1.3 come unasked, and the client of these tests waits for more after one."""
    made = ssl.create_default_context(cafile=str(ca_file))
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    return made


def desk_room(address: str, ca_file: Path, bearer: str, consult: str) -> Line:
    """A desk's line."""
    url = address.replace("https", "wss", 1) + f"/v1/consults/{consult}/room"
    tls = pinned(ca_file)
    headers = {"Authorization": f"Bearer {bearer}"}
    return Line(connect(url, ssl=tls, additional_headers=headers, proxy=None, close_timeout=2, max_size=None, legacy=True))


def newest_code(house: House, participant: str) -> str:
    """The one-time code that was sent last."""
    found = [one for one in box.every(house) if one.participant == participant and one.kind == "code"]
    return box.read(house, found[-1].id)[1].code
