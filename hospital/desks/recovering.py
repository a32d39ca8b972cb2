"""Opening a desk's vault again whose passphrase was forgotten, with the recovery key from the safe; see `sync.protocol.recovery`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hospital.keys import recovery
from hospital.store import people
from record.trouble import Kind, Trouble
from sync.protocol.recovery import RecoveryAnswer, RecoveryRequest, answer_purpose, from_text, is_code, to_text, wrap_purpose
from sync.seal import hpke

if TYPE_CHECKING:
    from hospital.house import House


@dataclass(frozen=True, slots=True)
class Recovered:
    """The answer for the desk, and whose desk it is."""

    answer: str
    device: str
    login: str


def recover(house: House, request_text: str, code: str, recovery_text: str) -> Recovered:
    """Answers a request. The vault key is not kept; the desk may ask once for a certificate of a new signing key.

    Args:
        house: the open hospital.
        request_text: as the desk made it.
        code: as its physician read it aloud: who asks must be known by voice or by sight.
        recovery_text: from the safe.

    Raises:
        Trouble: INPUT (not a request; no such desk), IDENTITY (another code; not the recovery key), STATE (the desk was revoked).
    """
    request = from_text(RecoveryRequest, request_text)
    if not is_code(request, code):
        raise Trouble(
            "The code does not belong to this request.",
            "Call the physician by a number that you know, and let them read the code on their screen again.",
            kind=Kind.IDENTITY,
        )
    with house.database.read() as tx:
        device = people.device_by_vault(tx, request.vault)
        login = "" if device is None else people.person(tx, device.person).login
    if device is None:
        raise Trouble("No desk of this hospital has this vault.", "Ask for the request of the right desk.", kind=Kind.INPUT)
    if device.revoked_at is not None:
        raise Trouble("This desk was revoked.", "Give its physician a new enrolment code instead.", kind=Kind.STATE)
    answer = _answer(request, recovery_text)
    with house.database.write() as tx:
        people.allow_renewal(tx, device.id)
        house.audit.add(tx, house.now(), "recover desk", "coordinator", device=device.id, person=device.person)
    return Recovered(to_text(answer), device.id, login)


def _answer(request: RecoveryRequest, recovery_text: str) -> RecoveryAnswer:
    try:
        wrap, answer_key = bytes.fromhex(request.wrap), bytes.fromhex(request.answer_key)
    except ValueError as error:
        raise Trouble("The request is not whole.", "Ask for it again.", "hexadecimal", Kind.INPUT) from error
    vault_key = recovery.unwrapped(wrap, recovery_text, wrap_purpose(request.vault))
    return RecoveryAnswer(vault=request.vault, sealed=hpke.sealed_to(answer_key, vault_key, answer_purpose(request.vault)).hex())
