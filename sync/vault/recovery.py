"""The desk's side of a recovery: ask with a new passphrase, take the hospital's answer, open the vault, and make a new signing key.

While the answer is awaited, `recovery.json` holds the private half of the answer's key, sealed under the new passphrase. Whatever is
killed in between, the same answer works again: that file goes last.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical
from sync.protocol.recovery import RecoveryAnswer, RecoveryRequest, answer_purpose, from_text, to_text
from sync.seal import hpke, private_keys
from sync.seal.commit import write_durably
from sync.seal.keys import derive
from sync.seal.values import open_with, seal_with
from sync.vault import schema, signing, unlocking
from sync.vault.database import Database
from sync.vault.enrolled import Enrolled
from sync.vault.keyring_store import SystemKeyring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.vault.keyring_store import SecretStore
    from sync.vault.unlocking import Header, VaultKeys

FILE = "recovery.json"
_CONTEXT = "overread recovery 1"


def ask(folder: Path, passphrase: str) -> RecoveryRequest:
    """A new request, under the passphrase that the vault shall have; an earlier one is void from now on.

    Raises:
        Trouble: INPUT (no vault here; passphrase too short), STATE (this vault was made without recovery), DAMAGED, STORAGE.
    """
    unlocking.require_passphrase(passphrase)
    header = unlocking.read_header(folder)
    if header.recovery is None:
        raise Trouble(
            "This vault was made without a way of recovery.",
            "Ask the hospital for a new enrolment code and join this desk again; cases come again, unsent drafts do not.",
            kind=Kind.STATE,
        )
    private, public = hpke.new_pair()
    salt = secrets.token_bytes(16)
    request = RecoveryRequest(vault=header.vault, wrap=header.recovery.hex(), answer_key=public.hex())
    sealed = seal_with(_sealing(header, passphrase, salt), _CONTEXT, private)
    write_durably(folder / FILE, canonical({"salt": salt.hex(), "sealed": sealed.hex(), "request": to_text(request)}))
    return request


def asked(folder: Path) -> RecoveryRequest | None:
    """The request whose answer is awaited; None where there is none."""
    try:
        value = json.loads((folder / FILE).read_bytes())
        return from_text(RecoveryRequest, value["request"])
    except (OSError, ValueError, KeyError, TypeError, Trouble):
        return None


def give_up(folder: Path) -> None:
    """The passphrase came back to mind: no answer is awaited any more."""
    (folder / FILE).unlink(missing_ok=True)


def take(folder: Path, passphrase: str, answer: str, store_by_name: Callable[[str], SecretStore] = SystemKeyring) -> VaultKeys:
    """The keys of the vault, which opens with `passphrase` from now on; the new signing key waits for its certificate.

    The vault must be this process's (`Exclusive`).

    Raises:
        Trouble: IDENTITY (another passphrase than that of the request; another request's answer), INPUT (not an answer), LOCKED (keyring),
            STATE (nothing was asked), DAMAGED, STORAGE.
    """
    header = unlocking.read_header(folder)
    vault_key = _vault_key(folder, header, passphrase, from_text(RecoveryAnswer, answer))
    keys = unlocking.proven(header, vault_key)
    signer = private_keys.new_key()
    _await_certificate(folder, keys, signing.signing_request(signer, "physician"))
    secret = unlocking.new_secret(header, store_by_name)
    signing.seal_key(folder, signer, passphrase, store_by_name)
    unlocking.wrap_anew(folder, header, secret, vault_key, passphrase)  # from here on it opens
    give_up(folder)
    return keys


def _vault_key(folder: Path, header: Header, passphrase: str, answer: RecoveryAnswer) -> bytes:
    try:
        value = json.loads((folder / FILE).read_bytes())
        salt, sealed = bytes.fromhex(value["salt"]), bytes.fromhex(value["sealed"])
        received = bytes.fromhex(answer.sealed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble("No answer is awaited on this computer.", "Make a new request.", type(error).__name__, Kind.STATE) from error
    try:
        private = open_with(_sealing(header, passphrase, salt), _CONTEXT, sealed)
    except Trouble as error:
        raise Trouble(
            "This is not the new passphrase that the request was made with.",
            "Type that one, or make a new request.",
            kind=Kind.IDENTITY,
        ) from error
    try:
        return hpke.opened_with(private, received, answer_purpose(header.vault))
    except Trouble as error:
        raise Trouble(
            "This answer belongs to another request.", "Paste the newest answer, or make a new request.", "answer", Kind.IDENTITY
        ) from error


def _await_certificate(folder: Path, keys: VaultKeys, signing_request_pem: str) -> None:
    work = Database(folder / "work.db", keys.work, schema.WORK, synchronous="FULL")
    try:
        Enrolled(work, keys.device).renew(signing_request_pem)
    finally:
        work.close()


def _sealing(header: Header, passphrase: str, salt: bytes) -> bytes:
    return derive(header.stretching.stretch(passphrase, salt), _CONTEXT.encode())
