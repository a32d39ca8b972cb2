"""A picture that carries a number and a bar that moves, and its reader: whoever sees it can say when it was drawn.

Eight columns and four rows of dark and light cells over the upper three quarters: 4 bits to know it by, 20 of the number, 8 to check it.
`READER_JS` is the same reader for a page. Whose picture it is may be told by its colour, one of `COLOURS`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS, ROWS, BITS = 8, 4, 20
KNOWN_BY = 0b0110
DARK, LIGHT = 44, 212
GREY = (128, 128)  # U and V (ITU-R BT.601) of a picture that is nobody's
COLOURS = {"green": (88, 88), "red": (88, 184), "blue": (184, 88), "violet": (184, 184)}

READER_JS = """
function readCoded(source, width = 128, height = 96) {
  const canvas = readCoded.canvas ??= new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, width, height);
  const pixels = pen.getImageData(0, 0, width, height).data;
  let word = "";
  for (let row = 0; row < 4; row++) for (let column = 0; column < 8; column++) {
    const y = Math.floor((row + 0.5) * height * 0.75 / 4), x = Math.floor((column + 0.5) * width / 8);
    word += pixels[4 * (y * width + x) + 1] > 127 ? "1" : "0";
  }
  const value = parseInt(word.slice(4, 24), 2);
  const sums = [0, 1, 2].map((c) => {
    let sum = 0;
    for (let i = c; i < pixels.length; i += 4) sum += pixels[i];
    return sum / (width * height);
  });
  const light = 0.299 * sums[0] + 0.587 * sums[1] + 0.114 * sums[2];
  const sign = (difference) => (Math.abs(difference) > 8 ? Math.sign(difference) : 0);
  const names = { "-1-1": "green", "-11": "red", "1-1": "blue", "11": "violet" };
  readCoded.colour = names[`${sign(sums[2] - light)}${sign(sums[0] - light)}`] ?? "";
  return word.startsWith("0110") && parseInt(word.slice(24), 2) === (Math.floor(value * 211 / 16) + 77) % 256 ? value : null;
}
"""


def check(value: int) -> int:
    """The eight bits that belong to a number."""
    return (value * 211 // 16 + 77) % 256


def drawn(value: int, width: int = 640, height: int = 480) -> NDArray[np.uint8]:
    """The luma of the picture with a number."""
    value %= 1 << BITS
    word = KNOWN_BY << 28 | value << 8 | check(value)
    bits = np.array([word >> (31 - n) & 1 for n in range(32)], bool).reshape(ROWS, COLUMNS)
    luma = np.full((height, width), 128, np.uint8)
    top = height * 3 // 4
    cells = np.where(bits, LIGHT, DARK).astype(np.uint8)
    luma[:top] = cells[np.arange(top) * ROWS // top][:, np.arange(width) * COLUMNS // width]
    at = value * 8 % width
    luma[top:, at : at + width // 16] = 230
    return luma


def chroma(colour: tuple[int, int], width: int = 640, height: int = 480) -> NDArray[np.uint8]:
    """The colour planes below the luma, as yuv420p lies in one array."""
    half = width * height // 4
    return np.repeat(np.array(colour, np.uint8), half).reshape(height // 2, width)


def colour_of(picture: NDArray[np.uint8]) -> str:
    """Whose picture it is, of `COLOURS`; "" for a grey one."""
    red, green, blue = (float(picture[:, :, n].mean()) for n in range(3))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    signs = [(difference > 0) if abs(difference) > 8 else None for difference in (blue - light, red - light)]
    return next((name for name, (u, v) in COLOURS.items() if signs == [u > 128, v > 128]), "")


def read(luma: NDArray[np.uint8]) -> int | None:
    """The number in a picture of any size (luma, or RGB); None where there is none."""
    grey = luma if luma.ndim == 2 else luma[:, :, 1]
    height, width = grey.shape
    word = 0
    for row in range(ROWS):
        for column in range(COLUMNS):
            y = [int((row + share) * height * 0.75 / ROWS) for share in (0.3, 0.7)]
            x = [int((column + share) * width / COLUMNS) for share in (0.3, 0.7)]
            word = word << 1 | int(grey[y[0] : y[1] + 1, x[0] : x[1] + 1].mean() > 127)
    value = word >> 8 & (1 << BITS) - 1
    return value if word >> 28 == KNOWN_BY and word & 0xFF == check(value) else None


def now_ms() -> int:
    """The number of a picture that is drawn now: milliseconds of the machine's clock, which all its processes share."""
    return int(time.monotonic() * 1000) % (1 << BITS)


def age_ms(value: int) -> int:
    """How long ago such a picture was drawn."""
    return (now_ms() - value) % (1 << BITS)
