"""Where files lie: in folders of this machine, or in stores elsewhere that fsspec reaches by a URL.

A path is a string here, since a URL is no `pathlib.Path`, and since there may be millions, for which that takes long.
What is asked of a store is what all of them can answer: the bytes of a file, its size, what tells whether it has
changed, the list of a folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from stat import S_ISREG
from types import ModuleType
from typing import Any, BinaryIO, NamedTuple, cast

from newsclean import files
from newsclean.errors import ConfigError, NewscleanError, ReadError, WriteError

BUFFER = 1 << 20  # bytes that are read from a store at once, at least
ONE_REQUEST = 4 << 20  # bytes that are written to a store in one request
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
# By which the stores tell that a file is no longer the one it was.
_MARKS = (
    "ETag", "etag", "LastModified", "Last-Modified", "last_modified", "updated", "mtime", "modified", "modify",
    "created", "md5Hash", "Content-MD5", "Digest",
)  # fmt: skip
STANDARD_INPUT = "-"


class Stamp(NamedTuple):
    """What tells whether a file is still the one it was: its size in bytes, and its time of change or the like.

    Where nothing tells it, `changed` is 0.
    """

    size: int
    changed: int


def need(module: str, extra: str) -> ModuleType:
    """Import a module that only some inputs need. Raises ConfigError, which says what to install, where it is missing.

    >>> need("no_such_module", "zstd")
    Traceback (most recent call last):
        ...
    newsclean.errors.ConfigError: no_such_module is missing: pip install 'newsclean[zstd]'
    """
    try:
        return import_module(module)
    except ImportError:
        raise ConfigError(f"{module.partition('.')[0]} is missing: pip install 'newsclean[{extra}]'") from None


def is_remote(path: str) -> bool:
    """Tell whether a path is a URL, which fsspec opens.

    >>> is_remote("s3://dumps/news.jsonl"), is_remote("/dumps/news.jsonl")
    (True, False)
    """
    return _URL.match(path) is not None


def is_web(path: str) -> bool:
    """Tell whether a path is the address of a page, or of a file, on the web."""
    return path.startswith(("http://", "https://"))


def plain(path: str) -> str:
    """Return a path of this machine as such, where it is written as a URL.

    >>> plain("file:///dumps/a.txt"), plain("s3://dumps/a.txt")
    ('/dumps/a.txt', 's3://dumps/a.txt')
    """
    return path.removeprefix("file://").removeprefix("local://")


def name_of(path: str) -> str:
    """Return the name of a file without its folders; what follows the path of a web address is no part of it.

    >>> name_of("s3://dumps/2026/news.jsonl"), name_of("https://a.org/b.txt?c=d.gz"), name_of("https://a.org/")
    ('news.jsonl', 'b.txt', 'a.org')
    """
    bare = re.split(r"[?#]", path)[0] if is_web(path) else path
    return bare.rstrip("/").rpartition("/")[2] if is_remote(path) else os.path.basename(path)  # noqa: PTH119


def joined(folder: str, relative: str) -> str:
    """Return the path of what lies in a folder.

    >>> joined("s3://dumps/", "2026/news.jsonl")
    's3://dumps/2026/news.jsonl'
    """
    return f"{folder.rstrip('/')}/{relative}" if is_remote(folder) else os.path.join(folder, relative)  # noqa: PTH118


def folder_of(path: str) -> str:
    """Return the folder that a file lies in.

    >>> folder_of("s3://dumps/2026/news.jsonl"), folder_of("news.jsonl")
    ('s3://dumps/2026', '.')
    """
    return path.rpartition("/")[0] if is_remote(path) else os.path.dirname(path) or "."  # noqa: PTH120


def stamp_of(path: str) -> Stamp:
    """Return the stamp of a file. Raises ReadError, ConfigError."""
    with reading(path):
        if is_remote(path):
            store, place = _store(path)
            return _stamp(store.info(place))
        found = Path(path).stat()
        return Stamp(found.st_size, found.st_mtime_ns)


def size_of(path: str) -> int | None:
    """Return how many bytes a file has as it is stored, or None where nobody says, as of a pipe.

    Raises ReadError, ConfigError.
    """
    with reading(path):
        if not is_remote(path):
            found = Path(path).stat()
            return found.st_size if S_ISREG(found.st_mode) else None
        store, place = _store(path)
        size = store.info(place).get("size")
        return None if size is None else int(size)


def exists(path: str) -> bool:
    """Tell whether there is such a file. Raises ReadError, ConfigError."""
    with reading(path):
        if is_remote(path):
            store, place = _store(path)
            return bool(store.exists(place))
        return Path(path).exists()


def is_folder(path: str) -> bool:
    """Tell whether a path is that of a folder that can be looked into. On the web there are none, but pages.

    Raises ReadError where a store does not answer, ConfigError.
    """
    if not is_remote(path):
        return files.is_folder(path)
    if is_web(path):
        return False
    with reading(path):
        store, place = _store(path)
        return bool(store.isdir(place))


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path, which need not exist, is the folder or lies in it, links followed.

    >>> is_inside("memory://a/b", "memory://a"), is_inside("memory://ab", "memory://a"), is_inside("a", "memory://a")
    (True, False, False)
    """
    if is_remote(path) != is_remote(folder):
        return False
    if not is_remote(path):
        return files.is_inside(path, folder)
    with reading(path):
        (store, place), (other, base) = _store(path), _store(folder)
    return type(store) is type(other) and f"{place.rstrip('/')}/".startswith(f"{base.rstrip('/')}/")


def listed(folder: str, failed: Callable[[OSError], None]) -> Iterator[tuple[str, str, Stamp]]:
    """Yield the files in a folder of a store and those below it: path, path in the folder, and stamp.

    `failed` is told of each folder that cannot be looked into. Raises ReadError, ConfigError.
    """
    with reading(folder):
        store, place = _store(folder)
        start = len(place.rstrip("/")) + 1

        def fail(error: OSError) -> None:
            failed(OSError(error.errno or 0, error.strerror or str(error), folder))

        for parent, _, found in store.walk(place, detail=True, on_error=fail):
            for name, info in found.items():
                if name:  # the folder itself has an empty one, where something was stored under its name
                    relative = f"{parent}/{name}"[start:]
                    yield joined(folder, relative), relative, _stamp(info)


@contextmanager
def open_stored(path: str) -> Iterator[BinaryIO]:
    """Open the bytes of a file as they are stored; they can be sought in. Raises ReadError, ConfigError."""
    with ExitStack() as stack:
        with reading(path):
            if is_remote(path):
                # The files of fsspec do not know how to read a line of limited length.
                store, place = _store(path)
                raw = stack.enter_context(store.open(place, "rb"))
                stream = stack.enter_context(io.BufferedReader(raw, BUFFER))
            else:
                stream = stack.enter_context(Path(path).open("rb"))
        yield cast(BinaryIO, stream)


def read_bytes(path: str, most: int | None = None) -> bytes:
    """Return what is in a file; of one with more than `most` bytes one more may be all that is read.

    Raises ReadError, ConfigError.
    """
    if is_remote(path) and not is_web(path):
        with reading(path):
            store, place = _store(path)
            return bytes(store.cat_file(place))  # one request, where a stream would take two
    with open_stored(path) as stream, reading(path):
        return stream.read(-1 if most is None else most + 1)


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` once the block has ended well; otherwise nothing is left of it.

    Raises WriteError, ConfigError.
    """
    with _replacing_far(path) if is_remote(path) else files.replacing(path) as stream:
        yield stream


def write(path: str, data: bytes) -> None:
    """Write a whole file, or raise WriteError and leave what was there."""
    with replacing(path) as stream:
        stream.write(data)


def make_folders(path: str) -> None:
    """Make a folder and those above it, where they are missing. Raises WriteError.

    In a store, a folder is there once there is a file in it.
    """
    if not is_remote(path):
        files.make_folders(Path(path))


def remove(path: str) -> None:
    """Take a file away, if it is there."""
    with suppress(FileNotFoundError, NewscleanError):
        if is_remote(path):
            with reading(path):
                store, place = _store(path)
                store.rm_file(place)
        else:
            Path(path).unlink()


def remove_folder(path: str) -> None:
    """Take a folder and all that is in it away, if it is there."""
    if not is_remote(path):
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(NewscleanError), reading(path):
        store, place = _store(path)
        store.rm(place, recursive=True)


def _store(path: str) -> tuple[Any, str]:
    # By the protocol alone: fsspec takes what stands behind :: in a name for the address of another file.
    protocol = path.partition("://")[0].lower()
    fsspec = need("fsspec", "remote")
    kind = fsspec.get_filesystem_class(protocol)
    return fsspec.filesystem(protocol, **kind._get_kwargs_from_urls(path)), str(kind._strip_protocol(path))


def _stamp(info: dict[str, Any]) -> Stamp:
    marks = [info.get(mark) for mark in _MARKS]
    size = int(info.get("size") or 0)
    if not any(marks):
        return Stamp(size, 0)
    # As many bits as a whole number of SQLite has.
    return Stamp(size, int.from_bytes(hashlib.sha256(repr(marks).encode()).digest()[:7], "big"))


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn what goes wrong where a file is read into ReadError, or ConfigError where a package is missing."""
    try:
        yield
    except NewscleanError:
        raise
    except ImportError as error:
        raise _missing(path, error) from None
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise ReadError(f"{path} cannot be opened: {error}") from None
    except Exception as error:
        if not is_remote(path):
            raise
        # Each store has errors of its own.
        raise ReadError(f"{path} cannot be read: {type(error).__name__}: {error}") from None


def _missing(path: str, error: ImportError) -> ConfigError:
    # fsspec asks for the package of a protocol only when it meets one.
    return ConfigError(f"{path} cannot be opened: {error}: pip install 'newsclean[remote]'")


@contextmanager
def _writing(path: str) -> Iterator[None]:
    try:
        yield
    except NewscleanError:
        raise
    except ImportError as error:
        raise _missing(path, error) from None
    except Exception as error:  # noqa: BLE001 - each store has errors of its own
        raise WriteError(f"{path} cannot be written: {error or type(error).__name__}") from None


class _Late(io.RawIOBase):
    """Keeps what is written until it is more than one request should bring, and opens the file only then."""

    def __init__(self, path: str, opened: Callable[[], BinaryIO]) -> None:
        self.path, self.opened, self.kept = path, opened, bytearray()
        self.stream: BinaryIO | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        with _writing(self.path):
            if self.stream:
                return self.stream.write(data)
            self.kept += data
            if len(self.kept) > ONE_REQUEST:
                self.stream = self.opened()
                self.stream.write(self.kept)
                self.kept.clear()
        return len(data)


@contextmanager
def _replacing_far(path: str) -> Iterator[BinaryIO]:
    with _writing(path):
        store, place = _store(path)
    stack = ExitStack()

    def opened() -> BinaryIO:
        stack.enter_context(store.transaction)  # nothing is there until all is
        return cast(BinaryIO, stack.enter_context(store.open(place, "wb")))

    late = _Late(path, opened)
    try:
        yield cast(BinaryIO, late)
    except BaseException:
        stack.__exit__(*sys.exc_info())
        raise
    with _writing(path):
        if not late.stream:
            store.pipe_file(place, bytes(late.kept))
        stack.close()
