"""What the Opinion room needs of the desk to sign and send, as a port: fulfilled from the vault, and by a double in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.opinion.delivery import Delivery
    from app.opinion.facts import Signer
    from record.opinion.compose import Composed, Picture
    from record.opinion.document import OpinionDocument


class OpinionStore(Protocol):
    """Every method may take its time, may be called from any thread, and raises `Trouble`."""

    def now(self) -> datetime:
        """The desk's clock (aware)."""
        ...

    def signer(self) -> Signer:
        """Who signs here."""
        ...

    def compose(self, document: OpinionDocument, pictures: Mapping[str, Picture], at: datetime) -> Composed:
        """The paper of a document."""
        ...

    def delivery(self, case_id: str) -> Delivery:
        """Where the case's newest opinion is, from what is stored."""
        ...

    def signed_pdf(self, case_id: str) -> bytes | None:
        """The signed file, where there is one."""
        ...

    def sign(self, case_id: str, revision: int, manifest_digest: str, composed: bytes, passphrase: str) -> Delivery:
        """Keeps the composed file, signs it, keeps the signed one with its place in the outbox, and wakes the sending.

        IDENTITY where the passphrase is wrong; LOCKED where the certificate has not come. Nothing is signed then.
        """
        ...

    def ask(self, case_id: str, words: str) -> None:
        """Sends a question to the coordinator; it leaves when the hospital is reached."""
        ...
