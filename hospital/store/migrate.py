"""Bringing a database to this program's form: one transaction, a copy before, and never backwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from hospital.store.tables import metadata
from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection

    from hospital.store.database import Database

SCRIPTS = Path(__file__).parent / "migrations"


HEAD = "0004"  # the revision that this program writes: the newest of the scripts, known without reading them


def current(connection: Connection) -> str | None:
    """The revision of a database; None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def migrate(database: Database) -> None:
    """Brings the database to `HEAD`; before an upgrade a copy under the same key is laid beside it.

    Raises:
        Trouble: STATE, where a newer program wrote it; STORAGE.
    """
    with database.read() as connection:
        found = current(connection)
    if found == HEAD:
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
    from alembic.config import Config  # noqa: PLC0415  alembic is for a folder that is not at HEAD
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415  as above

    scripts = _scripts()

    def steps(revision: Any, _: Any) -> Any:  # noqa: ANN401  alembic's own untyped protocol
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001  the documented way to run steps without an env.py

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
        environment.run_migrations()


def _copy(database: Database, revision: str) -> None:
    target = database.path.with_name(f"{database.path.stem}-before-{HEAD}-from-{revision}.db")
    target.unlink(missing_ok=True)
    database.copy(target)


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415  as above

    return ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])
