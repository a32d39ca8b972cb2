"""The key that signs receipts, manifests and heads of the audit chain (P-256), sealed under the master key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hospital.keys.files import read
from sync.protocol import jws
from sync.seal import private_keys
from sync.seal.commit import write_durably
from sync.seal.values import open_with, seal_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec

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
    der = private_keys.to_der(private_keys.new_key())
    write_durably(folder / _FILE, seal_with(master.key("receipts"), "receipts", der))


def load(folder: Path, master: MasterKey) -> ReceiptKey:
    """The key of a data folder."""
    der = open_with(master.key("receipts"), "receipts", read(folder / _FILE))
    return ReceiptKey(private_keys.from_der(der))
