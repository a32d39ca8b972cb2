from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "record").rglob("*.py")
    if path.name not in {"__init__.py", "__main__.py", "objects.py"}
)
HEAVY = ("reportlab", "pyhanko", "uharfbuzz", "PySide6", "vtkmodules", "asn1crypto")
OURS = ("app", "sync", "hospital", "viewer")


@pytest.mark.parametrize("names", [HEAVY, OURS])
def test_importing_the_record_brings_neither_heavy_libraries_nor_other_parts(names: tuple[str, ...]) -> None:
    code = f"import sys\nfor name in {MODULES!r}: __import__(name)\nprint([name for name in {names!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
