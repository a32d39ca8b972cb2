"""The connection to the hospital: pinned to one authority, and not fooled by what HTTP libraries let pass."""

from __future__ import annotations

import gzip
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from record.trouble import Kind, Trouble
from sync.engine import wire as wires
from sync.engine.client import parsed, refuse
from sync.engine.wire import Answer, Wire
from sync.protocol.messages import CertificateState
from tests.doubles.hospital_authority import HospitalKeys, Issuer
from tests.doubles.lying_server import LyingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = HospitalKeys.new()
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n" + b'{"certificate_pem":null}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").write_text(KEYS.tls.pem)
    return tmp_path


@contextmanager
def _answering(folder: Path, answer: bytes, drip_s: float = 0.0, issuer: Issuer = KEYS.tls) -> Iterator[Wire]:
    with LyingServer(*issuer.server(folder), answer, drip_s) as server:
        wire = Wire(f"https://127.0.0.1:{server.port}", folder / "ca.pem")
        try:
            yield wire
        finally:
            wire.close()


def _ask(wire: Wire) -> CertificateState:
    answer = wire.ask("GET", "/v1/certificate", token="t")
    refuse(answer)
    return parsed(CertificateState, answer)


def _caught(pieces: Iterator[bytes]) -> Trouble:
    with pytest.raises(Trouble) as caught:
        list(pieces)
    return caught.value


def test_a_good_answer_is_taken(folder: Path) -> None:
    with _answering(folder, GOOD) as wire:
        assert _ask(wire).certificate_pem is None


LIES = {
    "no length, closed early": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b'{"certificate_pem":null}',
    "shorter than its length": GOOD[:-3],
    "longer than its length": GOOD.replace(b"Length: 24", b"Length: 20"),
    "compressed unasked": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
    % (len(gzip.compress(b"{}", mtime=0)), gzip.compress(b"{}", mtime=0)),
    "chunks cut": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n18\r\n" + b'{"certificate_pem"',
    "a captive portal": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n",
    "a gateway's error": b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nbad",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_not_believed(folder: Path, lie: str) -> None:
    with _answering(folder, LIES[lie]) as wire, pytest.raises(Trouble) as caught:
        _ask(wire)
    assert caught.value.kind in (Kind.NETWORK, Kind.DAMAGED)


def test_an_answer_that_drips_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "DEADLINE_S", 0.4)
    with _answering(folder, GOOD, drip_s=0.02) as wire, pytest.raises(Trouble) as caught:
        _ask(wire)
    assert caught.value.kind is Kind.NETWORK


def test_a_stream_below_the_least_rate_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "RATE_WINDOW_S", 0.3)
    long = GOOD.replace(b"24", b"99") + b"x" * 75
    with _answering(folder, long, drip_s=0.02) as wire, wire.stream("POST", "/v1/bundles", token="t") as (_, pieces):
        caught = _caught(pieces)
    assert (caught.kind, caught.details) == (Kind.NETWORK, "the connection is too slow")


def test_another_authority_is_refused_and_nothing_is_sent(folder: Path) -> None:
    with LyingServer(*Issuer.new("TLS").server(folder), GOOD) as server:
        wire = Wire(f"https://127.0.0.1:{server.port}", folder / "ca.pem")
        with pytest.raises(Trouble) as caught:
            _ask(wire)
        wire.close()
        assert (caught.value.kind, server.requests) == (Kind.IDENTITY, [])
    assert "not the one that this desk knows" in caught.value.what_happened


def test_a_certificate_that_is_over_or_to_come_says_to_look_at_the_date(folder: Path) -> None:
    for since, until in ((-3, -1), (1, 3)):
        with LyingServer(*KEYS.tls.server(folder, days=(since, until)), GOOD) as server:
            wire = Wire(f"https://127.0.0.1:{server.port}", folder / "ca.pem")
            with pytest.raises(Trouble, match="does not fit this computer's date") as caught:
                _ask(wire)
            wire.close()
            assert (caught.value.kind, server.requests) == (Kind.IDENTITY, [])
        assert "Check the date and time" in caught.value.what_to_do


def test_a_line_that_is_cut_in_its_first_words_is_a_lost_network(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def cut() -> None:
            server.accept()[0].close()

        cutting = threading.Thread(target=cut)
        cutting.start()
        wire = Wire(f"https://127.0.0.1:{server.getsockname()[1]}", folder / "ca.pem")
        with pytest.raises(Trouble) as caught:
            _ask(wire)
        wire.close()
        cutting.join()
    assert caught.value.kind is Kind.NETWORK


def test_the_environment_cannot_change_what_is_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other.pem").write_text(Issuer.new("TLS").pem)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(folder / "other.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with _answering(folder, GOOD) as wire:
        assert _ask(wire).certificate_pem is None


def test_no_public_root_is_ever_loaded(folder: Path) -> None:
    with _answering(folder, GOOD) as wire:
        _ask(wire)
        adapter: Any = wire._session.get_adapter(wire.address)
        pools = adapter.poolmanager.pools
        connections = [pools[key].pool.queue for key in pools.keys()]  # noqa: SIM118  urllib3's container is no mapping
        contexts = [one.sock.context for queue in connections for one in queue if one is not None and one.sock is not None]
        if not contexts:
            pytest.fail("no open connection to look at")
        assert [context.cert_store_stats()["x509_ca"] for context in contexts] == [1]


def test_nobody_listens(folder: Path) -> None:
    wire = Wire("https://127.0.0.1:9", folder / "ca.pem")
    with pytest.raises(Trouble, match="The hospital cannot be reached") as caught:
        _ask(wire)
    wire.close()
    assert caught.value.kind is Kind.NETWORK


def test_a_hospital_without_room_is_reached_and_its_own_words_stay_there() -> None:
    told = b'{"what_happened": "The disk is full.", "what_to_do": "Free some space.", "details": "errno 28", "kind": "storage"}'
    with pytest.raises(Trouble, match="The hospital's server has no room") as caught:
        refuse(Answer(507, "application/json", told))
    assert (caught.value.kind, caught.value.details) == (Kind.REFUSED, "507")
    assert "Free some space" not in str(caught.value)
