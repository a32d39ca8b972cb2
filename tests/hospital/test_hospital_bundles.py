"""Bundles: from any offset, in the order asked, with what is missing named."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from record.trouble import Trouble
from sync.protocol.bundle import Missing, ObjectBytes, ObjectHead, Parser
from sync.protocol.messages import Manifest, ObjectKind

if TYPE_CHECKING:
    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage


def _asked(desk: Desk, objects: list[tuple[str, int]]) -> tuple[list[ObjectHead | Missing], list[bytes]]:
    answer = desk.ask("POST", "/v1/bundles", json={"objects": objects})
    parser = Parser()
    heads: list[ObjectHead | Missing] = []
    data: list[bytes] = []
    for event in parser.feed(answer.content):
        if isinstance(event, ObjectHead | Missing):
            heads.append(event)
            data.append(b"")
        elif isinstance(event, ObjectBytes):
            data[-1] += bytes(event.data)
    parser.close()
    return heads, data


def _manifest(stage: Stage, desk: Desk) -> Manifest:
    _, (data,) = _asked(desk, [(stage.manifest(desk)["object"], 0)])
    return Manifest.model_validate_json(data)


def test_every_object_of_the_manifest_comes_whole(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    entries = _manifest(stage, desk).objects
    heads, data = _asked(desk, [(one.object, 0) for one in entries])
    assert [one.object for one in heads] == [one.object for one in entries]
    assert [hashlib.sha256(one).hexdigest() for one in data] == [one.object for one in entries]
    assert [len(one) for one in data] == [one.length for one in entries]


def test_originals_go_to_the_desk_of_the_assigned_physician_alone(stage: Stage) -> None:
    desk, other = stage.desk(), stage.desk()
    assignment = stage.accepted(desk)
    originals = [one for one in _manifest(stage, desk).objects if one.kind is ObjectKind.ORIGINAL]
    asked = [(one.object, 0) for one in originals]
    _, data = _asked(desk, asked)
    assert originals
    assert [hashlib.sha256(one).hexdigest() for one in data] == [one.object for one in originals]
    assert all(one[128:132] == b"DICM" for one in data)
    heads, nothing = _asked(other, asked)
    assert [type(one) for one in heads] == [Missing] * len(asked)
    assert not b"".join(nothing)
    stage.offered(other)
    assert [type(one) for one in _asked(other, asked)[0]] == [Missing] * len(asked), "an offer opens nothing"
    assert desk.intent("give_back", stage.case, assignment, reason="ill")["accepted"]
    assert [type(one) for one in _asked(desk, asked)[0]] == [Missing] * len(asked), "what was given back is closed"


def test_a_bundle_goes_on_from_offsets_and_names_what_is_missing(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    entry = next(one for one in _manifest(stage, desk).objects if one.kind is ObjectKind.FRAMES)
    middle = entry.length - 70_000
    heads, data = _asked(desk, [(entry.object, middle), ("f" * 64, 0), (entry.object, entry.length), (entry.object, entry.length + 1)])
    assert isinstance(heads[0], ObjectHead)
    assert (heads[0].offset, heads[0].total, len(data[0])) == (middle, entry.length, 70_000)
    assert [type(one) for one in heads] == [ObjectHead, Missing, ObjectHead, Missing]
    _, (whole,) = _asked(desk, [(entry.object, 0)])
    assert whole.endswith(data[0])


def test_a_damaged_file_is_named_or_cut_and_never_served(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    entry = next(one for one in _manifest(stage, desk).objects if one.kind is ObjectKind.THUMBNAIL)
    files = [one for one in (stage.house.data / "objects").rglob("*") if one.is_file()]
    found = [one for one in files if one.stat().st_size == entry.length + 107 + 16]
    kept = [one.read_bytes() for one in found]
    assert found
    try:
        for one, data in zip(found, kept, strict=True):
            one.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
        heads, _ = _asked(desk, [(entry.object, 0)])
        assert [type(one) for one in heads] == [Missing]
    finally:
        for one, data in zip(found, kept, strict=True):
            one.write_bytes(data)


def test_a_cut_stream_is_not_whole(stage: Stage) -> None:
    desk = stage.desk()
    stage.accepted(desk)
    answer = desk.ask("POST", "/v1/bundles", json={"objects": [[stage.manifest(desk)["object"], 0]]})
    parser = Parser()
    assert list(parser.feed(answer.content[:-5]))
    assert not _whole(parser)


def _whole(parser: Parser) -> bool:
    try:
        parser.close()
    except Trouble:
        return False
    return True


def test_more_objects_than_one_bundle_may_ask_are_refused(stage: Stage) -> None:
    assert stage.desk().ask("POST", "/v1/bundles", json={"objects": [["f" * 64, 0]] * 513}).status_code == 422
