"""`dev.py fuzz pdf`: changed PDF files through the drawing of their first page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.fuzz.strangers_bytes import Plain, arguments_of, fuzz, plain
from tests.guards.corpus import DEMO

if TYPE_CHECKING:
    from viewer.workers.pool import Pool


def ask(pool: Pool, one: Plain) -> None:
    """What the desk does with a letter."""
    pool.run("pdf_info", one.data)
    pool.run("pdf_page", (one.data, 0, 1.0))
    pool.run("pdf_text", (one.data, 0))


if __name__ == "__main__":
    sys.exit(fuzz("pdf", [p.read_bytes() for p in sorted(DEMO.rglob("*.pdf"))], plain, ask, arguments_of("pdf")))
