"""The text beside the images: it is there also where the case is looked at again while the text is being read."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.app.reading.test_reading_room import LIMIT, _bench
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

    with contextmanager(_bench)(qtbot, qapp, case) as bench:
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
