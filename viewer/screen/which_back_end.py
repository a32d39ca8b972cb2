"""Which back end draws the images here, and why, in words; pure.

A GPU pays where the processor has much to look up and to resample. Measured without a GPU, 2 cores: resampling a slice to the whole screen
takes the processor 1.4 ms at 900 x 900, 2.6 at 1920 x 1080, 4.6 at 2560 x 1440, 7.0 at 3840 x 2160 and 15 at 5120 x 2880 (the limit for 60
a second is 16, and the lookup, the words and the way to the screen come on top): below `LARGE` there is nothing to be gained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Asked = Literal["automatic", "processor", "graphics"]
LARGE = 3840 * 2160  # device pixels of a screen from which on a GPU is looked for
NOT_REAL = ("llvmpipe", "softpipe", "swrast", "software", "swiftshader", "basic render", "gdi generic", "virgl", "svga3d")


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether the GPU draws, the sentence of the status page, and words for IT."""

    gpu: bool
    words: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a process of its own found: the renderer's name, or in `trouble` why it can draw nothing."""

    renderer: str = ""
    trouble: str = ""


EXACT = "grey values are exact"
BY_PROCESSOR = f"Drawn by the processor; {EXACT}."


def without_probe(asked: Asked, screen: tuple[int, int]) -> Choice | None:
    """The choice where no GPU need be looked for; None where one has to be. `screen`: width and height, device pixels."""
    if asked == "processor":
        return Choice(False, f"Drawn by the processor, as the settings ask; {EXACT}.")
    if asked == "automatic" and screen[0] * screen[1] < LARGE:
        return Choice(False, BY_PROCESSOR, f"screen of {screen[0]} x {screen[1]}, fast enough without a GPU")
    return None


def with_probe(asked: Asked, probe: Probe) -> Choice:
    """The choice, once a GPU was looked for."""
    if probe.trouble or not probe.renderer:
        return Choice(False, f"Drawn by the processor, as no GPU answered; {EXACT}.", probe.trouble)
    if asked == "automatic" and not is_real(probe.renderer):
        return Choice(False, f"Drawn by the processor, as this computer has no GPU of its own; {EXACT}.", probe.renderer)
    why = ", as the settings ask" if asked == "graphics" else ", as the screen is large"
    return Choice(True, f"Drawn by the GPU{why}; {EXACT}.", probe.renderer)


def after_failure(trouble: str) -> Choice:
    """The choice once the GPU failed."""
    return Choice(False, f"Drawn by the processor, as the GPU failed; {EXACT}, nothing is lost.", trouble)


def is_real(renderer: str) -> bool:
    """Whether a renderer's name is that of a GPU rather than of a program that plays one."""
    return not any(name in renderer.lower() for name in NOT_REAL)
