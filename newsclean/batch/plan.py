"""Which files are cleaned, and where each one goes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from newsclean.batch.formats import format_of
from newsclean.batch.streams import is_packed
from newsclean.errors import WriteError
from newsclean.files import is_folder, is_inside
from newsclean.readers import HTML_SUFFIXES

SUFFIXES = (".txt", ".text", ".md", *HTML_SUFFIXES)  # of the files of one text or page

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
    """A file to clean, where the outcome goes, what format it is of, and whether it is packed."""

    source: Path
    target: Path
    format: str
    packed: bool


def is_document(name: str) -> bool:
    """Return whether a name is that of a file of one text or page."""
    return name.lower().endswith(SUFFIXES)


def is_input(name: str) -> bool:
    """Return whether a name is that of a file that can be cleaned."""
    return format_of(name) is not None


def files_in(
    folder: Path, failed: Failed, wanted: Callable[[str], bool] = is_document, choice: Choice = ALL
) -> Iterator[Path]:
    """Yield the files in a folder and those below it whose names are `wanted`, in order.

    Hidden files and folders are passed over, and so are links that lead out of the folder or to a folder, unless the
    choice is to follow them. `failed` is told of each folder and file that cannot be looked at.
    """
    seen = {os.path.realpath(folder)}
    for place, folders, names in os.walk(folder, onerror=failed, followlinks=choice.follow):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _is_new(Path(place, name), seen))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or not wanted(name) or not choice.wants(path.relative_to(folder).as_posix()):
                continue
            if _is_file(path, failed) and (choice.follow or not path.is_symlink() or is_inside(path, folder)):
                yield path


def _is_new(folder: Path, seen: set[str]) -> bool:
    """Whether a folder was not seen before; a link may lead back to one that is being walked."""
    if not folder.is_symlink():
        return True
    real = os.path.realpath(folder)
    new = real not in seen and not any(is_inside(each, real) for each in seen)
    seen.add(real)
    return new


def plan(inputs: Sequence[Path], output: Path, suffix: str, failed: Failed, choice: Choice = ALL) -> list[Task]:
    """Return what goes where: each file of a folder under the folder's tree, each single file under its own name.

    Texts and pages get the suffix; data keep their names, but for WARC, of which JSON Lines are made. A name that two
    files would share is refused unless their full names tell them apart (`a.html` and `a.txt` give `a.html.txt` and
    `a.txt`). Raises WriteError also where an output would lie among the inputs.
    """
    folders = [base for base in inputs if is_folder(base)]
    found = [
        (path, base)
        for base in inputs
        for path in (files_in(base, failed, is_input, choice) if base in folders else [base])
    ]
    relative = [path.relative_to(base) if base in folders else Path(path.name) for path, base in found]
    tasks = [
        Task(path, output / name, format_of(path.name) or "text", is_packed(path.name))
        for (path, _), name in zip(found, _distinct(relative, suffix), strict=True)
    ]
    _refuse_overlap(folders, tasks, output)
    return tasks


def _is_file(path: Path, failed: Failed) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        failed(error)
        return False


def _distinct(names: Sequence[Path], suffix: str) -> list[Path]:
    short = [_renamed(name, suffix) for name in names]
    counts = Counter(short)
    # The one whose name does not change keeps it; the others are told apart by their full names.
    full = [
        target if counts[target] == 1 or target == name else name.with_name(name.name + suffix)
        for name, target in zip(names, short, strict=True)
    ]
    for target, count in Counter(full).items():
        if count > 1:
            raise WriteError(f"{count} inputs would be written to {target}: clean them into folders of their own")
    return full


def _renamed(name: Path, suffix: str) -> Path:
    packing = name.suffix if is_packed(name.name) else ""
    bare = name.with_suffix("") if packing else name
    kind = format_of(name.name)
    if kind == "warc":
        return bare.with_name(bare.with_suffix("").name + ".jsonl" + packing)
    is_text_already = suffix == ".txt" and bare.suffix.lower() not in HTML_SUFFIXES
    if kind not in {None, "text", "html"} or is_text_already:
        return name
    return bare.with_name(bare.with_suffix("").name + suffix + packing)


def _refuse_overlap(folders: Iterable[Path], tasks: Iterable[Task], output: Path) -> None:
    places = {task.target.parent for task in tasks} | {output}
    for folder in folders:
        for place in places:
            if is_inside(place, folder):
                raise WriteError(f"the output {place} lies inside the input {folder}: give a folder outside it")
