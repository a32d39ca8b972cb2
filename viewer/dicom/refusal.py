"""The trouble of an image that is not shown, in its one form."""

from __future__ import annotations

from record.trouble import Kind, Trouble


def refused(why: str, details: str = "") -> Trouble:
    """The trouble of an image that cannot be shown; `why` goes on from "because"."""
    return Trouble(f"This image cannot be shown because {why}.", "Ask the sender to send it again.", details, Kind.IMAGE)


def cut() -> Trouble:
    """The trouble of coded data that break off."""
    return refused("its compressed data break off")
