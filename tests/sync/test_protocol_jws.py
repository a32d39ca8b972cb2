"""Signed messages: only the pinned key, only ES256, only the kind that was meant."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from record.trouble import Kind as TroubleKind
from record.trouble import Trouble
from sync.protocol import jws
from sync.protocol.jws import Kind

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
PINNED = {"a": jws.jwk(KEY)}
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_what_was_signed_comes_back() -> None:
    payload = {"b": 1, "a": "ä"}
    assert jws.verify(jws.sign(payload, KEY, "a", Kind.RECEIPT), PINNED, Kind.RECEIPT) == payload


def _forgeries() -> dict[str, str]:
    good = jws.sign({"a": 1}, KEY, "a", Kind.RECEIPT)
    head, body, signature = good.split(".")
    none = _b64({"alg": "none", "typ": Kind.RECEIPT, "kid": "a"})
    symmetric = _b64({"alg": "HS256", "typ": Kind.RECEIPT, "kid": "a"})
    return {
        "another key": jws.sign({"a": 1}, OTHER, "a", Kind.RECEIPT),
        "a key that is not pinned": jws.sign({"a": 1}, KEY, "b", Kind.RECEIPT),
        "another kind": jws.sign({"a": 1}, KEY, "a", Kind.MANIFEST),
        "another body": f"{head}.{_b64({'a': 2})}.{signature}",
        "no algorithm": f"{none}.{body}.",
        "another algorithm": f"{symmetric}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "nothing": "",
        "no token": "a.b",
        "too long": good + "A" * 100_000,
    }


@pytest.mark.parametrize("name", _forgeries())
def test_a_forgery_is_refused(name: str) -> None:
    with pytest.raises(Trouble) as caught:
        jws.verify(_forgeries()[name], PINNED, Kind.RECEIPT)
    assert caught.value.kind is TroubleKind.IDENTITY


def test_a_key_travels_as_jwk_without_its_private_part() -> None:
    assert set(jws.jwk(KEY)) == {"kty", "crv", "x", "y"}
    assert jws.jwk(jws.public_key(jws.jwk(KEY))) == jws.jwk(KEY)
    assert jws.key_id(jws.jwk(KEY)) != jws.key_id(jws.jwk(OTHER))


def test_the_key_id_is_the_thumbprint_of_rfc_7638() -> None:
    key = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
    assert jws.key_id(key) == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"


@pytest.mark.parametrize("value", [{}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-384"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}])
def test_what_is_no_key_of_ours_is_refused(value: dict[str, str]) -> None:
    with pytest.raises(Trouble):
        jws.public_key(value)


def test_a_device_says_who_it_is() -> None:
    token = jws.assertion("desk", "data", KEY, NOW)
    assert jws.unverified_issuer(token) == "desk"
    assert len(jws.verify_assertion(token, "desk", "data", jws.jwk(KEY), NOW)["jti"]) == 32


@pytest.mark.parametrize(("device", "dataset", "key"), [("other", "data", KEY), ("desk", "other", KEY), ("desk", "data", OTHER)])
def test_another_device_dataset_or_key_is_refused(device: str, dataset: str, key: ec.EllipticCurvePrivateKey) -> None:
    with pytest.raises(Trouble):
        jws.verify_assertion(jws.assertion("desk", "data", KEY, NOW), device, dataset, jws.jwk(key), NOW)


@pytest.mark.parametrize("away", [timedelta(minutes=7), timedelta(minutes=-6), timedelta(days=400)])
def test_a_wrong_clock_is_named(away: timedelta) -> None:
    with pytest.raises(Trouble, match="clock"):
        jws.verify_assertion(jws.assertion("desk", "data", KEY, NOW), "desk", "data", jws.jwk(KEY), NOW + away)


def test_an_assertion_that_lives_long_is_refused() -> None:
    issued = int(NOW.timestamp())
    claims = {"iss": "desk", "sub": "desk", "aud": "data", "iat": issued, "exp": issued + 3600, "jti": "1"}
    with pytest.raises(Trouble):
        jws.verify_assertion(jws.sign(claims, KEY, "desk", Kind.ASSERTION), "desk", "data", jws.jwk(KEY), NOW)
