"""The page's texts: one table for each language, with the same keys and the same gaps to fill, and none that the page does not use."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "hospital" / "pages" / "patient"
LANGUAGES = ("en", "es", "fr", "de", "ar", "zh-Hans")
TABLES: dict[str, dict[str, str]] = {code: json.loads((PAGE / "texts" / f"{code}.json").read_text("utf-8")) for code in LANGUAGES}
SOURCES = "\n".join(p.read_text("utf-8") for p in sorted(PAGE.rglob("*.js")))
# t("key"), t(cond ? "a" : "b"), [..., "times.yours"], t(`check.${name}_wait`)
LITERAL = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+|again|back|continue|done|optional|self|you)"')
MADE = re.compile(r"\bt\(`([^`]+)`")
SCRIPTS = {"ar": re.compile(r"[\u0600-\u06ff]"), "zh-Hans": re.compile(r"[\u4e00-\u9fff]")}
NAMES_ALONE = {"help.firefox_desktop"}


def gaps(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_every_text_with_the_same_gaps_and_steps(code: str) -> None:
    english, table = TABLES["en"], TABLES[code]
    assert list(table) == list(english), "the same keys in the same order"
    assert {key for key in table if gaps(table[key]) != gaps(english[key])} == set()
    assert {key for key in table if table[key].count("|") != english[key].count("|")} == set()
    assert {key for key, text in table.items() if not text.strip() or text != text.strip()} == set()


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_a_language_is_translated(code: str) -> None:
    english, table = TABLES["en"], TABLES[code]
    same = {key for key in table if table[key] == english[key] and key not in {"chat.title", *NAMES_ALONE}}
    assert same == set()
    if code in SCRIPTS:
        assert {key for key, text in table.items() if not SCRIPTS[code].search(text) and key not in NAMES_ALONE} == set()


def test_the_page_uses_every_text_and_asks_for_none_that_is_not_there() -> None:
    keys = set(TABLES["en"])
    literal = {
        k for k in LITERAL.findall(SOURCES) if k.split(".")[0] in {key.split(".")[0] for key in keys} and not k.startswith("overread.")
    }
    assert literal - keys == set()
    made = [re.compile(re.sub(r"\\\$\\\{.*?\\\}", "[a-z_]+", re.escape(p))) for p in MADE.findall(SOURCES)]
    assert {str(p.pattern) for p in made if not any(p.fullmatch(key) for key in keys)} == set()
    assert {key for key in keys - literal if not any(p.fullmatch(key) for p in made)} == set()


def test_the_page_lists_these_languages_and_asks_nobody_else() -> None:
    texts = (PAGE / "texts.js").read_text("utf-8")
    assert re.findall(r'^  "?([\w-]+)"?: \{ name:', texts, re.MULTILINE) == list(LANGUAGES)
    everything = SOURCES + (PAGE / "index.html").read_text("utf-8") + (PAGE / "patient.css").read_text("utf-8")
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)[\w.]+|stun:\w+|@import", everything) == []
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", SOURCES)
