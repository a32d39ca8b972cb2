"""The running server: TLS on its own leaf, one address line when it listens, a clean stop on SIGTERM."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING

from hospital.api.app import make_app
from hospital.desks import enrolling, feeding
from hospital.keys import tls
from hospital.store import facts
from record.trouble import Kind, Trouble
from sync.seal.commit import write_durably

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hospital.house import House

log = logging.getLogger(__name__)


def serve(house: House, port: int, ready_file: Path | None, say: Callable[[str], None], *, signing_passphrase: str | None = None) -> int:
    """Serves until SIGTERM or SIGINT; gives the exit code.

    Args:
        house: the open hospital.
        port: 0 takes a free one.
        ready_file: gets the address once the server listens.
        say: tells a person.
        signing_passphrase: approve each enrolment at once (demonstrations only); None: `overread-server approve` does it.
    """
    import uvicorn  # noqa: PLC0415  the other commands do without it

    listener = _listener(house.settings.server.host, port)
    bound = int(listener.getsockname()[1])
    with house.database.write() as tx:
        facts.put(tx, "port", bound)
    feeding.tell_policy(house)
    files = tls.leaf(house.keys.folder, house.keys.master, house.settings.server.names, house.now())
    approver = _Approver(house, signing_passphrase)
    config = uvicorn.Config(
        make_app(house, approver.wake),
        ssl_certfile=str(files.certificate),
        ssl_keyfile=str(files.key),
        ssl_keyfile_password=files.password,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=house.settings.server.stop_seconds,
    )
    server = uvicorn.Server(config)
    address = f"https://{house.settings.server.host}:{bound}"
    threading.Thread(target=_tell, args=(server, address, ready_file, say), daemon=True).start()
    approver.start()
    try:
        server.run(sockets=[listener])
    finally:
        approver.stop()
        listener.close()
    return 0


def _tell(server: object, address: str, ready_file: Path | None, say: Callable[[str], None]) -> None:
    waiting = threading.Event()
    while not getattr(server, "started", False):
        if getattr(server, "should_exit", False):
            return
        waiting.wait(0.02)
    say(f"listening on {address}")
    if ready_file is not None:
        write_durably(ready_file, address.encode())


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
            "Stop what uses it, or name another with server.port or --port.",
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
