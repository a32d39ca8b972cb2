"""A volume in a window of its own: turned by dragging, enlarged by the wheel; it says whose it is, and that it is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.screen.colours import DEFAULT_COLOURS
from viewer.screen.corner import person
from viewer.screen.gl_view import GLView
from viewer.screen.volume_scene import VolumeScene

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QShowEvent, QWheelEvent

    from viewer.load.series import SeriesData
    from viewer.screen.colours import ScreenColours
    from viewer.screen.volume_scene import Look

DEGREES_PER_PIXEL = 0.5
REST_MS = 250  # after this without a move the picture is drawn finely
SAYS = "Computed from the images. Look at the images themselves before you conclude; nothing is measured here."

NO_GL = "This computer offers no OpenGL 3.2, so the volume cannot be drawn. Look at the three planes instead (M)."


class _View(GLView):
    """The picture, with the hands on it. Signal: `turned()` the camera moved."""

    turned = Signal()

    def __init__(self, scene: VolumeScene, parent: QWidget) -> None:
        super().__init__(scene.renderer, parent)
        self._scene, self._at = scene, None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.hurry(False))
        self.setObjectName("volume")
        self.setAccessibleName("Volume, turned by the arrow keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 320)

    _at: QPointF | None

    def turn(self, right: float, down: float) -> None:
        """Turns by degrees and draws again."""
        self._scene.turn(right, down)
        self.hurry(True)
        self._rest.start()
        self.turned.emit()

    def _nearer(self, factor: float) -> None:
        self._scene.nearer(factor)
        self.hurry(True)
        self._rest.start()

    def stop(self) -> None:
        """No more pictures."""
        self._rest.stop()
        self.shutdown()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begins to turn."""
        self._at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Turns."""
        if self._at is not None:
            way = (event.position() - self._at) * DEGREES_PER_PIXEL
            self._at = event.position()
            self.turn(way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ends the turn."""
        del event
        self._at = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Larger and smaller."""
        self._nearer(1.1 ** (event.angleDelta().y() / 120))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Arrows turn, plus and minus enlarge."""
        ways = {Qt.Key.Key_Left: (-10, 0), Qt.Key.Key_Right: (10, 0), Qt.Key.Key_Up: (0, -10), Qt.Key.Key_Down: (0, 10)}
        sizes = {Qt.Key.Key_Plus: 1.1, Qt.Key.Key_Equal: 1.1, Qt.Key.Key_Minus: 1 / 1.1}
        key = Qt.Key(event.key())
        if key in ways:
            self.turn(*ways[key])
        elif key in sizes:
            self._nearer(sizes[key])
        else:
            event.ignore()


class VolumeWindow(QWidget):
    """The window. Its title names no patient; the two identifiers stand inside. Signal: `closed()`.

    Args:
        series: a volume (`is_volume`).
        values: its stored values [k, j, i]; kept alive by the window.
        colours: of the theme.
    """

    closed = Signal()

    def __init__(self, series: SeriesData, values: NDArray[Any], colours: ScreenColours = DEFAULT_COLOURS) -> None:
        super().__init__()
        assert series.xyz_mm_from_ijk is not None
        self.setObjectName("volume-window")
        self.setWindowTitle("Volume")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._colours = colours
        self._dress()
        header = series.header(0)
        ground = QColor(colours.ground)
        self._scene = VolumeScene(header, values, series.xyz_mm_from_ijk, (ground.redF(), ground.greenF(), ground.blueF()))
        self.view = _View(self._scene, self)
        self.view.turned.connect(self._say_letters)
        self._letters = [self._label("", colours.words) for _ in range(4)]
        self._build(f"{person(header.patient_name)}   {header.patient_id}   {series.label}")
        self._say_letters()
        self.resize(QSize(900, 940).boundedTo(self.screen().availableSize()))

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(self._colours.ground))
        self.setPalette(palette)
        self.setAutoFillBackground(True)

    def _build(self, whose: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        row = QHBoxLayout()
        row.addWidget(self._label(whose, self._colours.words), 1)
        for number, look in enumerate(self._scene.looks):
            row.addWidget(self._button(number, look))
        column.addLayout(row)
        left, right, top, bottom = self._letters
        middle = Qt.AlignmentFlag.AlignCenter
        grid = QGridLayout()
        grid.addWidget(top, 0, 1, middle)
        grid.addWidget(left, 1, 0, middle)
        grid.addWidget(self.view, 1, 1)
        grid.addWidget(right, 1, 2, middle)
        grid.addWidget(bottom, 2, 1, middle)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        for side in (0, 2):
            grid.setColumnMinimumWidth(side, 28)
        column.addLayout(grid, 1)
        self._says = self._label(SAYS, self._colours.faint)
        column.addWidget(self._says)

    def _button(self, number: int, look: Look) -> QPushButton:
        button = QPushButton(look.name)
        button.setObjectName(f"volume-look-{number + 1}")
        button.setAccessibleName(f"Show as {look.name}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setChecked(number == 0)
        colours = self._colours
        button.setStyleSheet(
            f"QPushButton {{ background: transparent; color: {colours.words}; border: 2px solid transparent;"
            f" border-radius: 6px; padding: 5px 12px; }} QPushButton:checked {{ background: {colours.surface}; color: {colours.text}; }}"
            f" QPushButton:focus {{ border-color: {colours.accent}; }}"
        )
        button.clicked.connect(lambda: self._take(look))
        return button

    def _label(self, words: str, colour: str) -> QLabel:
        made = QLabel(words)
        made.setTextFormat(Qt.TextFormat.PlainText)
        palette = made.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        made.setPalette(palette)
        return made

    def _take(self, look: Look) -> None:
        self._scene.look(look)
        self.view.update()

    def _say_letters(self) -> None:
        for label, letters in zip(self._letters, self._scene.letters(), strict=True):
            label.setText(letters)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The picture has the keys."""
        super().showEvent(event)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._check)

    def _check(self) -> None:
        """A volume needs OpenGL; where there is none, the window says so."""
        if not self.view.isValid():
            self._says.setText(NO_GL)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Lets go of VTK while all is still whole."""
        self.view.stop()
        self.closed.emit()
        super().closeEvent(event)
