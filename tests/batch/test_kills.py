"""Batches whose parent, workers or disk fail: nothing is lost or comes twice, and the ledger says what happened."""

import csv
import ctypes
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newsclean.batch.ledger import Ledger
from tests.batch.command import CLEAN, COMMAND, DIRTY, lines, rows_of, run, write_lines

pytestmark = pytest.mark.usefixtures("folder")

# What each poison does, and the reason that is told of it.
POISONS = {"POISON EXIT": "crashed", "POISON LOOP": "timeout", "POISON ERROR": "filter", "POISON MEMORY": "memory"}
POISONED = [DIRTY] * 40
for at, poison in zip((11, 23, 31, 37), POISONS, strict=True):
    POISONED[at] = f"{poison} here"
GOOD = [at for at in range(40) if "POISON" not in POISONED[at]]


def write_gzip(path: str) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write(rows_of(POISONED))


def read_gzip(path: str) -> list[tuple[int, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [(row["id"], row["text"]) for row in map(json.loads, stream)]


def write_csv(path: str) -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "text"), *enumerate(POISONED)])


def read_csv(path: str) -> list[tuple[int, str]]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return [(int(row["id"]), row["text"]) for row in csv.DictReader(stream)]


def write_json(path: str) -> None:
    articles = [{"id": at, "text": text} for at, text in enumerate(POISONED)]
    Path(path).write_text(json.dumps({"site": "The Harbour", "articles": articles, "é": 1}, indent=1), "utf-8")


def read_json(path: str) -> list[tuple[int, str]]:
    document = json.loads(Path(path).read_text("utf-8"))
    assert (list(document), document["é"]) == (["site", "articles", "é"], 1)
    return [(article["id"], article["text"]) for article in document["articles"]]


def write_parquet(path: str) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"id": range(40), "text": POISONED}), path, row_group_size=8)


def read_parquet(path: str) -> list[tuple[int, str]]:
    table = pytest.importorskip("pyarrow.parquet").read_table(path)
    return [(row["id"], row["text"]) for row in table.to_pylist()]


def place_of(failed: list[dict[str, object]], poison: str) -> str:
    return next(str(line["place"]) for line in failed if poison in str(line["raw"]))


_BAD = [at for at in range(40) if at not in GOOD]
_ENDS = [sum(text.count("\n") + 1 for text in POISONED[:at]) for at in _BAD]
PLACES = {
    ".jsonl": [f"line {at + 1}" for at in _BAD],
    ".gz": [f"line {at + 1}" for at in _BAD],
    ".csv": [f"line {lines_before + 2}" for lines_before in _ENDS],
    ".json": [f"record {at + 1}" for at in _BAD],
    ".parquet": [f"row {at + 1}" for at in _BAD],
}


@pytest.mark.parametrize(
    ("name", "write", "read"),
    [
        ("a.jsonl", lambda path: write_lines(path, POISONED), lambda path: [(r["id"], r["text"]) for r in lines(path)]),
        ("a.jsonl.gz", write_gzip, read_gzip),
        ("a.csv", write_csv, read_csv),
        ("a.json", write_json, read_json),
        ("a.parquet", write_parquet, read_parquet),
    ],
)
def test_poison_costs_the_one_record(
    name: str, write: Callable[[str], None], read: Callable[[str], list[tuple[int, str]]]
) -> None:
    Path("in").mkdir()
    write(f"in/{name}")
    done = run("in", "-o", "out", "--extend", "poison", "--timeout", "1", "--jobs", "2")
    assert done.returncode == 1
    assert read(f"out/{name}") == [(at, CLEAN) for at in GOOD]
    failed = lines("out/failed.jsonl")
    assert sorted(str(line["reason"]) for line in failed) == sorted(POISONS.values())
    assert all("POISON" in str(line["raw"]) for line in failed)
    assert sorted(place_of(failed, poison) for poison in POISONS) == sorted(PLACES[Path(name).suffix])
    with Ledger(Path("out")) as ledger:
        assert len(list(ledger.failures())) == 4
    assert not Path("out/.newsclean-parts").exists()


def test_poison_among_files_costs_the_one_file() -> None:
    Path("in").mkdir()
    for at, text in enumerate(POISONED):
        Path(f"in/{at}.txt").write_text(text, encoding="utf-8")
    done = run("in", "-o", "out", "--extend", "poison", "--timeout", "1", "--jobs", "2")
    assert done.returncode == 1
    assert {path.name: path.read_text("utf-8") for path in Path("out").glob("*.txt")} == {
        f"{at}.txt": CLEAN for at in GOOD
    }
    assert {str(line["reason"]) for line in lines("out/failed.jsonl")} == set(POISONS.values())


def test_an_input_of_poison_alone() -> None:
    write_lines("in/a.jsonl", ["POISON EXIT"])
    Path("in/b.csv").write_text("id,text\n1,POISON EXIT\n", encoding="utf-8")
    assert run("in", "-o", "out", "--extend", "poison").returncode == 2
    assert Path("out/a.jsonl").read_bytes() == b""
    assert Path("out/b.csv").read_text("utf-8") == "id,text,newsclean\n"
    assert [line["reason"] for line in lines("out/failed.jsonl")] == ["crashed", "crashed"]


def fill(folder: str) -> None:
    for number in range(3):
        write_lines(f"{folder}/{number}.jsonl", [f"{DIRTY}SLOWLY {number} {at}\n" for at in range(150)])
    with gzip.open(f"{folder}/packed.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(rows_of([f"{DIRTY}SLOWLY {at}\n" for at in range(150)]))
    for number in range(40):
        Path(f"{folder}/{number}.txt").write_text(f"{DIRTY}SLOWLY {number}\n", encoding="utf-8")


def outcome(folder: str) -> dict[str, bytes]:
    """What is in a folder, but for the ledger, which has the times of the run in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.name != "newsclean.ledger"
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run leaves that was never stopped."""
    place = tmp_path_factory.mktemp("whole")
    fill(str(place / "in"))
    assert run(str(place / "in"), "-o", str(place / "out"), "--quiet").returncode == 0
    return outcome(str(place / "out"))


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_and_resumed_ends_with_the_same_bytes(seed: int, whole: dict[str, bytes]) -> None:
    fill("in")
    command = [*COMMAND, "in", "-o", "out", "--jobs", "2", "--extend", "poison"]
    chance = random.Random(seed)  # noqa: S311
    for _ in range(5):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        half = outcome("out") if Path("out").exists() else {}
        assert {name: half[name] for name in half.keys() & whole.keys()}.items() <= whole.items()
    Path("out").mkdir(exist_ok=True)
    Path("out/.newsclean-0123456789abcdef.tmp").touch()  # what a kill leaves where it falls within a write
    assert run("in", "-o", "out", "--extend", "poison", "--resume").returncode == 0
    assert outcome("out") == whole


@pytest.mark.skipif(sys.platform != "linux", reason="there is no list of a process's children")
def test_workers_that_are_killed_cost_nothing(whole: dict[str, bytes]) -> None:
    fill("in")
    process = subprocess.Popen([*COMMAND, "in", "-o", "out", "--jobs", "2", "--extend", "poison", "--quiet"])
    killed = 0
    while process.poll() is None and killed < 4:
        time.sleep(0.5)
        for worker in workers(process.pid)[:1]:
            os.kill(worker, signal.SIGKILL)
            killed += 1
    assert process.wait(60) == 0
    assert killed
    assert outcome("out") == whole


def workers(parent: int) -> list[int]:
    """The workers of a process, and not the tracker of resources that Python starts beside them."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
    return [int(number) for number in children if b"spawn_main" in command_of(number)]


def command_of(number: str) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


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
    assert full.returncode == 2
    assert "cannot be written: File too large" in full.stderr
    assert not list(Path("out").rglob("a.jsonl*"))
    with Ledger(Path("out")) as ledger:
        assert [failure.reason for _, failure in ledger.failures()] == ["unwritable"]
    assert run("in", "-o", "out", "--quiet").returncode == 0
    assert run("in", "-o", "again", "--quiet").returncode == 0
    assert Path("out/a.jsonl").read_bytes() == Path("again/a.jsonl").read_bytes()


def obey_modes() -> None:
    """Give up root's right to write where the mode of a file or folder forbids it, from the next program on."""
    if os.geteuid() == 0:
        drop_from_bounding_set, dac_override = 24, 1
        ctypes.CDLL(None).prctl(drop_from_bounding_set, dac_override, 0, 0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="what root may do elsewhere cannot be given up")
def test_a_folder_that_becomes_read_only_half_way(whole: dict[str, bytes]) -> None:
    fill("in")
    command = [*COMMAND, "in", "-o", "out", "--jobs", "2", "--quiet", "--extend", "poison"]
    process = subprocess.Popen(command, preexec_fn=obey_modes, stderr=subprocess.PIPE, text=True)  # noqa: PLW1509 - no thread of ours runs
    while not list(Path("out").glob("*.txt")) and process.poll() is None:
        time.sleep(0.005)
    Path("out").chmod(0o555)
    _, said = process.communicate(timeout=60)
    assert process.returncode in {1, 2}
    assert "cannot be written: Permission denied" in said
    assert "Traceback" not in said
    half = outcome("out")
    assert {name: half[name] for name in half.keys() & whole.keys()}.items() <= whole.items()
    Path("out").chmod(0o777)
    assert subprocess.run(command, check=False).returncode == 0
    assert outcome("out") == whole
