"""Inter (OFL), bundled: loaded once for the process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFontDatabase

from app.fonts_folder import FONTS

_FOLDERS = (
    FONTS,
    Path("/usr/share/fonts/opentype/inter"),  # Debian's fonts-inter, where the bundled files are absent
)
_FACES = ("Inter-Regular", "Inter-Medium", "Inter-SemiBold")


@cache
def load_fonts() -> str:
    """Loads the bundled faces and gives the family that they made, or the system's own where there are none."""
    files = _files()
    families = [name for path in files for name in QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))]
    named = [name for name in families if name.startswith("Inter")]
    return named[0] if named else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


def family() -> str:
    """The family in which everything is set."""
    return load_fonts()


def _files() -> list[Path]:
    for folder in _FOLDERS:
        faces = [path for face in _FACES for path in sorted(folder.glob(f"{face}.[ot]tf"))]
        if faces:
            return faces
        variable = sorted(folder.glob("Inter*.ttf"))
        if variable:
            return variable
    return []
