"""A slow line between desk and hospital: a relay on loopback that counts and delays what the hospital sends."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

PIECE = 16_384


class Relay:
    """Listens on `port` and passes on to `to`; the hospital's bytes come at `bytes_per_second`. Use as a context."""

    def __init__(self, port: int, to: int, bytes_per_second: int) -> None:
        self._to, self._pause = to, PIECE / bytes_per_second
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.settimeout(0.05)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._serve, name="relay")]
        self._lines: list[socket.socket] = []
        self.carried = 0  # bytes that came from the hospital

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._server.close()

    def cut(self) -> None:
        """Every line ends now, as when the power goes: what still stands in the kernel's buffers never arrives."""
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(OSError):
                desk, _ = self._server.accept()
                try:
                    hospital = socket.create_connection(("127.0.0.1", self._to), 5)
                except OSError:  # the hospital is gone: the desk hears it as a closed line
                    desk.close()
                    continue
                self._lines += [desk, hospital]
                for source, sink, slow in ((desk, hospital, False), (hospital, desk, True)):
                    thread = threading.Thread(target=self._pass_on, args=(source, sink, slow), name="relay")
                    self._threads.append(thread)
                    thread.start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, slow: bool) -> None:
        source.settimeout(0.05)
        with contextlib.suppress(OSError), contextlib.closing(sink):
            while not self._stopping.is_set():
                try:
                    data = source.recv(PIECE)
                except TimeoutError:
                    continue
                if not data:
                    break
                if slow:
                    self.carried += len(data)
                    time.sleep(self._pause * len(data) / PIECE)
                sink.sendall(data)
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)
