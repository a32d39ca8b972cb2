"""`overread-server`: the hospital's command line."""

from __future__ import annotations

import argparse
import getpass
import json
import secrets
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hospital import consult_commands, logs, overview
from hospital import house as houses
from hospital import settings as settings_files
from hospital.desks import auditing, enrolling, judging, offering, recovering
from hospital.keys import folder as key_folder
from hospital.keys.stretch import password_record
from hospital.store import facts, people
from hospital.store.people import new_id
from record.trouble import Kind, Trouble
from viewer.workers.child import enter_if_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from hospital.house import House
    from hospital.settings import Settings
    from viewer.workers.pool import Pool


_IN_TWO_WORDS = ("user ", "consult ", "box take", "box sent", "box failed")


def main(argv: list[str] | None = None) -> int:
    """Runs one command; 0 where it was done, 1 where not, with two sentences on stderr."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [judging.FLAG]:
        return judging.main()
    if " ".join(words[:2]).startswith(_IN_TWO_WORDS) and len(words) > 1:
        words[:2] = [f"{words[0]}-{words[1]}"]  # `user add` and `consult list` read better in two words
    arguments = _parser().parse_args(words)
    try:
        settings = settings_files.find(arguments.data, arguments.config)
        logs.start(settings.logs.level)
        done: int = arguments.run(arguments, settings)
    except Trouble as trouble:
        print(trouble.what_happened, trouble.what_to_do, sep="\n", file=sys.stderr)
        if trouble.details:
            print(f"details: {trouble.details}", file=sys.stderr)
        return 1
    return done


# -- commands --------------------------------------------------------------------------------------------------------


def _serve(arguments: argparse.Namespace, settings: Settings) -> int:
    from hospital.serving import serve  # noqa: PLC0415  FastAPI is for this command alone

    if not houses.exists(arguments.data):
        _first_start(arguments, settings)
    house = houses.open_house(arguments.data, settings)
    try:
        port = settings.server.port if arguments.port is None else arguments.port
        passphrase = _signing_passphrase(settings, new=False) if arguments.approve_at_once else None
        people_port = settings.people.port if arguments.people_port is None else arguments.people_port
        staff_port = settings.staff.port if arguments.staff_port is None else arguments.staff_port
        options = ["--data", str(arguments.data), *(["--config", str(arguments.config)] if arguments.config else [])]
        ports = (port, people_port, staff_port)
        return serve(house, ports, arguments.ready_file, _say, signing_passphrase=passphrase, options=options)
    finally:
        house.close()


def _first_start(arguments: argparse.Namespace, settings: Settings) -> None:
    recovery = houses.make(arguments.data, settings, _signing_passphrase(settings, new=True))
    if arguments.recovery_file is not None:
        arguments.recovery_file.write_text(recovery + "\n", "utf-8")
        arguments.recovery_file.chmod(0o600)
        _say(f"The recovery key stands in {arguments.recovery_file}: bring it to the safe and delete the file; the server keeps no copy.")
    else:
        _say(f"Write this recovery key down for the safe; the server keeps no copy:\n\n    {recovery}\n")
    password = secrets.token_urlsafe(12)
    house = houses.open_house(arguments.data, settings)
    try:
        _add_person(house, "administrator", "Administrator", "administrator", "", [], password)
    finally:
        house.close()
    _say(f"The administrator's account is “administrator”, its password is {password}")


def _import(arguments: argparse.Namespace, settings: Settings) -> int:
    from hospital.intake.receiving import receive  # noqa: PLC0415  for this command alone

    if arguments.now:
        return _import_now(arguments, settings)
    with _opened(arguments, settings) as house:
        for folder in arguments.folders:
            done = receive(house, folder)
            much = f"{overview.count_words(done.files, 'file')}, {overview.count_words(done.documents, 'document')}"
            _say(
                f"case {done.case}: {much} received; the running server makes the images ready, “overread-server status” says how far it is"
            )
    return 0


def _import_now(arguments: argparse.Namespace, settings: Settings) -> int:
    from hospital.intake.importing import take_folder  # noqa: PLC0415  codecs are for this command alone

    with _opened(arguments, settings) as house, _pool(settings) as pool:
        for folder in arguments.folders:
            done = take_folder(house, folder, pool)
            news = f"version {done.version}" + ("" if done.new else ", nothing new")
            _say(f"case {done.case}: {done.instances} instances, {done.documents} documents, {news}")
            for what, trouble in (*done.unshown, *done.refused):
                _say(f"  {what}: {trouble.what_happened} {trouble.what_to_do}")
    return 0


def _prepare(arguments: argparse.Namespace, settings: Settings) -> int:
    """What was received is made ready; a polite kill ends it between two files, and the next run goes on there."""
    from hospital.intake.importing import prepare_waiting  # noqa: PLC0415  codecs are for this command alone
    from hospital.preparing import give_way  # noqa: PLC0415  likewise

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if arguments.low_priority:
        give_way()
    with _opened(arguments, settings) as house, _pool(settings) as pool:
        return 1 if prepare_waiting(house, pool) else 0


def _pool(settings: Settings) -> Pool:
    from viewer.workers.pool import Pool  # noqa: PLC0415  for the commands that read files

    return Pool(settings.workers.count, settings.workers.memory_megabytes, settings.workers.seconds)


def _user_add(arguments: argparse.Namespace, settings: Settings) -> int:
    password = _first_line(arguments.password_file) if arguments.password_file else getpass.getpass("Password for the new account: ")
    if len(password) < 8:
        raise Trouble("The password is too short.", "Choose one of at least eight characters.", kind=Kind.INPUT)
    with _opened(arguments, settings) as house:
        _add_person(house, arguments.login, arguments.name, arguments.role, arguments.specialty, arguments.licence, password)
    _say(f"account {arguments.login} added")
    return 0


def _user_list(arguments: argparse.Namespace, settings: Settings) -> int:
    with _opened(arguments, settings) as house, house.database.read() as tx:
        for person in people.all_people(tx):
            _say(f"{person.login}\t{person.role}\t{person.name}\t{'active' if person.active else 'closed'}")
    return 0


def _enrol(arguments: argparse.Namespace, settings: Settings) -> int:
    with _opened(arguments, settings) as house:
        with house.database.read() as tx:
            port = int(facts.get(tx, "port") or settings.server.port)
        _say(enrolling.new_code(house, arguments.login, port))
    return 0


def _assign(arguments: argparse.Namespace, settings: Settings) -> int:
    due = datetime.fromisoformat(arguments.due) if arguments.due else None
    with _opened(arguments, settings) as house:
        made = offering.assign(house, arguments.case, arguments.login, minutes=arguments.minutes, stipend=arguments.stipend, due_at=due)
    _say(f"assignment {made}")
    return 0


def _withdraw(arguments: argparse.Namespace, settings: Settings) -> int:
    with _opened(arguments, settings) as house:
        offering.withdraw(house, arguments.assignment)
    _say("withdrawn")
    return 0


def _approve(arguments: argparse.Namespace, settings: Settings) -> int:
    with _opened(arguments, settings) as house:
        count = enrolling.approve(house, _signing_passphrase(settings, new=False))
    _say(f"{overview.count_words(count, 'certificate')} issued")
    return 0


def _revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    with _opened(arguments, settings) as house:
        enrolling.revoke(house, arguments.device, arguments.reason)
    _say("revoked")
    return 0


def _status(arguments: argparse.Namespace, settings: Settings) -> int:
    with _opened(arguments, settings) as house, house.database.read() as tx:
        value = overview.status(house, tx)
    _say(json.dumps(value) if arguments.json else overview.status_words(value))
    return 0


def _recover(arguments: argparse.Namespace, settings: Settings) -> int:
    """Makes the data folder open by the way that the settings name now, with the recovery key from the safe."""
    text = _first_line(arguments.recovery_file) if arguments.recovery_file else getpass.getpass("The recovery key from the safe: ")
    key_folder.recover(arguments.data / "keys", text, key_folder.unlocking(settings.keys.passphrase_file))
    houses.open_house(arguments.data, settings).close()
    _say("the data folder opens again")
    return 0


def _recover_desk(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answers a desk's request for recovery with the recovery key from the safe."""
    text = _first_line(arguments.recovery_file) if arguments.recovery_file else getpass.getpass("The recovery key from the safe: ")
    with _opened(arguments, settings) as house:
        done = recovering.recover(house, _first_line(arguments.request), arguments.code, text)
    arguments.answer.write_text(done.answer + "\n", "ascii")
    _say(f"desk {done.device} of {done.login}: the answer stands in {arguments.answer}; send it to the physician by any way")
    _say("afterwards the desk asks for a new signing certificate: “overread-server approve”")
    return 0


def _restored(arguments: argparse.Namespace, settings: Settings) -> int:
    """After a backup was put back: a new dataset id, by which desks compare what they hold."""
    with _opened(arguments, settings) as house, house.database.write() as tx:
        facts.put(tx, "dataset", secrets.token_hex(16))
        house.audit.add(tx, house.now(), "restored", "administrator", before=house.dataset)
    _say("desks compare what they hold at their next sync; restart the server if it runs")
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    """Settings, database, object files, audit chain."""
    if arguments.page:
        from hospital.settings_page import page  # noqa: PLC0415  for this option alone

        print(page(), end="")
        return 0
    with _opened(arguments, settings) as house, house.database.read() as tx:
        faults = house.database.integrity() + list(overview.faults(house, tx))
        forks, notes = list(auditing.faults(house, tx)), list(overview.notes(house, tx))
    for line in (*faults, *forks, *notes):
        _say(line)
    if faults:
        _say(f"{len(faults)} faults: put back the data folder from the last backup")
    elif forks or notes:
        _say(f"the data folder is sound; {len(forks) + len(notes)} things for a coordinator to look at")
    else:
        _say("all is well")
    return 1 if faults or forks else 0


# -- what they share -------------------------------------------------------------------------------------------------


class _opened:  # noqa: N801  reads as a word in `with`
    """The hospital of the command line, closed at the end."""

    def __init__(self, arguments: argparse.Namespace, settings: Settings) -> None:
        self._house = houses.open_house(arguments.data, settings)

    def __enter__(self) -> House:
        return self._house

    def __exit__(self, *_: object) -> None:
        try:
            with self._house.database.read() as tx:
                self._house.audit.publish(tx, self._house.now())
        finally:
            self._house.close()


def _with_house(run: consult_commands.Command) -> Callable[[argparse.Namespace, Settings], int]:
    def done(arguments: argparse.Namespace, settings: Settings) -> int:
        with _opened(arguments, settings) as house:
            run(arguments, house, _say)
        return 0

    return done


def _add_person(house: House, login: str, name: str, role: str, specialty: str, licences: list[str], password: str) -> None:
    login = login.strip().lower()
    with house.database.write() as tx:
        if people.person_by_login(tx, login) is not None:
            raise Trouble("There is an account of this name already.", "Choose another name.", kind=Kind.INPUT)
        made = people.Person(new_id(), login, name, role, specialty, licences, password_record(password), active=True, made_at=house.now())
        people.add_person(tx, made)
        house.audit.add(tx, house.now(), "user", "administrator", person=made.id, role=role)


def _signing_passphrase(settings: Settings, *, new: bool) -> str:
    if settings.keys.signing_passphrase_file is not None:
        return _first_line(settings.keys.signing_passphrase_file)
    if not sys.stdin.isatty():
        raise Trouble(
            "The signing authority's passphrase is needed, and nobody can be asked here.",
            "Run the command at a terminal, or name keys.signing_passphrase_file in the settings.",
            kind=Kind.LOCKED,
        )
    return getpass.getpass("A new passphrase for the signing authority: " if new else "Passphrase of the signing authority: ")


def _first_line(path: Path) -> str:
    try:
        line = path.read_text("utf-8").partition("\n")[0].strip()
    except OSError as error:
        raise Trouble("A passphrase file cannot be read.", "Check its path and rights.", str(error.strerror), Kind.LOCKED) from error
    if not line:
        raise Trouble("A passphrase file is empty.", "Write the passphrase into its first line.", kind=Kind.LOCKED)
    return line


def _say(text: str) -> None:
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="overread-server", description="The hospital's side of Overread.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace, Settings], int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--data", type=Path, default=Path("overread-hospital"), help="the hospital's data folder")
        made.add_argument("--config", type=Path, help="the settings file; default: overread-server.toml in the data folder")
        made.set_defaults(run=run)
        return made

    serve = command("serve", _serve, "serve desks; the first start makes the folder, its keys and an administrator")
    serve.add_argument("--port", type=int, help="the port, 0 for a free one")
    serve.add_argument("--people-port", type=int, help="the port for people's browsers, 0 for a free one")
    serve.add_argument("--staff-port", type=int, help="the port for coordinators' browsers, 0 for a free one")
    serve.add_argument(
        "--ready-file", type=Path, help="gets the addresses for desks, people and coordinators, a line each, once the server listens"
    )
    serve.add_argument("--recovery-file", type=Path, help="gets the recovery key at the first start")
    serve.add_argument("--approve-at-once", action="store_true", help="certify each enrolled desk at once (demonstrations only)")
    taken = command("import", _import, "import case folders (docs/case-folder.md)")
    taken.add_argument("folders", nargs="+", type=Path, metavar="CASE_FOLDER")
    taken.add_argument("--now", action="store_true", help="make the images ready in this command, at full speed, and say what was refused")
    prepare = command("prepare", _prepare, "make ready what was received; the running server does it by itself")
    prepare.add_argument("--low-priority", action="store_true", help="give way to all other work, as beside the running server")
    _user_commands(command)
    consult_commands.parsers(lambda name, run, text: command(name, _with_house(run), text))
    command("enrol", _enrol, "an enrolment code for a physician's desk").add_argument("login")
    assign = command("assign", _assign, "offer a case to a physician")
    assign.add_argument("case", help="the case's id, or its beginning")
    assign.add_argument("login")
    assign.add_argument("--due", help="a time such as 2026-12-01T12:00:00+00:00; default: the case's own")
    assign.add_argument("--minutes", type=int, help="default: what its folder says")
    assign.add_argument("--stipend", help="default: what its folder says")
    command("withdraw", _withdraw, "take a case back from a physician").add_argument("assignment")
    command("approve", _approve, "issue the signing certificates that wait")
    revoke = command("revoke", _revoke, "revoke a desk, its tokens and its certificate")
    revoke.add_argument("device")
    revoke.add_argument("--reason", default="lost")
    command("status", _status, "cases, desks, opinions").add_argument("--json", action="store_true")
    check = command("check", _check, "check settings, database, object files and audit record")
    check.add_argument("--page", action="store_true", help="print docs/server-configuration.md instead")
    recover = command("recover", _recover, "open the data folder anew with the recovery key from the safe")
    recover.add_argument("--recovery-file", type=Path, help="a file whose first line is the recovery key; default: ask")
    desk = command("recover-desk", _recover_desk, "let a physician who forgot the passphrase into their desk's vault again")
    desk.add_argument("request", type=Path, help="a file with the request that the desk made")
    desk.add_argument("--code", required=True, help="as the physician reads it aloud from the screen, called by a number that you know")
    desk.add_argument("--answer", type=Path, required=True, help="gets the answer for the desk")
    desk.add_argument("--recovery-file", type=Path, help="a file whose first line is the recovery key; default: ask")
    command("restored", _restored, "say that this data folder was put back from a backup")
    return parser


def _user_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    add = command("user-add", _user_add, "add an account")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", choices=["physician", "coordinator", "administrator"], default="physician")
    add.add_argument("--specialty", default="")
    add.add_argument("--licence", action="append", default=[], help="printed under signatures; may be given several times")
    add.add_argument("--password-file", type=Path, help="a file whose first line is the password; default: ask")
    command("user-list", _user_list, "list the accounts")


if __name__ == "__main__":
    enter_if_worker()
    sys.exit(main())
