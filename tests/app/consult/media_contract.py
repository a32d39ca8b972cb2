"""What every `MediaSession` keeps to, whatever carries it: the tests are inherited, the pair of sessions is given.

A pair talks through a relay; `Side.session` of each is started, the microphones hear tones of 440 and 1000 Hz, the cameras see coded
pictures.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from app.consult.session import Devices, Level, LinkState, Marked, NewPicture, Recorded, SignalOut, WordsBroken, WordsKnown
from tests.app.consult.rooms import Side, until
from tests.doubles import coded_picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TONES = {"a": 440.0, "b": 1000.0}


@dataclass
class Pair:
    """Two sides of one call; `heard` has a file for what each loudspeaker measured."""

    a: Side
    b: Side
    heard: Path

    def loudspeaker(self, side: Side) -> dict[str, Any]:
        """What it measured in its last second."""
        file = self.heard / f"{side.name}.json"
        told: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"hz": 0.0, "rms": 0, "delays_ms": []}
        return told

    def both(self) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
        """Each with the other."""
        return (self.a, self.b), (self.b, self.a)


def fresh_picture(side: Side, peer: str) -> bool:
    """Whether the newest picture of a peer was drawn a moment ago."""
    picture = side.session.picture(peer, "camera")
    value = coded_picture.read(picture) if picture is not None else None
    return value is not None and coded_picture.age_ms(value) < 2000


def hears(pair: Pair, side: Side, other: Side) -> bool:
    """Whether a loudspeaker plays the other's tone."""
    return abs(float(pair.loudspeaker(side)["hz"]) - TONES[other.name]) < 5


def of(peer: str, **fields: Any) -> Callable[[Any], bool]:
    """Events of a peer with these fields."""
    return lambda event: event.peer == peer and all(getattr(event, name) == value for name, value in fields.items())


class MediaSessionContract:
    """Inherit it and give the fixture `pair`."""

    def test_both_know_the_same_three_words(self, pair: Pair) -> None:
        words = [side.wait(WordsKnown, of(other.name)).words for side, other in pair.both()]
        assert words[0] == words[1]
        assert len(words[0]) == 3

    def test_who_does_not_hold_to_a_commitment_is_told(self, pair: Pair) -> None:
        def told() -> bool:  # a connection that is being built anew keeps a commitment until it stands
            pair.b.session.heard("a", {"k": "commit", "c": "11" * 32})
            pair.b.session.heard("a", {"k": "reveal", "v": "22" * 16})
            return WordsBroken("a") in pair.b.events

        pair.b.wait(WordsKnown, of("a"))
        until(told)

    def test_each_sees_the_others_moving_picture(self, pair: Pair) -> None:
        for side, other in pair.both():
            side.wait(NewPicture, of(other.name, track="camera"))
            until(partial(fresh_picture, side, other.name))

    def test_each_hears_the_others_tone(self, pair: Pair) -> None:
        for side, other in pair.both():
            until(partial(hears, pair, side, other))
            assert pair.loudspeaker(side)["rms"] > 1500

    def test_the_devices_and_the_levels_are_told(self, pair: Pair) -> None:
        for side, other in pair.both():
            assert side.wait(Devices).devices
            for peer in ("", other.name):
                is_its = of(peer)
                side.wait(Level, lambda e, its=is_its: its(e) and e.level > 0.02)  # type: ignore[misc]  # bound as it is now

    def test_ones_own_camera_is_seen(self, pair: Pair) -> None:
        pair.a.wait(NewPicture, lambda e: e.peer == "")
        until(lambda: fresh_picture(pair.a, ""))

    def test_the_way_is_told(self, pair: Pair) -> None:
        for side, _ in pair.both():
            assert side.wait(LinkState, lambda e: e.link in {"good", "weak"}).way == "turn_udp"

    def test_a_mark_arrives(self, pair: Pair) -> None:
        mark = {"m": "circle", "x": 0.25, "y": 0.5, "r": 0.1, "on": "live"}
        pair.a.session.mark(mark)
        assert pair.b.wait(Marked, lambda e: e.peer == "a").message == mark

    def test_the_shown_viewport_arrives_and_ends(self, pair: Pair) -> None:
        pair.a.session.show(np.full((300, 400, 3), (200, 100, 50), np.uint8))
        pair.b.wait(NewPicture, lambda e: (e.peer, e.track) == ("a", "shown"))
        shown = pair.b.session.picture("a", "shown")
        assert shown is not None
        assert shown.shape == (300, 400, 3)
        assert np.abs(shown.reshape(-1, 3).mean(axis=0) - (200, 100, 50)).max() < 8
        pair.a.session.show(np.full((720, 1280, 3), 60, np.uint8))
        until(lambda: (p := pair.b.session.picture("a", "shown")) is not None and abs(float(p.mean()) - 60) < 8)
        pair.a.session.show(None)

    def test_mute_is_silence_at_the_other_side(self, pair: Pair) -> None:
        pair.a.session.mute(True)
        until(lambda: pair.loudspeaker(pair.b)["rms"] < 20)
        pair.a.session.mute(False)
        until(lambda: pair.loudspeaker(pair.b)["rms"] > 1500)

    def test_a_recording_holds_both_sides_and_ends_when_it_is_told(self, pair: Pair) -> None:
        pair.a.session.record("take")
        threading.Event().wait(2.5)
        pair.a.session.record("")
        parts = [pair.a.wait(Recorded, lambda e: e.last)]
        assert (parts[0].take, parts[0].number) == ("take", 0)
        with av.open(io.BytesIO(parts[0].data), "r") as file:
            sound = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)
        for channel, tone in zip(sound, (TONES["a"], TONES["b"]), strict=True):
            strongest = np.abs(np.fft.rfft(channel[-48_000:])).argmax()
            assert abs(float(strongest) - tone) < 5
        with av.open(io.BytesIO(parts[0].data), "r") as file:
            faces = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in file.decode(video=0)]
        assert len(faces) >= 10
        assert coded_picture.read(np.ascontiguousarray(faces[-1][81:399, :424])) is not None  # two side by side, each 4 to 3
        assert coded_picture.read(np.ascontiguousarray(faces[-1][81:399, 424:])) is not None

    def test_without_a_camera_no_picture_goes_out(self, pair: Pair) -> None:
        pair.a.session.camera(False)
        until(lambda: not fresh_picture(pair.b, "a"))
        assert pair.a.session.picture("", "camera") is None
        pair.a.session.camera(True)
        until(lambda: fresh_picture(pair.b, "a"))

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"k": "offer"},
            {"k": "offer", "sdp": "v=0\r\nnonsense", "n": 99},
            {"k": "answer", "sdp": 7, "n": "x"},
            {"k": "nonce", "v": "00"},
            {"k": "reveal", "v": []},
            {"k": ["offer"]},
        ],
    )
    def test_a_hostile_signal_ends_nothing(self, pair: Pair, body: dict[str, Any]) -> None:
        for side, other in pair.both():
            side.session.heard(other.name, body)
            side.session.heard("somebody", body)
        for side, other in pair.both():
            until(partial(fresh_picture, side, other.name))

    def test_a_second_connection_in_the_same_call_takes_over(self, pair: Pair) -> None:
        words = len([e for e in pair.a.events if isinstance(e, WordsKnown)])
        offers = len([e for e in pair.a.events if isinstance(e, SignalOut) and e.body["k"] == "offer"])
        pair.a.session.connect("b", offers=True)
        until(lambda: len([e for e in pair.a.events if isinstance(e, SignalOut) and e.body["k"] == "offer"]) > offers)
        until(lambda: pair.a.last(LinkState).link == "good")
        for side, other in pair.both():
            until(partial(fresh_picture, side, other.name))
            until(partial(hears, pair, side, other))
        threading.Event().wait(1.5)  # an ask while one is being made is no second one
        pair.b.session.connect("a", offers=False)  # who answers asks for it
        until(lambda: len([e for e in pair.a.events if isinstance(e, SignalOut) and e.body["k"] == "offer"]) > offers + 1)
        assert len([e for e in pair.a.events if isinstance(e, WordsKnown)]) == words  # the certificates are the same: so are the words

    def test_who_was_dropped_can_come_back(self, pair: Pair) -> None:
        for side, other in pair.both():
            side.session.drop(other.name)
        until(lambda: pair.a.session.picture("b", "camera") is None)
        pair.b.session.connect("a", offers=False)
        pair.a.session.connect("b", offers=True)
        for side, other in pair.both():
            until(partial(fresh_picture, side, other.name))
