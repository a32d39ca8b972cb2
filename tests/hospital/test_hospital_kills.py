"""A server killed at each of its stored steps: nothing is lost, nothing is stored twice, nothing readable is left behind."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
import requests

from hospital.store import work
from sync.protocol.steps import Step
from tests.hospital import stage as stages
from tests.hospital import tiny_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hospital.stage import Stage


pytestmark = pytest.mark.keeps("process", "the file's server, which a test killed and started again")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hospital of this file's own with one case."""
    with stages.standing(tmp_path_factory.mktemp("killed")) as stage:
        yield stage


@pytest.fixture
def own_stage(made: Stage) -> Stage:
    """Its server running, whatever the test before did to it."""
    made.server.stop()
    made.server.start()
    return made


def _killed_at(stage: Stage, step: Step) -> None:
    stage.server.stop()
    stage.server.start(OVERREAD_KILL_AT=step.value)


@pytest.mark.parametrize("step", [Step.OPINION_VERIFIED, Step.OPINION_SEALED, Step.OPINION_RECORDED])
def test_an_opinion_survives_a_kill_and_is_received_once(own_stage: Stage, step: Step) -> None:
    desk = own_stage.desk()
    assignment = own_stage.accepted(desk)
    signed = own_stage.opinion(desk, assignment)
    _killed_at(own_stage, step)
    with contextlib.suppress(requests.ConnectionError):
        raise AssertionError(desk.upload(assignment, 1, signed).text)
    assert own_stage.server.died() == -9
    own_stage.server.start()
    answers = [desk.upload(assignment, 1, signed) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    with own_stage.house.database.read() as tx:
        (row,) = [one for one in work.opinions_of_case(tx, own_stage.case) if one.assignment == assignment]
    assert row.state == "received"
    assert "all is well" in own_stage.server.command("check")


def test_an_intent_survives_a_kill_and_moves_once(own_stage: Stage) -> None:
    desk = own_stage.desk()
    assignment = own_stage.offered(desk)
    _killed_at(own_stage, Step.INTENT_DECIDED)
    with contextlib.suppress(requests.ConnectionError):
        raise AssertionError(desk.intent("accept", own_stage.case, assignment))
    assert own_stage.server.died() == -9
    own_stage.server.start()
    assert desk.intent("accept", own_stage.case, assignment)["accepted"]
    with own_stage.house.database.read() as tx:
        row = work.assignment(tx, assignment)
    assert row is not None
    assert (row.state, row.revision) == ("accepted", 2)


def test_nothing_readable_is_left_in_the_data_folder_or_the_log(own_stage: Stage) -> None:
    desk = own_stage.desk()
    assignment = own_stage.accepted(desk)
    signed = own_stage.opinion(desk, assignment)
    assert desk.upload(assignment, 1, signed).status_code == 200
    assert desk.ask("POST", "/v1/intents", json={"key": tiny_case.NAME, "case": tiny_case.NUMBER}).status_code == 422
    assert desk.ask("GET", f"/v1/{tiny_case.NUMBER}").status_code == 404
    own_stage.server.stop()
    birth = tiny_case.BIRTH
    wanted = [*tiny_case.NAME.split("^"), tiny_case.NUMBER, birth, birth.replace("-", ""), tiny_case.TITLE, tiny_case.HISTORY]
    log = own_stage.server.log
    assert any(json.loads(line).get("what") == "request" for line in log.splitlines() if line.startswith("{"))
    assert [one for one in wanted if one in log] == []
    for path in own_stage.server.data.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert not any(one.encode(form) in held for one in wanted for form in ("utf-8", "utf-16-le")), path.name


def test_commands_work_while_the_server_runs_and_while_it_does_not(own_stage: Stage) -> None:
    server = own_stage.server
    password = server.folder / "password"
    password.write_text("a long password\n", "utf-8")
    for login in ("running", "stopped"):
        server.command("user", "add", login, "--name", "Dr R. Unning", "--password-file", str(password))
        assert login in server.command("user", "list")
        server.command("assign", own_stage.case[:12], login, "--minutes", "20", "--stipend", "USD 100")
        assert server.command("enrol", login).startswith(f"127.0.0.1:{server.port}/")
        assert [one["id"] for one in json.loads(server.command("status", "--json"))["cases"]] == [own_stage.case]
        assert own_stage.case in server.command("status")
        server.stop()
