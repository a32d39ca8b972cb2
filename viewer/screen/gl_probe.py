"""Looks for a GPU in a short-lived process: draws a few pixels there, compares them and prints what it found, as JSON.

A driver that hangs or crashes does so there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from viewer.screen.which_back_end import Probe

FLAG = "--overread-gl-probe"
ROOT = Path(__file__).resolve().parents[2]


def command() -> list[str]:
    """How such a process is started."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG]
    return [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from viewer.screen.gl_probe import main; main()"]


def main() -> None:
    """Prints the finding."""
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415  late import: only the probe itself

    application = QGuiApplication(sys.argv[:1])
    found = look()
    sys.stdout.write(json.dumps({"renderer": found.renderer, "trouble": found.trouble}) + "\n")
    sys.stdout.flush()
    del application


def look() -> Probe:
    """The finding; a Qt application must be there."""
    from viewer.screen.gl_check import check  # noqa: PLC0415  late import: loads the driver
    from viewer.screen.gl_device import GlDevice, GlLost  # noqa: PLC0415  likewise

    try:
        device = GlDevice()
        wrong = check(device)
    except GlLost as lost:
        return Probe(trouble=str(lost))
    return Probe(device.renderer, "" if not wrong else "it draws wrong greys")


def understood(said: bytes, code: int) -> Probe:
    """What a probe's process said; one that died said nothing."""
    try:
        found = json.loads(said.splitlines()[-1])
        return Probe(str(found["renderer"])[:200], str(found["trouble"])[:200])
    except (ValueError, LookupError, TypeError):
        return Probe(trouble=f"the probe ended with {code}")
