"""What goes out to one peer: the microphone's sound and two pictures; never a queue of old ones."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from fractions import Fraction

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from app.consult.media.opus import FRAME, RATE, Encoder, Sound

SILENT_AFTER_S = 0.060  # without a block from the microphone
MOST_BLOCKS = 4  # 80 ms; older ones go
PICTURE_RATE = 90_000
REPEAT_S = 1.0  # a shown picture that stands still is sent again, for whoever lost a packet
SILENCE = np.zeros(FRAME, np.int16)


class SoundOut(MediaStreamTrack):
    """Blocks of 960 samples, 48 kHz mono, in their own time; silence where the microphone gives none."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._blocks: deque[Sound] = deque(maxlen=MOST_BLOCKS)
        self._came = asyncio.Event()
        self._count, self._due = 0, 0.0

    def put(self, block: Sound) -> None:
        """A block; on the event loop."""
        self._blocks.append(block)
        self._came.set()

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms."""
        if self.readyState != "live":
            raise MediaStreamError
        block = await self._next()
        frame = av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._count * FRAME, Fraction(1, RATE)
        self._count += 1
        return frame

    async def _next(self) -> Sound:
        now = time.monotonic()
        self._due = max(self._due + FRAME / RATE, now)
        if not self._blocks:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), self._due + SILENT_AFTER_S - now)
            except TimeoutError:
                self._due = time.monotonic() - SILENT_AFTER_S
                return SILENCE
        return self._blocks.popleft()


class PictureOut(MediaStreamTrack):
    """The newest picture, at most `rate` a second; waits where there is none, or it stands still.

    Args:
        repeat: whether a picture that does not change is sent again every second.
    """

    kind = "video"

    def __init__(self, *, repeat: bool = False) -> None:
        super().__init__()
        self.rate, self.size = 24.0, (640, 480)
        self._repeat = repeat
        self._newest: av.VideoFrame | None = None
        self._came = asyncio.Event()
        self._began, self._sent = time.monotonic(), 0.0

    def put(self, picture: av.VideoFrame | None) -> None:
        """A newer picture (nobody changes it), or none from now on; on the event loop."""
        self._newest = picture
        if picture is not None:
            self._came.set()
        else:
            self._came.clear()

    async def recv(self) -> av.VideoFrame:
        """The next picture."""
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            wait = self._sent + 1 / self.rate - time.monotonic() if self.rate else REPEAT_S
            if wait > 0:
                await asyncio.sleep(wait)
            await self._awaited()
            picture = self._newest
            if picture is not None and self.rate:
                break
        self._came.clear()
        self._sent = time.monotonic()
        own = await asyncio.get_running_loop().run_in_executor(None, scaled, picture, self.size)
        own.pts, own.time_base = int((self._sent - self._began) * PICTURE_RATE), Fraction(1, PICTURE_RATE)
        return own

    async def _awaited(self) -> None:
        try:
            await asyncio.wait_for(self._came.wait(), REPEAT_S)
        except TimeoutError:
            if not self._repeat:
                await self._came.wait()


def scaled(picture: av.VideoFrame, most: tuple[int, int]) -> av.VideoFrame:
    """A copy of its own, yuv420p, of at most (columns, rows), both even: an encoder marks the frame it is given."""
    width, height = picture.width, picture.height
    share = min(1.0, most[0] / width, most[1] / height)
    size = {"width": max(int(width * share) // 2 * 2, 16), "height": max(int(height * share) // 2 * 2, 16)}
    changed = picture.reformat(format="yuv420p", **size)
    return changed if changed is not picture else av.VideoFrame.from_ndarray(picture.to_ndarray(), format="yuv420p")


class SpeechEncoder:
    """In the place of aiortc's Opus encoder: mono, with error correction in the packets."""

    def __init__(self) -> None:
        self._encoder = Encoder()

    def encode(self, frame: av.AudioFrame, force_keyframe: bool = False) -> tuple[list[bytes], int]:  # noqa: ARG002  aiortc's interface
        """The packet of one frame, and its time in samples."""
        samples = frame.to_ndarray().reshape(-1).astype(np.int16)
        return [self._encoder.encode(samples)], int(frame.pts or 0)
