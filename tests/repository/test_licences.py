"""The licence gate over the desk's and the server's locks, and that the collection for the About sheet is current."""

from __future__ import annotations

import json

import pytest

from tests.repository import licences


def test_every_carried_package_has_an_allowed_licence() -> None:
    assert licences.refused() == []


@pytest.mark.parametrize(
    ("name", "licence", "allowed"),
    [
        ("some", "MIT", True),
        ("some", "GPL-3.0-only", False),
        ("some", "GPL-3.0-only OR MIT", True),
        ("some", "MIT AND GPL-3.0-only", False),
        ("some", "LGPL-3.0-only", False),
        ("some", "", False),
        ("pyside6-essentials", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("pyside6-essentials", "GPL-3.0-only", False),
    ],
)
def test_the_gate_lets_through_what_it_should(name: str, licence: str, allowed: bool) -> None:
    assert licences.is_allowed(name, licence) is allowed


def test_a_forbidden_package_in_a_lock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "locked", lambda *_: {"pyinstaller": "6.22.3"})
    (line,) = licences.refused()
    assert line.startswith("pyinstaller: ")


def test_the_collection_is_current() -> None:
    index = json.loads((licences.FOLDER / "index.json").read_text("utf-8"))
    assert [(e["name"], e["versions"], e["licence"]) for e in index if e["name"] != "Python"] == [
        (e.name, e.versions, e.licence) for e in licences.entries()
    ], "run: python3 dev.py licences"


def test_every_entry_finds_its_text() -> None:
    index = json.loads((licences.FOLDER / "index.json").read_text("utf-8"))
    lines = (licences.FOLDER / "third-party.txt").read_text("utf-8").splitlines()
    for entry in index:
        block = lines[entry["line"] - 1 : entry["line"] - 1 + entry["lines"]]
        assert block[0].startswith(f"{entry['name']} "), entry["name"]
        assert len(" ".join(block)) > 150 or entry["name"] in licences.ELSEWHERE, entry["name"]
