"""What was received never changes; what is to be added goes the whole way as an opinion of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.vault.values import OpinionState
from sync.vault.vault import Vault
from tests.journeys.processes import until
from tests.journeys.stage import PASSPHRASE

if TYPE_CHECKING:
    from tests.journeys.trouble_stage import Stage

RECEIVED = "The hospital has it and has said so. The receipt is on this desk."


def test_an_addendum_is_signed_and_received_and_the_first_opinion_stays(stage: Stage) -> None:
    house = stage.home("addendum")
    with stage.sits(house) as seat:
        seat.opens("Haddad")
        seat.writes("No new opacity.")
        seat.signs()
        seat.reads(RECEIVED, seconds=60)
        seat.person.clicks("rail-reading")
        seat.person.sees("viewport-1")
        until("closed in Reading too", lambda: seat.person.ask("find('reading-findings').isReadOnly()"), 20)
        seat.person.clicks("rail-opinion")
        seat.person.clicks("way-home-addendum")
        until("an empty text", lambda: seat.person.ask("find('opinion-findings').toPlainText()") == "", 20)
        seat.person.types_into("opinion-findings", "Added: a calcified node.")
        seat.person.picture("addendum")
        seat.signs()
        seat.reads(RECEIVED, seconds=60)
        seat.person.picture("addendum-received")
    with Vault.open(seat.vault, PASSPHRASE) as vault:
        (case,) = (
            row.assignment for row in vault.cases() if row.case is not None and row.case.id == stage.hospital.cases["chest-radiographs"]
        )
        opinions = vault.parts.work.opinions()[case.id]
        assert [one.state for one in opinions] == [OpinionState.RECEIVED, OpinionState.RECEIVED]
        first, second = (vault.document(case.id, one.revision, signed=True) for one in opinions)
        assert first != second
        assert len({one.receipt.id for one in opinions if one.receipt is not None}) == 2
