"""Import: what a case folder becomes, what a bad file costs, and what a second import changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from hospital.desks.bodies import case_key
from hospital.overview import status, status_words
from hospital.store import cases
from record.trouble import Kind, Trouble
from sync.protocol import jws
from sync.protocol.canonical import canonical
from sync.protocol.messages import Manifest, ObjectKind
from tests.hospital import stage as stages
from tests.hospital import tiny_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hospital.stage import Stage


def _newest(stage: Stage, case: str) -> tuple[Manifest, bytes, cases.ManifestRow]:
    with stage.house.database.read() as tx:
        row = cases.newest_manifest(tx, case)
        assert row is not None
        stored = cases.object_row(tx, case, row.object)
        assert stored is not None
        key = case_key(stage.house, cases.get(tx, case))
    data = bytes(stage.house.objects.read(key, stored.object, stored.file_id))
    return Manifest.model_validate_json(data), data, row


def test_a_folder_becomes_a_case_that_is_ready(stage: Stage) -> None:
    manifest, data, row = _newest(stage, stage.case)
    assert (row.object, row.version) == (hashlib.sha256(data).hexdigest(), manifest.version)
    assert canonical(manifest.model_dump(mode="json")) == data
    keys = {stage.house.keys.receipts.kid: stage.house.keys.receipts.jwk}
    assert jws.verify(row.signature, keys, jws.Kind.MANIFEST)["digest"] == row.object
    (study,) = manifest.studies
    assert (study.matches_identity, study.role, len(study.series[0].instances)) == (True, "current", 3)
    kinds = [one.kind for one in manifest.objects]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        ObjectKind.ORIGINAL: 3,
        ObjectKind.HEADER: 3,
        ObjectKind.FRAMES: 3,
        ObjectKind.DOCUMENT: 1,
        ObjectKind.THUMBNAIL: 1,
    }
    assert [one.title for one in manifest.documents] == ["Referral letter"]
    assert [one.what for one in manifest.absent] == ["PET/CT"]


def test_a_bad_file_is_one_line_and_a_strange_number_is_marked(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "Bad company", [41])
    tiny_case.add_slice(folder, 42, tiny_case.OTHER_NUMBER)
    (folder / "images" / "notes.dcm").write_bytes(b"This is no image." * 50)
    done = stages.imported(stage.house, folder)
    assert (done.instances, done.documents, len(done.refused)) == (2, 1, 1)
    ((what, trouble),) = done.refused
    assert what.startswith("image ")
    assert trouble.what_to_do
    manifest, _, _ = _newest(stage, done.case)
    assert {one.patient_id: one.matches_identity for one in manifest.studies} == {
        tiny_case.NUMBER: True,
        tiny_case.OTHER_NUMBER: False,
    }


def test_files_keep_their_numbers_over_batches(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hospital.intake.taking._BATCH", 2)
    folder = tiny_case.make(tmp_path / "case", "Many batches", [51, 52, 53, 54])
    for name in ("0.dcm", "zz.dcm"):
        (folder / "images" / name).write_bytes(b"This is no image." * 50)
    done = stages.imported(stage.house, folder)
    assert done.instances == 4
    assert [what for what, _ in done.refused] == ["image 1", "image 6"]
    manifest, _, _ = _newest(stage, done.case)
    assert len({one.original_object for one in manifest.studies[0].series[0].instances}) == 4


def test_again_is_nothing_new_and_a_late_item_is_the_next_version(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "Late things", [43])
    first = stages.imported(stage.house, folder)
    again = stages.imported(stage.house, folder)
    assert (first.new, first.version) == (True, 1)
    assert (again.case, again.new, again.version) == (first.case, False, 1)
    desk = stage.desk()
    stage.accepted(desk, first.case)
    tiny_case.add_slice(folder, 44)
    late = stages.imported(stage.house, folder)
    assert (late.case, late.new, late.version) == (first.case, True, 2)
    assert stage.manifest(desk, first.case)["version"] == 2


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("format = 1", "format = 2", "format"),
        ('sex = "F"', 'sex = "female"', "patient.sex"),
        ("birth_date = 1961-03-09", 'birth_date = "March"', "patient.birth_date"),
        ('asked_by = "referrer"', 'asked_by = "nobody"', "questions[1].asked_by"),
        ('due = "2 days"', 'due = "soon"', "due"),
        ('due = "2 days"', 'dew = "2 days"', "dew"),
        ("documents/letter.pdf", "../outside.pdf", "documents.file"),
    ],
)
def test_a_wrong_key_is_named_and_nothing_is_changed(stage: Stage, tmp_path: Path, old: str, new: str, place: str) -> None:
    folder = tiny_case.make(tmp_path / "case", "Wrong keys", [])
    path = folder / "case.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with stage.house.database.read() as tx:
        before = [one.id for one in cases.all_cases(tx)]
    with pytest.raises(Trouble) as caught:
        stages.imported(stage.house, folder)
    assert (caught.value.kind, caught.value.details) == (Kind.INPUT, place)
    assert tiny_case.NAME not in str(caught.value.as_dict())
    with stage.house.database.read() as tx:
        assert [one.id for one in cases.all_cases(tx)] == before


def test_what_is_no_case_folder_is_told(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="not a case folder"):
        stages.imported(stage.house, tmp_path)
    (tmp_path / "case.toml").write_text("= nonsense", "utf-8")
    with pytest.raises(Trouble, match="not TOML"):
        stages.imported(stage.house, tmp_path)


def test_status_lists_what_is_served_as_it_came_and_what_is_not_shown(stage: Stage, tmp_path: Path) -> None:
    folder = tiny_case.make(tmp_path / "case", "With loss", [41, 42])
    tiny_case.with_loss(folder, 43)
    tiny_case.cut_short(folder, 44)
    tiny_case.read_differently(folder, 45)
    stages.imported(stage.house, folder)
    with stage.house.database.read() as tx:
        value = status(stage.house, tx)
    told = [case["images"] for case in value["cases"] if case["images"] and case["images"]["as_came"]]
    assert [(one["compared"], one["one_decoder"], list(one["as_came"].values()), list(one["not_shown"].values())) for one in told] == [
        (2, 0, [1], [1])
    ]
    assert [one["differ"] for one in told] == [{"JPEG Lossless SV1": 1}]
    said = status_words(value)
    assert "1 images are served as they came, since two decoders read them differently: JPEG Lossless SV1" in said
    assert "1 images are served as they came, with loss: JPEG" in said
    assert "1 images are not shown: This image cannot be shown because" in said
