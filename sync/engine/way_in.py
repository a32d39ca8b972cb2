"""The way in: feed page → plan → one transaction → manifest → adoption → objects → ready offline (ARCHITECTURE.md, section 2)."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING

from pydantic import ValidationError

from record.trouble import Kind, Trouble
from sync.engine.events import CaseChanged, DropsHeld, OriginalsArrived, Progress, Synced, TroubleSeen, WorklistChanged
from sync.engine.fetch import MOST_FAILURES, Fetch, Tally
from sync.engine.plan import Held, Waiting, plan
from sync.protocol import jws
from sync.protocol.messages import Holdings, Manifest, ManifestBody
from sync.protocol.steps import Step, reached
from sync.vault import worklist
from sync.vault.actions import Plan, Revoke
from sync.vault.values import CaseState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.engine.client import Client
    from sync.engine.events import Event
    from sync.engine.wire import Wire
    from sync.protocol.messages import Page
    from sync.vault.values import Wanted
    from sync.vault.vault import Vault

_PROGRESS_EVERY_S = 0.2
_MOST_PAGES = 10_000


class WayIn:
    """Rounds of the way in; each goes on from what is stored."""

    def __init__(self, vault: Vault, client: Client, say: Callable[[Event], None], go_on: Callable[[], bool]) -> None:
        self._vault = vault
        self._client = client
        self._say = say
        self._go_on = go_on
        self._agreed: frozenset[str] = frozenset()
        self._last_progress = 0.0

    def approve_drops(self, cases: frozenset[str]) -> None:
        """A person agrees that the hospital takes these cases back."""
        self._agreed |= cases

    def revoked(self) -> None:
        """The hospital shut this desk out (it said so over its pinned connection): nothing of any case stays."""
        index = self._vault.parts.index
        self._carry_out(Plan(self._dataset(), index.meta("cursor") or "", (Revoke("refused"),), index.held_cases()))
        self._shred()

    def round(self, wire: Wire) -> None:
        """One whole round.

        Raises:
            Trouble: NETWORK, IDENTITY, STORAGE, REFUSED, DAMAGED: what is stored stays, the next round goes on from there.
        """
        tally = Tally()
        self._feed(wire)
        self._shred()
        for _ in range(3):  # manifests first; what they name next; what turned out damaged meanwhile
            self._fetch(wire, tally)
            if not self._adopt() or not self._go_on():
                break
        self._fetch(wire, tally)
        for case in self._vault.parts.index.fetching():
            self._recompute(case)
        if tally.objects:
            self._vault.parts.audit.append("synced", {"objects": tally.objects}, self._vault.clock())
        if self._go_on():
            self._say(Synced(self._vault.clock(), tally.objects, tally.bytes, time.monotonic() - tally.started))

    # -- feed ----------------------------------------------------------------------------------------------------------------

    def _feed(self, wire: Wire) -> None:
        index = self._vault.parts.index
        for _ in range(_MOST_PAGES):
            page = self._client.changes(wire, index.meta("cursor") or "")
            if page.dataset != self._dataset():
                page = self._client.holdings(wire, Holdings(dataset=self._dataset(), cases=sorted(index.held_cases())))
            if not self._apply(page) or not page.more or not self._go_on():
                return

    def _dataset(self) -> str:
        return self._vault.parts.index.meta("dataset") or self._vault.home().enrolment.dataset

    def _apply(self, page: Page) -> bool:
        """Stores what a page does; False where it waits for a person."""
        parts = self._vault.parts
        rows = {one["assignment"]: one["case_id"] for one in parts.index.rows()}
        device = self._vault.home().enrolment.device
        held = Held(
            device, parts.index.held_cases(), parts.index.revisions(), parts.index.manifest_versions(), rows, self._agreed, self._dataset()
        )
        decided = plan(page, held)
        if isinstance(decided, Waiting):
            self._say(DropsHeld(decided.cases, _many_drops(len(decided.cases))))
            return False
        self._carry_out(decided)
        return True

    def _carry_out(self, decided: Plan) -> None:
        for reason in [one.reason for one in decided.actions if isinstance(one, Revoke)]:
            self._vault.shut_out(reason)
        self._vault.parts.index.apply(decided)
        reached(Step.PLAN_STORED)
        self._tell(decided)

    def _tell(self, decided: Plan) -> None:
        for case in sorted(decided.changed):
            readiness = self._vault.parts.index.readiness(case)
            self._say(CaseChanged(case, None if readiness is None else readiness.state))
        if decided.actions:
            self._say(WorklistChanged())

    def _shred(self) -> None:
        for case in self._vault.shred_dropped():
            self._say(CaseChanged(case, None))

    # -- objects -------------------------------------------------------------------------------------------------------------

    def _fetch(self, wire: Wire, tally: Tally) -> None:
        wanted = self._vault.parts.index.wanted()
        manifests = [one for one in wanted if one.kind == "manifest"]
        others = [one for one in wanted if one.kind != "manifest"]
        soonest = {case: at for at, case in enumerate(self._cases_by_due())}
        for one_go in (manifests, sorted(others, key=lambda one: soonest.get(one.case, 0))):
            for case, group in groupby(one_go, key=lambda one: one.case):
                if self._go_on():
                    self._fetch_case(wire, case, list(group), tally)

    def _cases_by_due(self) -> list[str]:
        return [row.assignment.case for row in worklist.rows(self._vault.parts)]

    def _fetch_case(self, wire: Wire, case: str, wanted: list[Wanted], tally: Tally) -> None:
        case_tally = Tally()
        fetch = Fetch(self._vault, case, case_tally, lambda: self._progress(case, case_tally), self._go_on)
        try:
            fetch.run(self._client, wire, wanted)
        finally:
            tally.objects += case_tally.objects
            tally.bytes += case_tally.bytes
            self._recompute(case)
            self._tell_originals(case, wanted)
        self._look_at(case_tally)

    def _tell_originals(self, case: str, wanted: list[Wanted]) -> None:
        originals = {one.object for one in wanted if one.kind == "original"}
        if originals & self._vault.parts.index.file_ids(case).keys():
            self._say(OriginalsArrived(case))

    def _progress(self, case: str, tally: Tally) -> None:
        now = time.monotonic()
        readiness = self._vault.parts.index.readiness(case)
        if readiness is None or (now - self._last_progress < _PROGRESS_EVERY_S and readiness.present_objects < readiness.total_objects):
            return
        self._last_progress = now
        self._say(
            Progress(
                case,
                readiness.present_bytes,
                readiness.total_bytes,
                readiness.present_objects,
                readiness.total_objects,
                tally.rate,
            )
        )

    def _recompute(self, case: str) -> None:
        before, after = self._vault.parts.index.recompute(case)
        if after is CaseState.READY_OFFLINE and before is not after:
            reached(Step.CASE_READY)
            self._vault.parts.audit.append("ready offline", {"case": case}, self._vault.clock())
        if after is not before:
            self._say(CaseChanged(case, after))

    def _look_at(self, tally: Tally) -> None:
        for one in tally.wrong:
            if self._vault.parts.index.count_failure(one.case, one.object) == MOST_FAILURES:
                self._say(TroubleSeen(_keeps_wrong(), one.case))
        for case in sorted({one.case for one, _ in tally.missing}):
            count = sum(one.case == case for one, _ in tally.missing)
            self._say(TroubleSeen(_missing(count), case))

    # -- manifests -----------------------------------------------------------------------------------------------------------

    def _adopt(self) -> bool:
        """Adopts what has arrived; True where something was."""
        adopted = False
        for body in self._vault.parts.index.to_adopt():
            try:
                self._adopt_one(body)
            except Trouble as trouble:
                self._say(TroubleSeen(trouble, body.case))
            else:
                adopted = True
        return adopted

    def _adopt_one(self, body: ManifestBody) -> None:
        parts = self._vault.parts
        claims = jws.verify(body.signature, self._vault.home().authority.receipt_keys, jws.Kind.MANIFEST)
        if claims != {"case": body.case, "version": body.version, "digest": body.object}:
            raise _not_vouched()
        file_id = parts.index.file_ids(body.case)[body.object]
        key = parts.keys.get(body.case)
        with parts.objects.reader(key, body.object, file_id) as reader:
            data = reader.read()
        try:
            manifest = Manifest.model_validate_json(data)
        except ValidationError as error:
            raise _not_vouched() from error
        if (manifest.case, manifest.version) != (body.case, body.version):
            raise _not_vouched()
        parts.index.adopt(manifest, body.object)
        reached(Step.MANIFEST_ADOPTED)
        self._vault.forget_files(body.case)
        keep = frozenset(parts.index.object_lengths(body.case))
        parts.objects.remove_others(key, keep)
        self._recompute(body.case)
        self._say(CaseChanged(body.case, None if (found := parts.index.readiness(body.case)) is None else found.state))


def _many_drops(count: int) -> Trouble:
    return Trouble(
        f"The hospital wants to take back {count} cases at once, which is unusual.",
        "Nothing was taken yet. Ask the hospital whether that is meant; if so, agree here.",
        kind=Kind.STATE,
    )


def _not_vouched() -> Trouble:
    return Trouble(
        "The list of what belongs to this case is not vouched for by the hospital.",
        "It was not taken; what is here stays readable. Tell the hospital's IT if this stays.",
        details="manifest",
        kind=Kind.IDENTITY,
    )


def _keeps_wrong() -> Trouble:
    return Trouble(
        "A part of this case arrives damaged again and again.",
        "Ask the hospital to check its copy; the rest of the case can be read.",
        details=f"{MOST_FAILURES} times another digest",
        kind=Kind.DAMAGED,
    )


def _missing(count: int) -> Trouble:
    parts = "One part of this case is" if count == 1 else f"{count} parts of this case are"
    return Trouble(
        f"{parts} not to be had from the hospital now.",
        "The rest can be read; it is tried again by itself. Tell the hospital if this stays.",
        kind=Kind.DAMAGED,
    )
