"""What the hospital takes back: cases, many at once, everything of a desk; and what is kept all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.events import (
    Delivered,
    DropsHeld,
    Synced,
)
from sync.vault.enrolled import SHUT_OUT
from tests.sync.conftest import PASSPHRASE, until
from tests.sync.running import SIGNED, objects_of, ready, running, signed

if TYPE_CHECKING:
    from sync.vault.vault import Vault
    from tests.doubles.hospital import HospitalDouble

# a server that vanishes in the middle of a handshake: urllib3 leaves that socket to the collector
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")


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
    signed(with_case)
    hospital.drop("case", "c1")
    with running(with_case) as run:
        until(lambda: run.saw(Delivered), "the receipt is here")
        until(lambda: with_case.parts.keys.find("c1") is None, "then the key goes")
    assert hospital.opinions["a-c1", 1][0] == SIGNED


def test_many_drops_wait_for_a_person(hospital: HospitalDouble, desk: Vault) -> None:
    for at in range(4):
        hospital.add_case(f"c{at}", objects_of(1, 100))
    with running(desk) as run:
        until(lambda: all(ready(desk, f"c{at}") for at in range(4)), "all are here")
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
    assert ready(with_case)


def test_a_revoked_desk_keeps_nothing_but_what_goes_out(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.put("revocation", "r1", {"device": with_case.home().enrolment.device, "reason": "lost"})
    with running(with_case) as run:
        until(lambda: with_case.parts.keys.find("c1") is None, "the key is gone")
        until(lambda: bool(run.troubles()), "it is told")
        assert run.troubles()[0].what_happened == "The hospital has shut out this desk."
    _shut_out(with_case)
    assert with_case.undelivered() == ()


def _shut_out(desk: Vault) -> None:
    """Locked with its sentence, now and after the next unlock."""
    for _ in range(2):
        with pytest.raises(Trouble) as caught:
            desk.cases()
        assert (caught.value.kind, caught.value.details) == (Kind.LOCKED, SHUT_OUT)
        desk.lock()
        desk.unlock(PASSPHRASE)


@pytest.mark.parametrize("way", ["feed", "refusal"])
def test_what_was_signed_and_not_sent_outlives_the_revocation(hospital: HospitalDouble, with_case: Vault, way: str) -> None:
    signed(with_case)
    device = with_case.home().enrolment.device
    hospital.revoke(device)
    if way == "feed":
        hospital.revoked.clear()
        hospital.put("revocation", "r1", {"device": device, "reason": "lost"})
        hospital.mood.drop_answers = 100
    with running(with_case) as run:
        until(lambda: bool(run.troubles()), "it is told")
        until(with_case.parts.enrolled.is_shut_out, "it is kept")
    _shut_out(with_case)
    assert [with_case.document(one.assignment, one.revision, signed=True) for one in with_case.undelivered()] == [SIGNED]
    attempts = len(hospital.jtis)
    with running(with_case) as run:
        assert not run.saw(Synced)
    assert len(hospital.jtis) == attempts, "a desk that was shut out asks no more"


def test_a_kill_between_the_word_and_the_deed_leaves_no_case(with_case: Vault) -> None:
    with_case.shut_out("lost")
    assert with_case.parts.keys.find("c1") is not None
    with_case.lock()
    with_case.unlock(PASSPHRASE)
    assert with_case.parts.keys.find("c1") is None
    assert with_case.parts.index.held_cases() == frozenset()


def test_a_desk_that_was_shut_out_learns_it_from_the_refusal(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.revoke(with_case.home().enrolment.device)
    with running(with_case) as run:
        until(lambda: with_case.parts.keys.find("c1") is None, "the key is gone")
        until(lambda: bool(run.troubles()), "it is told")
        assert run.troubles()[0].what_happened == "This desk was shut out by the hospital."
    _shut_out(with_case)
