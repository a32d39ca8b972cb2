"""The machine's devices by Qt Multimedia: each of the sounds on a thread of its own, the camera on the main thread.

What Qt does that one would not think of: a device may be null and `start` then gives None; a device that went away says Stopped without an
error and may still be listed; a sink that Qt asks (pull) is asked on the thread of a window, so ours is written to (push); a QIODevice in
Python must never be given to a source, its own is read. That there is no device is a normal state: the loudspeaker's clock then runs on
with nobody listening, so that every track is consumed.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, QCoreApplication, QIODevice, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioFormat,
    QAudioSink,
    QAudioSource,
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaDevices,
    QtAudio,
    QVideoFrame,
    QVideoSink,
)

from app.consult.media.opus import RATE
from app.consult.media.permissions import with_permission
from app.consult.media.qt_formats import Converter, format_of, picture_of
from app.consult.session import Device, Devices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.consult.media.equipment import Uses
    from app.consult.media.permissions import Permitted
    from app.consult.session import DeviceKind

TICK_MS, BLOCK = 5, RATE // 100
AHEAD_MS, BUFFER_MS = 40, 80  # how much sound lies in the sink, and how much may
MOST_SIZE, MOST_RATE = (1280, 720), 30.0
AnyDevice = TypeVar("AnyDevice", QAudioDevice, QCameraDevice, QAudioDevice | QCameraDevice)
SOUND_KINDS: tuple[DeviceKind, ...] = ("microphone", "loudspeaker")


class QtEquipment:
    """Fulfils `app.consult.media.equipment.Equipment`."""

    clean = True

    def __init__(self) -> None:
        self._asks: _Asks | None = None
        self._ready = threading.Event()

    def run(self, uses: Uses, ready: Callable[[], None]) -> None:
        """Works until `quit`; the main thread's event loop is Qt's."""
        application = QCoreApplication.instance() or QCoreApplication(["overread-media"])
        self._asks = asks = _Asks(uses)
        QTimer.singleShot(0, ready)
        application.exec()
        asks.free()

    def camera(self, on: bool) -> None:
        """The camera."""
        if self._asks is not None:
            self._asks.camera_asked.emit(on)

    def use(self, kind: DeviceKind, device: str) -> None:
        """Another device."""
        if self._asks is not None:
            self._asks.device_asked.emit(kind, device)

    def quit(self) -> None:
        """Frees everything; `run` returns."""
        if self._asks is not None:
            self._asks.end_asked.emit()


class _Asks(QObject):
    """What other threads ask, done on the main thread."""

    camera_asked = Signal(bool)
    device_asked = Signal(str, str)
    end_asked = Signal()

    def __init__(self, uses: Uses) -> None:
        super().__init__()
        self._uses = uses
        self._chosen: dict[str, str] = {}
        self._camera: _Camera | None = None
        self._camera_on = False
        self._sounds: dict[DeviceKind, _SoundThread] = {}
        self._devices = QMediaDevices()  # kept: the signals come from it
        for signal in (self._devices.audioInputsChanged, self._devices.audioOutputsChanged, self._devices.videoInputsChanged):
            signal.connect(self._changed)
        queued = Qt.ConnectionType.QueuedConnection
        self.camera_asked.connect(self._switch_camera, queued)
        self.device_asked.connect(self._use, queued)
        self.end_asked.connect(QCoreApplication.quit, queued)
        self._allowed: set[Permitted] = set()
        self._start_sound("loudspeaker")
        self._with("microphone", lambda: self._start_sound("microphone"))
        self._tell()

    def _with(self, kind: Permitted, use: Callable[[], None]) -> None:
        """Uses a device as soon as the system allows it."""
        if kind in self._allowed:
            use()
            return

        def allowed() -> None:
            self._allowed.add(kind)
            use()
            if asked:
                self._tell()

        asked = False
        application = QCoreApplication.instance()
        assert application is not None
        with_permission(application, self, kind, allowed, self._uses.failed)
        asked = True  # what comes from now on is the person's answer

    def free(self) -> None:
        """Everything ends; returns when the devices are free."""
        self._switch_camera(False)
        for thread in self._sounds.values():
            thread.end()
        self._sounds.clear()

    def _start_sound(self, kind: DeviceKind) -> None:
        if kind in self._sounds:
            self._sounds.pop(kind).end()
        listed = QMediaDevices.audioInputs() if kind == "microphone" else QMediaDevices.audioOutputs()
        device = _picked(listed, self._chosen.get(kind, ""))
        thread: _SoundThread = (_Microphone if kind == "microphone" else _Loudspeaker)(device, self._uses)
        thread.lost.connect(self._changed, Qt.ConnectionType.QueuedConnection)
        self._sounds[kind] = thread
        thread.start(QThread.Priority.TimeCriticalPriority)

    def _switch_camera(self, on: bool) -> None:
        self._camera_on = on
        if self._camera is not None:
            self._camera.close()
            self._camera = None
        device = _picked(QMediaDevices.videoInputs(), self._chosen.get("camera", ""))
        if on and device is None:
            self._uses.failed("There is no camera.", "Connect one, or go on with sound alone.")
        elif on:
            self._with("camera", self._open_camera)

    def _open_camera(self) -> None:
        device = _picked(QMediaDevices.videoInputs(), self._chosen.get("camera", ""))
        if self._camera_on and self._camera is None and device is not None:
            self._camera = _Camera(device, self._uses)

    def _use(self, kind: DeviceKind, device: str) -> None:
        self._chosen[kind] = device
        if kind == "microphone":
            self._with("microphone", lambda: self._start_sound("microphone"))
        elif kind in SOUND_KINDS:
            self._start_sound(kind)
        elif self._camera_on:
            self._switch_camera(True)
        self._tell()

    def _changed(self) -> None:
        """Devices came or went: what lost its device takes another, what had none takes one."""
        for kind, thread in list(self._sounds.items()):
            wanted = _picked(_listed(kind), self._chosen.get(kind, ""))
            if thread.is_lost or _id(wanted) != _id(thread.device):
                self._start_sound(kind)
        if self._camera is not None and self._camera.id not in {_id(d) for d in QMediaDevices.videoInputs()}:
            self._switch_camera(True)
        self._tell()

    def _tell(self) -> None:
        used: dict[DeviceKind, str] = {kind: _id(thread.device) for kind, thread in self._sounds.items()}
        used["camera"] = _id(_picked(QMediaDevices.videoInputs(), self._chosen.get("camera", "")))
        kinds: tuple[DeviceKind, ...] = (*SOUND_KINDS, "camera")
        rows = [Device(kind, _id(d), d.description(), used=_id(d) == used.get(kind, "")) for kind in kinds for d in _listed(kind)]
        self._uses.devices(Devices(tuple(rows)))


class _SoundThread(QThread):
    """One direction of sound, with a loop of its own."""

    lost = Signal()

    def __init__(self, device: QAudioDevice | None, uses: Uses) -> None:
        super().__init__()
        self.device, self._uses = device, uses
        self.is_lost = False
        self._freed = False

    def end(self) -> None:
        """Returns when the device is free."""
        self.quit()
        self.wait()

    def run(self) -> None:
        """The thread's own work."""
        stop = self.open()
        self.exec()
        stop()

    def open(self) -> Callable[[], None]:
        """Opens the device; gives what frees it."""
        raise NotImplementedError

    def _lose(self) -> None:
        if not self.is_lost:
            self.is_lost = True
            self.lost.emit()


class _Microphone(_SoundThread):
    def open(self) -> Callable[[], None]:
        if self.device is None:
            return lambda: None
        form = format_of(self.device)
        converter = Converter(form)
        source = QAudioSource(self.device, form)
        source.setBufferSize(form.bytesForDuration(BUFFER_MS * 1000))
        device: QIODevice | None = source.start()
        if device is None:
            self._lose()
            return source.stop

        def take() -> None:
            data = bytes(device.readAll().data())
            if data:
                self._uses.hears(converter.to_ours(data))

        def state() -> None:
            if source.state() == QtAudio.State.StoppedState and not self._freed:
                self._lose()

        device.readyRead.connect(take)
        source.stateChanged.connect(state)

        def stop() -> None:
            self._freed = True
            source.stop()

        return stop


class _Loudspeaker(_SoundThread):
    def open(self) -> Callable[[], None]:
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        sink, device, converter = self._opened()
        begun, played = time.monotonic(), 0

        def fill_nobody() -> None:
            nonlocal played
            while played < (time.monotonic() - begun) * RATE:
                self._uses.plays(BLOCK)
                played += BLOCK

        def fill() -> None:
            if sink is None or device is None:
                fill_nobody()
                return
            if sink.state() == QtAudio.State.StoppedState:
                self._lose()
                fill_nobody()
                return
            form = sink.format()
            while form.durationForBytes(sink.bufferSize() - sink.bytesFree()) < AHEAD_MS * 1000:
                if device.write(QByteArray(converter.from_ours(self._uses.plays(BLOCK)))) <= 0:
                    return

        timer.timeout.connect(fill)
        timer.start(TICK_MS)
        self._uses.delay(AHEAD_MS + TICK_MS + 20)

        def stop() -> None:
            timer.stop()
            if sink is not None:
                sink.stop()

        return stop

    def _opened(self) -> tuple[QAudioSink | None, QIODevice | None, Converter]:
        if self.device is None:
            return None, None, Converter(QAudioFormat())
        form = format_of(self.device)
        sink = QAudioSink(self.device, form)
        sink.setBufferSize(form.bytesForDuration(BUFFER_MS * 1000))
        device = sink.start()
        return (sink, device, Converter(form)) if device is not None else (None, None, Converter(form))


class _Camera:
    """A camera at work; on the main thread."""

    def __init__(self, device: QCameraDevice, uses: Uses) -> None:
        self.id = _id(device)
        self._uses = uses
        self._camera = QCamera(device)
        chosen = best_format(device.videoFormats())
        if chosen is not None:
            self._camera.setCameraFormat(chosen)
        self._sink, self._session = QVideoSink(), QMediaCaptureSession()
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._seen)
        self._camera.errorOccurred.connect(self._failed)
        self._camera.start()

    def close(self) -> None:
        """Frees it."""
        self._sink.videoFrameChanged.disconnect(self._seen)
        self._camera.stop()
        self._session.deleteLater()

    def _seen(self, frame: QVideoFrame) -> None:
        picture = picture_of(frame)
        if picture is not None:
            self._uses.sees(picture)

    def _failed(self) -> None:
        self._uses.failed(
            "The camera cannot be used.", "Close other programs that use it, or allow it in the system's settings; sound goes on."
        )


def best_format(formats: Sequence[QCameraFormat]) -> QCameraFormat | None:
    """The largest picture of at most 1280 × 720, then the rate next to 30; None where the camera names none."""
    fitting = [f for f in formats if f.resolution().width() <= MOST_SIZE[0] and f.resolution().height() <= MOST_SIZE[1]]

    def worth(form: QCameraFormat) -> tuple[int, float]:
        return form.resolution().width() * form.resolution().height(), -abs(form.maxFrameRate() - MOST_RATE)

    return max(fitting, key=worth, default=None)


def _listed(kind: DeviceKind) -> Sequence[QAudioDevice | QCameraDevice]:
    lists: dict[DeviceKind, Callable[[], Sequence[QAudioDevice | QCameraDevice]]] = {
        "microphone": QMediaDevices.audioInputs,
        "loudspeaker": QMediaDevices.audioOutputs,
        "camera": QMediaDevices.videoInputs,
    }
    return lists[kind]()


def _picked(devices: Sequence[AnyDevice], wanted: str) -> AnyDevice | None:
    """The chosen one while it is there, else the system's default, else the first; None where there is none."""
    there = [d for d in devices if not d.isNull()]
    return next((d for d in there if _id(d) == wanted), None) or next((d for d in there if d.isDefault()), None) or next(iter(there), None)


def _id(device: QAudioDevice | QCameraDevice | None) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace") if device is not None else ""
