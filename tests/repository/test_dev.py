"""dev.py: what it needs of the system, which environments it makes, what it does with a name it does not know."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dev

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What dev.py would have run."""
    seen: list[list[str]] = []

    def note(command: Sequence[str | Path], **_: str) -> int:
        seen.append([str(word) for word in command])
        return 0

    monkeypatch.setattr(dev, "run", note)
    return seen


def lacking(monkeypatch: pytest.MonkeyPatch, *, root: bool, apt: bool) -> None:
    monkeypatch.setattr(dev, "LINUX", True)
    monkeypatch.setattr(dev, "is_here", lambda sign: sign != "libEGL.so.1")
    monkeypatch.setattr("os.geteuid", lambda: 0 if root else 1000)
    monkeypatch.setattr("shutil.which", lambda name: name if apt else None)


def test_root_on_debian_gets_what_is_missing(monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]) -> None:
    lacking(monkeypatch, root=True, apt=True)
    dev.need(dev.WINDOW_PACKAGES)
    assert commands[-1] == ["apt-get", "install", "-y", "--no-install-recommends", "libegl1"]


def test_others_on_debian_are_told_the_command(
    monkeypatch: pytest.MonkeyPatch, commands: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    lacking(monkeypatch, root=False, apt=True)
    with pytest.raises(SystemExit) as ended:
        dev.need(dev.WINDOW_PACKAGES)
    assert ended.value.code == 2
    assert "sudo apt-get install -y --no-install-recommends libegl1" in capsys.readouterr().out
    assert commands == []


def test_other_systems_are_told_the_names(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lacking(monkeypatch, root=True, apt=False)
    with pytest.raises(SystemExit):
        dev.need(dev.WINDOW_PACKAGES)
    assert "libegl1" in capsys.readouterr().out


def test_a_library_or_program_that_is_nowhere_is_missing() -> None:
    assert not dev.is_here("libnowhere-at-all.so.7")
    assert not dev.is_here("nowhere-at-all")
    assert dev.is_here("sh")


def test_an_environment_that_fits_its_lock_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    installs: list[Path] = []
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(dev, "install", lambda _python, requirements: installs.append(requirements))
    lock = tmp_path / "noqt.txt"
    lock.write_text("a==1\n")
    (tmp_path / ".venvs" / "noqt").mkdir(parents=True)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    for _ in range(2):
        assert dev.environment("noqt") == dev.python_of(tmp_path / ".venvs" / "noqt")
    lock.write_text("a==2\n")
    dev.environment("noqt")
    assert installs == [lock, lock], "once at first, once for the new lock"
    assert len(commands) == 2


def test_a_name_that_nobody_knows_names_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "dev.py", "bench", "no-such-bench"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "the names:" in done.stdout


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text("utf-8"))
    names = {
        n.module if isinstance(n, ast.ImportFrom) else n.names[0].name for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)
    }
    assert {name.split(".")[0] for name in names if name} <= sys.stdlib_module_names


def test_continuous_integration_calls_it() -> None:
    assert "python3 dev.py test" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("lock", ["dev", "desk", "server", "noqt", "tools"])
def test_every_locked_package_has_a_hash_and_no_index_is_named(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    entries = text.split("\n")
    starts = [i for i, line in enumerate(entries) if line[:1].isalnum()]
    assert starts
    assert all("--hash=sha256:" in entries[i + 1] for i in starts)
    assert "--index-url" not in text
    assert "file:" not in text


def test_the_gpl_decoder_and_the_forks_of_sqlcipher_are_in_no_lock() -> None:
    for lock in ("dev", "desk", "server", "noqt"):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
        for name in ("pylibjpeg-libjpeg", "sqlcipher3-binary", "sqlcipher3-wheels"):
            assert f"\n{name}==" not in text
