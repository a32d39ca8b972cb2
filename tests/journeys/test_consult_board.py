"""A board of four with real parts, through a relay alone: two desks and two browsers, each seen and heard by every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sync.protocol import consult as room
from tests.journeys.board import AtDesk, boarding, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.board import Board

AGENDA, JOINT, DISSENT = "Resect or watch", "Watch for three months", "Dr F. Okoye would resect now"
ALL = {"green", "red", "blue", "violet"}


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("qapp")
def test_four_see_and_hear_each_other(tmp_path: Path) -> None:
    with boarding(tmp_path) as board:
        first, second = board.desks["green"], board.desks["red"]
        call = first.opens(board.consult)
        second.opens(board.consult)
        for guest in board.guests.values():
            guest.visit.comes()
        for colour in board.guests:
            board.lets_in(colour)
        board.all_know_all(ALL)
        fifth_is_refused(board, tmp_path)
        second.leaves()
        until("one has left", lambda: len(call.inside()) == 2)
        board.all_know_all(ALL - {"red"})
        second.opens(board.consult)
        board.all_know_all(ALL)
        writes_together(board)
        call.ask(room.End(reason="all said"))
        for guest in board.guests.values():
            guest.page.until("document.body.dataset.view === 'ended'")
        until("both desks are told", lambda: all(desk.call is not None and desk.call.ended for desk in board.desks.values()))
        record = board.record()
        assert record["state"] == "ended"
        assert record["joint"] == {"agenda": AGENDA, "recommendation": JOINT, "dissent": DISSENT}
        acts = [one["act"] for one in record["record"]]
        assert acts.count("media_up") == 5, "one came twice"
        assert "link_lost" not in acts, "who comes or leaves takes nobody else away"
    carried = board.turn.relayed()
    assert len([one for one in carried.values() if one > 100_000]) >= 4, carried


def fifth_is_refused(board: Board, folder: Path) -> None:
    """A third physician's desk, in words; the four stay."""
    board.hospital.command("consult", "invite", board.consult, "--physician", "haas")
    third = AtDesk(board.hospital.command("enrol", "haas").strip(), "haas", "green", folder)
    try:
        third.opens(board.consult)
        refused = until("words", lambda: third.refused)[0]
        assert refused.what_happened == "Four people are in this consult already."
        assert third.call is not None
        assert third.call.state is None, "who is not let in is told nothing of the room"
    finally:
        third.close()
    call = board.desks["green"].call
    assert call is not None
    assert len(call.inside()) == 3


def writes_together(board: Board) -> None:
    """The agenda by one, the dissent by the other; both have both, the guests neither."""
    one, other = board.desks["green"].call, board.desks["red"].call
    assert one is not None
    assert other is not None
    one.ask(room.Joint(agenda=AGENDA, recommendation=JOINT))
    until("the other reads it", lambda: other.state and other.state.board.recommendation == JOINT)
    other.ask(room.Joint(dissent=DISSENT))
    whole = room.BoardTexts(agenda=AGENDA, recommendation=JOINT, dissent=DISSENT)
    until("both have all", lambda: all(each.state is not None and each.state.board == whole for each in (one, other)))
    for guest in board.guests.values():
        assert AGENDA not in guest.page.text()
