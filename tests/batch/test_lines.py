"""JSON Lines on a pipe, and as standard input of a batch."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from tests.batch.command import CLEAN, COMMAND, DIRTY, lines, rows_of, run, write_lines

pytestmark = pytest.mark.usefixtures("folder")


def texts(data: str) -> list[str]:
    return [json.loads(line)["text"] for line in data.splitlines()]


def test_a_line_in_a_line_out() -> None:
    done = run("--input", "jsonl", stdin=rows_of([DIRTY, "Fine.\n"]))
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 0, "text": CLEAN, "newsclean": {"advertisements": 1, "whitespace": 2}},
        {"id": 1, "text": "Fine.\n", "newsclean": {}},
    ]


def test_each_line_comes_before_the_next_is_fed() -> None:
    process = subprocess.Popen([*COMMAND, "--input", "jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    for number in range(3):
        process.stdin.write(rows_of([f"{DIRTY}{number}\n"]))
        process.stdin.flush()
        assert texts(process.stdout.readline()) == [f"{CLEAN}{number}\n"]
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


def test_files_of_lines_follow_one_another() -> None:
    write_lines("a.jsonl", [DIRTY])
    with gzip.open("b.ndjson.gz", "wt", encoding="utf-8") as stream:
        stream.write(rows_of(["Fine.\n"]))
    assert texts(run("a.jsonl", "b.ndjson.gz").stdout) == [CLEAN, "Fine.\n"]
    assert run("a.jsonl", "b.ndjson.gz", "-o", "c.jsonl.gz").returncode == 0
    with gzip.open("c.jsonl.gz", "rt", encoding="utf-8") as stream:
        assert texts(stream.read()) == [CLEAN, "Fine.\n"]


def test_lines_that_cannot_be_cleaned_are_named_and_left_out() -> None:
    rows = rows_of([DIRTY, "POISON ERROR", "POISON LOOP", DIRTY]) + "{\n"
    done = run("--input", "jsonl", "--extend", "poison", "--timeout", "1", stdin=rows)
    assert done.returncode == 1
    assert texts(done.stdout) == [CLEAN, CLEAN]
    assert done.stderr.splitlines()[:2] == [
        "newsclean: error: -: line 2: a filter failed: KeyError: 'no such word'",
        "newsclean: error: -: line 3: took longer than 1 s",
    ]
    assert "error: -: line 5: it is not JSON" in done.stderr
    assert "3 of 5 documents failed" in done.stderr
    assert run("--input", "jsonl", stdin="{\n").returncode == 2
    assert run("--input", "jsonl", "--max-failures", "1", stdin="{\n{\n" + rows_of([DIRTY])).returncode == 2
    assert run("--input", "jsonl", stdin="").returncode == 0


def test_the_field_and_the_record() -> None:
    row = json.dumps({"text": "as  it is", "story": DIRTY})
    done = run("--input", "jsonl", "--text-field", "story", "--record", stdin=row)
    found = json.loads(done.stdout)
    assert (found["text"], found["story"]) == ("as  it is", CLEAN)
    assert found["newsclean"]["changes"][0]["rule"] == "en.advertisements.mark"


def test_data_are_not_taken_for_text() -> None:
    write_lines("a.jsonl", [DIRTY])
    Path("b.csv").write_text("text\nStorm\n", encoding="utf-8")
    before = Path("a.jsonl").read_bytes()
    for arguments in (("--in-place", "a.jsonl"), ("--diff", "a.jsonl"), ("--check", "a.jsonl"), ("b.csv",)):
        done = run(*arguments)
        assert done.returncode == 2
        assert "this is data: give -o FOLDER/" in done.stderr
    assert Path("a.jsonl").read_bytes() == before
    assert "clean them apart" in run("a.jsonl", "b.csv").stderr
    assert run("--input", "text", "b.csv").stdout == "text\nStorm\n"


def test_standard_input_into_a_folder() -> None:
    rows = rows_of([f"{DIRTY}{at}\n" for at in range(6000)]) + "{\n"
    done = run("-", "--input", "jsonl", "-o", "out/", "--jobs", "2", "--summary", "json", stdin=rows)
    assert done.returncode == 1
    assert json.loads(done.stdout)["documents"] == 6000
    assert [line["text"] for line in lines("out/stdin.jsonl")] == [f"{CLEAN}{at}\n" for at in range(6000)]
    assert [line["id"] for line in lines("out/stdin.jsonl")] == list(range(6000))
    assert [(line["source"], line["place"], line["reason"]) for line in lines("out/failed.jsonl")] == [
        ("-", "line 6001", "json")
    ]
    again = run("-", "--input", "jsonl", "-o", "out/", "--summary", "json", stdin=rows_of(["New.\n"]))
    assert (again.returncode, json.loads(again.stdout)["documents"]) == (0, 1)
    assert [line["text"] for line in lines("out/stdin.jsonl")] == ["New.\n"]
    refused = run("-", "-o", "out/", stdin="text")
    assert refused.returncode == 2
    assert "or --input jsonl" in refused.stderr


def test_a_failed_read_leaves_the_file_that_was_there() -> None:
    write_lines("out.jsonl", ["Kept.\n"])
    before = Path("out.jsonl").read_bytes()
    done = run("missing.jsonl", "-o", "out.jsonl")
    assert done.returncode == 2
    assert done.stderr == "newsclean: error: missing.jsonl: cannot be read: No such file or directory\n"
    assert Path("out.jsonl").read_bytes() == before


def test_what_a_pipe_cannot_give_is_refused() -> None:
    for option in (("--format", "json"), ("--summary", "json")):
        done = run("--input", "jsonl", *option, stdin=rows_of([DIRTY]))
        assert done.returncode == 2
        assert "JSON Lines come out as JSON Lines" in done.stderr


def test_a_record_that_takes_too_much_memory() -> None:
    rows = rows_of([DIRTY, "POISON MEMORY", DIRTY])
    done = run("--input", "jsonl", "--extend", "poison", stdin=rows)
    assert texts(done.stdout) == [CLEAN, CLEAN]
    assert "line 2: it takes more memory than a worker may have" in done.stderr
