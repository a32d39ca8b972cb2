"""The signing key: born on this desk, sealed apart under its own salt, opened only for a signature, and its certificate checked.

Its file is sealed by HKDF(keyring secret ‖ Argon2id(passphrase, own salt)), never under the vault key and never in escrow
(ARCHITECTURE.md, section 7).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from record.signature.authority import make_request
from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical
from sync.seal import private_keys
from sync.seal.commit import write_durably
from sync.seal.keys import derive
from sync.seal.values import open_with, seal_with
from sync.vault.keyring_store import SystemKeyring
from sync.vault.unlocking import keyring_secret, read_header, wrong_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.vault.keyring_store import SecretStore

PrivateKey = ec.EllipticCurvePrivateKey  # for who only hands a key on
FILE = "signing.json"
_CONTEXT = "overread signing key 1"


def seal_key(
    folder: Path, key: ec.EllipticCurvePrivateKey, passphrase: str, store_by_name: Callable[[str], SecretStore] = SystemKeyring
) -> None:
    """Writes the key's file; its public part stands beside in the clear, so that a certificate can be compared while locked."""
    header = read_header(folder)
    salt = secrets.token_bytes(16)
    sealing = derive(keyring_secret(header, store_by_name) + header.stretching.stretch(passphrase, salt), _CONTEXT.encode())
    sealed = seal_with(sealing, _CONTEXT, private_keys.to_der(key))
    value = {"salt": salt.hex(), "sealed": sealed.hex(), "public_sha256": _fingerprint(key.public_key())}
    write_durably(folder / FILE, canonical(value))


def open_key(folder: Path, passphrase: str, store_by_name: Callable[[str], SecretStore] = SystemKeyring) -> ec.EllipticCurvePrivateKey:
    """The signing key.

    Raises:
        Trouble: IDENTITY (wrong passphrase), LOCKED (keyring), DAMAGED (file absent or changed).
    """
    header = read_header(folder)
    value = _read(folder)
    sealing = derive(
        keyring_secret(header, store_by_name) + header.stretching.stretch(passphrase, bytes.fromhex(value["salt"])), _CONTEXT.encode()
    )
    try:
        private = open_with(sealing, _CONTEXT, bytes.fromhex(value["sealed"]))
    except Trouble as error:
        raise wrong_passphrase() from error
    return private_keys.from_der(private)


def signing_request(key: ec.EllipticCurvePrivateKey, login: str) -> str:
    """A PKCS #10 request (RFC 2986) in PEM; the hospital writes the certificate's names itself."""
    return make_request(key, login or "physician").decode()


def check_certificate(folder: Path, certificate_pem: str, signing_ca_pem: str) -> None:
    """Raises `Trouble` (IDENTITY), where the certificate is not for this desk's key or not from the pinned signing authority."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(signing_ca_pem.encode()))
        public = certificate.public_key()
    except (ValueError, TypeError, InvalidSignature) as error:
        raise _not_ours(type(error).__name__) from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or _fingerprint(public) != _read(folder)["public_sha256"]:
        raise _not_ours("another key")


def certificate_digest(certificate_pem: str) -> str:
    """SHA-256 of the certificate (DER), as a receipt names the signer."""
    return hashlib.sha256(x509.load_pem_x509_certificate(certificate_pem.encode()).public_bytes(Encoding.DER)).hexdigest()


def _fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _read(folder: Path) -> dict[str, str]:
    try:
        value = json.loads((folder / FILE).read_bytes())
        return {name: str(value[name]) for name in ("salt", "sealed", "public_sha256")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(type(error).__name__) from error


def _damaged(why: str) -> Trouble:
    return Trouble(
        "The file of the signing key is damaged.",
        "Drafts and images are not affected; ask the hospital for a recovery to get a new signing key.",
        details=f"signing key: {why}",
        kind=Kind.DAMAGED,
    )


def _not_ours(why: str) -> Trouble:
    return Trouble(
        "The hospital sent a signing certificate that is not for this desk.",
        "It was not taken; tell the hospital's IT.",
        details=why,
        kind=Kind.IDENTITY,
    )
