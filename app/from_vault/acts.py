"""What the physician does to a case, as intents of the engine or as the desk's own switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.worklist.row import Act
    from sync.engine.engine import Engine
    from sync.protocol.messages import IntentKind
    from sync.vault.values import WorklistRow
    from sync.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Acts:
    """Sends what was chosen."""

    vault: Vault
    engine: Engine

    def intend(self, row: WorklistRow, act: Act, reason: str) -> None:
        """An act of the worklist. Pausing the way in is the desk's own affair; everything else goes to the hospital."""
        case = row.assignment.case
        if row.assignment.state != "offered" and act in ("pause", "resume"):
            self.vault.set_paused(case, paused=act == "pause")
            self.engine.wake()
            return
        body = {"reason": reason} if reason else {}
        self.engine.intent(_KINDS[act], case, row.assignment.id, row.revision, body)

    def ask(self, case: str, words: str) -> None:
        """A question to the coordinator."""
        record = self.vault.case(case)
        self.engine.intent("ask", case, record.assignment.id, record.assignment_revision, {"text": words})


_KINDS: dict[str, IntentKind] = {"accept": "accept", "decline": "decline", "give_back": "give_back", "pause": "pause"}
