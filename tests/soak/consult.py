"""`dev.py soak consult --times N`: the whole consult with real parts, again and again at one hospital and one desk."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.figures import Row, tell
from tests.journeys.consult import held, wrong_with
from tests.journeys.consult_stage import CASE, at_both_ends, consulting


def main() -> int:
    """Holds the consults and prints how many went as they must."""
    parser = argparse.ArgumentParser(prog="dev.py soak consult")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    good, longest = 0, 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        consulting(Path(folder)) as (stage, turn),
        at_both_ends(stage, Path(folder)) as (seat, browser),
    ):
        for number in range(arguments.times):
            start = time.monotonic()
            page = browser.page(1280, 800)
            told = held(stage.hospital, turn, seat.person, page, CASE, seat.house.secrets)
            page.close()
            wrong = wrong_with(told)
            good += not wrong
            longest = max(longest, time.monotonic() - start)
            print(f"{number + 1} of {arguments.times}: {', '.join(wrong) or 'as it must be'}", file=sys.stderr, flush=True)
    rows = [
        Row("consults that went their whole way, in a row", good, "consults", f"= {arguments.times}", good == arguments.times),
        Row("the longest, from its setting to its end", round(longest, 1), "s"),
    ]
    return tell("consult", rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
