"""Credentials of the relays: for one person and one call, by coturn's shared secret (draft-uberti-behave-turn-rest-00)."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.protocol.consult import IceServer

if TYPE_CHECKING:
    from hospital.house import House

DEVICE_CHECK = timedelta(minutes=10)


def minted(house: House, life: timedelta) -> tuple[IceServer, ...]:
    """The relays in the order of the settings, one address each, with a fresh credential; none where none are set.

    Raises:
        Trouble: LOCKED, where the secret's file cannot be read.
    """
    settings = house.settings.consult
    if not settings.turn_urls or settings.turn_secret_file is None:
        return tuple(IceServer(urls=(url,)) for url in settings.turn_urls)
    try:
        secret = settings.turn_secret_file.read_text("utf-8").partition("\n")[0].strip()
    except OSError as error:
        raise Trouble(
            "The relay's secret cannot be read.", "Correct consult.turn_secret_file.", str(error.strerror), Kind.LOCKED
        ) from error
    username = f"{int((house.now() + life).timestamp())}:{secrets.token_hex(8)}"
    credential = base64.b64encode(hmac.digest(secret.encode(), username.encode(), "sha1")).decode()
    return tuple(IceServer(urls=(url,), username=username, credential=credential) for url in settings.turn_urls)
