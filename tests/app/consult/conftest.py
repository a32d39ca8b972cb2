"""A desk with a room open, for the tests of the call's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.consult.consult_bench import Bench, bench_of
from tests.doubles.demo_case import DemoCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture(scope="module")
def chest() -> DemoCase:
    return DemoCase("ct-chest", most=6)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, chest: DemoCase) -> Iterator[Bench]:
    for made in bench_of(qtbot, qapp, chest):
        made.open_room()
        yield made
