"""What people's browsers send, as models: bounded, and nothing more is taken."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(max_length=120)]
Long = Annotated[str, Field(max_length=400)]


class Ask(BaseModel):
    """Unknown members are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Opening(Ask):
    """`POST /api/open`: a link's token; it stands in the fragment of the address, never in a request line."""

    token: Annotated[str, Field(min_length=1, max_length=100)]


class Proof(Ask):
    """`POST /api/prove`: the one-time code, or the birth date (ISO 8601)."""

    token: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(max_length=40)]


class CheckingIn(Ask):
    """`POST /api/check-in`."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")]
    region: Short
    address: Long
    call_back: Annotated[str, Field(max_length=40)]
    emergency: Long
    with_whom: Long
    accepted: Annotated[tuple[Short, ...], Field(max_length=20)]
    camera: bool
    microphone: bool
