"""Every route and who may use it. A route that is missing from the table fails the test: nobody forgets to say who."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi.routing import APIRoute

from hospital.api import consults
from hospital.api.app import make_app, routes
from hospital.consult.room import Rooms
from sync.protocol.bundle import Missing, ObjectEnd, Parser

if TYPE_CHECKING:
    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage

# route → who: "anyone" (the answer itself asks for proof), "desk" (its own physician's things only)
WHO = {
    ("GET", "/v1/authority"): "anyone",
    ("POST", "/v1/enrolments"): "anyone",
    ("POST", "/v1/tokens"): "anyone",
    ("GET", "/v1/certificate"): "desk",
    ("POST", "/v1/signing-requests"): "desk",
    ("GET", "/v1/changes"): "desk",
    ("POST", "/v1/holdings"): "desk",
    ("POST", "/v1/bundles"): "desk",
    ("POST", "/v1/intents"): "desk",
    ("GET", "/v1/audit"): "desk",
    ("POST", "/v1/audit"): "desk",
    ("PUT", "/v1/assignments/{assignment}/opinions/{revision}"): "desk",
    ("GET", "/v1/consults"): "desk",
    ("POST", "/v1/cases/{case}/consults"): "desk",
    ("GET", "/v1/cases/{case}/colleagues"): "desk",
    ("POST", "/v1/consults/{consult}/colleagues"): "desk",
    ("POST", "/v1/consults/{consult}/slot"): "desk",
    ("POST", "/v1/consults/{consult}/cancellation"): "desk",
    ("POST", "/v1/consults/{consult}/snapshots"): "desk",
    ("GET", "/v1/consults/{consult}/snapshots/{sha256}"): "desk",
    ("POST", "/v1/consults/{consult}/files"): "desk",
    ("POST", "/v1/consults/{consult}/recordings/{take}/{number}"): "desk",
}
SLOT = {"starts_at": "2026-12-01T15:00:00Z", "minutes": 30}
# what a desk sends where a body is needed; without it the answer would be about the body
BODIES = {
    "/v1/signing-requests": {"signing_request_pem": "x"},
    "/v1/audit": {"records": [], "head": "x"},
    "/v1/holdings": {"dataset": "x", "cases": []},
    "/v1/bundles": {"objects": []},
    "/v1/cases/{case}/consults": {"slot": SLOT, "people": []},
    "/v1/consults/{consult}/colleagues": {"account": "a"},
    "/v1/consults/{consult}/slot": SLOT,
    "/v1/consults/{consult}/cancellation": {"reason": "x"},
    "/v1/intents": {"key": "k", "kind": "accept", "case": "c", "assignment": "a", "seen_revision": 1},
}


def _served(stage: Stage) -> set[tuple[str, str]]:
    schema = make_app(stage.house, Rooms(stage.house)).openapi()
    return {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}


def test_the_table_names_every_route(stage: Stage) -> None:
    assert _served(stage) == set(WHO)


def test_openapi_lists_every_route_that_answers(stage: Stage) -> None:
    told = json.loads(stage.desk().ask("GET", "/openapi.json").content)
    listed = {(method.upper(), path) for path, methods in told["paths"].items() for method in methods}
    routed = {(method, "/v1" + route.path.removeprefix("/v1")) for route in _routes() for method in route.methods or ()}
    assert listed == routed == set(WHO)


def _routes() -> list[APIRoute]:
    return [route for route in (*routes.routes, *consults.routes.routes) if isinstance(route, APIRoute)]


def test_without_a_token_every_route_of_desks_is_closed(stage: Stage) -> None:
    desk = stage.stranger()
    for (method, path), who in WHO.items():
        if who == "anyone":
            continue
        place = path.format(assignment="a", revision=1, case="c", consult="d", sha256="e", take="f", number=0)
        for token in ("", "made up"):
            answer = desk.ask(method, place, token=token, json=BODIES.get(path))
            assert answer.status_code == 401, (method, path, token)
            assert answer.json()["what_to_do"]


def test_what_is_not_a_route_is_not_there(stage: Stage) -> None:
    for path in ("/", "/docs", "/redoc", "/v1", "/v1/cases"):
        assert stage.stranger().ask("GET", path).status_code == 404


def _bundle(desk: Desk, objects: list[str]) -> list[object]:
    parser = Parser()
    answer = desk.ask("POST", "/v1/bundles", json={"objects": [[one, 0] for one in objects]})
    seen: list[object] = [event for event in parser.feed(answer.content) if isinstance(event, Missing | ObjectEnd)]
    parser.close()
    return seen


def test_another_physician_sees_nothing_of_a_case(stage: Stage) -> None:
    mine, other = stage.desk(), stage.desk()
    assignment = stage.accepted(mine)
    manifest = stage.manifest(mine)
    assert [type(one) for one in _bundle(mine, [manifest["object"]])] == [ObjectEnd]
    assert [type(one) for one in _bundle(other, [manifest["object"]])] == [Missing]
    assert {one.kind for one in other.page().changes} <= {"policy"}
    assert other.upload(assignment, 1, b"%PDF-").status_code == 404
    stolen = {"key": "stolen", "kind": "accept", "case": stage.case, "assignment": assignment, "seen_revision": 1}
    assert other.ask("POST", "/v1/intents", json=stolen).status_code == 403
    held = other.ask("POST", "/v1/holdings", json={"dataset": "old", "cases": [stage.case]}).json()["changes"]
    assert [(one["kind"], one["op"]) for one in held if one["id"] == stage.case] == [("case", "drop")]


def test_an_offer_alone_brings_no_object(stage: Stage) -> None:
    reader, offered = stage.desk(), stage.desk()
    stage.accepted(reader)
    stage.offered(offered)
    assert [type(one) for one in _bundle(offered, [stage.manifest(reader)["object"]])] == [Missing]


def test_a_request_that_is_not_understood_is_told_without_its_values(stage: Stage) -> None:
    answer = stage.stranger().ask("POST", "/v1/enrolments", json={"login": "Zweifelhofer"})
    assert answer.status_code == 422
    assert "Zweifelhofer" not in answer.text
    assert answer.json()["kind"] == "input"
