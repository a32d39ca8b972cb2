from __future__ import annotations

from dataclasses import replace

from tests.viewer.load.made import Source, stack
from viewer.tools.link import by_offset, by_position, nearest


def test_the_nearest_by_position_along_the_common_normal() -> None:
    one, other = stack(Source(), 9, "one"), stack(Source(), 9, "other")
    frames = [replace(h.frames[0], position=(0.0, 0.0, 2.5 * n + 4.9)) for n, h in enumerate(other.headers)]
    moved = replace(other, headers=tuple(replace(h, frames=(f,)) for h, f in zip(other.headers, frames, strict=True)))
    assert by_position(one, moved)
    assert nearest(one, 4, moved) == 2  # 10 mm lies between 4.9 + 5 = 9.9
    assert nearest(one, 0, moved) is None  # beyond the end: it stays where it is


def test_another_frame_of_reference_or_plane_is_not_linked_by_position() -> None:
    one = stack(Source(), 4, "one")
    apart = replace(one, headers=tuple(replace(h, frame_of_reference_uid="9") for h in one.headers))
    assert not by_position(one, apart)
    across = replace(
        one,
        headers=tuple(replace(h, frames=(replace(h.frames[0], column_direction=(0.0, 0.0, -1.0)),)) for h in one.headers),
    )
    assert not by_position(one, across)


def test_an_offset_never_leads_beyond_the_ends() -> None:
    one = stack(Source(), 4, "one")
    assert [by_offset(n, 2, one) for n in (-5, 0, 1, 3)] == [0, 2, 3, 3]
