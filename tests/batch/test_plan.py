import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from newsclean.batch.plan import Choice, Plan, Task, files_in
from newsclean.errors import WriteError
from newsclean.storage import Stamp


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def fail(error: OSError) -> None:
    raise error


def planned(inputs: Iterable[Path], output: Path, suffix: str = ".txt") -> dict[str, str]:
    with Plan([str(path) for path in inputs], str(output), suffix, fail) as plan:
        return {Path(task.source).name: Path(task.target).relative_to(output).as_posix() for task in plan}


def found_in(folder: Path, choice: Choice = Choice()) -> list[str]:  # noqa: B008 - it cannot change
    return sorted(found.relative for found in files_in(str(folder), fail, choice=choice))


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
    assert found_in(folder) == ["a.TXT", "b.txt", "c.md", "d/e.html", "d/f.htm", "d/g.text", "d/h.xhtml"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, "secret.txt", "other/o.txt")
    folder = fill(tmp_path / "in", "a.txt", "sub/b.txt")
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "inner.txt").symlink_to("sub/b.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop").symlink_to(".")
    (folder / "other").symlink_to("../other")
    assert found_in(folder) == ["a.txt", "inner.txt", "sub/b.txt"]


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
        planned([one, two], tmp_path / "out")
    folder = fill(tmp_path / "three", "a.html", "a.txt", "a.html.txt")
    with pytest.raises(WriteError, match=r"2 inputs would be written to a\.html\.txt"):
        planned([folder], tmp_path / "out")


def test_single_files_go_under_their_names(tmp_path: Path) -> None:
    folder = fill(tmp_path, "x/a.txt", "y/b.html", "z/c.log")
    files = [folder / "x/a.txt", folder / "y/b.html", folder / "z/c.log"]
    assert planned(files, tmp_path / "out") == {"a.txt": "a.txt", "b.html": "b.txt", "c.log": "c.log"}


def test_an_output_among_the_inputs(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.txt", "sub/b.txt")
    (tmp_path / "link").symlink_to("in/sub")
    for output in (folder, folder / "out", folder / "sub", tmp_path / "link"):
        with pytest.raises(WriteError, match="lies inside the input"):
            planned([folder], output)
    assert planned([folder], tmp_path / "in-clean") == {"a.txt": "a.txt", "b.txt": "sub/b.txt"}


def test_a_tree_that_would_fall_into_the_input(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "in/a.txt")
    with pytest.raises(WriteError, match="lies inside the input"):
        planned([folder], tmp_path)


def test_what_cannot_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "in", "a.txt", "b.txt", "locked/c.txt")
    scan, look = os.scandir, Path.stat

    def scandir(path: str | Path) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    def stat(path: Path, **options: bool) -> os.stat_result:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **options)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "stat", stat)
    failed: list[OSError] = []
    with Plan([str(folder)], str(tmp_path / "out"), ".txt", failed.append) as plan:
        assert [(Path(task.source).name, task.error) for task in plan] == [
            ("a.txt", ""), ("b.txt", "this cannot be read: Permission denied"),
        ]  # fmt: skip
    assert [Path(error.filename).name for error in failed] == ["locked"]


def test_a_plan_says_what_there_is(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.txt", "sub/data.jsonl.gz", "page.html")
    with Plan([str(folder), "-"], str(tmp_path / "out"), ".txt", fail) as plan:
        tasks = list(plan)
        assert len(plan) == 4
        assert sorted(plan.sources()) == sorted(task.source for task in tasks)
        assert plan.size == sum(task.stamp.size for task in tasks) == len("a.txtsub/data.jsonl.gzpage.html")
        assert plan.folders() == {str(tmp_path / "out"), str(tmp_path / "out" / "sub")}
    assert tasks[0] == Task("-", str(tmp_path / "out" / "stdin.jsonl"), "jsonl", packed=False)
    assert [(task.format, task.packed) for task in tasks[1:]] == [("text", False), ("html", False), ("jsonl", True)]
    assert tasks[1].stamp.changed == (folder / "a.txt").stat().st_mtime_ns


def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.txt")
    try:
        (folder / "\udcff.html").write_text("b")
    except OSError:
        pytest.skip("the file system takes Unicode alone")
    assert planned([folder], tmp_path / "out") == {"a.txt": "a.txt", "\udcff.html": "\udcff.txt"}


def test_the_same_input_twice(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "sub/a.txt")
    with pytest.raises(WriteError, match=r"sub/a\.txt is among the inputs twice"):
        planned([folder, folder / "sub"], tmp_path / "out")


def test_an_output_that_is_an_input_under_another_name(tmp_path: Path) -> None:
    folder = fill(tmp_path / "in", "a.txt")
    fill(tmp_path / "out")
    (tmp_path / "out").mkdir()
    os.link(folder / "a.txt", tmp_path / "out" / "a.txt")
    with pytest.raises(WriteError, match="is one of the inputs"):
        planned([folder], tmp_path / "out")


def test_a_store_far_away() -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    for name in ("a.txt", "sub/b.jsonl", ".hidden/c.txt", "d.pdf", "sub/page.html"):
        store.pipe_file(f"/plan/in/{name}", b"text")
    with Plan(["memory://plan/in"], "memory://plan/out/", ".txt", fail) as plan:
        assert {task.source: task.target for task in plan} == {
            "memory://plan/in/a.txt": "memory://plan/out/a.txt",
            "memory://plan/in/sub/b.jsonl": "memory://plan/out/sub/b.jsonl",
            "memory://plan/in/sub/page.html": "memory://plan/out/sub/page.txt",
        }
        first = {task.source: task.stamp for task in plan}
    store.pipe_file("/plan/in/a.txt", b"TEXT")
    with Plan(["memory://plan/in/a.txt"], "memory://plan/out/", ".txt", fail) as plan:
        assert [task.stamp.size for task in plan] == [4]
        assert next(iter(plan)).stamp != first["memory://plan/in/a.txt"]
    for output in ("memory://plan/in/out", "memory://plan/in"):
        with pytest.raises(WriteError, match="lies inside the input"):
            Plan(["memory://plan/in"], output, ".txt", fail)
    with pytest.raises(WriteError, match="is one of the inputs"):
        Plan(["memory://plan/in/a.txt"], "memory://plan/in", ".txt", fail)
    with Plan(["memory://plan/in/none.txt"], "memory://plan/out", ".txt", fail) as plan:
        assert "cannot be read" in next(iter(plan)).error


def test_names_of_a_store_that_lead_out_of_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    names = ["good.txt", "../evil.txt", "sub/../../evil.txt", "sub//evil.txt", "./evil.txt", "nul\0.txt"]

    def listed(folder: str, _failed: object) -> Iterable[tuple[str, str, Stamp]]:
        return [(f"{folder}/{name}", name, Stamp(1, 1)) for name in names]

    monkeypatch.setattr("newsclean.storage.listed", listed)
    monkeypatch.setattr("newsclean.batch.plan.is_folder", lambda _path: True)
    failed: list[OSError] = []
    with Plan(["memory://evil"], "memory://out", ".txt", failed.append) as plan:
        assert [task.target for task in plan] == ["memory://out/good.txt"]
    assert [error.filename for error in failed] == [f"memory://evil/{name}" for name in names[1:]]
