"""A letter writes a time as the page does: both as Unicode CLDR has it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hospital.consult import texts
from tests.journeys.chromium import Browser

if TYPE_CHECKING:
    from pathlib import Path

ZONE, PLACE = "Africa/Lagos", ("(Lagos)", "（Lagos）")
SHAPE = {"weekday": "long", "day": "numeric", "month": "long", "year": "numeric", "hour": "numeric", "minute": "2-digit", "timeZone": ZONE}


def test_letters_write_times_as_browsers_do(tmp_path: Path) -> None:
    first = datetime(2026, 1, 5, 23, 7, tzinfo=UTC)
    times = [first + timedelta(days=31 * n % 365, hours=n) for n in range(26)]  # every month, weekday and half of the day
    stamps = [int(time.timestamp() * 1000) for time in times]
    with Browser(tmp_path, media=None) as browser:
        page = browser.page()
        for language in texts.LANGUAGES:
            locale = "en-GB" if language == "en" else language
            script = f"{json.dumps(stamps)}.map((t) => new Intl.DateTimeFormat('{locale}', {json.dumps(SHAPE)}).format(t))"
            letters = [texts.when(time, ZONE, language) for time in times]
            for place in PLACE:
                letters = [letter.removesuffix(place).strip() for letter in letters]
            assert letters == page.evaluate(script)
