"""Who this vault belongs to, kept in `work.db`: the hospital's pinned keys, the enrolment, the device key, the certificate, the lease.

Here is also the high-water clock: the latest moment that this desk knows of. Setting the computer's clock back does not make a lease
longer; only the hospital's own time, heard over its pinned connection, moves the mark back.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.messages import Authority, Enrolment
from sync.seal.values import open_with, seal_with
from sync.vault.values import Lease

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.vault.database import Database

CLOCK_TOLERANCE = timedelta(minutes=10)
SHUT_OUT = "shut out"  # in the details of a lease's trouble
_MARK_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Home:
    """Where the hospital is and how it is known."""

    address: str  # https://host:port
    authority: Authority
    enrolment: Enrolment


class Enrolled:
    """The enrolment's rows."""

    def __init__(self, database: Database, device_key: bytes) -> None:
        self._db = database
        self._device_key = device_key

    def store(self, home: Home, device: bytes) -> None:
        """Stores all of an enrolment: one transaction."""
        rows_to_store = {
            "address": home.address,
            "authority": home.authority.model_dump_json(),
            "enrolment": home.enrolment.model_dump_json(),
        }
        with self._db.write() as rows:
            for name, value in rows_to_store.items():
                rows.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
            rows.execute("INSERT OR REPLACE INTO secrets VALUES ('device', ?)", (seal_with(self._device_key, "device", device),))

    def home(self) -> Home | None:
        """The enrolment; None before it."""
        found = [self._meta(name) for name in ("address", "authority", "enrolment")]
        address, authority, enrolment = found
        if address is None or authority is None or enrolment is None:
            return None
        return Home(address, Authority.model_validate_json(authority), Enrolment.model_validate_json(enrolment))

    def device(self) -> bytes:
        """The device key (DER). Raises `Trouble` (DAMAGED, STATE)."""
        with self._db.read() as rows:
            row = rows.execute("SELECT sealed FROM secrets WHERE name = 'device'").fetchone()
        if row is None:
            raise not_enrolled()
        return open_with(self._device_key, "device", bytes(row["sealed"]))

    def certificate(self) -> str | None:
        """The signing certificate (PEM), once the hospital issued it."""
        return self._meta("certificate")

    def put_certificate(self, certificate_pem: str) -> None:
        """Stores the certificate (checked before)."""
        self._put(certificate=certificate_pem)

    def renew(self, signing_request_pem: str) -> None:
        """The signing key is another one: its certificate is to be asked for, the old one is gone. One transaction."""
        with self._db.write() as rows:
            rows.execute("INSERT OR REPLACE INTO meta VALUES ('renewal', ?)", (signing_request_pem,))
            rows.execute("DELETE FROM meta WHERE name = 'certificate'")

    def renewal(self) -> str | None:
        """The request (PEM) for a certificate that the hospital has not got yet."""
        return self._meta("renewal")

    def renewal_sent(self) -> None:
        """The hospital has the request; it waits for approval."""
        with self._db.write() as rows:
            rows.execute("DELETE FROM meta WHERE name = 'renewal'")

    # -- lease and clock ---------------------------------------------------------------------------------------------------

    def heard(self, server_time: datetime, lease_until: datetime) -> None:
        """The hospital's time and how long the lease lasts now."""
        self._put(high_water=server_time.isoformat(), lease_until=lease_until.isoformat())

    def shut_out(self, reason: str) -> None:
        """The hospital revoked this desk; for good."""
        self._put(revoked=reason)

    def is_shut_out(self) -> bool:
        """Whether the hospital revoked this desk."""
        return self._meta("revoked") is not None

    def lease(self, now: datetime) -> Lease:
        """How long the desk may go on; marks the time on the way."""
        mark, until = self._time("high_water"), self._time("lease_until")
        if mark is not None and now < mark - CLOCK_TOLERANCE:
            return Lease(until, mark, _clock_is_wrong())
        if self.is_shut_out():
            return Lease(until, now, _is_shut_out())
        if until is not None and now > until:
            return Lease(until, now, _lease_is_over())  # not marked: where the clock is wrong, setting it right is enough
        if mark is None or now > mark + _MARK_EVERY:
            with _as_far_as_the_disk_goes():
                self._put(high_water=now.isoformat())
        return Lease(until, now, None)

    def _time(self, name: str) -> datetime | None:
        value = self._meta(name)
        return None if value is None else datetime.fromisoformat(value)

    def _meta(self, name: str) -> str | None:
        with self._db.read() as rows:
            row = rows.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def _put(self, **values: str) -> None:
        with self._db.write() as rows:
            for name, value in values.items():
                rows.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


@contextmanager
def _as_far_as_the_disk_goes() -> Iterator[None]:
    """A full disk is no reason not to read; the mark is made a minute later."""
    try:
        yield
    except Trouble as trouble:
        if trouble.kind is not Kind.STORAGE:
            raise


def not_enrolled() -> Trouble:
    """What is raised where the vault belongs to no hospital yet."""
    return Trouble("This desk is not joined to a hospital yet.", "Enter the enrolment code that the hospital gave you.", kind=Kind.STATE)


def _clock_is_wrong() -> Trouble:
    return Trouble(
        "This computer's clock is wrong: it shows a time before Overread was last used.",
        "Set its date and time, then try again. If they are right, connect to the hospital once: its time counts.",
        details="clock",
        kind=Kind.LOCKED,
    )


def _is_shut_out() -> Trouble:
    return Trouble(
        "The hospital has shut out this desk.",
        "Ask the hospital why. Its cases are no longer here; what you signed and could not send yet is kept.",
        details=SHUT_OUT,
        kind=Kind.LOCKED,
    )


def _lease_is_over() -> Trouble:
    return Trouble(
        "This desk has not heard from the hospital for longer than the hospital allows.",
        "Connect it to the network and try again.",
        details="lease",
        kind=Kind.LOCKED,
    )
