"""The development corpus, and what a run without it did not cover."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"
# Where the demo cases' series stand in the corpus's layout.
STAND_INS = {
    "series/ct-chest": "ct-chest/images/chest",
    "series/mr-brain/t1": "mr-brain/images/t1",
    "series/cxr-pair": "chest-radiographs/images",
}

_not_covered: list[str] = []


def corpus_folder() -> Path | None:
    """The corpus, by OVERREAD_DATA or beside the repository; None where there is none."""
    folder = Path(os.environ.get("OVERREAD_DATA", ROOT.parent / "shared" / "data" / "dev"))
    return folder if (folder / "MANIFEST.tsv").is_file() else None


def _stand_in(folder: Path) -> Path:
    """The demo cases' files, linked into the corpus's layout."""
    for place, source in STAND_INS.items():
        (folder / place).mkdir(parents=True)
        for file in sorted((DEMO / source).rglob("*.dcm")):
            (folder / place / file.name).symlink_to(file)
    return folder


@pytest.fixture(scope="session")
def dev_data() -> Iterator[Path]:
    """The corpus's folder; without it a folder of the same layout that holds the demo cases' three series and nothing else."""
    whole = corpus_folder()
    if whole is not None:
        yield whole
        return
    with tempfile.TemporaryDirectory(prefix="overread-corpus-") as folder:
        yield _stand_in(Path(folder))


@pytest.fixture
def dev_files(dev_data: Path, request: pytest.FixtureRequest) -> Callable[[str], list[Path]]:
    """Gives the files that a pattern finds (`dev_files("syntax/**/*.dcm")`); where none is, the demo's files, and the summary says so."""

    def find(pattern: str) -> list[Path]:
        if found := sorted(p for p in dev_data.glob(pattern) if p.is_file()):
            return found
        if corpus_folder() is not None:
            pytest.fail(f"nothing in the corpus is called {pattern}", pytrace=False)
        _not_covered.append(f"{request.node.nodeid}: {pattern}, done with the demo cases only")
        return sorted(dev_data.rglob("*.dcm"))

    return find


def pytest_configure(config: pytest.Config) -> None:
    """Names the mark."""
    config.addinivalue_line("markers", "corpus(path, ...): means nothing without these paths of the development corpus")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out, and remembers, the tests whose files are not here."""
    if corpus_folder() is not None:
        return
    away = [item for item in items if item.get_closest_marker("corpus")]
    if away:
        items[:] = [item for item in items if item not in set(away)]
        config.hook.pytest_deselected(items=away)
        _not_covered.extend(f"{item.nodeid}: not run" for item in away)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells its leader."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_covered"] = list(_not_covered)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """The leader (pytest-xdist) hears it."""
    _not_covered.extend(getattr(node, "workeroutput", {}).get("not_covered", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says where the images came from, and what was not covered."""
    if corpus_folder() is None:
        lines = sorted(set(_not_covered))
        terminalreporter.section("without the development corpus")
        terminalreporter.write_line(f"images of the demo cases stood in; {len(lines)} tests were not covered or only in part")
        for line in lines:
            terminalreporter.write_line(f"  {line}")
