"""A running server, the same hospital open in this process for what its people do, and desks that ask it."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hospital import house as houses
from hospital import settings as settings_files
from hospital.desks import enrolling, offering
from hospital.intake.importing import take_folder
from hospital.keys.stretch import password_record
from hospital.store import people
from tests.hospital import tiny_case
from tests.hospital.desk import PASSWORD, Desk, facts
from tests.hospital.server_process import Server
from viewer.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hospital.house import House
    from hospital.intake.importing import Imported


@dataclass
class Stage:
    """Everything of one hospital under test."""

    server: Server
    house: House
    case: str
    record: str  # of PASSWORD

    def add_person(self, login: str) -> str:
        """A physician's account; gives the person's id."""
        made = people.Person(people.new_id(), login, f"Dr {login}", "physician", "", ["X 1"], self.record, True, self.house.now())
        with self.house.database.write() as tx:
            people.add_person(tx, made)
        return made.id

    def code(self, login: str) -> str:
        return enrolling.new_code(self.house, login, self.server.port)

    def stranger(self, login: str = "") -> Desk:
        """A desk that is not enrolled, of a new account."""
        login = login or f"login-{secrets.token_hex(4)}"
        self.add_person(login)
        ca_file = self.server.folder / "ca.pem"
        ca_file.write_text(self.house.keys.tls_authority_pem, "ascii")
        return Desk(self.server.address, ca_file, login)

    def desk(self) -> Desk:
        """An enrolled desk of a new account."""
        made = self.stranger()
        made.enrol(self.code(made.login))
        return made

    def offered(self, desk: Desk, case: str = "") -> str:
        """Offers the case; gives the assignment."""
        return offering.assign(self.house, case or self.case, desk.login)

    def accepted(self, desk: Desk, case: str = "") -> str:
        """Offers the case and accepts it; gives the assignment."""
        made = self.offered(desk, case)
        assert desk.intent("accept", case or self.case, made)["accepted"]
        return made

    def manifest(self, desk: Desk, case: str = "") -> dict[str, Any]:
        found = desk.newest("manifest", case or self.case)
        assert found is not None
        return found

    def opinion(self, desk: Desk, assignment: str, revision: int = 1, **changed: Any) -> bytes:
        """A good opinion, or one whose facts are changed."""
        said: dict[str, Any] = {
            "case": self.case,
            "assignment": assignment,
            "revision": revision,
        } | changed
        if "manifest" not in said:
            said["manifest"] = self.manifest(desk)
        return desk.opinion(facts(**said), self.house.keys.signing_authority_pem)


@contextmanager
def standing(folder: Path) -> Iterator[Stage]:
    """A hospital in a folder of its own, its server running; stopped at the end."""
    server = Server(folder)
    server.make()
    server.start()
    try:
        stage = made(server, folder / "case")
        yield stage
        stage.house.close()
    finally:
        server.stop()


def opened(server: Server) -> House:
    """The hospital of a server, in this process."""
    return houses.open_house(server.data, settings_files.find(server.data, None))


def imported(house: House, folder: Path) -> Imported:
    """A case folder taken in."""
    with Pool(1, 1024, 30) as pool:
        return take_folder(house, folder, pool)


def made(server: Server, folder: Path) -> Stage:
    """The stage of a running server, with the tiny case in it."""
    house = opened(server)
    case = imported(house, tiny_case.make(folder)).case
    return Stage(server, house, case, password_record(PASSWORD))
