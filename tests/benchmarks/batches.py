"""Batches of synthetic news: the same texts as a folder, JSON Lines, packed JSON Lines and Parquet, and how they run.

The texts are paragraphs of the fixtures in seeded order, about 4,000 characters of clean prose, some of it with words
that are hard to tell from glue; one text in four has a dirty paragraph in it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import newsclean
from newsclean.readers import read
from tests.benchmarks.readme import table
from tests.cases import FIXTURES

COMMAND = [sys.executable, "-m", "newsclean"]
LENGTH = 22  # paragraphs of a text
HARD = 3  # paragraphs more, of the fixtures of glued_words
ROWS = 500  # of a row group of Parquet
CHUNK = 50  # texts that the plain pool is given at once
EVERY = 0.05  # seconds between two looks at the memory of the processes


@dataclass(frozen=True)
class Run:
    """A run of the command: wall time, and the largest resident memory of the parent and of a worker, in bytes."""

    seconds: float
    parent: int
    worker: int


class Paragraphs(NamedTuple):
    """Paragraphs of the fixtures: clean, clean and written to mislead `glued_words`, and dirty."""

    clean: list[str]
    hard: list[str]
    dirty: list[str]


def paragraphs() -> Paragraphs:
    """Return the paragraphs of the fixtures, each once."""
    clean: set[str] = set()
    hard: set[str] = set()
    dirty: set[str] = set()
    for case in sorted(path.parent for path in FIXTURES.glob("*/*/dirty.txt")):
        found = _split(case / "dirty.txt")
        kept = _split(case / "clean.txt") if (case / "clean.txt").exists() else found
        prose = {text for text in kept if _is_prose(text)}
        if case.parent.name == "glued_words":
            hard |= prose
        else:
            clean |= prose
        dirty |= found - kept
    return Paragraphs(sorted(clean), sorted(hard), sorted(dirty))


def _is_prose(paragraph: str) -> bool:
    return len(paragraph) > 100 and "\n" not in paragraph and paragraph.endswith(".") and "<" not in paragraph


def _split(path: Path) -> set[str]:
    text = path.read_bytes().decode("utf-8", "replace")
    # What a file of text may not hold would tell the folder from the others.
    found = {each.strip() for each in text.replace("\r", "").split("\n\n")}
    return {each for each in found if 0 < len(each) < 2000 and "\0" not in each and "\ufffd" not in each}


def texts(seed: int = 0) -> Iterator[str]:
    """Yield texts without end."""
    chance = random.Random(seed)  # noqa: S311
    found = paragraphs()
    while True:
        chosen = [*chance.sample(found.clean, LENGTH), *chance.sample(found.hard, HARD)]
        chance.shuffle(chosen)
        if chance.random() < 0.25:
            chosen[chance.randrange(len(chosen))] = chance.choice(found.dirty)
        text = "\n\n".join(chosen) + "\n"
        if read(text.encode()).text == text:  # and is not taken for a page
            yield text


def sized(size: int, found: Iterable[str]) -> list[str]:
    """Return the first texts, of `size` bytes together."""
    chosen = []
    for text in found:
        chosen.append(text)
        size -= len(text.encode())
        if size <= 0:
            break
    return chosen


def write_folder(articles: Sequence[str], place: Path) -> None:
    for number, text in enumerate(articles):
        path = place / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def read_folder(place: Path) -> list[str]:
    return [path.read_bytes().decode() for path in sorted(place.rglob("*.txt"))]


def write_lines(articles: Sequence[str], place: Path) -> None:
    place.mkdir(parents=True)
    with (place / "news.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(_lines(articles))


def _lines(articles: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(articles):
        yield json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n"


def read_lines(place: Path) -> list[str]:
    with (place / "news.jsonl").open(encoding="utf-8") as stream:
        return [json.loads(line)["text"] for line in stream]


def write_packed(articles: Sequence[str], place: Path) -> None:
    place.mkdir(parents=True)
    with gzip.open(place / "news.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(_lines(articles))


def read_packed(place: Path) -> list[str]:
    with gzip.open(place / "news.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line)["text"] for line in stream]


def write_parquet(articles: Sequence[str], place: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    place.mkdir(parents=True)
    pq.write_table(
        pa.table({"id": range(len(articles)), "text": articles}), place / "news.parquet", row_group_size=ROWS
    )


def read_parquet(place: Path) -> list[str]:
    import pyarrow.parquet as pq

    found: list[str] = pq.read_table(place / "news.parquet")["text"].to_pylist()
    return found


FORMS: Mapping[str, tuple[Callable[[Sequence[str], Path], None], Callable[[Path], list[str]]]] = {
    "folder of texts": (write_folder, read_folder),
    "JSON Lines": (write_lines, read_lines),
    "JSON Lines, .gz": (write_packed, read_packed),
    "Parquet": (write_parquet, read_parquet),
}


def measured(command: Sequence[str]) -> Run:
    """Run a command and watch it."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks: dict[int, int] = {}
    watcher = threading.Thread(target=_watch, args=(process, peaks))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    watcher.join()
    if code not in {0, 1}:
        raise RuntimeError(f"{command} ended with {code}")
    return Run(seconds, peaks.pop(process.pid, 0), max(peaks.values(), default=0))


def _watch(process: subprocess.Popen[bytes], peaks: dict[int, int]) -> None:
    while process.poll() is None:
        for number in [process.pid, *_children(process.pid)]:
            peaks[number] = max(peaks.get(number, 0), _peak(number))
        time.sleep(EVERY)


def _children(parent: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()]
    except OSError:
        return []


def _peak(number: int) -> int:
    """Return the most memory that a process has had in its hands, in bytes; 0 for one that is gone."""
    try:
        status = Path(f"/proc/{number}/status").read_text("ascii")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) << 10 if found else 0


def plain(source: Path, target: Path, jobs: int) -> float:
    """Return the seconds that a plain pool of processes takes to clean JSON Lines with the same function."""
    start = time.perf_counter()
    with (
        ProcessPoolExecutor(jobs) as pool,
        source.open(encoding="utf-8") as stream,
        target.open("w", encoding="utf-8") as out,
    ):
        # All chunks are out at once, as a user would have it; their order is kept.
        chunks = iter(lambda: list(islice(stream, CHUNK)), [])
        for lines in pool.map(_clean_lines, chunks):
            out.writelines(lines)
    return time.perf_counter() - start


def _clean_lines(lines: Sequence[str]) -> list[str]:
    rows = [json.loads(line) for line in lines]
    return [json.dumps({**row, "text": newsclean.clean(row["text"])}, ensure_ascii=False) + "\n" for row in rows]


HEADINGS = ("form", "jobs", "seconds", "MB/s", "times one job", "times a plain pool", "parent, MB", "worker, MB")


def batches(size: int, place: Path, jobs: Sequence[int], forms: Sequence[str], filters: str | None, rounds: int) -> str:
    """Clean `size` bytes in each form with each number of processes, and return the table of what that takes.

    Of several rounds, each with all numbers of processes one after another, the shortest time counts.
    """
    articles = sized(size, texts())
    total = sum(len(text.encode()) for text in articles) / 1e6
    rows = []
    outcomes = set()
    for form in forms:
        write, read_back = FORMS[form]
        write(articles, place / form)
        runs: dict[int, list[Run]] = {count: [] for count in jobs}
        pools: dict[int, list[float]] = {count: [] for count in jobs}
        for count in [*jobs] * rounds:
            target = place / f"{form} {count}"
            options = ["--jobs", str(count), "--quiet", "--force", *(["--select", filters] if filters else [])]
            runs[count].append(measured([*COMMAND, str(place / form), "-o", str(target), *options]))
            outcomes.add(_digest(read_back(target)))
            if form == "JSON Lines" and not filters:
                pools[count].append(plain(place / form / "news.jsonl", place / "plain.jsonl", count))
            print(form, count, runs[count][-1], *pools[count][-1:], file=sys.stderr, flush=True)
        first = min(run.seconds for run in runs[jobs[0]])
        for count, found in runs.items():
            seconds = min(run.seconds for run in found)
            ratio = f"{seconds / min(pools[count]):.2f}" if pools[count] else ""
            memory = (max(run.parent for run in found) / 1e6, max(run.worker for run in found) / 1e6)
            speed = (f"{seconds:.0f}", f"{total / seconds:.2f}", f"{first / seconds:.2f}", ratio)
            rows.append((form, str(count), *speed, *(f"{size:.0f}" for size in memory)))
    same = "The same clean texts came from all of them" if len(outcomes) == 1 else "THE CLEAN TEXTS ARE NOT THE SAME"
    chosen = f", with the filters {filters} alone" if filters else ""
    return (
        f"{table([HEADINGS, *rows])}\n\n"
        f"{len(articles):,} texts of {total:,.0f} MB, made of the paragraphs of the fixtures{chosen}. {same}.\n"
    )


def _digest(found: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


BROKEN = (
    b'{"id": 1\n', b"[1]\n", b"null\n", b'{"text": 7}\n', b'{"id": 2}\n', b'\xff\xfe{"text": "a"}\n',
    b'{"text": "a"} x\n', b'"text"\n', b'{"text": "un\n', b'{"text": ' + b"[" * 3000 + b"\n",
)  # fmt: skip


def broken(count: int, failures: int, place: Path, jobs: int) -> None:
    """Clean so many lines of JSON of which some are broken in ten ways, and print what became of them."""
    chance = random.Random(0)  # noqa: S311
    bad = {at: BROKEN[number % len(BROKEN)] for number, at in enumerate(chance.sample(range(count), failures))}
    source = place / "broken" / "news.jsonl"
    source.parent.mkdir()
    with source.open("wb") as stream:
        for at in range(count):
            text = f"The council met on day {at} and agreed on the plan."
            stream.write(bad.get(at) or json.dumps({"id": at, "text": text}).encode() + b"\n")
    target = place / "broken clean"
    run = measured([*COMMAND, str(source.parent), "-o", str(target), "--jobs", str(jobs), "--quiet"])
    with (target / "news.jsonl").open("rb") as stream:
        cleaned = [json.loads(line)["id"] for line in stream]
    with (target / "failed.jsonl").open("rb") as stream:
        failed = sum(1 for _ in stream)
    exact = cleaned == [at for at in range(count) if at not in bad]
    print(
        f"{count:,} lines of which {failures:,} are broken in ten ways: {len(cleaned):,} cleaned, each in its place: "
        f"{'yes' if exact else 'NO'}, {failed:,} in failed.jsonl, {run.seconds:.0f} s, "
        f"parent {run.parent / 1e6:.0f} MB, worker {run.worker / 1e6:.0f} MB"
    )
