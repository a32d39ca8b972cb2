"""The pages are true where a program can tell: links lead somewhere, tables agree with the code, every package has its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import __main__ as desk_program
from hospital import __main__ as hospital_program
from tests.repository.pages import PHYSICIAN, physician_page

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "resources").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert broken == []


def test_every_package_has_a_line_in_the_page_of_dependencies() -> None:
    asked = [*PROJECT["dependencies"], *(p for extra in PROJECT["optional-dependencies"].values() for p in extra)]
    names = {re.split(r"[\[<>=~ ]", p)[0] for p in asked} - {"overread"}
    table = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    told = {name for line in table.splitlines() if line.startswith("| ") for name in re.split(r", ?", line.split("|")[1].strip())}
    assert names <= told
    assert told - names <= {"package", "---", "setuptools", "uv"}, "lines for packages that nobody asks for"


def test_the_keys_of_the_physicians_page_are_those_of_the_code() -> None:
    assert PHYSICIAN.read_text("utf-8") == physician_page(), "run: python -m tests.repository.pages"


def test_paths_and_modules_that_the_pages_name_exist() -> None:
    named = re.compile(r"`((?:app|viewer|sync|record|hospital|resources|tests|docs|installer)/[\w./-]*)`")
    for page in PAGES:
        for path in named.findall(page.read_text("utf-8")):
            assert (ROOT / path).exists(), f"{page.name} names {path}"


def commands(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions if isinstance(action.choices, dict) for name in action.choices}


def test_commands_that_the_pages_name_exist() -> None:
    programs = {"overread-server": hospital_program._parser(), "overread": desk_program._parser()}
    named = re.compile(r"(?<![/\w])(overread-server|overread) ([a-z]+)\b(?=[^\n]*`|[^\n]*--| [A-Z])")
    for page in (ROOT / "docs").glob("*.md"):
        for program, word in named.findall(page.read_text("utf-8")):
            known = commands(programs[program])
            assert word in known or any(name.startswith(f"{word}-") for name in known), f"{page.name}: {program} {word}"


def test_no_page_or_module_names_this_machine() -> None:
    places = re.compile("/" + r"(?:root|work|home/\w+)/")
    for path in [*PAGES, *(p for top in ("app", "viewer", "sync", "record", "hospital", "tests") for p in (ROOT / top).rglob("*.py"))]:
        assert not places.search(path.read_text("utf-8")), path
