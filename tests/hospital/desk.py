"""What a desk does, spelt out: keys, enrolment, tokens, requests to the pinned authority, a signed opinion."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from cryptography.hazmat.primitives.asymmetric import ec

from record.opinion.compose import compose
from record.opinion.draft import Draft
from record.opinion.facts import Facts, PatientFacts, SignerFacts
from record.opinion.parts import make_document
from record.signature import authority
from record.signature.sign import sign
from sync.protocol import enrolment_code, jws
from sync.protocol.canonical import content_digest
from sync.protocol.messages import Page

if TYPE_CHECKING:
    from record.audit import Head

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
PASSWORD = "a password of the account"


@cache
def _font(name: str) -> bytes:
    return (FONTS / name).read_bytes()


@dataclass
class Desk:
    """A physician's desk over its own connection."""

    address: str
    ca_file: Path
    login: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    signer: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    device: str = ""
    dataset: str = ""
    bearer: str = ""
    cursor: str = ""
    vault: str = field(default_factory=lambda: secrets.token_hex(16))

    def ask(self, method: str, path: str, *, token: str | None = None, **more: Any) -> requests.Response:
        """A request with this desk's token."""
        bearer = self.bearer if token is None else token
        headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.address + path, headers=headers, verify=str(self.ca_file), timeout=30, **more)

    def enrolment(self, code: str, password: str = PASSWORD) -> requests.Response:
        """Asks to be enrolled."""
        told = {
            "login": self.login,
            "password": password,
            "secret": enrolment_code.from_text(code).secret.hex(),
            "desk_name": "desk of the test",
            "vault": self.vault,
            "device_key": jws.jwk(self.key.public_key()),
            "signing_request_pem": authority.make_request(self.signer, self.login).decode(),
        }
        return self.ask("POST", "/v1/enrolments", token="", json=told)

    def enrol(self, code: str) -> None:
        """Joins, and signs in."""
        answer = self.enrolment(code)
        assert answer.status_code == 200, answer.text
        self.device, self.dataset = answer.json()["device"], answer.json()["dataset"]
        self.sign_in()

    def assertion(self, at: datetime | None = None) -> str:
        return jws.assertion(self.device, self.dataset, self.key, at or datetime.now(UTC))

    def sign_in(self) -> None:
        answer = self.ask("POST", "/v1/tokens", token="", json={"assertion": self.assertion()})
        assert answer.status_code == 200, answer.text
        self.bearer = answer.json()["access_token"]

    def page(self, cursor: str = "", limit: int = 500) -> Page:
        answer = self.ask("GET", "/v1/changes", params={"cursor": cursor, "limit": limit})
        assert answer.status_code == 200, answer.text
        return Page.model_validate_json(answer.content)

    def newest(self, kind: str, name: str) -> dict[str, Any] | None:
        """The body that the feed gives now; None where it is dropped or not there."""
        return next((one.body for one in self.page().changes if one.kind == kind and one.id == name), None)

    def intent(self, kind: str, case: str, assignment: str, key: str = "", seen: int = 1, **body: Any) -> dict[str, Any]:
        told = {"key": key or f"{kind}-{assignment}", "kind": kind, "case": case, "assignment": assignment, "seen_revision": seen}
        answer = self.ask("POST", "/v1/intents", json=told | {"body": body})
        assert answer.status_code == 200, answer.text
        given: dict[str, Any] = answer.json()
        return given

    def certificate(self) -> bytes:
        """Waits for the certificate."""
        deadline = time.monotonic() + 20
        while True:
            pem = self.ask("GET", "/v1/certificate").json()["certificate_pem"]
            if pem is not None:
                return str(pem).encode()
            assert time.monotonic() < deadline, "no certificate came"
            time.sleep(0.02)

    def opinion(self, facts: Facts, signing_authority: str) -> bytes:
        """A signed PDF that says `facts`."""
        composed = compose(make_document(Draft(), facts), {}, _font, facts.composed_at).pdf
        return sign(composed, self.signer, self.certificate(), signing_authority.encode(), datetime.now(UTC))

    def audit(self, lines: list[str], head: Head, at: str = "2026-11-25T10:00:00+00:00", key: Any = None) -> requests.Response:
        """Sends records with a signed head."""
        token = jws.sign(head.claims(self.device, at), key or self.key, self.device, jws.Kind.AUDIT_HEAD)
        return self.ask("POST", "/v1/audit", json={"records": lines, "head": token})

    def upload(self, assignment: str, revision: int, signed: bytes, digest: str | None = None) -> requests.Response:
        told = content_digest(signed) if digest is None else digest
        path = f"/v1/assignments/{assignment}/opinions/{revision}"
        return self.ask("PUT", path, data=signed, headers={"Content-Digest": told})


def facts(case: str, assignment: str, manifest: dict[str, Any], revision: int = 1) -> Facts:
    """The smallest facts of an opinion on a manifest (the body of its change)."""
    return Facts(
        case=case,
        assignment=assignment,
        revision=revision,
        manifest_version=manifest["version"],
        manifest_digest=manifest["object"],
        hospital="Northlight",
        patient=PatientFacts("Zweifelhofer^Adelheid", date(1961, 3, 9), "F", "PID-7781-44", "Northlight"),
        signer=SignerFacts("Dr M. Adeyemi"),
        composed_at=datetime.now(UTC),
    )
