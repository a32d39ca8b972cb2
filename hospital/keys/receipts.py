"""The key that signs receipts, manifests and heads of the audit chain (P-256), sealed under the master key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hospital.keys.files import read
from sync.protocol import jws
from sync.seal.commit import write_durably
from sync.seal.values import open_with, seal_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hospital.keys.master import MasterKey

_FILE = "receipts.key"


class ReceiptKey:
    """Signs in the hospital's name."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.jwk = jws.jwk(key.public_key())
        self.kid = jws.key_id(self.jwk)

    def sign(self, payload: Mapping[str, Any], kind: jws.Kind) -> str:
        """A compact JWS of `payload`."""
        return jws.sign(payload, self._key, self.kid, kind)

    def verified(self, token: str, kind: jws.Kind) -> dict[str, Any]:
        """The payload of a token that this key signed. Raises `Trouble` (IDENTITY)."""
        return jws.verify(token, {self.kid: self.jwk}, kind)


def make(folder: Path, master: MasterKey) -> None:
    """A new key, sealed into the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_durably(folder / _FILE, seal_with(master.key("receipts"), "receipts", der))


def load(folder: Path, master: MasterKey) -> ReceiptKey:
    """The key of a data folder."""
    der = open_with(master.key("receipts"), "receipts", read(folder / _FILE))
    key = serialization.load_der_private_key(der, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return ReceiptKey(key)
