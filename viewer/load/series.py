"""A series as the viewer takes it: headers, where each frame's bytes lie, and the order in which images are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from viewer.dicom.header import Frame, Header
    from viewer.load.identity import Identity


@dataclass(frozen=True, slots=True)
class FrameRef:
    """Where one frame's coded bytes lie; `form` is "blosc2" or a transfer syntax UID (see `viewer.dicom.decode`)."""

    object_id: str
    offset: int
    length: int
    form: str


@dataclass(frozen=True, slots=True)
class Place:
    """One image of a series: which instance, which of its frames (both from 0)."""

    instance: int
    frame: int


@dataclass(frozen=True, slots=True, eq=False)
class SeriesData:
    """One series, or one stack of a series that had to be split; made by `viewer.load.arrange.arrange`.

    `key` is unique within the case. `refs[i][f]` belongs to frame `f` of `headers[i]`; a `Trouble` there says why the hospital could not
    make that frame ready. `order[n]` is the n-th image as shown. `prior` is the word for the top right corner ("Prior, 7 months") or "".
    `identities` are the case's; an image that matches none is marked on screen.
    """

    key: str
    label: str
    headers: tuple[Header, ...]
    refs: tuple[tuple[FrameRef | Trouble, ...], ...]
    order: tuple[Place, ...]
    is_volume: bool = False
    verdict: str = ""  # why it is a volume, or why it is only a stack
    prior: str = ""
    identities: tuple[Identity, ...] = ()
    xyz_mm_from_ijk: NDArray[np.float64] | None = None  # 4x4, of a volume; k is the index in `order`
    left_out: tuple[Place, ...] = ()  # received and not shown: images that came twice
    resampled: str = ""  # the fidelity mark of planes cut from a volume

    @property
    def count(self) -> int:
        """How many images are shown."""
        return len(self.order)

    def header(self, index: int) -> Header:
        """The header behind the image at `index` (0 to count - 1)."""
        return self.headers[self.order[index].instance]

    def frame(self, index: int) -> Frame:
        """The frame behind the image at `index`."""
        place = self.order[index]
        return self.headers[place.instance].frames[place.frame]

    def nearest_whole(self, index: int) -> int:
        """The image nearest to `index` of which no trouble is known; `index` itself where there is none."""
        whole = [n for n, place in enumerate(self.order) if self._is_whole(place)]
        return min(whole, key=lambda n: abs(n - index), default=index)

    def _is_whole(self, place: Place) -> bool:
        frames = self.refs[place.instance]
        return place.frame < len(frames) and isinstance(frames[place.frame], FrameRef)

    def form(self, index: int) -> str:
        """How the image at `index` is coded (see `FrameRef`); "" where a trouble of it is known."""
        place = self.order[index]
        return self.ref(index).form if self._is_whole(place) else ""

    def ref(self, index: int) -> FrameRef:
        """Where the bytes of the image at `index` lie; raises the `Trouble` that stands there instead, or one of kind IMAGE."""
        place = self.order[index]
        frames = self.refs[place.instance]
        if place.frame >= len(frames):
            raise Trouble(
                "This image is not complete: its frame did not come with the case.",
                "Ask the hospital to send it again.",
                kind=Kind.IMAGE,
            )
        found = frames[place.frame]
        if isinstance(found, Trouble):
            raise found
        return found
