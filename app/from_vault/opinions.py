"""Signing and sending from the vault: fulfils `app.opinion.store.OpinionStore`."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.fonts_folder import FONTS
from app.opinion.delivery import Delivery, Way
from app.opinion.facts import Signer
from record.signature.authority import holds_until
from record.trouble import Kind, Trouble
from sync.vault.values import OpinionState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from record.opinion.compose import Composed, Picture
    from record.opinion.document import OpinionDocument
    from sync.vault.values import OpinionView
    from sync.vault.vault import Vault

_WAYS: dict[OpinionState, Way] = {
    OpinionState.DRAFTING: Way.DRAFTING,
    OpinionState.COMPOSED: Way.COMPOSED,
    OpinionState.SIGNED: Way.SIGNED,
    OpinionState.SENDING: Way.SENDING,
    OpinionState.RECEIVED: Way.RECEIVED,
    OpinionState.REFUSED: Way.REFUSED,
}


@dataclass(frozen=True, slots=True)
class VaultOpinions:
    """Composes, signs and hands to the outbox.

    Args:
        vault: where everything is kept.
        deliver: tells the engine that something waits in the outbox.
        send_question: sends words to the coordinator as an intent: (case, words).
    """

    vault: Vault
    deliver: Callable[[], None]
    send_question: Callable[[str, str], None]

    def now(self) -> datetime:
        """The desk's clock."""
        return self.vault.clock()

    def signer(self) -> Signer:
        """The physician of this vault, with the hospital's words for its opinions."""
        enrolment = self.vault.home().enrolment
        physician = enrolment.physician
        policy = self.vault.parts.index.policy()
        return Signer(
            name=physician.name,
            hospital=enrolment.hospital,
            specialty=physician.specialty,
            licences=tuple(physician.licences),
            valid_until=holds_until(self.vault.certificate()),
            no_examination_notice=policy.no_examination_notice if policy else "",
            statement=policy.opinion_statement if policy else "",
        )

    def compose(self, document: OpinionDocument, pictures: Mapping[str, Picture], at: datetime) -> Composed:
        """The paper of a document."""
        from record.opinion.compose import compose  # noqa: PLC0415  late import: reportlab only once a paper is wanted

        return compose(document, pictures, lambda name: (FONTS / name).read_bytes(), at)

    def delivery(self, case_id: str) -> Delivery:
        """Where the newest opinion is."""
        return delivery_of(self.vault.case(case_id).opinion)

    def signed_pdf(self, case_id: str) -> bytes | None:
        """The signed file, where there is one."""
        opinion = self.vault.case(case_id).opinion
        if opinion is None or opinion.signed_sha256 is None:
            return None
        return self.vault.document(opinion.assignment, opinion.revision, signed=True)

    def sign(self, case_id: str, revision: int, manifest_digest: str, composed: bytes, passphrase: str) -> Delivery:
        """Keeps the composed file, signs it, keeps the signed one with its place in the outbox, and wakes the sending."""
        certificate = self.vault.certificate()
        if certificate is None:
            raise Trouble(
                "The hospital has not approved this desk for signing yet.",
                "Your text is kept; sign as soon as the certificate has come.",
                "no certificate",
                Kind.LOCKED,
            )
        with _not_signed():
            return self._sign(case_id, revision, manifest_digest, composed, passphrase, certificate)

    def _sign(self, case_id: str, revision: int, manifest_digest: str, composed: bytes, passphrase: str, certificate: str) -> Delivery:
        from record.signature.sign import sign  # noqa: PLC0415  late import: pyHanko only where something is signed

        record = self.vault.case(case_id)
        key = self.vault.signing_key(passphrase)
        assignment = record.assignment.id
        version = record.manifest_version or 0
        self.vault.store_composed(case_id, assignment, revision, composed, manifest_version=version, manifest_digest=manifest_digest)
        authority = self.vault.home().authority.signing_ca_pem
        signed = sign(composed, key, certificate.encode(), authority.encode(), self.vault.clock())
        view = self.vault.store_signed(assignment, revision, signed, certificate)
        self.deliver()
        return delivery_of(view)

    def ask(self, case_id: str, words: str) -> None:
        """Sends a question to the coordinator."""
        self.send_question(case_id, words)


@contextmanager
def _not_signed() -> Iterator[None]:
    """A disk that is full, or fails: nothing goes on by itself here, the person signs again."""
    try:
        yield
    except Trouble as trouble:
        if trouble.kind is not Kind.STORAGE:
            raise
        remedy = "The opinion is not signed. Make room on the disk, then sign again."
        raise Trouble(trouble.what_happened, remedy, trouble.details, trouble.kind) from trouble


def delivery_of(opinion: OpinionView | None) -> Delivery:
    """An opinion's place on its way, as the room shows it."""
    if opinion is None:
        return Delivery()
    receipt = opinion.receipt
    refusal = opinion.refusal
    return Delivery(
        way=_WAYS[opinion.state],
        signed_at=opinion.signed_at,
        receipt=receipt.id if receipt else "",
        received_at=receipt.received_at if receipt else None,
        refusal=f"{refusal.what_happened} {refusal.what_to_do}" if refusal else "",
        quarantined=receipt.quarantined if receipt else False,
    )


def save_undelivered(vault: Vault, folder: Path) -> int:
    """Writes what was signed and has no receipt as PDF files into a folder that the person chose; how many. Raises `Trouble` (STORAGE)."""
    found = vault.undelivered()
    for number, one in enumerate(found, start=1):
        try:
            (folder / f"opinion-{number}.pdf").write_bytes(vault.document(one.assignment, one.revision, signed=True))
        except OSError as error:
            remedy = "Choose another folder, or make room there."
            raise Trouble("The signed opinions cannot be saved there.", remedy, f"errno {error.errno}", Kind.STORAGE) from error
    return len(found)
