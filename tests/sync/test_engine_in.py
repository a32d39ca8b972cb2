"""The way in against a hospital in memory: a case comes in whole, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.events import (
    CaseChanged,
    CertificateArrived,
    HospitalLost,
    HospitalReached,
    Progress,
    Synced,
)
from sync.vault.values import CaseState
from tests.sync.conftest import PASSPHRASE, until
from tests.sync.running import objects_of, ready, running

if TYPE_CHECKING:
    from sync.vault.vault import Vault
    from tests.doubles.hospital import HospitalDouble

# a server that vanishes in the middle of a handshake: urllib3 leaves that socket to the collector
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")


def test_a_case_comes_in_whole_and_is_read_offline(hospital: HospitalDouble, desk: Vault) -> None:
    objects = objects_of()
    names = hospital.add_case("c1", objects)
    with running(desk) as run:
        until(lambda: ready(desk), "the case is ready")
        until(lambda: run.saw(Synced), "the round is through")
        assert run.saw(HospitalReached)
        assert run.saw(CertificateArrived)
        assert run.saw(Progress)
        assert CaseChanged("c1", CaseState.READY_OFFLINE) in run.said
        assert run.troubles() == []
    hospital.server.stop()
    assert [desk.read_object("c1", name) for name in names] == objects
    assert desk.read_object("c1", names[3], 70_000, 9) == objects[3][70_000:70_009]
    row = desk.cases()[0]
    assert (row.readiness.present_objects, row.readiness.fraction, row.case is not None) == (6, 1.0, True)
    assert desk.case("c1").manifest_digest == hospital.manifests["c1"].object
    assert desk.manifest("c1").version == 1
    assert desk.damage() == []


def test_the_untouched_originals_stay_at_the_hospital(hospital: HospitalDouble, desk: Vault) -> None:
    hospital.add_case("c1", objects_of(2))
    with running(desk):
        until(lambda: ready(desk), "the case is ready")
    asked = {name for bundle in hospital.bundles for name, _ in bundle}
    assert "0" * 64 not in asked
    with pytest.raises(Trouble) as caught:
        desk.read_object("c1", "0" * 64)
    assert caught.value.kind is Kind.STATE


@pytest.mark.parametrize("cut", [1, 700, 150_000, 480_000, 999_000])
def test_a_bundle_cut_in_its_middle_goes_on_where_it_was(hospital: HospitalDouble, desk: Vault, cut: int) -> None:
    objects = objects_of(3, 600_000)  # larger than what is sealed in one piece
    names = hospital.add_case("c1", objects)
    hospital.mood.cut_bundle_after = cut
    with running(desk) as run:
        until(lambda: ready(desk), "the case is ready")
        assert [desk.read_object("c1", name) for name in names] == objects
        if cut > 150_000:
            assert any(offset for bundle in hospital.bundles for _, offset in bundle), "an object was resumed in its middle"
        assert all(trouble.kind is Kind.NETWORK for trouble in run.troubles())


def test_a_hospital_that_vanishes_is_told_once_and_found_again(hospital: HospitalDouble, desk: Vault) -> None:
    with running(desk) as run:
        until(lambda: run.saw(Synced), "a first round")
        hospital.server.stop()
        until(lambda: run.saw(HospitalLost), "the hospital is missed")
        lost = run.of(HospitalLost)[0]
        assert isinstance(lost, HospitalLost)
        assert (lost.trouble.what_happened, lost.trouble.what_to_do) == (
            "The hospital cannot be reached.",
            "You can go on reading and sign; the opinion leaves by itself when it is back.",
        )
        hospital.add_case("c1", objects_of(2))
        hospital.server.start()
        until(lambda: ready(desk), "the case comes")
        assert run.saw(HospitalReached, 2)
        assert len(run.of(HospitalLost)) == 1


def test_bytes_that_are_not_what_their_name_says_never_get_in(hospital: HospitalDouble, desk: Vault) -> None:
    names = hospital.add_case("c1", objects_of(3))
    hospital.mood.wrong_bytes = {names[1]}
    with running(desk) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert run.troubles()[0].kind is Kind.DAMAGED
        assert not ready(desk)
        assert len(desk.read_object("c1", names[0])) == 200_000
        with pytest.raises(Trouble):
            desk.read_object("c1", names[1])
        hospital.mood.wrong_bytes = set()
        until(lambda: ready(desk), "the right bytes come")


def test_what_the_hospital_lacks_is_told_and_asked_again(hospital: HospitalDouble, desk: Vault) -> None:
    names = hospital.add_case("c1", objects_of(3))
    hospital.mood.missing = {names[2]}
    with running(desk) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert "not to be had" in run.troubles()[0].what_happened
        hospital.mood.missing = set()
        until(lambda: ready(desk), "it comes after all")


def test_a_late_item_makes_a_next_version(hospital: HospitalDouble, desk: Vault) -> None:
    objects = objects_of(3)
    hospital.add_case("c1", objects)
    with running(desk):
        until(lambda: ready(desk), "the case is ready")
        late = [*objects[1:], b"a late letter"]
        names = hospital.put_manifest("c1", late, 2)
        until(lambda: desk.case("c1").manifest_version == 2 and ready(desk), "the next version is here")
        assert [desk.read_object("c1", name) for name in names] == late
        folder = desk.parts.objects.path(desk.parts.keys.get("c1"), names[0]).parent
        assert len(list(folder.iterdir())) == len(late) + 1, "what no version needs is gone"


def test_a_manifest_that_the_hospital_did_not_sign_is_not_taken(hospital: HospitalDouble, desk: Vault) -> None:
    hospital.add_case("c1", objects_of(2))
    body = hospital.manifests["c1"].model_copy(update={"version": 2, "signature": hospital.manifests["c1"].signature})
    with running(desk) as run:
        until(lambda: ready(desk), "the case is ready")
        hospital.put("manifest", "c1", body, revision=2)
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert run.troubles()[0].kind is Kind.IDENTITY
        assert desk.manifest("c1").version == 1


def test_an_index_that_was_lost_is_rebuilt_without_fetching_again(hospital: HospitalDouble, with_case: Vault) -> None:
    with_case.save_draft("c1", "a-c1", {"text": "words"})
    with_case.lock()
    path = with_case.folder / "index.db"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    with_case.unlock(PASSPHRASE)
    assert with_case.cases() == ()
    hospital.bundles.clear()
    with running(with_case) as run:
        until(lambda: ready(with_case), "the case is back")
        assert run.troubles() == []
    assert hospital.bundles == [], "every file was taken as it was"
    assert with_case.draft("c1", "a-c1") == {"text": "words"}


def test_a_slow_clock_of_the_desk_is_told(hospital: HospitalDouble, desk: Vault) -> None:
    hospital.mood.clock_off = timedelta(days=3)
    with running(desk) as run:
        until(lambda: bool(run.troubles()), "it is told")
        assert "clock" in run.troubles()[0].what_happened
        hospital.mood.clock_off = timedelta(0)
        until(lambda: run.saw(Synced), "it goes on")


def test_without_approval_there_is_no_certificate_yet(hospital: HospitalDouble, desk: Vault) -> None:
    hospital.mood.approve = False
    with running(desk) as run:
        until(lambda: run.saw(Synced), "a round")
        assert desk.certificate() is None
        hospital.mood.approve = True
        until(lambda: run.saw(CertificateArrived), "the certificate is here")
    assert desk.certificate() is not None


def test_a_full_disk_is_told_and_gone_on_from(hospital: HospitalDouble, desk: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = objects_of(4)
    names = hospital.add_case("c1", objects)
    from sync.seal.writer import PartWriter  # noqa: PLC0415  patched below

    real = PartWriter._write_all
    full = [True]

    def write_all(writer: PartWriter, data: bytes) -> None:
        if full[0] and len(data) > 60_000:
            raise OSError(28, "No space left on device")
        real(writer, data)

    monkeypatch.setattr(PartWriter, "_write_all", write_all)
    with running(desk) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        trouble = run.troubles()[0]
        assert (trouble.kind, trouble.what_happened) == (Kind.STORAGE, "The disk is full.")
        full[0] = False
        until(lambda: ready(desk), "it goes on")
    assert [desk.read_object("c1", name) for name in names] == objects
