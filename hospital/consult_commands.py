"""`overread-server consult …` and `box`: what a coordinator does about consults at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hospital.consult import box, files, links, schedule, slots, takes
from hospital.consult.moving import COORDINATOR
from hospital.consult.opened import opened
from hospital.store import consults
from record.states.table import Who
from record.trouble import Kind, Trouble
from sync.protocol.consult import Invitee, Slot

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from hospital.consult.bodies import LetterBody
    from hospital.consult.opened import Opened
    from hospital.house import House
    from hospital.store.letters import Letter

    Command = Callable[[argparse.Namespace, House, Callable[[str], None]], None]

PERSON = 'KIND:NAME:ZONE[:LANGUAGE[:TO[:SECOND_CHANNEL]]], such as patient:"Ngozi Okafor":Africa/Lagos:en'
KINDS = ("patient", "relative", "interpreter", "local_physician", "physician", "coordinator")


def add(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult add`."""
    invited = [_person(text) for text in arguments.person]
    slot = Slot(starts_at=slots.wall(arguments.at, arguments.zone), minutes=arguments.minutes)
    made, given = schedule.add(house, arguments.case, slot, arguments.physician, invited, reason=arguments.reason)
    with house.database.read() as tx:
        at = opened(house, tx, made)
        shown = [_described(at, one, given.get(one.id, "")) for one in at.people()]
    if arguments.json:
        say(json.dumps({"consult": made, "people": shown}, ensure_ascii=False))
        return
    say(f"consult {made}")
    for one in shown:
        say(f"  {one['id']}\t{one['kind']}\t{one['name']}\t{one['link'] or 'at the desk'}")


def _described(at: Opened, person: consults.Participant, link: str) -> dict[str, Any]:
    about = at.about(person)
    times = _stamp(at.row.starts_at, about.zone)
    return {"id": person.id, "kind": person.kind, "name": about.name, "state": person.state, "when": times, "link": link}


def listed(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult list`."""
    zone = house.settings.consult.zone
    with house.database.read() as tx:
        rows = consults.all_consults(tx)
    if arguments.json:
        values = [
            {"consult": r.id, "case": r.case, "state": r.state, "starts_at": r.starts_at.isoformat(), "minutes": r.minutes} for r in rows
        ]
        say(json.dumps(values))
        return
    for row in rows:
        say(f"{row.id}\t{row.state}\t{_stamp(row.starts_at, zone)}\t{row.minutes} min\tcase {row.case}")


def show(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult show`: people, and the record row by row."""
    with house.database.read() as tx:
        at = opened(house, tx, arguments.consult)
        row, body = at.row, at.body
        shown = [_described(at, one, "") for one in at.people()]
        rows = [one for one in consults.record(tx, at.id) if one.act != takes.PART]  # hundreds of them; `recordings` tells their sum
        record = [{"at": one.at.isoformat(), "act": one.act, "by": one.by, "what": at.said(one)} for one in rows]
        recordings = [one.told() for one in takes.takes(at)]
    value = {
        "consult": row.id,
        "case": row.case,
        "state": row.state,
        "starts_at": row.starts_at.isoformat(),
        "minutes": row.minutes,
        "people": shown,
        "note": body.note,
        "reason": body.end_reason,
        "joint": {"agenda": body.agenda, "recommendation": body.recommendation, "dissent": body.dissent},
        "recordings": recordings,
        "record": record,
    }
    if arguments.json:
        say(json.dumps(value, ensure_ascii=False))
        return
    say(f"consult {row.id}: {row.state}, {_stamp(row.starts_at, house.settings.consult.zone)}, {row.minutes} min, case {row.case}")
    for one in shown:
        say(f"  {one['id']}\t{one['kind']}\t{one['name']}\t{one['state']}\t{one['when']}")
    for take in recordings:
        whole = "whole" if take["whole"] else "its end has not come"
        say(f"  recording {take['take']}\t{str(take['began'])[:19]}\t{take['bytes']} bytes in {take['parts']} parts, {whole}")
    names = {one["id"]: one["name"] for one in shown}
    for entry in record:
        by = names.get(str(entry["by"]), str(entry["by"]))
        say(f"  {str(entry['at'])[:19]}\t{entry['act']}\t{by}\t{json.dumps(entry['what'], ensure_ascii=False)}")


def move(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult move`."""
    with house.database.write() as tx:
        at = opened(house, tx, arguments.consult)
        minutes = arguments.minutes or at.row.minutes
        schedule.move(at, Slot(starts_at=slots.wall(arguments.at, arguments.zone), minutes=minutes), COORDINATOR)
    say("moved; everybody gets a letter")


def cancel(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult cancel`."""
    with house.database.write() as tx:
        schedule.cancel(opened(house, tx, arguments.consult), Who.COORDINATOR, COORDINATOR, arguments.reason)
    say("cancelled; everybody gets a letter")


def invite(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult invite`."""
    with house.database.write() as tx:
        at = opened(house, tx, arguments.consult)
        for login in arguments.physician:
            say(f"{schedule.add_physician(at, login).id}\tphysician\tat the desk")
        for text in arguments.person:
            person, link = schedule.invite(at, _person(text), COORDINATOR)
            say(f"{person.id}\t{person.kind}\t{link}")


def take_file(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult file`: out of quarantine, for whoever looks at it."""
    data = files.read(house, arguments.consult, arguments.sha256)
    try:
        arguments.out.write_bytes(data)
    except OSError as error:
        raise Trouble("The file cannot be written there.", "Name another place.", str(error.strerror), Kind.STORAGE) from error
    say(f"{len(data)} bytes; look at it on a machine that may be lost: nobody has looked at it yet")


def take_recording(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult recording`: one WebM file."""
    parts = takes.read(house, arguments.consult, arguments.take, COORDINATOR)
    try:
        with arguments.out.open("wb") as file:
            length = sum(file.write(part) for part in parts)
    except OSError as error:
        raise Trouble("The recording cannot be written there.", "Name another place.", str(error.strerror), Kind.STORAGE) from error
    say(f"{length} bytes; it shows and names people: keep it where the case may be kept")


def revoke_link(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult revoke-link`."""
    with house.database.write() as tx:
        at, person = _found(house, tx, arguments)
        links.revoke(at, person, COORDINATOR)
    say("revoked")


def new_link(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`consult new-link`."""
    with house.database.write() as tx:
        at, person = _found(house, tx, arguments)
        say(links.again(at, person, COORDINATOR))


def show_box(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`box`: what there is; with an id: one letter."""
    if arguments.letter:
        _say_letter(*box.read(house, arguments.letter), arguments, say)
        return
    rows = [one for one in box.every(house) if arguments.all or one.state in {"waiting", "taken"}]
    if arguments.json:
        keys = ("id", "kind", "consult", "participant", "state", "failures")
        times = ("made_at", "due_at", "state_at")
        say(json.dumps([{key: getattr(one, key) for key in keys} | {key: getattr(one, key).isoformat() for key in times} for one in rows]))
        return
    for one in rows:
        due = one.due_at.isoformat(timespec="minutes")
        say(f"{one.id}\t{one.kind}\tconsult {one.consult}\tfor {one.participant}\t{_state_words(one)}\tof use until {due}")


def take_letter(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`box take`: a letter to send now; nobody else gets it."""
    _say_letter(*box.take(house, arguments.letter, COORDINATOR), arguments, say)


def letter_sent(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`box sent`."""
    at = slots.wall(arguments.at, arguments.zone) if arguments.at else None
    say(_state_words(box.sent(house, arguments.letter, COORDINATOR, at)))


def letter_failed(arguments: argparse.Namespace, house: House, say: Callable[[str], None]) -> None:
    """`box failed`: it waits again."""
    say(_state_words(box.failed(house, arguments.letter, COORDINATOR)))


def _say_letter(found: Letter, body: LetterBody, arguments: argparse.Namespace, say: Callable[[str], None]) -> None:
    if arguments.json:
        value = {"id": found.id, "kind": found.kind, "state": found.state, "to": body.to, "text": body.text, "link": body.link}
        say(json.dumps(value | {"code": body.code, "due_at": found.due_at.isoformat()}, ensure_ascii=False))
        return
    head = f"{found.id}: {found.kind} for {found.participant}, {_state_words(found)}"
    say(f"{head}\nto: {body.to or '–'}\n\n{body.text}")


def _state_words(found: Letter) -> str:
    again = f" again, failed {found.failures}×" if found.failures and found.state == "waiting" else ""
    return f"{found.state}{again} since {found.state_at.isoformat(timespec='seconds')}"


def _stamp(time: datetime, zone: str) -> str:
    return time.astimezone(ZoneInfo(zone)).strftime(f"%Y-%m-%d %H:%M ({zone})")


def _found(house: House, tx: Any, arguments: argparse.Namespace) -> tuple[Opened, consults.Participant]:  # noqa: ANN401  a connection
    person = consults.participant(tx, arguments.person)
    if person is None:
        raise Trouble("There is no person of this id in a consult.", "“overread-server consult show” lists them.", kind=Kind.INPUT)
    return opened(house, tx, person.consult), person


def _person(text: str) -> Invitee:
    kind, _, rest = text.partition(":")
    parts = rest.split(":", 4)
    if kind not in KINDS or not parts[0].strip() or len(parts) < 2:
        raise Trouble("A person cannot be read.", f"Write {PERSON}.", kind=Kind.INPUT)
    names = ("name", "zone", "language", "to", "second_channel")
    given = {name: part.strip() for name, part in zip(names, parts, strict=False) if part.strip()}
    try:
        return Invitee.model_validate({"kind": kind, **given})
    except ValueError as error:
        raise Trouble("A person cannot be read.", f"Write {PERSON}.", kind=Kind.INPUT) from error


def parsers(command: Callable[[str, Command, str], argparse.ArgumentParser], zone: str = "UTC") -> None:
    """The commands; `command` makes one that is run with the open hospital."""
    made = command("consult-add", add, "set a video consult on a case")
    made.add_argument("case", help="the case's id, or its beginning")
    _when(made, zone)
    made.add_argument("--minutes", type=int, default=30)
    made.add_argument("--physician", action="append", default=[], metavar="LOGIN", help="who comes by the desk; several for a board")
    made.add_argument("--person", action="append", default=[], metavar="PERSON", help=PERSON)
    made.add_argument("--reason", default="", help="needed where the case is not ready")
    made.add_argument("--json", action="store_true")
    command("consult-list", listed, "list the consults").add_argument("--json", action="store_true")
    made = command("consult-show", show, "a consult's people and its record")
    made.add_argument("consult")
    made.add_argument("--json", action="store_true")
    made = command("consult-move", move, "another time for a consult")
    made.add_argument("consult")
    _when(made, zone)
    made.add_argument("--minutes", type=int)
    made = command("consult-cancel", cancel, "cancel a consult")
    made.add_argument("consult")
    made.add_argument("--reason", default="")
    made = command("consult-invite", invite, "invite further people to a consult")
    made.add_argument("consult")
    made.add_argument("--physician", action="append", default=[], metavar="LOGIN")
    made.add_argument("--person", action="append", default=[], metavar="PERSON", help=PERSON)
    made = command("consult-file", take_file, "take a file out of quarantine that somebody sent in the chat")
    made.add_argument("consult")
    made.add_argument("sha256", help="as “consult show” lists it")
    made.add_argument("--out", type=Path, required=True)
    made = command("consult-recording", take_recording, "write a recording, to which everybody agreed, as a WebM file")
    made.add_argument("consult")
    made.add_argument("take", nargs="?", default="", help="as “consult show” lists it; default: the first")
    made.add_argument("--out", type=Path, required=True)
    command("consult-revoke-link", revoke_link, "a person's link is no longer valid").add_argument("person", help="their id in the consult")
    command("consult-new-link", new_link, "a new link for a person; the one before is revoked").add_argument("person", help="likewise")
    _box_parsers(command, zone)


def _box_parsers(command: Callable[[str, Command, str], argparse.ArgumentParser], zone: str) -> None:
    made = command("box", show_box, "the outgoing box: links, codes and reminders that wait to be sent, or are being sent")
    made.add_argument("letter", nargs="?", default="", help="a letter's id, to read it")
    made.add_argument("--all", action="store_true", help="also those that were sent or are not needed any more")
    made.add_argument("--json", action="store_true")
    made = command("box-take", take_letter, "take a letter to send it now")
    made.add_argument("letter", nargs="?", default="", help="its id; default: the most pressing one")
    made.add_argument("--json", action="store_true")
    made = command("box-sent", letter_sent, "say that a letter that you took was sent")
    made.add_argument("letter")
    made.add_argument("--at", default="", help="when, such as 2026-12-01T15:00; default: now")
    made.add_argument("--zone", default=zone, help="an IANA name, such as Europe/Berlin")
    command("box-failed", letter_failed, "say that it could not be sent: it waits again").add_argument("letter")


def _when(made: argparse.ArgumentParser, zone: str) -> None:
    made.add_argument("--at", required=True, help="2026-12-01T15:00, in --zone where it names no offset of its own")
    made.add_argument("--zone", default=zone, help="an IANA name, such as Europe/Berlin")
