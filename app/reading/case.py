"""What Reading and Opinion need of a case, and the protocol by which the desk's vault (or a test) gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.opinion.kept import Kept
    from app.opinion.text import Keeper
    from sync.protocol.messages import AssignmentBody, CaseBody, Manifest
    from sync.vault.values import Awaited


@dataclass(frozen=True, slots=True, eq=False)
class OpenCase:
    """A case as it lies on the desk; `digest` is the manifest's."""

    case: CaseBody
    assignment: AssignmentBody
    manifest: Manifest
    digest: str
    revision: int = 1  # that the next signature carries
    signed: str = ""  # the newest signed opinion ("assignment/revision"), which never changes
    damaged: int = 0  # objects that were found damaged and are wanted again

    @property
    def id(self) -> str:
        """The case's id."""
        return self.case.id


class Cases(Protocol):
    """Gives cases; every method may be called from any thread and raises `Trouble`."""

    def open(self, case_id: str) -> OpenCase:
        """The case and its newest manifest that has arrived (STATE where it is not on this desk yet)."""
        ...

    def object_bytes(self, case_id: str, object_id: str) -> bytes:
        """A whole object (DAMAGED where its bytes are not what they should be)."""
        ...

    def frame_bytes(self, case_id: str, object_id: str, offset: int, length: int) -> bytes:
        """A part of an object."""
        ...

    def lend_frame(self, case_id: str, object_id: str, offset: int, length: int) -> memoryview:
        """The same in memory that may be written over when this thread is lent a frame again."""
        ...

    def want_again(self, case_id: str, object_id: str) -> None:
        """Asks the hospital for an object again."""
        ...

    def want_original(self, case_id: str, sop_instance_uid: str, place: str = "") -> bool:
        """Wishes for the untouched file of an instance, which comes as soon as the hospital is reached; whether it is here already.

        `place`: where it is to be saved; kept until `original_saved`, also while the desk is locked.
        """
        ...

    def take_out_original(self, case_id: str, sop_instance_uid: str) -> bytes:
        """The untouched file of an instance, to be saved outside; the audit record tells of it (STATE where it is not here)."""
        ...

    def originals_awaited(self) -> tuple[Awaited, ...]:
        """The originals, of any case, that are still to be saved, and where."""
        ...

    def original_saved(self, case_id: str, sop_instance_uid: str) -> None:
        """Forgets the place: it is saved, or cannot be saved there."""
        ...

    def kept(self, case_id: str) -> Kept:
        """The reading as it was left."""
        ...

    def keeper(self, case_id: str) -> Keeper:
        """Where the reading is kept."""
        ...
