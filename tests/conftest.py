"""What every test may rely on: the guards against leaks, Qt without a screen, and the development corpus.

Fixtures: `dev_data` (a folder laid out as the corpus), `dev_files` (files of it by pattern). Marks: `corpus("syntax/htj2k")` for a test
that means nothing without those files (where they are absent it is left out and named in the summary), and `keeps("thread", "why")` for a
test that rightly leaves something of its process behind.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# Before anything imports Qt: windows of tests need no screen. Journeys start their own X server and say so themselves.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HAS_QT = find_spec("PySide6") is not None

pytest_plugins = ["tests.guards.corpus", "tests.guards.leaks", "tests.guards.tree"]
if HAS_QT:
    pytest_plugins.append("tests.guards.qt")

# The same tests also run where PySide6 and VTK are not installed, without those about windows, and without the longest: hospital or engine
# killed and started again, all images of the corpus read twice. They never load Qt (a contract, and the tests that stay start both
# programs and read images of every kind), so they would say the same for minutes.
WINDOWS = ["app", "journeys", "pages", "repository", "soak", "viewer/screen", "viewer/tools/test_resample.py"]
LONGEST = [
    "hospital/test_consult_restart.py",
    "hospital/test_hospital_edges.py",
    "hospital/test_hospital_kills.py",
    "hospital/test_hospital_preparing.py",
    "sync/test_hospital_contract.py",
    "sync/test_kill_desk.py",
    "viewer/workers/test_prepare_corpus.py",
]
collect_ignore = [] if HAS_QT else [*WINDOWS, *LONGEST]

WHOLE_PROGRAMS = {"soak": 0, "journeys": 1, "pages": 2, "hospital": 3}  # folders of long tests, in the order in which they begin


def pytest_addoption(parser: pytest.Parser) -> None:
    """Without pytest-qt its option in pyproject.toml is nobody's."""
    if find_spec("pytestqt") is None:
        parser.addini("qt_api", "which binding pytest-qt uses")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole programs first: they wait for each other for minutes, and no processor idles at the end because one of them began late."""
    folder = Path(__file__).parent
    items.sort(key=lambda item: WHOLE_PROGRAMS.get(item.path.relative_to(folder).parts[0], len(WHOLE_PROGRAMS)))
