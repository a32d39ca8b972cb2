"""Enrolment of desks, their tokens and certificates."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from hospital import accounts
from hospital.keys import signing
from hospital.store import feed, people
from record.trouble import Kind, Trouble
from sync.protocol import jws
from sync.protocol.enrolment_code import EnrolmentCode, authority_digest, to_text
from sync.protocol.messages import Authority, Enrolment, EnrolmentRequest, Physician, Token

if TYPE_CHECKING:
    from hospital.house import House
    from hospital.store.people import Device


def authority(house: House) -> Authority:
    """What desks pin."""
    keys = house.keys
    return Authority(
        hospital=house.settings.hospital.name,
        dataset=house.dataset,
        tls_ca_pem=keys.tls_authority_pem,
        signing_ca_pem=keys.signing_authority_pem,
        recovery_key=keys.recovery_public,
        receipt_keys={keys.receipts.kid: keys.receipts.jwk},
    )


def new_code(house: House, login: str, port: int) -> str:
    """An enrolment code for an account, as text; its secret is kept by its hash alone."""
    now = house.now()
    secret = secrets.token_bytes(16)
    with house.database.write() as tx:
        person = people.person_by_login(tx, login)
        if person is None or not person.active or person.role != "physician":
            raise Trouble(
                "There is no physician's account of this name.", "List the accounts with “overread-server user list”.", kind=Kind.INPUT
            )
        expires = now + timedelta(days=house.settings.desks.enrolment_days)
        people.add_code(tx, people.Code(people.sha256(secret.hex()), person.id, now, expires, None))
        house.audit.add(tx, now, "code", "coordinator", person=person.id)
    host = house.settings.server.names[0] if house.settings.server.names else "127.0.0.1"
    return to_text(EnrolmentCode(host, port, authority_digest(authority(house)), secret))


def enrol(house: House, request: EnrolmentRequest) -> Enrolment:
    """A new desk for an account; raises `Trouble` IDENTITY, INPUT."""
    now = house.now()
    person = accounts.signed_in(house, request.login, request.password)
    _require_request(request.signing_request_pem)
    jws.public_key(request.device_key)
    device = people.Device(
        id=people.new_id(),
        person=person.id,
        name=request.desk_name,
        key=request.device_key,
        vault=request.vault,
        request_pem=request.signing_request_pem,
        requested_at=now,
        may_renew=False,
        enrolled_at=now,
        seen_at=now,
        revoked_at=None,
        revoked_because="",
    )
    with house.database.write() as tx:
        code = people.code_by_secret(tx, request.secret)
        if code is None or code.person != person.id or code.expires_at <= now or code.device is not None:
            raise Trouble(
                "This enrolment code is not valid for this account, or was used before.",
                "Ask the hospital for a new code.",
                kind=Kind.IDENTITY,
            )
        people.add_device(tx, device)
        people.use_code(tx, code, device.id)
        feed.note(tx, person.id, "policy", "policy")
        house.audit.add(tx, now, "enrol", device.id, person=person.id)
    return Enrolment(
        device=device.id,
        physician=Physician(id=person.id, name=person.name, login=person.login, licences=person.licences, specialty=person.specialty),
        hospital=house.settings.hospital.name,
        dataset=house.dataset,
        lease_days=house.settings.desks.lease_days,
        certificate_pem=None,
    )


def token(house: House, assertion: str) -> Token:
    """A bearer token for a device's assertion; raises `Trouble` IDENTITY."""
    now = house.now()
    with house.database.read() as tx:
        device = people.device(tx, jws.unverified_issuer(assertion))
    if device is None:
        raise _not_enrolled()
    claims = jws.verify_assertion(assertion, device.id, house.dataset, device.key, now)
    if device.revoked_at is not None:
        raise _revoked()
    made = secrets.token_urlsafe(32)
    minutes = house.settings.desks.token_minutes
    with house.database.write() as tx:
        if not people.use_assertion(tx, str(claims["jti"]), now + timedelta(minutes=5), now):
            raise Trouble("A sign-in was repeated.", "Try again.", "jti", Kind.IDENTITY)
        people.add_token(tx, made, device.id, now + timedelta(minutes=minutes), now)
        people.seen(tx, device.id, now)
    lease = now + timedelta(days=house.settings.desks.lease_days)
    return Token(access_token=made, expires_in=minutes * 60, server_time=now, lease_until=lease)


def device_of(house: House, bearer: str, *, even_revoked: bool = False) -> Device:
    """The desk of a token; raises `Trouble` IDENTITY, with details "revoked" where the desk is revoked."""
    with house.database.read() as tx:
        device = people.device_by_token(tx, bearer, house.now())
    if device is None:
        raise _not_enrolled()
    if device.revoked_at is not None and not even_revoked:
        raise _revoked()
    return device


def revoke(house: House, device_id: str, reason: str) -> None:
    """Shuts a desk out: it reads that in its feed, and gets nothing else. Raises `Trouble` INPUT."""
    now = house.now()
    with house.database.write() as tx:
        device = people.device(tx, device_id)
        if device is None:
            raise Trouble("There is no desk of this id.", "List them with “overread-server status”.", kind=Kind.INPUT)
        people.revoke_device(tx, device_id, reason, now)
        feed.note(tx, device.person, "revocation", device_id)
        house.audit.add(tx, now, "revoke", "coordinator", device=device_id)


def renew(house: House, device: Device, request_pem: str) -> None:
    """Takes the request for a certificate of another signing key, once after a recovery; the same again changes nothing.

    Raises:
        Trouble: INPUT, REFUSED (this desk was not recovered).
    """
    _require_request(request_pem)
    with house.database.write() as tx:
        known = people.device(tx, device.id)
        assert known is not None
        if known.request_pem == request_pem:
            return
        if not known.may_renew:
            raise Trouble(
                "This desk may not have another signing key.", "Ask the hospital for a recovery of this desk.", "renewal", Kind.REFUSED
            )
        people.renew(tx, device.id, request_pem, house.now())
        house.audit.add(tx, house.now(), "renew", device.id, person=device.person)


def _require_request(request_pem: str) -> None:
    if signing.request_key(request_pem) is None:
        raise Trouble(
            "The desk's request for a certificate is not usable.",
            "Install the current version of the desk and enrol again.",
            kind=Kind.INPUT,
        )


def certificate(house: House, device: Device) -> str | None:
    """The desk's signing certificate, once approved."""
    with house.database.read() as tx:
        found = people.certificate_of(tx, device.id)
    return None if found is None or found.revoked_at is not None else found.pem


def approve(house: House, passphrase: str) -> int:
    """Issues the certificates that wait; gives how many. Raises `Trouble` IDENTITY."""
    with house.database.read() as tx:
        waiting = people.waiting_devices(tx)
    if not waiting:
        return 0
    authority_key = signing.load(house.keys.folder, passphrase, house.settings.hospital.name)
    now, life = house.now(), timedelta(days=house.settings.desks.certificate_days)
    for device in waiting:
        with house.database.write() as tx:
            if people.certificate_of(tx, device.id) is not None:
                continue
            person = people.person(tx, device.person)
            pem, digest = authority_key.issue(device.request_pem, person.name, now, life)
            people.add_certificate(tx, people.Certificate(digest, device.id, person.id, pem, now, None))
            house.audit.add(tx, now, "approve", "signing authority", device=device.id, certificate=digest)
    return len(waiting)


def _revoked() -> Trouble:
    return Trouble("The hospital has revoked this desk.", "Ask the hospital why, and enrol the desk anew.", "revoked", Kind.IDENTITY)


def _not_enrolled() -> Trouble:
    return Trouble("This desk is not signed in at the hospital.", "Try again; if this stays, enrol the desk anew.", kind=Kind.IDENTITY)
