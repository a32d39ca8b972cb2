"""A physician at the desk: what eyes and hands do, room by room, by X events alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.journeys.processes import until
from tests.journeys.stage import LOGIN, PASSPHRASE, PASSWORD
from tests.journeys.x11 import Rect

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.processes import Door
    from tests.journeys.x11 import Screen

ANSWERS = (
    "The mass at the right hilum is the leading finding; an operation is possible from these images, lung function decides.",
    "No enlarged node of the mediastinum in the part of the chest that the scan covers.",
    "If we only watch it, it is likely to grow; please talk with your own physician about treatment within two weeks.",
)


@dataclass(slots=True)
class Physician:
    """Reads and signs; keeps a picture of each screen in `pictures` where that is named."""

    screen: Screen
    door: Door
    pictures: Path | None = None
    scale: float = 1.0  # device pixels of a logical pixel
    taken: list[str] = field(default_factory=list)

    # -- eyes --------------------------------------------------------------------------------------------------------

    def sees(self, name: str, seconds: float = 30) -> Rect:
        """Waits for a widget and says where it is."""
        x, y, width, height = until(f"{name} on screen", lambda: self.door.ask(f"where({name!r})"), seconds)
        return Rect(x, y, width, height)

    def does_not_see(self, name: str) -> bool:
        """Whether a widget is not there."""
        try:
            self.door.ask(f"where({name!r})")
        except LookupError:
            return True
        return False

    def reads(self, name: str) -> str:
        """The words of a widget."""
        return str(self.door.ask(f"find({name!r}).accessibleName() or find({name!r}).text()"))

    def ask(self, expression: str) -> Any:
        """A question to the desk."""
        return self.door.ask(expression)

    def picture(self, name: str) -> None:
        """Keeps the screen as it is, once it has stopped changing."""
        if self.pictures is None:
            return
        self.settled()
        self.screen.save(self.pictures / f"{name}.png")
        self.taken.append(f"{name}.png")

    def snap(self, name: str) -> None:
        """Keeps the screen as it is now, moving or not."""
        if self.pictures is not None:
            self.screen.save(self.pictures / f"{name}.png")
            self.taken.append(f"{name}.png")

    def settled(self, seconds: float = 10) -> None:
        """Waits until the screen stands still for two looks in a row."""
        last = [self.screen.pixels().tobytes(), ""]

        def still() -> bool:
            now = self.screen.pixels().tobytes()
            same = now == last[0]
            last[0] = now
            return same

        until("a still screen", still, seconds, every=0.15)

    # -- hands -------------------------------------------------------------------------------------------------------

    def clicks(self, name: str) -> None:
        """Clicks the middle of a widget; what lies outside a scrolled panel is brought into sight by the wheel first."""
        self.sees(name)
        panel = until(f"{name} in its place", lambda: [self.door.ask(f"scrolled({name!r})")], 10)[0]  # a list that is renewed has it anew
        if panel:
            x, y, width, height = panel

            def in_sight() -> bool:
                middle = self.sees(name).centre[1]
                if y + 8 <= middle <= y + height - 8:
                    return True
                self.screen.wheel(x + width // 2, y + height // 2, 1 if middle > y else -1)
                return False

            until(f"{name} in sight", in_sight, 20)
        self.screen.click(*self.sees(name).centre)

    def types_into(self, name: str, text: str) -> None:
        """Clicks a field and types."""

        def has_keys() -> bool:
            if self.door.ask("focus()") == name:
                return True
            self.clicks(name)
            return False

        until(f"keys in {name}", has_keys, 20, every=0.3)
        self.screen.type(text)

    # -- the way -----------------------------------------------------------------------------------------------------

    def enrols(self, code: str) -> None:
        """Joins the desk to the hospital."""
        self.sees("enrol-code")
        self.screen.give_focus()
        self.picture("01-join")
        for name, value in (
            ("enrol-code", code),
            ("enrol-login", LOGIN),
            ("enrol-password", PASSWORD),
            ("enrol-passphrase", PASSPHRASE),
            ("enrol-again", PASSPHRASE),
        ):
            self.types_into(name, value)
        self.screen.press("Return")
        self.sees("rail-worklist", 60)

    def rows(self) -> int:
        """How many cases the worklist has."""
        return int(self.door.ask("find('worklist-table').model().rowCount()"))

    def accepts_all(self, count: int) -> None:
        """Accepts every offered case from the keyboard."""
        until("offers", lambda: self.rows() == count, 60)
        self.sees("act-accept")
        self.picture("02-offered")
        for row in range(count):
            self.clicks("worklist-table") if not row else None
            self.screen.press("Home")
            for _ in range(row):
                self.screen.press("Down")
            self.sees("act-accept")
            self.screen.press("Return")
            until("accepted", lambda: self.does_not_see("act-accept"), 30)

    def chooses(self, row: int) -> None:
        """Puts the worklist's cursor on a row."""
        self.screen.press("Home")
        for _ in range(row):
            self.screen.press("Down")
        until("the row", lambda: self.door.ask("find('worklist-table').currentIndex().row()") == row, 10)

    def opens(self, row: int) -> None:
        """Opens the case of a row from the keyboard and waits until its images are all there."""
        self.chooses(row)
        self.screen.press("Return")
        self.sees("viewport-1")
        until("all images", lambda: self.door.ask("find('viewports').all_loaded()"), 60)

    def goes_to_worklist(self) -> None:
        """Back to the worklist, with the keys in its table."""
        self.clicks("rail-worklist")
        self.sees("worklist-table")
        until("keys in the table", lambda: self.door.ask("focus()") == "worklist-table", 10)

    def measures(self, start: tuple[float, float], end: tuple[float, float]) -> str:
        """Measures a length in the first viewport between two places given as shares of it; gives the words beside the mark."""
        port = self.sees("viewport-1")
        self.screen.press("d")
        first, last = ((port.x + round(port.width * x), port.y + round(port.height * y)) for x, y in (start, end))
        self.screen.drag(first, last)
        return str(until("a mark", lambda: self.door.ask("find('viewports').book.marks.now[-1].text"), 10))

    def keeps_key_image(self, count: int) -> None:
        """Keeps the image as a key image."""
        self.screen.press("k")
        until("the key image", lambda: self.reads("foot-right").startswith(f"Key image {count}"), 10)

    def answers(self, room: str, count: int) -> None:
        """Answers every question in a room's text."""
        for number in range(1, count + 1):
            self.types_into(f"{room}-answer-{number}", ANSWERS[number - 1])

    def reviews_and_signs(self) -> None:
        """Goes through the signing sheet: each open point is left with a reason, then the passphrase, then the signature."""
        self.screen.press("Ctrl+Return")
        self.sees("signing-sheet", 60)
        self.picture("08-signing-sheet")
        rows = int(self.door.ask("len(find('signing-sheet').rows())"))
        for number in range(1, rows + 1):
            if not self.door.ask(f"find('signing-sheet').rows()[{number - 1}].reason.text()"):
                self.types_into(f"finding-{number}-reason", "not needed for the questions asked")
        until("the paper is the newest", lambda: self.door.ask("find('signing-passphrase').isEnabled()"), 60)
        self.types_into("signing-passphrase", PASSPHRASE)
        until("the button", lambda: self.door.ask("find('sign').isEnabled()"), 60)
        self.picture("09-passphrase")
        self.screen.press("Return")
        until("signed", lambda: self.does_not_see("signing-sheet"), 60)
