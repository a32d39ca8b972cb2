"""What a person gives to join a desk to a hospital. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EnrolForm:
    """What the person typed; the secrets never show in a printed value."""

    code: str
    login: str
    password: str = field(repr=False)
    passphrase: str = field(repr=False)
