"""A network that goes away in the middle of a call: machines of their own, and a cable that is pulled."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from app.consult.session import LinkState
from tests.app.consult.rooms import until
from tests.journeys.far_apart import apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GONE_S = 10.0  # longer than it takes until a connection is given up; the half minute and the two minutes are in tests/soak/network.py
BACK_S = 5.0


@pytest.mark.timeout(120)
def test_media_is_back_within_five_seconds_of_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    with apart(tmp_path) as call:
        call.back_after(20)
        call.gone(True)
        time.sleep(GONE_S)
        assert call.sees(call.one) is None
        for side in (call.one, call.other):
            assert side.last(LinkState).link in ("reconnecting", "connecting")
        call.gone(False)
        after = call.back_after(BACK_S)
        for side in (call.one, call.other):
            until(lambda one=side: one.last(LinkState).link == "good")  # type: ignore[misc]
    with capsys.disabled():
        print(f"\nthe network was gone for {GONE_S:.0f} s; both saw each other {after:.1f} s after it came back. {call.not_covered}")
    record_property("back_after_s", round(after, 1))
