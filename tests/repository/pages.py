"""Pages, or parts of pages, that are made from the code.

python -m tests.repository.pages [DEMO_OUTPUT]        remakes them; takes the pictures from a headless demo's folder where one is named
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from app.shell.keys import DESK_KEYS
from viewer.screen.keys import GROUPS, TABLE, shown

ROOT = Path(__file__).resolve().parents[2]
PHYSICIAN = ROOT / "docs" / "physician.md"
PICTURES = {
    "03-ready-offline.png": "worklist.png",
    "06-reading-chest-radiographs.png": "reading.png",
    "06d-consult-showing.png": "consult.png",
    "06e-consult-still.png": "consult-still.png",
    "07b-opinion.png": "opinion.png",
}
KEYS = re.compile(r"(<!-- keys:[^\n]*-->\n).*?(<!-- end of keys -->)", re.DOTALL)


def key_table() -> str:
    """The keys, as a table for the physician's page."""
    lines = ["| act | keys | mouse |", "|---|---|---|"]
    for group in GROUPS:
        lines.append(f"| **{group}** | | |")
        rows = [row for row in TABLE if row.group == group and not re.search(r"preset [2-9]$", row.text)]
        for row in rows:
            keys = ", ".join(f"`{shown(key)}`" for key in row.keys)
            text, keys = ("Window presets", "`1` … `9`") if row.text == "Window preset 1" else (row.text, keys)
            lines.append(f"| {text} | {keys} | {row.mouse} |")
    lines.append("| **Desk** | | |")
    lines += [f"| {row.words} | {', '.join(f'`{key}`' for key in row.keys)} | |" for row in DESK_KEYS]
    return "\n".join(lines) + "\n"


def physician_page() -> str:
    """The physician's page with the keys of today."""
    return KEYS.sub(lambda found: found[1] + key_table() + found[2], PHYSICIAN.read_text("utf-8"))


if __name__ == "__main__":
    PHYSICIAN.write_text(physician_page(), "utf-8")
    for source, target in PICTURES.items() if len(sys.argv) > 1 else ():
        (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
        shutil.copy(Path(sys.argv[1], source), ROOT / "docs" / "pictures" / target)
