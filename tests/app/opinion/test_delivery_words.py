"""The way home in words: nothing is called received without a receipt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.opinion.delivery import Delivery, Way, foot_sentence, receipt_words, received, steps

AT = datetime(2026, 11, 20, 14, 52, tzinfo=UTC)


@pytest.mark.parametrize("way", list(Way))
def test_without_a_receipt_nothing_is_received(way: Way) -> None:
    delivery = Delivery(way, signed_at=AT)
    assert not received(delivery)
    assert "**received" not in foot_sentence(delivery)
    assert steps(delivery)[2].dot == "none"


@pytest.mark.parametrize("way", [way for way in Way if way is not Way.RECEIVED])
def test_a_receipt_in_another_state_is_not_enough(way: Way) -> None:
    assert not received(Delivery(way, signed_at=AT, receipt="7f3a19c2", received_at=AT))


def test_received_names_the_receipt() -> None:
    delivery = Delivery(Way.RECEIVED, signed_at=AT, receipt="7f3a19c2d4e5", received_at=AT)
    assert foot_sentence(delivery).endswith("**received, receipt 7F3A-19C2**")
    assert [step.dot for step in steps(delivery)] == ["good", "good", "good"]
    assert "receipt 7F3A-19C2" in steps(delivery)[2].more


def test_receipts_as_they_are_written_by_the_hospital() -> None:
    assert receipt_words("7F3A-19C2-0001") == "7F3A-19C2"
    assert receipt_words("7f3a19c2") == "7F3A-19C2"


def test_a_draft_is_not_signed() -> None:
    assert foot_sentence(Delivery()).endswith("**not signed yet**")
    assert not Delivery(Way.COMPOSED).signed
    assert Delivery(Way.SENDING).signed
