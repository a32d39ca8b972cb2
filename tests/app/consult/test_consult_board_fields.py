"""The board's texts: shared between desks, never written over under a hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.consult.board import MOST, BoardFields
from app.opinion.fields import TextField
from sync.protocol.consult import BoardTexts, Joint

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.app.consult.consult_bench import Bench


def _field(board: BoardFields, name: str) -> TextField:
    found = board.findChild(TextField, f"consult-{name}")
    assert found is not None
    return found


def test_only_what_changed_here_is_said(qtbot: QtBot) -> None:
    board = BoardFields()
    qtbot.addWidget(board)
    assert board.changes() is None
    board.follow(BoardTexts(agenda="resect?"))
    assert board.changes() is None, "what the room said is no change of ours"
    _field(board, "dissent").setPlainText("one would watch" + "." * MOST)
    assert board.changes() == Joint(dissent=("one would watch" + "." * MOST)[:MOST])


def test_the_others_words_come_and_ones_own_stay_until_they_are_there(qtbot: QtBot) -> None:
    board = BoardFields()
    qtbot.addWidget(board)
    _field(board, "agenda").setPlainText("mine")
    board.follow(BoardTexts(agenda="", recommendation="theirs"))
    assert _field(board, "agenda").toPlainText() == "mine"
    assert _field(board, "recommendation").toPlainText() == "theirs"
    board.follow(BoardTexts(agenda="mine", recommendation="theirs"))
    assert board.changes() is None
    board.follow(BoardTexts(agenda="mine", recommendation=""))
    assert _field(board, "recommendation").toPlainText() == "", "what another took away is gone here"


def test_a_desk_that_comes_back_finds_what_was_written(bench: Bench) -> None:
    bench.room.state = bench.room.state.model_copy(update={"board": BoardTexts(agenda="resect or watch")})
    bench.patient_comes()
    board = bench.find("consult-board")
    assert isinstance(board, BoardFields)
    bench.wait(lambda: _field(board, "agenda").toPlainText() == "resect or watch")
    assert board.isVisible(), "it is seen although no second physician is here"
    _field(board, "dissent").setPlainText("one would resect")
    bench.wait(lambda: bench.room.state.board.dissent == "one would resect")
    assert bench.room.state.board.agenda == "resect or watch"
