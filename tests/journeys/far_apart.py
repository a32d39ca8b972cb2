"""Two desks' media far apart: each on a machine of its own, the relay on a third, and a network that can go away and come back."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from app.consult.process import MediaProcess
from app.consult.session import LinkState, WordsKnown
from tests.app.consult.rooms import Side, joined
from tests.doubles import coded_picture
from tests.doubles.media_equipment import ENTRY, settings
from tests.journeys.bad_network import BadNetwork
from tests.journeys.namespaces import MIDDLE, CannotError, Namespaces
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sync.protocol.consult import IceServer

SIZE, RATE = (320, 240), 15


class Apart:
    """The two in a call. `gone(True)` takes the network away, for the media and for the hospital's line.

    `not_covered` says in words what of it was no real network here; empty where all was.
    """

    def __init__(self, one: Side, other: Side, network: Callable[[bool], None], not_covered: str) -> None:
        self.one, self.other, self._network, self.not_covered = one, other, network, not_covered

    def gone(self, on: bool) -> None:
        """The network, of the first desk alone."""
        self._network(on)
        self.one.cut = self.other.cut = on

    def sees(self, side: Side) -> int | None:
        """The number in the newest picture of the other, drawn within the last second."""
        picture = side.session.picture("other" if side is self.one else "one", "camera")
        value = coded_picture.read(picture) if picture is not None else None
        return value if value is not None and coded_picture.age_ms(value) < 1000 else None

    def back_after(self, seconds: float) -> float:
        """Seconds until both see each other as they are now; AssertionError where it takes longer."""
        begun = time.monotonic()
        while self.sees(self.one) is None or self.sees(self.other) is None:
            links = [side.last(LinkState) for side in (self.one, self.other)]
            assert time.monotonic() - begun < seconds, f"no picture {seconds:.0f} s after the network came back: {links}"
            time.sleep(0.02)
        return time.monotonic() - begun


@contextmanager
def apart(folder: Path, ways: tuple[str, ...] = ("udp",)) -> Iterator[Apart]:
    """The call, when both have its words."""
    with ExitStack() as stack:
        try:
            net = stack.enter_context(Namespaces())
        except CannotError as error:
            yield from _near(stack, folder, str(error))
            return
        with net.inside("middle"):
            turn = stack.enter_context(Turn(folder / "turn", MIDDLE))
        one, other = Side("one", MediaProcess(ENTRY)), Side("other", MediaProcess(ENTRY))
        for side in (one, other):
            with net.inside(side.name):
                _start(stack, side, turn.server(side.name, *ways))
        _call(one, other)
        yield Apart(one, other, lambda on: (net.pull if on else net.plug)("one"), "")


def _near(stack: ExitStack, folder: Path, why: str) -> Iterator[Apart]:
    turn = stack.enter_context(Turn(folder / "turn"))
    network = stack.enter_context(BadNetwork(turn.port))
    one, other = Side("one", MediaProcess(ENTRY)), Side("other", MediaProcess(ENTRY))
    _start(stack, one, turn.server("one", "udp", port=network.port))
    _start(stack, other, turn.server("other", "udp"))
    _call(one, other)

    def gone(on: bool) -> None:
        network.gone = on

    said = f"Not covered here: a cable that is pulled between machines of their own ({why}). A proxy on one machine swallowed the packets."
    yield Apart(one, other, gone, said)


def _start(stack: ExitStack, side: Side, server: IceServer) -> None:
    stack.callback(side.session.stop)
    with settings(tone=440.0, size=SIZE, rate=RATE):
        side.session.start(side.told, [server], me=side.name, call="apart", relay_only=True)
    side.session.camera(True)


def _call(one: Side, other: Side) -> None:
    joined(one, other)
    other.session.connect("one", offers=False)
    one.session.connect("other", offers=True)
    for side in (one, other):
        side.wait(WordsKnown, seconds=40)
