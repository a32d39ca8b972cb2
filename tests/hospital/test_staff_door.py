"""The coordinators' listener: who gets in, for how long, and what from elsewhere does not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute

from hospital.staff.app import routes
from hospital.store import people, sessions
from hospital.store.tables import metadata
from tests.hospital.coordinator import signed_in, stranger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hospital.coordinator import Coordinator
    from tests.hospital.stage import Stage

OPEN = {"/", "/consults", "/api/sign-in", "/api/sign-out"}


def _routes() -> Iterator[tuple[str, str]]:
    for route in routes.routes:
        assert isinstance(route, APIRoute)
        if route.path not in OPEN:
            yield next(iter(route.methods or ())), route.path


def _acts(stage: Stage, who: str) -> list[str]:
    with stage.house.database.read() as tx:
        person = people.person_by_login(tx, who)
        assert person is not None
        lines = [str(row.line) for row in tx.execute(metadata.tables["audit"].select())]
    return [line.split('"act":"')[1].split('"')[0] for line in lines if f'"who":"{person.id}"' in line]


def test_nothing_is_told_to_who_is_not_signed_in(stage: Stage) -> None:
    found = list(_routes())
    assert len(found) >= 12
    nobody = stranger(stage)
    for method, path in found:
        answer = nobody.ask(method, path.replace("{", "").replace("}", ""), json={})
        assert (answer.status_code, answer.json()["details"]) == (401, "signed_out"), path
    assert nobody.ask("GET", "/api/nothing").status_code == 404


def test_a_coordinator_signs_in_and_out(stage: Stage) -> None:
    one = stranger(stage)
    answer = one.sign_in()
    for part in ("__Host-staff=", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in answer.headers["set-cookie"]
    assert one.told("/api/me")["name"] == "Cora Lindgren"
    assert one.ask("POST", "/api/sign-out").status_code == 204
    assert one.ask("GET", "/api/me").status_code == 401
    assert _acts(stage, one.login) == ["coordinator signed in", "coordinator signed out"]
    with stage.house.database.read() as tx:
        assert one.cookie not in repr([tx.execute(table.select()).all() for table in metadata.sorted_tables])


@pytest.mark.parametrize("role", ["physician", "administrator"])
def test_another_role_does_not_get_in(stage: Stage, role: str) -> None:
    one = stranger(stage, role)
    answer = one.sign_in()
    assert (answer.status_code, answer.json()["details"]) == (403, "role")
    assert "set-cookie" not in answer.headers
    assert _acts(stage, one.login) == ["coordinator refused"]


def test_wrong_passwords_lock_the_account_and_are_recorded(stage: Stage) -> None:
    one = stranger(stage)
    for _ in range(stage.house.settings.desks.attempts):
        assert one.sign_in("wrong").status_code == 401
    answer = one.sign_in()
    assert answer.status_code == 401
    assert "Too many" in answer.json()["what_happened"]
    assert _acts(stage, one.login) == ["coordinator refused"] * (stage.house.settings.desks.attempts + 1)


def _set(one: Coordinator, **values: object) -> None:
    with one.stage.house.database.write() as tx:
        found = sessions.find(tx, one.cookie)
        assert found is not None
        table = metadata.tables["staff_sessions"]
        tx.execute(table.update().where(table.c.sha256 == found.sha256).values(**values))


def test_a_session_ends_by_idleness_and_what_the_page_asks_by_itself_is_no_life(stage: Stage) -> None:
    one, now = signed_in(stage), stage.house.now()
    idle = timedelta(minutes=stage.house.settings.staff.idle_minutes)
    _set(one, seen_at=now - idle + timedelta(minutes=2))
    one.told("/api/overview?quiet=true")
    with stage.house.database.read() as tx:
        found = sessions.find(tx, one.cookie)
    assert found is not None
    assert found.seen_at < now - timedelta(minutes=5)
    one.told("/api/overview")
    with stage.house.database.read() as tx:
        found = sessions.find(tx, one.cookie)
    assert found is not None
    assert found.seen_at >= now
    _set(one, seen_at=now - idle)
    assert one.ask("GET", "/api/me").status_code == 401


def test_a_session_ends_by_age_and_with_the_account(stage: Stage) -> None:
    one = signed_in(stage)
    _set(one, made_at=stage.house.now() - timedelta(hours=12))
    assert one.ask("GET", "/api/me").status_code == 401
    other = signed_in(stage)
    with stage.house.database.write() as tx:
        table = metadata.tables["people"]
        tx.execute(table.update().where(table.c.login == other.login).values(active=False))
    assert other.ask("GET", "/api/me").status_code == 401


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example", "http://localhost"])
def test_what_another_page_sends_is_refused(stage: Stage, origin: str | None) -> None:
    one = signed_in(stage)
    answer = one.ask("POST", f"/api/cases/{stage.case}/consults", origin, json={})
    assert (answer.status_code, answer.json()["details"]) == (403, "origin")


def test_the_page_lets_nothing_foreign_in(stage: Stage) -> None:
    one = stranger(stage)
    page = one.ask("GET", "/consults")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["permissions-policy"].startswith("camera=(), microphone=()")
    assert page.headers["cache-control"] == "no-store"
    assert "<script>" not in page.text
    assert one.ask("GET", "/").headers["location"] == "/consults"
