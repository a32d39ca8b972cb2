"""What coordinators' browsers send, as models: bounded, and nothing more is taken."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sync.protocol.consult import Invitee  # noqa: TC001  pydantic reads it at run time

Login = Annotated[str, Field(min_length=1, max_length=120)]


class Ask(BaseModel):
    """Unknown members are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SigningIn(Ask):
    """`POST /api/sign-in`."""

    login: Login
    password: Annotated[str, Field(min_length=1, max_length=400)]


class When(Ask):
    """A beginning as one chose it, or typed it on the hospital's clock, and a length."""

    starts_at: AwareDatetime | None = None
    wall: Annotated[str, Field(max_length=40)] = ""  # "2026-12-01T15:10", where `starts_at` is not given
    minutes: Annotated[int, Field(ge=5, le=240)] = 30


class Setting(When):
    """`POST /api/cases/{case}/consults`."""

    physicians: Annotated[tuple[Login, ...], Field(max_length=4)]
    people: Annotated[tuple[Invitee, ...], Field(max_length=8)]
    reason: Annotated[str, Field(max_length=400)] = ""


class Inviting(Ask):
    """`POST /api/consults/{consult}/people`: a person with a link, or a physician at the desk."""

    person: Invitee | None = None
    physician: Annotated[str, Field(max_length=120)] = ""


class Cancelling(Ask):
    """`POST /api/consults/{consult}/cancellation`; why is said to nobody but the record."""

    reason: Annotated[str, Field(min_length=1, max_length=400)]


class Posted(Ask):
    """`POST /api/box/{letter}/outcome`: what became of a letter that was taken."""

    outcome: Literal["sent", "failed"]
    at: AwareDatetime | None = None
