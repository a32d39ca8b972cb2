"""The recording of a call, to which everybody has agreed: one WebM stream (Opus in stereo, VP8), told in parts and never written to a disk.

Left is this desk's microphone as it goes out, right what its loudspeaker plays. The two run by clocks of their own, the recording by the
machine's: a side that has nothing in time is silent, one that has too much loses its oldest.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from app.consult.media.opus import FRAME, RATE, Sound
from app.consult.media.scene import COLUMNS, ROWS
from app.consult.session import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.slots import Picture

log = logging.getLogger(__name__)
PART_S = 10.0
PICTURE_EVERY = 6  # blocks of 20 ms: some eight pictures a second
KEY_EVERY = 40  # pictures: from each one the recording can be seen
SOUND_BITS, PICTURE_BITS = 48_000, 250_000
CUSHION, MOST = RATE // 16, RATE // 3  # samples that a side keeps before it is heard, and at most
_END_S = 3.0


class Recorder:
    """One recording, from its making until `close`.

    Args:
        take: its id.
        picture: what the call looks like now, (480, 848, 3) RGB; asked on the recorder's thread.
        told: gets every part; on that thread.
    """

    def __init__(self, take: str, picture: Callable[[], Picture], told: Callable[[Recorded], None]) -> None:
        self.take = take
        self._picture, self._told = picture, told
        self.said, self.played = _Side(), _Side()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="media-record", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it; its last part is told before this returns."""
        self._over.set()
        self._thread.join(_END_S)

    def _work(self) -> None:
        sink = _Sink()
        number, began = 0, time.monotonic()
        stream = _Stream(sink)
        count = 0
        part_from = began
        try:
            while not self._over.wait(max(began + (count + 1) * FRAME / RATE - time.monotonic(), 0.0)):
                stream.sound(np.stack([self.said.pull(), self.played.pull()], axis=1))
                if count % PICTURE_EVERY == 0:
                    stream.picture(self._picture(), count)
                count += 1
                if time.monotonic() - part_from >= PART_S:
                    part_from = time.monotonic()
                    self._told(Recorded(self.take, number, sink.taken(), last=False))
                    number += 1
        except Exception:  # the thread's edge: what was recorded until then is whole
            log.exception("the recording has ended by itself")
        stream.close()
        self._told(Recorded(self.take, number, sink.taken(), last=True))


class _Side:
    """The sound of one side on its way: comes by its own clock, goes by the recorder's."""

    def __init__(self) -> None:
        self._waiting: deque[Sound] = deque()
        self._count = 0
        self._flows = False
        self._lock = threading.Lock()

    def put(self, sound: Sound) -> None:
        """Samples, 48 kHz mono; any number, from any thread."""
        with self._lock:
            self._waiting.append(sound)
            self._count += len(sound)
            while self._count > MOST:
                self._count -= len(self._waiting.popleft())

    def pull(self) -> Sound:
        """The next 20 ms."""
        with self._lock:
            self._flows = self._count >= (FRAME if self._flows else CUSHION)
            if not self._flows:
                return np.zeros(FRAME, np.int16)
            have = np.concatenate(list(self._waiting))
            self._waiting.clear()
            self._waiting.append(have[FRAME:])
            self._count -= FRAME
            return have[:FRAME]


class _Stream:
    """The coded stream."""

    def __init__(self, sink: _Sink) -> None:
        # A live stream: nothing before its end is ever gone back to, so what came first is good without what follows.
        self._file: Any = av.open(sink, "w", format="webm", options={"live": "1"})
        self._sound: Any = self._file.add_stream("libopus", rate=RATE)
        self._sound.layout, self._sound.bit_rate = "stereo", SOUND_BITS
        self._picture: Any = self._file.add_stream("libvpx", rate=Fraction(RATE, FRAME * PICTURE_EVERY))
        self._picture.width, self._picture.height, self._picture.pix_fmt = COLUMNS, ROWS, "yuv420p"
        self._picture.bit_rate, self._picture.gop_size = PICTURE_BITS, KEY_EVERY
        self._picture.codec_context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        self._picture.codec_context.time_base = Fraction(FRAME, RATE)
        self._heard = 0

    def sound(self, block: Sound) -> None:
        """The next 20 ms, (960, 2)."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._heard, Fraction(1, RATE)
        self._heard += FRAME
        self._file.mux(self._sound.encode(frame))

    def picture(self, picture: Picture, at: int) -> None:
        """A picture; `at` in blocks of 20 ms since the beginning."""
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = at, Fraction(FRAME, RATE)
        self._file.mux(self._picture.encode(frame))

    def close(self) -> None:
        for stream in (self._sound, self._picture):
            self._file.mux(stream.encode(None))
        self._file.close()


class _Sink:
    """Where the stream is written: memory. It cannot go back."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._data)
        self._data.clear()
        return data
