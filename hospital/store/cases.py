"""Cases, their objects and manifests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from hospital.store.tables import cases, manifests, objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.store.objects import Stored


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case without its contents."""

    id: str
    reference: str
    state: str
    revision: int
    key_id: bytes
    key_wrap: bytes
    sealed_body: bytes | None
    due_at: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """An object of a case."""

    case: str
    object: str
    length: int
    kind: str
    file_id: bytes


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One version of a case's manifest."""

    case: str
    version: int
    object: str
    contents: str
    signature: str
    made_at: datetime


def add(tx: Connection, row: CaseRow) -> None:
    """Stores a new case."""
    tx.execute(insert(cases).values(**{name: getattr(row, name) for name in CaseRow.__slots__}))


def get(tx: Connection, case: str) -> CaseRow:
    """A case that is known to be there."""
    return CaseRow(*tx.execute(select(cases).where(cases.c.id == case)).one())


def find(tx: Connection, case: str) -> CaseRow | None:
    """A case by its id, or by the unambiguous beginning of it (8 digits or more)."""
    if len(case) < 8:
        return None
    rows = tx.execute(select(cases).where(cases.c.id.startswith(case, autoescape=True)).limit(2)).all()
    return CaseRow(*rows[0]) if len(rows) == 1 else None


def by_reference(tx: Connection, reference: str) -> CaseRow | None:
    """A case by the HMAC of the name that its folder gives it."""
    row = tx.execute(select(cases).where(cases.c.reference == reference)).one_or_none()
    return None if row is None else CaseRow(*row)


def all_cases(tx: Connection) -> list[CaseRow]:
    """Every case, the oldest first."""
    return [CaseRow(*row) for row in tx.execute(select(cases).order_by(cases.c.made_at, cases.c.id))]


def set_body(tx: Connection, case: str, sealed_body: bytes, due_at: datetime) -> None:
    """Replaces the contents of a case; its revision grows."""
    tx.execute(update(cases).where(cases.c.id == case).values(sealed_body=sealed_body, due_at=due_at, revision=cases.c.revision + 1))


def set_state(tx: Connection, case: str, state: str) -> None:
    """Moves a case; by the state tables alone (`hospital.desks.moves`)."""
    tx.execute(update(cases).where(cases.c.id == case).values(state=state))


def add_objects(tx: Connection, case: str, stored: Iterable[tuple[Stored, str]]) -> None:
    """Rows for objects that stand in the store; those known already are passed over."""
    known = set(tx.execute(select(objects.c.object).where(objects.c.case == case)).scalars())
    new = {
        one.object: {"case": case, "object": one.object, "length": one.length, "kind": kind, "file_id": one.file_id} for one, kind in stored
    }
    rows = [row for name, row in new.items() if name not in known]
    if rows:
        tx.execute(insert(objects), rows)


def object_row(tx: Connection, case: str, object_id: str) -> ObjectRow | None:
    """An object of a case."""
    row = tx.execute(select(objects).where(objects.c.case == case, objects.c.object == object_id)).one_or_none()
    return None if row is None else ObjectRow(*row)


def objects_of(tx: Connection, case: str) -> list[ObjectRow]:
    """All objects of a case."""
    return [ObjectRow(*row) for row in tx.execute(select(objects).where(objects.c.case == case))]


def objects_among(tx: Connection, case_ids: Sequence[str], wanted: Sequence[str]) -> dict[str, ObjectRow]:
    """The wanted objects that belong to any of the cases, by object id."""
    found = tx.execute(select(objects).where(objects.c.case.in_(case_ids), objects.c.object.in_(wanted)))
    return {row.object: ObjectRow(*row) for row in found}


def every_object(tx: Connection) -> list[ObjectRow]:
    """All objects of all cases."""
    return [ObjectRow(*row) for row in tx.execute(select(objects).order_by(objects.c.case))]


def add_manifest(tx: Connection, row: ManifestRow) -> None:
    """Stores a version of a manifest."""
    tx.execute(insert(manifests).values(**{name: getattr(row, name) for name in ManifestRow.__slots__}))


def newest_manifest(tx: Connection, case: str) -> ManifestRow | None:
    """The newest version."""
    row = tx.execute(select(manifests).where(manifests.c.case == case).order_by(manifests.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else ManifestRow(*row)


def manifest_by_digest(tx: Connection, case: str, digest: str) -> ManifestRow | None:
    """The version whose object this is."""
    row = tx.execute(select(manifests).where(manifests.c.case == case, manifests.c.object == digest)).one_or_none()
    return None if row is None else ManifestRow(*row)


def sizes(tx: Connection, case: str) -> tuple[int, int]:
    """How many objects a case has, and their bytes."""
    count, total = tx.execute(select(func.count(), func.coalesce(func.sum(objects.c.length), 0)).where(objects.c.case == case)).one()
    return int(count), int(total)
