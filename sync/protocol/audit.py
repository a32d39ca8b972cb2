"""The messages by which a desk hands its audit record to the hospital (`record.audit`)."""

from __future__ import annotations

from pydantic import Field

from sync.protocol.messages import Message

MOST_RECORDS = 500


class AuditRecords(Message):
    """`POST /v1/audit`: the records after the last one that the hospital has, and the head that the last of them makes.

    Sending the same again is harmless. A head without records says that nothing is new.
    """

    records: list[str] = Field(max_length=MOST_RECORDS)  # canonical JSON of each (`record.audit`), in order
    head: str  # JWS (ES256, kid = device): {chain: device, counter, digest, at}


class AuditState(Message):
    """`GET /v1/audit` and the answer to `POST /v1/audit`: where the hospital's copy of this desk's audit record ends."""

    counter: int  # 0: it has none
    digest: str
