"""Joining a desk to a hospital: the code proves the hospital, the account proves the physician, the keys are born here.

`GET /v1/authority` is fetched without trust and hashed against the code's digest; from then on only what it names is trusted.
"""

from __future__ import annotations

import http.client
import shutil
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from record.trouble import Kind, Trouble
from sync.engine import client as calls
from sync.engine.engine import CA_FILE
from sync.engine.wire import CONNECT_S, MOST_JSON_BYTES, Wire, offline
from sync.protocol import jws
from sync.protocol.enrolment_code import EnrolmentCode, authority_digest, from_text
from sync.protocol.messages import Authority, EnrolmentRequest
from sync.seal import private_keys
from sync.seal.commit import fsync_folder, write_durably
from sync.vault import signing
from sync.vault.enrolled import Home
from sync.vault.life import now_utc, stores_of
from sync.vault.unlocking import HEADER, read_header
from sync.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sync.vault.keyring_store import SecretStore
    from sync.vault.unlocking import Stretching

NEW = ".new"


def enrol(
    code: str,
    login: str,
    password: str,
    passphrase: str,
    folder: Path,
    *,
    desk_name: str = "desk",
    keyring: SecretStore | None = None,
    stretching: Stretching | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> Vault:
    """A new, unlocked, enrolled vault in `folder`. Until the hospital agreed it is built beside it, so that a failure leaves nothing.

    Args:
        code: the enrolment code as typed.
        login: the physician's account at the hospital.
        password: its password.
        passphrase: the new passphrase of this vault.
        folder: where the vault will be.
        desk_name: for the hospital's list of desks.
        keyring: where the second half of the key rests; None: the passphrase alone.
        stretching: Argon2id's parameters; the default is meant for people, less for tests.
        clock: the computer's time.

    Raises:
        Trouble: INPUT (code, passphrase), NETWORK, IDENTITY (another hospital answers; account or one-time code refused), STATE (a vault
            is there already), LOCKED (keyring), STORAGE.
    """
    where = from_text(code)
    if Vault.exists(folder):
        raise Trouble("This folder already holds a vault.", "Open it with its passphrase; nothing was changed.", kind=Kind.STATE)
    authority = fetch_authority(where)
    building = folder.with_name(folder.name + NEW)
    _clear(building, keyring)  # of a try that ended before the hospital agreed
    try:
        with Vault.create(building, passphrase, keyring=keyring, stretching=stretching, clock=clock, recovery=_key(authority)) as vault:
            _join(vault, where, authority, _Account(login, password, passphrase, desk_name), stores_of(keyring))
    except BaseException:
        _clear(building, keyring)
        raise
    building.rename(folder)
    fsync_folder(folder.parent)
    return Vault.open(folder, passphrase, stores=stores_of(keyring), clock=clock)


def _clear(building: Path, keyring: SecretStore | None) -> None:
    """Removes what a failed try left: the folder, and its half of the key from the keyring."""
    if keyring is not None and (building / HEADER).exists():
        with suppress(Trouble):
            keyring.remove(read_header(building).vault)
    shutil.rmtree(building, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Account:
    """What the person typed."""

    login: str
    password: str = field(repr=False)
    passphrase: str = field(repr=False)
    desk_name: str


def fetch_authority(where: EnrolmentCode) -> Authority:
    """The hospital's authority, proven by the code. Raises `Trouble` (NETWORK; IDENTITY: another hospital answers)."""
    try:
        authority = Authority.model_validate_json(_fetch_untrusted(where, "/v1/authority"))
    except ValidationError as error:
        raise _another_hospital("what answers is no hospital's server") from error
    if authority_digest(authority) != where.authority_digest:
        raise _another_hospital("the digest differs from the code's")
    return authority


def _fetch_untrusted(where: EnrolmentCode, path: str) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # nothing is trusted here: the answer is hashed against the code
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(where.host.strip("[]"), where.port, timeout=CONNECT_S * 2, context=context)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        response = connection.getresponse()
        if response.status != 200:
            raise offline(f"status {response.status}")
        return response.read(MOST_JSON_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(
            "The hospital cannot be reached.",
            "Check the network and the first part of the code (host and port), then try again.",
            details=type(error).__name__,
            kind=Kind.NETWORK,
        ) from error
    finally:
        connection.close()


def _join(vault: Vault, where: EnrolmentCode, authority: Authority, account: _Account, stores: Callable[[str], SecretStore]) -> None:
    device, signer = private_keys.new_key(), private_keys.new_key()
    signing.seal_key(vault.folder, signer, account.passphrase, stores)
    ca_file = vault.folder / CA_FILE
    write_durably(ca_file, authority.tls_ca_pem.encode())
    request = EnrolmentRequest(
        login=account.login,
        password=account.password,
        secret=where.secret.hex(),
        desk_name=account.desk_name[:80],
        vault=read_header(vault.folder).vault,
        device_key=jws.jwk(device),
        signing_request_pem=signing.signing_request(signer, account.login),
    )
    wire = Wire(where.address, ca_file)
    try:
        enrolment = calls.enrol(wire, request)
    finally:
        wire.close()
    if enrolment.dataset != authority.dataset:
        raise _another_hospital("the dataset changed meanwhile")
    if enrolment.certificate_pem is not None:
        signing.check_certificate(vault.folder, enrolment.certificate_pem, authority.signing_ca_pem)
    vault.parts.enrolled.store(Home(where.address, authority, enrolment), private_keys.to_der(device))
    if enrolment.certificate_pem is not None:
        vault.parts.enrolled.put_certificate(enrolment.certificate_pem)


def _key(authority: Authority) -> bytes:
    try:
        return bytes.fromhex(authority.recovery_key)
    except ValueError as error:
        raise _another_hospital("its recovery key") from error


def _another_hospital(why: str) -> Trouble:
    return Trouble(
        "What answers at this address is not the hospital that gave the code.",
        "Nothing was sent. Check the code; if it is right, use another network or ask the hospital's IT.",
        details=why,
        kind=Kind.IDENTITY,
    )
