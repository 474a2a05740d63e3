"""Batches as the command runs them: folders and data, resumed."""

import csv
import gzip
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsclean.batch.plan import Plan
from newsclean.batch.pool import Outcome
from newsclean.batch.runner import Heard, How, run_batch
from newsclean.batch.work import Options, ShardTask
from newsclean.config import Settings
from tests.batch.command import ABOVE, CLEAN, COMMAND, DIRTY, lines, rows_of, run, write_lines

pytestmark = pytest.mark.usefixtures("folder")


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


def test_a_large_file_is_cut_for_all_cores_and_a_small_one_is_not(folder: Path) -> None:
    write_lines("small.jsonl", [DIRTY] * 10)
    write_lines("large.jsonl", [DIRTY] * 8000)
    cut: list[ShardTask] = []

    def runner(tasks: Iterator[ShardTask], *_: object, **__: object) -> Iterator[Outcome[ShardTask, object]]:
        cut.extend(tasks)
        return iter(())

    names = ["small.jsonl", "large.jsonl"]
    heard = Heard(lambda _report: None, lambda _name, _why: None, lambda _progress: None)
    (folder / "out").mkdir()
    with Plan(names, "out", ".txt", lambda _error: None) as plan:
        run_batch(plan, Options(Settings()), How(2, runner=runner), heard)
    size = Path("large.jsonl").stat().st_size
    counts = [sum(Path(task.shard.path).name == name for task in cut) for name in names]
    assert counts[0] == 1
    assert counts[1] >= size // (300 << 10) >= 3


def test_the_summary_for_people() -> None:
    write_lines("in/a.jsonl", [DIRTY] * 3)
    write_lines("in/b.jsonl", ["Fine.\n"])
    Path("in/c.txt").write_text("Advertisement\n", encoding="utf-8")
    said = run("in", "-o", "out").stderr.splitlines()
    assert said[0].startswith("newsclean: 5 documents cleaned, 3 changed, 3 words removed; ")
    assert said[0].endswith("/s")
    assert said[1:] == ["newsclean: edits: whitespace 6, advertisements 3"]
    assert run("in", "-o", "out", "--quiet").stderr == ""
    assert run("in", "-o", "out").stderr.splitlines()[1:] == ["newsclean: 3 of 3 inputs were done before"]


def test_the_summary_for_programs() -> None:
    write_lines("in/a.jsonl", [DIRTY, ".ad{display:none}\n"])
    Path("in/b.jsonl").write_text("{\n", encoding="utf-8")
    done = run("in", "-o", "out", "--summary", "json", "--select", "code,whitespace")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told.pop("seconds") > 0
    assert told.pop("bytes_per_second") > 0
    line_feeds = 3
    size = sum(path.stat().st_size for path in Path("in").iterdir()) - line_feeds
    assert told == {
        "documents": 2, "changed": 2, "emptied": 1, "bytes": size, "removed_words": 1, "failed": 1,
        "filters": {"code": 1, "whitespace": 1}, "inputs": 2, "skipped": 0, "failures": {"json": 1},
    }  # fmt: skip
    Path("empty").mkdir()
    nothing = run("empty", "-o", "none", "--summary", "json")
    assert json.loads(nothing.stdout)["inputs"] == 0
    assert "there is no file to clean" in nothing.stderr
    assert not list(Path("none").iterdir())


def test_every_format_has_the_same_clean_text(folder: Path) -> None:
    """What a record becomes hangs neither on the format nor on who stands beside it, nor on the number of workers."""
    texts = [f"{DIRTY}{at}\n" for at in range(300)]
    write_lines("in/a.jsonl", texts)
    with gzip.open("in/b.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(rows_of(texts))
    Path("in/c.json").write_text(json.dumps([{"text": text} for text in texts]), encoding="utf-8")
    with Path("in/d.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["text"], *([text] for text in texts)])
    for at, text in enumerate(texts):
        (folder / "in" / f"{at:03}.txt").write_text(text, encoding="utf-8")
    for jobs in ("1", "2"):
        out = Path(f"out{jobs}")
        assert run("in", "-o", str(out), "--jobs", jobs, "--quiet").returncode == 0
        wanted = [f"{CLEAN}{at}\n" for at in range(300)]
        assert [line["text"] for line in lines(str(out / "a.jsonl"))] == wanted
        with gzip.open(out / "b.jsonl.gz", "rt", encoding="utf-8") as stream:
            assert [json.loads(line)["text"] for line in stream] == wanted
        assert [article["text"] for article in json.loads((out / "c.json").read_text("utf-8"))] == wanted
        with (out / "d.csv").open(encoding="utf-8", newline="") as stream:
            assert [row["text"] for row in csv.DictReader(stream)] == wanted
        assert [path.read_text("utf-8") for path in sorted(out.glob("*.txt"))] == wanted


def test_an_input_with_the_name_of_a_file_of_ours_is_refused() -> None:
    write_lines("in/failed.jsonl", [DIRTY])
    done = run("in", "-o", "out")
    assert done.returncode == 2
    assert "failed.jsonl is what newsclean names a file of its own: rename the input" in done.stderr


def test_what_became_of_another_file_is_not_taken_for_done() -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text("The text.\n", encoding="utf-8")
    Path("in/a.html").write_text("<!doctype html><p>The page.</p>", encoding="utf-8")
    assert run("in", "-o", "out", "--quiet").returncode == 0
    Path("in/a.txt").unlink()
    assert run("in", "-o", "out", "--quiet").returncode == 0
    assert Path("out/a.txt").read_text("utf-8") == "The page.\n"


RULE = """
[[advertisements]]
id = "{id}"
why = "An advertisement of our harbour."
match = "line"
phrases = ["{phrase}"]
removes = ["{phrase}"]
keeps = ["{phrase} is what they said."]
"""


def test_rules_that_have_changed_are_other_settings() -> None:
    Path("r.toml").write_text(RULE.format(id="one", phrase="Harbour house rent"), encoding="utf-8")
    write_lines("in/a.jsonl", [f"{ABOVE}\n\nHarbour boat rent\n\n{ABOVE}\n"])
    command = ("in", "-o", "out", "--rules", "r.toml", "--quiet")
    assert run(*command).returncode == 0
    Path("r.toml").write_text(RULE.format(id="one", phrase="Harbour boat rent"), encoding="utf-8")
    assert "other settings" in run(*command).stderr
    assert run(*command, "--force").returncode == 0
    assert lines("out/a.jsonl")[0]["text"] == f"{ABOVE}\n\n{ABOVE}\n"


def test_force_makes_all_parts_again() -> None:
    write_lines("in/a.jsonl", [DIRTY])
    assert run("in", "-o", "out", "--quiet").returncode == 0
    parts = Path("out/.newsclean-parts")
    parts.mkdir()
    (parts / "left").write_text("by an earlier run")
    assert run("in", "-o", "out", "--quiet", "--force").returncode == 0
    assert not parts.exists()


def test_what_the_input_is_said_to_be_goes_before_its_name() -> None:
    Path("dump.txt").write_text(rows_of([DIRTY]), encoding="utf-8")
    assert run("dump.txt", "--input", "jsonl", "-o", "out/", "--quiet").returncode == 0
    assert lines("out/dump.txt")[0]["text"] == CLEAN


def test_failures_of_documents_keep_their_reasons_and_are_counted_once() -> None:
    Path("in").mkdir()
    Path("in/a.json").write_text('[{"id": 1}, {"id": 2}]', encoding="utf-8")
    Path("in/b.json").write_text("{bad", encoding="utf-8")
    Path("in/c.json").write_text("[]", encoding="utf-8")
    Path("in/d.txt").write_bytes(b"%PDF-1.7")
    done = run("in", "-o", "out", "--summary", "json")
    told = json.loads(done.stdout)
    assert (told["failed"], told["failures"]) == (4, {"json": 1, "no-text": 2, "unreadable": 1})
    assert [(line["source"], line["reason"], line["raw"]) for line in lines("out/failed.jsonl")] == [
        ("in/a.json", "no-text", '{"id": 1}'), ("in/a.json", "no-text", '{"id": 2}'),
        ("in/b.json", "json", "{bad"), ("in/d.txt", "unreadable", "%PDF-1.7"),
    ]  # fmt: skip
    assert Path("out/c.json").read_text("utf-8") == "[]"
    assert not Path("out/b.json").exists()


def test_what_is_thrown_away_is_not_counted_as_cleaned() -> None:
    with gzip.open("a.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(rows_of([f"{DIRTY}{number}" for number in range(9000)]))
    whole = Path("a.jsonl.gz").read_bytes()
    Path("a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    done = run("a.jsonl.gz", "-o", "out/", "--summary", "json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert (told["documents"], told["failed"], told["filters"], told["failures"]) == (0, 1, {}, {"unreadable": 1})
    assert "a.jsonl.gz: is cut off" in done.stderr


def test_too_many_failures_end_a_run_and_are_listed() -> None:
    Path("b.jsonl").write_text('{bad\n{bad\n{"text": "x"}\n', encoding="utf-8")
    for _ in range(2):
        done = run("b.jsonl", "-o", "out/", "--max-failures", "1")
        assert done.returncode == 2
        assert "2 records failed, which is more than --max-failures 1" in done.stderr
        assert len(lines("out/failed.jsonl")) <= 2
    assert run("none", "nowhere", "-o", "more/", "--max-failures", "0").stderr.count("error: n") == 1
    assert len(lines("more/failed.jsonl")) == 1
    assert run("b.jsonl", "-o", "out/", "--max-failures", "2").returncode == 1


def test_names_that_are_not_unicode(folder: Path) -> None:
    (folder / "in").mkdir()
    try:
        (folder / "in" / "\udcff.jsonl").write_text("{bad\n", encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes Unicode alone")
    assert run("in", "-o", "out").returncode == 2
    assert lines("out/failed.jsonl")[0]["source"] == "in/\udcff.jsonl"


def test_packed_files_that_would_share_a_name_stay_packed() -> None:
    Path("in").mkdir()
    for name in ("b.html.gz", "b.txt.gz"):
        with gzip.open(f"in/{name}", "wt", encoding="utf-8") as stream:
            stream.write("<!doctype html><p>Storm</p>" if "html" in name else "Storm\n")
    assert run("in", "-o", "out", "--quiet").returncode == 0
    for name in ("b.html.txt.gz", "b.txt.gz"):
        with gzip.open(f"out/{name}", "rt", encoding="utf-8") as stream:
            assert stream.read() == "Storm\n"


def test_an_address_of_this_machine_is_a_path(folder: Path) -> None:
    write_lines("in/a.jsonl", [DIRTY])
    inside = run(str(folder / "in"), "-o", f"file://{folder}/in/out")
    assert "lies inside the input" in inside.stderr
    over = run("in/a.jsonl", "-o", f"file://{folder}/in/a.jsonl")
    assert "is one of the inputs" in over.stderr
    assert run(f"file://{folder}/in", "-o", f"file://{folder}/new/", "--quiet").returncode == 0
    assert lines("new/a.jsonl")[0]["text"] == CLEAN


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_with_a_name(folder: Path) -> None:
    os.mkfifo(folder / "p.jsonl")
    for text in ("One.\n", "Two.\n"):
        batch = subprocess.Popen([*COMMAND, "p.jsonl", "-o", "out/", "--quiet"])
        (folder / "p.jsonl").write_text(rows_of([text]), encoding="utf-8")
        assert batch.wait(60) == 0
        assert [line["text"] for line in lines("out/p.jsonl")] == [text]
