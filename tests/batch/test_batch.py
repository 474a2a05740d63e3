"""Batches as the command runs them: folders and data, killed and resumed, with poison among the records."""

import gzip
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsclean.batch import plan as planning
from newsclean.batch.ledger import Failure, Ledger, Stamp
from newsclean.batch.pool import Outcome
from newsclean.batch.runner import Heard, How, run_batch
from newsclean.batch.work import Options, ShardTask
from newsclean.config import Settings
from newsclean.errors import ReadError, WriteError
from tests.cases import FIXTURES

COMMAND = [sys.executable, "-m", "newsclean"]
ABOVE = "The storm hit the coast on Monday and cut off three villages, the mayor of Lakeside said."
DIRTY = f"{ABOVE}\n\nAdvertisement\n\nIt has moved on .\n"
CLEAN = f"{ABOVE}\n\nIt has moved on.\n"

POISON = '''
import os, time

def poison(document):
    """Do what a filter must not."""
    if "POISON EXIT" in document.text:
        os._exit(3)
    if "POISON LOOP" in document.text:
        while True:
            pass
    if "POISON ERROR" in document.text:
        raise KeyError("no such word")
    if "SLOWLY" in document.text:
        time.sleep(0.002)
    return []
'''


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, and an installed package that offers a filter which is poison."""
    package = tmp_path / "site"
    (package / "poison-1.0.dist-info").mkdir(parents=True)
    (package / "poison.py").write_text(POISON, encoding="utf-8")
    (package / "poison-1.0.dist-info" / "METADATA").write_text("Name: poison\nVersion: 1.0\n", encoding="utf-8")
    entry = "[newsclean.filters]\npoison = poison:poison\n"
    (package / "poison-1.0.dist-info" / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FIXTURES.parent), str(package)]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=120)


def lines(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def write_lines(path: str, texts: list[str]) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    rows = (json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts))
    Path(path).write_text("".join(rows), encoding="utf-8")


def test_a_folder_of_all_kinds() -> None:
    write_lines("in/a.jsonl", [DIRTY] * 30)
    Path("in/sub").mkdir()
    Path("in/sub/b.txt").write_text(DIRTY, encoding="utf-8")
    Path("in/c.csv").write_text(f'id,body\n1,"{DIRTY}"\n', encoding="utf-8")
    with gzip.open("in/d.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"content": DIRTY}) + "\n")
    done = run("in", "-o", "out", "--summary", "json", "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("out/sub/b.txt").read_text(encoding="utf-8") == CLEAN
    assert [line["text"] for line in lines("out/a.jsonl")] == [CLEAN] * 30
    assert [line["id"] for line in lines("out/a.jsonl")] == list(range(30))
    assert lines("out/a.jsonl")[0]["newsclean"] == {"advertisements": 1, "whitespace": 2}
    with gzip.open("out/d.jsonl.gz", "rt", encoding="utf-8") as stream:
        assert json.loads(stream.read())["content"] == CLEAN
    assert CLEAN in Path("out/c.csv").read_text(encoding="utf-8")
    told = json.loads(done.stdout)
    assert (told["documents"], told["changed"], told["failed"], told["inputs"]) == (33, 33, 0, 4)
    assert Path("out/failed.jsonl").read_bytes() == b""


def test_what_is_done_is_not_done_again() -> None:
    write_lines("in/a.jsonl", [DIRTY])
    write_lines("in/b.jsonl", [DIRTY, DIRTY])
    assert run("in", "-o", "out").returncode == 0
    before = Path("out/a.jsonl").stat().st_mtime_ns
    time.sleep(0.01)
    write_lines("in/b.jsonl", [DIRTY])
    told = json.loads(run("in", "-o", "out", "--summary", "json").stdout)
    assert (told["skipped"], told["documents"]) == (1, 1)
    assert Path("out/a.jsonl").stat().st_mtime_ns == before
    assert len(lines("out/b.jsonl")) == 1
    done = run("in", "-o", "out", "--glue", "strict")
    assert done.returncode == 2
    assert "is of a run with other settings: give another folder, or --force to do all again" in done.stderr
    assert (
        json.loads(run("in", "-o", "out", "--glue", "strict", "--force", "--summary", "json").stdout)["documents"] == 2
    )


def test_broken_records_go_to_the_list_of_failures_and_the_rest_goes_on() -> None:
    write_lines("in/a.jsonl", [DIRTY] * 100)
    rows = Path("in/a.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    broken = ['{"id": 1\n', "[1]\n", '{"id": 2}\n', "null\n", '{"text": 7}\n']
    for at, row in enumerate(broken):
        rows.insert(7 * at + 3, row)
    Path("in/a.jsonl").write_text("".join(rows), encoding="utf-8")
    done = run("in", "-o", "out")
    assert done.returncode == 1
    assert len(lines("out/a.jsonl")) == 100
    failed = lines("out/failed.jsonl")
    assert [line["raw"] for line in failed] == [row.rstrip("\n") for row in broken]
    assert [line["place"] for line in failed] == [f"line {7 * at + 4}" for at in range(5)]
    assert "5 of 105 documents failed" in done.stderr
    assert run("in", "-o", "out").returncode == 1
    assert run("in", "-o", "more", "--max-failures", "3").returncode == 2


def test_poison_costs_the_one_record() -> None:
    texts = [DIRTY] * 40
    texts[11], texts[23], texts[31] = "POISON EXIT here", "POISON LOOP here", "POISON ERROR here"
    write_lines("in/a.jsonl", texts)
    Path("in/b.txt").write_text("POISON EXIT too", encoding="utf-8")
    Path("in/c.txt").write_text(DIRTY, encoding="utf-8")
    done = run("in", "-o", "out", "--extend", "poison", "--timeout", "1", "--jobs", "2")
    assert done.returncode == 1
    assert [line["id"] for line in lines("out/a.jsonl")] == [at for at in range(40) if at not in {11, 23, 31}]
    assert Path("out/c.txt").read_text(encoding="utf-8") == CLEAN
    failed = {(line["source"], line["reason"]) for line in lines("out/failed.jsonl")}
    assert failed == {
        ("in/a.jsonl", "crashed"), ("in/a.jsonl", "timeout"), ("in/a.jsonl", "filter"), ("in/b.txt", "crashed"),
    }  # fmt: skip
    assert not Path("out/.newsclean-parts").exists()


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_and_resumed_ends_with_the_same_bytes(seed: int) -> None:
    for number in range(4):
        write_lines(f"in/{number}.jsonl", [f"{DIRTY}SLOWLY {number} {at}\n" for at in range(150)])
    for number in range(40):
        Path(f"in/{number}.txt").write_text(f"{DIRTY}SLOWLY {number}\n", encoding="utf-8")
    arguments = ["--extend", "poison", "--jobs", "2"]
    assert run("in", "-o", "whole", *arguments).returncode == 0
    chance = random.Random(seed)  # noqa: S311
    for _ in range(3):
        process = subprocess.Popen([*COMMAND, "in", "-o", "out", *arguments], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 2.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in Path("out").rglob("*.jsonl"):
            assert path.read_bytes() == (Path("whole") / path.relative_to("out")).read_bytes()
    Path("out").mkdir(exist_ok=True)
    Path("out/.newsclean-0123456789abcdef.tmp").touch()  # what a kill leaves where it falls within a write
    assert run("in", "-o", "out", *arguments).returncode == 0
    names = {path.relative_to("whole") for path in Path("whole").rglob("*") if path.is_file()}
    assert {path.relative_to("out") for path in Path("out").rglob("*") if path.is_file()} == names
    for name in names - {Path("newsclean.ledger")}:
        assert (Path("out") / name).read_bytes() == (Path("whole") / name).read_bytes()


def test_globs_choose_the_files_of_a_folder() -> None:
    for name in ("in/a.txt", "in/b.md", "in/old/a.txt", "in/.hidden/a.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(DIRTY, encoding="utf-8")
    assert run("in", "-o", "out", "--include", "*.txt", "--exclude", "old/*").returncode == 0
    assert {path.name for path in Path("out").rglob("*.txt")} == {"a.txt"}
    assert not Path("out/old").exists()


def test_links_are_followed_on_demand_and_never_in_a_loop() -> None:
    Path("other").mkdir()
    Path("other/o.txt").write_text(DIRTY, encoding="utf-8")
    Path("in").mkdir()
    Path("in/out").symlink_to("../other")
    Path("in/loop").symlink_to(".")
    assert run("in", "-o", "one").returncode == 0
    assert not list(Path("one").rglob("*.txt"))
    assert run("in", "-o", "two", "--follow-links").returncode == 0
    assert [path.relative_to("two").as_posix() for path in Path("two").rglob("*.txt")] == ["out/o.txt"]


class TestLedger:
    def test_what_it_keeps(self, tmp_path: Path) -> None:
        with Ledger(tmp_path) as ledger:
            ledger.agree("settings", "1", force=False)
            ledger.finish("a", Stamp(1, 2), "out/a", {"documents": 3}, [Failure(7, "line 8", "json", "broken", b"{")])
            ledger.fail("b", Stamp(3, 4), "unreadable", "gone")
        with Ledger(tmp_path) as ledger:
            assert [ledger.is_done(name, Stamp(1, 2)) for name in "ab"] == [True, False]
            assert [(source, failure.reason) for source, failure in ledger.failures()] == [
                ("a", "json"), ("b", "unreadable"),
            ]  # fmt: skip
            ledger.keep_only(["b"])
            assert [source for source, _ in ledger.failures()] == ["b"]

    def test_other_settings_are_refused(self, tmp_path: Path) -> None:
        with Ledger(tmp_path) as ledger:
            ledger.agree("settings", "1", force=False)
            for settings, version in (("others", "1"), ("settings", "2")):
                with pytest.raises(WriteError, match="--force"):
                    ledger.agree(settings, version, force=False)
            ledger.finish("a", Stamp(1, 2), "out/a", {}, [])
            ledger.agree("others", "1", force=True)
            assert not ledger.is_done("a", Stamp(1, 2))

    def test_a_step_that_breaks_leaves_what_was_there(self, tmp_path: Path) -> None:
        def breaks(ledger: Ledger) -> None:
            with ledger.together():
                ledger.fail("a", Stamp(1, 2), "x", "y")
                raise RuntimeError

        with Ledger(tmp_path) as ledger:
            ledger.finish("a", Stamp(1, 2), "out/a", {}, [])
            with pytest.raises(RuntimeError):
                breaks(ledger)
            assert ledger.is_done("a", Stamp(1, 2))

    def test_a_file_that_is_no_ledger(self, tmp_path: Path) -> None:
        (tmp_path / "newsclean.ledger").write_bytes(b"this is not a data base" * 100)
        with pytest.raises(ReadError, match="is no ledger"):
            Ledger(tmp_path)

    def test_its_tables_are_those_that_are_documented(self, tmp_path: Path) -> None:
        with Ledger(tmp_path):
            pass
        base = sqlite3.connect(tmp_path / "newsclean.ledger")
        assert {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} == {
            "run", "inputs", "failures",
        }  # fmt: skip
        base.close()


def test_a_large_file_is_cut_for_all_cores_and_a_small_one_is_not(folder: Path) -> None:
    write_lines("small.jsonl", [DIRTY] * 10)
    write_lines("large.jsonl", [DIRTY] * 8000)
    cut: list[ShardTask] = []

    def runner(tasks: Iterator[ShardTask], *_: object, **__: object) -> Iterator[Outcome[ShardTask, object]]:
        cut.extend(tasks)
        return iter(())

    names = ["small.jsonl", "large.jsonl"]
    plans = [planning.Task(folder / name, folder / "out" / name, "jsonl", packed=False) for name in names]
    heard = Heard(lambda _report: None, lambda _name, _why: None, lambda _progress: None)
    (folder / "out").mkdir()
    run_batch(plans, folder / "out", Options(Settings()), How(2, runner=runner), heard)
    size = Path("large.jsonl").stat().st_size
    counts = [sum(Path(task.shard.path).name == name for task in cut) for name in names]
    assert counts[0] == 1
    assert counts[1] >= size // (300 << 10) >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on the size of a file")
def test_a_disk_that_is_full_leaves_no_half_file_and_is_gone_on_from() -> None:
    import resource

    write_lines("in/a.jsonl", [f"{DIRTY}{number}" for number in range(4000)])
    full = subprocess.run(
        [*COMMAND, "in", "-o", "out", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400 << 10, resource.RLIM_INFINITY)),
    )
    assert full.returncode == 1
    assert "cannot be written: File too large" in full.stderr
    assert not list(Path("out").rglob("a.jsonl*"))
    with Ledger(Path("out")) as ledger:
        assert [failure.reason for _, failure in ledger.failures()] == ["unwritable"]
    assert run("in", "-o", "out", "--quiet").returncode == 0
    assert run("in", "-o", "again", "--quiet").returncode == 0
    assert Path("out/a.jsonl").read_bytes() == Path("again/a.jsonl").read_bytes()


def test_a_ledger_that_cannot_be_opened_is_not_called_broken(folder: Path) -> None:
    with pytest.raises(WriteError, match="cannot be written"):
        Ledger(folder / "none")
