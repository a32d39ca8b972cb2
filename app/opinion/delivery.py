"""Where an opinion is on its way: the sentence of the foot and the steps of the page. Received is said from a stored receipt alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from app.look.marks import State


class Way(StrEnum):
    """The states of an opinion at the desk."""

    DRAFTING = "drafting"
    COMPOSED = "composed"
    SIGNED = "signed"
    SENDING = "sending"
    RECEIVED = "received"
    REFUSED = "refused"


SIGNED = frozenset({Way.SIGNED, Way.SENDING, Way.RECEIVED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the desk has stored of an opinion's way home; `receipt` is empty until the hospital's own is on this disk."""

    way: Way = Way.DRAFTING
    signed_at: datetime | None = None
    receipt: str = ""
    received_at: datetime | None = None
    refusal: str = ""
    quarantined: bool = False

    @property
    def signed(self) -> bool:
        """Whether the text can no longer be changed."""
        return self.way in SIGNED


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: its words, the small words after them, and its dot."""

    words: str
    more: str
    dot: State


def received(delivery: Delivery) -> bool:
    """Whether the hospital has it: the state and the receipt both say so."""
    return delivery.way is Way.RECEIVED and bool(delivery.receipt)


def receipt_words(receipt: str) -> str:
    """A receipt's id as it is shown to people: 7F3A-19C2."""
    plain = receipt.replace("-", "").upper()[:8]
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def steps(delivery: Delivery) -> tuple[Step, Step, Step]:
    """Signed, on its way, received."""
    signed = Step("Signed", _clock(delivery.signed_at) if delivery.signed else "", "good" if delivery.signed else "none")
    there = received(delivery)
    away = Step("On its way", "" if there or not delivery.signed else "it leaves by itself", _away(delivery, there=there))
    words = f"receipt {receipt_words(delivery.receipt)}, {_clock(delivery.received_at)}".removesuffix(", ") if there else ""
    return signed, away, Step("Received by the hospital", words, "good" if there else "none")


def foot_sentence(delivery: Delivery) -> str:
    """The sentence of the foot; words between double stars are strong."""
    way = "Signed → on its way → received by the hospital: "
    if received(delivery):
        return way + f"**received, receipt {receipt_words(delivery.receipt)}**"
    now = {
        Way.SIGNED: "**signed, it leaves by itself**",
        Way.SENDING: "**on its way**",
        Way.RECEIVED: "**on its way**",  # without a receipt nothing is called received
        Way.REFUSED: "**the hospital did not take it**",
    }
    return way + now.get(delivery.way, "**not signed yet**")


def _away(delivery: Delivery, *, there: bool) -> State:
    if there:
        return "good"
    return "accent" if delivery.way in (Way.SENDING, Way.RECEIVED, Way.SIGNED) else "none"


def _clock(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%H:%M}"
