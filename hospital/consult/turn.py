"""Credentials for coturn's shared secret (draft-uberti-behave-turn-rest-00): made for one person and one call, expiring."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.consult import IceServer

if TYPE_CHECKING:
    from datetime import datetime

    from hospital.settings import ConsultSection


def servers(settings: ConsultSection, until: datetime) -> tuple[IceServer, ...]:
    """The relay's addresses, one `IceServer` each in the settings' order, good until a time; nothing where no relay is named.

    The user's name holds a random id, never a person's.

    Raises:
        Trouble: STORAGE, where the secret's file cannot be read.
    """
    if not settings.relay:
        return ()
    username = f"{int(until.timestamp())}:{secrets.token_hex(8)}"
    digest = hmac.new(_secret(settings), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(digest).decode()
    return tuple(IceServer(urls=(url,), username=username, credential=credential) for url in settings.relay)


def _secret(settings: ConsultSection) -> bytes:
    try:
        assert settings.relay_secret_file is not None
        return settings.relay_secret_file.read_text("utf-8").split("\n", 1)[0].strip().encode()
    except (OSError, AssertionError) as error:
        raise Trouble(
            "The relay's secret cannot be read.",
            "Name the file in consult.relay_secret_file, and let the server's account read it.",
            type(error).__name__,
            Kind.STORAGE,
        ) from error
