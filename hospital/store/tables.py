"""The tables. Personal data stand in columns named `sealed_…` alone, under their case's key; accounts are the hospital's own staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as RFC 3339 text in UTC (sorts as it reads)."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text."""
        del dialect
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401  the driver's value
        """From text."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()


def _id(name: str = "id") -> Column[str]:
    return Column(name, String, primary_key=True)


def _of(table: str, name: str, *, key: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey(f"{table}.id"), primary_key=key, nullable=False)


house = Table("house", metadata, _id("name"), Column("value", JSON, nullable=False))

people = Table(
    "people",
    metadata,
    _id(),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("specialty", String, nullable=False),
    Column("licences", JSON, nullable=False),
    Column("password", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    _id("login_sha256"),
    Column("failed", Integer, nullable=False),
    Column("locked_until", UtcTime),
)

codes = Table(
    "codes",
    metadata,
    _id("secret_sha256"),
    _of("people", "person"),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("device", String),
)

devices = Table(
    "devices",
    metadata,
    _id(),
    _of("people", "person"),
    Column("name", String, nullable=False),
    Column("key", JSON, nullable=False),
    Column("vault", String, nullable=False),
    Column("request_pem", String, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("may_renew", Boolean, nullable=False),  # once after a recovery: another signing key
    Column("enrolled_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("revoked_because", String, nullable=False),
)

certificates = Table(
    "certificates",
    metadata,
    _id("sha256"),
    _of("devices", "device"),
    _of("people", "person"),
    Column("pem", String, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Index("certificates_device", "device"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    _id("sha256"),
    _of("people", "person"),
    Column("made_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

tokens = Table("tokens", metadata, _id("sha256"), _of("devices", "device"), Column("expires_at", UtcTime, nullable=False))

assertions = Table("assertions", metadata, _id("jti"), Column("expires_at", UtcTime, nullable=False))

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("reference", String, nullable=False, unique=True),  # HMAC of the case folder's own name for the case
    Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("key_id", LargeBinary, nullable=False),
    Column("key_wrap", LargeBinary, nullable=False),
    Column("sealed_body", LargeBinary),
    Column("due_at", UtcTime),
    Column("made_at", UtcTime, nullable=False),
)

objects = Table(
    "objects",
    metadata,
    _of("cases", "case", key=True),
    _id("object"),
    Column("length", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("file_id", LargeBinary, nullable=False),
)

manifests = Table(
    "manifests",
    metadata,
    _of("cases", "case", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("object", String, nullable=False),
    Column("contents", String, nullable=False),  # digest of all but version and time: whether anything is new
    Column("signature", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["case", "object"], ["objects.case", "objects.object"]),
)

assignments = Table(
    "assignments",
    metadata,
    _id(),
    _of("cases", "case"),
    _of("people", "person"),
    Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sealed_offer", LargeBinary, nullable=False),
    Column("next_revision", Integer, nullable=False),
    Column("offered_until", UtcTime),
    Column("made_at", UtcTime, nullable=False),
    Index("assignments_person", "person", "case"),
    Index("assignments_case", "case"),
)

moves = Table(
    "moves",
    metadata,
    _of("assignments", "assignment", key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("by", String, nullable=False),  # the desk that caused it, or "hospital"
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    _of("people", "person"),
    Column("kind", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("op", String, nullable=False),
    UniqueConstraint("person", "kind", "entity"),
    Index("changes_feed", "person", "seq"),
    sqlite_autoincrement=True,
)

intents = Table(
    "intents",
    metadata,
    _id("key"),
    _of("devices", "device"),
    _of("assignments", "assignment"),
    Column("kind", String, nullable=False),
    Column("seen_revision", Integer, nullable=False),
    Column("request_sha256", String, nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

opinions = Table(
    "opinions",
    metadata,
    _of("assignments", "assignment", key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _of("cases", "case"),
    _of("devices", "device"),
    Column("state", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("length", Integer, nullable=False),
    Column("file_id", LargeBinary, nullable=False),
    Column("manifest_version", Integer, nullable=False),
    Column("signer_sha256", String, nullable=False),
    Column("receipt", String, nullable=False, unique=True),
    Column("receipt_jws", String, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("counter", Integer, primary_key=True, autoincrement=False),
    Column("line", String, nullable=False),  # canonical JSON, `record.audit`
    Column("sha256", String, nullable=False),
)

desk_audit = Table(
    "desk_audit",
    metadata,
    _of("devices", "device", key=True),
    Column("counter", Integer, primary_key=True, autoincrement=False),
    Column("line", String, nullable=False),  # as the desk sent it
    Column("sha256", String, nullable=False),
)

desk_heads = Table(
    "desk_heads",
    metadata,
    _of("devices", "device", key=True),
    Column("counter", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("signed_at", String, nullable=False),  # by the desk's clock, as it wrote it
    Column("head", String, nullable=False),  # JWS by the device key; the newest that was taken
    Column("fault", String, nullable=False),  # of the first head that was not taken; empty while all hold
    Column("fault_head", String, nullable=False),
)

consults = Table(
    "consults",
    metadata,
    _id(),
    _of("cases", "case"),
    Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False),  # grows with every change that a room shows
    Column("starts_at", UtcTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index("consults_case", "case"),
)

consult_people = Table(
    "consult_people",
    metadata,
    _id(),
    _of("consults", "consult"),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("account", String, ForeignKey("people.id")),  # of the physician who comes by a desk
    Column("sealed_body", LargeBinary, nullable=False),
    Index("consult_people_consult", "consult"),
)

consult_links = Table(
    "consult_links",
    metadata,
    _id("token_sha256"),
    _of("consult_people", "participant"),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("failed", Integer, nullable=False),  # wrong proofs in a row
    Column("code_mac", String, nullable=False),  # of the one-time code; empty where there is none
    Column("code_until", UtcTime),
    Column("codes", Integer, nullable=False),  # how many were sent
    Column("session_sha256", String, nullable=False),  # of the browser that proved itself; empty where there is none
    Column("seen_at", UtcTime),
    Index("consult_links_participant", "participant"),
    Index("consult_links_session", "session_sha256"),
)

consult_record = Table(
    "consult_record",
    metadata,
    _of("consults", "consult", key=True),
    Column("counter", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("act", String, nullable=False),
    Column("by", String, nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
)

consult_snapshots = Table(
    "consult_snapshots",
    metadata,
    _of("consults", "consult", key=True),
    Column("sha256", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("identity", Boolean, nullable=False),
    Column("sealed_label", LargeBinary, nullable=False),
)

box = Table(
    "box",
    metadata,
    _id(),
    _of("cases", "case"),
    Column("consult", String, nullable=False),
    Column("participant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),  # it is of no use after that
    Column("state", String, nullable=False),
    Column("state_at", UtcTime, nullable=False),
    Column("state_by", String, nullable=False),  # an account's id, "coordinator" at the command line, or "hospital"
    Column("failures", Integer, nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    Index("box_consult", "consult", "participant", "kind"),
    Index("box_state", "state", "due_at"),
)

intakes = Table(
    "intakes",
    metadata,
    Column("case", String, ForeignKey("cases.id"), primary_key=True),
    Column("revision", String, nullable=False),  # another one where the records came again meanwhile
    Column("received_at", UtcTime, nullable=False),
    Column("files", Integer, nullable=False),
    Column("done", Integer, nullable=False),  # of the files
    Column("offers", JSON, nullable=False),  # to be made as soon as the images are ready
    Column("trouble", JSON),  # why it does not go on
    Column("sealed_body", LargeBinary, nullable=False),
)

prepared = Table(
    "prepared",
    metadata,
    _of("cases", "case", key=True),
    Column("original", String, primary_key=True),
    Column("shown", Boolean, nullable=False),  # what is not is tried again when the records come again
    Column("sealed_body", LargeBinary, nullable=False),
)
