"""Linked scroll among viewports: which image another series shows when one moves, and the words that say by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.tools.link import by_offset, by_position, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from viewer.load.series import SeriesData


class Together:
    """Whether scrolling is linked, and the offsets that the reader set, in images, by pairs of series."""

    def __init__(self) -> None:
        self.on = False
        self._offsets: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Another case."""
        self.on = False
        self._offsets.clear()

    def here(self, shown: Sequence[tuple[SeriesData, int]]) -> None:
        """The images now side by side belong together: their distance is kept from here on."""
        for one, at in shown:
            for other, there in shown:
                if one.key != other.key:
                    self._offsets[one.key, other.key] = there - at
        self.on = True

    def target(self, source: SeriesData, index: int, other: SeriesData) -> int | None:
        """The image of `other` that belongs to image `index` of `source`; None where nothing says so, or it lies beyond the end."""
        offset = self._offsets.get((source.key, other.key))
        if offset is not None:
            return by_offset(index, offset, other)
        return nearest(source, index, other) if by_position(source, other) else None

    def words(self, shown: Sequence[SeriesData]) -> str:
        """By what scrolling is linked, "" where it is off."""
        if not self.on:
            return ""
        if any((a.key, b.key) in self._offsets for a in shown for b in shown):
            return "by offset"
        if len(shown) > 1 and all(by_position(shown[0], other) for other in shown[1:]):
            return "by position"
        return "by position where planes agree"
