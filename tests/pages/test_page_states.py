"""Every state of the page: no accessibility violation, nothing cut off, nothing too small to press, no third party, no error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.chromium import Browser
from tests.pages.looking import LOOKS, looker
from tests.pages.states import MEDIA_ON_LOOPBACK, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doubles.people_api import PeopleApi

WALKS = {"german": {"language": "de"}, "arabic-large": {"language": "ar", "large": True}}  # long words, right to left


@pytest.fixture
def near(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Browser]:
    """A browser whose media may stay on this machine."""
    with Browser(tmp_path, pins=[certificate[0]], flags=[MEDIA_ON_LOOPBACK]) as running:
        yield running


@pytest.mark.parametrize("walk", WALKS)
def test_every_state_is_accessible(walk: str, hospital: PeopleApi, near: Browser) -> None:
    found: dict[str, Any] = {}
    Walk(hospital, near, looker(walk, found), **WALKS[walk]).all()  # type: ignore[arg-type]  # the table's values are of several types
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) >= 45 * len(LOOKS)
    assert hospital.lost == [], "asks in another shape than the protocol's"
