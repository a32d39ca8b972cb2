"""What lies over the pixels of an instance: overlays, shutters, a colour profile; and the picture with all of it.

The planes and the profile's table stand in the object of the frames (`Overlay.offset`, `ColourProfile.offset`), so they are read once for
each instance and given to every frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from record.trouble import Trouble
from viewer.dicom.colour import is_colour, supplemented, to_rgb8
from viewer.dicom.decode import decode_frame
from viewer.dicom.overlay_planes import on_image, plane_format
from viewer.dicom.profile_table import SIZE, TABLE_FORMAT, to_srgb
from viewer.dicom.shutter_shapes import visible
from viewer.dicom.syntaxes import BLOSC

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from viewer.dicom.header import Header, Overlay, PixelFormat

GRAPHICS = (255, 212, 121)  # the colour of overlays, seen on black and on white


@dataclass(frozen=True, slots=True, eq=False)
class Dressing:
    """The planes of each overlay as `viewer.dicom.overlay_planes.on_image` takes them, the table of the colour profile [33, 33, 33, 3].

    `lacking`: a part of it could not be read; the picture is drawn without that part, and says so.
    """

    planes: tuple[tuple[Overlay, NDArray[np.uint8]], ...] = ()
    colours: NDArray[np.uint8] | None = None
    lacking: bool = False


NOTHING = Dressing()


def is_dressed(header: Header) -> bool:
    """Whether an instance has parts that `dressing` has to read."""
    return bool(header.overlays) or bool(header.profile and header.profile.length)


def dressing(header: Header, read: Callable[[int, int], bytes]) -> Dressing:
    """The parts of an instance; `read(offset, length)` gives bytes of the object of its frames. What cannot be read is lacking."""
    planes, lacking = [], False
    for one in header.overlays:
        found = _part(read, one.offset, one.length, plane_format(one))
        lacking |= found is None
        planes += [] if found is None else [(one, found)]
    profile = header.profile
    colours = _part(read, profile.offset, profile.length, TABLE_FORMAT) if profile is not None and profile.length else None
    lacking |= colours is None and profile is not None and profile.length > 0
    return Dressing(tuple(planes), None if colours is None else colours.reshape(SIZE, SIZE, SIZE, 3), lacking)


def _part(read: Callable[[int, int], bytes], offset: int, length: int, form: PixelFormat) -> NDArray[np.uint8] | None:
    if not length:
        return None
    try:
        return np.asarray(decode_frame(read(offset, length), BLOSC, form), np.uint8)
    except Trouble:
        return None


def colour_picture(header: Header, stored: NDArray[Any], worn: Dressing) -> NDArray[np.uint8]:
    """RGB [row, column, 3] of a colour image, by its profile where it has one."""
    rgb = to_rgb8(header, stored)
    return rgb if worn.colours is None else to_srgb(rgb, worn.colours)


def coloured(header: Header, stored: NDArray[Any], grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey picture, in colour where its supplemental palette says so."""
    return supplemented(header, stored, grey) if header.palette is not None and not is_colour(header) else grey


def dress(
    header: Header, frame: int, picture: NDArray[np.uint8], worn: Dressing, *, shutters: bool = True, graphics: bool = True
) -> NDArray[np.uint8]:
    """A picture of frame `frame` with its shutters closed and its overlays drawn; what was given where there are none.

    Args:
        header: of the instance.
        frame: of the instance, from 0.
        picture: grey [row, column] or RGB [row, column, 3]; overlays make a grey one RGB.
        worn: what `dressing` gave.
        shutters: whether they are closed.
        graphics: whether overlays are drawn.
    """
    rows, columns = picture.shape[:2]
    covers = {one.group: on_image(one, planes, frame, rows, columns) for one, planes in worn.planes}
    bitmaps = {one.numbers[0] for one in header.shutters if one.shape == "BITMAP"}
    if shutters and header.shutters:
        hidden = ~visible(header.shutters, rows, columns, covers)
        picture = picture.copy()
        picture[hidden] = round(255 * (header.shutter_grey or 0.0))
    drawn = [cover for group, cover in covers.items() if group not in bitmaps and cover.any()]
    if graphics and drawn:
        picture = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture.copy()
        for cover in drawn:
            picture[cover] = GRAPHICS
    return picture
