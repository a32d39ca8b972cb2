"""Records that wait for their images to be made ready, and what was made of each original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from hospital.store.tables import cases, intakes, prepared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Intake:
    """The records of a case as they were received last."""

    case: str
    revision: str
    received_at: datetime
    files: int
    done: int
    offers: list[dict[str, Any]]
    trouble: dict[str, str] | None
    sealed_body: bytes


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """What was made of an original."""

    case: str
    original: str
    shown: bool
    sealed_body: bytes


def put(tx: Connection, row: Intake) -> None:
    """Stores what was received, in place of what was there; what could not be shown before is to be tried again, offers stay."""
    values = {name: getattr(row, name) for name in Intake.__slots__}
    renewed = {name: value for name, value in values.items() if name not in {"case", "offers"}}
    tx.execute(upsert(intakes).values(**values).on_conflict_do_update(index_elements=["case"], set_=renewed))
    tx.execute(delete(prepared).where(prepared.c.case == row.case, prepared.c.shown.is_(False)))


def get(tx: Connection, case: str) -> Intake | None:
    """What waits of a case."""
    row = tx.execute(select(intakes).where(intakes.c.case == case)).one_or_none()
    return None if row is None else Intake(*row)


def waiting(tx: Connection) -> list[Intake]:
    """All that wait, those that are due first before the others."""
    joined = select(intakes).join(cases, cases.c.id == intakes.c.case)
    return [Intake(*row) for row in tx.execute(joined.order_by(cases.c.due_at, intakes.c.received_at))]


def count(tx: Connection) -> int:
    """How many wait."""
    return int(tx.execute(select(func.count()).select_from(intakes)).scalar_one())


def change(tx: Connection, case: str, **values: Any) -> None:  # noqa: ANN401  columns of the row
    """Changes what waits of a case."""
    tx.execute(update(intakes).where(intakes.c.case == case).values(**values))


def remove(tx: Connection, case: str, revision: str) -> None:
    """The images of these records are ready; what came meanwhile stays."""
    tx.execute(delete(intakes).where(intakes.c.case == case, intakes.c.revision == revision))


def add_prepared(tx: Connection, rows: Iterable[PreparedRow]) -> None:
    """Stores what was made of originals; what was made before stays."""
    values = [{name: getattr(row, name) for name in PreparedRow.__slots__} for row in rows]
    if values:
        tx.execute(insert(prepared).prefix_with("OR IGNORE"), values)


def prepared_of(tx: Connection, case: str, originals: Sequence[str]) -> dict[str, PreparedRow]:
    """What was made of these originals of a case, by their ids."""
    wanted = set(originals)
    rows = (PreparedRow(*row) for row in tx.execute(select(prepared).where(prepared.c.case == case)))
    return {row.original: row for row in rows if row.original in wanted}
