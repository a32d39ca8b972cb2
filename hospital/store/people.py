"""Accounts, failed attempts, enrolment codes, desks, certificates, tokens."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from hospital.store.rows import columns
from hospital.store.tables import assertions, attempts, certificates, codes, devices, people, tokens

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Person:
    """An account."""

    id: str
    login: str
    name: str
    role: str
    specialty: str
    licences: list[str]
    password: str
    active: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code's row; the secret itself is not kept."""

    secret_sha256: str
    person: str
    made_at: datetime
    expires_at: datetime
    device: str | None


@dataclass(frozen=True, slots=True)
class Device:
    """A desk that was enrolled."""

    id: str
    person: str
    name: str
    key: dict[str, str]
    vault: str
    request_pem: str
    requested_at: datetime
    may_renew: bool
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
    revoked_because: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A signing certificate that was issued."""

    sha256: str
    device: str
    person: str
    pem: str
    issued_at: datetime
    revoked_at: datetime | None


def new_id() -> str:
    """A random id."""
    return secrets.token_hex(16)


def sha256(text: str) -> str:
    """What is kept of a secret that only has to be known again."""
    return hashlib.sha256(text.encode()).hexdigest()


# -- accounts


def add_person(tx: Connection, person: Person) -> None:
    """Stores an account."""
    tx.execute(insert(people).values(**columns(person)))


def person_by_login(tx: Connection, login: str) -> Person | None:
    """An account by its login (letter case does not matter)."""
    row = tx.execute(select(people).where(people.c.login == login.strip().lower())).one_or_none()
    return None if row is None else Person(*row)


def person(tx: Connection, person_id: str) -> Person:
    """An account by its id."""
    return Person(*tx.execute(select(people).where(people.c.id == person_id)).one())


def known(tx: Connection, person_id: str) -> Person | None:
    """An account by what may be its id."""
    row = tx.execute(select(people).where(people.c.id == person_id)).one_or_none()
    return None if row is None else Person(*row)


def all_people(tx: Connection) -> list[Person]:
    """Every account, by login."""
    return [Person(*row) for row in tx.execute(select(people).order_by(people.c.login))]


def set_password(tx: Connection, person_id: str, record: str) -> None:
    """Replaces what is stored of a password."""
    tx.execute(update(people).where(people.c.id == person_id).values(password=record))


# -- failed attempts


def locked_until(tx: Connection, login: str) -> datetime | None:
    """Until when an account is locked, by failed attempts."""
    found: datetime | None = tx.execute(
        select(attempts.c.locked_until).where(attempts.c.login_sha256 == sha256(login))
    ).scalar_one_or_none()
    return found


def count_failure(tx: Connection, login: str, most: int, until: datetime) -> None:
    """One failed attempt more; at `most` of them the account is locked `until`, and counting starts anew."""
    name = sha256(login)
    failed = 1 + (tx.execute(select(attempts.c.failed).where(attempts.c.login_sha256 == name)).scalar_one_or_none() or 0)
    row = {"login_sha256": name, "failed": 0 if failed >= most else failed, "locked_until": until if failed >= most else None}
    tx.execute(upsert(attempts).values(**row).on_conflict_do_update(index_elements=["login_sha256"], set_=row))


def forget_failures(tx: Connection, login: str) -> None:
    """After a right password."""
    tx.execute(delete(attempts).where(attempts.c.login_sha256 == sha256(login)))


# -- enrolment codes


def add_code(tx: Connection, code: Code) -> None:
    """Stores an enrolment code."""
    tx.execute(insert(codes).values(**columns(code)))


def code_by_secret(tx: Connection, secret: str) -> Code | None:
    """The code whose secret this is."""
    row = tx.execute(select(codes).where(codes.c.secret_sha256 == sha256(secret))).one_or_none()
    return None if row is None else Code(*row)


def use_code(tx: Connection, code: Code, device: str) -> None:
    """Marks a code as used up by a desk."""
    tx.execute(update(codes).where(codes.c.secret_sha256 == code.secret_sha256).values(device=device))


# -- desks


def add_device(tx: Connection, device: Device) -> None:
    """Stores a desk."""
    tx.execute(insert(devices).values(**columns(device)))


def device(tx: Connection, device_id: str) -> Device | None:
    """A desk by its id."""
    row = tx.execute(select(devices).where(devices.c.id == device_id)).one_or_none()
    return None if row is None else Device(*row)


def device_by_vault(tx: Connection, vault: str) -> Device | None:
    """The desk that works with a vault."""
    row = tx.execute(select(devices).where(devices.c.vault == vault).order_by(devices.c.enrolled_at.desc()).limit(1)).one_or_none()
    return None if row is None else Device(*row)


def allow_renewal(tx: Connection, device_id: str) -> None:
    """After a recovery the desk may ask once for a certificate of another signing key."""
    tx.execute(update(devices).where(devices.c.id == device_id).values(may_renew=True))


def renew(tx: Connection, device_id: str, request_pem: str, now: datetime) -> None:
    """The desk's signing key is another one from now on; opinions signed with the one before stay good."""
    values = {"request_pem": request_pem, "requested_at": now, "may_renew": False}
    tx.execute(update(devices).where(devices.c.id == device_id).values(**values))


def devices_of(tx: Connection, person_id: str | None = None) -> list[Device]:
    """The desks of one physician, or all."""
    wanted = select(devices).order_by(devices.c.enrolled_at)
    return [Device(*row) for row in tx.execute(wanted if person_id is None else wanted.where(devices.c.person == person_id))]


def seen(tx: Connection, device_id: str, now: datetime) -> None:
    """Notes that a desk was heard of."""
    tx.execute(update(devices).where(devices.c.id == device_id).values(seen_at=now))


def revoke_device(tx: Connection, device_id: str, reason: str, now: datetime) -> None:
    """Revokes a desk and its certificates. Its tokens end by themselves: until then they read that it was revoked, and nothing else."""
    tx.execute(update(devices).where(devices.c.id == device_id).values(revoked_at=now, revoked_because=reason))
    mine = certificates.c.device == device_id
    tx.execute(update(certificates).where(mine, certificates.c.revoked_at.is_(None)).values(revoked_at=now))


# -- certificates


_OF_THE_KEY_OF_NOW = certificates.c.issued_at >= devices.c.requested_at


def add_certificate(tx: Connection, certificate: Certificate) -> None:
    """Stores a certificate that was issued."""
    tx.execute(insert(certificates).values(**columns(certificate)))


def certificate_of(tx: Connection, device_id: str) -> Certificate | None:
    """The certificate of a desk's signing key of now; None while it waits."""
    wanted = select(certificates).where(certificates.c.device == device_id, _OF_THE_KEY_OF_NOW)
    row = tx.execute(wanted.join(devices).order_by(certificates.c.issued_at.desc()).limit(1)).one_or_none()
    return None if row is None else Certificate(*row)


def certificate(tx: Connection, digest: str) -> Certificate | None:
    """A certificate by SHA-256 of its DER."""
    row = tx.execute(select(certificates).where(certificates.c.sha256 == digest)).one_or_none()
    return None if row is None else Certificate(*row)


def waiting_devices(tx: Connection) -> list[Device]:
    """Desks that were not revoked and wait for their certificate."""
    have = select(certificates.c.device).join(devices).where(_OF_THE_KEY_OF_NOW)
    wanted = select(devices).where(devices.c.revoked_at.is_(None), devices.c.id.not_in(have)).order_by(devices.c.enrolled_at)
    return [Device(*row) for row in tx.execute(wanted)]


# -- tokens


def use_assertion(tx: Connection, jti: str, expires_at: datetime, now: datetime) -> bool:
    """Takes an assertion's id for good; False where it was taken before. Those expired are forgotten."""
    tx.execute(delete(assertions).where(assertions.c.expires_at < now))
    made = tx.execute(upsert(assertions).values(jti=jti, expires_at=expires_at).on_conflict_do_nothing())
    return made.rowcount == 1


def add_token(tx: Connection, token: str, device_id: str, expires_at: datetime, now: datetime) -> None:
    """Stores a token by its hash. Those expired are forgotten."""
    tx.execute(delete(tokens).where(tokens.c.expires_at < now))
    tx.execute(insert(tokens).values(sha256=sha256(token), device=device_id, expires_at=expires_at))


def device_by_token(tx: Connection, token: str, now: datetime) -> Device | None:
    """The desk to which a token was given, while it is valid; the desk may be revoked."""
    wanted = (
        select(devices).join(tokens, tokens.c.device == devices.c.id).where(tokens.c.sha256 == sha256(token), tokens.c.expires_at > now)
    )
    row = tx.execute(wanted).one_or_none()
    return None if row is None else Device(*row)
