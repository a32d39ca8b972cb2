"""From headers to what is shown: order by position, one array where the geometry allows it, stacks where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.dicom.stacks import split
from viewer.load.series import FrameRef, Place, SeriesData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from record.trouble import Trouble
    from viewer.dicom.header import Header
    from viewer.load.identity import Identity


def arrange(
    key: str,
    label: str,
    headers: Sequence[Header],
    refs: Sequence[tuple[FrameRef | Trouble, ...]],
    *,
    prior: str = "",
    identities: tuple[Identity, ...] = (),
) -> tuple[SeriesData, ...]:
    """One series as one stack, or as several by the rules of `viewer.dicom.stacks` (planes, sizes, echoes, b-values, time points, …).

    Every frame given is in exactly one of the results, or in `left_out` of the first, because its image came twice. `key` gets "#2",
    "#3" behind it for the further ones.
    """
    found = split(headers)
    made = []
    for number, part in enumerate(found.stacks):
        ordering = part.ordering
        made.append(
            SeriesData(
                key=key if not number else f"{key}#{number + 1}",
                label=", ".join(filter(None, (label, part.label))),
                headers=tuple(headers),
                refs=tuple(refs),
                order=tuple(Place(one.instance, one.frame) for one in ordering.slices),
                is_volume=ordering.verdict == "volume",
                verdict=ordering.reason,
                prior=prior,
                identities=identities,
                xyz_mm_from_ijk=ordering.xyz_mm_from_ijk,
                left_out=tuple(Place(one.slice.instance, one.slice.frame) for one in found.left_out) if not number else (),
            )
        )
    return tuple(made)
