"""A folder from before the two steps of the outgoing box: its letters wait until they are of no use; a copy is laid beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from hospital.store import letters
from hospital.store.database import Database
from hospital.store.migrate import SCRIPTS, current, migrate

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

STARTS, MADE = "2026-12-01T14:00:00.000000+00:00", "2026-11-20T09:00:00.000000+00:00"


def up_to(connection: Connection, revision: str) -> None:
    scripts = ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])

    def steps(found: Any, _: Any) -> Any:
        return scripts._upgrade_revs(revision, found)

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()


def test_letters_from_before_wait_until_their_consult_begins(tmp_path: Path) -> None:
    database = Database(tmp_path / "hospital.db", b"d" * 32)
    try:
        with database.write() as tx:
            up_to(tx, "0002")
            tx.exec_driver_sql("INSERT INTO cases VALUES ('c', 'r', 'ready', 1, x'00', x'00', NULL, NULL, ?)", (MADE,))
            tx.exec_driver_sql("INSERT INTO consults VALUES ('k', 'c', 'scheduled', 1, ?, 30, x'00', ?)", (STARTS, MADE))
            tx.exec_driver_sql("INSERT INTO box VALUES ('l', 'c', 'k', 'p', 'link', ?, x'01')", (MADE,))
        migrate(database)
        with database.read() as tx:
            (found,) = letters.every(tx)
        assert (found.id, found.kind, found.state, found.failures, found.sealed_body) == ("l", "link", "waiting", 0, b"\x01")
        assert found.due_at.isoformat() == "2026-12-01T14:00:00+00:00"
        assert found.made_at == found.state_at
    finally:
        database.close()
    (copy,) = tmp_path.glob("hospital-before-*-from-0002.db")
    assert b"SQLite format 3" not in copy.read_bytes()
    before = Database(copy, b"d" * 32)
    try:
        with before.read() as tx:
            assert current(tx) == "0002"
            assert tx.exec_driver_sql("SELECT count(*) FROM box").scalar() == 1
    finally:
        before.close()
