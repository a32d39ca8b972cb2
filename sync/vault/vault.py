"""The vault as the rooms and the engine use it: read a case offline, keep what the physician did. Its life: `sync.vault.life`.

Thread-safe, but for `lock`, `unlock` and `close`, which belong to one thread. While locked, everything raises `Trouble` (LOCKED).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from record.trouble import Kind, Trouble
from sync.protocol.messages import Manifest
from sync.vault import documents, originals, scrub, signing, upkeep, worklist
from sync.vault.enrolled import Home, not_enrolled
from sync.vault.life import Life
from sync.vault.unsaved import Unsaved
from sync.vault.values import Awaited

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from sync.seal.reader import SealedReader
    from sync.vault.exclusive import Exclusive
    from sync.vault.keyring_store import SecretStore
    from sync.vault.parts import Parts
    from sync.vault.unlocking import VaultKeys
    from sync.vault.values import CaseRecord, Lease, Opened, OpenedKind, OpinionView, ScrubResult, Waiver, WorklistRow

_LEASE_FRESH_S = 20.0
Given = TypeVar("Given", bytes, memoryview)


class Vault(Life):
    """One physician's vault of one hospital, while it is open."""

    def __init__(
        self, folder: Path, keys: VaultKeys, hold: Exclusive, stores: Callable[[str], SecretStore], clock: Callable[[], datetime]
    ) -> None:
        self.on_damage: Callable[[str], None] = lambda _case: None  # the engine fetches again what was found damaged
        self._guard = threading.Lock()
        self._file_ids: dict[str, dict[str, bytes]] = {}
        self._manifests: dict[str, Manifest] = {}
        self._lease: tuple[float, Lease] | None = None
        self._unsaved = Unsaved()
        super().__init__(folder, keys, hold, stores, clock)

    def _begun(self) -> None:
        if self.parts.enrolled.is_shut_out():
            self.parts.index.drop_all()  # where a kill came between the word and the deed
        self.shred_dropped()
        self._unsaved.put_all(self.parts.work)

    def _forget(self) -> None:
        with self._guard:
            self._file_ids.clear()
            self._manifests.clear()
            self._lease = None

    def _for_reading(self) -> Parts:
        """The open parts, where the lease allows to read. Raises `Trouble` (LOCKED)."""
        trouble = self.lease().trouble
        if trouble is not None:
            raise trouble
        return self.parts

    # -- whose vault ----------------------------------------------------------------------------------------------------------

    def home(self) -> Home:
        """The hospital, its pinned authority, the physician. Raises `Trouble` (STATE), where the desk is not enrolled."""
        home = self.parts.enrolled.home()
        if home is None:
            raise not_enrolled()
        return home

    def lease(self) -> Lease:
        """How long the desk may go on working without the hospital, by the high-water clock."""
        with self._guard:
            known = self._lease
        if known is not None and time.monotonic() - known[0] < _LEASE_FRESH_S:
            return known[1]
        lease = self.parts.enrolled.lease(self.clock())
        with self._guard:
            self._lease = (time.monotonic(), lease) if lease.trouble is None else None  # a clock that was set right counts at once
        return lease

    def heard(self, server_time: datetime, lease_until: datetime) -> None:
        """The hospital told its time and the lease."""
        self.parts.enrolled.heard(server_time, lease_until)
        with self._guard:
            self._lease = None

    def shut_out(self, reason: str) -> None:
        """The hospital revoked this desk: from now on nothing can be read, only what was signed can still be saved."""
        if not self.parts.enrolled.is_shut_out():
            self.parts.enrolled.shut_out(reason)
            self.parts.audit.append("shut out", {}, self.clock())
        with self._guard:
            self._lease = None

    def signing_key(self, passphrase: str) -> EllipticCurvePrivateKey:
        """The signing key, for one signature: let go of it after. Raises `Trouble` (IDENTITY, LOCKED, DAMAGED)."""
        self._for_reading()
        return signing.open_key(self.folder, passphrase, self._stores)

    def certificate(self) -> str | None:
        """The signing certificate (PEM); None until the hospital approved this desk."""
        return self.parts.enrolled.certificate()

    def setting(self, name: str) -> Any:  # noqa: ANN401  any JSON value
        """A settings-like value (window places, columns, hints seen), or None."""
        return self.parts.work.setting(name)

    def put_setting(self, name: str, value: Any) -> None:  # noqa: ANN401  any JSON value
        """Keeps a settings-like JSON value; never anything about a patient."""
        self.parts.work.put_setting(name, value)

    # -- cases ----------------------------------------------------------------------------------------------------------------

    def cases(self) -> tuple[WorklistRow, ...]:
        """The worklist, soonest due first. Raises `Trouble` (LOCKED: locked, lease over, wrong clock)."""
        return worklist.rows(self._for_reading())

    def case(self, case: str) -> CaseRecord:
        """One case. Raises `Trouble` (STATE: not here or not accepted; LOCKED)."""
        return worklist.record(self._for_reading(), case)

    def manifest(self, case: str) -> Manifest:
        """The adopted manifest, parsed once. Raises `Trouble` (STATE: none here yet; DAMAGED; LOCKED)."""
        parts = self._for_reading()
        name = worklist.manifest_object(parts, case)
        with self._guard:
            known = self._manifests.get(name)
        if known is None:
            known = Manifest.model_validate_json(self.read_object(case, name))
            with self._guard:
                self._manifests[name] = known
        return known

    def read_object(self, case: str, object_id: str, offset: int = 0, length: int | None = None) -> bytes:
        """Bytes of an object (frames, a document, a thumbnail); a range decrypts only its chunks; any number of threads.

        Raises:
            Trouble: DAMAGED (marked, and fetched again by itself), STATE (not here yet), LOCKED, STORAGE.
        """
        return self._read(case, object_id, lambda reader: reader.read(offset, length))

    def lend_object(self, case: str, object_id: str, offset: int, length: int) -> memoryview:
        """As `read_object`, in memory that is written over when this thread is lent something again."""
        return self._read(case, object_id, lambda reader: reader.lend(offset, length))

    def _read(self, case: str, object_id: str, how: Callable[[SealedReader], Given]) -> Given:
        parts = self._for_reading()
        file_id = self._file_id(parts, case, object_id)
        try:
            with parts.objects.reader(parts.keys.get(case), object_id, file_id) as reader:
                return how(reader)
        except Trouble as trouble:
            if trouble.kind is not Kind.DAMAGED:
                raise
            self._found_damaged(parts, case, object_id)
            raise worklist.damaged_here(trouble.details) from trouble

    def want_original(self, case: str, sop_instance_uid: str, place: str = "") -> bool:
        """Stores the wish for the untouched DICOM file of an instance; whether it is here already. Wishing twice is harmless.

        Args:
            case: of the instance.
            sop_instance_uid: of the instance.
            place: where it is to be saved; kept until `original_saved`. "": nowhere new.

        Raises:
            Trouble: STATE (not part of the case), DAMAGED (the manifest), STORAGE, LOCKED.
        """
        original = originals.of(self.manifest(case), sop_instance_uid)
        if place:
            self.parts.places.put(Awaited(case, sop_instance_uid, place))
        return originals.want(self._for_reading(), original)

    def originals_awaited(self) -> tuple[Awaited, ...]:
        """The originals that are still to be saved, and where."""
        return self._for_reading().places.all()

    def original_saved(self, case: str, sop_instance_uid: str) -> None:
        """It stands where the person wished it, or cannot be saved there: the place is forgotten."""
        self.parts.places.forget(case, sop_instance_uid)

    def take_out_original(self, case: str, sop_instance_uid: str) -> bytes:
        """The untouched DICOM file of an instance, to be saved outside; the audit record tells of it before it is given.

        Raises:
            Trouble: STATE (not part of the case, or not here yet), DAMAGED (fetched again by itself), STORAGE, LOCKED.
        """
        original = originals.of(self.manifest(case), sop_instance_uid)
        data = self.read_object(case, original.object)
        originals.taken_out(self.parts, original, self.clock())
        return data

    def set_paused(self, case: str, *, paused: bool) -> None:
        """Stops or goes on fetching a case."""
        self.parts.index.set_paused(case, paused=paused)

    def _file_id(self, parts: Parts, case: str, object_id: str) -> bytes:
        with self._guard:
            found = self._file_ids.get(case, {}).get(object_id)
        if found is None:
            known = parts.index.file_ids(case)
            with self._guard:
                self._file_ids[case] = known
            found = known.get(object_id)
        if found is None and parts.index.is_damaged(case, object_id):
            raise worklist.damaged_here("known")
        if found is None:
            raise Trouble(
                "This part of the case is not here yet.", "It comes by itself as soon as the hospital is reached.", kind=Kind.STATE
            )
        return found

    def forget_files(self, case: str) -> None:
        """Reads the index again for a case whose objects changed."""
        with self._guard:
            self._file_ids.pop(case, None)

    def _found_damaged(self, parts: Parts, case: str, object_id: str) -> None:
        parts.objects.forget(parts.keys.get(case), object_id)
        parts.index.mark_damaged(case, object_id)
        self.forget_files(case)
        self.on_damage(case)

    # -- the physician's work ---------------------------------------------------------------------------------------------------

    def draft(self, case: str, assignment: str) -> dict[str, Any] | None:
        """The draft's JSON as saved last; None where there is none."""
        return self._unsaved.draft(self._for_reading().work, (case, assignment))

    def save_draft(self, case: str, assignment: str, draft: dict[str, Any]) -> None:
        """Seals the draft into the vault; on disk when this returns (a few milliseconds), else it waits sealed (`all_saved`)."""
        self._unsaved.save(self.parts.work, (case, assignment), draft, self.clock())

    @property
    def all_saved(self) -> bool:
        """Whether the disk holds every draft."""
        return not self._unsaved

    def mark_opened(self, case: str, kind: OpenedKind, name: str) -> None:
        """Keeps that a study, series (by UID) or document (by id) was opened."""
        if self.parts.work.mark_opened(case, kind, name, self.clock()):
            self.parts.audit.append(f"opened {kind.value}", {"case": case}, self.clock())

    def opened(self, case: str) -> frozenset[Opened]:
        """What of the case was opened."""
        return self._for_reading().work.opened(case)

    def waive(self, case: str, assignment: str, check: str, reason: str) -> None:
        """Keeps why a point of the signing sheet was waived."""
        self.parts.work.waive(case, assignment, check, reason, self.clock())
        self.parts.audit.append("waived", {"case": case, "assignment": assignment}, self.clock())

    def unwaive(self, case: str, assignment: str, check: str) -> None:
        """Takes a waiver back."""
        self.parts.work.unwaive(case, assignment, check)

    def waivers(self, case: str, assignment: str) -> tuple[Waiver, ...]:
        """The waivers of an assignment."""
        return self._for_reading().work.waivers(case, assignment)

    # -- opinions -----------------------------------------------------------------------------------------------------------------

    def opinion(self, assignment: str, revision: int) -> OpinionView | None:
        """Where one revision stands; None before it was composed."""
        return self.parts.work.opinion(assignment, revision)

    def next_revision(self, assignment: str) -> int:
        """The revision that the next signature carries."""
        return worklist.next_revision(self.parts, assignment)

    def store_composed(self, case: str, assignment: str, revision: int, pdf: bytes, *, manifest_version: int, manifest_digest: str) -> str:
        """Seals the PDF that is going to be signed, with its digest (which is given back); composing again replaces it.

        Raises:
            Trouble: STATE (this revision is signed already), STORAGE, LOCKED.
        """
        opinion = documents.composed_view(case, assignment, revision, pdf, (manifest_version, manifest_digest))
        return documents.store_composed(self.parts, opinion, pdf)

    def store_signed(self, assignment: str, revision: int, pdf: bytes, certificate_pem: str) -> OpinionView:
        """Seals the signed PDF, then stores its digest, the state "signed" and the outbox row in one transaction.

        Raises:
            Trouble: STATE (not composed, or signed already), INPUT (the signed file does not begin with the composed one), STORAGE.
        """
        return documents.store_signed(self.parts, assignment, revision, pdf, certificate_pem, now=self.clock())

    def document(self, assignment: str, revision: int, *, signed: bool = False) -> bytes:
        """The composed (or the signed) PDF. Raises `Trouble` (STATE: none; DAMAGED; LOCKED: the case was shredded)."""
        return documents.read(self.parts, assignment, revision, signed=signed)

    def undelivered(self) -> tuple[OpinionView, ...]:
        """What was signed and has no receipt; it can be read with `document` whatever the lease says."""
        found = [one for revisions in self.parts.work.opinions().values() for one in revisions]
        return tuple(one for one in found if one.signed_sha256 is not None and one.receipt is None)

    def receipt_token(self, assignment: str, revision: int) -> str | None:
        """The receipt as it came (JWS)."""
        return self.parts.outbox.receipt_token(assignment, revision)

    # -- upkeep -------------------------------------------------------------------------------------------------------------------

    def shred_dropped(self) -> list[str]:
        """Shreds the cases that the hospital took back, but those of which something is still on its way out; gives their ids."""
        done = upkeep.shred_dropped(self.parts, self.clock())
        for case in done:
            self.forget_files(case)
        return done

    def scrub(self, pace: Callable[[int], bool] = lambda _bytes: True) -> ScrubResult:
        """Reads every present object whole, from where the last scrub stopped; a damaged one is wanted again. See `scrub.scrub`."""
        parts = self.parts
        return scrub.scrub(parts, pace, lambda case, object_id: self._found_damaged(parts, case, object_id), self.clock())

    def damage(self) -> list[str]:
        """What the integrity checks of both databases and of the audit chain find; empty where all is sound."""
        return upkeep.damage(self.parts)
