"""What each person of a room sees of it: opened once for all, then cut to who looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hospital.consult.acting import is_host
from hospital.consult.opened import opened
from hospital.consult.recording import BY_CONSENT
from hospital.desks.bodies import case_body
from hospital.store import cases, consults
from sync.protocol.consult import BoardTexts, ChatLine, Recording, RoomPerson, RoomState, SnapshotShown
from sync.seal.values import open_value

if TYPE_CHECKING:
    from hospital.consult.bodies import ConsultBody, PersonBody
    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.consults import Consult, Participant
    from sync.protocol.consult import CallState, IceServer

_KNOW_THE_CASE = frozenset({"physician", "coordinator", "local_physician", "patient"})
_HIDDEN_FROM_INTERPRETERS = frozenset({"patient", "relative"})
MOST_CHAT_SHOWN = 100_000  # characters, the newest


@dataclass(frozen=True)
class Seen:
    """A room, opened."""

    row: Consult
    body: ConsultBody
    people: tuple[tuple[Participant, PersonBody], ...]
    chat: tuple[ChatLine, ...]
    snapshots: tuple[SnapshotShown, ...]
    title: str
    ahead: int

    def person(self, wanted: str) -> Participant | None:
        """Somebody's row."""
        return next((one for one, _ in self.people if one.id == wanted), None)

    def inside(self, wanted: str) -> bool:
        """Whether somebody was let in and has not left."""
        found = self.person(wanted)
        return found is not None and found.state in consults.INSIDE


def look(house: House, consult: str) -> Seen:
    """The room as it stands."""
    with house.database.read() as tx:
        at = opened(house, tx, consult)
        case = cases.get(tx, at.case)
        title = case_body(house, case).title if case.sealed_body is not None else ""
        everybody = tuple((one, at.about(one)) for one in at.people())
        return Seen(at.row, at.body, everybody, tuple(_chat(at)), tuple(snapshots(at)), title, consults.ahead(tx, at.row))


def state_for(house: House, seen: Seen, me: Participant, ice: tuple[IceServer, ...], online: frozenset[str]) -> RoomState:
    """The room as one person may see it; an interpreter sees nothing of the patient."""
    interpreter, host = me.kind == "interpreter", is_host(me)
    settings = house.settings.consult
    return RoomState(
        consult=seen.row.id,
        state=cast("CallState", seen.row.state),
        starts_at=seen.row.starts_at,
        minutes=seen.row.minutes,
        title=seen.title if me.kind in _KNOW_THE_CASE else "",
        me=me.id,
        people=tuple(
            _shown(one, about, me=me, host=host, online=one.id in online)
            for one, about in seen.people
            if one.state != "left" or one.id == me.id
        ),
        ice=ice,
        relay_only=settings.relay_only,
        telephone=_patients_number(seen) if host else settings.telephone,
        chat=seen.chat if me.state in consults.INSIDE else tuple(line for line in seen.chat if _may_read(seen, me, line)),
        snapshots=() if interpreter or me.state not in consults.INSIDE else seen.snapshots,
        showing="" if interpreter or me.state not in consults.INSIDE else seen.body.showing,
        board=_board(seen) if host and me.state in consults.INSIDE else BoardTexts(),
        recording=_recording(house, seen, me),
        reason=seen.body.end_reason,
        ahead=0 if seen.row.over or me.state in consults.INSIDE else seen.ahead,
    )


def _board(seen: Seen) -> BoardTexts:
    return BoardTexts(agenda=seen.body.agenda, recommendation=seen.body.recommendation, dissent=seen.body.dissent)


def _recording(house: House, seen: Seen, me: Participant) -> Recording:
    allowed, body = house.settings.consult.recording == BY_CONSENT, seen.body
    if me.state not in consults.INSIDE:
        return Recording(allowed=allowed)
    return Recording.model_validate(
        {
            "allowed": allowed,
            "state": body.recording,
            "by": body.recording_by,
            "agreed": body.recording_agreed,
            "take": body.recording_take,
            "refused_by": body.recording_refused_by,
        }
    )


def snapshots(at: Opened) -> list[SnapshotShown]:
    """The pictures that were shown."""
    return [
        SnapshotShown(sha256=one.sha256, label=label(at, one), identity=one.identity, at=one.at) for one in consults.snapshots(at.tx, at.id)
    ]


def label(at: Opened, row: consults.Snapshot) -> str:
    """What a picture shows."""
    return open_value(at.key, label_context(at.id, row.sha256), row.sealed_label).decode()


def label_context(consult: str, sha256: str) -> str:
    """What a sealed label is."""
    return f"consult {consult} snapshot {sha256}"


def _chat(at: Opened) -> list[ChatLine]:
    found: list[ChatLine] = []
    room = MOST_CHAT_SHOWN
    for row in reversed(consults.record(at.tx, at.id, "chat")):
        told = at.said(row)
        room -= len(told["text"])
        if room < 0:
            break
        found.append(ChatLine(by=row.by, at=row.at, **told))
    return found[::-1]


def _may_read(seen: Seen, me: Participant, line: ChatLine) -> bool:
    """In the waiting room: one's own lines, and those of who lets people in."""
    by = seen.person(line.by)
    return by is not None and (by.id == me.id or is_host(by))


def _shown(one: Participant, about: PersonBody, *, me: Participant, host: bool, online: bool) -> RoomPerson:
    hidden = me.kind == "interpreter" and one.kind in _HIDDEN_FROM_INTERPRETERS
    said = about.check_in if host or one.id == me.id else None
    value = {"id": one.id, "kind": one.kind, "state": one.state, "since": one.since, "desk": one.account is not None, "online": online}
    value["name"] = "" if hidden else ((about.check_in.name if about.check_in else "") or about.name)
    if said is not None:
        value |= {"place": said.place, "consents": said.accepted, "call_back": said.call_back, "with_whom": said.with_whom}
    return RoomPerson.model_validate(value)


def _patients_number(seen: Seen) -> str:
    numbers = [about.check_in.call_back for one, about in seen.people if about.check_in and one.kind in {"patient", "relative"}]
    return next((number for number in numbers if number), "")
