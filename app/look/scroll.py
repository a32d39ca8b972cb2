"""A scroll area that is only as high as its content, and then scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class ContentScroll(QScrollArea):
    """As high as its content where there is room (up to `limit`, logical pixels), never wider than its place; takes no focus itself."""

    def __init__(self, inner: QWidget, *, limit: int = 100_000) -> None:
        super().__init__()
        self._inner, self._limit = inner, limit
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setWidget(inner)
        inner.installEventFilter(self)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The content's height at the present width."""
        layout = self._inner.layout()
        if layout is None:
            return QSize(200, min(self._inner.sizeHint().height(), self._limit))
        width = min(self.viewport().width(), self._inner.maximumWidth())
        wanted = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        return QSize(200, min(wanted, self._limit))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """It can become small."""
        return QSize(120, min(self.sizeHint().height(), 48))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Follows the content."""
        if watched is self._inner and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show):
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def follow_focus(self, widget: QWidget) -> None:
        """Scrolls so that a widget inside is seen."""
        self.ensureWidgetVisible(widget, 0, 24)
