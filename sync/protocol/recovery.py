"""How a vault is opened again whose passphrase was forgotten: one text from the desk to the hospital, one back, by any way.

The desk's header holds the vault key sealed to the hospital's recovery key. The request carries that and a public key born for the
answer; the hospital opens it with the private half from its safe and seals the vault key to the answer's key. Both compare a short
code, spoken by telephone, so that the answer goes to who asked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TypeVar

from pydantic import ValidationError

from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical
from sync.protocol.messages import Message

Model = TypeVar("Model", bound=Message)

_TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_AS_MEANT = str.maketrans("ILO", "110")


class RecoveryRequest(Message):
    """From the desk: bytes in hexadecimal."""

    vault: str
    wrap: str  # the vault key, sealed to the recovery key
    answer_key: str  # X25519, public


class RecoveryAnswer(Message):
    """From the hospital."""

    vault: str
    sealed: str  # the vault key, sealed to the answer's key


class SigningRequest(Message):
    """`POST /v1/signing-requests`: after a recovery, the request for a certificate of the new signing key."""

    signing_request_pem: str  # PKCS #10


def wrap_purpose(vault: str) -> str:
    """HPKE's `info` of the wrap in a vault's header."""
    return f"overread vault recovery 1 {vault}"


def answer_purpose(vault: str) -> str:
    """HPKE's `info` of the answer."""
    return f"overread vault recovery answer 1 {vault}"


def to_text(message: Message) -> str:
    """One line that survives mail and paper."""
    return base64.b32encode(canonical(message.model_dump(mode="json"))).decode().rstrip("=")


def from_text(model: type[Model], text: str) -> Model:
    """The inverse of `to_text`; spaces and line breaks do not matter. Raises `Trouble` (INPUT)."""
    letters = "".join(text.split()).upper()
    try:
        return model.model_validate_json(base64.b32decode(letters + "=" * (-len(letters) % 8)))
    except (ValidationError, binascii.Error, ValueError) as error:
        raise Trouble(
            "This text is not whole, or is another one.", "Copy it again, from its first letter to its last.", model.__name__, Kind.INPUT
        ) from error


def check_code(request: RecoveryRequest) -> str:
    """What both sides read to each other: eight letters (Crockford's base 32: no I, L, O, U) of the request's digest."""
    digest = hashlib.sha256(canonical(request.model_dump(mode="json"))).digest()
    letters = base64.b32encode(digest).decode()[:8].translate(_TO_CROCKFORD)
    return f"{letters[:4]}-{letters[4:]}"


def is_code(request: RecoveryRequest, heard: str) -> bool:
    """Whether a code, as it was heard and typed, is that of a request: I and L count as 1, O as 0, hyphens and spaces not at all."""
    typed = "".join(heard.upper().replace("-", " ").split()).translate(_AS_MEANT)
    return hmac.compare_digest(check_code(request).replace("-", "").encode(), typed.encode())
