"""What the Reading room keeps for the opinion, with the ids that it is found by; and what it says where it cannot."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from viewer.screen.keys import Act, first_key

if TYPE_CHECKING:
    from record.opinion.draft import KeyImage, Measurement

SIGNED = "This opinion is signed; an addendum is begun in the Opinion room."


def named(image: KeyImage) -> KeyImage:
    """A key image under a new id; its caption is what its marks say, where it has none."""
    return replace(image, id=secrets.token_hex(8), caption=image.caption or ", ".join(mark.text for mark in image.marks if mark.text))


def numbered(measurement: Measurement) -> Measurement:
    """A measurement under a new id."""
    return replace(measurement, id=secrets.token_hex(8))


def no_measurement() -> Trouble:
    """There is nothing to bring into the text."""
    measure, again = first_key(Act.LENGTH), first_key(Act.MEASUREMENT_TO_TEXT)
    return Trouble("There is no measurement on this image.", f"Measure first ({measure}), then press {again} again.", kind=Kind.STATE)
