"""What a coordinator's browser asks, spelt out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from hospital.staff.app import COOKIE
from hospital.store import people
from tests.hospital.desk import PASSWORD
from tests.hospital.guests import pinned

if TYPE_CHECKING:
    from tests.hospital.stage import Stage


@dataclass
class Coordinator:
    """One browser, with its cookie."""

    stage: Stage
    login: str = ""
    cookie: str = ""

    def __post_init__(self) -> None:
        self.address = f"https://localhost:{self.stage.server.staff_port}"
        ca_file = self.stage.server.folder / "ca.pem"
        ca_file.write_text(self.stage.house.keys.tls_authority_pem, "ascii")
        self.tls = pinned(ca_file)

    def ask(self, method: str, path: str, origin: str | None = "", **more: Any) -> httpx.Response:
        """`origin` empty: our own page; None: none is said."""
        headers = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        if origin is not None:
            headers["Origin"] = origin or self.address
        with httpx.Client(verify=self.tls, trust_env=False, timeout=30) as client:
            return client.request(method, self.address + path, headers=headers, **more)

    def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        answer = self.ask("POST", "/api/sign-in", json={"login": self.login, "password": password})
        if answer.status_code == 204:
            self.cookie = answer.cookies[COOKIE]
        return answer

    def told(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, path: str, **body: Any) -> Any:
        answer = self.ask("POST", path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def stranger(stage: Stage, role: str = "coordinator") -> Coordinator:
    """A new account, not signed in."""
    login = f"{role}-{secrets.token_hex(3)}"
    made = people.Person(people.new_id(), login, "Cora Lindgren", role, "", [], stage.record, True, stage.house.now())
    with stage.house.database.write() as tx:
        people.add_person(tx, made)
    return Coordinator(stage, login)


def signed_in(stage: Stage) -> Coordinator:
    made = stranger(stage)
    assert made.sign_in().status_code == 204
    return made
