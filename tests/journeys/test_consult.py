"""The whole consult with real parts: set at the hospital, joined from Chromium, hosted by the desk, through a relay alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.consult import DESK_HZ, PATIENT_HZ, held, wrong_with
from tests.journeys.consult_stage import CASE, at_both_ends, consulting
from tests.journeys.recorded import ALLOWED, LASTS_S, asked_and_ended, played

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(300)
def test_a_consult_goes_its_whole_way(tmp_path: Path) -> None:
    with consulting(tmp_path, ALLOWED) as (stage, turn), at_both_ends(stage, tmp_path) as (seat, browser):
        page, recorded = browser.page(1280, 800), list[str]()

        def record(consult: str) -> None:
            asked_and_ended(seat.person, page)
            recorded.append(consult)

        told = held(stage.hospital, turn, seat.person, page, CASE, seat.house.secrets, record)
        assert wrong_with(told) == [], told
        heard = played(stage.hospital, recorded[0], tmp_path / "consult.webm")
        assert LASTS_S - 1 < heard["seconds"] < LASTS_S + 4
        assert heard["hz"] == pytest.approx([DESK_HZ, PATIENT_HZ], abs=10)
        assert min(heard["faces"]) > heard["pictures"] / 2 > 40, heard
