"""A full disk, a real one: at the desk while syncing, writing and signing, at the hospital while an opinion is stored."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.hospital import tiny_case
from tests.journeys.processes import until
from tests.journeys.small_disk import SmallDisk
from tests.journeys.trouble_stage import empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.journeys.processes import House
    from tests.journeys.stage import Desk
    from tests.journeys.trouble_stage import Stage

KEEPS = pytest.mark.keeps("process", "the stage's hospital, which a journey stopped and started again")
FULL = "The disk is full."
REMEDY = "Free some space on it; Overread goes on by itself from where it stopped."
NO_ROOM = "The hospital's server has no room to store anything."
WRITTEN = "The nodule at the right has not grown since March."


def _on(disk: SmallDisk) -> Callable[[Desk], None]:
    def start(desk: Desk) -> None:
        desk.before = disk.before

    return start


@contextmanager
def _small_desk(stage: Stage, name: str) -> Iterator[tuple[House, SmallDisk]]:
    """The folders of a desk that is ready offline, on a small disk."""
    house = stage.home(name, ready=False)
    with SmallDisk(house.desk, 24) as disk:
        disk.fill_from(stage.ready)
        yield house, disk


def test_the_disk_is_full_while_a_case_arrives(stage: Stage) -> None:
    with _small_desk(stage, "full-sync") as (house, disk):
        empty(disk.inside / "vault")
        disk.fill(leave=700_000)
        with stage.sits(house, start=_on(disk)) as seat:
            seat.reads(FULL, REMEDY)
            until("the foot says it too", lambda: seat.person.reads("foot-hospital") == FULL, 20)
            assert "left" not in seat.row("Marchetti")
            seat.person.picture("full-sync")
            disk.make_room()
            until("all is here", lambda: all("Ready offline" in one for one in seat.rows()), 60)
            assert FULL not in seat.words()
            seat.person.picture("full-sync-after")
            seat.opens("Haddad")
            until("images", lambda: seat.person.ask("find('viewports').all_loaded()"), 30)


def test_the_disk_is_full_while_a_draft_is_written(stage: Stage) -> None:
    kept = "find('room-reading').presenter._text.all_kept"
    with _small_desk(stage, "full-draft") as (house, disk):
        with stage.sits(house, start=_on(disk)) as seat:
            seat.opens("Haddad")
            seat.writes("First words. ")
            until("kept", lambda: seat.person.ask(kept), 20)
            disk.fill()
            seat.writes(WRITTEN)
            seat.reads(FULL, REMEDY, "What you write is not kept: the disk is full. It is tried again by itself.")
            seat.person.picture("full-draft")
            seat.person.ask("find('desk').close()")
            seat.reads(
                "What you wrote last is not kept, since the disk does not take it.", "Make room on the disk: it is kept by itself then"
            )
            seat.person.picture("full-draft-close")
            assert seat.desk.code is None
            seat.person.screen.press("Escape")
            seat.person.screen.press("F2")
            seat.person.screen.press("i")  # reading goes on
            until("inverted", lambda: seat.person.ask("find('viewports').viewports[0].view.inverted"), 10)
            disk.make_room()
            seat.reads_no_longer("is not kept")
            assert FULL not in seat.words()
            seat.person.picture("full-draft-after")
            seat.desk.kill()
        with stage.sits(house, start=_on(disk)) as seat:
            seat.opens("Haddad")
            until("all words", lambda: seat.person.ask("find('reading-findings').toPlainText()") == f"First words. {WRITTEN}", 20)


def test_the_desk_is_locked_while_its_disk_is_full(stage: Stage) -> None:
    with _small_desk(stage, "full-lock") as (house, disk), stage.sits(house, start=_on(disk)) as seat:
        seat.opens("Haddad")
        seat.writes("First words. ")
        until("kept", lambda: seat.person.ask("find('room-reading').presenter._text.all_kept"), 20)
        disk.fill()
        seat.writes(WRITTEN)
        seat.reads("What you write is not kept")
        seat.person.screen.press("Ctrl+l")
        seat.reads("The desk is locked")
        assert "Haddad" not in seat.words()
        disk.make_room()
        seat.unlocks()
        seat.arrives()
        seat.opens("Haddad")
        until("all words", lambda: seat.person.ask("find('reading-findings').toPlainText()") == f"First words. {WRITTEN}", 20)


def test_the_disk_is_full_when_the_desk_is_opened(stage: Stage) -> None:
    with _small_desk(stage, "full-start") as (house, disk):
        disk.fill()
        with stage.sits(house, unlocked=False, start=_on(disk)) as seat:
            seat.unlocks()
            seat.reads(FULL, "Free some space on it, then try again.")
            seat.person.picture("full-start")
            disk.make_room()
            seat.unlocks()
            seat.arrives()
            assert all("Ready offline" in one for one in seat.rows())


@KEEPS
def test_the_disk_is_full_while_signing(stage: Stage) -> None:
    stage.hospital.stop()
    with _small_desk(stage, "full-sign") as (house, disk), stage.sits(house, start=_on(disk)) as seat:
        seat.opens("Haddad")
        seat.writes(WRITTEN)
        seat.signs(go=False)
        disk.fill()
        seat.person.screen.press("Return")
        seat.reads(FULL, "The opinion is not signed. Make room on the disk, then sign again.", "not signed yet")
        seat.person.picture("full-sign")
        disk.make_room()
        seat.person.screen.press("Return")
        seat.reads("You can close the case", seconds=60)
        seat.person.picture("full-sign-after")


@KEEPS
def test_the_hospitals_disk_is_full_while_an_opinion_is_stored(stage: Stage, tmp_path: Path) -> None:
    hospital = stage.hospital
    hospital.stop()
    whole = tmp_path / "hospital"
    shutil.copytree(hospital.house.hospital, whole)
    with SmallDisk(hospital.house.hospital, 64) as disk:
        disk.fill_from(whole)
        hospital.before = disk.before
        try:
            hospital.start()
            with stage.sits(stage.home("full-hospital")) as seat:
                seat.opens("Marchetti")
                seat.writes(WRITTEN)
                disk.fill()
                seat.signs()
                seat.reads(NO_ROOM, "Nothing is lost: what you signed stays on this desk and leaves by itself.", seconds=60)
                seat.reads("On its way. You can close the case; nothing is lost")
                seat.person.picture("full-hospital")
                before = hospital.status()
                with pytest.raises(RuntimeError, match=r"The disk.* is full") as refused:
                    hospital.command("import", "--now", str(tiny_case.make(tmp_path / "tiny")))
                assert "ended with 1" in str(refused.value)
                assert "Traceback" not in str(refused.value)
                assert hospital.status() == before
                disk.make_room()
                assert "3 instances" in hospital.command("import", "--now", str(tmp_path / "tiny"))
                seat.reads("The receipt is on this desk.", seconds=60)
                seat.person.picture("full-hospital-after")
                assert NO_ROOM not in seat.words()
        finally:
            hospital.stop()
            hospital.before = ()
