"""A picture that carries a number and a bar that moves, and its reader: whoever sees it can say when it was drawn.

Eight columns and four rows of dark and light cells over the upper three quarters: 4 bits to know it by, 20 of the number, 8 to check it.
`READER_JS` is the same reader for a page.
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
