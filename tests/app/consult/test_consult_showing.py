"""Showing images in a call: one viewport, without identity, until one of many things ends it; pointers, marks, still pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from record.states.table import Who
from sync.protocol import consult as room
from tests.app.consult.call_words import asked, series_of
from tests.doubles.consult_room import NGOZI
from viewer.screen.keys import Act

if TYPE_CHECKING:
    from tests.app.consult.consult_bench import Bench


# -- showing -------------------------------------------------------------------------------------------------------------


def test_the_viewport_alone_is_shown_and_without_identity(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.wait(lambda: bool(bench.media.shown))
    sent = bench.media.shown[-1]
    assert sent is not None
    kept = bench.viewport.picture(identity=True)
    bare = bench.viewport.picture(identity=False)
    assert kept is not None
    assert bare is not None
    assert sent.shape[1] / sent.shape[0] == pytest.approx(bench.viewport.width() / bench.viewport.height(), rel=0.01)
    corner = sent[: sent.shape[0] // 12, : sent.shape[1] // 8]
    assert int(corner.max()) < 100  # nothing is written where the name would stand
    assert asked(bench, "show")[-1] == room.Show(label=series_of(bench).label, identity=False)
    assert "The framed viewport is shown to Ngozi Okafor. Nothing is recorded." in bench.window.foot.hospital.told()


def test_identity_is_kept_where_it_is_chosen(bench: Bench) -> None:
    bench.patient_comes()
    bench.show(identity=True)
    bench.wait(lambda: bool(bench.media.shown))
    sent = bench.media.shown[-1]
    assert sent is not None
    assert int(sent[: sent.shape[0] // 12, : sent.shape[1] // 8].max()) > 120


def test_what_changes_is_sent_and_what_does_not_is_not(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.wait(lambda: bool(bench.media.shown))
    count = len(bench.media.shown)
    bench.viewport.repaint()
    bench.wait(lambda: not bench.consulting.showing._due.isActive())  # the rate's timer
    assert len(bench.media.shown) == count
    bench.reading.images.do(Act.IMAGE_NEXT)
    bench.wait(lambda: len(bench.media.shown) == count + 1)


def test_the_frame_and_the_note_are_for_the_reader_alone(bench: Bench) -> None:
    bench.patient_comes()
    before = bench.viewport.picture(identity=False)
    bench.show()
    assert bench.viewport.picture(identity=False) == before
    assert bench.find("shown-frame") is not None


def test_it_stops_when_the_viewport_goes_out_of_sight(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.window.go("consult", "")
    assert not bench.consulting.showing.on
    assert bench.media.shown[-1] is None
    assert asked(bench, "show")[-1] == room.Show(label="")


def test_it_stops_when_nobody_is_here(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.room.event(NGOZI, "leave", Who.PATIENT)
    bench.wait(lambda: not bench.consulting.showing.on)
    assert bench.media.shown[-1] is None


def test_it_stops_when_the_desk_locks(bench: Bench) -> None:
    bench.patient_comes()
    bench.show()
    bench.consulting.close()
    assert bench.media.shown[-1] is None
    assert bench.media.stops == 1
    assert not bench.room.open


def test_a_still_picture_is_without_loss(bench: Bench) -> None:
    from PySide6.QtGui import QImage  # noqa: PLC0415  for this test alone

    bench.patient_comes()
    QTest.keyClick(bench.viewport, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    bench.press("show-go")
    bench.wait(lambda: bool(bench.desk.snapshots))
    consult, png, label, identity = bench.desk.snapshots[0]
    wanted = bench.viewport.picture(identity=False)
    assert wanted is not None
    got = QImage.fromData(png).convertToFormat(wanted.format())
    got.setDevicePixelRatio(wanted.devicePixelRatio())
    assert (consult, identity) == ("c1", False)
    assert got == wanted
    assert label.endswith(f"image {bench.viewport.index + 1} of {series_of(bench).count}")
