"""The video consult: what desk, hospital and browser say to each other.

Everybody in a call holds one WebSocket to the hospital (`ROOM`: a desk at `/v1/consults/{id}/room` on the desks' listener, a browser at
`/api/room` on the people's). Each text frame is one JSON object whose `t` names its kind. The hospital sends the whole `RoomState` at
every change, so a lost line costs nothing but the time until the next; what people send is an `Ask`. Media never passes here: peers
agree on it by `Signal`, whose body the hospital carries and does not read.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  pydantic reads it at run time
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from sync.protocol.messages import Message

MOST_FRAME = 64 * 1024  # bytes of one text frame; a longer one closes the line
MOST_CHAT = 4000  # characters
MOST_HERE = 4  # a mesh; more need another media layer

Kind = Literal["physician", "patient", "relative", "interpreter", "local_physician", "coordinator"]
CallState = Literal["scheduled", "open", "in_call", "reconnecting", "ended", "cancelled", "no_show", "by_telephone"]
PersonState = Literal["invited", "checked_in", "blocked", "waiting", "admitted", "here", "lost", "left"]
RecordingState = Literal["off", "asked", "on"]
WordsOutcome = Literal["same", "different", "skipped", "broken"]  # broken: the other side did not hold to its commitment, no words came
Text = Annotated[str, Field(min_length=1, max_length=MOST_CHAT)]
BoardText = Annotated[str, Field(max_length=8000)]


# -- what stands in a room --------------------------------------------------------------------------------------------


class IceServer(Message):
    """One TURN address with a credential that was made for this person and this call."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class RoomPerson(Message):
    """One person, as the others may see them; an interpreter sees names of kinds only."""

    id: str
    kind: Kind
    name: str
    state: PersonState
    since: datetime
    desk: bool  # a desk or a browser
    online: bool = False  # whether their line to the hospital stands now
    place: str = ""  # "Nigeria", as they said at check-in; for physicians and coordinators
    consents: tuple[str, ...] = ()  # ids of the notices they accepted; likewise
    call_back: str = ""  # telephone number; likewise
    with_whom: str = ""  # who is in the room with them; likewise
    zone: str = ""  # IANA name of where they were invited; likewise


class ChatLine(Message):
    """One line of the chat; `file` is the digest of what waits in the record's quarantine."""

    id: str
    by: str  # a person's id
    at: datetime
    text: str
    file: str = ""
    file_name: str = ""


class SnapshotShown(Message):
    """A lossless picture that the physician showed; the bytes come by HTTPS under its digest."""

    sha256: str
    label: str  # "CT chest, Chest 1.0 D, image 35 of 62"
    identity: bool  # whether name and number stand on it
    at: datetime


class BoardTexts(Message):
    """What the physicians of a board write together."""

    agenda: str = ""
    recommendation: str = ""
    dissent: str = ""


class Recording(Message):
    """How recording stands: nothing is recorded but while `state` is "on", and then everybody who is in has agreed."""

    allowed: bool = False  # whether this hospital records consults at all
    state: RecordingState = "off"
    by: str = ""  # who asked, and whose desk records
    agreed: tuple[str, ...] = ()  # who of those inside
    take: str = ""  # the id of the recording, while it is on
    refused_by: str = ""  # who said no, or ended it, last


class RoomState(Message):
    """`t: "state"`: all of it, at every change."""

    t: Literal["state"] = "state"
    consult: str
    state: CallState
    starts_at: datetime
    minutes: int
    title: str = ""  # the case's title; empty for whoever may not know it
    me: str
    people: tuple[RoomPerson, ...] = ()
    ice: tuple[IceServer, ...] = ()  # empty until this person is admitted
    relay_only: bool = True
    telephone: str = ""  # whom to call if the line breaks: the patient's number at the desk, the hospital's in the browser
    chat: tuple[ChatLine, ...] = ()
    snapshots: tuple[SnapshotShown, ...] = ()
    showing: str = ""  # label of the viewport that is shown live, "" where none is
    board: BoardTexts = BoardTexts()  # for physicians at a desk and coordinators
    recording: Recording = Recording()
    reason: str = ""  # why it ended
    ahead: int = 0  # how many consults of the same physician come before this one


class Refused(Message):
    """`t: "refused"`: an ask that was not done."""

    t: Literal["refused"] = "refused"
    ask: str  # its `t`
    what_happened: str
    what_to_do: str


class Heard(Message):
    """`t: "signal"` as it arrives."""

    t: Literal["signal"] = "signal"
    by: str
    body: dict[str, Any]


class Pong(Message):
    """`t: "pong"`."""

    t: Literal["pong"] = "pong"


Told = Annotated[RoomState | Refused | Heard | Pong, Field(discriminator="t")]
TOLD: TypeAdapter[Told] = TypeAdapter(Told)


# -- what people ask --------------------------------------------------------------------------------------------------


class Ready(Message):
    """A checked-in person waits to be let in."""

    t: Literal["ready"] = "ready"


class Admit(Message):
    """The physician or a coordinator lets one person in."""

    t: Literal["admit"] = "admit"
    who: str


class Remove(Message):
    """Shows a person out."""

    t: Literal["remove"] = "remove"
    who: str


class Leave(Message):
    """One leaves."""

    t: Literal["leave"] = "leave"


class End(Message):
    """The physician ends the call for all."""

    t: Literal["end"] = "end"
    reason: Annotated[str, Field(max_length=400)] = ""


class ByTelephone(Message):
    """The consult goes on by telephone."""

    t: Literal["by_telephone"] = "by_telephone"


class Media(Message):
    """Whether this person's media with anybody is up, and by what way."""

    t: Literal["media"] = "media"
    up: bool
    way: Literal["", "turn_udp", "turn_tcp", "turns", "direct"] = ""
    sound_only: bool = False


class Signal(Message):
    """For one other person; its body is between the two."""

    t: Literal["signal"] = "signal"
    to: str
    body: dict[str, Any]


class Chat(Message):
    """A line for all."""

    t: Literal["chat"] = "chat"
    text: Text


class Words(Message):
    """How the spoken words compared with one person."""

    t: Literal["words"] = "words"
    to: str
    outcome: WordsOutcome


class Show(Message):
    """A viewport is shown live from now on; an empty label ends it."""

    t: Literal["show"] = "show"
    label: Annotated[str, Field(max_length=200)]
    identity: bool = False


class Seen(Message):
    """A browser has the picture, and this is the digest of the bytes that it got."""

    t: Literal["seen"] = "seen"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Note(Message):
    """The physician's notes for the case, whole, as they stand now."""

    t: Literal["note"] = "note"
    text: Annotated[str, Field(max_length=20_000)]


class Handover(Message):
    """The physician hands the person over to the coordinator."""

    t: Literal["handover"] = "handover"
    who: str


class Joint(Message):
    """A board's agenda, joint recommendation and dissent, each whole; what is None stays as the room has it."""

    t: Literal["joint"] = "joint"
    agenda: BoardText | None = None
    recommendation: BoardText | None = None
    dissent: BoardText | None = None


class Record(Message):
    """The physician asks everybody whether the consult may be recorded; it begins when all have agreed."""

    t: Literal["record"] = "record"


class Consent(Message):
    """One's own answer to that; a no ends a recording at once, whoever says it and whenever."""

    t: Literal["consent"] = "consent"
    agree: bool


class Ping(Message):
    """Keeps the line known to be alive; answered by `Pong`."""

    t: Literal["ping"] = "ping"


Ask = Annotated[
    Ready
    | Admit
    | Remove
    | Leave
    | End
    | ByTelephone
    | Media
    | Signal
    | Chat
    | Words
    | Show
    | Seen
    | Note
    | Handover
    | Joint
    | Record
    | Consent
    | Ping,
    Field(discriminator="t"),
]
ASK: TypeAdapter[Ask] = TypeAdapter(Ask)


# -- scheduling, between desk and hospital ----------------------------------------------------------------------------


class Slot(Message):
    """When: an aware time and a length."""

    starts_at: datetime
    minutes: Annotated[int, Field(ge=5, le=240)] = 30


class Invitee(Message):
    """Somebody to invite; the hospital makes a link of their own."""

    kind: Kind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    zone: Annotated[str, Field(max_length=64)] = "UTC"  # IANA name
    language: Annotated[str, Field(max_length=10)] = "en"
    to: Annotated[str, Field(max_length=200)] = ""  # address or telephone number for the link
    second_channel: Annotated[str, Field(max_length=200)] = ""  # where the one-time code goes; empty: the birth date is asked


class Colleague(Message):
    """Another physician who has the case; `id` is that of the account."""

    id: str
    name: str


class Colleagues(Message):
    """The answer of `GET /v1/cases/{case}/colleagues`."""

    colleagues: tuple[Colleague, ...]


class Wanted(Message):
    """`POST /v1/consults/{id}/colleagues`: one more physician, by the account."""

    account: Annotated[str, Field(max_length=64)]


class ConsultWish(Message):
    """`POST /v1/cases/{case}/consults`: the physician sets one. `reason` is needed where the case is not ready."""

    slot: Slot
    people: tuple[Invitee, ...]
    colleagues: Annotated[tuple[str, ...], Field(max_length=3)] = ()  # accounts
    reason: Annotated[str, Field(max_length=400)] = ""


class FileTaken(Message):
    """The answer of `POST /v1/consults/{id}/files`: the digest of what waits in quarantine now."""

    sha256: str


class PartTaken(Message):
    """The answer of `POST /v1/consults/{id}/recordings/{take}/{number}`: the digest of the part, which rests at the hospital now."""

    sha256: str


class Reason(Message):
    """`POST /v1/consults/{id}/cancellation`."""

    reason: Annotated[str, Field(max_length=400)] = ""


class ConsultRow(Message):
    """A consult as the desk lists it (`GET /v1/consults`)."""

    id: str
    case: str
    state: CallState
    slot: Slot
    people: tuple[RoomPerson, ...]


class Consults(Message):
    """The answer of `GET /v1/consults`."""

    consults: tuple[ConsultRow, ...]
