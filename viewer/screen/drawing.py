"""How a mark comes to be under the hand: by drags and by clicks, point after point; pure, in `column_row`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from viewer.screen.keys import Act
from viewer.tools.angle import angle, cobb, words
from viewer.tools.length import length
from viewer.tools.region import ellipse, probe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from viewer.dicom.header import Frame, Header

Point = tuple[float, float]  # column_row
APART = 0.5  # of a pixel: less is the same place


@dataclass(frozen=True, slots=True)
class MarkTool:
    """A tool that makes a mark: of how many points, and after how many the pen is lifted."""

    kind: str
    points: int
    stroke: int


MARK_TOOLS: dict[Act, MarkTool] = {
    Act.LENGTH: MarkTool("length", 2, 2),
    Act.ANGLE: MarkTool("angle", 3, 3),
    Act.COBB: MarkTool("cobb", 4, 2),
    Act.ELLIPSE: MarkTool("ellipse", 2, 2),
    Act.PROBE: MarkTool("probe", 1, 1),
    Act.ARROW: MarkTool("arrow", 2, 2),
    Act.TEXT: MarkTool("text", 1, 1),
}


class Drawing:
    """A mark under way. Each point is set by a drag's end or by a click."""

    def __init__(self, tool: MarkTool) -> None:
        self.tool = tool
        self._set: list[Point] = []
        self._live: Point | None = None

    @property
    def points(self) -> tuple[Point, ...]:
        """The points set, and the one that follows the pointer."""
        live = () if self._live is None or len(self._set) == self.tool.points else (self._live,)
        return (*self._set, *live)

    def press(self, at: Point) -> bool:
        """The button goes down; True where the mark is complete by it."""
        if len(self._set) % self.tool.stroke == 0:
            self._set.append(at)
        self._live = at
        return len(self._set) == self.tool.points

    def move(self, at: Point) -> None:
        """The pointer moves, with or without the button."""
        self._live = at if len(self._set) % self.tool.stroke else None

    def release(self, at: Point) -> bool:
        """The button goes up; True where the mark is complete by it."""
        last = self._set[-1]
        if len(self._set) % self.tool.stroke and max(abs(at[0] - last[0]), abs(at[1] - last[1])) > APART:
            self._set.append(at)
            self._live = None
        return len(self._set) == self.tool.points


def mark_text(kind: str, header: Header, frame: Frame, stored: NDArray[Any] | None, points: tuple[Point, ...]) -> str:
    """What stands beside a mark: the value that its points give on this image, never typed; "" where they give none yet."""
    if kind == "length" and len(points) == 2:
        return length(header, *points).text
    if kind == "angle" and len(points) == 3:
        return words(angle(header, *points))
    if kind == "cobb" and len(points) == 4:
        return words(cobb(header, points[:2], points[2:]))
    if stored is not None and kind == "ellipse" and len(points) == 2:
        return ellipse(header, frame, stored, *points).text
    if stored is not None and kind == "probe" and points:
        return probe(header, frame, stored, points[0])
    return ""
