from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.journeys.x11 import Screen
from tests.viewer.load.made import Source, header, stack
from viewer.screen.volume_scene import VolumeScene, looks_for
from viewer.screen.volume_window import NO_GL, VolumeWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_a_volume_is_shown_turned_closed_and_shown_again(tmp_path: Path) -> None:
    with Screen(1000, 800, tmp_path / "xvfb.log") as server:
        environment = os.environ | {"DISPLAY": server.display, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-m", "tests.viewer.screen.volume"]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    for turn in ("first", "again"):
        assert 0.02 < said[turn]["lit"] < 0.5
        assert said[turn]["lit_turned"] == pytest.approx(said[turn]["lit"], abs=0.02)  # a ball
        assert said[turn]["letters"] == ["R", "L", "H", "F"]
        assert said[turn]["turned"][2:] == ["H", "F"]
        assert set(said[turn]["turned"][:2]) == {"A", "P"}
    assert said["left"] == 0
    assert said["title"] == "Volume"  # no patient in the title


def test_the_letters_are_those_of_the_camera() -> None:
    scene = VolumeScene(header(), np.zeros((4, 24, 32), np.int16), np.diag([0.5, 0.5, 2.5, 1.0]), (0.0, 0.0, 0.0))
    assert scene.letters() == ("R", "L", "H", "F")
    scene.turn(180, 0)
    assert scene.letters() == ("L", "R", "H", "F")


def test_other_modalities_get_looks_from_their_own_values() -> None:
    values = np.random.default_rng(3).integers(0, 900, (16, 24, 32)).astype(np.int16)
    looks = looks_for(header(modality="MR", modality_unit=""), values)
    assert any(look.projection for look in looks)
    for look in looks:
        points = [point[0] for point in look.points]
        assert points == sorted(points)


def test_without_opengl_the_window_says_so_and_closes_cleanly(qtbot: QtBot) -> None:
    window = VolumeWindow(stack(Source(), 4), np.zeros((4, 24, 32), np.int16))
    window.show()
    qtbot.waitUntil(lambda: NO_GL in [label.text() for label in window.findChildren(QLabel)])
    assert all(button.accessibleName() for button in window.findChildren(QPushButton))
    with qtbot.waitSignal(window.closed):
        window.close()
