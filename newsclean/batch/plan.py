"""Which files of a folder are cleaned, and where each one goes."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from newsclean.errors import WriteError
from newsclean.files import is_folder, is_inside
from newsclean.readers import HTML_SUFFIXES

SUFFIXES = (".txt", ".text", ".md", *HTML_SUFFIXES)  # of the files that a folder is searched for

Failed = Callable[[OSError], None]  # is told of what in a folder could not be looked at


class Task(NamedTuple):
    """A file to clean, and where the outcome goes."""

    source: Path
    target: Path


def files_in(folder: Path, failed: Failed) -> Iterator[Path]:
    """Yield the files of text and HTML in a folder and those below it, in order.

    Hidden files and folders are passed over, and so are links that lead out of the folder or to a folder. `failed` is
    told of each folder and file that cannot be looked at.
    """
    for place, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            if _is_file(path, failed) and (not path.is_symlink() or is_inside(path, folder)):
                yield path


def plan(inputs: Sequence[Path], output: Path, suffix: str, failed: Failed) -> list[Task]:
    """Return what goes where: each file of a folder under the folder's tree, each single file under its own name.

    A name that two files would share is refused unless their full names tell them apart (`a.html` and `a.txt` give
    `a.html.txt` and `a.txt`). Raises WriteError also where an output would lie among the inputs.
    """
    folders = [base for base in inputs if is_folder(base)]
    found = [(path, base) for base in inputs for path in (files_in(base, failed) if base in folders else [base])]
    relative = [path.relative_to(base) if base in folders else Path(path.name) for path, base in found]
    tasks = [Task(path, output / name) for (path, _), name in zip(found, _distinct(relative, suffix), strict=True)]
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
    is_text_already = suffix == ".txt" and name.suffix.lower() not in HTML_SUFFIXES
    return name if is_text_already else name.with_suffix(suffix)


def _refuse_overlap(folders: Iterable[Path], tasks: Iterable[Task], output: Path) -> None:
    places = {task.target.parent for task in tasks} | {output}
    for folder in folders:
        for place in places:
            if is_inside(place, folder):
                raise WriteError(f"the output {place} lies inside the input {folder}: give a folder outside it")
