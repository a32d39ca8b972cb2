"""The text of an opinion: one for both rooms, kept as one writes, never lost by a failed write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.opinion.kept import Kept
from app.opinion.text import OpinionText
from record.opinion.draft import KeyImage
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


class Shelf:
    """A keeper that counts and can be full."""

    def __init__(self) -> None:
        self.saved: list[Kept] = []
        self.full = False

    def save(self, kept: Kept) -> datetime:
        if self.full:
            raise Trouble("The disk is full.", "Free some space.", kind=Kind.STORAGE)
        self.saved.append(kept)
        return datetime(2026, 11, 20, 14, 41, tzinfo=UTC)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def text(qtbot: QtBot, shelf: Shelf) -> Iterator[OpinionText]:
    made = OpinionText("case", Kept(), shelf)
    yield made
    shelf.full = False
    made.flush()


def test_what_is_written_is_kept_after_a_pause(qtbot: QtBot, text: OpinionText, shelf: Shelf) -> None:
    with qtbot.waitSignal(text.kept, timeout=5000):
        text.write("findings", "No effusion.")
    assert shelf.saved[-1].draft.findings == "No effusion."


def test_a_burst_of_typing_is_one_write(qtbot: QtBot, text: OpinionText, shelf: Shelf) -> None:
    with qtbot.waitSignal(text.kept, timeout=5000):
        for end in range(1, 12):
            text.write("impression", "Good partial response"[:end])
    assert [kept.draft.impression for kept in shelf.saved] == ["Good partia"]


def test_leaving_keeps_at_once_without_a_loop(text: OpinionText, shelf: Shelf) -> None:
    text.write("answers/q1", "Yes, a lobectomy.")
    text.flush()
    assert shelf.saved[-1].draft.answer_to("q1") == "Yes, a lobectomy."


def test_a_full_disk_is_told_and_the_next_pause_keeps_all(qtbot: QtBot, text: OpinionText, shelf: Shelf) -> None:
    shelf.full = True
    with qtbot.waitSignal(text.not_kept, timeout=5000):
        text.write("findings", "One.")
    assert text.draft.findings == "One."
    shelf.full = False
    with qtbot.waitSignal(text.kept, timeout=5000):
        text.write("impression", "Two.")
    assert (shelf.saved[-1].draft.findings, shelf.saved[-1].draft.impression) == ("One.", "Two.")


def test_a_full_disk_is_told_once_and_tried_again_by_itself(qtbot: QtBot, text: OpinionText, shelf: Shelf) -> None:
    told: list[Trouble] = []
    text.not_kept.connect(told.append)
    shelf.full = True
    with qtbot.waitSignal(text.not_kept, timeout=5000):
        text.write("findings", "One.")
    text.write("findings", "One. Two.")
    text.flush()
    assert ([one.what_happened for one in told], text.all_kept) == (["The disk is full."], False)
    shelf.full = False
    with qtbot.waitSignal(text.kept, timeout=8000):
        pass
    assert (shelf.saved[-1].draft.findings, text.all_kept) == ("One. Two.", True)


def test_leaving_while_a_save_fails_tries_once_more(text: OpinionText, shelf: Shelf) -> None:
    shelf.full = True
    text.write("findings", "One.")
    text._save()
    assert text._jobs._pool.waitForDone(5000)  # its answer, a no, is on its way and never heard
    shelf.full = False
    text.flush()
    assert shelf.saved[-1].draft.findings == "One."


def test_a_removed_key_image_comes_back_with_its_newest_caption(text: OpinionText) -> None:
    text.add_key_image(KeyImage("k1", "1.2.3", caption="hilum"))
    text.add_key_image(KeyImage("k2", "1.2.4"))
    text.caption("k2", "prior, 41 mm")
    text.remove_key_image("k1")
    text.caption("k2", "prior, 41 mm, lung window")
    assert [image.id for image in text.draft.key_images] == ["k2"]
    assert text.undo()
    assert [(image.id, image.caption) for image in text.draft.key_images] == [("k1", "hilum"), ("k2", "prior, 41 mm, lung window")]


def test_undo_leaves_what_was_written_alone(text: OpinionText) -> None:
    text.add_key_image(KeyImage("k1", "1.2.3"))
    text.write("findings", "Written after.")
    assert text.undo()
    assert (text.draft.key_images, text.draft.findings) == ((), "Written after.")
    assert not text.undo()


def test_what_was_opened_is_kept_once(qtbot: QtBot, text: OpinionText, shelf: Shelf) -> None:
    with qtbot.waitSignal(text.kept, timeout=5000):
        text.open_series("1.2.3")
        text.open_document("d0")
    count = len(shelf.saved)
    text.open_series("1.2.3")
    text.flush()
    assert len(shelf.saved) == count
    assert (shelf.saved[-1].opened.series, shelf.saved[-1].opened.documents) == (frozenset({"1.2.3"}), frozenset({"d0"}))
