"""A TLS server on loopback that answers one fixed thing to everything, however wrong: what HTTP libraries believe and we must not."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class LyingServer:
    """`answer` is sent as it is, then the connection is closed; with `drip_s` one byte at a time."""

    def __init__(self, certificate: Path, key: Path, answer: bytes, drip_s: float = 0.0, port: int = 0) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._answer = answer
        self._drip_s = drip_s
        self._socket = socket.create_server(("127.0.0.1", port))
        self._socket.settimeout(0.05)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="lying server")
        self.port = self._socket.getsockname()[1]
        self.requests: list[bytes] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answers nobody any more; harmless when done twice."""
        self._stopping.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self._socket.accept()
                with connection:
                    connection.settimeout(5)
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            self.requests.append(secure.recv(65536))
            if not self._drip_s:
                secure.sendall(self._answer)
                return
            for at in range(len(self._answer)):
                if self._stopping.is_set():
                    return
                secure.sendall(self._answer[at : at + 1])
                time.sleep(self._drip_s)
