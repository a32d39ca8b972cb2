"""Single facts about the hospital itself: its dataset id, where it listened last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from hospital.store.tables import house

if TYPE_CHECKING:
    from sqlalchemy import Connection


def get(tx: Connection, name: str) -> Any:  # noqa: ANN401  any JSON value
    """A fact, or None."""
    return tx.execute(select(house.c.value).where(house.c.name == name)).scalar_one_or_none()


def put(tx: Connection, name: str, value: Any) -> None:  # noqa: ANN401  any JSON value
    """Sets a fact."""
    row = insert(house).values(name=name, value=value)
    tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))


def get_or_put(tx: Connection, name: str, value: str) -> str:
    """A fact, made now where it was not there."""
    found = get(tx, name)
    if found is None:
        put(tx, name, value)
    return value if found is None else str(found)
