"""What a window loads to show renditions: no parser of DICOM and nothing slow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LEAN = ("decode", "grey", "colour", "geometry", "letters", "picture", "header_json", "prepared", "stacks")
CODE = """
import json, sys
sys.path.insert(0, {root!r})
for name in {lean!r}:
    __import__("viewer.dicom." + name)
import viewer.workers.pool
print(json.dumps([one for one in ("pydicom", "pypdfium2", "openjpeg", "rle", "jpeg_ls", "PIL", "multiprocessing") if one in sys.modules]))
"""


def test_showing_renditions_and_starting_workers_needs_no_parser() -> None:
    command = [sys.executable, "-I", "-c", CODE.format(root=str(ROOT), lean=LEAN)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == []
