"""By which way media can go: TURN over UDP, over TCP, over TLS, and directly only where the hospital allows it.

aiortc takes one TURN server for each attempt and says nothing where it does not answer, and asks a server of its own choice where it is
given none: so each connection gets exactly one server, which has just answered, or an empty list.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aioice.turn
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.rtcicetransport import parse_stun_turn_uri

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from app.consult.session import Way
    from sync.protocol.consult import IceServer

HEAD_START_S, MOST_S = 0.8, 4.0
WAYS: Mapping[tuple[str, str], Way] = {("turn", "udp"): "turn_udp", ("turn", "tcp"): "turn_tcp", ("turns", "tcp"): "turns"}
ORDER: tuple[Way, ...] = ("turn_udp", "turn_tcp", "turns", "direct")


@dataclass(frozen=True, slots=True)
class Rung:
    """One way."""

    way: Way
    url: str = ""
    username: str = ""
    credential: str = ""

    def configuration(self, *, relay_only: bool) -> RTCConfiguration:
        """For one connection; its list of servers is never left to aiortc."""
        servers = [RTCIceServer(urls=self.url, username=self.username, credential=self.credential)] if self.url else []
        policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        return RTCConfiguration(iceServers=servers, iceTransportPolicy=policy, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)


def rungs(servers: Sequence[IceServer], *, relay_only: bool) -> tuple[Rung, ...]:
    """The ways in the order they are tried; addresses that aiortc would leave out without a word are left out here."""
    found = [Rung("direct")] if not relay_only else []
    for server in servers:
        found += [Rung(way, url, server.username, server.credential) for url in server.urls if (way := _way(url))]
    return tuple(sorted(found, key=lambda rung: ORDER.index(rung.way)))


def _way(url: str) -> Way:
    try:
        parsed = parse_stun_turn_uri(url)
    except ValueError:
        return ""
    return WAYS.get((parsed["scheme"], parsed.get("transport") or ""), "")


def trusted(authority: str) -> ssl.SSLContext:
    """Whom a relay's TLS may be certified by: the system's authorities, and the hospital's own (a PEM file) where there is one."""
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(authority)
    return context


async def first_that_answers(ladder: Sequence[Rung], trust: ssl.SSLContext, avoid: Collection[Rung] = ()) -> Rung | None:
    """The first way whose server gives a relay now, each with a head start on the next; None where none does within four seconds.

    Those to avoid (they failed just now) come last.
    """
    order = [r for r in ladder if r not in avoid] + [r for r in ladder if r in avoid]
    tries: list[asyncio.Task[Rung | None]] = []
    try:
        for rung in order:
            tries.append(asyncio.ensure_future(_tried(rung, trust)))
            if found := await _any(tries, HEAD_START_S):
                return found
        return await _any(tries, MOST_S - HEAD_START_S) if tries else None
    finally:
        for task in tries:
            task.cancel()
        await asyncio.gather(*tries, return_exceptions=True)


async def _any(tries: list[asyncio.Task[Rung | None]], seconds: float) -> Rung | None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        for task in tries:  # in the order of the ladder
            if task.done() and not task.cancelled() and task.result() is not None:
                return task.result()
        open_ones = [task for task in tries if not task.done()]
        if not open_ones or loop.time() >= end:
            return None
        await asyncio.wait(open_ones, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED)


async def _tried(rung: Rung, trust: ssl.SSLContext) -> Rung | None:
    if not rung.url:
        return rung
    parsed = parse_stun_turn_uri(rung.url)
    try:
        transport, _ = await aioice.turn.create_turn_endpoint(
            asyncio.DatagramProtocol,
            (parsed["host"], parsed["port"]),
            rung.username,
            rung.credential,
            ssl=trust if parsed["scheme"] == "turns" else None,
            transport=parsed["transport"],
        )
    except (OSError, aioice.stun.TransactionError, ConnectionError):
        return None
    transport.close()
    return rung
