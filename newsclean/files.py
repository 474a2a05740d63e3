"""Writing files so that nothing is lost: whole or not at all, and never over what is being read."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from newsclean.errors import WriteError

_TEMPORARY = ".newsclean-"
Identity = tuple[int, int]  # of a file on the disk, whatever path or link leads to it


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` once the block has ended well; otherwise nothing is left of it.

    A link is followed, so that what it points to is replaced. An existing file hands on its mode and its owner.
    Raises WriteError where the folder is missing or the file cannot be written.
    """
    with _reported(path):
        target = Path(os.path.realpath(path))
        if target.is_dir() or names_folder(path):
            raise WriteError(f"{path} is a folder, where a file is to be written")
        if Path(path).exists() and not Path(path).is_file():
            # A device or a pipe is written to; to put a file in its place would be no service. The real path of a
            # pipe that has a number and no name, such as /dev/fd/63, leads nowhere.
            with Path(path).open("wb") as stream:
                yield stream
            return
        if not target.parent.is_dir():
            raise WriteError(f"the folder {target.parent} is missing: make it first")
        if target.exists() and not os.access(target, os.W_OK):
            raise WriteError(f"{path} is read-only")
        with _beside(target) as stream:
            yield stream


def write(path: str | Path, data: bytes) -> None:
    """Write a whole file, or raise WriteError and leave what was there."""
    with replacing(path) as stream:
        stream.write(data)


def write_copy(path: Path, data: bytes) -> None:
    """Write a file that must not be there yet. Raises WriteError."""
    if os.path.lexists(path):
        raise WriteError(f"{path} exists already: move it, or give another --backup")
    write(path, data)


def make_folder(path: Path) -> None:
    """Make a folder, unless it is there; the one above it must be. Raises WriteError."""
    with _reported(path):
        if path.exists() and not path.is_dir():
            raise WriteError(f"{path} is a file, where a folder is to be written")
        if not path.absolute().parent.is_dir():
            raise WriteError(f"the folder {path.absolute().parent} is missing: make it first")
        path.mkdir(exist_ok=True)


def make_folders(path: Path) -> None:
    """Make a folder and those above it, where they are missing. Raises WriteError."""
    with _reported(path):
        path.mkdir(parents=True, exist_ok=True)


def identity(file: str | Path | int) -> Identity | None:
    """Return what tells a regular file from all others, through links of either kind, or None for anything else."""
    try:
        found = os.fstat(file) if isinstance(file, int) else Path(file).stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def names_folder(path: str | Path) -> bool:
    """Tell whether a path is that of a folder by how it ends, whether or not there is one."""
    return str(path).endswith(("/", os.sep))


def refuse_inputs(
    outputs: Iterable[str | Path | int],
    inputs: Iterable[str | Path | int],
    remedy: str = "give --in-place to write over it",
) -> None:
    """Raise WriteError, with the remedy, where an output is one of the inputs."""
    read = set(map(_known_by, inputs)) - {None}
    for output in outputs:
        if _known_by(output) in read:
            name = "standard output" if isinstance(output, int) else output
            raise WriteError(f"{name} is one of the inputs: {remedy}")


def _known_by(file: str | Path | int) -> Identity | str | None:
    """Return what tells a file from all others; one of a store elsewhere goes by its URL."""
    return file if isinstance(file, str) and "://" in file else identity(file)


def is_folder(path: str | Path) -> bool:
    """Tell whether a path leads to a folder; one that may not be looked at is taken for none."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def is_inside(path: str | Path, folder: str | Path) -> bool:
    """Tell whether a path, which need not exist, is the folder or lies in it, links followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def sweep(folder: str | Path) -> None:
    """Take away what a process that was killed left half-written in a folder."""
    with suppress(OSError):
        for path in Path(folder).glob(f"{_TEMPORARY}{'[0-9a-f]' * 16}.tmp"):
            path.unlink()


@contextmanager
def _beside(target: Path) -> Iterator[BinaryIO]:
    # The name is of a fixed length: that of the target may be the longest there can be.
    temporary = target.with_name(f"{_TEMPORARY}{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            _hand_on(target, descriptor)
            yield stream
            stream.flush()
            os.fsync(descriptor)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _hand_on(target: Path, descriptor: int) -> None:
    """Give the new file the mode and, where we may, the owner of the file that it replaces."""
    if not target.exists():
        return
    found = target.stat()
    if (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.fchown(descriptor, found.st_uid, found.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode))


@contextmanager
def _reported(path: str | Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror or error}") from None
