"""The trouble of an image that is not shown, in its one form."""

from __future__ import annotations

from record.trouble import Kind, Trouble

COMMON_FORM = "Ask the sender to send it in a common form, for example JPEG 2000 or uncompressed."


def refused(why: str, details: str = "") -> Trouble:
    """The trouble of an image that cannot be shown; `why` goes on from "because"."""
    return Trouble(f"This image cannot be shown because {why}.", "Ask the sender to send it again.", details, Kind.IMAGE)


def not_decoded(name: str, details: str = "") -> Trouble:
    """The trouble of a way of coding that is known by name and not decoded."""
    what = f"This image is coded in a way that cannot be shown here: {name}."
    return Trouble(what, COMMON_FORM, details, Kind.IMAGE)


def cut() -> Trouble:
    """The trouble of coded data that break off."""
    return refused("its compressed data break off")
