"""Who asks: the open hospital, and the desk of a request's token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hospital.desks import enrolling
from hospital.house import House
from hospital.store.people import Device
from record.trouble import Kind, Trouble

_bearer = HTTPBearer(auto_error=False)


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


Open = Annotated[House, Depends(_house)]


def _desk(house: Open, held: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Device:
    return _asking(house, held, even_revoked=False)


def _desk_or_revoked(house: Open, held: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Device:
    """Even a revoked desk may ask its feed: that is where it reads it."""
    return _asking(house, held, even_revoked=True)


def _asking(house: House, held: HTTPAuthorizationCredentials | None, *, even_revoked: bool) -> Device:
    if held is None:
        raise Trouble("This step needs a signed-in desk.", "Sign in at the desk.", kind=Kind.IDENTITY)
    return enrolling.device_of(house, held.credentials, even_revoked=even_revoked)


Desk = Annotated[Device, Depends(_desk)]
DeskOrRevoked = Annotated[Device, Depends(_desk_or_revoked)]
