"""Taking an opinion in: verify all, seal the file, one transaction with the receipt, then the answer."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hospital.desks.bodies import case_key
from hospital.desks.judging import judge
from hospital.desks.moves import assignment_row, case_after, change
from hospital.store import cases, people, work
from record.trouble import Kind, Trouble
from sync.protocol.canonical import content_digest
from sync.protocol.jws import Kind as TokenKind
from sync.protocol.messages import Receipt
from sync.protocol.steps import Step, reached

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.house import House
    from hospital.store.cases import CaseRow, ManifestRow
    from hospital.store.objects import Stored
    from hospital.store.people import Device

_REMEDY = "Sign it again at your desk; if this stays, tell the coordinator. The text is kept at your desk."


@dataclass(frozen=True)
class _Checked:
    """An upload that holds, and what it belongs to."""

    assignment: work.Assignment
    case: CaseRow
    manifest: ManifestRow
    signer_sha256: str
    quarantined: bool


def take(house: House, device: Device, assignment: str, revision: int, signed: bytes, digest_header: str) -> str:
    """The receipt (JWS) of an opinion; the same bytes again give the same one.

    Raises:
        Trouble: REFUSED, with the reason; `details` "404" where the assignment is not this physician's, "409" for other bytes.
    """
    if digest_header != content_digest(signed):
        raise _refused("The opinion arrived changed: its digest does not fit.", "digest")
    with house.database.read() as tx:
        row = work.assignment(tx, assignment)
        if row is None or row.person != device.person:
            raise Trouble("This assignment is not known.", "Wait until your worklist is up to date.", "404", Kind.REFUSED)
        known = _known(tx, assignment, revision, signed)
    if known is not None:
        return known
    said, signer = _judged(house, signed)
    with house.database.read() as tx:
        checked = _verified(tx, device, row.id, revision, said, signer)
    reached(Step.OPINION_VERIFIED)
    key = case_key(house, checked.case)
    stored = house.objects.put(key, signed)
    house.objects.settle(key, [stored])
    reached(Step.OPINION_SEALED)
    with house.database.write() as tx:
        known = _known(tx, assignment, revision, signed)
        receipt = known if known is not None else _record(house, tx, device, checked, revision, stored)
    reached(Step.OPINION_RECORDED)
    with house.database.read() as tx:
        house.audit.publish(tx, house.now())
    return receipt


def _known(tx: Connection, assignment: str, revision: int, signed: bytes) -> str | None:
    known = work.opinion(tx, assignment, revision)
    if known is None:
        return None
    if known.sha256 != hashlib.sha256(signed).hexdigest():
        raise Trouble("Another opinion was received under this number.", "Sign yours as the next revision.", "409", Kind.REFUSED)
    return known.receipt_jws


def _judged(house: House, signed: bytes) -> tuple[dict[str, Any], str]:
    """What the attached opinion.json says and whose certificate signed, where the signature holds now."""
    bounds = house.settings.workers
    authority = house.keys.signing_authority_pem
    found = judge(signed, authority, house.now(), seconds=bounds.seconds, memory_megabytes=bounds.memory_megabytes)
    if not found.good or found.opinion_json is None:
        raise _refused("The signature of the opinion does not hold.", ", ".join(found.failures))
    return _said(found.opinion_json), found.signer_sha256


def _verified(tx: Connection, device: Device, assignment: str, revision: int, said: dict[str, Any], signer: str) -> _Checked:
    row = work.assignment(tx, assignment)
    assert row is not None
    certificate = people.certificate(tx, signer)
    if certificate is None or certificate.person != device.person or certificate.device != device.id or certificate.revoked_at is not None:
        raise _refused("The opinion is signed by somebody else than the physician of this desk.", "signer")
    manifest = cases.manifest_by_digest(tx, row.case, str(said.get("manifest_digest", "")))
    if said.get("case") != row.case or said.get("assignment") != row.id or said.get("revision") != revision:
        raise _refused("The opinion belongs to another case or revision.", "case, assignment or revision")
    if manifest is None or manifest.version != said.get("manifest_version"):
        raise _refused("The opinion rests on records that this hospital does not know.", "manifest")
    quarantined = row.state not in work.OPEN
    if not quarantined and revision != row.next_revision:
        raise _refused("The opinion has another number than the next one.", "revision")
    return _Checked(row, cases.get(tx, row.case), manifest, signer, quarantined)


def _said(opinion_json: bytes) -> dict[str, Any]:
    """The attached opinion.json; its manifest stands under "manifest"."""
    try:
        value = json.loads(opinion_json)
        manifest = value.get("manifest", {})
        return {**value, "manifest_digest": manifest.get("digest"), "manifest_version": manifest.get("version")}
    except (ValueError, AttributeError) as error:
        raise _refused("The opinion's data cannot be read.", type(error).__name__) from error


def _record(house: House, tx: Connection, device: Device, checked: _Checked, revision: int, stored: Stored) -> str:
    now = house.now()
    number = secrets.token_hex(4).upper()
    receipt = Receipt(
        receipt=f"{number[:4]}-{number[4:]}",
        dataset=house.dataset,
        assignment=checked.assignment.id,
        revision=revision,
        sha256=stored.object,
        manifest_digest=checked.manifest.object,
        signer_sha256=checked.signer_sha256,
        received_at=now,
        quarantined=checked.quarantined,
    )
    token = house.keys.receipts.sign(receipt.model_dump(mode="json"), TokenKind.RECEIPT)
    work.add_opinion(tx, _row(checked, device, revision, stored, receipt, token, now))
    if not checked.quarantined:
        state = assignment_row(checked.assignment.state, "opinion").to
        change(tx, checked.assignment, device.id, state=state, next_revision=revision + 1)
        cases.set_state(tx, checked.case.id, case_after(checked.case.state, "opinion_received"))
    house.audit.add(tx, now, "opinion", device.id, assignment=checked.assignment.id, sha256=stored.object, quarantined=checked.quarantined)
    return token


def _row(checked: _Checked, device: Device, revision: int, stored: Stored, receipt: Receipt, token: str, now: datetime) -> work.OpinionRow:
    return work.OpinionRow(
        assignment=checked.assignment.id,
        revision=revision,
        case=checked.case.id,
        device=device.id,
        state="quarantined" if checked.quarantined else "received",
        sha256=stored.object,
        length=stored.length,
        file_id=stored.file_id,
        manifest_version=checked.manifest.version,
        signer_sha256=checked.signer_sha256,
        receipt=receipt.receipt,
        receipt_jws=token,
        received_at=now,
    )


def _refused(what: str, details: str) -> Trouble:
    return Trouble(what, _REMEDY, details, Kind.REFUSED)
