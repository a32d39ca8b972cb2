"""The desk's own calls about consults (`sync.engine.consults`) with a real server."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.client import Client
from sync.engine.consults import ConsultDoor
from sync.engine.wire import Wire
from sync.protocol.consult import Chat, ConsultWish, End, Invitee, Leave, Slot
from tests.hospital.ears import Ear
from tests.hospital.sitting import PATIENT, sit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1_500_000)


def _door(desk: Desk, ca_file: Path | None = None) -> ConsultDoor:
    pinned = ca_file or desk.ca_file
    client = Client(desk.device, lambda: desk.dataset, desk.key, now=lambda: datetime.now(UTC), heard=lambda _now, _until: None)
    return ConsultDoor(client, lambda: Wire(desk.address, pinned), desk.address, pinned)


def test_a_desk_sets_moves_lists_and_cancels(stage: Stage) -> None:
    desk = stage.desk()
    door = _door(desk)
    wish = ConsultWish(slot=Slot(starts_at=datetime(2031, 3, 4, 15, tzinfo=UTC)), people=(PATIENT,))
    with pytest.raises(Trouble) as told:
        door.set_one(stage.case, wish)
    assert told.value.kind is Kind.REFUSED
    stage.accepted(desk)
    row = door.set_one(stage.case, wish)
    moved = door.reschedule(row.id, Slot(starts_at=datetime(2031, 3, 5, 15, tzinfo=UTC), minutes=60))
    assert door.consults() == (moved,)
    assert door.cancel(row.id, "nobody can").state == "cancelled"
    wrong = wish.model_copy(update={"people": (Invitee(kind="interpreter", name="A"),)})
    with pytest.raises(Trouble) as told:
        door.set_one(stage.case, wrong)
    assert "second channel" in told.value.what_happened


def test_a_picture_goes_out_and_comes_back_to_the_byte(stage: Stage) -> None:
    with sit(stage) as sitting:
        door, ear = _door(sitting.desk), Ear()
        with pytest.raises(Trouble):
            door.snapshot(sitting.consult, PNG, "before anybody is here", identity=False)
        line = door.line(sitting.consult)
        line.start(ear.told, ear.linked)
        ear.until(lambda e: e.state is not None)
        shown = door.snapshot(sitting.consult, PNG, "CT chest", identity=True)
        assert shown.sha256 == hashlib.sha256(PNG).hexdigest()
        assert ear.until(lambda e: e.state is not None and bool(e.state.snapshots)).snapshots == (shown,)
        assert door.picture(sitting.consult, shown.sha256) == PNG
        line.ask(Chat(text="said last"))
        line.stop()
        assert sitting.record()[-1]["text"] == "said last"


def test_who_left_joins_again_and_a_line_of_a_consult_that_is_over_ends(stage: Stage) -> None:
    with sit(stage) as sitting:
        door, ear = _door(sitting.desk), Ear()
        line = door.line(sitting.consult)
        line.start(ear.told, ear.linked)
        first = ear.until(lambda e: e.state is not None).me
        line.ask(Leave())
        ear.until(lambda e: e.all[-1].t == "refused")
        line.stop()
        again = Ear()
        line = door.line(sitting.consult)
        line.start(again.told, again.linked)
        second = again.until(lambda e: e.state is not None)
        assert second.me != first
        assert [one.state for one in second.people if one.kind == "physician"] == ["admitted"]
        line.ask(End(reason="nobody came"))
        assert again.until(lambda e: e.all[-1].t == "refused").state == "cancelled"
        assert again.links == [True, False]
        line.stop()


def test_a_line_trusts_the_pinned_authority_alone(stage: Stage, tmp_path: Path) -> None:
    with sit(stage) as sitting:
        other = tmp_path / "other.pem"
        other.write_text(stage.house.keys.signing_authority_pem, "ascii")  # an authority, and not the one of TLS
        ear = Ear()
        line = _door(sitting.desk, other).line(sitting.consult)
        line.start(ear.told, ear.linked)
        line.stop()
        assert ear.all == []
        assert ear.links == []


def test_a_desk_that_was_revoked_loses_its_line(stage: Stage) -> None:
    with sit(stage) as sitting:
        door, ear = _door(sitting.desk), Ear()
        line = door.line(sitting.consult)
        line.start(ear.told, ear.linked)
        ear.until(lambda e: e.state is not None)
        stage.server.command("revoke", sitting.desk.device)
        ear.until(lambda e: e.all[-1].t == "refused")
        line.stop()
        assert ear.links == [True, False]
