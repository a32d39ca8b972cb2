"""The desk's part in signing and sending, in memory; it keeps the vault's rules: one passphrase, nothing received without a receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.opinion.delivery import Delivery, Way
from app.opinion.facts import Signer
from record.opinion.compose import Composed, compose
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from record.opinion.compose import Picture
    from record.opinion.document import OpinionDocument
    from tests.doubles.demo_case import DemoCase

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
PASSPHRASE = "three quiet lamps"


class OpinionDesk:
    """Fulfils `app.opinion.store.OpinionStore`."""

    def __init__(self, case: DemoCase) -> None:
        self._case = case
        self.papers: list[OpinionDocument] = []
        self.sent = Delivery()
        self.signed: bytes | None = None
        self.asked: list[str] = []
        self.who = Signer(
            "Dr M. Adeyemi", "Northlight University Hospital", "Thoracic radiology", ("New York 123456",), date(2027, 3, 2),
        )  # fmt: skip

    def now(self) -> datetime:
        return datetime(2026, 11, 20, 14, 50, tzinfo=UTC)

    def signer(self) -> Signer:
        return self.who

    def compose(self, document: OpinionDocument, pictures: Mapping[str, Picture], at: datetime) -> Composed:
        self.papers.append(document)
        return compose(document, pictures, lambda name: (FONTS / name).read_bytes(), at)

    def delivery(self, case_id: str) -> Delivery:
        return self.sent

    def signed_pdf(self, case_id: str) -> bytes | None:
        return self.signed

    def sign(self, case_id: str, revision: int, manifest_digest: str, composed: bytes, passphrase: str) -> Delivery:
        if passphrase != PASSPHRASE:
            raise Trouble("This is not the passphrase of this desk.", "Type it again; capital letters count.", kind=Kind.IDENTITY)
        self.signed = composed + b"% signed\n"
        self._case.sign_off(revision)
        self.sent = Delivery(Way.SIGNED, signed_at=self.now())
        return self.sent

    def ask(self, case_id: str, words: str) -> None:
        self.asked.append(words)

    def receive(self, receipt: str = "7f3a19c2ab") -> None:
        """The hospital's receipt is on the disk."""
        self.sent = replace(self.sent, way=Way.RECEIVED, receipt=receipt, received_at=self.now())
