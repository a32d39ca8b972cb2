"""The text beside the images: it is there also where the case is looked at again while the text is being read."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.app.reading.room_bench import LIMIT, set_up
from tests.doubles.demo_case import DemoCase

if TYPE_CHECKING:
    import pytest
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from app.opinion.kept import Kept


def test_the_text_comes_though_the_case_was_looked_at_again_meanwhile(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = DemoCase("chest-radiographs")
    go_on, asked, read = threading.Event(), threading.Event(), case.kept

    def slow(case_id: str) -> Kept:
        asked.set()
        go_on.wait(10)
        return read(case_id)

    with contextmanager(set_up)(qtbot, qapp, case) as bench:
        presenter = bench.room.presenter
        presenter._let_go()
        bench.texts.close()
        monkeypatch.setattr(case, "kept", slow)
        presenter.enter(case.id)
        bench.wait(asked.is_set)
        before = presenter._ready
        case.version += 1
        bench.room.refresh(case.id)
        bench.wait(lambda: presenter._ready is not before)
        go_on.set()
        bench.bot.waitUntil(lambda: bench.room.panel.editor.field("findings") is not None, timeout=LIMIT)


def test_the_seldom_parts_of_the_opinion_unfold_in_the_panel(qtbot: QtBot, qapp: QApplication) -> None:
    case = DemoCase("chest-radiographs")
    with contextmanager(set_up)(qtbot, qapp, case) as bench:
        editor = bench.room.panel.editor
        limits, more = editor.field("limits"), editor.findChild(QPushButton, "reading-more")
        assert limits is not None
        assert isinstance(more, QPushButton)
        assert not limits.isVisibleTo(editor)
        bench.wait(lambda: bench.field("verdicts/0").isVisibleTo(editor))  # a new field is shown with the next turn of the loop
        more.click()
        assert limits.isVisibleTo(editor)
        assert not more.isVisibleTo(editor)
        QTest.keyClicks(limits, "only one view")
        presenter = bench.room.presenter
        presenter._let_go()
        presenter.enter(case.id)
        bench.wait(lambda: editor.field("limits") is not None)
        again, history = editor.field("limits"), editor.field("history")
        assert again is not None
        assert history is not None
        assert again.toPlainText() == "only one view"
        assert again.isVisibleTo(editor), "what holds words is never folded away"
