"""The desks' audit records: taken after the signature and the continuity were verified, chained again, refused where they are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.store import desk_audit, people
from record.audit import BEGIN, Break, Fault, Head, record, verify
from record.trouble import Kind, Trouble
from sync.protocol import jws
from sync.protocol.audit import AuditRecords, AuditState
from sync.protocol.steps import Step, reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.desk_audit import DeskHead
    from hospital.store.people import Device

ACT = "desk audit"  # in the hospital's own chain: which record of which desk ended where
_REMEDY = "You can go on working. The hospital keeps what it has and asks you about it."


def state(house: House, device: Device) -> AuditState:
    """Where the hospital's copy of a desk's record ends."""
    with house.database.read() as tx:
        known = desk_audit.head(tx, device.id)
    return AuditState(counter=known.counter, digest=known.sha256)


def take(house: House, device: Device, sent: AuditRecords) -> AuditState:
    """Stores the records that are new; the same again changes nothing, and records after a gap are asked for from the gap on.

    Raises:
        Trouble: IDENTITY (the head is not signed by this desk), STATE (the record is broken, forked or cut; kept for a coordinator).
    """
    claims = _claims(sent.head, device)
    with house.database.write() as tx:
        known = desk_audit.head(tx, device.id)
        broken = _break(tx, known, sent.records, claims)
        if broken is not None:
            _refuse(house, tx, known, broken, sent.head)
        elif not _after_a_gap(known, sent.records):
            _store(house, tx, known, sent, claims)
        end = desk_audit.head(tx, device.id).end
    reached(Step.AUDIT_TAKEN)
    if broken is not None:
        raise Trouble(
            f"The audit record of this desk does not continue the one that the hospital has. {broken.sentence}",
            _REMEDY,
            f"audit {broken.fault.value}",
            Kind.STATE,
        )
    return AuditState(counter=end.counter, digest=end.digest)


def faults(house: House, tx: Connection) -> Iterator[str]:
    """What a coordinator has to know: records that were refused, and copies here that are not what desks signed."""
    named = _named_in_our_chain(house, tx)
    for device in people.devices_of(tx):
        known = desk_audit.head(tx, device.id)
        if known.fault:
            yield told(known)
        broken = _copy_fault(tx, device, named.get(device.id, {}))
        if broken:
            yield f"The hospital's copy of the audit record of desk {device.id} does not hold. {broken}"


def told(known: DeskHead) -> str:
    """Why a desk's record was refused, for a coordinator; empty where it was not."""
    if not known.fault:
        return ""
    return (
        f"The audit record of desk {known.device} was refused after number {known.counter}. {known.fault} "
        "Ask its physician whether the desk was put back from a backup; then revoke it and enrol it anew."
    )


def _claims(token: str, device: Device) -> dict[str, Any]:
    claims = jws.verify(token, {device.id: device.key}, jws.Kind.AUDIT_HEAD)
    fits = claims.get("chain") == device.id and type(claims.get("counter")) is int
    if not fits or not all(isinstance(claims.get(name), str) for name in ("digest", "at")):
        raise Trouble("The head of the audit record is not this desk's.", "Install the current version.", "audit", Kind.IDENTITY)
    return claims


def _break(tx: Connection, known: DeskHead, lines: list[str], claims: dict[str, Any]) -> Break | None:
    """Where what was sent contradicts itself, its head, or what is here."""
    head = Head(int(claims["counter"]), str(claims["digest"]))
    if not lines:
        return _break_of_head(tx, known, head, str(claims["at"]))
    first = record(lines[0])
    before = BEGIN if first is None else Head(first.counter - 1, first.before)
    ours = desk_audit.digest_at(tx, known.device, before.counter)
    broken = verify(lines, after=before, kept={head.counter: head.digest} | ({} if ours is None else {before.counter: ours}))
    if broken is not None:
        return Break(before.counter + 1, Fault.LINK) if broken == Break(before.counter, Fault.HEAD) else broken
    if before.counter + len(lines) != head.counter:
        return Break(head.counter, Fault.HEAD)
    return next(_forks(tx, known, lines, before.counter), None)


def _forks(tx: Connection, known: DeskHead, lines: list[str], before: int) -> Iterator[Break]:
    """Records that the hospital has otherwise."""
    for counter, line in enumerate(lines, start=before + 1):
        if counter > known.counter:
            return
        found = record(line)
        if found is None or found.head.digest != desk_audit.digest_at(tx, known.device, counter):
            yield Break(counter, Fault.HEAD)


def _break_of_head(tx: Connection, known: DeskHead, head: Head, at: str) -> Break | None:
    if head.counter > known.counter:
        return None  # its records come next
    if head.digest != desk_audit.digest_at(tx, known.device, head.counter):
        return Break(head.counter, Fault.HEAD)
    cut = head.counter < known.counter and at > known.signed_at  # signed later, and yet shorter
    return Break(known.counter, Fault.CUT) if cut else None


def _after_a_gap(known: DeskHead, lines: list[str]) -> bool:
    first = record(lines[0]) if lines else None
    return first is not None and first.counter > known.counter + 1


def _store(house: House, tx: Connection, known: DeskHead, sent: AuditRecords, claims: dict[str, Any]) -> None:
    found = [one for line in sent.records if (one := record(line)) is not None and one.counter > known.counter]
    if not found:
        return
    desk_audit.add(tx, known.device, found, str(claims["at"]), sent.head)
    end = found[-1].head
    house.audit.add(tx, house.now(), ACT, known.device, device=known.device, counter=end.counter, digest=end.digest)


def _refuse(house: House, tx: Connection, known: DeskHead, broken: Break, token: str) -> None:
    if known.fault:
        return
    desk_audit.refuse(tx, known, broken.sentence, token)
    house.audit.add(tx, house.now(), "desk audit refused", known.device, device=known.device, counter=broken.counter, fault=broken.fault)


def _copy_fault(tx: Connection, device: Device, named: dict[int, str]) -> str:
    """Whether the copy of a desk's record is what the desk signed and what the hospital's own chain names."""
    known, rows = desk_audit.head(tx, device.id), desk_audit.lines(tx, device.id)
    kept = {counter: digest for counter, _, digest in rows} | named
    if known.head:
        try:
            claims = _claims(known.head, device)
        except Trouble as trouble:
            return trouble.what_happened
        kept[int(claims["counter"])] = str(claims["digest"])
    broken = verify((line for _, line, _ in rows), kept=kept)
    return "" if broken is None else broken.sentence


def _named_in_our_chain(house: House, tx: Connection) -> dict[str, dict[int, str]]:
    """By desk: the ends of its record that the hospital's chain names."""
    named: dict[str, dict[int, str]] = {}
    for what in house.audit.told(tx, ACT):
        named.setdefault(str(what["device"]), {})[int(what["counter"])] = str(what["digest"])
    return named
