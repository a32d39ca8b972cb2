"""The worklist as a Qt model, its filter and its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from app.worklist.model import Column, Role, WorklistFilter, WorklistModel
from tests.doubles.shelf import rows

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)


@pytest.fixture
def model(qtbot: QtBot) -> WorklistModel:
    made = WorklistModel()
    made.put(rows(NOW))
    return made


def _names(shown: WorklistFilter) -> list[str]:
    return [shown.index(at, 0).data(Role.ROW).person for at in range(shown.rowCount())]


def test_the_model_keeps_qts_rules(model: WorklistModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt has no types here


def test_the_filter_keeps_qts_rules(model: WorklistModel, qtmodeltester: ModelTester) -> None:
    shown = WorklistFilter(model)
    shown.look_for("ct")
    qtmodeltester.check(shown)  # type: ignore[no-untyped-call]  # likewise


def test_words_are_found_in_any_order_and_case(model: WorklistModel) -> None:
    shown = WorklistFilter(model)
    shown.look_for("UPPSALA okaf")
    assert _names(shown) == ["Okafor, Ngozi"]
    shown.look_for("4471-01")
    assert len(_names(shown)) == 3
    shown.look_for("nobody")
    assert _names(shown) == []
    shown.look_for("")
    assert len(_names(shown)) == 6


def test_due_sorts_by_time_and_puts_delivered_cases_last(model: WorklistModel) -> None:
    shown = WorklistFilter(model)
    shown.sort(Column.DUE, Qt.SortOrder.AscendingOrder)
    assert _names(shown) == ["Okafor, Ngozi", "Marchetti, Paolo", "Haddad, Samira", "Lund, Erik", "Girl of 8", "Nwosu, Daniel"]
    shown.sort(Column.PATIENT, Qt.SortOrder.DescendingOrder)
    assert _names(shown)[0] == "Okafor, Ngozi"
    assert _names(shown)[-1] == "Girl of 8"


def test_a_changed_row_is_told_alone(model: WorklistModel, qtbot: QtBot) -> None:
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    new = rows(NOW)
    new[2] = replace(new[2], asked="Another question")
    model.put(new)
    assert told == [(2, 2)]
    assert model.index(2, Column.ASKED).data() == "Another question, Breast · Dr L. Romero, Valencia"


def test_every_cell_can_be_read_aloud(model: WorklistModel) -> None:
    for row in range(model.rowCount()):
        for column in Column:
            assert model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
