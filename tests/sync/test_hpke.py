"""HPKE against RFC 9180: a second writing of the RFC, proven by its test vectors, opens what `sync.seal.hpke` sealed, and the other way."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from record.trouble import Kind, Trouble
from sync.seal import hpke

# RFC 9180, appendix A.1.1 (base mode, X25519, HKDF-SHA-256, AES-128-GCM), encryption with sequence number 0
PRIVATE = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
ENC = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
SHARED = "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"
AEAD_KEY, NONCE = "4531685d41d65f03dc48f6b8302c05b0", "56d890e5accaaf011cff4b7d"
INFO = "4f6465206f6e2061204772656369616e2055726e"
AAD = "436f756e742d30"
PLAIN = "4265617574792069732074727574682c20747275746820626561757479"
CIPHER = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
KEM = b"KEM\x00\x20"
SUITES = {16: b"HPKE\x00\x20\x00\x01\x00\x01", 32: b"HPKE\x00\x20\x00\x01\x00\x02"}  # by the length of the AEAD's key


def _extract(suite: bytes, salt: bytes, label: bytes, value: bytes) -> bytes:
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + value, hashlib.sha256).digest()


def _expand(suite: bytes, key: bytes, label: bytes, value: bytes, length: int) -> bytes:
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + value
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()[:length]  # one block: never more than 32 here


def _shared(private: X25519PrivateKey, other: bytes, enc: bytes, recipient: bytes) -> bytes:
    """Section 4.1, DHKEM."""
    secret = _extract(KEM, b"", b"eae_prk", private.exchange(X25519PublicKey.from_public_bytes(other)))
    return _expand(KEM, secret, b"shared_secret", enc + recipient, 32)


def _schedule(shared: bytes, info: bytes, key_bytes: int) -> tuple[bytes, bytes]:
    """Section 5.1, mode base: the AEAD's key and its first nonce."""
    suite = SUITES[key_bytes]
    context = b"\x00" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, shared, b"secret", b"")
    return _expand(suite, secret, b"key", context, key_bytes), _expand(suite, secret, b"base_nonce", context, 12)


def test_the_second_writing_gives_the_vectors_of_the_rfc() -> None:
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(PRIVATE))
    enc = bytes.fromhex(ENC)
    shared = _shared(private, enc, enc, private.public_key().public_bytes_raw())
    assert shared.hex() == SHARED
    key, nonce = _schedule(shared, bytes.fromhex(INFO), 16)
    assert (key.hex(), nonce.hex()) == (AEAD_KEY, NONCE)
    assert AESGCM(key).decrypt(nonce, bytes.fromhex(CIPHER), bytes.fromhex(AAD)).hex() == PLAIN


def test_it_opens_what_was_sealed_and_the_other_way() -> None:
    private_bytes, public = hpke.new_pair()
    private = X25519PrivateKey.from_private_bytes(private_bytes)
    sealed = hpke.sealed_to(public, b"k" * 32, "a purpose")
    enc, cipher = sealed[:32], sealed[32:]
    key, nonce = _schedule(_shared(private, enc, enc, public), b"a purpose", 32)
    assert AESGCM(key).decrypt(nonce, cipher, b"") == b"k" * 32
    ephemeral = X25519PrivateKey.generate()
    enc = ephemeral.public_key().public_bytes_raw()
    key, nonce = _schedule(_shared(ephemeral, public, enc, public), b"a purpose", 32)
    assert hpke.opened_with(private_bytes, enc + AESGCM(key).encrypt(nonce, b"back", b""), "a purpose") == b"back"


def test_only_the_private_half_opens_and_only_for_the_purpose() -> None:
    private, public = hpke.new_pair()
    sealed = hpke.sealed_to(public, b"k" * 32, "one purpose")
    assert hpke.opened_with(private, sealed, "one purpose") == b"k" * 32
    other, _ = hpke.new_pair()
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for attempt in ((other, sealed, "one purpose"), (private, sealed, "another"), (private, changed, "one purpose"), (private, b"x", "")):
        with pytest.raises(Trouble) as caught:
            hpke.opened_with(*attempt)
        assert caught.value.kind is Kind.IDENTITY
    with pytest.raises(Trouble) as caught:
        hpke.sealed_to(b"short", b"k", "")
    assert caught.value.kind is Kind.DAMAGED
