"""What a viewport must show, worked out apart from the product: pydicom reads, the formulas of PS3.3 stand here again."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  used at run time by callers
from typing import TYPE_CHECKING

import numpy as np
import pydicom

if TYPE_CHECKING:
    from numpy.typing import NDArray


def by_uid(folder: Path, uid: str) -> Path:
    """The file of an instance below a folder."""
    for path in sorted(folder.rglob("*.dcm")):
        if pydicom.dcmread(path, specific_tags=["SOPInstanceUID"]).SOPInstanceUID == uid:
            return path
    raise LookupError(uid)


def grey(path: Path, centre: float, width: float, function: str = "LINEAR") -> NDArray[np.float64]:
    """Greys 0 to 255, not rounded, of one image under a window (PS3.3 C.11.2.1.2.1, C.11.2.1.3.2): (rows, columns)."""
    image = pydicom.dcmread(path)
    values = image.pixel_array.astype(np.float64) * float(image.get("RescaleSlope", 1)) + float(image.get("RescaleIntercept", 0))
    ramp = (values - (centre - 0.5)) / (width - 1) + 0.5 if function == "LINEAR" else (values - centre) / width + 0.5
    out = np.clip(ramp * 255, 0, 255)
    return 255 - out if image.PhotometricInterpretation == "MONOCHROME1" else out


def fitted(image: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """The image fitted into a viewport of device pixels and centred, bilinear between pixel centres; black around it."""
    rows, columns = image.shape
    zoom = min(width / columns, height / rows)
    x = (np.arange(width) + 0.5 - (width - columns * zoom) / 2) / zoom - 0.5
    y = (np.arange(height) + 0.5 - (height - rows * zoom) / 2) / zoom - 0.5
    inside = ((y >= -0.5) & (y <= rows - 0.5))[:, None] & ((x >= -0.5) & (x <= columns - 0.5))[None, :]
    x, y = np.clip(x, 0, columns - 1), np.clip(y, 0, rows - 1)
    x0, y0 = np.minimum(x.astype(int), columns - 2), np.minimum(y.astype(int), rows - 2)
    fx, fy = (x - x0)[None, :], (y - y0)[:, None]
    top = image[np.ix_(y0, x0)] * (1 - fx) + image[np.ix_(y0, x0 + 1)] * fx
    bottom = image[np.ix_(y0 + 1, x0)] * (1 - fx) + image[np.ix_(y0 + 1, x0 + 1)] * fx
    return np.where(inside, top * (1 - fy) + bottom * fy, 0.0)


def shows(screen: NDArray[np.uint8], wanted: NDArray[np.float64], *, tolerance: float = 8.0, share: float = 0.99) -> bool:
    """Whether a piece of the screen, where no text stands, shows what is wanted: `share` of its pixels within `tolerance` greys."""
    seen = screen.astype(np.float64)
    grey_only = np.ptp(seen, axis=2) <= 1
    near = np.abs(seen[:, :, 0] - wanted) <= tolerance
    return bool(np.mean(near & grey_only) >= share)
