"""Qt's devices: that there is none is a normal state, and PulseAudio's null sink plays what is given and hears it again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtMultimedia import QAudioFormat, QVideoFrame, QVideoFrameFormat

from app.consult.media.qt_formats import Converter, picture_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[4]
# Qt chooses its sound server once for each process, so each look has one of its own.
LOOK = """
import json, sys, threading, time
import numpy as np
from app.consult.media.equipment import Uses
from app.consult.media.qt_equipment import QtEquipment

seconds, told, heard, count = float(sys.argv[1]), [], [], [0]

def plays(samples):
    t = (count[0] + np.arange(samples)) / 48000
    count[0] += samples
    return (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)

equipment = QtEquipment()

def ready():
    equipment.camera(True)
    threading.Timer(seconds, equipment.quit).start()

uses = Uses(heard.append, plays, lambda _: None, lambda _: None, lambda d: told.append(len(d.devices)), lambda *s: told.append(s[0]))
began = time.monotonic()
equipment.run(uses, ready)
sound = np.concatenate(heard)[-48000:].astype(float) if heard else np.zeros(0)
line = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) if len(sound) == 48000 else np.zeros(9)
took = time.monotonic() - began
said = {"told": told, "asked_s": count[0] / 48000, "took_s": took, "heard_s": sum(map(len, heard)) / 48000, "hz": int(line.argmax())}
print(json.dumps(said))
"""


def looked(env: dict[str, str], seconds: float) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(seconds)],
        cwd=ROOT,
        env={**env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def pulse(folder: Path) -> Iterator[dict[str, str]]:
    """A sound server of its own with a null sink and a microphone that hears it; gives the environment that reaches it."""
    address = folder / "native"
    own = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PULSE_COOKIE": str(folder / "cookie")}
    fixed = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes", "--realtime=no", "--high-priority=no"]
    modules = ["null-sink sink_name=desk", "remap-source master=desk.monitor source_name=mic"]
    modules.append(f"native-protocol-unix socket={address} auth-anonymous=1")
    program = shutil.which("pulseaudio")
    assert program is not None, "PulseAudio is not installed: apt-get install pulseaudio"
    command = [program, *fixed, *(f"--load=module-{m}" for m in modules)]
    with subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        end = time.monotonic() + 20
        while not address.exists():
            assert server.poll() is None
            assert time.monotonic() < end
        yield {**own, "PULSE_SERVER": f"unix:{address}"}
        server.terminate()


def test_without_devices_the_sound_is_consumed_and_the_camera_is_missed(tmp_path: Path) -> None:
    told = looked({**os.environ, "PULSE_SERVER": "unix:/nonexistent", "XDG_RUNTIME_DIR": str(tmp_path)}, 1.5)
    assert told["told"] == [0, "There is no camera."]
    assert told["asked_s"] == pytest.approx(1.5, abs=0.7)
    assert told["heard_s"] == 0


def test_the_null_sink_plays_the_tone_and_its_microphone_hears_it(tmp_path: Path) -> None:
    with pulse(tmp_path) as env:
        told = looked(env, 6.0)
    assert told["told"][0] == 2
    assert told["hz"] == pytest.approx(440, abs=2)
    assert told["asked_s"] <= told["took_s"] + 2.5  # the null sink takes 2 s at once when it begins
    assert told["heard_s"] > 1


def form(kind: QAudioFormat.SampleFormat, rate: int, channels: int) -> QAudioFormat:
    made = QAudioFormat()
    made.setSampleFormat(kind)
    made.setSampleRate(rate)
    made.setChannelCount(channels)
    return made


@pytest.mark.parametrize(
    ("kind", "rate", "channels"),
    [
        (QAudioFormat.SampleFormat.Int16, 48_000, 1),
        (QAudioFormat.SampleFormat.Float, 44_100, 2),
        (QAudioFormat.SampleFormat.Int32, 16_000, 1),
    ],
)
def test_a_devices_own_format_goes_there_and_back(kind: QAudioFormat.SampleFormat, rate: int, channels: int) -> None:
    converter = Converter(form(kind, rate, channels))
    t = np.arange(48_000) / 48_000
    sound = (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)
    there = b"".join(converter.from_ours(sound[n : n + 480]) for n in range(0, len(sound), 480))
    bytes_each = 2 if kind == QAudioFormat.SampleFormat.Int16 else 4
    assert len(there) / (rate * channels * bytes_each) == pytest.approx(1.0, abs=0.02)
    back = converter.to_ours(there)
    line = np.abs(np.fft.rfft(back[1000:25_000].astype(float) * np.hanning(24_000)))
    assert int(line.argmax()) * 2 == 440
    assert np.abs(back).max() == pytest.approx(8000, rel=0.05)


@pytest.mark.parametrize("pixels", ["Format_NV12", "Format_YUV420P", "Format_YUYV", "Format_BGRA8888", "Format_RGBX8888"])
def test_a_cameras_picture_is_read_as_it_lies(pixels: str) -> None:
    frame = QVideoFrame(QVideoFrameFormat(QSize(66, 34), getattr(QVideoFrameFormat.PixelFormat, pixels)))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    for plane in range(frame.planeCount()):
        np.frombuffer(frame.bits(plane), np.uint8)[:] = 128
    frame.unmap()
    picture = picture_of(frame)
    assert picture is not None
    assert (picture.width, picture.height) == (66, 34)
    rgb = picture.to_ndarray(format="rgb24")
    assert rgb.min() >= 120
    assert rgb.max() <= 140
