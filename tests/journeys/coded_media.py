"""What Chromium's camera and microphone give in a journey, and how its page reads what came: coded pictures and a steady tone."""

from __future__ import annotations

import wave
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from tests.doubles.coded_picture import GREY, READER_JS, chroma, drawn
from tests.journeys.chromium import FakeMedia

if TYPE_CHECKING:
    from pathlib import Path

RATE, FPS = 48_000, 30

# In a page: `await hearTone(track)` gives the strongest frequency of a track that an element plays; `watchCoded(video)` notes numbers.
WATCHING_JS = (
    READER_JS
    + """
function watchCoded(video) {
  const seen = [];
  const look = () => {
    const value = readCoded(video);
    if (value !== null && value !== seen.at(-1)?.[0]) seen.push([value, Date.now() / 1000]);
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  return seen;
}
function listenTo(track) {
  const context = new AudioContext(), analyser = context.createAnalyser();
  analyser.fftSize = 16384;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  return () => {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    let at = 2;
    for (let n = 2; n < bins.length; n++) if (bins[n] > bins[at]) at = n;
    return { hz: at * context.sampleRate / analyser.fftSize, db: bins[at] };
  };
}
"""
)


def coded_media(
    folder: Path, tone: float = 1000.0, seconds: int = 20, *, size: tuple[int, int] = (640, 480), colour: tuple[int, int] = GREY
) -> FakeMedia:
    """Files for a camera (30 pictures a second, their numbers count from 1) and a microphone; they are played in a circle."""
    folder.mkdir(parents=True, exist_ok=True)
    picture, sound = folder / "camera.mjpeg", folder / "microphone.wav"
    codec = av.CodecContext.create("mjpeg", "w")
    (codec.width, codec.height), codec.pix_fmt, codec.time_base = size, "yuvj420p", Fraction(1, FPS)
    codec.options = {"qmin": "2", "qmax": "4"}
    with picture.open("wb") as out:
        for number in range(1, seconds * FPS + 1):
            frame = av.VideoFrame.from_ndarray(np.vstack([drawn(number, *size), chroma(colour, *size)]), format="yuv420p")
            whole = frame.reformat(format="yuvj420p")
            whole.pts, whole.time_base = number, codec.time_base
            for packet in codec.encode(whole):
                out.write(bytes(packet))
        for packet in codec.encode(None):
            out.write(bytes(packet))
    with wave.open(str(sound), "wb") as out_sound:
        out_sound.setnchannels(1)
        out_sound.setsampwidth(2)
        out_sound.setframerate(RATE)
        t = np.arange(RATE * seconds) / RATE
        out_sound.writeframes((8000 * np.sin(2 * np.pi * tone * t)).astype("<i2").tobytes())
    return FakeMedia(picture, sound)
