"""The ways of the media: their order, one server for each attempt, and never a server that nobody named."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import pytest
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.rtcdtlstransport import RTCCertificate
from aiortc.rtcicetransport import RTCIceGatherer

from app.consult.media.ladder import Rung, first_that_answers, rungs, trusted
from app.consult.media.link import Heard, Link
from sync.protocol.consult import IceServer
from tests.journeys.turn import Turn, free_port

ROOT = Path(__file__).resolve().parents[4]
ALL = IceServer(
    urls=(
        "turns:relay.test:443?transport=tcp",
        "turn:relay.test?transport=tcp",
        "turn:relay.test",
        "stun:relay.test",
        "turns:x?transport=udp",
        "?",
    ),
    username="u",
    credential="c",
)


def test_the_order_and_what_is_left_out() -> None:
    assert [r.way for r in rungs([ALL], relay_only=True)] == ["turn_udp", "turn_tcp", "turns"]
    assert [r.way for r in rungs([ALL], relay_only=False)] == ["turn_udp", "turn_tcp", "turns", "direct"]
    assert rungs([], relay_only=True) == ()


@pytest.mark.parametrize("relay_only", [True, False])
def test_each_way_names_its_own_server_and_no_other(relay_only: bool) -> None:
    for rung in rungs([ALL], relay_only=relay_only):
        configuration = rung.configuration(relay_only=relay_only)
        assert configuration.iceServers is not None
        assert [s.urls for s in configuration.iceServers] == ([rung.url] if rung.url else [])
        assert configuration.iceTransportPolicy == (RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL)


def test_no_connection_is_ever_made_without_that_list() -> None:
    """aiortc asks a public server where it is given no list; only the ladder makes configurations, only the link makes connections."""
    found = []
    for file in sorted((ROOT / "app").rglob("*.py")):
        calls = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        names = [(str(getattr(n.func, "id", "")), len(n.args) + len(n.keywords) > 0) for n in calls]
        found += [(file.name, name, given) for name, given in names if name in {"RTCPeerConnection", "RTCConfiguration"}]
    assert found == [("ladder.py", "RTCConfiguration", True), ("link.py", "RTCPeerConnection", True)]


def test_the_public_default_is_not_asked_for_whatever_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> list[object]:
        raise AssertionError("a public default was taken")

    monkeypatch.setattr(RTCIceGatherer, "getDefaultIceServers", never)

    async def gather() -> list[str]:
        offers = []
        for rung, relay_only in (
            (Rung("direct"), False),
            (Rung("turn_tcp", f"turn:127.0.0.1:{free_port()}?transport=tcp", "u", "c"), True),
        ):
            link = Link(
                rung, relay_only=relay_only, number=1, certificate=RTCCertificate.generateCertificate(), trust=trusted(""), heard=Heard()
            )
            offers.append(await link.offer())
            await link.close()
        return offers

    direct, relayed = asyncio.run(gather())
    assert "typ srflx" not in direct + relayed
    assert "a=candidate" not in relayed


def test_the_first_that_answers_is_taken(tmp_path: Path) -> None:
    with Turn(tmp_path / "turn") as turn:
        good = turn.server("someone")
        dead = IceServer(urls=(f"turn:127.0.0.1:{free_port()}",), username="u", credential="c")
        wrong = IceServer(urls=good.urls, username=good.username, credential="no")

        async def ask() -> list[Rung | None]:
            ways = rungs([good], relay_only=True)
            return [
                await first_that_answers(ways, trusted("")),
                await first_that_answers(ways, trusted(""), [ways[0]]),
                await first_that_answers(rungs([dead, good], relay_only=True), trusted("")),
                await first_that_answers(rungs([wrong], relay_only=True), trusted("")),
                await first_that_answers((), trusted("")),
            ]

        first, other, behind_the_dead, refused, nothing = asyncio.run(ask())
    assert first is not None
    assert other is not None
    assert behind_the_dead is not None
    assert (first.way, other.way) == ("turn_udp", "turn_tcp")
    assert behind_the_dead.username == good.username
    assert (refused, nothing) == (None, None)


def test_a_relay_by_tls_counts_only_with_a_certificate_of_a_known_authority(tmp_path: Path) -> None:
    with Turn(tmp_path / "turn", tls=True, without=("udp", "tcp")) as turn:
        ways = rungs([turn.server("someone", "udp", "tcp", "tls")], relay_only=True)

        async def ask() -> tuple[Rung | None, Rung | None, list[str]]:
            known, unknown = trusted(str(turn.authority)), trusted("")
            offers = []
            for trust in (known, unknown):
                certificate = RTCCertificate.generateCertificate()
                link = Link(ways[-1], relay_only=True, number=1, certificate=certificate, trust=trust, heard=Heard())
                offers.append(await link.offer())
                await link.close()
            return await first_that_answers(ways, known), await first_that_answers(ways, unknown), offers

        found, refused, (relayed, bare) = asyncio.run(ask())
    assert found is not None
    assert found.way == "turns"
    assert refused is None
    assert "typ relay" in relayed
    assert "a=candidate" not in bare
