"""Each import contract of pyproject.toml holds, and breaks where a violation is planted in a copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "viewer", "sync", "record", "hospital")
CONTRACTS = [c["id"] for c in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]]

# contract → (module that gets the line, the line)
VIOLATIONS = {
    "viewer-layers": ("viewer/dicom/__init__.py", "import viewer.load"),
    "sync-layers": ("sync/seal/__init__.py", "import sync.vault"),
    "programs-on-top": ("record/__init__.py", "import sync.protocol"),
    "viewer-knows-only-trouble": ("viewer/load/__init__.py", "import record.opinion"),
    "hospital-has-no-desk": ("hospital/__init__.py", "import sync.vault"),
    "home-of-qt": ("viewer/load/__init__.py", "from PySide6.QtCore import QObject"),
    "home-of-vtk": ("viewer/hanging/__init__.py", "import vtkmodules"),
    "home-of-dicom": ("hospital/__init__.py", "import pydicom"),
    "home-of-film": ("viewer/load/__init__.py", "import av"),
    "home-of-media": ("app/consult/__init__.py", "import aiortc"),
    "home-of-pdfium": ("app/__init__.py", "import pypdfium2"),
    "home-of-requests": ("app/__init__.py", "import requests"),
    "home-of-websockets": ("app/__init__.py", "import websockets"),
    "home-of-sqlcipher": ("record/__init__.py", "import sqlcipher3"),
    "home-of-keyring": ("sync/engine/__init__.py", "import keyring"),
    "home-of-cryptography": ("app/__init__.py", "import cryptography.x509"),
    "home-of-jwt": ("hospital/__init__.py", "import jwt"),
    "home-of-the-document": ("app/__init__.py", "def late() -> None:\n    import reportlab.pdfgen.canvas"),
    "home-of-pyhanko": ("hospital/__init__.py", "import pyhanko.sign"),
    "home-of-the-server": ("sync/engine/__init__.py", "import fastapi"),
    "home-of-pydantic": ("record/__init__.py", "import pydantic"),
    "home-of-platformdirs": ("sync/vault/__init__.py", "import platformdirs"),
    "home-of-canonical-json": ("viewer/dicom/__init__.py", "import rfc8785"),
}
# The same contract from its other side.
MORE_VIOLATIONS = [
    ("programs-on-top", "viewer/load/__init__.py", "import sync.protocol"),
    ("programs-on-top", "sync/vault/__init__.py", "import viewer.dicom"),
    ("programs-on-top", "app/__init__.py", "import hospital"),
    ("programs-on-top", "hospital/__init__.py", "import app"),
    ("home-of-dicom", "viewer/load/__init__.py", "import imagecodecs"),
    ("viewer-layers", "viewer/load/__init__.py", "import viewer.screen"),
    ("viewer-layers", "viewer/workers/__init__.py", "import viewer.tools"),
]


def copy_tree(target: Path) -> Path:
    """The packages' modules and the contracts, without anything else."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def lint_imports(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    options = [word for contract in contracts for word in ("--contract", contract)]
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run([*program, "--no-cache", *options], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_every_contract_has_a_seeded_violation() -> None:
    assert sorted(VIOLATIONS) == sorted(CONTRACTS)


def test_all_contracts_hold(tmp_path: Path) -> None:
    done = lint_imports(copy_tree(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize(("contract", "module", "line"), [*((c, *v) for c, v in VIOLATIONS.items()), *MORE_VIOLATIONS])
def test_a_violation_breaks_its_contract(contract: str, module: str, line: str, tmp_path: Path) -> None:
    seeded = copy_tree(tmp_path) / module
    seeded.write_text(seeded.read_text("utf-8") + f"\n{line}\n", "utf-8")
    done = lint_imports(tmp_path, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout
