"""The text that a physician types once to join a desk to a hospital: where it is, how to know it, and a one-time secret.

`<host>:<port>/<base32>`: RFC 4648 base32 without padding, either case, of the 16-byte authority digest followed by the 16-byte
secret, in groups of four joined by "-". An IPv6 host stands in brackets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.canonical import canonical

if TYPE_CHECKING:
    from sync.protocol.messages import Authority

DIGEST_BYTES = 16
SECRET_BYTES = 16

_PLACE = re.compile(r"(?:https://)?(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})/(?P<code>[^/]+)")
_LETTERS = len(base64.b32encode(bytes(DIGEST_BYTES + SECRET_BYTES)).rstrip(b"="))


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """Where the hospital is, the first 16 bytes of its authority's digest, and the one-time secret."""

    host: str
    port: int
    authority_digest: bytes
    secret: bytes = field(repr=False)

    @property
    def address(self) -> str:
        """The base of every URL: `https://host:port`."""
        return f"https://{self.host}:{self.port}"


def authority_digest(authority: Authority) -> bytes:
    """The first 16 bytes of SHA-256 over the canonical JSON (RFC 8785) of the authority."""
    return hashlib.sha256(canonical(authority.model_dump(mode="json"))).digest()[:DIGEST_BYTES]


def to_text(code: EnrolmentCode) -> str:
    """The text for people: `host:port/ABCD-EFGH-…`."""
    letters = base64.b32encode(code.authority_digest + code.secret).decode().rstrip("=")
    groups = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return f"{code.host}:{code.port}/{groups}"


def from_text(text: str) -> EnrolmentCode:
    """The code that a person typed or pasted; spaces, line ends and letter case do not matter.

    Raises:
        Trouble: INPUT, where the text is no enrolment code.
    """
    place = _PLACE.fullmatch("".join(text.split()))
    if place is None or not 0 < int(place["port"]) < 65536:
        raise _not_a_code("it lacks host, port or code")
    letters = place["code"].replace("-", "").upper()
    if len(letters) != _LETTERS:
        raise _not_a_code(f"its code has {len(letters)} letters instead of {_LETTERS}")
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as error:
        raise _not_a_code("its code holds a letter that no code has (0, 1, 8 and 9 are never used)") from error
    return EnrolmentCode(place["host"], int(place["port"]), data[:DIGEST_BYTES], data[DIGEST_BYTES:])


def _not_a_code(why: str) -> Trouble:
    return Trouble(
        "This is not a complete enrolment code.",
        "Copy the whole line that the hospital gave you, from the host's name to the last group.",
        details=why,
        kind=Kind.INPUT,
    )
