"""Which back end draws: chosen in words, and the raster back end wherever a GPU cannot be trusted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.viewer.load.made import stack
from tests.viewer.screen.conftest import pixels
from viewer.screen import gl_device
from viewer.screen import graphics as graphics_module
from viewer.screen.gl_device import GlLost
from viewer.screen.gl_positions import positions
from viewer.screen.gl_probe import command, understood
from viewer.screen.gl_raster import GlRaster
from viewer.screen.graphics import Graphics
from viewer.screen.grid import Hung, ViewportGrid
from viewer.screen.which_back_end import LARGE, Asked, Choice, Probe, is_real, with_probe, without_probe

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.viewer.load.made import Source

NAMES = [
    ("NVIDIA GeForce RTX 4060/PCIe/SSE2", True),
    ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", True),
    ("AMD Radeon Graphics (radeonsi, renoir)", True),
    ("Apple M2", True),
    ("llvmpipe (LLVM 15.0.6, 256 bits)", False),
    ("softpipe", False),
    ("Software Rasterizer (swrast)", False),
    ("Google SwiftShader", False),
    ("D3D12 (Microsoft Basic Render Driver)", False),
    ("GDI Generic", False),
]


@pytest.mark.parametrize(("name", "real"), NAMES)
def test_a_program_that_plays_a_gpu_is_none(name: str, real: bool) -> None:
    assert is_real(name) is real
    assert with_probe("automatic", Probe(name)).gpu is real
    assert with_probe("graphics", Probe(name)).gpu


@pytest.mark.parametrize(
    ("asked", "screen", "found"),
    [
        ("automatic", (1920, 1080), False),
        ("automatic", (2560, 1440), False),
        ("automatic", (3840, 2160), None),
        ("processor", (7680, 4320), False),
        ("graphics", (1280, 800), None),
    ],
)
def test_a_gpu_is_looked_for_on_a_large_screen_or_where_it_is_asked_for(asked: Asked, screen: tuple[int, int], found: bool | None) -> None:
    choice = without_probe(asked, screen)
    assert (None if choice is None else choice.gpu) is found
    assert LARGE == 8_294_400


@pytest.mark.parametrize(
    "choice",
    [
        without_probe("processor", (1, 1)),
        without_probe("automatic", (1, 1)),
        with_probe("graphics", Probe("llvmpipe")),
        with_probe("automatic", Probe("llvmpipe")),
        with_probe("automatic", Probe(trouble="no context")),
    ],
)
def test_every_choice_is_a_sentence_that_says_the_greys_are_exact(choice: Choice) -> None:
    assert choice.words.startswith("Drawn by the ")
    assert "grey values are exact" in choice.words
    assert choice.words.endswith(".")


def test_a_probe_that_died_found_nothing() -> None:
    assert understood(b"", -11) == Probe(trouble="the probe ended with -11")
    assert understood(b'{"renderer": "Apple M2", "trouble": ""}\n', 0) == Probe("Apple M2")
    assert understood(b"noise\n[]\n", 0).trouble


def _graphics(grid: ViewportGrid, code: str) -> Graphics:
    return Graphics(grid, grid, lambda: [sys.executable, "-c", code])


def test_without_a_display_the_probe_itself_says_so_and_the_processor_draws(qtbot: QtBot, grid: ViewportGrid) -> None:
    found = Graphics(grid, grid, command)
    with qtbot.waitSignal(found.chosen, timeout=30_000):
        found.ask("graphics", after_ms=0)
    assert not found.choice.gpu
    assert "no GPU answered" in found.choice.words


@pytest.mark.parametrize("code", ["import os; os.abort()", "print('nonsense')"])
def test_a_driver_that_dies_harms_nothing(qtbot: QtBot, grid: ViewportGrid, code: str) -> None:
    found = _graphics(grid, code)
    with qtbot.waitSignal(found.chosen, timeout=30_000):
        found.ask("graphics", after_ms=0)
    assert not found.choice.gpu
    assert found.choice.details


def test_a_driver_that_hangs_is_ended(qtbot: QtBot, grid: ViewportGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics_module, "LOOK_MS", 50)
    found = _graphics(grid, "import time; time.sleep(600)")
    with qtbot.waitSignal(found.chosen, timeout=30_000):
        found.ask("graphics", after_ms=0)
    assert found.choice.details == "the probe took too long"


def test_a_process_that_cannot_start_is_told(qtbot: QtBot, grid: ViewportGrid) -> None:
    found = Graphics(grid, grid, lambda: ["/nothing/here"])
    with qtbot.waitSignal(found.chosen, timeout=30_000):
        found.ask("graphics", after_ms=0)
    assert found.choice.details == "the probe did not start"


def test_where_nothing_is_looked_for_no_process_is_started(qtbot: QtBot, grid: ViewportGrid) -> None:
    def refuse() -> list[str]:
        raise AssertionError

    found = Graphics(grid, grid, refuse)
    with qtbot.waitSignal(found.chosen):
        found.ask("processor", after_ms=0)
    assert found.choice.words == "Drawn by the processor, as the settings ask; grey values are exact."


class Breaking:
    """A device whose context is lost at the second picture."""

    largest, renderer = 16384, "a GPU that breaks"

    def __init__(self) -> None:
        self.drawn = 0

    def texture(self) -> int:
        return 1

    def fill(self, *_: Any, **__: Any) -> None:
        return

    def draw(self, _program: str, size: tuple[int, int], *_: Any) -> np.ndarray:
        self.drawn += 1
        if self.drawn > 1:
            raise GlLost("the context is lost")
        return np.full((size[1], (size[0] + 3) // 4 * 4), 77, np.uint8)


def test_a_lost_context_falls_back_to_the_same_picture(
    qtbot: QtBot, grid: ViewportGrid, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid.hang(1, 1, [Hung(stack(source, 2), 0)])
    qtbot.waitUntil(grid.all_loaded)
    truth = pixels(grid)
    monkeypatch.setattr(gl_device, "GlDevice", Breaking)
    found = _graphics(grid, """print('{"renderer": "a GPU that breaks", "trouble": ""}')""")
    with qtbot.waitSignal(found.chosen, timeout=30_000):
        found.ask("graphics", after_ms=0)
    assert found.choice.gpu
    assert found.choice.details == "a GPU that breaks"
    grid.repaint()
    with qtbot.waitSignal(found.chosen):
        after = pixels(grid)
    assert (after == truth).all()
    assert found.choice == Choice(
        False, "Drawn by the processor, as the GPU failed; grey values are exact, nothing is lost.", "the context is lost"
    )
    assert not isinstance(grid.viewports[0]._back_end, GlRaster)
    assert (pixels(grid) == truth).all()


def test_a_device_that_cannot_be_made_here_is_told(qtbot: QtBot, grid: ViewportGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise GlLost("a shader does not compile")

    monkeypatch.setattr(gl_device, "GlDevice", refuse)
    found = _graphics(grid, """print('{"renderer": "Apple M2", "trouble": ""}')""")
    with qtbot.waitSignal(found.chosen, timeout=30_000):
        found.ask("graphics", after_ms=0)
    assert not found.choice.gpu
    assert found.choice.details == "a shader does not compile"


def test_positions_are_none_out_of_sight_and_cut_at_the_viewport() -> None:
    away, near = np.diag([2.0, 2.0, 1.0]), np.diag([2.0, 2.0, 1.0])
    away[:2, 2], near[:2, 2] = (500, 0), (-3, 90)
    assert positions(away, (10, 10), (100, 100), blended=False) is None
    found = positions(near, (10, 10), (100, 100), blended=False)
    assert found is not None
    assert (found.left, found.top, len(found.across), len(found.down)) == (0, 90, 17, 10)
    assert (found.across >> 16).tolist() == [1, *[one // 2 for one in range(4, 20)]]
