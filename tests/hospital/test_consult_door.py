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


def test_a_board_is_made_of_those_who_share_the_case(stage: Stage) -> None:
    desk, other, stranger = stage.desk(), stage.desk(), stage.desk()
    stage.accepted(desk)
    door, row = _door(desk), None
    stage.offered(stranger)
    before = {one.id for one in door.colleagues(stage.case)}
    stage.accepted(other)
    (colleague,) = [one for one in door.colleagues(stage.case) if one.id not in before]
    wish = ConsultWish(slot=Slot(starts_at=datetime(2031, 4, 4, 15, tzinfo=UTC)), people=(PATIENT,), colleagues=(colleague.id,))
    row = door.set_one(stage.case, wish)
    assert [one.desk for one in row.people].count(True) == 2
    assert [one.id for one in _door(other).consults()] == [row.id]
    with pytest.raises(Trouble) as told:
        door.invite(row.id, colleague.id)
    assert told.value.what_happened == "This colleague is invited already."
    with pytest.raises(Trouble) as told:
        door.invite(row.id, "0" * 32)
    assert told.value.what_happened == "This colleague has no share in the case."
    with pytest.raises(Trouble):
        _door(stranger).colleagues(stage.case)
    third = stage.desk()
    stage.accepted(third)
    (late,) = [one for one in door.colleagues(stage.case) if one.id not in before | {colleague.id}]
    door.invite(row.id, late.id)
    assert [one.id for one in _door(third).consults()] == [row.id]
    door.cancel(row.id, "a test")


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
        assert sitting.recorded("chat")["text"] == "said last"


def test_a_file_waits_in_quarantine_until_a_coordinator_takes_it_out(stage: Stage, tmp_path: Path) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        _door(sitting.desk).file(sitting.consult, PNG, "../../scan\u202egnp.exe")
        browser = sitting.patient
        assert browser.ask("POST", "/api/files", params={"name": "letter.pdf"}, content=b"%PDF-1.7").status_code == 200
        lines = patient.state(lambda s: len(s.chat) == 2).chat
        assert [one.file_name for one in lines] == ["scangnp.exe", "letter.pdf"]
        assert lines[0].file == hashlib.sha256(PNG).hexdigest()
        out = tmp_path / "out"
        stage.server.command("consult", "file", sitting.consult, lines[1].file, "--out", str(out))
        assert out.read_bytes() == b"%PDF-1.7"
        stage.server.command("consult", "file", sitting.consult, "0" * 64, "--out", str(out), well=False)
        assert browser.ask("POST", "/api/files", content=b"").status_code == 422
        assert browser.ask("POST", "/api/files", content=bytes((24 << 20) + 1)).status_code == 403
        assert sitting.browser("").ask("POST", "/api/files", content=b"x").status_code == 401
        assert len(desk.settled().chat) == 2


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
        ear.wait(lambda e: bool(e.all))
        line.stop()
        assert [one.t for one in ear.all] == ["refused"]
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
