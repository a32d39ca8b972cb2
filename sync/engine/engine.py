"""The engine: two threads, one for each way, and a slow third that scrubs; they go on by themselves and tell the windows by values.

It never stops for a trouble: it says so, waits (`Backoff`), and goes on from what is stored. `wake` makes both look at once.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.engine.backoff import Backoff
from sync.engine.client import Client
from sync.engine.consults import ConsultDoor
from sync.engine.events import CaseChanged, CertificateArrived, HospitalLost, HospitalReached, TroubleSeen, WorklistChanged
from sync.engine.scrubber import Scrubber, ScrubPlan
from sync.engine.way_audit import WayAudit
from sync.engine.way_in import WayIn
from sync.engine.way_out import WayOut
from sync.engine.wire import CERTIFICATE, Wire
from sync.protocol.messages import Intent
from sync.seal import private_keys
from sync.seal.commit import write_durably
from sync.vault import signing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sync.engine.events import Event
    from sync.protocol.messages import IntentKind
    from sync.vault.vault import Vault

log = logging.getLogger(__name__)

CA_FILE = "hospital-ca.pem"
EVERY_S = 20.0  # how often the feed is asked while nothing happens
_SCRUB = ScrubPlan()
REVOKED = "revoked"  # in the details of a refusal: the hospital shut this desk out
STOP_S = 5.0  # a hung connection may hold a thread longer; it finds the vault locked then, and ends


class Engine:
    """Keeps one vault and its hospital in step.

    Args:
        vault: unlocked and enrolled; the engine is stopped before it is locked.
        notify: is called after each event, from the engine's threads (the desk emits a Qt signal there).
        every_s: how often to ask the hospital while nothing happens.
        backoff: makes the waiting rule of each thread.
        scrub: how the stored objects are read again in the background.
    """

    def __init__(
        self,
        vault: Vault,
        *,
        notify: Callable[[], None] = lambda: None,
        every_s: float = EVERY_S,
        backoff: Callable[[], Backoff] = Backoff,
        scrub: ScrubPlan = _SCRUB,
    ) -> None:
        self.vault = vault
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._notify = notify
        self._every_s = every_s
        self._stopping = threading.Event()
        self._reached: bool | None = None
        self._lost_by = ""  # what the hospital was lost by, as it was told
        self._saying = threading.Lock()
        home = vault.home()
        _pin(vault.folder / CA_FILE, home.authority.tls_ca_pem.encode())
        key = private_keys.from_der(vault.parts.enrolled.device())
        self._client = Client(home.enrolment.device, self._dataset, key, now=vault.clock, heard=vault.heard, answered=self.went_well)
        self._in = WayIn(vault, self._client, self._say, self._go_on)
        self._audit = WayAudit(vault, self._client, key, self._say)
        self._out = WayOut(vault, self._client, self._say, self._go_on)
        self._address = home.address
        self._loops = [_Loop("in", self, self._round_in, backoff()), _Loop("out", self, self._round_out, backoff())]
        self._scrubber = Scrubber(vault, scrub, self._stopping)
        vault.on_damage = self._damage_found

    # -- life ----------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the threads."""
        for thread in (*self._loops, self._scrubber):
            thread.start()

    def stop(self) -> None:
        """Stops the threads and waits for them; what is stored is gone on with at the next start."""
        self._stopping.set()
        self.wake()
        for thread in (*self._loops, self._scrubber):
            thread.join(STOP_S)
        self.vault.on_damage = lambda _case: None

    def wake(self) -> None:
        """Looks at once: after an unlock, a change of network, a new item in the outbox."""
        for loop in self._loops:
            loop.awake.set()

    def _damage_found(self, case: str) -> None:
        """Something of a case was read and is damaged: it is fetched again, and the windows look at the case again."""
        readiness = self.vault.parts.index.readiness(case)
        self._say(CaseChanged(case, None if readiness is None else readiness.state))
        self.wake()

    @property
    def hospital_reached(self) -> bool | None:
        """Whether the hospital answered last; None before the first try."""
        return self._reached

    # -- what the rooms ask ----------------------------------------------------------------------------------------------------

    def intent(self, kind: IntentKind, case: str, assignment: str, seen_revision: int, body: Mapping[str, object] | None = None) -> str:
        """Stores an intent in the outbox and wakes the way out; gives its key. It leaves when the hospital is reached."""
        intent = Intent(
            key=secrets.token_hex(16), kind=kind, case=case, assignment=assignment, seen_revision=seen_revision, body=dict(body or {})
        )
        self.vault.parts.outbox.put_intent(intent)
        self.vault.parts.audit.append(f"intent {kind}", {"case": case, "assignment": assignment}, self.vault.clock())
        self._say(WorklistChanged())
        self.wake()
        return intent.key

    def deliver(self) -> None:
        """A signed opinion was stored (`Vault.store_signed`): send it now."""
        self.wake()

    def approve_drops(self, cases: frozenset[str]) -> None:
        """A person agrees that the hospital takes these cases back (see `DropsHeld`)."""
        self._in.approve_drops(cases)
        self.wake()

    def drain(self) -> list[Event]:
        """The events since the last drain, oldest first; never waits."""
        found: list[Event] = []
        while True:
            try:
                found.append(self.events.get_nowait())
            except queue.Empty:
                return found

    # -- the threads' work -------------------------------------------------------------------------------------------------------

    def _round_in(self, wire: Wire) -> None:
        if self.vault.parts.enrolled.is_shut_out():
            return
        self._certificate(wire)
        self._in.round(wire)
        shut_out = self.vault.lease().trouble if self.vault.parts.enrolled.is_shut_out() else None
        if shut_out is not None:
            raise shut_out
        self._audit.round(wire)

    def _round_out(self, wire: Wire) -> None:
        if self.vault.parts.outbox.pending() and not self.vault.parts.enrolled.is_shut_out():
            self._out.round(wire)
            self._loops[0].awake.set()  # what was answered comes back by the feed

    def _certificate(self, wire: Wire) -> None:
        """Asks for the signing certificate until it is there."""
        if self.vault.certificate() is not None or not self._renewed(wire):
            return
        found = self._client.certificate(wire)
        if found is None:
            return
        signing.check_certificate(self.vault.folder, found, self.vault.home().authority.signing_ca_pem)
        self.vault.parts.enrolled.put_certificate(found)
        self._say(CertificateArrived())

    def _renewed(self, wire: Wire) -> bool:
        """Hands in the request of a new signing key, where there is one; whether the certificate may be asked for."""
        enrolled = self.vault.parts.enrolled
        request = enrolled.renewal()
        if request is None:
            return True
        try:
            self._client.signing_request(wire, request)
        except Trouble as trouble:
            if trouble.kind is not Kind.REFUSED:
                raise
            self._say(TroubleSeen(trouble))
            return False
        enrolled.renewal_sent()
        return True

    def _dataset(self) -> str:
        return self.vault.parts.index.meta("dataset") or self.vault.home().enrolment.dataset

    def _go_on(self) -> bool:
        return not self._stopping.is_set() and not self.vault.locked

    def _say(self, event: Event) -> None:
        self.events.put(event)
        self._notify()

    def new_wire(self) -> Wire:
        """A connection for one thread."""
        return Wire(self._address, self.vault.folder / CA_FILE)

    @property
    def consults(self) -> ConsultDoor:
        """The calls about consults."""
        return ConsultDoor(self._client, self.new_wire, self._address, self.vault.folder / CA_FILE)

    def went_well(self) -> None:
        """The hospital answered."""
        self._tell_reached(HospitalReached(), reached=True)

    def went_wrong(self, trouble: Trouble, way: str) -> None:
        """A round of a way ended in a trouble."""
        if trouble.kind is Kind.NETWORK:
            self._tell_reached(HospitalLost(trouble), reached=False, by=trouble.what_happened)
            return
        if self._stopping.is_set():
            return
        if trouble.kind is Kind.IDENTITY and REVOKED in trouble.details:
            self._in.revoked()
        if trouble.details.startswith(CERTIFICATE):  # something answers, and it is not the hospital
            self._tell_reached(HospitalLost(trouble), reached=False, by=trouble.what_happened)
        self._say(TroubleSeen(trouble, way=way))

    def _tell_reached(self, event: HospitalReached | HospitalLost, *, reached: bool, by: str = "") -> None:
        with self._saying:
            changed = (self._reached, self._lost_by) != (reached, by)
            self._reached, self._lost_by = reached, by
        if changed:
            self._say(event)

    @property
    def every_s(self) -> float:
        """How often a thread looks while nothing happens."""
        return self._every_s

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()


class _Loop(threading.Thread):
    """One thread: a round, then a wait; a failed round waits by its backoff."""

    def __init__(self, name: str, engine: Engine, round_: Callable[[Wire], None], backoff: Backoff) -> None:
        super().__init__(name=f"sync way {name}", daemon=True)
        self._way = name
        self.awake = threading.Event()
        self._engine = engine
        self._round = round_
        self._backoff = backoff

    def run(self) -> None:
        """Until the engine stops."""
        wire = self._engine.new_wire()
        try:
            while not self._engine.stopping:
                self.awake.clear()
                pause = self._one_round(wire)
                if not self._engine.stopping:
                    self.awake.wait(pause)
        finally:
            wire.close()

    def _one_round(self, wire: Wire) -> float:
        """Seconds to wait after it."""
        try:
            self._round(wire)
        except Trouble as trouble:
            self._engine.went_wrong(trouble, self._way)
            return self._backoff.failed()
        except Exception:  # an edge: the thread must go on
            log.exception("a round of the %s failed", self.name)
            self._engine.went_wrong(_fault(), self._way)
            return self._backoff.failed()
        self._backoff.succeeded()
        return self._engine.every_s


def _pin(path: Path, pem: bytes) -> None:
    """The authority's file as the vault says it; a changed file does not count, and a right one is left alone (the disk may be full)."""
    try:
        right = path.read_bytes() == pem
    except OSError:
        right = False
    if not right:
        write_durably(path, pem)


def _fault() -> Trouble:
    return Trouble(
        "The exchange with the hospital met a fault of the program.",
        "It goes on by itself; if this stays, send the log to the hospital's IT.",
    )
