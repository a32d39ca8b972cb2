"""Files that people send in the chat: sealed into the record's quarantine. Nobody opens one here; a coordinator takes it out and looks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hospital.consult.opened import opened
from hospital.desks.bodies import case_key
from hospital.store import cases, consults
from hospital.store.people import new_id
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from hospital.house import House

MOST_BYTES = 24 << 20
MOST_FILES = 20  # in one consult
KIND = "quarantine"
_MAY = consults.INSIDE | {"checked_in", "waiting"}


def take(house: House, consult: str, person: str, data: bytes, name: str) -> str:
    """Puts a file into quarantine and says so in the chat; gives its digest. Raises `Trouble` INPUT, STATE, STORAGE."""
    if not data:
        raise Trouble("The file is empty.", "Choose another one.", kind=Kind.INPUT)
    with house.database.read() as tx:
        at = opened(house, tx, consult)
        if at.row.over or at.person(person).state not in _MAY:
            raise Trouble("Files can be sent in the waiting room and in the call.", "Check in first.", kind=Kind.STATE)
        if sum(bool(at.said(row)["file"]) for row in consults.record(tx, at.id, "chat")) >= MOST_FILES:
            raise Trouble("So many files were sent that no more can be.", "Send the others to the hospital.", kind=Kind.STATE)
    stored = house.objects.put(at.key, data)
    house.objects.settle(at.key, [stored])
    with house.database.write() as tx:
        at = opened(house, tx, consult)
        cases.add_objects(tx, at.case, [(stored, KIND)])
        at.note("chat", person, id=new_id(), text="", file=stored.object, file_name=plain(name))
        consults.change(tx, at.id)
    return stored.object


def plain(name: str) -> str:
    """A name as it may be shown: no folder, no sign that cannot be seen or turns the writing around."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")[:120] or "file"


def read(house: House, consult: str, sha256: str) -> bytes:
    """A file out of quarantine. Raises `Trouble` (INPUT)."""
    with house.database.read() as tx:
        at = opened(house, tx, consult)
        sent = {at.said(row)["file"] for row in consults.record(tx, at.id, "chat")}
        row = cases.object_row(tx, at.case, sha256) if sha256 in sent and sha256 else None
        if row is None:
            raise Trouble("There is no such file in this consult.", "“overread-server consult show” lists them.", "404", Kind.INPUT)
        key = case_key(house, cases.get(tx, at.case))
    return house.objects.read(key, sha256, row.file_id)
