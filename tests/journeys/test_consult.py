"""The whole consult with real parts: set at the hospital, joined from Chromium, hosted by the desk, through a relay alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.consult import held, wrong_with
from tests.journeys.consult_stage import CASE, at_both_ends, consulting

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(300)
def test_a_consult_goes_its_whole_way(tmp_path: Path) -> None:
    with consulting(tmp_path) as (stage, turn), at_both_ends(stage, tmp_path) as (seat, browser):
        told = held(stage.hospital, turn, seat.person, browser.page(1280, 800), CASE, seat.house.secrets)
        assert wrong_with(told) == [], told
