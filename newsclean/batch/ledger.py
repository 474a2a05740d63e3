"""The ledger of a batch: which inputs are done, with what settings, and what failed in them.

A SQLite file, `newsclean.ledger`, in the output folder, with three tables:

- `run`: key and value; `settings` is the hash of the settings, `version` that of newsclean.
- `inputs`: a row for each input: `source`, `size` in bytes, `changed` (its time of change in nanoseconds), `state`
  (`done`, `failed`), `target`, `counts` (JSON), `error`.
- `failures`: a row for each record that could not be cleaned: `source`, `position`, `place`, `reason`, `message`,
  `raw`.

A name that is not Unicode stands in it as the bytes that it is. One process writes it. What it says of an input is
written in one step once its output is there, so that a run that is killed at any moment leaves a ledger that is true.
In a store elsewhere it is a copy, renewed every half minute: what it does not say after a kill is done again.
"""

import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from newsclean import storage
from newsclean.errors import ReadError, WriteError
from newsclean.storage import Stamp, is_remote, is_web, joined

NAME = "newsclean.ledger"
FAILED = "failed.jsonl"  # the list of the failures, beside it
EVERY = 30.0  # seconds between two copies of the ledger to a store elsewhere
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS inputs (
    source TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, state TEXT NOT NULL,
    target TEXT NOT NULL, counts TEXT NOT NULL, error TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    source TEXT NOT NULL, position INTEGER NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
    message TEXT NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (source, position));
"""


_COLUMNS = {
    "run": "key, value",
    "inputs": "source, size, changed, state, target, counts, error",
    "failures": "source, position, place, reason, message, raw",
}


def kept_name(name: str) -> str | bytes:
    r"""Return a name as SQLite can keep it: as the bytes that it is where it is not Unicode.

    >>> kept_name("a.txt"), kept_name("\udcff.txt")
    ('a.txt', b'\xff.txt')
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def name_kept(name: str | bytes) -> str:
    """Return a name that was kept."""
    return name if isinstance(name, str) else os.fsdecode(name)


class Failure(NamedTuple):
    """A record that could not be cleaned. `position` sorts the failures of one input."""

    position: int
    place: str
    reason: str
    message: str
    raw: bytes


class Ledger:
    """The ledger in an output folder, `shown` to people under that name. Raises ReadError where the file is none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder)) as ledger:
    ...     ledger.finish("a.txt", Stamp(3, 1), "clean/a.txt", {"documents": 1}, [])
    ...     [ledger.is_done("a.txt", stamp, "clean/a.txt") for stamp in (Stamp(3, 1), Stamp(4, 2))]
    [True, False]
    """

    def __init__(self, folder: Path, shown: str | None = None) -> None:
        self.path = shown or str(folder / NAME)
        try:
            self._base = sqlite3.connect(folder / NAME, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=FULL")
            self._base.executescript(_SCHEMA)
            for table, columns in _COLUMNS.items():
                self._base.execute(f"SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608 - the names stand above
        except sqlite3.DatabaseError as error:
            raise self.told(error) from None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def told(self, error: sqlite3.DatabaseError) -> ReadError | WriteError:
        """Return what to tell people of an error of SQLite."""
        if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
            return WriteError(f"{self.path} cannot be written: {error}")
        return ReadError(f"{self.path}: this is no ledger of newsclean ({error}): move it away")

    def copy_to(self, path: Path) -> None:
        """Write a copy that is whole, whatever is being written to the ledger."""
        with closing(sqlite3.connect(path)) as copy:
            self._base.backup(copy)

    def agree(self, settings: str, version: str, *, force: bool) -> None:
        """Begin a run with these settings; with `force` everything is forgotten.

        Raises WriteError where the ledger is of other settings, or another version, and `force` is not given.
        """
        found = dict(self._base.execute("SELECT key, value FROM run"))
        wanted = {"settings": settings, "version": version}
        if found and found != wanted and not force:
            what = "settings" if found.get("settings") != settings else "a version of newsclean"
            raise WriteError(
                f"{self.path} is of a run with other {what}: give another folder, or --force to do all again"
            )
        with self._step():
            if force:
                for table in ("run", "inputs", "failures"):
                    self._base.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
            self._base.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", wanted.items())

    def is_done(self, source: str, stamp: Stamp, target: str) -> bool:
        """Return whether an input was cleaned as it is now, into that file, and nothing was wrong with it as a whole.

        An input of which nothing tells whether it has changed is never done.
        """
        query = "SELECT size, changed, target, state FROM inputs WHERE source = ?"
        row = self._base.execute(query, (kept_name(source),)).fetchone()
        return bool(stamp.changed) and row == (*stamp, kept_name(target), "done")

    def finish(
        self, source: str, stamp: Stamp, target: str, counts: Mapping[str, Any], failures: Iterable[Failure]
    ) -> None:
        """Note in one step that an input is done, and what failed in it."""
        self._note(source, stamp, "done", target, counts, "", failures)

    def fail(self, source: str, stamp: Stamp, message: str, failures: Iterable[Failure]) -> None:
        """Note in one step that nothing of an input could be cleaned, why, and what failed in it."""
        self._note(source, stamp, "failed", "", {}, message, failures)

    def _note(
        self,
        source: str,
        stamp: Stamp,
        state: str,
        target: str,
        counts: Mapping[str, Any],
        error: str,
        failures: Iterable[Failure],
    ) -> None:
        name = kept_name(source)
        row = (name, *stamp, state, kept_name(target), json.dumps(counts, sort_keys=True), _unicode(error))
        with self._step():
            self._base.execute("DELETE FROM failures WHERE source = ?", (name,))
            self._base.execute("INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            self._base.executemany(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)",
                ((name, *failure._replace(message=_unicode(failure.message))) for failure in failures),
            )

    def keep_only(self, sources: Iterable[str]) -> None:
        """Forget the inputs that are no longer among those of the run."""
        with self._step():
            self._base.execute("CREATE TEMP TABLE kept (source TEXT PRIMARY KEY)")
            self._base.executemany(
                "INSERT OR IGNORE INTO kept VALUES (?)", ((kept_name(source),) for source in sources)
            )
            for table in ("inputs", "failures"):
                self._base.execute(f"DELETE FROM {table} WHERE source NOT IN (SELECT source FROM kept)")  # noqa: S608
            self._base.execute("DROP TABLE kept")

    def failures(self) -> Iterator[tuple[str, Failure]]:
        """Yield every failure with its source, in the order of the sources and of their records."""
        for source, *row in self._base.execute("SELECT * FROM failures ORDER BY source, position"):
            yield name_kept(source), Failure(*row)

    def together(self) -> "_Step":
        """Return a context in which all that is noted is written at once, or not at all."""
        return _Step(self._base)

    _step = together


@contextmanager
def ledger_in(folder: str) -> Iterator[tuple[Ledger, Callable[[], None]]]:
    """Open the ledger in an output folder; with it comes what is called now and then to have it renewed in a store.

    The first call renews it at once. Raises ReadError, WriteError, ConfigError; WriteError too where another run is at
    work in the folder.
    """
    if not is_remote(folder):
        with _alone(folder), Ledger(Path(folder)) as ledger:
            yield ledger, lambda: None
        return
    if is_web(folder):
        raise WriteError(f"{folder} is on the web, which is read and not written: give a folder or a store")
    far = joined(folder, NAME)
    with tempfile.TemporaryDirectory() as near:
        if storage.exists(far):
            with storage.open_stored(far) as stored, Path(near, NAME).open("wb") as stream:
                shutil.copyfileobj(stored, stream)
        with Ledger(Path(near), far) as ledger:
            sent = float("-inf")

            def send() -> None:
                ledger.copy_to(Path(near, "copy"))
                with Path(near, "copy").open("rb") as stream, storage.replacing(far) as stored:
                    shutil.copyfileobj(stream, stored)

            def renew() -> None:
                nonlocal sent
                if time.monotonic() - sent >= EVERY:
                    send()
                    sent = time.monotonic()

            try:
                yield ledger, renew
            finally:
                send()


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Hold a lock on a folder, which ends with the process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows knows no locks on folders
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WriteError(f"another run is at work in {folder}: wait for it, or give another folder") from None
        except OSError:
            pass  # some file systems of networks know no locks
        yield
    finally:
        os.close(descriptor)


def _unicode(message: str) -> str:
    return message.encode("utf-8", "backslashreplace").decode("utf-8")


class _Step:
    """All that is done within it is written, or nothing."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        self._outer = self._base.in_transaction
        if not self._outer:
            self._base.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if not self._outer:
            self._base.execute("ROLLBACK" if kind else "COMMIT")
