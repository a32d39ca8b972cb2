"""Icons as strokes on a square of 24, drawn in whatever colour the words beside them have."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.look.theme import colour, current

PATHS: dict[str, str] = {
    "list": '<path d="M4 6h16M4 12h16M4 18h10"/>',
    "read": '<rect x="3.5" y="4" width="17" height="16" rx="2"/><path d="M12 4v16M3.5 12h17"/>',
    "pen": '<path d="M4 20l1-4L16.5 4.5a2 2 0 0 1 3 3L8 19z"/><path d="M14 7l3 3"/>',
    "gear": '<circle cx="12" cy="12" r="3.2"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1'
    'M16.3 7.7l2.1-2.1"/>',
    "help": '<circle cx="12" cy="12" r="8.5"/><path d="M9.6 9.4a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2 1-1.2 1.9M12 16.4v.1"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5 5"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "up": '<path d="M6 15l6-6 6 6"/>',
    "left": '<path d="M15 6l-6 6 6 6"/>',
    "right": '<path d="M9 6l6 6-6 6"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7"/>',
    "warn": '<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17.4v.1"/>',
    "page": '<path d="M6 3.5h8l4 4v13H6z"/><path d="M14 3.5v4h4M9 12h6M9 16h6"/>',
    "image": '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M4 17l5-5 4 4 3-3 4.5 4.5"/><circle cx="15.5" cy="9" r="1.3"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "remove": '<path d="M5 12h14"/>',
    "video": '<rect x="3" y="6.5" width="12" height="11" rx="2"/><path d="M15 11l6-3.5v9L15 13"/>',
    "microphone": '<rect x="9" y="3.5" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
    "screen": '<rect x="3.5" y="5" width="17" height="11.5" rx="2"/><path d="M9 20h6M12 16.5V20"/>',
    "mark": '<circle cx="12" cy="12" r="10.3"/><path d="M6.9 12.4l3.4 3.4 6.9-7.7"/>',
}
_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" fill="none" stroke-linecap="round" stroke-linejoin="round">'
    '<circle cx="14" cy="14" r="12" stroke="{ring}" stroke-width="2.2"/>'
    '<path d="M8 14.5l4 4 8-9" stroke="{tick}" stroke-width="2.4"/></svg>'
)
_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" stroke-width="{width}" '
    'stroke-linecap="round" stroke-linejoin="round">{path}</svg>'
)


@lru_cache(maxsize=128)
def _renderer(name: str, colour_name: str, width: float) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_FRAME.format(colour=colour_name, width=width, path=PATHS[name]).encode()))


def draw_icon(painter: QPainter, name: str, box: QRectF, ink: QColor, width: float = 1.6) -> None:
    """Draws an icon into a box, logical pixels."""
    _renderer(name, ink.name(), width).render(painter, box)


def pixmap(name: str, ink: QColor, side: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture of `side` logical pixels at a device pixel ratio."""
    made = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw_icon(painter, name, QRectF(0, 0, side, side), ink)
    painter.end()
    return made


def icon(name: str, role: str = "quiet") -> QIcon:
    """An icon for Qt's own widgets, in a token's colour, sharp up to three device pixels for one."""
    made = QIcon()
    for ratio in (1.0, 2.0, 3.0):
        made.addPixmap(pixmap(name, colour(role), current().icon, ratio))
    return made


def program_icon() -> QIcon:
    """The program's mark for the window and the task bar."""
    made = QIcon()
    for side in (16, 32, 48, 128, 256):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        draw_mark(painter, QRectF(0, 0, side, side))
        painter.end()
        made.addPixmap(picture)
    return made


def draw_mark(painter: QPainter, box: QRectF) -> None:
    """The program's mark: a ring in the accent, a tick in the colour of words."""
    path = _MARK.format(ring=colour("accent").name(), tick=colour("text").name())
    QSvgRenderer(QByteArray(path.encode())).render(painter, box)
