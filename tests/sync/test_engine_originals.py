"""The untouched originals: fetched where one is wished for, sealed and verified as any object, and of no weight for readiness."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.events import OriginalsArrived, Synced
from sync.vault.originals import TAKEN_OUT
from sync.vault.values import Awaited, CaseState
from tests.sync.conftest import until
from tests.sync.running import PASSPHRASE, objects_of, ready, running

if TYPE_CHECKING:
    from sync.vault.vault import Vault
    from tests.doubles.hospital import HospitalDouble

UID = "2.25.77"
FILE = os.urandom(700_000)


@pytest.fixture
def objects() -> list[bytes]:
    return objects_of(2, 5000)


@pytest.fixture
def whole(hospital: HospitalDouble, desk: Vault, objects: list[bytes]) -> Vault:
    """A desk with a case that is ready; its originals are at the hospital."""
    hospital.add_case("c1", objects, {"2.25.76": b"another", UID: FILE})
    with running(desk):
        until(lambda: ready(desk), "the case is ready")
    return desk


def came(desk: Vault) -> None:
    """The engine runs until the original is here."""
    with running(desk) as run:
        until(lambda: run.saw(OriginalsArrived), "the original is told of")
        assert run.of(OriginalsArrived)[0] == OriginalsArrived("c1")


def taken_out(desk: Vault) -> list[object]:
    return [entry["what"] for entry in desk.parts.audit.entries() if entry["act"] == TAKEN_OUT]


def test_an_original_comes_only_where_it_is_wished_for(hospital: HospitalDouble, whole: Vault) -> None:
    before = whole.cases()[0].readiness
    assert not whole.want_original("c1", UID)
    assert not whole.want_original("c1", UID)
    assert whole.cases()[0].readiness == before
    assert ready(whole)
    with pytest.raises(Trouble) as caught:
        whole.take_out_original("c1", UID)
    assert caught.value.kind is Kind.STATE
    came(whole)
    assert whole.want_original("c1", UID)
    assert whole.take_out_original("c1", UID) == FILE
    assert whole.cases()[0].readiness == before
    asked = [name for bundle in hospital.bundles for name, _ in bundle]
    assert len(asked) == len(set(asked)) == 4  # manifest, two objects, one original


def test_each_original_that_is_taken_out_is_told_by_our_own_ids(whole: Vault) -> None:
    whole.want_original("c1", UID)
    came(whole)
    assert taken_out(whole) == []
    whole.take_out_original("c1", UID)
    whole.take_out_original("c1", UID)
    assert taken_out(whole) == [{"case": "c1", "manifest": 1, "image": 2}] * 2
    assert UID not in "".join(whole.parts.audit.lines())
    assert whole.damage() == []


def test_the_wish_outlives_a_restart_and_a_cut_bundle(hospital: HospitalDouble, whole: Vault) -> None:
    hospital.server.stop()
    whole.want_original("c1", UID)
    hospital.mood.cut_bundle_after = 150_000
    hospital.server.start()
    came(whole)
    assert any(offset for bundle in hospital.bundles for _, offset in bundle), "it went on in its middle"
    assert whole.take_out_original("c1", UID) == FILE


def test_wrong_bytes_of_an_original_never_get_in(hospital: HospitalDouble, whole: Vault) -> None:
    whole.want_original("c1", UID)
    name = next(one.object for one in whole.parts.index.wanted())
    hospital.mood.wrong_bytes = {name}
    with running(whole) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert ready(whole)
        assert not run.saw(OriginalsArrived)
        hospital.mood.wrong_bytes = set()
        until(lambda: run.saw(OriginalsArrived), "the right bytes come")


def test_a_damaged_original_is_fetched_again_and_the_case_stays_ready(whole: Vault) -> None:
    whole.want_original("c1", UID)
    came(whole)
    key = whole.parts.keys.get("c1")
    name = next(one for one, length in whole.parts.index.object_lengths("c1").items() if length == len(FILE))
    path = whole.parts.objects.path(key, name)
    whole.parts.objects.forget(key, name)
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Trouble) as caught:
        whole.take_out_original("c1", UID)
    assert caught.value.kind is Kind.DAMAGED
    assert taken_out(whole) == []
    assert (whole.cases()[0].readiness.state, whole.cases()[0].readiness.damaged) == (CaseState.READY_OFFLINE, 0)
    came(whole)
    assert whole.take_out_original("c1", UID) == FILE


def test_a_next_version_keeps_the_original_and_a_case_taken_back_takes_it_along(
    hospital: HospitalDouble, whole: Vault, objects: list[bytes]
) -> None:
    whole.want_original("c1", UID)
    came(whole)
    hospital.put_manifest("c1", [*objects, b"a late one"], 2, {"2.25.76": b"another", UID: FILE})
    with running(whole) as run:
        until(lambda: whole.manifest("c1").version == 2 and ready(whole), "the next version")
        until(lambda: run.saw(Synced), "a round")
    assert whole.take_out_original("c1", UID) == FILE
    folder = whole.parts.objects.path(whole.parts.keys.get("c1"), "x").parent
    hospital.drop("case", "c1")
    with running(whole):
        until(lambda: whole.parts.keys.find("c1") is None, "the key is gone")
    assert not folder.exists()
    with pytest.raises(Trouble):
        whole.take_out_original("c1", UID)


def test_what_belongs_to_no_case_cannot_be_wished_for(whole: Vault) -> None:
    with pytest.raises(Trouble, match="not part of the case"):
        whole.want_original("c1", "2.25.404")


def test_a_paused_case_still_fetches_the_original(whole: Vault) -> None:
    whole.set_paused("c1", paused=True)
    whole.want_original("c1", UID)
    came(whole)
    assert whole.want_original("c1", UID)


def test_the_place_outlives_lock_and_restart_until_it_is_saved(whole: Vault) -> None:
    whole.want_original("c1", UID, "/media/somebody/original.dcm")
    whole.lock()
    with pytest.raises(Trouble):
        whole.originals_awaited()
    whole.unlock(PASSPHRASE)
    assert whole.originals_awaited() == (Awaited("c1", UID, "/media/somebody/original.dcm"),)
    whole.want_original("c1", UID, "/media/somebody/elsewhere.dcm")
    assert [one.place for one in whole.originals_awaited()] == ["/media/somebody/elsewhere.dcm"]
    whole.original_saved("c1", UID)
    assert whole.originals_awaited() == ()


def test_a_place_is_neither_readable_at_rest_nor_kept_for_a_case_taken_back(hospital: HospitalDouble, whole: Vault) -> None:
    whole.want_original("c1", UID, "/media/somebody/original.dcm")
    with whole.parts.work_database.read() as rows:
        kept = [bytes(row["body"]) for row in rows.execute("SELECT body FROM places")]
    assert len(kept) == 1
    assert b"somebody" not in kept[0]
    assert UID.encode() not in kept[0]
    with pytest.raises(Trouble):
        whole.want_original("c1", "2.25.404", "/media/somebody/nothing.dcm")
    assert len(whole.originals_awaited()) == 1
    hospital.drop("case", "c1")
    with running(whole):
        until(lambda: whole.parts.keys.find("c1") is None, "the key is gone")
    assert whole.originals_awaited() == ()
