"""The video consult: its people, links, record, snapshots, and the outgoing box."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables of the consult."""
    op.create_table(
        "consults",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consults_case", "consults", ["case"])
    op.create_table(
        "consult_people",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["people.id"]),
        sa.ForeignKeyConstraint(["consult"], ["consults.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consult_people_consult", "consult_people", ["consult"])
    _links()
    op.create_table(
        "consult_record",
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("counter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["consult"], ["consults.id"]),
        sa.PrimaryKeyConstraint("consult", "counter"),
    )
    op.create_table(
        "consult_snapshots",
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["consult"], ["consults.id"]),
        sa.PrimaryKeyConstraint("consult", "sha256"),
    )
    op.create_table(
        "box",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("consult", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("box_consult", "box", ["consult", "participant", "kind"])


def _links() -> None:
    op.create_table(
        "consult_links",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.String(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("code_mac", sa.String(), nullable=False),
        sa.Column("code_until", sa.String(), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("session_sha256", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["participant"], ["consult_people.id"]),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    op.create_index("consult_links_participant", "consult_links", ["participant"])
    op.create_index("consult_links_session", "consult_links", ["session_sha256"])
