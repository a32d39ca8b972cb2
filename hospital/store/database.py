"""The database: SQLAlchemy over SQLCipher, a raw key, write-ahead log, one writer at a time by the database's own lock.

Traps that this module answers (sqlcipher and SQLAlchemy of 2026): the key pragma comes first on each connection and no `cipher_*`
setting is touched after it; a raw key skips key derivation, so that a pool of connections costs nothing; SQLite before 3.51.3 can
corrupt a write-ahead log and is refused.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

_OLDEST_SQLITE = (3, 51, 3)
_OLDEST_CIPHER = (4, 6, 0)
_WRITE = "overread_write"
_BUSY_MS = 30_000


class Database:
    """An open database. `read` and `write` give short transactions; any thread, any process."""

    def __init__(self, path: Path, key: bytes) -> None:
        _check_library()
        self.path = path
        self._engine = _engine(path, key)
        try:
            with self._engine.connect() as connection:
                _check_cipher(connection)
        except (DatabaseError, dbapi2.DatabaseError) as error:
            self._engine.dispose()
            raise _unopened(error) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and writes nothing."""
        with _told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that has the write lock from its beginning: what it read cannot change before it commits."""
        with _told(), self._engine.connect().execution_options(**{_WRITE: True}) as connection, connection.begin():
            yield connection

    def copy(self, target: Path) -> None:
        """The whole database as it stands, into a new file under the same key. Raises `Trouble` (STORAGE)."""
        with _told():
            raw = self._engine.raw_connection()  # outside of every transaction
            try:
                raw.cursor().execute("VACUUM INTO ?", (str(target),))
            except dbapi2.OperationalError as error:
                raise _unwritten(OperationalError(None, None, error)) from error
            finally:
                raw.close()

    def integrity(self) -> list[str]:
        """What `cipher_integrity_check` and `integrity_check` complain of, on a connection of their own; empty when all is well."""
        with _told(), self._engine.connect() as connection:
            pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
            rows = [] if pages else [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        return pages + [one for one in rows if one != "ok"]

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()


def _engine(path: Path, key: bytes) -> Engine:
    def connect() -> Any:  # noqa: ANN401  the driver has no types
        connection = dbapi2.connect(str(path), check_same_thread=False, isolation_level=None, timeout=_BUSY_MS / 1000)
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {_BUSY_MS}", "fullfsync = 1"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return connection

    engine = create_engine(
        "sqlite://", creator=connect, module=dbapi2, poolclass=QueuePool, pool_size=8, max_overflow=40, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITE) else "BEGIN")

    return engine


def _check_library() -> None:
    if dbapi2.sqlite_version_info < _OLDEST_SQLITE:
        raise Trouble(
            "The installed SQLite is too old to be trusted with records.",
            "Install the package sqlcipher3 in the version that the requirements name.",
            f"SQLite {dbapi2.sqlite_version}",
        )


def _check_cipher(connection: Connection) -> None:
    version = connection.exec_driver_sql("PRAGMA cipher_version").scalar()
    if version is None or tuple(int(part) for part in str(version).split()[0].split(".")) < _OLDEST_CIPHER:
        raise Trouble(
            "The installed database library does not encrypt.",
            "Install the package sqlcipher3 in the version that the requirements name.",
            f"SQLCipher {version}",
        )
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")


@contextmanager
def _told() -> Iterator[None]:
    """Turns the driver's errors into troubles; SQL and parameters never leave in them."""
    try:
        yield
    except OperationalError as error:
        raise _unwritten(error) from error
    except DatabaseError as error:
        if type(error) is DatabaseError:
            raise _unopened(error) from error
        raise


def _unwritten(error: OperationalError) -> Trouble:
    text = str(error.orig)
    if "full" in text or "disk I/O" in text:
        return Trouble(
            "The disk of the server is full or fails.", "Free some space or check the disk; nothing stored is lost.", text, Kind.STORAGE
        )
    return Trouble("The server's database is busy.", "Try again in a moment.", text, Kind.STORAGE)


def _unopened(error: Exception) -> Trouble:
    return Trouble(
        "The server's database does not open: it is damaged.",
        "Put back the data folder from the last backup.",
        str(getattr(error, "orig", error)),
        Kind.DAMAGED,
    )
