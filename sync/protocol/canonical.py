"""Canonical JSON (RFC 8785) and the digests made over it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:  # noqa: ANN401  any JSON value
    """The canonical bytes of a JSON value (RFC 8785)."""
    return rfc8785.dumps(value)


def object_id(data: bytes | bytearray | memoryview) -> str:
    """The name of bytes in messages: SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def content_digest(data: bytes) -> str:
    """The value of a `Content-Digest` header (RFC 9530, section 2)."""
    return "sha-256=:" + base64.b64encode(hashlib.sha256(data).digest()).decode() + ":"
