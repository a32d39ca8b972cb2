"""The audit record's way home: at every sync the desk signs its head and sends the records that the hospital does not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record.audit import Head, record
from record.trouble import Kind, Trouble
from sync.engine.events import TroubleSeen
from sync.protocol.audit import AuditRecords
from sync.protocol.steps import Step, reached

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.engine.client import Client
    from sync.engine.events import Event
    from sync.engine.wire import Wire
    from sync.vault.signing import PrivateKey
    from sync.vault.vault import Vault

AT_ONCE = 200  # records in one request


class WayAudit:
    """Rounds of the audit record. The hospital's refusal is told once and keeps nothing else from going on."""

    def __init__(self, vault: Vault, client: Client, key: PrivateKey, say: Callable[[Event], None]) -> None:
        self._vault = vault
        self._client = client
        self._key = key
        self._say = say
        self._theirs: Head | None = None  # where the hospital's copy ends; None: ask
        self._refused = False

    def round(self, wire: Wire) -> None:
        """Hands over what is new.

        Raises:
            Trouble: NETWORK, IDENTITY: it is sent again in the next round.
        """
        log = self._vault.parts.audit
        ours = log.head()
        if self._refused or ours == self._theirs:
            return
        try:
            state = self._client.audit_state(wire)
            self._theirs = Head(state.counter, state.digest)
            while self._theirs != ours:
                before = self._theirs
                self._theirs = self._send(wire, before)
                if self._theirs == before:
                    return
        except Trouble as trouble:
            if trouble.kind is not Kind.STATE:
                self._theirs = None
                raise
            self._refused = True
            self._say(TroubleSeen(trouble))

    def _send(self, wire: Wire, theirs: Head) -> Head:
        log = self._vault.parts.audit
        lines = log.lines(theirs.counter, AT_ONCE)
        last = record(lines[-1]) if lines else None
        head = log.head() if last is None else last.head
        token = log.sign(head, self._vault.home().enrolment.device, self._key, self._vault.clock())
        reached(Step.AUDIT_SIGNED)
        state = self._client.audit(wire, AuditRecords(records=lines, head=token))
        return Head(state.counter, state.digest)
