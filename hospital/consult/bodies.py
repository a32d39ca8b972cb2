"""What rests sealed under the case's key: a consult's words, a person's particulars and check-in, a letter."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sync.seal.values import open_value, seal_value

if TYPE_CHECKING:
    from sync.seal.keys import CaseKey


@dataclass(frozen=True, slots=True)
class ConsultBody:
    """What was written in and about a consult."""

    reason: str = ""  # why it was set on a case that is not ready
    end_reason: str = ""
    note: str = ""
    showing: str = ""
    agenda: str = ""
    recommendation: str = ""
    dissent: str = ""
    joint_by: str = ""  # who wrote the last of these three
    recording: str = "off"  # by `record.states.consult_recording`
    recording_by: str = ""  # whose desk records
    recording_agreed: tuple[str, ...] = ()  # of those inside
    recording_take: str = ""  # while it is on
    recording_refused_by: str = ""  # who said no last


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a person said before the consult, and what the rules said to it."""

    name: str
    country: str
    region: str
    address: str
    call_back: str
    emergency: str
    with_whom: str
    accepted: tuple[str, ...]  # "telehealth@1"
    camera: bool
    microphone: bool
    outcome: str
    reason: dict[str, str]  # by language
    place: str  # for people: "Lagos, Nigeria"
    network: str  # the address from which they came


@dataclass(frozen=True, slots=True)
class PersonBody:
    """A person's particulars; `network` is where they proved themselves from."""

    name: str
    zone: str
    language: str
    to: str
    second_channel: str
    check_in: CheckIn | None = None


@dataclass(frozen=True, slots=True)
class LetterBody:
    """A letter as it will be sent; `link` and `code` for programs that send it."""

    to: str
    text: str
    link: str = ""
    code: str = ""


def sealed(key: CaseKey, context: str, body: ConsultBody | PersonBody | LetterBody) -> bytes:
    """A body as it rests; `context` says whose it is."""
    return seal_value(key, context, json.dumps(asdict(body), ensure_ascii=False).encode())


def consult_body(key: CaseKey, consult: str, rests: bytes) -> ConsultBody:
    """The inverse of `sealed` for a consult."""
    value = json.loads(open_value(key, consult_context(consult), rests))
    return ConsultBody(**value | {"recording_agreed": tuple(value.get("recording_agreed", ()))})


def person_body(key: CaseKey, participant: str, rests: bytes) -> PersonBody:
    """The inverse of `sealed` for a person."""
    value = json.loads(open_value(key, person_context(participant), rests))
    said = value.pop("check_in")
    return PersonBody(**value, check_in=None if said is None else CheckIn(**said | {"accepted": tuple(said["accepted"])}))


def letter_body(key: CaseKey, letter: str, rests: bytes) -> LetterBody:
    """The inverse of `sealed` for a letter."""
    return LetterBody(**json.loads(open_value(key, letter_context(letter), rests)))


def consult_context(consult: str) -> str:
    """What a consult's sealed body is."""
    return f"consult {consult}"


def person_context(participant: str) -> str:
    """What a person's sealed body is."""
    return f"consult person {participant}"


def letter_context(letter: str) -> str:
    """What a letter's sealed body is."""
    return f"letter {letter}"
