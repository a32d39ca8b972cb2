"""Both ways against a hospital in memory: a case comes in whole, an opinion goes home once, whatever happens in between."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.backoff import Backoff
from sync.engine.engine import Engine
from sync.engine.events import (
    CaseChanged,
    CertificateArrived,
    Delivered,
    DropsHeld,
    Event,
    HospitalLost,
    HospitalReached,
    IntentAnswered,
    Progress,
    Synced,
    TroubleSeen,
)
from sync.vault.values import CaseState, OpinionState
from tests.sync.conftest import PASSPHRASE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.vault.vault import Vault
    from tests.doubles.hospital import HospitalDouble

PDF = b"%PDF-1.7 composed" + bytes(2000)
SIGNED = PDF + b" and signed"

# a server that vanishes in the middle of a handshake: urllib3 leaves that socket to the collector
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")


@dataclass
class Running:
    """An engine and everything it said."""

    engine: Engine
    said: list[Event] = field(default_factory=list)

    def saw(self, kind: type[Event], count: int = 1) -> bool:
        self.said += self.engine.drain()
        return sum(isinstance(one, kind) for one in self.said) >= count

    def of(self, kind: type[Event]) -> list[Event]:
        self.said += self.engine.drain()
        return [one for one in self.said if isinstance(one, kind)]

    def troubles(self) -> list[Trouble]:
        return [one.trouble for one in self.of(TroubleSeen) if isinstance(one, TroubleSeen)]


@contextmanager
def running(vault: Vault) -> Iterator[Running]:
    engine = Engine(vault, every_s=0.1, backoff=lambda: Backoff(0.05, 0.2))
    engine.start()
    try:
        yield Running(engine)
    finally:
        engine.stop()


def _objects(count: int = 5, size: int = 200_000) -> list[bytes]:
    return [os.urandom(size + at) for at in range(count)]


def _ready(vault: Vault, case: str = "c1") -> bool:
    readiness = vault.parts.index.readiness(case)
    return readiness is not None and readiness.ready_offline


def test_a_case_comes_in_whole_and_is_read_offline(hospital: HospitalDouble, desk: Vault) -> None:
    objects = _objects()
    names = hospital.add_case("c1", objects)
    with running(desk) as run:
        until(lambda: _ready(desk), "the case is ready")
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
    hospital.add_case("c1", _objects(2))
    with running(desk):
        until(lambda: _ready(desk), "the case is ready")
    asked = {name for bundle in hospital.bundles for name, _ in bundle}
    assert "0" * 64 not in asked
    with pytest.raises(Trouble) as caught:
        desk.read_object("c1", "0" * 64)
    assert caught.value.kind is Kind.STATE


@pytest.mark.parametrize("cut", [1, 700, 150_000, 480_000, 999_000])
def test_a_bundle_cut_in_its_middle_goes_on_where_it_was(hospital: HospitalDouble, desk: Vault, cut: int) -> None:
    objects = _objects()
    names = hospital.add_case("c1", objects)
    hospital.mood.cut_bundle_after = cut
    with running(desk) as run:
        until(lambda: _ready(desk), "the case is ready")
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
        hospital.add_case("c1", _objects(2))
        hospital.server.start()
        until(lambda: _ready(desk), "the case comes")
        assert run.saw(HospitalReached, 2)
        assert len(run.of(HospitalLost)) == 1


def test_bytes_that_are_not_what_their_name_says_never_get_in(hospital: HospitalDouble, desk: Vault) -> None:
    names = hospital.add_case("c1", _objects(3))
    hospital.mood.wrong_bytes = {names[1]}
    with running(desk) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert run.troubles()[0].kind is Kind.DAMAGED
        assert not _ready(desk)
        assert len(desk.read_object("c1", names[0])) == 200_000
        with pytest.raises(Trouble):
            desk.read_object("c1", names[1])
        hospital.mood.wrong_bytes = set()
        until(lambda: _ready(desk), "the right bytes come")


def test_what_the_hospital_lacks_is_told_and_asked_again(hospital: HospitalDouble, desk: Vault) -> None:
    names = hospital.add_case("c1", _objects(3))
    hospital.mood.missing = {names[2]}
    with running(desk) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert "not to be had" in run.troubles()[0].what_happened
        hospital.mood.missing = set()
        until(lambda: _ready(desk), "it comes after all")


def test_a_damaged_file_is_fetched_again_by_itself(hospital: HospitalDouble, desk: Vault) -> None:
    objects = _objects(3)
    names = hospital.add_case("c1", objects)
    with running(desk):
        until(lambda: _ready(desk), "the case is ready")
        path = desk.parts.objects.path(desk.parts.keys.get("c1"), names[1])
        data = bytearray(path.read_bytes())
        data[1000] ^= 1
        path.write_bytes(data)
        desk.parts.objects.close()
        with pytest.raises(Trouble) as caught:
            desk.read_object("c1", names[1])
        assert caught.value.kind is Kind.DAMAGED
        until(lambda: _ready(desk), "it is repaired")
        assert desk.read_object("c1", names[1]) == objects[1]


def test_a_scrub_finds_what_nobody_read(hospital: HospitalDouble, desk: Vault) -> None:
    names = hospital.add_case("c1", _objects(3))
    with running(desk):
        until(lambda: _ready(desk), "the case is ready")
    path = desk.parts.objects.path(desk.parts.keys.get("c1"), names[2])
    path.write_bytes(path.read_bytes()[:-1])
    found = desk.scrub()
    assert (found.objects, found.damaged) == (4, 1)
    row = desk.cases()[0]
    assert row.readiness.damaged == 1
    assert row.trouble is not None
    with running(desk):
        until(lambda: _ready(desk), "it is repaired")
    assert desk.scrub().damaged == 0


def test_a_late_item_makes_a_next_version(hospital: HospitalDouble, desk: Vault) -> None:
    objects = _objects(3)
    hospital.add_case("c1", objects)
    with running(desk):
        until(lambda: _ready(desk), "the case is ready")
        late = [*objects[1:], b"a late letter"]
        names = hospital.put_manifest("c1", late, 2)
        until(lambda: desk.case("c1").manifest_version == 2 and _ready(desk), "the next version is here")
        assert [desk.read_object("c1", name) for name in names] == late
        folder = desk.parts.objects.path(desk.parts.keys.get("c1"), names[0]).parent
        assert len(list(folder.iterdir())) == len(late) + 1, "what no version needs is gone"


def test_a_manifest_that_the_hospital_did_not_sign_is_not_taken(hospital: HospitalDouble, desk: Vault) -> None:
    hospital.add_case("c1", _objects(2))
    body = hospital.manifests["c1"].model_copy(update={"version": 2, "signature": hospital.manifests["c1"].signature})
    with running(desk) as run:
        until(lambda: _ready(desk), "the case is ready")
        hospital.put("manifest", "c1", body, revision=2)
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert run.troubles()[0].kind is Kind.IDENTITY
        assert desk.manifest("c1").version == 1


def _sign(desk: Vault, revision: int = 1, pdf: bytes = SIGNED) -> None:
    desk.signing_key(PASSPHRASE)
    manifest = desk.case("c1")
    assert manifest.manifest_digest is not None
    desk.store_composed("c1", "a-c1", revision, PDF, manifest_version=1, manifest_digest=manifest.manifest_digest)
    certificate = desk.certificate()
    assert certificate is not None
    desk.store_signed("a-c1", revision, pdf, certificate)


@pytest.fixture
def with_case(hospital: HospitalDouble, desk: Vault) -> Vault:
    hospital.add_case("c1", _objects(2, 5000))
    with running(desk) as run:
        until(lambda: _ready(desk) and desk.certificate() is not None, "the case is ready")
        until(lambda: run.saw(Synced), "the round is through")
    return desk


def test_an_opinion_signed_offline_leaves_by_itself(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.server.stop()
    with running(with_case) as run:
        until(lambda: run.saw(HospitalLost), "offline")
        _sign(with_case)
        run.engine.deliver()
        opinion = with_case.opinion("a-c1", 1)
        assert opinion is not None
        assert opinion.state in (OpinionState.SIGNED, OpinionState.SENDING)
        assert opinion.receipt is None
        hospital.server.start()
        until(lambda: run.saw(Delivered), "the receipt is here")
    opinion = with_case.opinion("a-c1", 1)
    assert opinion is not None
    assert opinion.state is OpinionState.RECEIVED
    assert opinion.receipt is not None
    assert hospital.opinions["a-c1", 1][0] == SIGNED
    assert with_case.receipt_token("a-c1", 1) == hospital.opinions["a-c1", 1][1]
    assert with_case.next_revision("a-c1") == 2
    assert with_case.document("a-c1", 1, signed=True) == SIGNED


def test_an_answer_that_was_lost_is_asked_again_and_stored_once(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.mood.drop_answers = 2
    _sign(with_case)
    with running(with_case) as run:
        until(lambda: run.saw(Delivered), "the receipt is here")
    assert hospital.accepted_uploads == 1


FORGERIES = [
    {"sha256": "0" * 64},
    {"assignment": "a-x"},
    {"revision": 2},
    {"dataset": "x"},
    {"manifest_digest": "0" * 64},
    {"signer_sha256": "0"},
]


@pytest.mark.parametrize("claims", FORGERIES)
def test_a_receipt_for_anything_else_is_no_receipt(hospital: HospitalDouble, with_case: Vault, claims: dict[str, object]) -> None:
    hospital.mood.forge_receipt = claims
    _sign(with_case)
    with running(with_case) as run:
        until(lambda: bool(run.troubles()), "the trouble is told")
        assert run.troubles()[0].kind is Kind.IDENTITY
        opinion = with_case.opinion("a-c1", 1)
        assert opinion is not None
        assert (opinion.state, opinion.receipt) == (OpinionState.SENDING, None)
        hospital.mood.forge_receipt = {}
        hospital.opinions.clear()
        until(lambda: run.saw(Delivered), "the right receipt is here")


def test_a_refused_opinion_can_be_changed_and_signed_again(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.mood.refuse_opinions = Trouble("The signature is by another person.", "Sign it yourself.", "422", Kind.REFUSED)
    _sign(with_case)
    with running(with_case) as run:
        until(lambda: bool(run.troubles()), "the refusal is told")
        opinion = with_case.opinion("a-c1", 1)
        assert opinion is not None
        assert opinion.state is OpinionState.REFUSED
        assert opinion.refusal is not None
        assert opinion.refusal.what_to_do == "Sign it yourself."
        hospital.mood.refuse_opinions = None
        _sign(with_case, 1, SIGNED + b" again")
        run.engine.deliver()
        until(lambda: run.saw(Delivered), "the receipt is here")


def test_what_is_signed_cannot_be_composed_or_signed_again(with_case: Vault) -> None:
    _sign(with_case)
    for act in (lambda: _sign(with_case), lambda: with_case.store_signed("a-c1", 1, SIGNED, with_case.certificate() or "")):
        with pytest.raises(Trouble) as caught:
            act()
        assert caught.value.kind is Kind.STATE


def test_only_what_was_shown_can_be_signed(with_case: Vault) -> None:
    with pytest.raises(Trouble) as caught:
        _sign(with_case, pdf=b"other pages" + SIGNED)
    assert caught.value.kind is Kind.INPUT


def test_intents_leave_in_order_and_once(hospital: HospitalDouble, with_case: Vault) -> None:
    with running(with_case) as run:
        hospital.server.stop()
        run.engine.intent("pause", "c1", "a-c1", 1)
        run.engine.intent("decline", "c1", "a-c1", 1)
        assert with_case.cases()[0].pending_intent == "decline"
        hospital.server.start()
        until(lambda: run.saw(IntentAnswered, 2), "both are answered")
        answers = [(one.kind, one.accepted, one.reason) for one in run.of(IntentAnswered) if isinstance(one, IntentAnswered)]
        assert answers == [("pause", True, ""), ("decline", False, "A reason is missing.")]
    assert [one.kind for one in hospital.intents_seen] == ["pause", "decline"]
    assert with_case.cases()[0].pending_intent is None


def test_a_case_taken_back_is_shredded(hospital: HospitalDouble, with_case: Vault) -> None:
    with_case.save_draft("c1", "a-c1", {"answer": "words"})
    key = with_case.parts.keys.get("c1")
    folder = with_case.parts.objects.path(key, "x").parent
    assert folder.exists()
    hospital.drop("case", "c1")
    with running(with_case):
        until(lambda: with_case.parts.keys.find("c1") is None, "the key is gone")
    assert not folder.exists()
    assert with_case.cases() == ()
    for act in (lambda: with_case.case("c1"), lambda: with_case.read_object("c1", "0" * 64)):
        with pytest.raises(Trouble):
            act()


def test_a_case_taken_back_while_its_opinion_is_under_way_still_delivers(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.mood.drop_answers = 3
    _sign(with_case)
    hospital.drop("case", "c1")
    with running(with_case) as run:
        until(lambda: run.saw(Delivered), "the receipt is here")
        until(lambda: with_case.parts.keys.find("c1") is None, "then the key goes")
    assert hospital.opinions["a-c1", 1][0] == SIGNED


def test_many_drops_wait_for_a_person(hospital: HospitalDouble, desk: Vault) -> None:
    for at in range(4):
        hospital.add_case(f"c{at}", _objects(1, 100))
    with running(desk) as run:
        until(lambda: all(_ready(desk, f"c{at}") for at in range(4)), "all are here")
        for at in range(2):
            hospital.drop("case", f"c{at}")
        until(lambda: run.saw(DropsHeld), "a person is asked")
        held = run.of(DropsHeld)[0]
        assert isinstance(held, DropsHeld)
        assert held.cases == {"c0", "c1"}
        assert len(desk.cases()) == 4
        run.engine.approve_drops(held.cases)
        until(lambda: {row.assignment.case for row in desk.cases()} == {"c2", "c3"}, "they are gone")


def test_a_restored_hospital_gets_the_holdings_and_drops_explicitly(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.restore("dataset-2")
    with running(with_case):
        until(lambda: with_case.parts.index.meta("dataset") == "dataset-2", "the new dataset is taken")
    assert hospital.holdings[0] == ["c1"]
    assert _ready(with_case)


def test_a_revoked_desk_keeps_nothing_but_what_goes_out(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.put("revocation", "r1", {"device": with_case.home().enrolment.device, "reason": "lost"})
    with running(with_case):
        until(lambda: with_case.parts.keys.find("c1") is None, "the key is gone")
    assert with_case.cases() == ()


def test_a_desk_that_was_shut_out_learns_it_from_the_refusal(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.revoke(with_case.home().enrolment.device)
    with running(with_case) as run:
        until(lambda: with_case.parts.keys.find("c1") is None, "the key is gone")
        until(lambda: bool(run.troubles()), "it is told")
        assert run.troubles()[0].what_happened == "This desk was shut out by the hospital."
    assert with_case.cases() == ()


def test_an_index_that_was_lost_is_rebuilt_without_fetching_again(hospital: HospitalDouble, with_case: Vault) -> None:
    with_case.save_draft("c1", "a-c1", {"text": "words"})
    with_case.lock()
    path = with_case.folder / "index.db"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    with_case.unlock(PASSPHRASE)
    assert with_case.cases() == ()
    hospital.bundles.clear()
    with running(with_case) as run:
        until(lambda: _ready(with_case), "the case is back")
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
    objects = _objects(4)
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
        until(lambda: _ready(desk), "it goes on")
    assert [desk.read_object("c1", name) for name in names] == objects
