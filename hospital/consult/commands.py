"""`overread-server consult …` and `overread-server box`: the coordinator's commands."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hospital.consult import box, schedule
from hospital.consult.sealed import consult_of, key_of, told
from hospital.consult.view import view_of
from hospital.store import consults
from record.trouble import Kind, Trouble
from sync.protocol.consult import Invitee, Slot

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hospital.consult.schedule import Link
    from hospital.house import House

    Say = Callable[[str], None]
    Act = Callable[[House, Connection, argparse.Namespace, Say], None]

KINDS = ("patient", "relative", "interpreter", "local_physician", "physician")


def add_commands(command: Callable[..., argparse.ArgumentParser]) -> dict[str, Act]:
    """Declares the commands; gives what each does in one transaction."""
    add = command("consult-add", "set a video consult on a case and make everybody's link")
    add.add_argument("case", help="the case's id, or its beginning")
    add.add_argument("--physician", required=True, metavar="LOGIN")
    _time(add)
    add.add_argument(
        "--person", action="append", required=True, metavar="KIND:NAME[:ZONE[:LANGUAGE]]", help=f"who is invited; kinds: {', '.join(KINDS)}"
    )
    add.add_argument("--to", action="append", default=[], help="where each one's link goes, in the same order")
    add.add_argument(
        "--second-channel", action="append", default=[], help="where each one's one-time code goes; empty: the birth date is asked"
    )
    add.add_argument("--reason", default="", help="why, where the case is not ready")
    for name, says in (("consult-list", "list the consults"), ("consult-show", "everything that happened in a consult")):
        made = command(name, says)
        made.add_argument("--json", action="store_true")
        if name == "consult-show":
            made.add_argument("consult")
    move = command("consult-move", "another time; everybody is told")
    move.add_argument("consult")
    _time(move)
    cancel = command("consult-cancel", "it does not take place; everybody is told")
    cancel.add_argument("consult")
    cancel.add_argument("--reason", default="")
    for name, says in (("consult-new-link", "another link for somebody; the old one is out"), ("consult-revoke", "take a link back")):
        command(name, says).add_argument("person", help="the person's id, as “consult list” gives it")
    command("box", "what waits to be sent; with an id: that message, which then counts as sent").add_argument(
        "message", nargs="?", default=""
    )
    return {
        "consult-add": _add,
        "consult-list": _list,
        "consult-show": _show,
        "consult-move": _move,
        "consult-cancel": _cancel,
        "consult-new-link": _new_link,
        "consult-revoke": _revoke,
        "box": _box,
    }


def _time(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", required=True, help="as 2026-12-01T15:00")
    parser.add_argument("--zone", default="", help="of --at; default: the hospital's")
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--json", action="store_true")


def _slot(house: House, arguments: argparse.Namespace) -> Slot:
    try:
        at = datetime.fromisoformat(arguments.at)
        zone = ZoneInfo(arguments.zone or house.settings.consult.zone)
        return Slot(starts_at=at if at.tzinfo else at.replace(tzinfo=zone), minutes=arguments.minutes)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise Trouble(
            "This is not a time.",
            "Write it as 2026-12-01T15:00 with --zone Europe/Berlin; 5 to 240 minutes.",
            type(error).__name__,
            Kind.INPUT,
        ) from error


def _invitees(arguments: argparse.Namespace) -> tuple[Invitee, ...]:
    found = []
    for number, words in enumerate(arguments.person):
        kind, name, zone, language = [*words.split(":"), "", "", ""][:4]
        if kind not in KINDS or not name:
            raise Trouble(f"“{kind}” is no kind of person, or the name is missing.", f"Kinds: {', '.join(KINDS)}.", kind=Kind.INPUT)
        to, second = (values[number] if number < len(values) else "" for values in (arguments.to, arguments.second_channel))
        found.append(Invitee(kind=kind, name=name, zone=zone or "UTC", language=language or "en", to=to, second_channel=second))
    return tuple(found)


def _add(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    slot, people = _slot(house, arguments), _invitees(arguments)
    made, links = schedule.add(house, tx, arguments.case, arguments.physician, slot, people, arguments.reason)
    if arguments.json:
        say(json.dumps({"consult": made, "links": [_link(one) for one in links]}))
        return
    say(f"consult {made}")
    for one in links:
        say(f"  {one.person}  {one.kind} {one.name}: {one.url or 'comes with a desk'}")


def _link(one: Link) -> dict[str, str]:
    return {"person": one.person, "kind": one.kind, "name": one.name, "url": one.url}


def _list(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    rows = [_row(house, tx, row) for row in consults.every(tx)]
    if arguments.json:
        say(json.dumps(rows))
        return
    for row in rows:
        say(f"{row['consult']}  {row['starts_at']}, {row['minutes']} min, {row['state']}, case {row['case']}")
        for one in row["people"]:
            say(f"  {one['person']}  {one['kind']}: {one['state']}")


def _row(house: House, tx: Connection, row: consults.ConsultRow) -> dict[str, Any]:
    del house
    people = [{"person": one.id, "kind": one.kind, "state": one.state, "zone": one.zone} for one in consults.people_of(tx, row.id)]
    when = row.starts_at.isoformat(timespec="minutes")
    return {"consult": row.id, "case": row.case, "state": row.state, "starts_at": when, "minutes": row.minutes, "people": people}


def _show(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    row = consult_of(tx, arguments.consult)
    key, names = key_of(house, tx, row), {one.id: one.name for one in view_of(house, tx, row).told}
    events = [
        {"at": one.at.isoformat(timespec="seconds"), "who": names.get(one.person, ""), "act": one.act, **told(key, row, one)}
        for one in consults.events(tx, row.id)
    ]
    if arguments.json:
        say(json.dumps({**_row(house, tx, row), "events": events}))
        return
    for one in events:
        more = ", ".join(f"{name}: {value}" for name, value in one.items() if name not in {"at", "who", "act", "by"} and value != "")
        say(f"{one['at']}  {one['who']}  {one['act']}  {more}".rstrip())


def _move(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    schedule.move(house, tx, arguments.consult, _slot(house, arguments), "")
    say("moved; everybody's message lies in the box")


def _cancel(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    schedule.cancel(house, tx, arguments.consult, "", arguments.reason)
    say("cancelled; everybody's message lies in the box")


def _new_link(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    say(schedule.new_link(house, tx, arguments.person).url)


def _revoke(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    schedule.revoke_link(house, tx, arguments.person)
    say("taken back")


def _box(house: House, tx: Connection, arguments: argparse.Namespace, say: Say) -> None:
    if arguments.message:
        found = box.take(house, tx, arguments.message)
        say(f"{found['kind']} to {found['to'] or 'nobody named'}\n{found['text']}")
        return
    for one in box.listed(house, tx):
        say(f"{one['id']}  {one['kind']}, due {one['due_at']}{' now' if one['due'] else ''}")
