"""The ledger of a batch: which inputs are done, with what settings, and what failed in them.

A SQLite file, `newsclean.ledger`, in the output folder, with three tables:

- `run`: key and value; `settings` is the hash of the settings, `version` that of newsclean.
- `inputs`: a row for each input: `source`, `size` in bytes, `changed` (its time of change in nanoseconds), `state`
  (`done`, `failed`), `target`, `counts` (JSON), `error`.
- `failures`: a row for each record that could not be cleaned: `source`, `position`, `place`, `reason`, `message`,
  `raw`.

One process writes it. What it says of an input is written in one step once its output is there, so that a run that is
killed at any moment leaves a ledger that is true.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.errors import ReadError, WriteError

NAME = "newsclean.ledger"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS inputs (
    source TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, state TEXT NOT NULL,
    target TEXT NOT NULL, counts TEXT NOT NULL, error TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    source TEXT NOT NULL, position INTEGER NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
    message TEXT NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (source, position));
"""


class Stamp(NamedTuple):
    """What tells whether an input is still the one that was cleaned: its size, and its time of change."""

    size: int
    changed: int


class Failure(NamedTuple):
    """A record that could not be cleaned. `position` sorts the failures of one input."""

    position: int
    place: str
    reason: str
    message: str
    raw: bytes


class Ledger:
    """The ledger in an output folder. Raises ReadError where the file is no ledger.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder)) as ledger:
    ...     ledger.finish("a.txt", Stamp(3, 1), "clean/a.txt", {"documents": 1}, [])
    ...     ledger.is_done("a.txt", Stamp(3, 1)), ledger.is_done("a.txt", Stamp(4, 2))
    (True, False)
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            self._base = sqlite3.connect(self.path, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=FULL")
            self._base.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            raise WriteError(f"{self.path} cannot be written: {error}") from None
        except sqlite3.DatabaseError as error:
            raise ReadError(f"{self.path}: this is no ledger of newsclean ({error}): move it away") from None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

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

    def is_done(self, source: str, stamp: Stamp) -> bool:
        """Return whether an input was cleaned as it is now, and nothing went wrong with it as a whole."""
        row = self._base.execute("SELECT size, changed, state FROM inputs WHERE source = ?", (source,)).fetchone()
        return bool(row == (*stamp, "done"))

    def finish(
        self, source: str, stamp: Stamp, target: str, counts: Mapping[str, Any], failures: Iterable[Failure]
    ) -> None:
        """Note in one step that an input is done, and what failed in it."""
        self._note(source, stamp, "done", target, counts, "", failures)

    def fail(self, source: str, stamp: Stamp, reason: str, message: str) -> None:
        """Note that nothing of an input could be cleaned, and why."""
        self._note(source, stamp, "failed", "", {}, message, [Failure(0, "", reason, message, b"")])

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
        row = (source, *stamp, state, target, json.dumps(counts, sort_keys=True), error)
        with self._step():
            self._base.execute("DELETE FROM failures WHERE source = ?", (source,))
            self._base.execute("INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            self._base.executemany(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)",
                ((source, *failure) for failure in failures),
            )

    def keep_only(self, sources: Sequence[str]) -> None:
        """Forget the inputs that are no longer among those of the run."""
        with self._step():
            self._base.execute("CREATE TEMP TABLE kept (source TEXT PRIMARY KEY)")
            self._base.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((source,) for source in sources))
            for table in ("inputs", "failures"):
                self._base.execute(f"DELETE FROM {table} WHERE source NOT IN (SELECT source FROM kept)")  # noqa: S608
            self._base.execute("DROP TABLE kept")

    def counts(self) -> Iterator[Mapping[str, Any]]:
        """Yield the counts of each input that is done."""
        for (counts,) in self._base.execute("SELECT counts FROM inputs WHERE state = 'done' ORDER BY source"):
            yield json.loads(counts)

    def failures(self) -> Iterator[tuple[str, Failure]]:
        """Yield every failure with its source, in the order of the sources and of their records."""
        for source, *row in self._base.execute("SELECT * FROM failures ORDER BY source, position"):
            yield source, Failure(*row)

    def together(self) -> "_Step":
        """Return a context in which all that is noted is written at once, or not at all."""
        return _Step(self._base)

    _step = together


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
