"""What a call needs of the machine: a microphone, a loudspeaker, a camera. That one is missing is a normal state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import av

    from app.consult.media.opus import Sound
    from app.consult.session import DeviceKind, Devices


@dataclass(frozen=True, slots=True)
class Uses:
    """What the equipment calls, each on a thread of its own; sound is 48 kHz mono."""

    hears: Callable[[Sound], None]  # the microphone gave samples
    plays: Callable[[int], Sound]  # the loudspeaker wants so many
    sees: Callable[[av.VideoFrame], None]  # the camera gave a picture
    delay: Callable[[int], None]  # milliseconds from playing to hearing, as far as the machine knows
    devices: Callable[[Devices], None]  # at the start, and whenever one comes or goes
    failed: Callable[[str, str], None]  # two sentences


class Equipment(Protocol):
    """The machine's devices. Every method but `run` returns at once and may be called from any thread."""

    clean: bool  # whether what the microphone gives needs an echo canceller

    def run(self, uses: Uses, ready: Callable[[], None]) -> None:
        """Works until `quit`; on the main thread. `ready` is called when the other methods may be."""
        ...

    def camera(self, on: bool) -> None:
        """The camera."""
        ...

    def use(self, kind: DeviceKind, device: str) -> None:
        """Another device."""
        ...

    def quit(self) -> None:
        """Frees everything; `run` returns."""
        ...
