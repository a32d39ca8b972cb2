"""The recovery key: an X25519 pair whose private half is written once, for the safe, and is not kept (HPKE, `sync.seal.hpke`)."""

from __future__ import annotations

import base64
import binascii

from record.trouble import Kind, Trouble
from sync.seal import hpke

_GROUP = 4


def make() -> tuple[str, bytes]:
    """A new pair: the private half as text for paper (base32 in groups of four), the public half as 32 bytes."""
    private, public = hpke.new_pair()
    letters = base64.b32encode(private).decode().rstrip("=")
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP)), public


def unwrapped(data: bytes, private_text: str, purpose: str) -> bytes:
    """What was sealed to the recovery key.

    Raises:
        Trouble: IDENTITY, where the text is not this hospital's recovery key.
    """
    letters = "".join(private_text.split()).replace("-", "").upper()
    try:
        return hpke.opened_with(base64.b32decode(letters + "=" * (-len(letters) % 8)), data, purpose)
    except (Trouble, binascii.Error) as error:
        raise Trouble(
            "This is not the recovery key of this hospital.",
            "Take the key that was written at the first start of this data folder and type it as it stands on the paper.",
            type(error).__name__,
            Kind.IDENTITY,
        ) from error
