"""A test that leaves a file in the working tree fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
# Written by tools, ignored by git, of no interest.
CACHES = {".git", ".venv", ".venvs", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"}

_written: set[str] = set()


def _note(event: str, args: tuple[object, ...]) -> None:
    """The audit hook: remembers what this process opens for writing or makes below the working tree."""
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        name = args[0]
    elif event in {"os.mkdir", "os.link", "os.symlink"}:
        name = args[0] if event == "os.mkdir" else args[1]
    elif event in {"os.rename", "shutil.move"}:
        name = args[1]
    else:
        return
    if isinstance(name, (str, os.PathLike)):
        _written.add(os.fspath(name))


sys.addaudithook(_note)


def _in_tree(name: str) -> Path | None:
    path = Path.cwd() / name
    if not path.is_relative_to(ROOT) or CACHES & set(path.relative_to(ROOT).parts):
        return None
    return path if path.exists() else None


def _snapshot() -> set[Path]:
    found: set[Path] = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in CACHES]
        found.update(Path(folder, f) for f in files)
    return found


@pytest.fixture(autouse=True)
def tree_guard() -> Iterator[None]:
    """Fails the test whose process wrote into the working tree and left it there."""
    _written.clear()
    yield
    left = sorted(str(p.relative_to(ROOT)) for p in map(_in_tree, list(_written)) if p)
    if left:
        pytest.fail(f"left in the working tree: {left}", pytrace=False)


class WholeRun:
    """Around a whole run, children of tests included; for a run that has the tree to itself (`dev.py test`)."""

    def __init__(self) -> None:
        self.before = _snapshot()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turns a run that left files into a failed one."""
        self.left = sorted(str(p.relative_to(ROOT)) for p in _snapshot() - self.before)
        if self.left and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Names them."""
        for name in self.left:
            terminalreporter.write_line(f"left in the working tree: {name}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """The whole run is watched by the process that leads it."""
    if os.environ.get("OVERREAD_TREE_GUARD") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(WholeRun(), "whole-run-tree-guard")
