"""Links: what opens, what does not, and that nobody comes in by another's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from hospital.store import consults
from hospital.store.people import sha256
from hospital.store.tables import metadata
from tests.hospital.guests import newest_code
from tests.hospital.sitting import BORN, INTERPRETER, PATIENT, Sitting, sit

if TYPE_CHECKING:
    import httpx

    from tests.hospital.stage import Stage


def _refused(answer: httpx.Response, status: int, word: str) -> None:
    assert (answer.status_code, answer.json()["details"].split(" ")[0]) == (status, word), answer.text
    assert answer.json()["what_happened"]
    assert answer.json()["what_to_do"]


def _change(sitting: Sitting, **values: object) -> None:
    with sitting.stage.house.database.write() as tx:
        consults.change_link(tx, sha256(sitting.patient.token), **values)


def test_a_token_is_random_and_its_digest_alone_is_kept(stage: Stage) -> None:
    with sit(stage) as sitting:
        token = sitting.patient.token
        assert len(token) == 43  # 256 bits in base64url
        with stage.house.database.read() as tx:
            assert consults.link(tx, sha256(token)) is not None
            dump = repr([tx.execute(select(table)).all() for table in metadata.sorted_tables])
        assert token not in dump
        assert PATIENT.name not in dump
        assert sitting.consult in dump


def test_what_is_no_link_does_not_open(stage: Stage) -> None:
    with sit(stage) as sitting:
        _refused(sitting.browser("A" * 43).open(), 404, "unknown")
        _refused(sitting.browser(sitting.patient.token[:-1]).open(), 404, "unknown")
        assert sitting.browser("A" * 4000).open().status_code == 422
        _refused(sitting.browser("").ask("GET", "/api/me"), 401, "no_link")
        stolen = sitting.browser("")
        stolen.cookie = "B" * 43
        _refused(stolen.ask("GET", "/api/me"), 401, "no_link")


def test_opening_consumes_nothing(stage: Stage) -> None:
    with sit(stage) as sitting:
        for _ in range(3):
            assert sitting.patient.ask("GET", "/join").status_code == 200
            assert sitting.patient.open().json()["proved"] is False
        assert sitting.patient.prove(BORN).status_code == 204
        assert sitting.patient.open().json()["proved"] is True


def test_an_expired_link_is_told(stage: Stage) -> None:
    with sit(stage) as sitting:
        assert sitting.patient.prove(BORN).status_code == 204
        _change(sitting, expires_at=stage.house.now())
        _refused(sitting.patient.open(), 410, "expired")
        _refused(sitting.patient.prove(BORN), 410, "expired")
        _refused(sitting.patient.ask("GET", "/api/me"), 410, "expired")


def test_a_revoked_link_ends_the_browser_that_has_it(stage: Stage) -> None:
    with sit(stage) as sitting:
        line = sitting.join(sitting.patient)
        line.state()
        stage.server.command("consult", "revoke-link", sitting.people[0])
        assert line.closed() == 4401
        _refused(sitting.patient.open(), 410, "revoked")
        _refused(sitting.patient.ask("GET", "/api/me"), 401, "no_link")
        link = stage.server.command("consult", "new-link", sitting.people[0]).strip()
        again = sitting.browser(link.partition("#")[2])
        assert again.prove(BORN).status_code == 204


def test_after_too_many_wrong_birth_dates_the_right_one_is_refused_too(stage: Stage) -> None:
    with sit(stage) as sitting:
        left = [sitting.patient.prove(wrong).json()["details"] for wrong in ("1961-03-10", "x", "", "1961-3-9", "2061-03-09")]
        assert left == ["wrong 4", "wrong 3", "wrong 2", "wrong 1", "too_many"]
        _refused(sitting.patient.prove(BORN), 410, "too_many")
        _refused(sitting.patient.open(), 410, "too_many")
        assert [one["act"] for one in sitting.record()].count("wrong proof") == 5


def test_a_code_comes_once_by_the_second_channel_and_is_no_good_later(stage: Stage) -> None:
    with sit(stage, INTERPRETER) as sitting:
        interpreter = sitting.guests[1]
        assert interpreter.open().json()["proof"] == "code"
        code = newest_code(stage.house, sitting.people[1])
        interpreter.open()
        assert newest_code(stage.house, sitting.people[1]) == code
        assert interpreter.prove("000000" if code != "000000" else "000001").json()["details"] == "wrong 4"
        assert interpreter.prove(BORN).json()["details"] == "wrong 3"
        assert interpreter.prove(f" {code} ").status_code == 204
        assert interpreter.prove(code).json()["details"].startswith("wrong")  # once


def test_an_old_code_is_no_good(stage: Stage) -> None:
    with sit(stage, INTERPRETER) as sitting:
        interpreter = sitting.guests[1]
        interpreter.open()
        code = newest_code(stage.house, sitting.people[1])
        with stage.house.database.write() as tx:
            consults.change_link(tx, sha256(interpreter.token), code_until=stage.house.now())
        assert interpreter.prove(code).json()["details"] == "wrong 4"
        interpreter.open()
        assert newest_code(stage.house, sitting.people[1]) != code


def test_a_second_browser_waits_until_the_first_is_silent(stage: Stage) -> None:
    with sit(stage) as sitting:
        second = sitting.browser(sitting.patient.token)
        assert sitting.patient.prove(BORN).status_code == 204
        _refused(second.open(), 409, "in_use")
        _refused(second.prove(BORN), 409, "in_use")
        assert sitting.patient.open().status_code == 200
        _change(sitting, seen_at=stage.house.now() - timedelta(minutes=6))
        assert second.prove(BORN).status_code == 204
        _refused(sitting.patient.ask("GET", "/api/me"), 401, "no_link")


def test_who_is_shown_out_may_prove_themselves_anew_and_waits_again(stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        second = sitting.browser(sitting.patient.token)
        _refused(second.prove(BORN), 409, "in_use")
        desk.ask("remove", who=patient.states[-1].me)
        assert patient.state(lambda s: any(p.id == s.me and p.state == "left" for p in s.people))
        assert patient.closed() == 1000
        _refused(sitting.patient.ask("GET", "/api/me"), 401, "no_link")
        line = sitting.join(second)
        mine = line.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people))
        assert mine.ice == ()
        assert desk.state(lambda s: any(p.state == "waiting" for p in s.people))


def test_who_waits_can_be_shown_out_too(stage: Stage) -> None:
    with sit(stage) as sitting:
        host, line = sitting.host(), sitting.join(sitting.patient)
        host.state()
        host.ask("remove", who=line.state(lambda s: any(p.id == s.me and p.state == "waiting" for p in s.people)).me)
        assert line.closed() == 1000
        _refused(sitting.patient.ask("GET", "/api/me"), 401, "no_link")


def test_a_consult_that_is_over_opens_no_link(stage: Stage) -> None:
    with sit(stage) as sitting:
        stage.server.command("consult", "cancel", sitting.consult, "--reason", "the physician is ill")
        _refused(sitting.patient.open(), 410, "ended")


def test_one_link_shows_one_consult(stage: Stage) -> None:
    with sit(stage) as mine, sit(stage) as other:
        host = other.host()
        host.state()
        assert mine.patient.prove(BORN).status_code == 204
        line = mine.enter(mine.patient)
        assert line.state().consult == mine.consult
        line.ask("signal", to=host.states[-1].me, body={"k": "offer"})
        assert line.until(lambda b: bool(b.refused)).refused[0].ask == "signal"
        assert host.settled().consult == other.consult
        assert not host.heard


def test_expiry_follows_a_move(stage: Stage) -> None:
    with sit(stage, starts_in=timedelta(days=3)) as sitting:
        stage.server.command("consult", "move", sitting.consult, "--at", "2031-01-07T15:00", "--zone", "Europe/Berlin")
        with stage.house.database.read() as tx:
            found = consults.link(tx, sha256(sitting.patient.token))
        assert found is not None
        assert found.expires_at.isoformat() == "2031-01-07T18:30:00+00:00"
