"""The one exception family: what happened, and what to do about it, in two sentences for a person."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a trouble is about; callers branch on this and on nothing else."""

    IMAGE = "image"  # one image or document cannot be shown
    NETWORK = "network"  # the other side cannot be reached
    REFUSED = "refused"  # the other side answered no
    IDENTITY = "identity"  # wrong password, passphrase, code, certificate or person
    LOCKED = "locked"  # a key is not at hand: locked keyring, lease over
    STORAGE = "storage"  # disk full, unreadable, in use by another desk
    DAMAGED = "damaged"  # bytes at rest or on the way are not what they should be
    INPUT = "input"  # what the person or the file gave is not usable
    STATE = "state"  # the move is not allowed in this state
    INTERNAL = "internal"  # a fault of the program itself


class Trouble(Exception):  # noqa: N818  the field's word, not a programmer's
    """A trouble told in two sentences.

    Args:
        what_happened: one sentence for the person; no names, no identifiers, no code alone.
        what_to_do: one sentence with the remedy.
        details: for IT, behind "details"; never patient data.
        kind: what it is about.
    """

    def __init__(self, what_happened: str, what_to_do: str, details: str = "", kind: Kind = Kind.INTERNAL) -> None:
        super().__init__(f"{what_happened} {what_to_do}")
        self.what_happened = what_happened
        self.what_to_do = what_to_do
        self.details = details
        self.kind = kind

    def as_dict(self) -> dict[str, str]:
        """The form in which a trouble crosses a process or the network."""
        return {
            "what_happened": self.what_happened,
            "what_to_do": self.what_to_do,
            "details": self.details,
            "kind": self.kind.value,
        }

    @classmethod
    def from_dict(cls, value: dict[str, str]) -> Trouble:
        """The inverse of `as_dict`; unknown kinds become `INTERNAL`."""
        kind = value.get("kind", "")
        return cls(
            value.get("what_happened", "Something went wrong."),
            value.get("what_to_do", "Try again."),
            value.get("details", ""),
            next((one for one in Kind if one.value == kind), Kind.INTERNAL),
        )
