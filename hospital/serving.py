"""The running server: listeners for desks on the hospital's own authority, people's and coordinators' browsers; a clean stop on SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from hospital.api.app import make_app
from hospital.approving import Approver
from hospital.consult import notices, places
from hospital.consult.reminding import Reminder
from hospital.consult.room import Rooms
from hospital.desks import feeding
from hospital.keys import tls
from hospital.people.app import make_people_app
from hospital.preparing import Preparer
from hospital.staff.app import make_staff_app
from hospital.store import facts
from record.trouble import Kind, Trouble
from sync.protocol.consult import MOST_FRAME
from sync.seal.commit import write_durably

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fastapi import FastAPI

    from hospital.house import House
    from hospital.settings import PeopleSection, StaffSection

log = logging.getLogger(__name__)

_PING_S, _PONG_S = 5.0, 10.0  # a line that does not answer is gone


def serve(
    house: House,
    ports: tuple[int, int, int],
    ready_file: Path | None,
    say: Callable[[str], None],
    *,
    signing_passphrase: str | None = None,
    options: Sequence[str],
) -> int:
    """Serves until SIGTERM or SIGINT; gives the exit code.

    Args:
        house: the open hospital.
        ports: of the listeners for desks, for people's browsers and for coordinators' browsers; 0 takes a free one.
        ready_file: gets the addresses for desks, people and coordinators, a line each, once the server listens.
        say: tells a person.
        options: by which a process beside this one finds the same data folder and settings.
        signing_passphrase: approve each enrolment at once (demonstrations only); None: `overread-server approve` does it.
    """
    places.of(house), notices.asked(house, "patient")  # a table that cannot be used is said now
    settings = house.settings
    sockets = _listeners(list(zip((settings.server.host, settings.people.host, settings.staff.host), ports, strict=True)))
    bound = [int(one.getsockname()[1]) for one in sockets]
    with house.database.write() as tx:
        for name, number in zip(("port", "people port", "staff port"), bound, strict=True):
            facts.put(tx, name, number)
    feeding.tell_policy(house)
    rooms, approver, reminder = Rooms(house), Approver(house, signing_passphrase), Reminder(house)
    servers = [
        _Server(_config(make_app(house, rooms, approver.wake), **_desks_tls(house))),
        _Server(_config(make_people_app(house, rooms), **_browsers_tls(house, settings.people, "people-tls"))),
        _Server(_config(make_staff_app(house, rooms), **_browsers_tls(house, settings.staff, "staff-tls"))),
    ]
    hosts = (settings.server.host, *(one.getsockname()[0] for one in sockets[1:]))
    addresses = [f"https://{host}:{number}" for host, number in zip(hosts, bound, strict=True)]
    preparer = Preparer(house, options)
    approver.start()
    reminder.start()
    preparer.start()
    try:
        asyncio.run(_all(rooms, list(zip(servers, sockets, strict=True)), _Ready(addresses, ready_file, say)))
    finally:
        preparer.stop()
        reminder.stop()
        approver.stop()
        for one in sockets:
            one.close()
    return 0


async def _all(rooms: Rooms, servers: list[tuple[_Server, socket.socket]], ready: _Ready) -> None:
    """All listeners in one loop, until a signal or the end of one; then all end, and what is under way is waited for."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        rooms.stop()
        for server, _ in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))  # not the loop's own way, which Windows has not
    serving = [asyncio.create_task(server.serve(sockets=[listener])) for server, listener in servers]
    beside = [asyncio.create_task(rooms.watch()), asyncio.create_task(ready.tell(*(server for server, _ in servers)))]
    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    stop()
    await asyncio.gather(*serving)
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to `_all`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing."""
        yield


class _Ready:
    """Says where the server listens, once all listeners do."""

    def __init__(self, addresses: list[str], ready_file: Path | None, say: Callable[[str], None]) -> None:
        self._addresses, self._file, self._say = addresses, ready_file, say

    async def tell(self, *servers: uvicorn.Server) -> None:
        """Waits for the servers, then says it."""
        while not all(one.started for one in servers):  # noqa: ASYNC110  uvicorn sets a plain member
            await asyncio.sleep(0.02)
        desks, people, staff = self._addresses
        self._say(f"listening on {desks}, for people's browsers on {people}, for coordinators on {staff}/consults")
        if self._file is not None:
            write_durably(self._file, "\n".join(self._addresses).encode())


def _config(app: FastAPI, **tls_files: Any) -> uvicorn.Config:  # noqa: ANN401  passed on
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=MOST_FRAME,
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PONG_S,
        timeout_graceful_shutdown=app.state.house.settings.server.stop_seconds,
        **tls_files,
    )


def _desks_tls(house: House) -> dict[str, str]:
    files = tls.leaf(house.keys.folder, house.keys.master, house.settings.server.names, house.now())
    return {"ssl_certfile": str(files.certificate), "ssl_keyfile": str(files.key), "ssl_keyfile_password": files.password}


def _browsers_tls(house: House, section: PeopleSection | StaffSection, name: str) -> dict[str, str]:
    """The certificate that the settings name, else a leaf of the hospital's own authority."""
    if section.certificate_file is not None and section.key_file is not None:
        return {"ssl_certfile": str(section.certificate_file), "ssl_keyfile": str(section.key_file)}
    files = tls.leaf(house.keys.folder, house.keys.master, house.settings.server.names, house.now(), name)
    return {"ssl_certfile": str(files.certificate), "ssl_keyfile": str(files.key), "ssl_keyfile_password": files.password}


def _listeners(wanted: list[tuple[str, int]]) -> list[socket.socket]:
    """All of them, or none."""
    made: list[socket.socket] = []
    try:
        for host, port in wanted:
            made.append(_listener(host, port))
    except BaseException:
        for one in made:
            one.close()
        raise
    return made


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise Trouble(
            "The server cannot listen there: the address or port is taken or not allowed.",
            "Stop what uses it, or name others with server.port, people.port and staff.port, or --port, --people-port and --staff-port.",
            str(error.strerror),
            Kind.INPUT,
        ) from error
    made.listen(128)
    return made
