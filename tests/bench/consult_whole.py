"""Figures of whole consults: scrolling at the desk while a call runs, three and four in a call, the server's restart in the middle."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.consult_call import at_least, at_most, figure, is_so
from tests.journeys.board import boarding
from tests.journeys.consult import BORN, Visit, admitted, desk_hears, desk_sees, invited
from tests.journeys.consult_stage import CASE, at_both_ends, consulting
from tests.journeys.processes import until
from tests.soak.network import far, restarted

if TYPE_CHECKING:
    from tests.figures import Row

FRAMES = 300
IN_DESK = "__import__('tests.bench.in_desk', fromlist=['x'])"


def scrolling(_seconds: float) -> list[Row]:
    """The desk in its window, the patient in Chromium: image by image through the series, with the faces painted between."""
    with (
        tempfile.TemporaryDirectory(prefix="o-") as name,
        consulting(Path(name)) as (stage, _turn),
        at_both_ends(stage, Path(name)) as ends,
    ):
        (seat, browser), person = ends, ends[0].person
        consult, link = invited(stage.hospital, CASE)
        Visit(browser.page(1280, 800), link, BORN[CASE]).comes()
        admitted(person, consult)
        until("the desk sees the patient", lambda: desk_sees(person), 60)
        until("the desk hears the patient", lambda: abs(desk_hears(seat.house.secrets) - 1000) < 10, 60)
        until("the images are in memory", lambda: person.ask("find('viewports').all_loaded()"), 60)
        ask = f"{IN_DESK}.scroll_in_a_call(find('viewport-1'), find('consult-faces'), {FRAMES})"
        for _ in range(2):  # the first warms up
            times, faces = person.ask(ask)
    times = sorted(times)
    whole = len(times) == FRAMES
    return [
        at_least("frames a second while scrolling during a call", 1000 * FRAMES / sum(times) if whole else None, "1/s", 60),
        at_most("a frame of it, 95th percentile", times[FRAMES * 95 // 100] if whole else None, "ms", 1000 / 60),
        at_least("different pictures of the patient painted meanwhile", float(faces), "", 5),
    ]


def board(_: float) -> list[Row]:
    """Two desks with one browser, then with two: until everybody has recognised everybody by colour and tone."""
    with tempfile.TemporaryDirectory(prefix="o-") as name, boarding(Path(name)) as made:
        for desk in made.desks.values():
            desk.opens(made.consult)
        for guest in made.guests.values():
            guest.visit.comes()
        rows, inside = [], set(made.desks)
        for colour in made.guests:
            inside.add(colour)
            begun = time.monotonic()
            made.lets_in(colour)
            made.all_know_all(inside)
            rows.append(figure(f"until {len(inside)} in a call see and hear each other", time.monotonic() - begun, "s"))
        acts = [one["act"] for one in made.record()["record"]]
    return [*rows, is_so("three and four in a call, and nobody was lost on the way", len(rows) == 2 and "link_lost" not in acts)]


def restart(_: float) -> list[Row]:
    """The hospital's server killed and started in the middle of a call, each part on a machine of its own."""
    with tempfile.TemporaryDirectory(prefix="o-") as name, far(Path(name)) as made:
        return restarted(made)
