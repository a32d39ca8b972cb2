"""The way out: whatever waits in the outbox is sent until the hospital answered (ARCHITECTURE.md, section 2).

An opinion is "received" only by a receipt that verifies against the pinned keys and names exactly what was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from record.trouble import Kind, Trouble
from sync.engine.client import sha256
from sync.engine.events import CaseChanged, Delivered, IntentAnswered, Sending, TroubleSeen, WorklistChanged
from sync.protocol import jws
from sync.protocol.messages import Receipt
from sync.protocol.steps import Step, reached
from sync.vault.values import OutboxItem, OutKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.engine.client import Client
    from sync.engine.events import Event
    from sync.engine.wire import Wire
    from sync.vault.values import CaseState
    from sync.vault.vault import Vault

FINAL_STATUS = ("400", "403", "404", "409", "410", "413", "415", "422")


class WayOut:
    """Rounds of the way out."""

    def __init__(self, vault: Vault, client: Client, say: Callable[[Event], None], go_on: Callable[[], bool]) -> None:
        self._vault = vault
        self._client = client
        self._say = say
        self._go_on = go_on

    def round(self, wire: Wire) -> None:
        """Sends everything that waits, oldest first; what is refused does not hold up the rest.

        Raises:
            Trouble: NETWORK, IDENTITY, STORAGE: what was not answered is sent again in the next round.
        """
        for item in self._vault.parts.outbox.pending():
            if not self._go_on():
                return
            self._vault.parts.outbox.count_attempt(item)
            try:
                (self._opinion if item.kind is OutKind.OPINION else self._intent)(wire, item)
            except Trouble as trouble:
                if not self._is_final(trouble):
                    raise
                self._vault.parts.outbox.refused(item, trouble)
                self._say(TroubleSeen(trouble, item.case))
                self._say(CaseChanged(item.case, self._state(item.case)))
        self._vault.shred_dropped()

    @staticmethod
    def _is_final(trouble: Trouble) -> bool:
        """Whether sending the same again can only give the same no."""
        return trouble.kind not in (Kind.NETWORK, Kind.STORAGE, Kind.LOCKED) and trouble.details.startswith(FINAL_STATUS)

    def _intent(self, wire: Wire, item: OutboxItem) -> None:
        intent = self._vault.parts.outbox.intent_of(item)
        answer = self._client.intent(wire, intent)
        if answer.key != intent.key:
            raise _not_ours("another key")
        self._vault.parts.outbox.answered(item, answer)
        self._say(IntentAnswered(intent.case, intent.assignment, intent.kind, answer.accepted, answer.reason))
        self._say(WorklistChanged())

    def _opinion(self, wire: Wire, item: OutboxItem) -> None:
        self._say(Sending(item.case, item.assignment, item.revision))
        pdf = self._vault.document(item.assignment, item.revision, signed=True)
        token = self._client.upload(wire, item.assignment, item.revision, pdf)
        receipt = self._verified(item, token, pdf)
        reached(Step.RECEIPT_VERIFIED)
        self._vault.parts.outbox.received(item, receipt, token)
        now = self._vault.clock()
        self._vault.parts.audit.append("received", {"case": item.case, "assignment": item.assignment, "revision": item.revision}, now)
        self._say(Delivered(item.case, item.assignment, item.revision, receipt.receipt, receipt.received_at, receipt.quarantined))
        self._say(CaseChanged(item.case, self._state(item.case)))

    def _verified(self, item: OutboxItem, token: str, pdf: bytes) -> Receipt:
        """The receipt, every claim compared. Raises `Trouble` (IDENTITY)."""
        parts = self._vault.parts
        home = self._vault.home()
        try:
            receipt = Receipt.model_validate(jws.verify(token, home.authority.receipt_keys, jws.Kind.RECEIPT))
        except ValidationError as error:
            raise _not_ours("not a receipt") from error
        opinion = parts.work.opinion(item.assignment, item.revision)
        expected = {
            "dataset": parts.index.meta("dataset") or home.enrolment.dataset,
            "assignment": item.assignment,
            "revision": item.revision,
            "sha256": sha256(pdf),
            "manifest_digest": opinion.manifest_digest if opinion is not None else "",
            "signer_sha256": parts.work.signer(item.assignment, item.revision),
        }
        for name, value in expected.items():
            if getattr(receipt, name) != value:
                raise _not_ours(f"another {name}")
        return receipt

    def _state(self, case: str) -> CaseState | None:
        readiness = self._vault.parts.index.readiness(case)
        return None if readiness is None else readiness.state


def _not_ours(why: str) -> Trouble:
    return Trouble(
        "The hospital's answer does not belong to what was sent.",
        "The opinion stays signed and is sent again by itself; tell the hospital's IT if this stays.",
        details=why,
        kind=Kind.IDENTITY,
    )
