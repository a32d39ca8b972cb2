"""The GL back end gives the greys of the raster back end: every kind of image, at every scale, turned, flipped, zoomed, cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.journeys.x11 import Screen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_within_one_grey_level_and_exact_at_whole_zooms(tmp_path: Path, scale: str) -> None:
    with Screen(1280, 1000, tmp_path / "xvfb.log") as server:
        environment = os.environ | {"DISPLAY": server.display, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": scale}
        command = [sys.executable, "-m", "tests.viewer.screen.two_back_ends"]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["ratio"] == float(scale)
    assert found["failures"] == []
    assert {row["view"] for row in found["rows"] if not row["gl"]} == {"0.4, averaged"}
    assert len(found["rows"]) == 15 * 8
    assert [row for row in found["rows"] if row["most"] > 1] == []
    assert [row for row in found["rows"] if row["view"] in ("1", "3, moved") and row["most"]] == []
    assert min(row["lit"] for row in found["rows"]) > 200
