"""House rules that a program can check (ARCHITECTURE.md, section 12)."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "viewer", "sync", "record", "hospital")
MODULES = sorted(p for top in PACKAGES for p in (ROOT / top).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
MOST_LINES = 500
SKIPS = re.compile(r"pytest\.(skip|importorskip|mark\.skip|mark\.skipif|mark\.xfail)" + r"\b")
CATCH_ALL = {"Exception", "BaseException"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [p for p in MODULES if p.stem in FORBIDDEN_NAMES or p.parent.name in FORBIDDEN_NAMES] == []


def test_modules_stay_short() -> None:
    lengths = {p: len(p.read_text("utf-8").splitlines()) for p in [*MODULES, *TESTS]}
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > MOST_LINES} == {}
    assert median(n for p, n in lengths.items() if p in set(MODULES) and n > 5) <= 180


def test_functions_stay_short() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert median(lengths) <= 12
    assert sum(1 for n in lengths if n > 40) <= len(lengths) / 50, "more than one in fifty is longer than forty lines"


def test_no_test_is_skipped() -> None:
    assert [str(p.relative_to(ROOT)) for p in TESTS if SKIPS.search(p.read_text("utf-8"))] == []


def test_a_catch_all_raises_again_or_gives_its_reason() -> None:
    silent = []
    for path in MODULES:
        text = path.read_text("utf-8")
        lines = text.splitlines()
        for node in (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ExceptHandler)):
            everything = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in CATCH_ALL)
            if everything and "#" not in lines[node.lineno - 1] and not any(isinstance(n, ast.Raise) for n in ast.walk(node)):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert silent == []


def test_every_package_folder_is_a_package() -> None:
    folders = {p.parent for p in MODULES if p.parent.name != "versions"}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_every_exemption_of_the_linter_gives_its_reason() -> None:
    bare = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])\s*$", re.MULTILINE)
    found = {str(p.relative_to(ROOT)) for p in MODULES if bare.search(p.read_text("utf-8"))}
    assert found == set()
