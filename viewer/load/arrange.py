"""From headers to what is shown: order by position, one array where the geometry allows it, stacks where it does not."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from viewer.dicom.geometry import order
from viewer.load.series import FrameRef, Place, SeriesData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from record.trouble import Trouble
    from viewer.dicom.geometry import Ordering
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
    """One series as one stack, or as several where its images lie in more than one orientation (a localizer, say).

    Every image given is in exactly one of the results (nothing is dropped); `key` gets "#2", "#3" behind it for the further ones.
    """
    ordering = order(headers)
    parts = _by_plane(ordering, headers) if ordering.reason_code == "orientations" else [ordering]
    made = []
    for number, part in enumerate(parts):
        many = f", plane {number + 1}" if len(parts) > 1 else ""
        made.append(
            SeriesData(
                key=key if not number else f"{key}#{number + 1}",
                label=label + many,
                headers=tuple(headers),
                refs=tuple(refs),
                order=tuple(Place(one.instance, one.frame) for one in part.slices),
                is_volume=part.verdict == "volume",
                verdict=part.reason,
                prior=prior,
                identities=identities,
                xyz_mm_from_ijk=part.xyz_mm_from_ijk,
            )
        )
    return tuple(made)


def _by_plane(whole: Ordering, headers: Sequence[Header]) -> list[Ordering]:
    """Each run of one orientation, judged for itself; `order` has put equal planes side by side."""

    def plane(place: Place) -> tuple[float, ...]:
        frame = headers[place.instance].frames[place.frame]
        return tuple(round(v, 2) for v in (*(frame.row_direction or ()), *(frame.column_direction or ())))

    places = [Place(one.instance, one.frame) for one in whole.slices]
    parts = []
    for _, run in groupby(places, plane):
        chosen = list(run)
        if any(len(headers[p.instance].frames) > 1 for p in chosen):
            return [whole]  # frames of one instance are not torn apart
        own = order([headers[p.instance] for p in chosen])
        parts.append(_renumbered(own, chosen))
    return parts


def _renumbered(own: Ordering, chosen: list[Place]) -> Ordering:
    return replace(own, slices=tuple(type(own.slices[0])(chosen[one.instance].instance, one.frame) for one in own.slices))
