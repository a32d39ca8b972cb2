"""The images of a case in the middle of the room: the viewer's grid, hung by a protocol, as the room speaks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.theme import current
from app.opinion.pictures import kept_voi
from app.reading.hanging import all_series, hanging_of, hung
from app.reading.snapshot import key_image, measurement, measures
from record.trouble import Kind, Trouble
from viewer.load.frames import size_of
from viewer.screen.colours import ScreenColours
from viewer.screen.grid import ViewportGrid, first_index
from viewer.screen.keys import Act
from viewer.screen.view import View
from viewer.tools.marks import Mark, Marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.reading.open_case import Ready
    from record.opinion import draft
    from viewer.dicom.header import PixelFormat
    from viewer.hanging.match import Hanging
    from viewer.load.series import SeriesData
    from viewer.load.source import FrameSource
    from viewer.screen.viewport import Viewport
    from viewer.workers.pool import Pool

_LOOK_AGAIN_MS = 100
_STEPS = {Act.STAGE_NEXT: 1, Act.STAGE_PREVIOUS: -1}
_WHOLE = {Act.MPR: "Three planes need", Act.VOLUME: "A volume needs"}
_SERIES = {Act.SERIES_NEXT: 1, Act.SERIES_PREVIOUS: -1}


class Images(QWidget):
    """The grid and its hanging.

    Signals: `first_painted()`, `shown(tuple of series UIDs)`, `stage(str)` the foot's sentence, `tool(Act)`, `link(str)`, `planes(bool)`,
    `act(Act)` a key that is the room's, `trouble(Trouble)` why something cannot be done here.
    """

    first_painted = Signal()
    shown = Signal(tuple)
    stage = Signal(str)
    tool = Signal(object)
    link = Signal(str)
    planes = Signal(bool)
    act = Signal(object)
    trouble = Signal(object)

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("images")
        self._pool = pool
        self.grid = ViewportGrid(_colours())
        self._ready: Ready | None = None
        self._series: dict[str, SeriesData] = {}
        self._hanging: Hanging | None = None
        self._step = 0
        self._for_planes = QTimer(self)
        self._for_planes.setInterval(_LOOK_AGAIN_MS)
        self._for_planes.timeout.connect(self._planes_if_loaded)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        for mine, theirs in (
            (self.first_painted, self.grid.first_painted),
            (self.shown, self.grid.shown),
            (self.tool, self.grid.tool),
            (self.link, self.grid.link),
            (self.planes, self.grid.planes),
        ):
            theirs.connect(mine)
        self.grid.act.connect(self._from_keys)

    # -- a case ------------------------------------------------------------------------------------------------------

    def show_case(self, ready: Ready, frames: FrameSource) -> None:
        """Hangs a case; the images on screen are fetched first."""
        self._take(ready)
        self.grid.open(frames, self._decode)
        try:
            self._hanging = hanging_of(ready)
        except Trouble as trouble:
            self._hanging = None
            self.grid.active().clear(trouble.what_happened, trouble.what_to_do)
            self.first_painted.emit()
            return
        self._show_step(0)
        self.grid.memory.ahead.forget()
        self.grid.do(Act.WINDOW_TOOL)

    def make_ready(self, ready: Ready) -> None:
        """Memory for what a case will hang first, before it is entered; belongs in a thread."""
        try:
            step = hanging_of(ready).steps[0]
        except Trouble:
            return
        wanted = hung(step, {data.key: data for data in all_series(ready)})
        self.grid.memory.ahead.want([size_of(each.series) for each in wanted if each.series is not None])

    def tell(self, trouble: Trouble) -> None:
        """Says why a case shows no image, where the images would be."""
        self.grid.active().clear(trouble.what_happened, trouble.what_to_do)

    def take_series(self, ready: Ready) -> None:
        """The case has other series now; what is on screen stays."""
        self._take(ready)

    def clear(self) -> None:
        """Lets go of a case."""
        self._for_planes.stop()
        self.grid.close_case()
        self._ready, self._hanging, self._series = None, None, {}

    def close_images(self) -> None:
        """Lets go of everything."""
        self.clear()
        self.grid.memory.ahead.forget()

    def retry(self) -> None:
        """Tries images again that could not be read."""
        self.grid.retry()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def active(self) -> Viewport:
        """The viewport that has, or last had, the keys."""
        return self.grid.active()

    def active_study(self) -> str:
        """The study in that viewport, or an empty string."""
        now = self.active().current()
        return "" if now is None else now[0].study_instance_uid

    def on_screen(self) -> tuple[str, ...]:
        """The series (UIDs) on screen."""
        return tuple(key.partition("|")[0].partition("#")[0] for key in self.grid.on_screen())

    def put_series(self, uid: str) -> None:
        """Shows a series in the viewport that has the keys; again, its next stack where it has several."""
        stacks = self._ready.series(uid) if self._ready is not None else ()
        if stacks:
            now = self.active().series
            at = next((n for n, data in enumerate(stacks) if now is not None and data.key == now.key), -1)
            self._put(stacks[(at + 1) % len(stacks)])

    def show_image(self, image: draft.KeyImage) -> None:
        """Shows the image of a key image under its window."""
        for data in self._series.values():
            for index, place in enumerate(data.order):
                if place.frame == image.frame and data.headers[place.instance].sop_instance_uid == image.sop_instance_uid:
                    self.grid.put(data, index)
                    self.active().set_view(View(voi=kept_voi(image, data.headers[place.instance]), inverted=image.inverted))
                    return

    def restore_marks(self, images: Sequence[draft.KeyImage]) -> None:
        """Puts the marks of kept key images onto their images again."""
        if self.grid.book.marks.now:
            return
        marks = [Mark(m.kind.value, i.sop_instance_uid, i.frame, m.points, m.text) for i in images for m in i.marks]
        if marks:
            self.grid.book.take(Marks(tuple(dict.fromkeys(marks))))

    # -- acts ----------------------------------------------------------------------------------------------------------

    def do(self, act: Act) -> bool:
        """Does an act of the viewports or of the protocol; False where it is neither's."""
        if act in _STEPS:
            self._go_step(_STEPS[act])
        elif act in _SERIES:
            self._go_series(_SERIES[act])
        else:
            return self.grid.do(act)
        return True

    def key_image(self) -> draft.KeyImage | None:
        """What the viewport with the keys shows, as a key image without id; None (and a trouble) where it is no stored image."""
        viewport = self.active()
        series = viewport.series
        if series is None or viewport.stored() is None:
            return None
        if series.resampled:
            what = "These planes are computed from other images; a key image is kept from the images themselves."
            self.trouble.emit(Trouble(what, "Go back with M and keep the image there.", kind=Kind.STATE))
            return None
        place = series.order[viewport.index]
        marks = self.grid.book.marks.on(series.header(viewport.index).sop_instance_uid, place.frame) if self.grid.book.shown else ()
        return key_image(series, viewport.index, viewport.view, marks)

    def instance(self) -> str:
        """The instance (UID) that the viewport with the keys shows; empty (and a trouble) where it shows no stored image."""
        viewport = self.active()
        now, series = viewport.current(), viewport.series
        if now is not None and series is not None and not series.resampled:
            return now[0].sop_instance_uid
        what = "There is no original here: planes are computed from other images." if now is not None else "There is no image here."
        self.trouble.emit(Trouble(what, "Choose an image, then ask for its original.", kind=Kind.STATE))
        return ""

    def measurement(self) -> tuple[draft.Measurement, str] | None:
        """The measurement chosen on the active image (else its newest) and its words; None where there is none."""
        viewport, book = self.active(), self.grid.book
        now = viewport.current()
        if now is None or viewport.series is None:
            return None
        here = [m for m in book.marks.on(now[0].sop_instance_uid, viewport.series.order[viewport.index].frame) if measures(m)]
        if not here:
            return None
        mark = book.chosen if book.chosen in here else here[-1]
        assert mark is not None
        return measurement(now[0], mark), mark.text

    # -- within ----------------------------------------------------------------------------------------------------------

    def _take(self, ready: Ready) -> None:
        self._ready = ready
        self._series = {data.key: data for data in all_series(ready)}

    def _from_keys(self, act: Act) -> None:
        if act in _STEPS or act in _SERIES:
            self.do(act)
        elif act in _WHOLE:
            self._say_why_not(_WHOLE[act])
        else:
            self.act.emit(act)

    def _show_step(self, number: int) -> None:
        assert self._hanging is not None
        self._for_planes.stop()
        self._step = number
        step = self._hanging.steps[number]
        rows, columns = (1, 1) if step.stage.planes else (step.stage.rows, step.stage.columns)
        self.grid.hang(rows, columns, hung(step, self._series), linked=step.stage.linked)
        self.stage.emit(self._hanging.words(number))
        if step.stage.planes:
            self._for_planes.start()

    def _go_step(self, by: int) -> None:
        if self._hanging is None:
            return
        number = min(max(self._step + by, 0), len(self._hanging.steps) - 1)
        if number != self._step:
            self._show_step(number)
            self.active().setFocus()

    def _go_series(self, by: int) -> None:
        keys = list(self._series)
        now = self.active().series
        if now is None or not keys:
            return
        key = now.key.partition("|")[0]
        at = keys.index(key) if key in keys else 0
        self._put(self._series[keys[(at + by) % len(keys)]])

    def _put(self, data: SeriesData) -> None:
        self.grid.put(data, first_index(data, "middle"))

    def _planes_if_loaded(self) -> None:
        if self.grid.all_loaded():
            self._for_planes.stop()
            self.grid.do(Act.MPR)

    def _say_why_not(self, what: str) -> None:
        series = self.active().series
        if series is not None and not series.is_volume:
            why = f"{what} an even volume; here it is a stack: {series.verdict}."
            self.trouble.emit(Trouble(why, "Choose another series.", kind=Kind.STATE))
        elif series is not None and self.grid.is_too_large(series):
            large = f"{what} all images of the series at once, and they take more memory than there is for images."
            self.trouble.emit(Trouble(large, "Read it image by image, or on a computer with more memory.", kind=Kind.STATE))
        elif series is not None:
            loading = f"{what} all images of the series, and they are not all read yet."
            self.trouble.emit(Trouble(loading, "Press the key again in a moment.", kind=Kind.STATE))

    def _decode(self, coded: bytes, form: str, pixels: PixelFormat) -> NDArray[Any]:
        values: NDArray[Any] = self._pool.run("decode", (coded, form, pixels))
        return values


def _colours() -> ScreenColours:
    now = current()
    return ScreenColours(now.film, now.on_film, now.faint, now.accent, now.mark, now.warn, now.bad, now.raised, now.text)
