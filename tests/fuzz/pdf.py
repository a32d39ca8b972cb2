"""`dev.py fuzz pdf`: changed PDF files through the drawing of their first page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.fuzz.strangers_bytes import arguments_of, fuzz
from tests.guards.corpus import DEMO

if TYPE_CHECKING:
    from viewer.workers.pool import Pool


def ask(pool: Pool, data: bytes) -> None:
    """What the desk does with a letter."""
    pool.run("pdf_info", data)
    pool.run("pdf_page", (data, 0, 1.0))
    pool.run("pdf_text", (data, 0))


if __name__ == "__main__":
    sys.exit(fuzz("pdf", [p.read_bytes() for p in sorted(DEMO.rglob("*.pdf"))], ask, arguments_of("pdf")))
