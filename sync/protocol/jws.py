"""Signed JSON between desk and hospital: compact JWS (RFC 7515) with ES256 (RFC 7518, 3.4) and nothing else.

The algorithm is fixed here and never taken from a token; keys come from the caller's pinned set by `kid`, never from a header; each
kind of token has its own `typ` (RFC 8725, 3.11), so that one cannot stand for another. PyJWT lives in this module only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from jwt import InvalidKeyError, PyJWTError
from jwt.algorithms import ECAlgorithm
from jwt.api_jws import PyJWS

from record.trouble import Kind as TroubleKind
from record.trouble import Trouble
from sync.protocol.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwt.algorithms import AllowedECKeys


ALGORITHM = "ES256"
ASSERTION_LIFE = timedelta(seconds=60)
ASSERTION_SKEW = timedelta(minutes=5)
_MOST_BYTES = 64 * 1024
_JWS = PyJWS(algorithms=[ALGORITHM])


class Kind(StrEnum):
    """What a token says, as its `typ`."""

    RECEIPT = "overread-receipt+jws"
    MANIFEST = "overread-manifest+jws"
    ASSERTION = "overread-assertion+jws"
    AUDIT_HEAD = "overread-audit-head+jws"


def sign(payload: Mapping[str, Any], key: AllowedECKeys, kid: str, kind: Kind) -> str:
    """The compact JWS of `payload` (as canonical JSON) by a private P-256 key (`cryptography`)."""
    return _JWS.encode(canonical(dict(payload)), cast("Any", key), ALGORITHM, headers={"typ": kind.value, "kid": kid})


def verify(token: str, keys: Mapping[str, Mapping[str, str]], kind: Kind) -> dict[str, Any]:
    """The payload of a token that one of the pinned `keys` (kid → JWK) signed as this `kind`.

    Raises:
        Trouble: IDENTITY, for any other token.
    """
    try:
        if len(token) > _MOST_BYTES:
            raise _not_vouched("the token is too long")
        header = _JWS.get_unverified_header(token)
        if header.get("typ") != kind.value or header.get("alg") != ALGORITHM:
            raise _not_vouched("the token is of another kind")
        jwk = keys.get(str(header.get("kid")))
        if jwk is None:
            raise _not_vouched("the token names a key that is not pinned")
        payload = json.loads(_JWS.decode(token, cast("Any", public_key(jwk)), algorithms=[ALGORITHM]))
    except (PyJWTError, ValueError, TypeError) as error:
        raise _not_vouched(type(error).__name__) from error
    if not isinstance(payload, dict):
        raise _not_vouched("the token holds no object")
    return payload


def jwk(key: AllowedECKeys) -> dict[str, str]:
    """The public part of a P-256 key as JWK (RFC 7517)."""
    full = ECAlgorithm.to_jwk(key, as_dict=True)
    return {name: str(full[name]) for name in ("kty", "crv", "x", "y")}


def public_key(value: Mapping[str, str]) -> AllowedECKeys:
    """The key of a JWK; private members are ignored.

    Raises:
        Trouble: IDENTITY, where it is no P-256 key.
    """
    if value.get("kty") != "EC" or value.get("crv") != "P-256":
        raise _not_vouched("the key is not of P-256")
    try:
        return ECAlgorithm.from_jwk({name: value[name] for name in ("kty", "crv", "x", "y")})
    except (InvalidKeyError, KeyError, ValueError, TypeError) as error:
        raise _not_vouched(type(error).__name__) from error


def key_id(value: Mapping[str, str]) -> str:
    """The `kid` of a key: its JWK thumbprint (RFC 7638), base64url."""
    members = {name: value[name] for name in ("crv", "kty", "x", "y")}
    return base64.urlsafe_b64encode(hashlib.sha256(canonical(members)).digest()).decode().rstrip("=")


def assertion(device: str, dataset: str, key: AllowedECKeys, now: datetime) -> str:
    """A device's claim to be itself (RFC 7523 in spirit): iss = sub = device, aud = dataset, 60 seconds, a `jti` used once."""
    issued = int(now.timestamp())
    life = int(ASSERTION_LIFE.total_seconds())
    claims = {"iss": device, "sub": device, "aud": dataset, "iat": issued, "exp": issued + life, "jti": secrets.token_hex(16)}
    return sign(claims, key, device, Kind.ASSERTION)


def unverified_issuer(token: str) -> str:
    """Whose key an assertion is to be checked with; "" where the token names nobody. Trust nothing else of it yet."""
    try:
        return str(_JWS.get_unverified_header(token).get("kid", ""))
    except (PyJWTError, ValueError):
        return ""


def verify_assertion(token: str, device: str, dataset: str, key: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The claims of a device's assertion; the caller sees to it that a `jti` is used once.

    Raises:
        Trouble: IDENTITY, for another's, a stale or a future assertion; details say "clock" where only the times are at odds.
    """
    claims = verify(token, {device: key}, Kind.ASSERTION)
    if (claims.get("iss"), claims.get("sub"), claims.get("aud")) != (device, device, dataset) or not claims.get("jti"):
        raise _not_vouched("the assertion is another's")
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int) or expires - issued > ASSERTION_LIFE.total_seconds():
        raise _not_vouched("the assertion lives too long")
    if not datetime.fromtimestamp(issued, UTC) - ASSERTION_SKEW <= now <= datetime.fromtimestamp(expires, UTC) + ASSERTION_SKEW:
        raise Trouble(
            "This computer's clock differs from the hospital's by more than five minutes.",
            "Set the date and time of this computer, then try again.",
            details="clock",
            kind=TroubleKind.IDENTITY,
        )
    return claims


def _not_vouched(why: str) -> Trouble:
    return Trouble(
        "A signed message is not from whom it should be.",
        "Nothing was taken from it; tell the hospital's IT if this stays.",
        details=why,
        kind=TroubleKind.IDENTITY,
    )
