"""Saving the untouched original of an image: asked where to once, written when it is here, told of where it may not or cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.reading.original import COMES, SAVED, TITLE, OriginalSaver
from tests.app.reading.room_bench import CTRL, Bench, set_up
from tests.doubles.demo_case import DemoCase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from record.trouble import Trouble

ASKED = "app.reading.original.ask_file"
FILE = b"\0" * 128 + b"DICM and the rest"


@pytest.fixture(scope="module")
def chest() -> DemoCase:
    return DemoCase("ct-chest", most=3)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, chest: DemoCase) -> Iterator[Bench]:
    chest.originals, chest.wished, chest.taken_out, chest.places = {}, [], [], {}
    yield from set_up(qtbot, qapp, chest)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, str]]:
    """The titles and names with which a place was asked for; the person takes them."""
    found: list[tuple[str, str]] = []

    def choose(_parent: object, title: str, name: str, _kinds: str) -> Path:
        found.append((title, name))
        return tmp_path / name

    monkeypatch.setattr(ASKED, choose)
    return found


@pytest.fixture
def said(bench: Bench) -> list[str]:
    heard: list[str] = []
    bench.room.foot_text.connect(heard.append)
    return heard


@pytest.fixture
def troubles(bench: Bench) -> list[Trouble]:
    heard: list[Trouble] = []
    bench.room.trouble.connect(heard.append)
    return heard


def shown(bench: Bench) -> str:
    now = bench.viewport.current()
    assert now is not None
    return now[0].sop_instance_uid


def save(bench: Bench) -> None:
    QTest.keyClick(bench.viewport, Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)


def test_an_original_that_is_here_is_saved_at_once(bench: Bench, asked: list[tuple[str, str]], said: list[str], tmp_path: Path) -> None:
    bench.case.originals[shown(bench)] = FILE
    save(bench)
    bench.wait(lambda: SAVED in said)
    assert (tmp_path / "original.dcm").read_bytes() == FILE
    assert asked == [(TITLE, "original.dcm")]
    assert "leaves the encrypted vault" in TITLE
    assert bench.case.taken_out == [shown(bench)]
    bench.room.originals_arrived(bench.case.id)
    bench.room.presenter.originals._jobs.finish()
    assert len(bench.case.taken_out) == 1


@pytest.mark.usefixtures("asked")
def test_one_that_is_not_here_is_wished_for_and_saved_when_it_comes(bench: Bench, said: list[str], tmp_path: Path) -> None:
    uid = shown(bench)
    save(bench)
    bench.wait(lambda: COMES in said)
    assert "as soon as the hospital is reached" in COMES
    assert bench.case.wished == [uid]
    assert not list(tmp_path.glob("*.dcm"))
    bench.case.originals[uid] = FILE
    bench.room.originals_arrived("another case")
    bench.room.originals_arrived(bench.case.id)
    bench.wait(lambda: SAVED in said)
    assert (tmp_path / "original.dcm").read_bytes() == FILE
    assert bench.case.taken_out == [uid]


@pytest.mark.usefixtures("asked")
def test_a_lock_between_wish_and_arrival_loses_nothing(qtbot: QtBot, bench: Bench, said: list[str], tmp_path: Path) -> None:
    uid = shown(bench)
    save(bench)
    bench.wait(lambda: COMES in said)
    bench.room.presenter.originals.close()  # the desk locks
    bench.case.originals[uid] = FILE  # it comes while nobody is there
    heard: list[str] = []
    unlocked = OriginalSaver(bench.room, bench.case, heard.append, lambda trouble: heard.append(trouble.what_happened))
    unlocked.begin()
    qtbot.waitUntil(lambda: SAVED in heard)
    assert (tmp_path / "original.dcm").read_bytes() == FILE
    assert bench.case.places == {}
    unlocked.begin()
    unlocked._jobs.finish()
    assert bench.case.taken_out == [uid]
    unlocked.close()


@pytest.mark.usefixtures("asked")
def test_what_has_not_come_yet_waits_on_in_silence(qtbot: QtBot, bench: Bench, said: list[str]) -> None:
    save(bench)
    bench.wait(lambda: COMES in said)
    heard: list[object] = []
    unlocked = OriginalSaver(bench.room, bench.case, heard.append, heard.append)
    unlocked.begin()
    qtbot.waitUntil(lambda: len(bench.case.wished) == 2)  # the wish is put again
    unlocked._jobs.finish()
    assert heard == []
    assert list(bench.case.places) == [shown(bench)]
    unlocked.close()


def test_who_chooses_no_place_asks_for_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ASKED, lambda *_: None)
    save(bench)
    bench.room.presenter.originals._jobs.finish()
    assert bench.case.wished == []


def test_a_place_that_cannot_be_written_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, troubles: list[Trouble], tmp_path: Path
) -> None:
    bench.case.originals[shown(bench)] = FILE
    monkeypatch.setattr(ASKED, lambda *_: tmp_path / "nowhere" / "x.dcm")
    save(bench)
    bench.wait(lambda: bool(troubles))
    assert troubles[0].what_happened == "The original image cannot be saved there."
    assert str(tmp_path) not in str(troubles[0].as_dict())
    assert bench.case.places == {}  # the person knows, and asks anew


def test_an_empty_viewport_has_no_original(bench: Bench, asked: list[tuple[str, str]], troubles: list[Trouble]) -> None:
    bench.viewport.clear("", "")
    save(bench)
    assert [one.what_happened for one in troubles] == ["There is no image here."]
    assert asked == []
