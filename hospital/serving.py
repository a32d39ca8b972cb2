"""The running server: two listeners, for desks on the hospital's own authority and for people's browsers; a clean stop on SIGTERM."""

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
from hospital.store import facts
from record.trouble import Kind, Trouble
from sync.protocol.consult import MOST_FRAME
from sync.seal.commit import write_durably

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fastapi import FastAPI

    from hospital.house import House

log = logging.getLogger(__name__)

_PING_S, _PONG_S = 5.0, 10.0  # a line that does not answer is gone


def serve(
    house: House,
    port: int,
    people_port: int,
    ready_file: Path | None,
    say: Callable[[str], None],
    *,
    signing_passphrase: str | None = None,
    options: Sequence[str],
) -> int:
    """Serves until SIGTERM or SIGINT; gives the exit code.

    Args:
        house: the open hospital.
        port: of the desks' listener; 0 takes a free one.
        people_port: of the listener for people's browsers; 0 takes a free one.
        ready_file: gets the desks' address, and in a second line the people's, once the server listens.
        say: tells a person.
        options: by which a process beside this one finds the same data folder and settings.
        signing_passphrase: approve each enrolment at once (demonstrations only); None: `overread-server approve` does it.
    """
    places.of(house), notices.asked(house, "patient")  # a table that cannot be used is said now
    settings = house.settings
    desks_at = _listener(settings.server.host, port)
    try:
        people_at = _listener(settings.people.host, people_port)
    except BaseException:
        desks_at.close()
        raise
    with house.database.write() as tx:
        facts.put(tx, "port", int(desks_at.getsockname()[1]))
        facts.put(tx, "people port", int(people_at.getsockname()[1]))
    feeding.tell_policy(house)
    rooms, approver, reminder = Rooms(house), Approver(house, signing_passphrase), Reminder(house)
    preparer = Preparer(house, options)
    desks = _Server(_config(make_app(house, rooms, approver.wake), **_desks_tls(house)))
    people = _Server(_config(make_people_app(house, rooms), **_people_tls(house)))
    addresses = [f"https://{one.getsockname()[0]}:{one.getsockname()[1]}" for one in (desks_at, people_at)]
    addresses[0] = f"https://{settings.server.host}:{desks_at.getsockname()[1]}"
    approver.start()
    reminder.start()
    preparer.start()
    try:
        asyncio.run(_both(rooms, [(desks, desks_at), (people, people_at)], _Ready(addresses, ready_file, say)))
    finally:
        preparer.stop()
        reminder.stop()
        approver.stop()
        desks_at.close()
        people_at.close()
    return 0


async def _both(rooms: Rooms, servers: list[tuple[_Server, socket.socket]], ready: _Ready) -> None:
    """Both listeners in one loop, until a signal or the end of either; then both end, and what is under way is waited for."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        rooms.stop()
        for server, _ in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = [asyncio.create_task(server.serve(sockets=[listener])) for server, listener in servers]
    beside = [asyncio.create_task(rooms.watch()), asyncio.create_task(ready.tell(*(server for server, _ in servers)))]
    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    stop()
    await asyncio.gather(*serving)
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to `_both`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing."""
        yield


class _Ready:
    """Says where the server listens, once both listeners do."""

    def __init__(self, addresses: list[str], ready_file: Path | None, say: Callable[[str], None]) -> None:
        self._addresses, self._file, self._say = addresses, ready_file, say

    async def tell(self, *servers: uvicorn.Server) -> None:
        """Waits for the servers, then says it."""
        while not all(one.started for one in servers):  # noqa: ASYNC110  uvicorn sets a plain member
            await asyncio.sleep(0.02)
        self._say(f"listening on {self._addresses[0]}, for people's browsers on {self._addresses[1]}")
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


def _people_tls(house: House) -> dict[str, str]:
    """The certificate that the settings name, else a leaf of the hospital's own authority."""
    people = house.settings.people
    if people.certificate_file is not None and people.key_file is not None:
        return {"ssl_certfile": str(people.certificate_file), "ssl_keyfile": str(people.key_file)}
    files = tls.leaf(house.keys.folder, house.keys.master, house.settings.server.names, house.now(), "people-tls")
    return {"ssl_certfile": str(files.certificate), "ssl_keyfile": str(files.key), "ssl_keyfile_password": files.password}


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
            "Stop what uses it, or name others with server.port and people.port, or --port and --people-port.",
            str(error.strerror),
            Kind.INPUT,
        ) from error
    made.listen(128)
    return made
