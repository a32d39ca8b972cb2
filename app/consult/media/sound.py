"""All the sound of a call: what the peers say is mixed for the loudspeaker, what the microphone hears is freed of it.

Two threads meet here, the loudspeaker's and the microphone's; the echo canceller gets what is played before what was heard.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

import numpy as np

from app.consult.media.opus import FRAME, RATE, Sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.media.recorder import Recorder
    from app.consult.media.sound_in import SoundBuffer

TEN_MS = RATE // 100
LEVEL_EVERY_S = 0.2
FULL = 32768.0


class Cleaning(Protocol):
    """Echo canceller, noise suppression and gain, on blocks of 480 samples (10 ms), 48 kHz mono."""

    def played(self, block: Sound) -> None:
        """What goes to the loudspeaker."""
        ...

    def heard(self, block: Sound, delay_ms: int) -> Sound:
        """What came from the microphone, cleaned; `delay_ms` from `played` to the echo of it."""
        ...


class NoCleaning:
    """The sound as it is."""

    def played(self, block: Sound) -> None:
        """Nothing to do."""

    def heard(self, block: Sound, delay_ms: int) -> Sound:  # noqa: ARG002  the interface's
        """The block."""
        return block


class WebRtcCleaning:
    """The audio processing of WebRTC, by livekit's AudioProcessingModule."""

    def __init__(self) -> None:
        from livekit import rtc  # noqa: PLC0415  late import: its library has 28 MB

        self._frame = rtc.AudioFrame
        self._module = rtc.AudioProcessingModule(
            echo_cancellation=True, noise_suppression=True, high_pass_filter=True, auto_gain_control=True
        )
        self._lock = threading.Lock()

    def played(self, block: Sound) -> None:
        """What goes to the loudspeaker."""
        with self._lock:
            self._module.process_reverse_stream(self._framed(block))

    def heard(self, block: Sound, delay_ms: int) -> Sound:
        """What came from the microphone, cleaned."""
        frame = self._framed(block)
        with self._lock:
            self._module.set_stream_delay_ms(delay_ms)
            self._module.process_stream(frame)
        return np.frombuffer(bytes(frame.data.cast("b")), np.int16)

    def _framed(self, block: Sound):  # type: ignore[no-untyped-def]  # noqa: ANN202  livekit is imported late
        return self._frame(data=bytearray(block.tobytes()), sample_rate=RATE, num_channels=1, samples_per_channel=TEN_MS)


class Mixer:
    """The sound of the call.

    Args:
        cleaning: for the microphone.
        out: gets the microphone's blocks of 960 samples; on the microphone's thread.
        level: gets ("" or a peer, 0 to 1) a few times a second.
    """

    def __init__(self, cleaning: Cleaning, out: Callable[[Sound], None], level: Callable[[str, float], None]) -> None:
        self._cleaning, self._out, self._level = cleaning, out, level
        self._buffers: dict[str, SoundBuffer] = {}
        self._lock = threading.Lock()
        self._to_play: Sound = np.zeros(0, np.int16)
        self._to_clean: Sound = np.zeros(0, np.int16)
        self._to_send: list[Sound] = []
        self._told: dict[str, float] = {}
        self.muted = False
        self.delay_ms = 60
        self.recorder: Recorder | None = None

    def take(self, peer: str, buffer: SoundBuffer | None) -> None:
        """The buffer of a peer from now on; None where the peer left."""
        with self._lock:
            if buffer is None:
                self._buffers.pop(peer, None)
            else:
                self._buffers[peer] = buffer

    def plays(self, samples: int) -> Sound:
        """The next samples for the loudspeaker; on its thread."""
        while len(self._to_play) < samples:
            self._to_play = np.concatenate([self._to_play, self._mixed()])
        out, self._to_play = self._to_play[:samples], self._to_play[samples:]
        return out

    def _mixed(self) -> Sound:
        with self._lock:
            buffers = list(self._buffers.items())
        total = np.zeros(TEN_MS, np.int32)
        for peer, buffer in buffers:
            sound = buffer.pull(TEN_MS)
            self._tell(peer, sound)
            total += sound
        block = np.clip(total, -32768, 32767).astype(np.int16)
        self._cleaning.played(block)
        if (recorder := self.recorder) is not None:
            recorder.played.put(block)
        return block

    def hears(self, sound: Sound) -> None:
        """Samples of the microphone, any number; on its thread."""
        self._to_clean = np.concatenate([self._to_clean, sound])
        while len(self._to_clean) >= TEN_MS:
            block, self._to_clean = self._to_clean[:TEN_MS], self._to_clean[TEN_MS:]
            clean = self._cleaning.heard(block, self.delay_ms)
            if self.muted:
                clean = np.zeros(TEN_MS, np.int16)
            self._tell("", clean)
            if (recorder := self.recorder) is not None:
                recorder.said.put(clean)
            self._to_send.append(clean)
            if len(self._to_send) * TEN_MS >= FRAME:
                self._out(np.concatenate(self._to_send))
                self._to_send = []

    def _tell(self, whose: str, sound: Sound) -> None:
        now = time.monotonic()
        if now - self._told.get(whose, 0.0) >= LEVEL_EVERY_S:
            self._told[whose] = now
            self._level(whose, round(float(np.sqrt(np.mean(sound.astype(np.float32) ** 2))) / FULL, 4))
