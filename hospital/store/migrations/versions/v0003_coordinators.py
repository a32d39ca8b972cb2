"""Coordinators in the browser: their sessions, and how a letter of the outgoing box leaves it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the sessions; letters that are there already wait."""
    op.create_table(
        "staff_sessions",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"]),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.rename_table("box", "box_before")
    op.drop_index("box_consult", "box_before")
    op.create_table(
        "box",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_at", sa.String(), nullable=False),
        sa.Column("state_by", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO box SELECT b.id, b.\"case\", b.consult, b.participant, b.kind, b.made_at, c.starts_at, 'waiting', b.made_at, "
        "'hospital', 0, b.sealed_body FROM box_before b JOIN consults c ON c.id = b.consult"
    )
    op.drop_table("box_before")
    op.create_index("box_consult", "box", ["consult", "participant", "kind"])
    op.create_index("box_state", "box", ["state", "due_at"])
