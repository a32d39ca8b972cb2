"""What a plane through a volume tells under a probe: the file's own quantity where every image maps to it alike, else modality values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tests.viewer.load.made import Source, stack, values
from viewer.dicom.header import RealWorld
from viewer.screen.planes import ThreePlanes
from viewer.tools.region import probe

if TYPE_CHECKING:
    from viewer.load.series import SeriesData

ADC = RealWorld(-40_000.0, 40_000.0, "mm²/s", 2.0)
TABLE = RealWorld(0.0, 2.0, "ms", table=(5.0, 6.0, 7.0))


def mapped(*ways: RealWorld, slopes: bool = False) -> SeriesData:
    series = stack(Source(), 6)
    headers = tuple(
        replace(
            one,
            real_world=(ways[n % len(ways)],),
            frames=(replace(one.frames[0], real_world=(0,), slope=1.0 + n if slopes else 1.0),),
        )
        for n, one in enumerate(series.headers)
    )
    return replace(series, headers=headers)


def told(series: SeriesData) -> str:
    plane, frames = ThreePlanes(series, np.stack([values(n) for n in range(6)])).made(0)
    stored = frames.get(0)
    assert isinstance(stored, np.ndarray)
    return probe(plane.header(0), plane.frame(0), stored, (2, 0))


def test_a_plane_tells_the_quantity_that_all_images_share() -> None:
    assert told(mapped(ADC)) == "4 mm²/s"


def test_a_plane_never_mixes_mappings_nor_cuts_between_entries_of_a_table() -> None:
    for series in (mapped(ADC, replace(ADC, slope=3.0)), mapped(TABLE), mapped(ADC, slopes=True)):
        assert told(series).endswith(" HU")
