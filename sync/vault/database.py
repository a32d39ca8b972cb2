"""One SQLCipher file: a raw key, one writer, readers from a pool, numbered migrations, and every failure told as a `Trouble`.

sqlcipher3 lives in `sync.vault` only. The key is given raw (no derivation: the password work is done in `unlocking`), is tried once,
and no `cipher_*` setting is touched after (changing one later corrupts the file).
"""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlcipher

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST_SQLITE = (3, 51, 3)  # the first without the WAL-reset bug
_BUSY_S = 10.0
_IDLE_READERS = 4
_FULL = "SQLITE_FULL"
_NEEDS_ROOM = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
_LEAST_ROOM = 65_536  # bytes; the log's index alone takes half of that


def check_library() -> str:
    """The versions of SQLCipher and SQLite in use. Raises `Trouble` (INTERNAL), where they are not those that are safe."""
    with _closing(sqlcipher.connect(":memory:")) as connection:
        row = connection.execute("PRAGMA cipher_version").fetchone()
    if row is None or tuple(int(part) for part in sqlcipher.sqlite_version.split(".")) < LEAST_SQLITE:
        raise Trouble(
            "The encrypted database library of this installation is too old or is not the encrypting one.",
            "Install Overread again.",
            details=f"cipher {row[0] if row else 'none'}, sqlite {sqlcipher.sqlite_version}",
        )
    return f"SQLCipher {row[0]}, SQLite {sqlcipher.sqlite_version}"


class Database:
    """An open database.

    Args:
        path: the file; made where it is absent.
        key: 32 raw bytes.
        steps: the schema's numbered steps.
        synchronous: "FULL" where a commit must survive a power failure, else "NORMAL".

    Raises:
        Trouble: DAMAGED (not readable under its key), STATE (written by a newer version), STORAGE.
    """

    def __init__(self, path: Path, key: bytes, steps: tuple[str, ...], synchronous: str = "FULL") -> None:
        self._path = path
        self._key = key
        self._synchronous = synchronous
        self._writing = threading.RLock()
        self._pool = threading.Condition()
        self._idle: list[Any] = []
        self._out = 0
        self._closed = False
        self._writer: Any = None
        check_library()
        with self._told():
            self._writer = self._connect()
            try:
                self._migrate(steps)
            except BaseException:
                self._writer.close()
                raise

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A transaction on the one writer connection: committed at the end of the block, rolled back on any exception."""
        with self._writing, self._told():
            connection = self._writer_connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                self._roll_back(error)
                raise

    @contextmanager
    def read(self) -> Iterator[Any]:
        """A connection that can only read, of this block's own; it sees one state of the database inside an explicit BEGIN."""
        with self._told():
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def damage(self) -> list[str]:
        """What the integrity checks find: the pages' seals first, each on a fresh connection, all rows read. Empty: sound."""
        found: list[str] = []
        for pragma in ("cipher_integrity_check", "integrity_check"):
            try:
                with _closing(self._connect()) as connection:
                    found += [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}") if row[0] != "ok"]
            except sqlcipher.Error as error:
                found.append(f"{pragma}: {_name(error)}")
        return found

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the database and empties it (after something was shredded)."""
        with self._writing, self._told():
            self._writer_connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Waits for the readers, then closes all connections and forgets the key; harmless when done twice."""
        with self._pool:
            self._closed = True
            self._pool.wait_for(lambda: self._out == 0, timeout=_BUSY_S)
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        with self._writing:
            writer, self._writer = self._writer, None
            if writer is not None:
                with suppress(sqlcipher.Error):
                    writer.close()
            self._key = b""

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns the library's exceptions into a `Trouble`."""
        try:
            yield
        except sqlcipher.Error as error:
            raise _trouble(_name(error), self._path.parent) from error

    def _connect(self) -> Any:  # noqa: ANN401  sqlcipher3 has no types
        connection = sqlcipher.connect(str(self._path), timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for pragma in ("journal_mode = WAL", f"synchronous = {self._synchronous}", "secure_delete = ON", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            for pragma in ("fullfsync = 1", "checkpoint_fullfsync = 1"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlcipher.Row
        return connection

    def _writer_connection(self) -> Any:  # noqa: ANN401  sqlcipher3 has no types
        if self._closed:
            raise locked()
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _roll_back(self, error: BaseException) -> None:
        """After a failed disk the connection is closed, so that nothing is trusted that it remembers."""
        with suppress(sqlcipher.Error):
            self._writer.execute("ROLLBACK")
        if isinstance(error, sqlcipher.Error) and _name(error).startswith(("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB")):
            writer, self._writer = self._writer, None
            with suppress(sqlcipher.Error):
                writer.close()

    def _take(self) -> Any:  # noqa: ANN401  sqlcipher3 has no types
        with self._pool:
            if self._closed:
                raise locked()
            self._out += 1
            if self._idle:
                return self._idle.pop()
        try:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        except BaseException:
            self._one_back(None)
            raise
        return connection

    def _give_back(self, connection: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        self._one_back(connection)

    def _one_back(self, connection: Any) -> None:  # noqa: ANN401  sqlcipher3 has no types
        with self._pool:
            self._out -= 1
            keep = connection is not None and not self._closed and len(self._idle) < _IDLE_READERS
            if keep:
                self._idle.append(connection)
            self._pool.notify_all()
        if connection is not None and not keep:
            connection.close()

    def _migrate(self, steps: tuple[str, ...]) -> None:
        version = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
        if version > len(steps):
            raise Trouble(
                "This vault was used by a newer version of Overread.",
                "Install the newer version again; nothing was changed.",
                details=f"schema {version}, known {len(steps)}",
                kind=Kind.STATE,
            )
        for number, step in enumerate(steps[version:], start=version + 1):
            self._writer.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;")


@contextmanager
def _closing(connection: Any) -> Iterator[Any]:  # noqa: ANN401  sqlcipher3 has no types
    try:
        yield connection
    finally:
        connection.close()


def _name(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", "") or type(error).__name__)


def _trouble(name: str, folder: Path) -> Trouble:
    if name.startswith(_NEEDS_ROOM) and _is_full(folder):  # the log's own index could not grow: SQLite calls it by another name
        return Trouble("The disk is full.", "Free some space on it, then try again.", details=name, kind=Kind.STORAGE)
    if name == _FULL:
        remedy = "Free some space on it; Overread goes on by itself from where it stopped."
        return Trouble("The disk is full.", remedy, details=name, kind=Kind.STORAGE)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return Trouble(
            "The vault's database is damaged.",
            "Do not delete anything; restart Overread, and if this stays, ask the hospital's IT to look at the disk.",
            details=name,
            kind=Kind.DAMAGED,
        )
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PERM")):
        return Trouble(
            "The vault's database cannot be read or written.",
            "Check the disk, its free space and the rights of the data folder, then try again.",
            details=name,
            kind=Kind.STORAGE,
        )
    return Trouble("The vault's database refused a step of the program.", "Restart Overread.", details=name, kind=Kind.INTERNAL)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False


def locked() -> Trouble:
    """What is raised where the vault is locked."""
    return Trouble("The vault is locked.", "Unlock it with your passphrase.", kind=Kind.LOCKED)
