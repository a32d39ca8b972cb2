"""How a row of the worklist is drawn: two lines, tags, a dot with a word, a bar, acts as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.look.marks import DOT, draw_bar, draw_dot, draw_tag, tag_size
from app.look.theme import colour, current, font
from app.worklist.model import Column, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QAbstractItemModel, QObject
    from PySide6.QtGui import QFont

    from app.worklist.row import Act, Row

PAD = 12
ACT_WORDS: dict[str, str] = {"accept": "Accept", "decline": "Not me", "pause": "Pause", "resume": "Go on", "give_back": "Give back"}
_BETWEEN = "  ·  "


def acts_in_row(row: Row) -> tuple[Act, ...]:
    """The acts that stand in the row itself: those of an offered case."""
    return row.acts if "accept" in row.acts else ()


class RowDelegate(QStyledItemDelegate):
    """Draws the cells of a row; `act_chosen(case_id, act)` when a word of an offered row is pressed."""

    act_chosen = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.under_pointer = -1  # the row under the pointer, kept by the table

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802  Qt's name
        """Every row is equally high."""
        del option, index
        return QSize(80, current().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Ground, then the column's own drawing."""
        row: Row = index.data(Role.ROW)
        column = Column(index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(_state(option) & QStyle.StateFlag.State_Selected)
        _draw_ground(painter, option, column, selected=selected, over=index.row() == self.under_pointer)
        box = QRectF(_rect(option)).adjusted(PAD, 0, -PAD, 0)
        if column == Column.PATIENT:
            _draw_two(painter, box, row.person, row.identity, "quiet" if row.done else "text")
        elif column == Column.ASKED:
            _draw_two(painter, box, row.asked, row.by, "quiet" if row.done else "text", lines=2)
        elif column == Column.IMAGES:
            _draw_tags(painter, box, row.tags, ground="lifted" if selected else "raised")
        elif column == Column.DUE:
            talk = row.talk
            if talk is None:
                _draw_two(painter, box, row.due.words, "", row.due.level)
            else:
                _draw_two(painter, box, row.due.words, talk.words, row.due.level, second_level=talk.level)
        else:
            _draw_on_desk(painter, box, row)
        painter.restore()

    def editorEvent(  # noqa: N802  Qt's name
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        """A press on a word of an offered row."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent) and index.column() == Column.ON_DESK:
            row: Row = index.data(Role.ROW)
            box = QRectF(_rect(option)).adjusted(PAD, 0, -PAD, 0)
            for act, where in _act_boxes(box, row):
                if where.contains(event.position()):
                    self.act_chosen.emit(row.case_id, act)
                    return True
        return bool(super().editorEvent(event, model, option, index))


def _rect(option: QStyleOptionViewItem) -> QRectF:
    return QRectF(option.rect)


def _state(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    state: QStyle.StateFlag = option.state
    return state


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem, column: Column, *, selected: bool, over: bool) -> None:
    if not (selected or over):
        return
    box, radius = _rect(option), current().radius_row
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    if column in (Column.PATIENT, Column.ON_DESK):  # one end is round, the other meets its neighbour
        path.addRoundedRect(box, radius, radius)
        path.addRect(box.adjusted(radius, 0, 0, 0) if column == Column.PATIENT else box.adjusted(0, 0, -radius, 0))
    else:
        path.addRect(box)
    painter.fillPath(path, colour("raised" if selected else "surface"))
    focused = bool(_state(option) & QStyle.StateFlag.State_Active)
    if selected and focused and column == Column.PATIENT and option.widget.hasFocus():
        bar = QRectF(box.left(), box.top() + radius, 3, box.height() - 2 * radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(bar, 1.5, 1.5)


def _lines(text: str, face: QFont, width: float, limit: int) -> list[str]:
    """The text in at most `limit` lines, the last one shortened."""
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append((line.textStart(), line.textLength()))
    layout.endLayout()
    kept = [text[start : start + length].strip() for start, length in starts[:limit]]
    if len(starts) > limit:
        kept[-1] = text[starts[limit - 1][0] :]
    return [QFontMetricsF(face).elidedText(line, Qt.TextElideMode.ElideRight, width) for line in kept]


def _draw_two(painter: QPainter, box: QRectF, first: str, second: str, level: str, *, lines: int = 1, second_level: str = "quiet") -> None:
    """A line (or two) of words and a quiet second line, together in the middle of the box."""
    face, small = font("size_text"), font("size_second")
    words = _lines(first, face, box.width(), lines)
    high, low = QFontMetricsF(face).height() + 3, QFontMetricsF(small).height() + 1
    top = box.center().y() - (high * len(words) + (low if second else 0)) / 2
    painter.setFont(face)
    painter.setPen(colour(level))
    for word in words:
        painter.drawText(QRectF(box.left(), top, box.width(), high), Qt.AlignmentFlag.AlignVCenter, word)
        top += high
    if second:
        _draw_second(painter, QRectF(box.left(), top, box.width(), low), second, second_level)


def _draw_second(painter: QPainter, box: QRectF, words: str, level: str = "quiet") -> None:
    small = font("size_second")
    painter.setFont(small)
    painter.setPen(colour(level))
    shown = QFontMetricsF(small).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


def _draw_tags(painter: QPainter, box: QRectF, tags: tuple[str, ...], *, ground: str) -> None:
    rows: list[list[tuple[str, QSize]]] = [[]]
    used = 0.0
    for tag in tags:
        size = tag_size(tag)
        if rows[-1] and used + size.width() > box.width():
            rows.append([])
            used = 0.0
        rows[-1].append((tag, size))
        used += size.width() + 4
    height = tag_size("CT").height()
    top = round(box.center().y() - (len(rows) * (height + 4) - 4) / 2)
    for line in rows:
        left = box.left()
        for tag, size in line:
            draw_tag(painter, QRectF(left, top, size.width(), height), tag, ground=ground)
            left += size.width() + 4
        top += height + 4


def _draw_on_desk(painter: QPainter, box: QRectF, row: Row) -> None:
    on_desk = row.on_desk
    face = font("size_text")
    high, low = QFontMetricsF(face).height() + 3, QFontMetricsF(font("size_second")).height() + 1
    below = low if on_desk.more or acts_in_row(row) else 8 if on_desk.progress is not None else 0
    left = box.left() + (DOT + 7 if on_desk.dot else 0)
    lines = _lines(on_desk.words, face, box.right() - left, 1 if acts_in_row(row) or on_desk.progress is not None else 2)
    top = box.center().y() - (high * len(lines) + below) / 2
    if on_desk.dot:
        draw_dot(painter, QRectF(box.left(), top + (high - DOT) / 2, DOT, DOT), on_desk.dot)
    painter.setFont(face)
    painter.setPen(colour(on_desk.level))
    for line in lines:
        painter.drawText(QRectF(left, top, box.right() - left, high), Qt.AlignmentFlag.AlignVCenter, line)
        top += high
    top -= high  # of the last line
    second = QRectF(box.left(), top + high, box.width(), low)
    if acts_in_row(row):
        _draw_acts(painter, box, row)
    elif on_desk.progress is not None:
        draw_bar(painter, QRectF(box.left(), top + high + 5, min(box.width(), 120), 3), on_desk.progress)
    elif on_desk.more:
        _draw_second(painter, second, on_desk.more)


def _act_boxes(box: QRectF, row: Row) -> Iterator[tuple[Act, QRectF]]:
    face, small = font("size_text"), QFontMetricsF(font("size_second"))
    high, low = QFontMetricsF(face).height() + 3, small.height() + 1
    top = box.center().y() - (high + low) / 2 + high
    left = box.left()
    for act in acts_in_row(row):
        width = small.horizontalAdvance(ACT_WORDS[act])
        yield act, QRectF(left, top, width, low)
        left += width + small.horizontalAdvance(_BETWEEN)


def _draw_acts(painter: QPainter, box: QRectF, row: Row) -> None:
    small = font("size_second")
    gap = QFontMetricsF(small).horizontalAdvance(_BETWEEN)
    painter.setFont(small)
    painter.setPen(colour("accent"))
    for number, (act, where) in enumerate(_act_boxes(box, row)):
        if number:
            painter.drawText(QPointF(where.left() - gap, where.top() + QFontMetricsF(small).ascent()), _BETWEEN)
        painter.drawText(where, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip, ACT_WORDS[act])
