"""Consults, the people in them, their links, the record, and snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from hospital.store.rows import columns
from hospital.store.tables import consult_links, consult_people, consult_record, consult_snapshots, consults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

OVER = frozenset({"ended", "cancelled", "no_show", "by_telephone"})
INSIDE = frozenset({"admitted", "here", "lost"})  # let in and not gone
_THERE = ("waiting", "admitted", "here", "lost")


@dataclass(frozen=True, slots=True)
class Consult:
    """A consult on a case."""

    id: str
    case: str
    state: str
    revision: int
    starts_at: datetime
    minutes: int
    sealed_body: bytes
    made_at: datetime

    @property
    def over(self) -> bool:
        """Whether nothing more happens in it."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class Participant:
    """One person in a consult; `account` where they come by a desk."""

    id: str
    consult: str
    position: int  # in the order of invitation
    kind: str
    state: str
    since: datetime
    account: str | None
    sealed_body: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A person's link; of its token, its one-time code and its browser's session digests alone are kept."""

    token_sha256: str
    participant: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    failed: int
    code_mac: str
    code_until: datetime | None
    codes: int
    session_sha256: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One thing that happened in a consult."""

    consult: str
    counter: int
    at: datetime
    act: str
    by: str
    sealed_body: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture that was shown; its bytes are an object of the case."""

    consult: str
    sha256: str
    at: datetime
    identity: bool
    sealed_label: bytes


# -- consults


def add(tx: Connection, row: Consult) -> None:
    """Stores a new consult."""
    tx.execute(insert(consults).values(**columns(row)))


def get(tx: Connection, consult: str) -> Consult:
    """A consult that is known to be there."""
    return Consult(*tx.execute(select(consults).where(consults.c.id == consult)).one())


def find(tx: Connection, consult: str) -> Consult | None:
    """A consult by its id, or by the unambiguous beginning of it (8 digits or more)."""
    if len(consult) < 8:
        return None
    rows = tx.execute(select(consults).where(consults.c.id.startswith(consult, autoescape=True)).limit(2)).all()
    return Consult(*rows[0]) if len(rows) == 1 else None


def all_consults(tx: Connection) -> list[Consult]:
    """Every consult, the earliest first."""
    return [Consult(*row) for row in tx.execute(select(consults).order_by(consults.c.starts_at, consults.c.id))]


def not_over(tx: Connection) -> list[Consult]:
    """Those in which something may still happen, the earliest first."""
    wanted = select(consults).where(consults.c.state.not_in(OVER)).order_by(consults.c.starts_at, consults.c.id)
    return [Consult(*row) for row in tx.execute(wanted)]


def of_case(tx: Connection, case: str) -> list[Consult]:
    """The consults of a case, the earliest first."""
    wanted = select(consults).where(consults.c.case == case).order_by(consults.c.starts_at, consults.c.id)
    return [Consult(*row) for row in tx.execute(wanted)]


def ahead(tx: Connection, row: Consult) -> int:
    """How many consults come before this one: of the same physicians, earlier or under way, with a guest who waits or is inside."""
    mine = select(consult_people.c.account).where(consult_people.c.consult == row.id, consult_people.c.account.is_not(None))
    theirs = select(consult_people.c.consult).where(consult_people.c.account.in_(mine), consult_people.c.state != "left")
    there = consult_people.c.account.is_(None) & consult_people.c.state.in_(_THERE)
    taken = select(consult_people.c.consult).where(there)
    earlier = (consults.c.starts_at < row.starts_at) | ((consults.c.starts_at == row.starts_at) & (consults.c.id < row.id))
    before = earlier | consults.c.state.in_(["in_call", "reconnecting"])
    wanted = select(func.count()).select_from(consults).where(consults.c.id != row.id, consults.c.state.not_in(OVER))
    return int(tx.execute(wanted.where(consults.c.id.in_(theirs), consults.c.id.in_(taken), before)).scalar_one())


def to_come(tx: Connection, until: datetime) -> list[Consult]:
    """The scheduled ones that start before a time."""
    wanted = select(consults).where(consults.c.state == "scheduled", consults.c.starts_at <= until)
    return [Consult(*row) for row in tx.execute(wanted)]


def of_account(tx: Connection, account: str) -> list[Consult]:
    """The consults to which a physician was invited."""
    mine = select(consult_people.c.consult).where(consult_people.c.account == account)
    return [Consult(*row) for row in tx.execute(select(consults).where(consults.c.id.in_(mine)).order_by(consults.c.starts_at))]


def change(tx: Connection, consult: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes a consult, or only says that something in it changed; its revision grows."""
    tx.execute(update(consults).where(consults.c.id == consult).values(revision=consults.c.revision + 1, **values))


def revisions(tx: Connection, wanted: Iterable[str]) -> dict[str, int]:
    """The revisions of some consults."""
    found = tx.execute(select(consults.c.id, consults.c.revision).where(consults.c.id.in_(list(wanted))))
    return {row.id: int(row.revision) for row in found}


# -- people


def add_participant(tx: Connection, row: Participant) -> None:
    """Stores a person."""
    tx.execute(insert(consult_people).values(**columns(row)))


def participant(tx: Connection, participant_id: str) -> Participant | None:
    """A person by id."""
    row = tx.execute(select(consult_people).where(consult_people.c.id == participant_id)).one_or_none()
    return None if row is None else Participant(*row)


def participants(tx: Connection, consult: str) -> list[Participant]:
    """Everybody who was invited, in the order in which they were."""
    wanted = select(consult_people).where(consult_people.c.consult == consult).order_by(consult_people.c.position)
    return [Participant(*row) for row in tx.execute(wanted)]


def change_participant(tx: Connection, participant_id: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes a person's row."""
    tx.execute(update(consult_people).where(consult_people.c.id == participant_id).values(**values))


# -- links


def add_link(tx: Connection, row: Link) -> None:
    """Stores a link."""
    tx.execute(insert(consult_links).values(**columns(row)))


def link(tx: Connection, token_sha256: str) -> Link | None:
    """A link by the digest of its token."""
    row = tx.execute(select(consult_links).where(consult_links.c.token_sha256 == token_sha256)).one_or_none()
    return None if row is None else Link(*row)


def link_of_session(tx: Connection, session_sha256: str) -> Link | None:
    """The link by which a browser came."""
    row = tx.execute(select(consult_links).where(consult_links.c.session_sha256 == session_sha256)).one_or_none()
    return None if row is None else Link(*row)


def links_of(tx: Connection, participant_id: str) -> list[Link]:
    """The links of a person, the oldest first."""
    wanted = select(consult_links).where(consult_links.c.participant == participant_id).order_by(consult_links.c.made_at)
    return [Link(*row) for row in tx.execute(wanted)]


def change_link(tx: Connection, token_sha256: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes a link."""
    tx.execute(update(consult_links).where(consult_links.c.token_sha256 == token_sha256).values(**values))


def change_links_of(tx: Connection, participant_id: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes every link of a person that was not revoked."""
    mine = (consult_links.c.participant == participant_id, consult_links.c.revoked_at.is_(None))
    tx.execute(update(consult_links).where(*mine).values(**values))


# -- record


def add_record(tx: Connection, row: RecordRow) -> None:
    """Stores a row of the record."""
    tx.execute(insert(consult_record).values(**columns(row)))


def next_counter(tx: Connection, consult: str) -> int:
    """The number of the next row."""
    last = tx.execute(select(func.max(consult_record.c.counter)).where(consult_record.c.consult == consult)).scalar()
    return 1 + int(last or 0)


def record(tx: Connection, consult: str, act: str | None = None) -> list[RecordRow]:
    """The record, or its rows of one act, the oldest first."""
    wanted = select(consult_record).where(consult_record.c.consult == consult).order_by(consult_record.c.counter)
    return [RecordRow(*row) for row in tx.execute(wanted if act is None else wanted.where(consult_record.c.act == act))]


# -- snapshots


def add_snapshot(tx: Connection, row: Snapshot) -> None:
    """Stores a snapshot's row."""
    tx.execute(insert(consult_snapshots).values(**columns(row)))


def snapshots(tx: Connection, consult: str) -> list[Snapshot]:
    """The pictures that were shown, the oldest first."""
    wanted = select(consult_snapshots).where(consult_snapshots.c.consult == consult).order_by(consult_snapshots.c.at)
    return [Snapshot(*row) for row in tx.execute(wanted)]


def snapshot(tx: Connection, consult: str, sha256: str) -> Snapshot | None:
    """One picture of a consult."""
    mine = (consult_snapshots.c.consult == consult, consult_snapshots.c.sha256 == sha256)
    row = tx.execute(select(consult_snapshots).where(*mine)).one_or_none()
    return None if row is None else Snapshot(*row)
