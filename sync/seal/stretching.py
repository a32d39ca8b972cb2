"""Argon2id (RFC 9106), one derivation at a time in a process.

OpenSSL shares one pool of threads between all derivations of a process: with more than one lane, two at the same time wait for each other
for ever or fail with MemoryError (cryptography 50.0.2, OpenSSL 4.0). So whoever derives with Argon2id holds `one_at_a_time`.
"""

from __future__ import annotations

import threading

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from record.trouble import Kind, Trouble

one_at_a_time = threading.Lock()


def argon2id(passphrase: str, salt: bytes, *, iterations: int, lanes: int, memory_kib: int) -> bytes:
    """32 bytes from a passphrase; slow on purpose. Raises `Trouble` (STORAGE), where the computer lacks the memory."""
    try:
        with one_at_a_time:
            return Argon2id(salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory_kib).derive(passphrase.encode())
    except MemoryError as error:
        raise Trouble(
            "This computer has too little free memory to check the passphrase.",
            "Close other programs, then try again.",
            details=f"argon2id {memory_kib} KiB",
            kind=Kind.STORAGE,
        ) from error
