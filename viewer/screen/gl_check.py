"""Whether a device gives the greys of a table exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from viewer.screen.gl_device import GlDevice


def check(device: GlDevice) -> int:
    """How many of all 65536 stored values get another grey than their table's; 0 where all is well."""
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    table = np.random.default_rng(7).integers(0, 256, (256, 256)).astype(np.uint8)
    place = (np.arange(256, dtype=np.int32) << 16)[None, :]
    textures = {name: device.texture() for name in ("picture", "table", "across", "down")}
    for name, data in (("picture", values), ("table", table), ("across", place), ("down", place)):
        device.fill(textures[name], data, same_shape=False)
    numbers = {"extent": (256, 256), "swapped": (0,), "blended": (0,)}
    return int((device.draw("stored", (256, 256), 1, textures, numbers) != table).sum())
