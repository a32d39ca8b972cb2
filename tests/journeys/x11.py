"""An X server of our own, a person's hands on it (XTest) and a person's eyes (what stands on the screen)."""

from __future__ import annotations

import os
import select
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import xcffib
import xcffib.xproto
import xcffib.xtest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
LEFT, MIDDLE, RIGHT, WHEEL_UP, WHEEL_DOWN = 1, 2, 3, 4, 5
# X keysyms (X11/keysymdef.h) of keys without a character
KEYSYMS = {
    "Return": 0xFF0D,
    "Escape": 0xFF1B,
    "Tab": 0xFF09,
    "BackSpace": 0xFF08,
    "Delete": 0xFFFF,
    "Home": 0xFF50,
    "Left": 0xFF51,
    "Up": 0xFF52,
    "Right": 0xFF53,
    "Down": 0xFF54,
    "Page_Up": 0xFF55,
    "Page_Down": 0xFF56,
    "End": 0xFF57,
    "Shift": 0xFFE1,
    "Ctrl": 0xFFE3,
    "Alt": 0xFFE9,
    "space": 0x20,
    **{f"F{n}": 0xFFBE + n - 1 for n in range(1, 13)},
}


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in device pixels of the screen."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class Screen:
    """One Xvfb; `display` is its name. Use as a context: it ends with it."""

    def __init__(self, width: int, height: int, log: Path) -> None:
        self.width, self.height = width, height
        read, write = os.pipe()
        with log.open("wb") as out:
            self._server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96"],
                pass_fds=[write],
                stdout=out,
                stderr=out,
            )
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            ready, _, _ = select.select([pipe], [], [], 20)
            number = pipe.readline().strip() if ready else b""
        if not number:
            self._server.kill()
            self._server.wait()
            raise RuntimeError("Xvfb did not start; see " + str(log))
        self.display = ":" + number.decode()
        self._connection: Any = xcffib.connect(display=self.display)  # type: ignore[no-untyped-call]  # a typed package with one untyped door
        self._xtest: Any = self._connection(xcffib.xtest.key)
        self._root: int = self._connection.get_setup().roots[0].root
        self._codes = dict(self._keyboard())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.disconnect()
        self._server.terminate()
        self._server.wait(20)

    def _keyboard(self) -> Iterator[tuple[int, tuple[int, bool]]]:
        setup = self._connection.get_setup()
        low, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        reply = self._connection.core.GetKeyboardMapping(low, count).reply()
        per = reply.keysyms_per_keycode
        seen: set[int] = set()
        for column, shifted in ((0, False), (1, True)):
            for index in range(count):
                symbol = reply.keysyms[index * per + column] if column < per else 0
                if symbol and symbol not in seen:
                    seen.add(symbol)
                    yield symbol, (low + index, shifted)

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        self._xtest.FakeInput(kind, detail, 0, self._root, x, y, 0, is_checked=True).check()

    def _stroke(self, code: int, modifiers: tuple[int, ...]) -> None:
        for modifier in modifiers:
            self._fake(KEY_PRESS, modifier)
        self._fake(KEY_PRESS, code)
        self._fake(KEY_RELEASE, code)
        for modifier in reversed(modifiers):
            self._fake(KEY_RELEASE, modifier)

    def press(self, chord: str) -> None:
        """A key with its modifiers: `"Return"`, `"Ctrl+k"`, `"Shift+S"`, `"/"`."""
        *modifiers, key = chord.split("+") if len(chord) > 1 else [chord]
        held = tuple(self._codes[KEYSYMS[m]][0] for m in modifiers)
        code, shifted = self._codes[KEYSYMS.get(key, ord(key[0]))]
        shift = self._codes[KEYSYMS["Shift"]][0]
        self._stroke(code, (*held, shift) if shifted and shift not in held else held)

    def type(self, text: str) -> None:
        """Types ASCII text as a person does, key by key."""
        for letter in text:
            self.press("Return" if letter == "\n" else letter) if letter != " " else self.press("space")

    def move(self, x: int, y: int) -> None:
        """Moves the pointer to a place on the screen (device pixels)."""
        self._fake(MOTION, 0, x, y)

    def button(self, number: int, *, down: bool) -> None:
        """Presses or releases a button where the pointer is."""
        self._fake(BUTTON_PRESS if down else BUTTON_RELEASE, number)

    def click(self, x: int, y: int, number: int = LEFT) -> None:
        """A click at a place."""
        self.move(x, y)
        self.button(number, down=True)
        self.button(number, down=False)

    def drag(self, start: tuple[int, int], end: tuple[int, int], number: int = LEFT, steps: int = 12) -> None:
        """A drag from one place to another in `steps` motions."""
        self.move(*start)
        self.button(number, down=True)
        for step in range(1, steps + 1):
            self.move(
                start[0] + (end[0] - start[0]) * step // steps,
                start[1] + (end[1] - start[1]) * step // steps,
            )
        self.button(number, down=False)

    def wheel(self, x: int, y: int, clicks: int) -> None:
        """The wheel at a place: positive clicks turn it towards the reader (down)."""
        self.move(x, y)
        for _ in range(abs(clicks)):
            self.button(WHEEL_DOWN if clicks > 0 else WHEEL_UP, down=True)
            self.button(WHEEL_DOWN if clicks > 0 else WHEEL_UP, down=False)

    def give_focus(self) -> bool:
        """Gives the keys and the whole screen to the largest window, as a window manager does; False where there is none yet."""
        core = self._connection.core
        best, size = 0, 0
        for window in core.QueryTree(self._root).reply().children:
            try:
                shown = core.GetWindowAttributes(window).reply().map_state == xcffib.xproto.MapState.Viewable
                form = core.GetGeometry(window).reply()
            except (xcffib.xproto.WindowError, xcffib.xproto.DrawableError):
                continue  # a tip or a menu that went away meanwhile
            if shown and form.width * form.height > size:
                best, size = window, form.width * form.height
        if best:
            mask = xcffib.xproto.ConfigWindow
            core.ConfigureWindow(best, mask.X | mask.Y | mask.Width | mask.Height, [0, 0, self.width, self.height], is_checked=True).check()
            core.SetInputFocus(xcffib.xproto.InputFocus.PointerRoot, best, 0, is_checked=True).check()
        return bool(best)

    def pixels(self, rect: Rect | None = None) -> NDArray[np.uint8]:
        """What stands on the screen: (rows, columns, 3) uint8, RGB."""
        r = rect or Rect(0, 0, self.width, self.height)
        reply = self._connection.core.GetImage(
            xcffib.xproto.ImageFormat.ZPixmap, self._root, r.x, r.y, r.width, r.height, 0xFFFFFFFF
        ).reply()
        raw = np.frombuffer(reply.data.buf(), np.uint8).reshape(r.height, r.width, 4)
        return np.ascontiguousarray(raw[:, :, 2::-1])

    def save(self, path: Path, rect: Rect | None = None) -> None:
        """The screen as PNG."""
        from PIL import Image  # noqa: PLC0415  only journeys that keep pictures need it

        Image.fromarray(self.pixels(rect)).save(path, optimize=True)

    def film(self, rect: Rect, start: float, seconds: float) -> list[tuple[float, NDArray[np.uint8]]]:
        """Every change of a rectangle as (seconds since `start`, pixels), for some seconds.

        Times are those of the answer of the X server, so they are upper bounds.
        """
        frames: list[tuple[float, NDArray[np.uint8]]] = []
        while time.monotonic() - start < seconds:
            shot = self.pixels(rect)
            now = time.monotonic()
            if not frames or not np.array_equal(frames[-1][1], shot):
                frames.append((now - start, shot))
        return frames
