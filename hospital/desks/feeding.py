"""The change feed of one physician, and the answer to a desk that outlived a restore of the hospital."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.desks.bodies import change, policy_body
from hospital.store import facts, feed, people, work
from record.trouble import Kind, Trouble
from sync.protocol.messages import Change, Holdings, Page

if TYPE_CHECKING:
    from hospital.house import House
    from hospital.store.people import Device


_AFTER_RESTORE = 10_000  # changes in the one page that answers holdings


def page(house: House, device: Device, cursor: str, limit: int) -> Page:
    """The changes after a cursor; an empty one, or one of another dataset, begins anew. A revoked desk reads that it is, and no more."""
    start = _place(cursor, house.dataset)
    with house.database.read() as tx:
        rows = feed.after(tx, device.person, start, limit + 1)
        more, rows = len(rows) > limit, rows[:limit]
        told = rows if device.revoked_at is None else [row for row in rows if (row.kind, row.entity) == ("revocation", device.id)]
        changes = [change(house, tx, row) for row in told]
    end = rows[-1].seq if rows else start
    return Page(dataset=house.dataset, changes=changes, cursor=f"{house.dataset}.{end}", more=more)


def after_restore(house: House, device: Device, holdings: Holdings) -> Page:
    """Explicit drops of what this hospital does not give the physician any more, and everything else put."""
    with house.database.read() as tx:
        allowed = set(work.open_cases(tx, device.person))
        rows = feed.after(tx, device.person, 0, _AFTER_RESTORE + 1)
        more, rows = len(rows) > _AFTER_RESTORE, rows[:_AFTER_RESTORE]
        puts = [change(house, tx, row) for row in rows]
    end = rows[-1].seq if rows else 0
    drops = [Change(seq=0, kind="case", id=case, revision=0, op="drop", body=None) for case in holdings.cases if case not in allowed]
    return Page(dataset=house.dataset, changes=drops + puts, cursor=f"{house.dataset}.{end}", more=more)


def tell_policy(house: House) -> None:
    """Puts the policy into every physician's feed where the settings changed it since the last start."""
    policy = policy_body(house).model_dump(mode="json")
    with house.database.write() as tx:
        if facts.get(tx, "policy") == policy:
            return
        facts.put(tx, "policy", policy)
        for person in {one.person for one in people.devices_of(tx)}:
            feed.note(tx, person, "policy", "policy")


def _place(cursor: str, dataset: str) -> int:
    if not cursor:
        return 0
    name, dot, number = cursor.rpartition(".")
    if not dot or not number.isdecimal():
        raise Trouble("The desk's place in the feed is not readable.", "Sign in anew.", "cursor", Kind.INPUT)
    return int(number) if name == dataset else 0
