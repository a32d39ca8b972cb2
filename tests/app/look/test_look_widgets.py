"""The widgets that every room is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from app.look import theme
from app.look.buttons import Button
from app.look.choice import Tick
from app.look.fields import Field
from app.look.flow import Flow, Pile
from app.look.icons import PATHS, draw_icon, program_icon
from app.look.scroll import ContentScroll
from app.look.sentence import Sentence
from app.look.sheet import Sheet, TroublePanel
from app.look.words import CutWords, Words
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    theme.apply(qapp)


def _shown(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.addWidget(widget)
    widget.show()


def test_words_from_outside_are_shown_letter_by_letter(qtbot: QtBot) -> None:
    for wrap in (False, True):
        words = Words("<img src=x> & <b>Okafor</b>", wrap=wrap)
        qtbot.addWidget(words)
        assert words.text() == "<img src=x> & <b>Okafor</b>"
    assert "<img" not in super(Words, words).text()


def test_the_bundled_font_is_used() -> None:
    assert theme.font().family() == "Inter"


def test_a_sentence_is_read_aloud_without_its_stars(qtbot: QtBot) -> None:
    sentence = Sentence("up to date at **14:32**")
    qtbot.addWidget(sentence)
    assert sentence.accessibleName() == sentence.told() == "up to date at 14:32"


def test_a_click_on_a_button_never_takes_the_caret(qtbot: QtBot) -> None:
    window = QWidget()
    field, button = Field("f", "Field"), Button("Do", "go", key="K")
    for widget in (field, button):
        widget.setParent(window)
    button.move(0, 60)
    _shown(window, qtbot)
    field.setFocus()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.focusWidget() is field


def test_the_object_name_of_a_button_comes_from_its_words(qtbot: QtBot) -> None:
    button = Button("Review and sign")
    qtbot.addWidget(button)
    assert (button.objectName(), button.accessibleName()) == ("button-review-and-sign", "Review and sign")


@pytest.mark.parametrize("name", PATHS)
def test_every_icon_draws_something(name: str) -> None:
    picture = QImage(24, 24, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_icon(painter, name, QRect(0, 0, 24, 24).toRectF(), theme.colour("text"))
    painter.end()
    assert any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_the_program_has_an_icon() -> None:
    assert not program_icon().isNull()


def test_a_flow_goes_on_below_where_the_width_ends(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(holder, spacing=8)
    for _ in range(4):
        box = QWidget()
        box.setFixedSize(84, 100)
        flow.addWidget(box)
    assert flow.heightForWidth(4 * 84 + 3 * 8) == 100
    assert flow.heightForWidth(4 * 84 + 3 * 8 - 1) == 208


def test_a_pile_gives_each_item_the_height_that_it_asks(qtbot: QtBot) -> None:
    holder = QWidget()
    pile = Pile(holder, spacing=10)
    words = [Words("word " * 60, wrap=True) for _ in range(3)]
    for each in words:
        pile.addWidget(each)
    holder.resize(300, pile.heightForWidth(300))
    _shown(holder, qtbot)
    assert [each.height() for each in words] == [each.heightForWidth(300) for each in words]


def test_a_scroll_area_is_as_high_as_its_content_up_to_its_limit(qtbot: QtBot) -> None:
    inner = QWidget()
    Pile(inner).addWidget(Words("word " * 400, wrap=True))
    scroll = ContentScroll(inner, limit=120)
    _shown(scroll, qtbot)
    assert scroll.sizeHint().height() == 120


def test_space_ticks_and_the_box_has_a_name(qtbot: QtBot) -> None:
    tick = Tick("", name="t", says="Lock with the screen")
    _shown(tick, qtbot)
    QTest.keyClick(tick, Qt.Key.Key_Space)
    assert tick.isChecked()
    assert tick.accessibleName() == "Lock with the screen"


def test_a_sheet_closes_by_a_press_beside_it_unless_it_stays(qtbot: QtBot) -> None:
    window = QWidget()
    window.resize(900, 700)
    _shown(window, qtbot)
    sheet = Sheet(window, "Title", name="sheet")
    sheet.open()
    with qtbot.waitSignal(sheet.closed):
        QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    stays = Sheet(window, "Title", name="sheet", stays=True)
    stays.open()
    QTest.mouseClick(stays, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    QTest.keyClick(stays, Qt.Key.Key_Escape)
    assert stays.isVisible()
    stays.close_sheet()


def test_details_are_for_it_and_come_when_asked(qtbot: QtBot) -> None:
    panel = TroublePanel(Trouble("The disk is full.", "Make room.", "ENOSPC", Kind.STORAGE))
    _shown(panel, qtbot)
    assert not panel._details.isVisible()
    button = panel.findChild(Button, "trouble-details")
    assert button is not None
    button.click()
    assert panel._details.isVisible()
    assert panel._details.toPlainText() == "storage: ENOSPC"


def test_a_trouble_without_details_offers_none(qtbot: QtBot) -> None:
    panel = TroublePanel(Trouble("a", "b"))
    qtbot.addWidget(panel)
    assert panel.findChild(Button, "trouble-details") is None


def test_words_that_give_way_keep_the_whole_in_their_tip(qtbot: QtBot) -> None:
    words = CutWords("Wolfeschlegelsteinhausenbergerdorff, Hubert", "title", least=8)
    _shown(words, qtbot)
    words.resize(words.sizeHint())
    assert QLabel.text(words) == words.text()
    assert words.toolTip() == ""
    words.resize(words.sizeHint().width() // 2, 20)
    assert QLabel.text(words).endswith("…")
    assert words.toolTip() == words.text() == words.accessibleName()
    words.resize(words.fontMetrics().averageCharWidth() * 2, 20)
    assert QLabel.text(words) == ""
