"""Gives a grid the back end that suits this computer, once the room stands; a broken driver dies in a process of its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from viewer.screen.gl_probe import command, understood
from viewer.screen.raster import Raster
from viewer.screen.which_back_end import BY_PROCESSOR, Choice, Probe, after_failure, with_probe, without_probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from viewer.screen.back_end import BackEnd
    from viewer.screen.grid import ViewportGrid
    from viewer.screen.which_back_end import Asked

log = logging.getLogger(__name__)
LOOK_MS = 15_000  # a driver that takes longer is not trusted
LATER_MS = 1_500  # the room and its first image come first


class Graphics(QObject):
    """The choice in force. `chosen()`: it is another now.

    Args:
        grid: whose viewports draw by it.
        probe: the command of the probe's process.
    """

    chosen = Signal()

    def __init__(self, grid: ViewportGrid, parent: QObject | None = None, probe: Callable[[], list[str]] = command) -> None:
        super().__init__(parent)
        self.choice = Choice(False, BY_PROCESSOR)
        self._grid, self._probe = grid, probe
        self._asked: Asked = "automatic"
        self._process: QProcess | None = None
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._too_late)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look)

    def ask(self, asked: Asked, after_ms: int = LATER_MS) -> None:
        """Chooses anew, a little later."""
        self._asked = asked
        self._later.start(after_ms)

    def stop(self) -> None:
        """Ends what is under way; the choice stays."""
        self._later.stop()
        self._limit.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect()
            process.kill()
            process.waitForFinished(2000)

    def _look(self) -> None:
        self.stop()
        screen = self._grid.screen()
        size = screen.size() * screen.devicePixelRatio()
        choice = without_probe(self._asked, (size.width(), size.height()))
        if choice is not None:
            self._take(choice)
            return
        program, *arguments = self._probe()
        self._process = QProcess(self)
        self._process.finished.connect(self._found)
        self._process.errorOccurred.connect(self._not_started)
        self._process.start(program, arguments)
        self._limit.start(LOOK_MS)

    def _found(self, code: int) -> None:
        process, self._process = self._process, None
        self._limit.stop()
        if process is not None:
            self._take(with_probe(self._asked, understood(bytes(process.readAllStandardOutput().data()), code)))
            process.deleteLater()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.stop()
            self._take(with_probe(self._asked, Probe(trouble="the probe did not start")))

    def _too_late(self) -> None:
        self.stop()
        self._take(with_probe(self._asked, Probe(trouble="the probe took too long")))

    def _take(self, choice: Choice) -> None:
        """Draws by what was chosen; where the GPU fails at once, by the processor."""
        make: Callable[[], BackEnd] = Raster
        if choice.gpu:
            make, choice = self._by_gpu(choice)
        if choice.gpu or self.choice.gpu:
            self._grid.draw_by(make)
        if choice != self.choice:
            self.choice = choice
            log.info("images are drawn by the %s", "GPU" if choice.gpu else "processor")
            self.chosen.emit()

    def _by_gpu(self, choice: Choice) -> tuple[Callable[[], BackEnd], Choice]:
        from viewer.screen.gl_device import GlDevice, GlLost  # noqa: PLC0415  late import: only where a GPU draws
        from viewer.screen.gl_raster import GlRaster  # noqa: PLC0415  likewise

        try:
            device = GlDevice()
        except GlLost as lost:
            return Raster, after_failure(str(lost))
        return lambda: GlRaster(device, self._lost), choice

    def _lost(self, why: str) -> None:
        """The GPU failed while it drew; that viewport has gone on by the processor already, the others follow."""
        if self.choice.gpu:
            QTimer.singleShot(0, self, lambda: self._take(after_failure(why)))
