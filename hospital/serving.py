"""The running server: TLS on its own leaf, one address line when it listens, a clean stop on SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from hospital.api.app import make_app as desk_app
from hospital.consult.rooms import Rooms
from hospital.desks import enrolling, feeding
from hospital.keys import tls
from hospital.people.app import make_app as people_app
from hospital.store import facts
from record.trouble import Kind, Trouble
from sync.protocol.consult import MOST_FRAME
from sync.seal.commit import write_durably

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from hospital.house import House
    from hospital.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen; 0 takes a free one."""

    desks: int
    people: int


def serve(house: House, ports: Ports, ready_file: Path | None, say: Callable[[str], None], *, signing_passphrase: str | None = None) -> int:
    """Serves desks and people's browsers until SIGTERM or SIGINT; gives the exit code.

    Args:
        house: the open hospital.
        ports: of both listeners.
        ready_file: gets both addresses, a line each, once the server listens.
        say: tells a person.
        signing_passphrase: approve each enrolment at once (demonstrations only); None: `overread-server approve` does it.
    """
    settings = house.settings
    with ExitStack() as open_ones:
        desks = open_ones.enter_context(closing(_listener(settings.server.host, ports.desks, "server")))
        people = open_ones.enter_context(closing(_listener(settings.people.host, ports.people, "people")))
        with house.database.write() as tx:
            facts.put(tx, "port", desks.getsockname()[1])
            facts.put(tx, "people port", people.getsockname()[1])
        feeding.tell_policy(house)
        approver = _Approver(house, signing_passphrase)
        approver.start()
        try:
            asyncio.run(_both(house, desks, people, approver, lambda: _tell(settings, desks, people, ready_file, say)))
        finally:
            approver.stop()
    return 0


async def _both(house: House, desks: socket.socket, people: socket.socket, approver: _Approver, ready: Callable[[], None]) -> None:
    """Both listeners in one event loop, since they share the consult's rooms; where one ends, the other ends too."""
    rooms = Rooms(house)
    first = _server(house, desk_app(house, rooms, approver.wake), _desk_tls(house))
    second = _Second(_config(house, people_app(house, rooms), _people_tls(house)))
    watching = asyncio.create_task(rooms.watch())

    async def tell() -> None:
        while not (first.started and second.started):
            if first.should_exit:
                return
            await asyncio.sleep(0.02)
        await asyncio.to_thread(ready)

    async def lead() -> None:
        try:
            await first.serve(sockets=[desks])
        finally:
            second.should_exit = True

    try:
        await asyncio.gather(lead(), second.serve(sockets=[people]), tell())
    finally:
        watching.cancel()


class _Second(uvicorn.Server):
    """A server that leaves the signals to the first one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing to capture."""
        yield


def _server(house: House, app: FastAPI, files: tls.TlsFiles) -> uvicorn.Server:
    return uvicorn.Server(_config(house, app, files))


def _config(house: House, app: FastAPI, files: tls.TlsFiles) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ssl_certfile=str(files.certificate),
        ssl_keyfile=str(files.key),
        ssl_keyfile_password=files.password or None,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=house.settings.server.stop_seconds,
        ws="websockets-sansio",
        ws_max_size=MOST_FRAME,
        ws_ping_interval=20,
        ws_ping_timeout=20,
    )


def _desk_tls(house: House) -> tls.TlsFiles:
    return tls.leaf(house.keys.folder, house.keys.master, house.settings.server.names, house.now())


def _people_tls(house: House) -> tls.TlsFiles:
    """The hospital's publicly trusted certificate, where there is one."""
    people = house.settings.people
    if people.certificate is not None and people.key is not None:
        return tls.TlsFiles(people.certificate, people.key, "")
    return tls.leaf(house.keys.folder, house.keys.master, people.names, house.now(), "people")


def _tell(settings: Settings, desks: socket.socket, people: socket.socket, ready_file: Path | None, say: Callable[[str], None]) -> None:
    addresses = [f"https://{settings.server.host}:{desks.getsockname()[1]}", f"https://{settings.people.host}:{people.getsockname()[1]}"]
    say(f"listening on {addresses[0]} for desks, on {addresses[1]} for people's browsers")
    if ready_file is not None:
        write_durably(ready_file, "\n".join(addresses).encode())


def _listener(host: str, port: int, section: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise Trouble(
            "The server cannot listen there: the address or port is taken or not allowed.",
            f"Stop what uses it, or name another with {section}.port.",
            str(error.strerror),
            Kind.INPUT,
        ) from error
    made.listen(128)
    return made


class _Approver:
    """Issues certificates right after enrolments, where a demonstration asked for it."""

    def __init__(self, house: House, passphrase: str | None) -> None:
        self._house, self._passphrase = house, passphrase
        self._wake, self._stop = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="approver", daemon=True)

    def start(self) -> None:
        """Starts, where there is something to do; desks may wait since a stop that came between enrolment and certificate."""
        if self._passphrase is not None:
            self._wake.set()
            self._thread.start()

    def wake(self) -> None:
        """There may be a desk that waits."""
        self._wake.set()

    def stop(self) -> None:
        """Ends."""
        self._stop = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        assert self._passphrase is not None
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stop:
                return
            try:
                enrolling.approve(self._house, self._passphrase)
            except Trouble as trouble:
                log.error("a certificate could not be issued", extra={"why": trouble.details, "kind": trouble.kind.value})  # noqa: TRY400  told
