import os
from pathlib import Path

import pytest

from newsclean.batch.plan import files_in, plan
from newsclean.errors import WriteError


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def fail(error: OSError) -> None:
    raise error


def planned(inputs: list[Path], output: Path, suffix: str = ".txt") -> dict[str, str]:
    return {task.source.name: task.target.relative_to(output).as_posix() for task in plan(inputs, output, suffix, fail)}


def test_files_in_a_folder(tmp_path: Path) -> None:
    folder = fill(
        tmp_path / "in",
        "b.txt",
        "a.TXT",
        "c.md",
        "d/e.html",
        "d/f.htm",
        "d/g.text",
        "d/h.xhtml",
        "h.pdf",
        "i",
        ".j.txt",
        ".k/l.txt",
    )
    found = [path.relative_to(folder).as_posix() for path in files_in(folder, fail)]
    assert found == ["a.TXT", "b.txt", "c.md", "d/e.html", "d/f.htm", "d/g.text", "d/h.xhtml"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, "secret.txt", "other/o.txt")
    folder = fill(tmp_path / "in", "a.txt", "sub/b.txt")
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "inner.txt").symlink_to("sub/b.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop").symlink_to(".")
    (folder / "other").symlink_to("../other")
    assert [path.name for path in files_in(folder, fail)] == ["a.txt", "inner.txt", "b.txt"]


def test_the_tree_is_mirrored(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.txt", "d/b.html", "d/c.md", "e.text")
    assert planned([folder], tmp_path / "out") == {
        "a.txt": "a.txt", "b.html": "d/b.txt", "c.md": "d/c.md", "e.text": "e.text",
    }  # fmt: skip
    assert set(planned([folder], tmp_path / "out", ".json").values()) == {"a.json", "d/b.json", "d/c.json", "e.json"}


def test_names_that_two_files_would_share(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.html", "a.htm", "a.txt", "b.html")
    assert planned([folder], tmp_path / "out") == {
        "a.htm": "a.htm.txt", "a.html": "a.html.txt", "a.txt": "a.txt", "b.html": "b.txt",
    }  # fmt: skip
    assert planned([folder], tmp_path / "out", ".json") == {
        "a.htm": "a.htm.json", "a.html": "a.html.json", "a.txt": "a.txt.json", "b.html": "b.json",
    }  # fmt: skip


def test_names_that_nothing_tells_apart(tmp_path: Path) -> None:
    one, two = fill(tmp_path / "one", "a.txt"), fill(tmp_path / "two", "a.txt")
    with pytest.raises(WriteError, match=r"2 inputs would be written to a\.txt"):
        plan([one, two], tmp_path / "out", ".txt", fail)
    folder = fill(tmp_path / "three", "a.html", "a.txt", "a.html.txt")
    with pytest.raises(WriteError, match=r"2 inputs would be written to a\.html\.txt"):
        plan([folder], tmp_path / "out", ".txt", fail)


def test_single_files_go_under_their_names(tmp_path: Path) -> None:
    folder = fill(tmp_path, "x/a.txt", "y/b.html", "z/c.log")
    files = [folder / "x/a.txt", folder / "y/b.html", folder / "z/c.log"]
    assert planned(files, tmp_path / "out") == {"a.txt": "a.txt", "b.html": "b.txt", "c.log": "c.log"}


def test_an_output_among_the_inputs(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.txt", "sub/b.txt")
    (tmp_path / "link").symlink_to("in/sub")
    for output in (folder, folder / "out", folder / "sub", tmp_path / "link"):
        with pytest.raises(WriteError, match="lies inside the input"):
            plan([folder], output, ".txt", fail)
    assert planned([folder], tmp_path / "in-clean") == {"a.txt": "a.txt", "b.txt": "sub/b.txt"}


def test_a_tree_that_would_fall_into_the_input(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "in/a.txt")
    with pytest.raises(WriteError, match="lies inside the input"):
        plan([folder], tmp_path, ".txt", fail)


def test_what_cannot_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "in", "a.txt", "b.txt", "locked/c.txt")
    scan, look = os.scandir, Path.is_file

    def scandir(path: str | Path) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    def is_file(path: Path) -> bool:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "is_file", is_file)
    failed: list[OSError] = []
    assert [path.name for path in files_in(folder, failed.append)] == ["a.txt"]
    assert [Path(error.filename).name for error in failed] == ["b.txt", "locked"]
