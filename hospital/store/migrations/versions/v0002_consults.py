"""The consult: its times, people, events, and the outgoing box."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the tables of the consult."""
    op.create_table(
        "consults",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_at", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("showing", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"]),
        sa.ForeignKeyConstraint(["host"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consults_host", "consults", ["host", "starts_at"])
    op.create_table(
        "consult_people",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sealed_invitee", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=True),
        sa.Column("token_sha256", sa.String(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=True),
        sa.Column("code_until", sa.String(), nullable=True),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("session_sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["consult"], ["consults.id"]),
        sa.ForeignKeyConstraint(["account"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
        sa.UniqueConstraint("session_sha256"),
    )
    op.create_index("consult_people_consult", "consult_people", ["consult"])
    op.create_table(
        "consult_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["consult"], ["consults.id"]),
        sa.ForeignKeyConstraint(["person"], ["consult_people.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("consult_events_consult", "consult_events", ["consult", "seq"])
    op.create_table(
        "box",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=False),
        sa.Column("taken_at", sa.String(), nullable=True),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("box_due", "box", ["due_at"])
