"""Where the bundled fonts lie, for the window and for the opinion's paper."""

from __future__ import annotations

import sys
from pathlib import Path

FONTS = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[1])) / "resources" / "fonts"
