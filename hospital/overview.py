"""What a coordinator sees: the status of everything, the faults of the data folder, and what waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.desks import auditing
from hospital.desks.bodies import case_key
from hospital.intake import renditions
from hospital.store import cases, desk_audit, facts, intakes, people, work
from record.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from hospital.house import House


def status(house: House, tx: Connection) -> dict[str, Any]:
    """Everything as one JSON value, for `status --json`; ids alone, but for logins."""
    waiting = {one.id for one in people.waiting_devices(tx)}
    return {
        "dataset": house.dataset,
        "hospital": house.settings.hospital.name,
        "cases": [_case(tx, row) for row in cases.all_cases(tx)],
        "desks": [_desk(tx, one, waiting) for one in people.devices_of(tx)],
        "opinions": work.count_opinions(tx),
        "refused_intents": [_refused(one) for one in work.refused_intents(tx)],
    }


def status_words(value: dict[str, Any]) -> str:
    """The same for a person."""
    lines = [f"{value['hospital']}: {count_words(len(value['cases']), 'case')}, {count_words(len(value['desks']), 'desk')}"]
    lines += [_case_words(case) for case in value["cases"]]
    for desk in value["desks"]:
        lines.append(f"  desk {desk['id']} of {desk['login']}: {desk['state']}, {count_words(desk['audit_records'], 'audit record')}")
        if desk["audit_fault"]:
            lines.append(f"    {desk['audit_fault']}")
    lines += [f"  {_refused_words(one)}" for one in value["refused_intents"]]
    return "\n".join(lines)


def count_words(number: int, word: str) -> str:
    """A number with its word: "1 case", "4,212 objects"."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def faults(house: House, tx: Connection) -> Iterator[str]:
    """What is wrong with the data folder itself: the audit record, and object files that are gone or not what their row says."""
    broken = house.audit.fault(tx)
    if broken:
        yield broken
    yield from object_faults(house, tx)


def notes(house: House, tx: Connection) -> Iterator[str]:
    """What waits for a coordinator and is no fault: intents that were refused."""
    del house
    for one in work.refused_intents(tx):
        yield _refused_words(_refused(one))


def object_faults(house: House, tx: Connection) -> Iterator[str]:
    """Object files by their headers; every read checks the rest."""
    keys = {row.id: case_key(house, row) for row in cases.all_cases(tx)}
    for row in cases.every_object(tx):
        try:
            house.objects.open(keys[row.case], row.object, row.file_id).close()
        except Trouble as trouble:
            yield f"case {row.case}: an object of kind {row.kind}: {trouble.what_happened}"


def _case(tx: Connection, row: cases.CaseRow) -> dict[str, Any]:
    newest = cases.newest_manifest(tx, row.id)
    count, size = cases.sizes(tx, row.id)
    received = work.opinions_of_case(tx, row.id)
    intake = intakes.get(tx, row.id)
    return {
        "id": row.id,
        "state": row.state,
        "version": 0 if newest is None else newest.version,
        "objects": count,
        "bytes": size,
        "images": facts.get(tx, f"renditions {row.id}"),
        "waits": None if intake is None else _waits(intake),
        "opinions": len(received),
        "receipts": [
            {"receipt": one.receipt, "assignment": one.assignment, "revision": one.revision, "sha256": one.sha256, "state": one.state}
            for one in received
        ],
    }


def _case_words(case: dict[str, Any]) -> str:
    much = f"{count_words(case['objects'], 'object')}, {count_words(case['opinions'], 'opinion')}"
    lines = [f"{case['id']}  {case['state']}, version {case['version']}, {much}"]
    lines += [f"  {one}" for one in _waits_words(case["waits"])] if case["waits"] else []
    lines += [f"  {one}" for one in renditions.words(case["images"])] if case["images"] else []
    return "\n".join(f"  {one}" for one in lines)


def _waits(intake: intakes.Intake) -> dict[str, Any]:
    """How far the making ready of images is."""
    return {
        "since": intake.received_at.isoformat(timespec="seconds"),
        "files": intake.files,
        "done": intake.done,
        "offers": len(intake.offers),
        "trouble": intake.trouble,
    }


def _waits_words(waits: dict[str, Any]) -> list[str]:
    offers = f"; {count_words(waits['offers'], 'offer')} to be made then" if waits["offers"] else ""
    lines = [f"images are being made ready: {waits['done']:,} of {count_words(waits['files'], 'file')}{offers}"]
    trouble = waits["trouble"]
    return [*lines, f"it does not go on: {trouble['what_happened']} {trouble['what_to_do']}"] if trouble else lines


def _desk(tx: Connection, desk: people.Device, waiting: set[str]) -> dict[str, Any]:
    state = "revoked" if desk.revoked_at is not None else "waits for approval" if desk.id in waiting else "enrolled"
    record = desk_audit.head(tx, desk.id)
    return {
        "id": desk.id,
        "login": people.person(tx, desk.person).login,
        "state": state,
        "revoked": desk.revoked_at is not None,
        "audit_records": record.counter,
        "audit_fault": auditing.told(record),
    }


def _refused(one: work.IntentRow) -> dict[str, str]:
    return {
        "at": one.received_at.isoformat(timespec="seconds"),
        "kind": one.kind,
        "assignment": one.assignment,
        "device": one.device,
        "reason": one.reason,
    }


def _refused_words(one: dict[str, str]) -> str:
    return f"{one['at']}: “{one['kind']}” of desk {one['device']} on assignment {one['assignment']} was refused: {one['reason']}"
