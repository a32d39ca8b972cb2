"""Qt's sound and pictures in ours and back: 48 kHz mono in 16 bits, and PyAV's frames."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QVideoFrame, QVideoFrameFormat

from app.consult.media.opus import RATE, Sound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Sample = QAudioFormat.SampleFormat
# How Qt's samples lie in memory, by FFmpeg's names.
SAMPLES: Mapping[QAudioFormat.SampleFormat, tuple[str, type[Any]]] = {
    Sample.UInt8: ("u8", np.uint8),
    Sample.Int16: ("s16", np.int16),
    Sample.Int32: ("s32", np.int32),
    Sample.Float: ("flt", np.float32),
}
Pixels = QVideoFrameFormat.PixelFormat
# Pixels that FFmpeg takes as they lie: (its name, share of the rows in each plane).
PLANES = {
    Pixels.Format_YUV420P: ("yuv420p", (1.0, 0.5, 0.5)),
    Pixels.Format_NV12: ("nv12", (1.0, 0.5)),
    Pixels.Format_YUYV: ("yuyv422", (1.0,)),
    Pixels.Format_UYVY: ("uyvy422", (1.0,)),
    Pixels.Format_BGRA8888: ("bgra", (1.0,)),
    Pixels.Format_RGBA8888: ("rgba", (1.0,)),
}


def format_of(device: QAudioDevice) -> QAudioFormat:
    """Ours where the device takes it, else the one it likes."""
    ours = QAudioFormat()
    ours.setSampleRate(RATE)
    ours.setChannelCount(1)
    ours.setSampleFormat(Sample.Int16)
    return ours if device.isFormatSupported(ours) else device.preferredFormat()


class Converter:
    """Between a device's samples and ours."""

    def __init__(self, form: QAudioFormat) -> None:
        name, self._kind = SAMPLES.get(form.sampleFormat(), ("s16", np.int16))
        self._rate, self._channels, self._name = form.sampleRate() or RATE, max(form.channelCount(), 1), name
        self._same = (name, self._rate, self._channels) == ("s16", RATE, 1)
        self._resamplers = (av.AudioResampler("s16", "mono", RATE), av.AudioResampler(name, "mono", self._rate))
        self._pts = [0, 0]

    def to_ours(self, data: bytes) -> Sound:
        """A device's samples, 48 kHz mono."""
        whole = len(data) // (np.dtype(self._kind).itemsize * self._channels)
        samples = np.frombuffer(data, self._kind, whole * self._channels)
        if self._same:
            return samples.astype(np.int16)
        mono = samples.reshape(-1, self._channels).mean(axis=1).astype(self._kind)
        frame = av.AudioFrame.from_ndarray(mono[None, :], format=self._name, layout="mono")
        return self._through(0, frame, self._rate).astype(np.int16)

    def from_ours(self, sound: Sound) -> bytes:
        """Ours, as the device wants it."""
        if self._same:
            return sound.tobytes()
        mono = self._through(1, av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono"), RATE)
        return mono.repeat(self._channels).tobytes()

    def _through(self, way: int, frame: av.AudioFrame, rate: int) -> NDArray[Any]:
        frame.sample_rate, frame.pts, frame.time_base = rate, self._pts[way], Fraction(1, rate)
        self._pts[way] += frame.samples
        parts = [one.to_ndarray().reshape(-1) for one in self._resamplers[way].resample(frame)]
        return np.concatenate(parts) if parts else np.zeros(0, self._kind if way else np.int16)


def picture_of(frame: QVideoFrame) -> av.VideoFrame | None:
    """A camera's picture; None where it cannot be read."""
    known = PLANES.get(frame.pixelFormat())
    if known is None:
        return _by_image(frame.toImage())
    if not frame.map(QVideoFrame.MapMode.ReadOnly):
        return None
    try:
        return _by_planes(frame, *known)
    finally:
        frame.unmap()


def _by_planes(frame: QVideoFrame, name: str, shares: tuple[float, ...]) -> av.VideoFrame:
    picture = av.VideoFrame(frame.width(), frame.height(), name)
    for index, share in enumerate(shares):
        plane, rows = picture.planes[index], int(frame.height() * share)
        source = np.frombuffer(frame.bits(index), np.uint8)[: rows * frame.bytesPerLine(index)].reshape(rows, -1)
        target = np.frombuffer(memoryview(plane), np.uint8)[: rows * plane.line_size].reshape(rows, -1)
        width = min(source.shape[1], target.shape[1])
        target[:, :width] = source[:, :width]
    return picture


def _by_image(image: QImage) -> av.VideoFrame | None:
    if image.isNull():
        return None
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return av.VideoFrame.from_ndarray(
        np.ascontiguousarray(rows[:, : rgb.width() * 3]).reshape(rgb.height(), rgb.width(), 3), format="rgb24"
    )
