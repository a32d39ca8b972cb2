"""The desk's commands without a window: enrol, status."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VAULT = "vault"


def enrol(data: Path, *, code: str, login: str, password: str, passphrase: str | None, backend: str) -> int:
    """Joins this desk to a hospital; 0 where that worked."""
    from app.enrolment import enrol_desk  # noqa: PLC0415  late import: each command imports its own
    from app.signin.enrol_form import EnrolForm  # noqa: PLC0415  likewise

    def work() -> str:
        if passphrase is None:
            raise Trouble("No passphrase was given.", "Name a file that holds it with --passphrase-file.", "", Kind.INPUT)
        enrol_desk(data / VAULT, EnrolForm(code, login, password, passphrase), backend).close()
        return "This desk has joined its hospital. Open it with: overread run"

    return _told(work)


def status(data: Path, *, passphrase: str | None) -> int:
    """Prints how this desk stands as JSON; 0 where nothing is wrong."""
    from app.from_vault.status import VaultStatus  # noqa: PLC0415  late import: each command imports its own
    from app.shell.foot_words import Board  # noqa: PLC0415  likewise
    from sync.vault.vault import Vault  # noqa: PLC0415  likewise

    def work() -> str:
        if not Vault.exists(data / VAULT):
            raise Trouble("This desk has not joined a hospital yet.", "Join it with: overread enrol", "", Kind.STATE)
        if passphrase is None:
            return json.dumps({"vault": "here", "open": False}, indent=1)
        with Vault.open(data / VAULT, passphrase) as vault:
            rows = VaultStatus(vault, Board).status()
        return json.dumps([{"what": row.what, "state": row.dot, "words": row.words, "details": row.details} for row in rows], indent=1)

    return _told(work)


def _told(work: Callable[[], str]) -> int:
    try:
        sys.stdout.write(work() + "\n")
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.what_happened} {trouble.what_to_do}\n")
        return 1
    return 0
