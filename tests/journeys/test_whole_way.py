"""Three cases go the whole way: offered, accepted, synced, read without the hospital, answered, signed, received; by X events alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys import evidence
from tests.journeys.demo import play
from tests.journeys.stage import Look

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(420)
def test_three_cases_go_the_whole_way(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    result = play(out, tmp_path / "house", Look())
    assert evidence.wrong_with(result) == []
    assert (out / "opinion.pdf").read_bytes().startswith(b"%PDF")
    assert {path.name for path in out.glob("*.png")} == set(result["screenshots"])
