"""Boxes that flow down pages: a box stays whole, some stay with the next one. Lengths are points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True)
class Box:
    """Something of a height that is drawn at its top; the space before it is dropped at the top of a page."""

    height: float
    draw: Callable[[float], None]  # given its top
    before: float = 0.0
    with_next: bool = False


def flow(boxes: Sequence[Box], top: float, bottom: float, new_page: Callable[[], None]) -> None:
    """Draws boxes from `top` down to `bottom`, page by page; boxes that hang together move to the next page together.

    What hangs together and is higher than a page is broken where it must be.
    """
    new_page()
    at, fresh = top, True
    for group in _groups(boxes):
        if not fresh and at - _height(group) < bottom:
            new_page()
            at, fresh = top, True
        for box in group:
            space = 0.0 if fresh else box.before
            if not fresh and at - space - box.height < bottom:
                new_page()
                at, space = top, 0.0
            box.draw(at - space)
            at, fresh = at - space - box.height, False


def _groups(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    group: list[Box] = []
    for box in boxes:
        group.append(box)
        if not box.with_next:
            yield group
            group = []
    if group:
        yield group


def _height(group: list[Box]) -> float:
    return sum(box.before + box.height for box in group)
