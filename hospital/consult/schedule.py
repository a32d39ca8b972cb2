"""Setting a consult: who, when, in whose time, with a link for each; moving and cancelling it; reminders into the outgoing box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hospital.consult import box, links, steps
from hospital.consult.sealed import consult_of, invitee, key_of, note, seal_invitee
from hospital.store import cases, consults, facts, people, work
from hospital.store.consults import ConsultRow, PersonRow
from hospital.store.people import new_id, sha256
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.consult import MOST_HERE, Invitee, Slot
from sync.seal.values import seal_value

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hospital.house import House

KEPT_AFTER = timedelta(hours=24)  # how long after its end a consult's links still lead in
READY = frozenset({"ready", "assigned", "opined"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made; its secret is kept nowhere."""

    person: str
    kind: str
    name: str
    url: str


def add(
    house: House, tx: Connection, case: str, login: str, slot: Slot, invitees: tuple[Invitee, ...], reason: str = ""
) -> tuple[str, list[Link]]:
    """Sets a consult; gives its id and the links.

    Raises:
        Trouble: INPUT (case, physician, people), STATE (the case is not ready and no reason is given).
    """
    found, host = cases.find(tx, case), people.person_by_login(tx, login)
    if found is None or found.sealed_body is None:
        raise Trouble("There is no case of this id.", "List the cases with “overread-server status”.", kind=Kind.INPUT)
    if host is None or host.role != "physician":
        raise Trouble(
            "There is no physician's account of this name.", "List the accounts with “overread-server user list”.", kind=Kind.INPUT
        )
    return set_for(house, tx, found, host, slot, invitees, reason)


def set_for(
    house: House, tx: Connection, case: cases.CaseRow, host: people.Person, slot: Slot, invitees: tuple[Invitee, ...], reason: str
) -> tuple[str, list[Link]]:
    """As `add`, for a case and a physician that are known."""
    if case.state not in READY and not reason.strip():
        raise Trouble("This case is not ready for a consult.", "Say why it shall take place all the same.", case.state, Kind.STATE)
    _reasonable(slot, invitees)
    now, made = house.now(), new_id()
    row = ConsultRow(made, case.id, host.id, "scheduled", slot.starts_at, slot.minutes, None, b"", now)
    row = replace(row, sealed_reason=seal_value(key_of(house, tx, row), f"consult reason {made}", reason.encode()))
    consults.add(tx, row)
    zone = house.settings.consult.zone
    physician = _add_person(house, tx, row, Invitee(kind="physician", name=host.name, zone=zone), account=host.id)
    note(house, tx, row, physician.id, "set", now, reason=reason)
    return made, [invite(house, tx, row, one) for one in invitees]


def invite(house: House, tx: Connection, row: ConsultRow, who: Invitee) -> Link:
    """One more person, with a link; another physician of this hospital comes with a desk and needs none."""
    if who.kind == "physician":
        account = people.person_by_login(tx, who.to)
        if account is None:
            raise Trouble("There is no physician's account of this name.", "Name the login of the other physician.", kind=Kind.INPUT)
        person = _add_person(house, tx, row, replace_name(who, account.name), account=account.id)
        return Link(person.id, who.kind, account.name, "")
    person = _add_person(house, tx, row, who)
    return _linked(house, tx, row, person, who)


def replace_name(who: Invitee, name: str) -> Invitee:
    """The same person by the name of their account."""
    return who.model_copy(update={"name": name})


def new_link(house: House, tx: Connection, person_id: str) -> Link:
    """Another link for somebody; the old one, and the browser that held it, are out."""
    person = _person(tx, person_id)
    row = consult_of(tx, person.consult)
    most = house.settings.consult.attempts
    consults.change_person(
        tx, person.id, session_sha256=None, revoked=False, attempts_left=most, code_sha256=None, code_until=None, codes_sent=0
    )
    return _linked(house, tx, row, person, invitee(key_of(house, tx, row), person))


def revoke_link(house: House, tx: Connection, person_id: str) -> None:
    """A link leads in no longer."""
    person = _person(tx, person_id)
    consults.change_person(tx, person.id, revoked=True, session_sha256=None)
    note(house, tx, consult_of(tx, person.consult), person.id, "revoked", house.now())


def move(house: House, tx: Connection, consult: str, slot: Slot, by: str) -> None:
    """Another time; everybody is told, the links stay."""
    row = consult_of(tx, consult)
    if row.state != "scheduled":
        raise Trouble("This consult cannot be moved any more.", "Set a new one.", row.state, Kind.STATE)
    _reasonable(slot, ())
    consults.change(tx, consult, starts_at=slot.starts_at, minutes=slot.minutes)
    row = replace(row, starts_at=slot.starts_at, minutes=slot.minutes)
    note(house, tx, row, by or _host(tx, row).id, "moved", house.now())
    consults.drop_from_box(tx, consult, *box.REMINDERS)
    for person in consults.people_of(tx, consult):
        consults.change_person(tx, person.id, expires_at=_expires(row))
        if person.token_sha256 is not None:
            who = invitee(key_of(house, tx, row), person)
            box.put(
                house, tx, row, person.id, "moved", who.to, f"The video consult has another time: {_when(row, who.zone)}. Your link stays."
            )
            _remind(house, tx, row, person, who)


def cancel(house: House, tx: Connection, consult: str, by: str, reason: str = "") -> None:
    """It does not take place; everybody is told."""
    row = consult_of(tx, consult)
    steps.move_call(house, tx, row, "cancel", Who.COORDINATOR if not by else Who.PHYSICIAN, by or _host(tx, row).id)
    consults.change(tx, consult, sealed_reason=seal_value(key_of(house, tx, row), f"consult reason {consult}", reason.encode()))
    consults.drop_from_box(tx, consult, "invitation", *box.REMINDERS)
    for person in consults.people_of(tx, consult):
        if person.token_sha256 is not None:
            who = invitee(key_of(house, tx, row), person)
            box.put(house, tx, row, person.id, "cancelled", who.to, f"The video consult of {_when(row, who.zone)} does not take place.")


def _add_person(house: House, tx: Connection, row: ConsultRow, who: Invitee, account: str | None = None) -> PersonRow:
    made, now = new_id(), house.now()
    proof = "" if account else "code" if who.second_channel else "birth_date"
    person = PersonRow(
        id=made, consult=row.id, kind=who.kind, account=account, state="invited", since=now, zone=_zone(who.zone), language=who.language,
        sealed_invitee=seal_invitee(key_of(house, tx, row), made, who), sealed_answers=None, token_sha256=None, proof=proof,
        code_sha256=None, code_until=None, codes_sent=0, attempts_left=house.settings.consult.attempts, expires_at=_expires(row),
        revoked=False, session_sha256=None,
    )  # fmt: skip
    consults.add_person(tx, person)
    return person


def _linked(house: House, tx: Connection, row: ConsultRow, person: PersonRow, who: Invitee) -> Link:
    token = links.new_token()
    consults.change_person(tx, person.id, token_sha256=sha256(token))
    url = f"{address(house, tx)}/join#{token}"
    consults.drop_from_box(tx, row.id, "invitation", *box.REMINDERS, person_id=person.id)
    text = f"You are invited to a video consult of {house.settings.hospital.name}: {_when(row, who.zone)}. Your own link: {url}"
    box.put(house, tx, row, person.id, "invitation", who.to, text)
    _remind(house, tx, row, person, who)
    note(house, tx, row, person.id, "invited", house.now())
    return Link(person.id, who.kind, who.name, url)


def _remind(house: House, tx: Connection, row: ConsultRow, person: PersonRow, who: Invitee) -> None:
    for kind, hours in box.REMINDERS.items():
        due = row.starts_at - timedelta(hours=hours)
        if due > house.now():
            text = f"Your video consult: {_when(row, who.zone)}. Please try camera and microphone beforehand, by the link that you have."
            box.put(house, tx, row, person.id, kind, who.to, text, due)


def address(house: House, tx: Connection) -> str:
    """What stands before /join in links."""
    port = facts.get(tx, "people port") or house.settings.people.port
    return house.settings.people.address.rstrip("/") or f"https://localhost:{port}"


def _reasonable(slot: Slot, invitees: tuple[Invitee, ...]) -> None:
    if slot.starts_at.tzinfo is None:
        raise Trouble("The time has no time zone.", "Add one, as in 2026-12-01T15:00+01:00.", kind=Kind.INPUT)
    if len(invitees) + 1 > 2 * MOST_HERE:
        raise Trouble("These are more people than a consult holds.", f"Invite at most {2 * MOST_HERE - 1}.", kind=Kind.INPUT)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Trouble("This time zone is not known.", "Name it as in Europe/Berlin.", name[:64], Kind.INPUT) from error
    return name


def _when(row: ConsultRow, zone: str) -> str:
    there: datetime = row.starts_at.astimezone(ZoneInfo(zone))
    return f"{there:%d %B %Y, %H:%M} ({zone})"


def _expires(row: ConsultRow) -> datetime:
    return row.starts_at + timedelta(minutes=row.minutes) + KEPT_AFTER


def _person(tx: Connection, person_id: str) -> PersonRow:
    found = consults.person(tx, person_id)
    if found is None or found.account is not None:
        raise Trouble("There is no such link.", "List the people with “overread-server consult list”.", kind=Kind.INPUT)
    return found


def _host(tx: Connection, row: ConsultRow) -> PersonRow:
    found = consults.by_account(tx, row.id, row.host)
    assert found is not None
    return found


def may_see(tx: Connection, case: str, account: str) -> bool:
    """Whether a physician may set a consult on a case: it is theirs."""
    return case in work.open_cases(tx, account)
