"""The sealed file's header, and the arithmetic of its chunks (ARCHITECTURE.md, section 6). All integers are little endian.

The chunks follow the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) in the layout of Tink's AES-GCM-HKDF: nonce =
prefix ‖ counter (4 bytes, big endian) ‖ 1 for the last chunk, else 0. The header with its tag is each chunk's associated data.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from record.trouble import Kind, Trouble
from sync.seal.keys import file_keys

if TYPE_CHECKING:
    from sync.seal.keys import CaseKey

MAGIC = b"OVRSEAL1"
CHUNK_BYTES = 65536
WHOLE_BYTES = 512 << 10  # what is not larger is one chunk: an image of a CT is opened in one go
TAG_BYTES = 16
_FIELDS = struct.Struct("<8sIQ16s16s32s7s")
HEADER_BYTES = _FIELDS.size + TAG_BYTES
_MOST_CHUNK_BYTES = 1 << 24
_MOST_CHUNKS = 1 << 32


@dataclass(frozen=True, slots=True)
class Layout:
    """One sealed file: where its chunks stand, and the cipher that opens and closes them."""

    header: bytes
    chunk_bytes: int
    length: int
    file_id: bytes
    prefix: bytes
    cipher: AESGCM = field(repr=False)

    @property
    def chunks(self) -> int:
        """How many chunks; an empty file has one, empty."""
        return max(1, -(-self.length // self.chunk_bytes))

    @property
    def sealed_bytes(self) -> int:
        """The size of the whole file."""
        return HEADER_BYTES + self.length + self.chunks * TAG_BYTES

    def plain_bytes(self, index: int) -> int:
        """How many bytes of plaintext chunk `index` holds."""
        return min(self.chunk_bytes, self.length - index * self.chunk_bytes)

    def place(self, index: int) -> int:
        """Where chunk `index` begins in the file."""
        return HEADER_BYTES + index * (self.chunk_bytes + TAG_BYTES)

    def nonce(self, index: int) -> bytes:
        """The nonce of chunk `index`."""
        return self.prefix + index.to_bytes(4, "big") + (b"\1" if index == self.chunks - 1 else b"\0")

    def close_chunk(self, index: int, plain: bytes | bytearray | memoryview) -> bytes:
        """The sealed chunk."""
        return self.cipher.encrypt(self.nonce(index), plain, self.header)

    def open_chunk(self, index: int, sealed: bytes | bytearray | memoryview) -> bytes:
        """The plaintext of a chunk. Raises `Trouble` (DAMAGED)."""
        try:
            return self.cipher.decrypt(self.nonce(index), sealed, self.header)
        except InvalidTag as error:
            raise damaged(f"chunk {index} of {self.chunks}") from error

    def open_chunk_into(self, index: int, sealed: bytes | bytearray | memoryview, target: memoryview) -> None:
        """Like `open_chunk`, straight into `target`, which has exactly the plaintext's size."""
        try:
            self.cipher.decrypt_into(self.nonce(index), sealed, self.header, target)
        except InvalidTag as error:
            raise damaged(f"chunk {index} of {self.chunks}") from error


def chunk_size(length: int) -> int:
    """How large the chunks of a file of `length` bytes are made; each file's header says what they are."""
    return WHOLE_BYTES if length <= WHOLE_BYTES else CHUNK_BYTES


def new_layout(key: CaseKey, length: int, chunk_bytes: int = CHUNK_BYTES) -> Layout:
    """The layout of a file to be written, with fresh random file id, salt and nonce prefix."""
    file_id, salt, prefix = secrets.token_bytes(16), secrets.token_bytes(32), secrets.token_bytes(7)
    return fixed_layout(key, length, chunk_bytes, file_id=file_id, salt=salt, prefix=prefix)


def fixed_layout(key: CaseKey, length: int, chunk_bytes: int, *, file_id: bytes, salt: bytes, prefix: bytes) -> Layout:
    """A layout whose random parts are given: for test vectors only; used twice they break the seal."""
    _check_sizes(chunk_bytes, length)
    fields = _FIELDS.pack(MAGIC, chunk_bytes, length, key.id, file_id, salt, prefix)
    encryption, mac = file_keys(key, salt, file_id)
    return Layout(fields + _tag(mac, fields), chunk_bytes, length, file_id, prefix, AESGCM(encryption))


def read_layout(key: CaseKey, header: bytes) -> Layout:
    """The layout that a file's first `HEADER_BYTES` tell.

    Raises:
        Trouble: DAMAGED, where it is no header, was changed, or another key sealed it.
    """
    if len(header) != HEADER_BYTES:
        raise damaged("the header is cut")
    magic, chunk_bytes, length, key_id, file_id, salt, prefix = _FIELDS.unpack_from(header)
    if magic != MAGIC:
        raise damaged("not a sealed file")
    if key_id != key.id:
        raise Trouble(
            "A sealed file belongs to another case.",
            "It is fetched again from the hospital by itself; if this stays, tell the hospital's IT.",
            details="seal: another key id",
            kind=Kind.DAMAGED,
        )
    encryption, mac = file_keys(key, salt, file_id)
    if not hmac.compare_digest(_tag(mac, header[: _FIELDS.size]), header[_FIELDS.size :]):
        raise damaged("the header's tag")
    _check_sizes(chunk_bytes, length)
    return Layout(bytes(header), chunk_bytes, length, file_id, prefix, AESGCM(encryption))


def damaged(why: str) -> Trouble:
    """What is raised where sealed bytes are not what was sealed."""
    return Trouble(
        "A sealed file is damaged.",
        "It is fetched again from the hospital by itself; if this stays, tell the hospital's IT.",
        details=f"seal: {why}",
        kind=Kind.DAMAGED,
    )


def _tag(mac_key: bytes, fields: bytes) -> bytes:
    return hmac.new(mac_key, fields, hashlib.sha256).digest()[:TAG_BYTES]


def _check_sizes(chunk_bytes: int, length: int) -> None:
    if not 0 < chunk_bytes <= _MOST_CHUNK_BYTES or not 0 <= length <= chunk_bytes * _MOST_CHUNKS:
        raise damaged("sizes out of bounds")
