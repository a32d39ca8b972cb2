"""The guards of tests/conftest.py catch what they say: small tests that leak are run in a pytest of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LEAKS = {
    "thread": "import threading\n    threading.Thread(target=threading.Event().wait, args=(30,), daemon=True).start()",
    "process": "import subprocess, sys\n    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(9)'])",
    "socket": "import socket, builtins\n    builtins.kept = socket.socket()",
    "file": "import tempfile\n    tempfile.mkstemp()",
    "in the working tree": "from pathlib import Path\n    Path({root!r}, 'left-over.txt').write_text('x')",
    "QTimer": "from PySide6.QtCore import QTimer\n    qapp.kept = QTimer(qapp)\n    qapp.kept.start(60000)",
    "window": "from PySide6.QtWidgets import QWidget\n    qapp.window = QWidget()\n    qapp.window.show()",
}
IMPATIENT = "\nimport tests.guards.leaks\ntests.guards.leaks.PATIENCE_S = 0.3\n"


def run_test(folder: Path, body: str, argument: str = "") -> subprocess.CompletedProcess[str]:
    """Runs one test with this repository's guards, from a folder that is not the working tree."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text() + IMPATIENT)
    (folder / "test_leaky.py").write_text(f"def test_leaky({argument}):\n    {body}\n")
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    options = ["-o", f"pythonpath={ROOT}", "-o", "filterwarnings=", "--confcutdir", str(folder), f"--basetemp={folder / 'temp'}"]
    return subprocess.run([*line, *options, str(folder)], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("kind", LEAKS)
def test_what_a_test_leaves_behind_fails_it(kind: str, tmp_path: Path) -> None:
    qt = kind in {"QTimer", "window"}
    try:
        done = run_test(tmp_path, LEAKS[kind].format(root=str(ROOT)), "qapp" if qt else "")
    finally:
        (ROOT / "left-over.txt").unlink(missing_ok=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "left" in done.stdout
    assert kind in done.stdout


def test_a_clean_test_passes(tmp_path: Path) -> None:
    done = run_test(tmp_path, "assert tmp_path.is_dir()", "tmp_path, qapp")
    assert done.returncode == 0, done.stdout + done.stderr
