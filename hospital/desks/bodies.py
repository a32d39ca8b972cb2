"""What a desk is told in its feed: bodies made when they are read, from what is stored now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hospital.store import cases, people, work
from sync.protocol.messages import AssignmentBody, CaseBody, Change, ManifestBody, OfferSummary, PolicyBody, RevocationBody
from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.cases import CaseRow
    from hospital.store.feed import ChangeRow
    from sync.seal.keys import CaseKey


def case_key(house: House, row: CaseRow) -> CaseKey:
    """The key of a case."""
    return house.keys.master.unwrap(row.key_id, row.key_wrap)


def sealed_case(key: CaseKey, body: CaseBody) -> bytes:
    """A case's contents as they rest."""
    return seal_value(key, f"case {body.id}", body.model_dump_json().encode())


def case_body(house: House, row: CaseRow) -> CaseBody:
    """A case's contents."""
    assert row.sealed_body is not None
    return CaseBody.model_validate_json(open_value(case_key(house, row), f"case {row.id}", row.sealed_body))


def sealed_offer(key: CaseKey, assignment: str, offer: OfferSummary) -> bytes:
    """An offer as it rests."""
    return seal_value(key, f"offer {assignment}", offer.model_dump_json().encode())


def offer(house: House, tx: Connection, row: work.Assignment) -> OfferSummary:
    """An offer."""
    key = case_key(house, cases.get(tx, row.case))
    return OfferSummary.model_validate_json(open_value(key, f"offer {row.id}", row.sealed_offer))


def assignment_body(house: House, tx: Connection, row: work.Assignment) -> AssignmentBody:
    """An assignment as a desk sees it."""
    return AssignmentBody.model_validate(
        {
            "id": row.id,
            "case": row.case,
            "state": row.state,
            "offer": offer(house, tx, row),
            "next_revision": row.next_revision,
        }
    )


def policy_body(house: House) -> PolicyBody:
    """What this hospital sets for its desks."""
    settings = house.settings
    return PolicyBody(
        lease_days=settings.desks.lease_days,
        idle_lock_minutes=settings.desks.idle_lock_minutes,
        opinion_statement=settings.opinions.statement,
        no_examination_notice=settings.opinions.no_examination_notice,
    )


def change(house: House, tx: Connection, row: ChangeRow) -> Change:
    """One change with its body as of now."""
    body = _body(house, tx, row) if row.op == "put" else None
    op = "put" if body is not None else "drop"
    return Change.model_validate({"seq": row.seq, "kind": row.kind, "id": row.entity, "revision": row.revision, "op": op, "body": body})


def _body(house: House, tx: Connection, row: ChangeRow) -> dict[str, Any] | None:
    if row.kind == "policy":
        return policy_body(house).model_dump(mode="json")
    if row.kind == "revocation":
        desk = people.device(tx, row.entity)
        return None if desk is None else RevocationBody(device=desk.id, reason=desk.revoked_because).model_dump(mode="json")
    if row.kind == "assignment":
        assignment = work.assignment(tx, row.entity)
        return None if assignment is None else assignment_body(house, tx, assignment).model_dump(mode="json")
    if row.kind in {"case", "manifest"}:
        return _of_case(house, tx, row)
    return None


def _of_case(house: House, tx: Connection, row: ChangeRow) -> dict[str, Any] | None:
    """Identifiable data: only while the physician has accepted the case."""
    if row.entity not in work.open_cases(tx, row.person):
        return None
    if row.kind == "case":
        found = cases.get(tx, row.entity)
        return case_body(house, found).model_dump(mode="json") if found.sealed_body is not None else None
    manifest = cases.newest_manifest(tx, row.entity)
    if manifest is None:
        return None
    stored = cases.object_row(tx, row.entity, manifest.object)
    assert stored is not None
    return ManifestBody(
        case=row.entity, version=manifest.version, object=manifest.object, length=stored.length, signature=manifest.signature
    ).model_dump(mode="json")


def request_digest_input(value: dict[str, Any]) -> bytes:
    """The bytes by which the same request is known again."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
