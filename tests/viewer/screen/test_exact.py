from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_at_whole_zooms_each_stored_pixel_is_whole_device_pixels_of_its_grey(scale: str) -> None:
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.viewer.screen.exact"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["ratio"] == float(scale)
    assert [row for row in found["rows"] if row["off"]] == [], "no pixel is between two stored ones"
    assert len(found["rows"]) == 4 + 18  # the pattern, and a small image at three zooms
