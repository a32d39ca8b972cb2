"""The media process: the contract of a session between two of them through a relay, and its life and death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.consult.process import MediaProcess
from app.consult.session import Devices, Event, Failed, SignalOut
from tests.app.consult.media_contract import TONES, MediaSessionContract, Pair
from tests.app.consult.rooms import Side, joined, until
from tests.doubles.media_equipment import ENTRY, settings
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]


def begun(side: Side, turn: Turn, heard: Path, tone: float = 440.0) -> None:
    with settings(tone=tone, heard=heard / f"{side.name}.json"):
        side.session.start(side.told, [turn.server(side.name)], me=side.name, call="call-1", relay_only=True)


def says(kind: str) -> Callable[[SignalOut], bool]:
    return lambda event: event.body["k"] == kind


@pytest.fixture(scope="module")
def turn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turn]:
    with Turn(tmp_path_factory.mktemp("turn")) as relay:
        yield relay


@pytest.fixture(scope="module")
def pair(turn: Turn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    heard = tmp_path_factory.mktemp("heard")
    two = Pair(Side("a", MediaProcess(ENTRY)), Side("b", MediaProcess(ENTRY)), heard)
    joined(two.a, two.b)
    for side, _ in two.both():
        begun(side, turn, heard, TONES[side.name])
        side.session.camera(True)
    two.b.session.connect("a", offers=False)
    two.a.session.connect("b", offers=True)
    yield two
    for side, _ in two.both():
        side.session.stop()


class TestContract(MediaSessionContract):
    """Of two processes on one machine."""


def test_only_relayed_addresses_are_told(pair: Pair) -> None:
    for side, kind in ((pair.a, "offer"), (pair.b, "answer")):
        sdp = side.wait(SignalOut, says(kind)).body["sdp"]
        lines = [line for line in sdp.splitlines() if line.startswith("a=candidate")]
        assert lines
        assert all(" typ relay" in line for line in lines)


def test_an_offer_has_sound_camera_shown_picture_and_channel_and_vp8_first(pair: Pair) -> None:
    sdp = pair.a.wait(SignalOut, says("offer")).body["sdp"]
    assert [line.split()[0][2:] for line in sdp.splitlines() if line.startswith("m=")] == ["audio", "video", "video", "application"]
    codecs = [line.split()[1].split("/")[0] for line in sdp.splitlines() if line.startswith("a=rtpmap")]
    assert [c for c in dict.fromkeys(codecs) if c != "rtx"] == ["opus", "VP8", "H264"]
    levels = {line.split("profile-level-id=")[1][:6] for line in sdp.splitlines() if "profile-level-id=" in line}
    assert levels <= {"42001f", "42e01f"}


class Alone:
    """One session without a peer."""

    def __init__(self) -> None:
        self.side = Side("me", MediaProcess(ENTRY))
        self.process: MediaProcess = self.side.session  # type: ignore[assignment]  # this side has no other kind

    def start(self, relay_only: bool = False) -> int:
        self.process.start(self.side.told, [], me="me", call="c", relay_only=relay_only)
        self.side.wait(Devices)
        pid = self.process.pid
        assert pid is not None
        return pid


@pytest.fixture
def alone() -> Iterator[Alone]:
    one = Alone()
    yield one
    one.process.stop()


def there(name: str) -> bool:
    try:
        SharedMemory(name).close()
    except FileNotFoundError:
        return False
    return True


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True


def test_before_the_start_and_after_the_stop_nothing_happens(alone: Alone) -> None:
    process = alone.process
    for _ in range(2):
        process.connect("peer", offers=True)
        process.heard("peer", {"k": "offer"})
        process.mute(True)
        process.show(None)
        assert process.picture("peer", "camera") is None
        process.stop()
    assert alone.side.events == []


def test_a_stop_leaves_nothing(alone: Alone) -> None:
    pid = alone.start()
    alone.process.connect("peer", offers=False)
    assert alone.process._running is not None
    names = [slots.name for slots in alone.process._running._slots.values()]
    assert len(names) == 4
    assert all(there(name) for name in names)
    alone.process.stop()
    assert gone(pid)
    assert not any(there(name) for name in names)


def test_a_crash_is_told_and_it_can_be_started_again(alone: Alone) -> None:
    os.kill(alone.start(), signal.SIGKILL)
    failed = alone.side.wait(Failed)
    assert failed.what_happened.endswith(".")
    assert failed.peer == ""
    alone.side.events.clear()
    assert alone.start()
    assert alone.side.last(Failed) is None


def test_a_listener_that_fails_ends_nothing(alone: Alone) -> None:
    def told(event: Event) -> None:
        alone.side.told(event)
        raise LookupError("not today")

    alone.process.start(told, [], me="me", call="c", relay_only=False)
    alone.side.wait(Devices)
    alone.process.connect("peer", offers=True)
    alone.side.wait(SignalOut)


def test_without_any_relay_the_person_hears_it(alone: Alone) -> None:
    alone.start(relay_only=True)
    assert "telephone" in alone.side.wait(Failed).what_to_do


PARENT = """
import sys, threading
from app.consult.process import MediaProcess
from app.consult.session import Devices
if __name__ == "__main__":
    process, ready = MediaProcess(sys.argv[1]), threading.Event()
    process.start(lambda e: ready.set() if isinstance(e, Devices) else None, [], me="me", call="c", relay_only=False)
    ready.wait(30)
    print(process.pid, flush=True)
    threading.Event().wait(60)
"""


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(program), ENTRY], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        parent.kill()
    until(lambda: gone(pid), 10)
