"""Bringing a database to this program's form: one transaction, a copy before, and never backwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hospital.store.tables import metadata
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hospital.store.database import Database

_SCRIPTS = Path(__file__).parent / "migrations"


def head() -> str:
    """The revision that this program writes."""
    return str(_scripts().get_current_head())


def current(connection: Connection) -> str | None:
    """The revision of a database; None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database) -> None:
    """Brings the database to `head`; before an upgrade a copy under the same key is laid beside it.

    Raises:
        Trouble: STATE, where a newer program wrote it; STORAGE.
    """
    with database.read() as connection:
        found = current(connection)
    if found == head():
        return
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise Trouble(
            "This data folder was written by a newer program.",
            "Install that program again, or put back the backup from before its installation.",
            f"revision {found}",
            Kind.STATE,
        )
    if found is not None:
        _copy(database, found)
    with database.write() as connection:
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    scripts = _scripts()

    def steps(revision: Any, _: Any) -> Any:  # noqa: ANN401  alembic's own untyped protocol
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001  the documented way to run steps without an env.py

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
        environment.run_migrations()


def _copy(database: Database, revision: str) -> None:
    target = database.path.with_name(f"{database.path.stem}-before-{head()}-from-{revision}.db")
    target.unlink(missing_ok=True)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(target),))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_SCRIPTS), version_locations=[str(_SCRIPTS / "versions")])
