"""Which files are cleaned, and where each one goes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import dirname, splitext
from stat import S_ISREG
from typing import NamedTuple, Self

from newsclean import storage
from newsclean.batch.ledger import FAILED, NAME, kept_name, name_kept
from newsclean.batch.names import FORMATS, format_of, is_packed
from newsclean.errors import NewscleanError, WriteError
from newsclean.files import Identity, identity, is_inside
from newsclean.storage import STANDARD_INPUT, Stamp, is_folder, is_remote, is_web, joined, name_of

SUFFIXES = (*FORMATS["text"], *FORMATS["html"])  # of the files of one text or page
STANDARD_NAME = "stdin.jsonl"  # under which what came on standard input is written

Failed = Callable[[OSError], None]  # is told of what in a folder could not be looked at


class Choice(NamedTuple):
    """Which files of a folder are wanted: those that one of `include` fits, where there are any, and none of `exclude`.

    The patterns are globs of a file's name, or of its path in the folder where they hold a slash. With `follow` links
    that lead out of the folder are followed, each folder once.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    follow: bool = False

    def wants(self, path: str) -> bool:
        """Return whether the file of this path in the folder is wanted.

        >>> Choice(("*.txt",), ("old/*",)).wants("new/a.txt"), Choice(("*.txt",), ("old/*",)).wants("old/a.txt")
        (True, False)
        """
        fits = [any(_fits(path, pattern) for pattern in patterns) for patterns in (self.include, self.exclude)]
        return (fits[0] or not self.include) and not fits[1]


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path if "/" in pattern else path.rpartition("/")[2], pattern)


ALL = Choice()


class Task(NamedTuple):
    """A file to clean, where the outcome goes, what format it is of, and whether it is packed.

    `error` says why nothing can be known of the file.
    """

    source: str
    target: str
    format: str
    packed: bool
    stamp: Stamp = Stamp(0, 0)
    error: str = ""


class Found(NamedTuple):
    """A file in a folder: its path, its path in the folder with slashes, and its stamp where the list has it."""

    path: str
    relative: str
    stamp: Stamp | None = None


def is_document(name: str) -> bool:
    """Return whether a name is that of a file of one text or page."""
    return name.lower().endswith(SUFFIXES)


def is_input(name: str) -> bool:
    """Return whether a name is that of a file that can be cleaned."""
    return format_of(name) is not None


def files_in(
    folder: str, failed: Failed, wanted: Callable[[str], bool] = is_document, choice: Choice = ALL
) -> Iterator[Found]:
    """Yield the files in a folder and those below it whose names are `wanted`, in no order.

    Hidden files and folders are passed over, and so are links that lead out of the folder or to a folder, unless the
    choice is to follow them. `failed` is told of each folder and file that cannot be looked at. Raises ReadError,
    ConfigError for a folder of a store.
    """
    for found in _stored(folder, failed) if is_remote(folder) else _walked(folder, failed, follow=choice.follow):
        if wanted(name_of(found.relative)) and choice.wants(found.relative):
            yield found


def _stored(folder: str, failed: Failed) -> Iterator[Found]:
    for path, relative, stamp in storage.listed(folder, failed):
        parts = relative.split("/")
        # Nothing keeps a store from names that would lead out of a folder.
        if {"", ".", ".."} & set(parts) or "\0" in relative or (os.sep != "/" and os.sep in relative):
            failed(OSError(0, "its name is that of no file in a folder", path))
        elif not any(part.startswith(".") for part in parts):
            yield Found(path, relative, stamp)


def _walked(folder: str, failed: Failed, *, follow: bool) -> Iterator[Found]:
    seen = {os.path.realpath(folder)}
    waiting = [""]
    while waiting:
        place = waiting.pop()
        try:
            entries = os.scandir(Path(folder, place))
        except OSError as error:
            failed(error)
            continue
        with entries:
            for entry in entries:
                relative = f"{place}/{entry.name}" if place else entry.name
                kind = None if entry.name.startswith(".") else _kind(entry, failed)
                if kind == "folder" and (not entry.is_symlink() or (follow and _is_new(entry.path, seen))):
                    waiting.append(relative)
                elif kind == "file" and (follow or not entry.is_symlink() or is_inside(entry.path, folder)):
                    yield Found(str(Path(folder, relative)), relative)


def _kind(entry: os.DirEntry[str], failed: Failed) -> str | None:
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else None
    except OSError as error:
        failed(error)
        return None


def _is_new(folder: str, seen: set[str]) -> bool:
    """Whether a linked folder was not seen before; it may lead back to one that is being walked."""
    real = os.path.realpath(folder)
    new = real not in seen and not any(is_inside(each, real) for each in seen)
    seen.add(real)
    return new


_File = tuple[str | None, str | None]  # the device and the number of a file on it
NO_FILE: _File = (None, None)


class Plan:
    """What goes where, in the order of the sources.

    Each file of a folder goes under the folder's tree, each single file under its own name.
    Texts and pages get the suffix; data keep their names, but for WARC, of which `warc_as` is made. A name that two
    files would share is refused unless their full names tell them apart (`a.html` and `a.txt` give `a.html.txt` and
    `a.txt`). `kind` is the format of the single files, whatever their names say. There may be millions of files, so
    that the plan is kept in a temporary file of SQLite.

    Raises WriteError where two outputs would be one, or one would lie among the inputs or take the place of one.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        output: str,
        suffix: str,
        failed: Failed,
        choice: Choice = ALL,
        kind: str | None = None,
        warc_as: str = "jsonl",
    ) -> None:
        self.output = output
        self._warc_suffix = f".{warc_as}"
        self._folders = {""}
        self._base = sqlite3.connect("", isolation_level=None)
        try:
            self._base.executescript(_SCHEMA)
            folders = [path for path in inputs if path != STANDARD_INPUT and is_folder(path)]
            self._fill(inputs, folders, failed, choice, suffix, kind)
            self._tell_apart()
            self._refuse_own_names()
            self._refuse_overlap(folders)
            self._refuse_inputs()
        except BaseException as error:
            self._base.close()
            if isinstance(error, sqlite3.Error):
                raise WriteError(f"the list of the inputs cannot be kept in a temporary file: {error}") from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def __len__(self) -> int:
        return int(self._base.execute("SELECT count(*) FROM tasks").fetchone()[0])

    def __iter__(self) -> Iterator[Task]:
        rows = self._base.execute(
            "SELECT source, target, format, packed, size, changed, error FROM tasks ORDER BY source"
        )
        for source, target, kind, packed, size, changed, error in rows:
            place = joined(self.output, name_kept(target))
            yield Task(name_kept(source), place, kind, bool(packed), Stamp(size, changed), error)

    @property
    def size(self) -> int:
        """The bytes of all that is to be cleaned, as they are stored."""
        return int(self._base.execute("SELECT coalesce(sum(size), 0) FROM tasks").fetchone()[0])

    def sources(self) -> Iterator[str]:
        """Yield the path of each input."""
        for (source,) in self._base.execute("SELECT source FROM tasks"):
            yield name_kept(source)

    def folders(self) -> set[str]:
        """Return the folders that the outputs go into."""
        return {joined(self.output, folder) if folder else self.output for folder in self._folders}

    def _fill(
        self,
        inputs: Sequence[str],
        folders: Sequence[str],
        failed: Failed,
        choice: Choice,
        suffix: str,
        kind: str | None,
    ) -> None:
        self._base.execute("BEGIN")
        for base in inputs:
            if base in folders:
                for found in files_in(base, failed, is_input, choice):
                    self._add(found, suffix, format_of(found.relative) or "text")
            elif base == STANDARD_INPUT:
                self._add(Found(base, STANDARD_NAME, Stamp(0, 0)), suffix, "jsonl")
            else:
                # What the web has under a name that says nothing is a page.
                self._add(
                    Found(base, name_of(base)), suffix, kind or format_of(base) or ("html" if is_web(base) else "text")
                )
        self._base.execute("COMMIT")

    def _add(self, found: Found, suffix: str, kind: str) -> None:
        suffix = self._warc_suffix if kind == "warc" else suffix
        short = _renamed(found.relative, suffix, kind)
        self._folders.add(dirname(short))
        # The one whose name does not change keeps it; the others are told apart by their full names.
        full = None if short == found.relative else kept_name(_renamed(found.relative, suffix, kind, whole=True))
        stamp, error, file = (found.stamp, "", NO_FILE) if found.stamp else _looked_at(found.path)
        names = (kept_name(found.path), kept_name(short), full)
        row = (*names, kind, is_packed(found.relative), *stamp, error, *file)
        try:
            self._base.execute("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            raise WriteError(f"{found.path} is among the inputs twice") from None

    def _tell_apart(self) -> None:
        shared = "SELECT target FROM tasks GROUP BY target HAVING count(*) > 1"
        self._base.execute("CREATE INDEX targets ON tasks (target)")
        self._base.execute(f"UPDATE tasks SET target = full WHERE full IS NOT NULL AND target IN ({shared})")  # noqa: S608
        found = self._base.execute(f"{shared} ORDER BY target").fetchone()
        if found:
            count = self._base.execute("SELECT count(*) FROM tasks WHERE target = ?", found).fetchone()[0]
            name = name_kept(found[0])
            raise WriteError(f"{count} inputs would be written to {name}: clean them into folders of their own")

    def _refuse_own_names(self) -> None:
        own = (FAILED, *(NAME + suffix for suffix in ("", "-wal", "-shm", "-journal")))
        for (target,) in self._base.execute(f"SELECT target FROM tasks WHERE target IN {own}"):  # noqa: S608
            raise WriteError(f"{target} is what newsclean names a file of its own: rename the input")

    def _refuse_overlap(self, folders: Iterable[str]) -> None:
        places = self.folders()
        for folder in folders:
            for place in places:
                if storage.is_inside(place, folder):
                    raise WriteError(f"the output {place} lies inside the input {folder}: give a folder outside it")

    def _refuse_inputs(self) -> None:
        """Raise WriteError where an output would take the place of an input, through links of either kind too."""
        if not is_remote(self.output) and not Path(self.output).exists():
            return
        self._base.execute("CREATE INDEX inodes ON tasks (inode)")
        with closing(self._base.cursor()) as look:
            for task in self:
                file = NO_FILE if is_remote(task.target) else _told(identity(task.target))
                look.execute(
                    "SELECT 1 FROM tasks WHERE source = ? OR (device = ? AND inode = ?)",
                    (kept_name(task.target), *file),
                )
                if look.fetchone():
                    raise WriteError(f"{task.target} is one of the inputs: give --in-place to write over it")


_SCHEMA = """
PRAGMA journal_mode = OFF;
CREATE TABLE tasks (
    source PRIMARY KEY, target NOT NULL, full, format TEXT, packed INTEGER, size INTEGER, changed INTEGER, error TEXT,
    device, inode);
"""


def _looked_at(path: str) -> tuple[Stamp, str, _File]:
    """Return the stamp of a file, or what is wrong with it, and what tells it from all others."""
    try:
        if is_remote(path):
            return storage.stamp_of(path), "", NO_FILE
        found = Path(path).stat()
    except NewscleanError as error:
        return Stamp(0, 0), str(error), NO_FILE
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return Stamp(0, 0), f"this cannot be read: {why}", NO_FILE
    if not S_ISREG(found.st_mode):
        return Stamp(0, 0), "", NO_FILE  # a pipe, of which nobody knows what comes
    return Stamp(found.st_size, found.st_mtime_ns), "", _told((found.st_dev, found.st_ino))


def _told(file: Identity | None) -> _File:
    # As text: the number of a file may be larger than a whole number of SQLite.
    return (str(file[0]), str(file[1])) if file else NO_FILE


def _renamed(name: str, suffix: str, kind: str, *, whole: bool = False) -> str:
    """Return the name of what a file becomes: with a new suffix, behind the `whole` name or in the place of its own."""
    if kind not in {"text", "html", "warc"} or (suffix == ".txt" and kind == "text" and not whole):
        return name
    packing = splitext(name)[1] if is_packed(name) else ""
    bare = name.removesuffix(packing)
    # Parquet packs what is in it by itself.
    return (bare if whole else splitext(bare)[0]) + suffix + (packing if suffix != ".parquet" else "")
