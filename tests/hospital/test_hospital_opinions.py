"""Opinions: what is receipted, once; what is refused and why; what is quarantined."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hospital.desks import judging, offering
from hospital.desks.bodies import case_key
from hospital.store import cases, work
from record.signature import authority
from sync.protocol import jws
from sync.protocol.messages import Receipt
from tests.hospital import stage as stages
from tests.hospital import tiny_case
from tests.hospital.desk import facts

if TYPE_CHECKING:
    from pathlib import Path

    import requests

    from tests.hospital.desk import Desk
    from tests.hospital.stage import Stage


def _receipt(desk: Desk, answer: requests.Response) -> Receipt:
    assert answer.status_code == 200, answer.text
    keys = desk.ask("GET", "/v1/authority").json()["receipt_keys"]
    return Receipt.model_validate(jws.verify(answer.json()["receipt"], keys, jws.Kind.RECEIPT))


def _rows(stage: Stage, assignment: str) -> list[work.OpinionRow]:
    with stage.house.database.read() as tx:
        return [one for one in work.opinions_of_case(tx, stage.case) if one.assignment == assignment]


def test_a_good_opinion_is_receipted_once(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    signed = stage.opinion(desk, made)
    first = desk.upload(made, 1, signed)
    receipt = _receipt(desk, first)
    assert receipt.sha256 == hashlib.sha256(signed).hexdigest()
    assert (receipt.assignment, receipt.revision, receipt.dataset) == (made, 1, desk.dataset)
    assert receipt.manifest_digest == stage.manifest(desk)["object"]
    assert not receipt.quarantined
    assert desk.upload(made, 1, signed).json() == first.json()
    (row,) = _rows(stage, made)
    with stage.house.database.read() as tx:
        key = case_key(stage.house, cases.get(tx, stage.case))
    assert bytes(stage.house.objects.read(key, row.sha256, row.file_id)) == signed
    body = desk.newest("assignment", made)
    assert body is not None
    assert (body["state"], body["next_revision"]) == ("opined", 2)


def test_other_bytes_under_the_same_number_are_a_conflict(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    assert desk.upload(made, 1, stage.opinion(desk, made)).status_code == 200
    answer = desk.upload(made, 1, stage.opinion(desk, made))
    assert answer.status_code == 409
    assert answer.json()["what_to_do"]
    assert len(_rows(stage, made)) == 1


def test_an_addendum_is_the_next_revision(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    assert desk.upload(made, 1, stage.opinion(desk, made)).status_code == 200
    assert desk.upload(made, 3, stage.opinion(desk, made, 3)).json()["details"] == "revision"
    assert _receipt(desk, desk.upload(made, 2, stage.opinion(desk, made, 2))).revision == 2


@pytest.mark.parametrize(
    ("changed", "details"),
    [
        ({"case": "0" * 32}, "case, assignment or revision"),
        ({"assignment": "0" * 32}, "case, assignment or revision"),
        ({"manifest": {"version": 1, "object": "0" * 64}}, "manifest"),
    ],
)
def test_an_opinion_on_something_else_is_refused(stage: Stage, changed: dict[str, Any], details: str) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    signed = stage.opinion(desk, changed.pop("assignment", made), **changed)
    answer = desk.upload(made, 1, signed)
    assert (answer.status_code, answer.json()["details"]) == (403, details)
    assert _rows(stage, made) == []


def test_changed_or_unsigned_bytes_are_refused(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    signed = stage.opinion(desk, made)
    middle = len(signed) // 3
    tampered = signed[:middle] + bytes([signed[middle] ^ 1]) + signed[middle + 1 :]
    for bad in (tampered, signed + b"\n% more", signed[:-50], b"not a PDF", b""):
        assert desk.upload(made, 1, bad).status_code == 403
    assert desk.upload(made, 1, signed, digest="").json()["details"] == "digest"
    assert _rows(stage, made) == []
    assert desk.upload(made, 1, signed).status_code == 200


def test_another_signer_is_refused(stage: Stage) -> None:
    desk, other = stage.desk(), stage.desk()
    made = stage.accepted(desk)
    stage.accepted(other)
    signed = stage.opinion(other, made)
    answer = desk.upload(made, 1, signed)
    assert (answer.status_code, answer.json()["details"]) == (403, "signer")


def test_what_is_larger_than_the_hospital_takes_is_refused(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    answer = desk.upload(made, 1, b"%PDF-1.7\n" + b" " * 1_000_000)
    assert (answer.status_code, answer.json()["details"]) == (403, "size")


def test_after_a_withdrawal_it_is_kept_receipted_and_quarantined(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    signed = stage.opinion(desk, made)
    offering.withdraw(stage.house, made)
    assert _receipt(desk, desk.upload(made, 1, signed)).quarantined
    assert [one.state for one in _rows(stage, made)] == ["quarantined"]


def test_an_opinion_on_an_older_version_is_taken(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "Late again", [45])
    case = stages.imported(stage.house, folder).case
    desk = stage.desk()
    made = stage.accepted(desk, case)
    before = stage.manifest(desk, case)
    tiny_case.add_slice(folder, 46)
    assert stages.imported(stage.house, folder).version == 2
    signed = stage.opinion(desk, made, case=case, manifest=before)
    assert _receipt(desk, desk.upload(made, 1, signed)).manifest_digest == before["object"]


def test_a_file_that_eats_time_or_memory_does_not_hold(stage: Stage) -> None:
    root, now = stage.house.keys.signing_authority_pem, stage.house.now()
    late = judging.judge(b"%PDF-1.7", root, now, seconds=0, memory_megabytes=512)
    assert late.failures == ("too_long",)
    large = judging.judge(b"%PDF-1.7" * 1000, root, now, seconds=20, memory_megabytes=8)
    assert not large.good


def test_a_key_that_nobody_certified_is_refused(stage: Stage) -> None:
    desk = stage.desk()
    made = stage.accepted(desk)
    root, now = ec.generate_private_key(ec.SECP256R1()), stage.house.now()
    pem = authority.make_authority(root, "Northlight", now - timedelta(days=1), now + timedelta(days=9), 1)
    request = authority.make_request(desk.signer, desk.login)
    certificate = authority.issue(request, root, pem, "Dr", "Northlight", now - timedelta(hours=1), now + timedelta(days=2), 2)
    desk.__dict__["certificate"] = lambda: certificate
    signed = desk.opinion(facts(stage.case, made, stage.manifest(desk)), pem.decode())
    answer = desk.upload(made, 1, signed)
    assert answer.status_code == 403
    assert "untrusted" in answer.json()["details"]
