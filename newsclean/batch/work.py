"""What a worker does: clean a part of an input, or some small files, and leave a part of the output.

All of it is done under another name and renamed, so that work that is done twice leaves one output.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from newsclean.batch.formats import read_records, write_part
from newsclean.batch.formats.common import RAW_KEPT, raw_of
from newsclean.batch.ledger import Failure
from newsclean.batch.names import is_packed, packing_of
from newsclean.batch.pool import time_limit
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import open_read, open_write
from newsclean.config import Settings
from newsclean.errors import NewscleanError, TimeLimitError, WriteError
from newsclean.pipeline import Pipeline, Result
from newsclean.readers import Source, read
from newsclean.render import renderer
from newsclean.run import make_pipeline, warnings_of
from newsclean.storage import Stamp, exists, folder_of, make_folders, open_stored, read_bytes, write

FAILURES = ".failures"  # behind the name of a part: what could not be cleaned of it
WRITERS = 4  # threads in which a worker writes small files
COUNTS = ".counts"  # behind the name of a part: what was done for it, which is there where the part is whole


@dataclass(frozen=True, slots=True)
class Options:
    """What the cleaning of a batch goes by. `timeout` is in seconds a record, None for none.

    `warc_as` is what the texts of WARC are written as, jsonl or parquet.
    """

    settings: Settings
    text_field: str | None = None
    record: bool = False
    timeout: float | None = 60.0
    limits: Limits = field(default_factory=Limits)
    warc_as: str = "jsonl"


@dataclass(frozen=True, slots=True)
class ShardTask:
    """The records `[low, high)` of a shard, all from `low` on where high is None, and where the part goes.

    The part is a file named `stem`, then the records, then `suffix`, which says how it is packed; `output` is what it
    is written as.
    """

    shard: Shard
    stem: str
    suffix: str
    output: str
    options: Options
    low: int = 0
    high: int | None = None
    weight: Fraction = Fraction(1)  # the share of the shard, by which it is known when all of it is done

    @property
    def key(self) -> str:
        """The name of the task."""
        return f"{self.shard.path}#{self.shard.number}:{self.low}-{'' if self.high is None else self.high}"

    def halves(self) -> tuple[ShardTask, ShardTask] | None:
        """Return the two halves of the task, or None where it is one record."""
        high = sum(1 for _ in _all_records(self)) if self.high is None else self.high
        if high - self.low < 2:
            return None
        middle = (self.low + high) // 2
        half = self.weight / 2
        return replace(self, high=middle, weight=half), replace(self, low=middle, high=high, weight=half)

    @property
    def part(self) -> str:
        """The path of the part."""
        whole = self.high is None and not self.low
        return f"{self.stem}{'' if whole else f'-{self.low}-{self.high}'}{self.suffix}"


@dataclass(frozen=True, slots=True)
class FileJob:
    """A file of one text or page, what tells its state, and where what becomes of it goes."""

    source: str
    stamp: Stamp
    target: str


@dataclass(frozen=True, slots=True)
class FilesTask:
    """Some small files: one task, since a message to a worker takes longer than cleaning a short text."""

    files: tuple[FileJob, ...]
    options: Options

    @property
    def key(self) -> str:
        """The name of the task."""
        return f"{self.files[0].source} and {len(self.files) - 1} more"

    def halves(self) -> tuple[FilesTask, FilesTask] | None:
        """Return the two halves of the task, or None where it is one file."""
        if len(self.files) < 2:
            return None
        middle = len(self.files) // 2
        return replace(self, files=self.files[:middle]), replace(self, files=self.files[middle:])


NUMBERS = ("documents", "changed", "emptied", "bytes", "removed_words", "failed")  # that are counted


@dataclass(slots=True)
class Counts:
    """What was done: documents, those changed or left without words, bytes read, words removed, edits by filter."""

    documents: int = 0
    changed: int = 0
    emptied: int = 0
    bytes: int = 0
    removed_words: int = 0
    failed: int = 0
    filters: Counter[str] = field(default_factory=Counter)

    def add_result(self, result: Result) -> None:
        """Count a cleaned document."""
        self.documents += 1
        self.changed += bool(result.changes)
        self.emptied += result.emptied
        self.removed_words += sum(len(hunk.before.split()) for hunk in result.hunks)
        self.filters.update(result.counts)

    def add(self, other: Counts, times: int = 1) -> None:
        """Add what was done elsewhere; -1 times takes it away again."""
        for name in NUMBERS:
            setattr(self, name, getattr(self, name) + times * getattr(other, name))
        for name, count in other.filters.items():
            self.filters[name] += times * count

    def shown(self) -> dict[str, Any]:
        """Return the counts as JSON has them."""
        filters = {name: count for name, count in sorted(self.filters.items()) if count}
        return {**{name: getattr(self, name) for name in NUMBERS}, "filters": filters}

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Counts:
        """Return counts that were shown."""
        return cls(**{**found, "filters": Counter(found["filters"])})


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: its counts, or why it could not be cleaned."""

    job: FileJob
    counts: Counts
    reason: str = ""
    message: str = ""
    raw: bytes = b""
    warnings: tuple[str, ...] = ()
    changes: int = 0


def do(task: ShardTask | FilesTask) -> Counts | list[FileReport]:
    """Clean what a task is about."""
    return _do_files(task) if isinstance(task, FilesTask) else _do_shard(task)


@lru_cache(maxsize=4)
def _pipeline(settings: Settings) -> Pipeline:
    return make_pipeline(settings)


def _do_files(task: FilesTask) -> list[FileReport]:
    # A disk takes its time to say that a small file is safe: the next one is cleaned meanwhile.
    with ThreadPoolExecutor(WRITERS) as writers:
        done = [_do_file(job, task.options, writers) for job in task.files]
        return [_written(report, writing) for report, writing in done]


def _do_file(job: FileJob, options: Options, writers: ThreadPoolExecutor) -> tuple[FileReport, Future[None] | None]:
    """Return what becomes of a file, and what writes it, where there is something to write."""
    counts = Counts(bytes=job.stamp.size)
    settings, most = options.settings, options.limits.record
    data = b""
    try:
        data = _content(job, options.limits)
        if len(data) > most:
            error = f"it is larger than {most} bytes"
            return FileReport(job, counts, "too-long", error, raw=data[:RAW_KEPT]), None
        kind = "auto" if settings.input == "jsonl" else settings.input
        name = job.source.removesuffix(packing_of(job.source))
        source = replace(read(data, name=name, encoding=settings.encoding, kind=kind), name=job.source)
        with time_limit(options.timeout):
            result = _pipeline(settings).run(source.text)
        clean = renderer(settings.format)(source, result).encode("utf-8", "surrogateescape")
    except Exception as error:  # noqa: BLE001 - whatever one file does, the others go on
        return FileReport(job, counts, *_told(error), raw=data[:RAW_KEPT]), None
    counts.add_result(result)
    told = warnings_of(source, result)
    report = FileReport(job, counts, raw=data[:RAW_KEPT], warnings=told, changes=len(result.changes))
    return report, writers.submit(_write, job.target, clean)


def _write(path: str, data: bytes) -> None:
    make_folders(folder_of(path))
    with open_write(path) as stream:
        stream.write(data)


def _written(report: FileReport, writing: Future[None] | None) -> FileReport:
    """Return what became of a file once it is written, or could not be."""
    if writing is None:
        return report
    try:
        writing.result()
    except Exception as error:  # noqa: BLE001 - whatever one file does, the others go on
        return FileReport(report.job, Counts(bytes=report.job.stamp.size), *_told(error), raw=report.raw)
    return replace(report, raw=b"")


def _content(job: FileJob, limits: Limits) -> bytes:
    """Return what is in a file, unpacked, and of one that is larger than a record may be the beginning."""
    if is_packed(job.source) or job.stamp.size > limits.record:
        with open_read(job.source, limits) as stream:
            return stream.read(limits.record + 1)
    return read_bytes(job.source, limits.record)


def _do_shard(task: ShardTask) -> Counts:
    counts = Counts()
    failures: list[Failure] = []
    options = task.options
    write_part(
        task.part,
        task.output,
        cleaned(records_of(task), options, counts, failures.append),
        shard=task.shard,
        text_field=options.text_field,
        encoding=options.settings.encoding,
        limits=options.limits,
    )
    lines = (json.dumps([*failure[:4], base64.b64encode(failure.raw).decode("ascii")]) + "\n" for failure in failures)
    write(task.part + FAILURES, "".join(lines).encode("utf-8"))
    # Last, since it says that the others are whole.
    write(task.part + COUNTS, json.dumps(counts.shown()).encode("utf-8"))
    return counts


def counts_of(part: str) -> Counts | None:
    """Return what an earlier run did for a part, or None where the part is not whole."""
    try:
        return Counts.read(json.loads(read_bytes(part + COUNTS))) if exists(part + COUNTS) else None
    except (ValueError, TypeError, KeyError):
        return None


def cleaned(
    records: Iterable[Record],
    options: Options,
    counts: Counts,
    failed: Callable[[Failure], None],
) -> Iterator[Cleaned]:
    """Yield what becomes of records, count it, and tell of failures."""
    pipeline = _pipeline(options.settings)
    for record in records:
        counts.bytes += len(record.raw or (record.text or "").encode("utf-8", "surrogatepass"))
        if record.text is None:
            counts.failed += 1
            failed(Failure(record.number, record.place, record.reason, record.error, record.raw))
            continue
        try:
            with time_limit(options.timeout):
                result = pipeline.run(record.text)
        except Exception as error:  # noqa: BLE001 - whatever one record does, the others go on
            counts.failed += 1
            failed(Failure(record.number, record.place, *_told(error), raw_of(record)))
            continue
        counts.add_result(result)
        yield Cleaned(record, result.text, _note(record, result, whole=options.record))


def records_of(task: ShardTask) -> Iterator[Record]:
    """Yield the records of a task."""
    for record in _all_records(task):
        if task.high is not None and record.number >= task.high:
            return
        if record.number >= task.low:
            yield record


def _all_records(task: ShardTask) -> Iterator[Record]:
    """Yield the records of the shard of a task: what breaks the cleaning of one need not break its reading."""
    return read_records(
        task.shard,
        text_field=task.options.text_field,
        encoding=task.options.settings.encoding,
        limits=task.options.limits,
    )


def _note(record: Record, result: Result, *, whole: bool) -> Mapping[str, Any]:
    if not whole:
        return result.counts
    from newsclean.readers import Encoding
    from newsclean.render.record import record as to_record

    return to_record(Source(result.original, record.place, "text", Encoding("utf-8", bom=False)), result)


def reason_of(error: NewscleanError) -> str:
    """Return a word for counts for what is wrong with an input, or with the place of its output."""
    return "unwritable" if isinstance(error, WriteError) else "unreadable"


def _told(error: Exception) -> tuple[str, str]:
    """Return a word for counts and a sentence for people."""
    if isinstance(error, TimeLimitError):
        return "timeout", str(error)
    if isinstance(error, MemoryError):
        return "memory", "it takes more memory than a worker may have"
    if isinstance(error, NewscleanError):
        return reason_of(error), str(error)
    return "filter", f"a filter failed: {type(error).__name__}: {error}"


def failures_of(part: str, base: int) -> Iterator[Failure]:
    """Yield what could not be cleaned of a part; `base` is added to the positions, so that they sort in the input."""
    with open_stored(part + FAILURES) as lines:
        for line in lines:
            position, place, reason, message, raw = json.loads(line)
            yield Failure(base + position, place, reason, message, base64.b64decode(raw))
