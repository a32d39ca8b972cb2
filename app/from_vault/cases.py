"""Cases out of the vault: fulfils `app.reading.case.Cases` and keeps readings in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.opinion.kept import Kept, Opened
from app.reading.case import OpenCase
from record.opinion.draft import Draft, from_json, to_json
from record.trouble import Kind, Trouble
from sync.vault.values import OpenedKind, OpinionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.protocol.messages import Manifest
    from sync.vault.values import Awaited, OpinionView
    from sync.vault.vault import Vault

SIGNED = frozenset({OpinionState.SIGNED, OpinionState.SENDING, OpinionState.RECEIVED})


@dataclass(frozen=True, slots=True)
class VaultCases:
    """The cases of this desk. `wake` asks the engine to fetch what is wanted."""

    vault: Vault
    wake: Callable[[], None]

    def open(self, case_id: str) -> OpenCase:
        """The case with its adopted manifest. Raises `Trouble` (STATE while it has not arrived, LOCKED)."""
        record = self.vault.case(case_id)
        if record.manifest_digest is None:
            raise Trouble("This case has not arrived yet.", "It comes by itself as soon as the hospital is reached.", "", Kind.STATE)
        return OpenCase(
            record.body,
            record.assignment,
            self._manifest(case_id),
            record.manifest_digest,
            revision=self.vault.next_revision(record.assignment.id),
            damaged=record.readiness.damaged,
            signed=_signed(record.opinion),
        )

    def _manifest(self, case_id: str) -> Manifest:
        try:
            return self.vault.manifest(case_id)
        except Trouble as trouble:
            if trouble.kind is not Kind.DAMAGED:
                raise
            what = "The list of what belongs to this case is damaged on this disk."
            remedy = "It is fetched again by itself as soon as the hospital is reached; your text is kept."
            raise Trouble(what, remedy, trouble.details, trouble.kind) from trouble

    def object_bytes(self, case_id: str, object_id: str) -> bytes:
        """A whole object."""
        return self.vault.read_object(case_id, object_id)

    def frame_bytes(self, case_id: str, object_id: str, offset: int, length: int) -> bytes:
        """A part of an object."""
        return self.vault.read_object(case_id, object_id, offset, length)

    def lend_frame(self, case_id: str, object_id: str, offset: int, length: int) -> memoryview:
        """The same in memory that is written over when this thread is lent a frame again."""
        return self.vault.lend_object(case_id, object_id, offset, length)

    def want_again(self, case_id: str, object_id: str) -> None:
        """The vault has marked it when it was read; the engine fetches it."""
        del case_id, object_id
        self.wake()

    def want_original(self, case_id: str, sop_instance_uid: str, place: str = "") -> bool:
        """The wish and its place are stored in the vault; the engine fetches it."""
        here = self.vault.want_original(case_id, sop_instance_uid, place)
        if not here:
            self.wake()
        return here

    def take_out_original(self, case_id: str, sop_instance_uid: str) -> bytes:
        """The untouched file of an instance, told of in the audit record."""
        return self.vault.take_out_original(case_id, sop_instance_uid)

    def originals_awaited(self) -> tuple[Awaited, ...]:
        """The originals that are still to be saved, and where."""
        return self.vault.originals_awaited()

    def original_saved(self, case_id: str, sop_instance_uid: str) -> None:
        """The place is forgotten."""
        self.vault.original_saved(case_id, sop_instance_uid)

    def kept(self, case_id: str) -> Kept:
        """The reading as it was left."""
        record = self.vault.case(case_id)
        return kept_from(self.vault.draft(case_id, record.assignment.id))

    def keeper(self, case_id: str) -> VaultKeeper:
        """Keeps the reading of this case."""
        return VaultKeeper(self.vault, case_id, self.vault.case(case_id).assignment.id)


def _signed(opinion: OpinionView | None) -> str:
    """The newest opinion of a case where it can no longer be changed."""
    return f"{opinion.assignment}/{opinion.revision}" if opinion is not None and opinion.state in SIGNED else ""


@dataclass(frozen=True, slots=True)
class VaultKeeper:
    """Fulfils `app.opinion.text.Keeper`: on disk when `save` returns."""

    vault: Vault
    case_id: str
    assignment: str

    def save(self, kept: Kept) -> datetime:
        """Keeps a reading; what was opened is also kept one by one, for the audit."""
        at = self.vault.clock()
        self.vault.save_draft(self.case_id, self.assignment, kept_to(kept, at))
        known = {(each.kind, each.id) for each in self.vault.opened(self.case_id)}
        opened = [(OpenedKind.SERIES, each) for each in kept.opened.series] + [
            (OpenedKind.DOCUMENT, each) for each in kept.opened.documents
        ]
        for kind, name in opened:
            if (kind, name) not in known:
                self.vault.mark_opened(self.case_id, kind, name)
        return at


def kept_to(kept: Kept, at: datetime) -> dict[str, Any]:
    """A reading as JSON."""
    return {
        "draft": to_json(kept.draft),
        "series": sorted(kept.opened.series),
        "documents": sorted(kept.opened.documents),
        "seen_version": kept.seen_version,
        "amends": kept.amends,
        "at": at.isoformat(),
    }


def kept_from(value: dict[str, Any] | None) -> Kept:
    """The inverse of `kept_to`; an empty reading where nothing was kept."""
    if value is None:
        return Kept(Draft(), Opened(), 0, None)
    opened = Opened(frozenset(value["series"]), frozenset(value["documents"]))
    return Kept(from_json(value["draft"]), opened, int(value["seen_version"]), datetime.fromisoformat(value["at"]), value["amends"])


def draft_kept_at(vault: Vault, case_id: str, assignment: str) -> datetime | None:
    """When a draft was last kept, or None where nothing was written yet: to have opened a case is no draft."""
    kept = kept_from(vault.draft(case_id, assignment))
    return None if kept.draft == Draft() else kept.at
