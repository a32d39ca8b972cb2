"""The way out against a hospital in memory: an opinion goes home once, whatever happens in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from sync.engine.events import (
    Delivered,
    HospitalLost,
    IntentAnswered,
)
from sync.vault.values import OpinionState
from tests.sync.conftest import until
from tests.sync.running import SIGNED, running, signed

if TYPE_CHECKING:
    from sync.vault.vault import Vault
    from tests.doubles.hospital import HospitalDouble

# a server that vanishes in the middle of a handshake: urllib3 leaves that socket to the collector
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")


def test_an_opinion_signed_offline_leaves_by_itself(hospital: HospitalDouble, with_case: Vault) -> None:
    hospital.server.stop()
    with running(with_case) as run:
        until(lambda: run.saw(HospitalLost), "offline")
        signed(with_case)
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
    signed(with_case)
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
    signed(with_case)
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
    signed(with_case)
    with running(with_case) as run:
        until(lambda: bool(run.troubles()), "the refusal is told")
        opinion = with_case.opinion("a-c1", 1)
        assert opinion is not None
        assert opinion.state is OpinionState.REFUSED
        assert opinion.refusal is not None
        assert opinion.refusal.what_to_do == "Sign it yourself."
        hospital.mood.refuse_opinions = None
        signed(with_case, 1, SIGNED + b" again")
        run.engine.deliver()
        until(lambda: run.saw(Delivered), "the receipt is here")


def test_what_is_signed_cannot_be_composed_or_signed_again(with_case: Vault) -> None:
    signed(with_case)
    for act in (lambda: signed(with_case), lambda: with_case.store_signed("a-c1", 1, SIGNED, with_case.certificate() or "")):
        with pytest.raises(Trouble) as caught:
            act()
        assert caught.value.kind is Kind.STATE


def test_only_what_was_shown_can_be_signed(with_case: Vault) -> None:
    with pytest.raises(Trouble) as caught:
        signed(with_case, pdf=b"other pages" + SIGNED)
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
    row = with_case.cases()[0]
    assert row.pending_intent is None
    assert row.trouble is not None
    assert row.trouble.what_happened == "The hospital did not take what you wanted: A reason is missing."
    with running(with_case) as run:
        run.engine.intent("pause", "c1", "a-c1", 1)
        until(lambda: run.saw(IntentAnswered), "it is answered")
    assert with_case.cases()[0].trouble is None, "a later one took its place"
