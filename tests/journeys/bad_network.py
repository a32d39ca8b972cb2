"""A bad network before a relay: a UDP proxy that loses in bursts, delays, or is gone for a while. Only media is lost, as RTP inside TURN.

ChannelData (RFC 8656, 12.4) begins with 0x40 to 0x4F; the fifth and sixth byte tell RTP from RTCP (RFC 5761, 4).
"""

from __future__ import annotations

import heapq
import random
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

from tests.app.consult.media.network import Bursts

if TYPE_CHECKING:
    from collections.abc import Callable

HOST, MOST, SEED = "127.0.0.1", 65_535, 7


def is_rtp(data: bytes) -> bool:
    """Whether a datagram to or from a TURN server carries a media packet."""
    return len(data) > 6 and 0x40 <= data[0] <= 0x4F and 128 <= data[4] < 192 and not 192 <= data[5] <= 223


class BadNetwork:
    """`with BadNetwork(port) as network`: whoever uses `network.port` reaches the server at `port`, with trouble.

    Args:
        port: the server's, on loopback.
        loss: share of media packets lost, in bursts, each way.
        delay_s: added each way, and as much jitter again of `jitter_s` on average.
    """

    def __init__(self, port: int, loss: float = 0.0, delay_s: float = 0.0, jitter_s: float = 0.0) -> None:
        self._server = (HOST, port)
        self._loss, self._delay_s, self._jitter_s = loss, delay_s, jitter_s
        self._bursts = {way: Bursts(loss, SEED + n) for n, way in enumerate(("up", "down"))}
        self._random = random.Random(SEED)  # noqa: S311  a network, not a secret
        self._front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind((HOST, 0))
        self.port = int(self._front.getsockname()[1])
        self._backs: dict[tuple[str, int], socket.socket] = {}
        self._fronts: dict[socket.socket, tuple[str, int]] = {}
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._count = 0
        self._over = threading.Event()
        self.gone = False
        self.lost = self.passed = 0
        self._thread = threading.Thread(target=self._work)

    def worsen(self, loss: float) -> None:
        """Another share of media packets is lost from now on."""
        self._bursts = {way: Bursts(loss, SEED + n) for n, way in enumerate(("up", "down"))}
        self._loss = loss

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for one in (self._front, *self._backs.values()):
            one.close()

    def _work(self) -> None:
        while not self._over.is_set():
            wait = min(0.05, max(0.0, self._due[0][0] - time.monotonic())) if self._due else 0.05
            readable, _, _ = select.select([self._front, *self._fronts], [], [], wait)
            for one in readable:
                self._read(one)
            while self._due and self._due[0][0] <= time.monotonic():
                heapq.heappop(self._due)[2]()

    def _read(self, one: socket.socket) -> None:
        try:
            data, address = one.recvfrom(MOST)
        except OSError:
            return
        if one is self._front:
            back = self._back(address)
            self._pass("up", data, lambda: back.sendto(data, self._server))
        else:
            client = self._fronts[one]
            self._pass("down", data, lambda: self._front.sendto(data, client))

    def _back(self, address: tuple[str, int]) -> socket.socket:
        if address not in self._backs:
            back = self._backs[address] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            back.bind((HOST, 0))
            self._fronts[back] = address
        return self._backs[address]

    def _pass(self, way: str, data: bytes, send: Callable[[], object]) -> None:
        if self.gone:
            return
        if self._loss and is_rtp(data) and self._bursts[way].drops():
            self.lost += 1
            return
        self.passed += 1
        jitter = min(self._random.expovariate(1 / self._jitter_s), 10 * self._jitter_s) if self._jitter_s else 0.0
        self._count += 1
        heapq.heappush(self._due, (time.monotonic() + self._delay_s + jitter, self._count, send))
