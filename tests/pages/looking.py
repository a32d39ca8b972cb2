"""Looking at a state of a page in several sizes and schemes: nothing cut off, nothing too small to press, no third party, no error."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journeys.chromium import Page

AXE = Path(__file__).resolve().parents[2] / ".venv" / "axe-core"
PHONE = (390, 844)  # pixels of CSS
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Nothing reaches out of the window, and whatever is pressed is 44 pixels high and wide (a link in a line of text has its line's height).
MEASURE = """(() => {
  const small = [...document.querySelectorAll('button, select, summary, a, .option')].filter((e) => e.checkVisibility()).filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return width < 43.5 || height < 43.5;
  }).map((e) => `${e.textContent.trim().slice(0, 30)} ${JSON.stringify(e.getBoundingClientRect())}`);
  const window_ = document.querySelector('dialog[open]');
  const inside = window_ ? window_.scrollWidth - window_.clientWidth : 0;
  return { wide: Math.round(Math.max(inside, document.documentElement.scrollWidth - visualViewport.width * visualViewport.scale)), small };
})()"""
LOOKS: dict[
    str, tuple[tuple[int, int], str]
] = {  # size and colour scheme in which each state is looked at; the walk goes on in the last one
    "desktop-dark": ((1280, 800), "dark"),
    "zoomed": ((320, 256), "light"),  # 1280 by 1024 at 400 %
    "phone-dark": (PHONE, "dark"),
    "phone": (PHONE, "light"),
}
OURS = ("https://localhost:", "blob:https://localhost:", "data:image/svg+xml;base64,")  # the last: Chromium's own pictures in date fields


def rules() -> str:
    found = sorted(AXE.glob("*/axe.min.js"))
    assert found, "axe-core is not here: python3 dev.py test fetches it"
    return found[-1].read_text("utf-8")


def looker(walk: str, found: dict[str, Any], looks: dict[str, tuple[tuple[int, int], str]] = LOOKS) -> Callable[[str, Page], None]:
    source = rules()

    def visit(name: str, page: Page) -> None:
        for look, (size, scheme) in looks.items():
            page.size(*size)
            page.prefers(color_scheme=scheme, reduced_motion="reduce")
            seen(f"{walk}-{look}-{name}", page)

    def seen(name: str, page: Page) -> None:
        if pictures := os.environ.get("OVERREAD_TEST_PICTURES"):
            page.picture(Path(pictures, f"{name}.png"))
        if not page.evaluate("Boolean(globalThis.axe)"):
            page.evaluate(source + "; 0")
        asked = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
        script = f"axe.run(document, {asked}).then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html + n.failureSummary)]))"
        violations, measured = page.evaluate(script), page.evaluate(MEASURE)
        heading = page.evaluate("document.querySelectorAll('h1').length === 1 && document.title.length > 3")
        strangers = [url for url in page.requests if not url.startswith(OURS)]
        errors = [e for e in page.errors if "status of 4" not in e and "ERR_INTERNET_DISCONNECTED" not in e and "WebSocket" not in e]
        wrong = {"axe": violations, "small": measured["small"], "wide": max(0, measured["wide"]), "strangers": strangers, "errors": errors}
        found[name] = {k: v for k, v in wrong.items() if v} | ({} if heading else {"heading": "one h1 and a title"})

    return visit
