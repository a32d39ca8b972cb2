"""Lossless pictures that a physician shows: sealed under the case, known by their digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hospital.consult.opened import opened
from hospital.consult.seeing import label_context
from hospital.desks.bodies import case_key
from hospital.store import cases, consults
from record.trouble import Kind, Trouble
from sync.protocol.consult import SnapshotShown
from sync.seal.values import seal_value

if TYPE_CHECKING:
    from hospital.house import House

MOST_BYTES = 24 << 20
MOST_SHOWN = 200  # in one consult
_PNG = b"\x89PNG\r\n\x1a\n"
KIND = "snapshot"


def show(house: House, consult: str, person: str, png: bytes, label: str, *, identity: bool) -> SnapshotShown:
    """Stores a picture and shows it to everybody in the call; the same again is the same. Raises `Trouble` INPUT, STATE, STORAGE."""
    if not png.startswith(_PNG):
        raise Trouble("This is no PNG picture.", "Show the viewport again.", kind=Kind.INPUT)
    with house.database.read() as tx:
        at = opened(house, tx, consult)
        if at.row.over or at.person(person).state not in consults.INSIDE:
            raise Trouble("Pictures can be shown while you are in the call.", "Join the consult first.", kind=Kind.STATE)
        if len(consults.snapshots(tx, at.id)) >= MOST_SHOWN:
            raise Trouble("So many pictures were shown that no more can be.", "End this consult and set another.", kind=Kind.STATE)
    stored = house.objects.put(at.key, png)
    house.objects.settle(at.key, [stored])
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        cases.add_objects(tx, at.case, [(stored, KIND)])
        known = consults.snapshot(tx, at.id, stored.object)
        if known is None:
            sealed = seal_value(at.key, label_context(at.id, stored.object), label.encode())
            known = consults.Snapshot(at.id, stored.object, at.now, identity, sealed)
            consults.add_snapshot(tx, known)
            consults.change(tx, at.id)
        at.note("snapshot", person, sha256=stored.object, label=label, identity=identity)
    return SnapshotShown(sha256=stored.object, label=label, identity=known.identity, at=known.at)


def picture(house: House, consult: str, person: str, sha256: str) -> bytes:
    """The bytes of a picture that was shown, for somebody in the call. Raises `Trouble` (INPUT, details 404)."""
    with house.database.read() as tx:
        at = opened(house, tx, consult)
        me, shown = at.person(person), consults.snapshot(tx, at.id, sha256)
        row = cases.object_row(tx, at.case, sha256) if shown is not None else None
        if row is None or me.state not in consults.INSIDE or me.kind == "interpreter":
            raise Trouble("There is no such picture.", "Wait until the physician shows one.", "404", Kind.INPUT)
        key = case_key(house, cases.get(tx, at.case))
    return house.objects.read(key, sha256, row.file_id)
