"""A batch: inputs to shards, shards to workers, parts to outputs, and a ledger of it all."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from io import BytesIO
from typing import Any, BinaryIO

from newsclean import __version__
from newsclean.batch.formats import join_parts, shards_of
from newsclean.batch.formats.common import RAW_KEPT, dumped, raw_of
from newsclean.batch.formats.jsonl import blocks
from newsclean.batch.ledger import FAILED, Failure, Ledger, ledger_in
from newsclean.batch.names import packing_of
from newsclean.batch.plan import Plan
from newsclean.batch.plan import Task as Planned
from newsclean.batch.pool import Outcome, run_tasks
from newsclean.batch.records import Shard
from newsclean.batch.work import (
    COUNTS,
    FAILURES,
    Counts,
    FileJob,
    FileReport,
    FilesTask,
    Options,
    ShardTask,
    counts_of,
    do,
    failures_of,
    reason_of,
    records_of,
)
from newsclean.errors import NewscleanError, ReadError, TooManyFailuresError, WriteError
from newsclean.files import sweep
from newsclean.filters import FILTERS, plugged_in
from newsclean.run import read_rules
from newsclean.storage import (
    STANDARD_INPUT,
    exists,
    folder_of,
    joined,
    make_folders,
    open_stored,
    remove,
    remove_folder,
    replacing,
)

_UNTOLD = ("crashed", "it came to nothing")
PARTS = ".newsclean-parts"  # a folder in the output folder, for what is not whole yet
SHARD = 8 << 20  # bytes of an input that one task cleans at most
SMALLEST = 256 << 10  # and at least, unless all of the input has fewer
SHARES = 64  # tasks that an input is cut into, where those two allow it
BLOCK = 1 << 20  # bytes that a shard holds at most which has its data with it
BUNDLE = 1 << 20  # bytes of small files that one task cleans at most
SMALLEST_BUNDLE = 32 << 10  # and at least, unless there are no more
MOST_FILES = 256  # in such a task

MEMORY = 2 << 30  # bytes of address space of a worker

Task = ShardTask | FilesTask
Runner = Callable[..., Iterator[Outcome[Any, Any]]]


@dataclass(frozen=True, slots=True)
class How:
    """How a batch is run: `jobs` workers of at most `memory` bytes; `max_failures` None means any number.

    `stdin` is what is read where standard input is among the inputs.
    """

    jobs: int | None
    force: bool = False
    max_failures: int | None = None
    memory: int | None = MEMORY
    runner: Runner = run_tasks
    stdin: BinaryIO = field(default_factory=BytesIO)


@dataclass(slots=True)
class Progress:
    """How far a batch is."""

    inputs: int = 0
    done_inputs: int = 0
    skipped: int = 0
    total_bytes: int = 0
    done_bytes: int = 0
    counts: Counts = field(default_factory=Counts)
    reasons: Counter[str] = field(default_factory=Counter)
    ever_failed: int = 0  # records, of earlier runs too


@dataclass(frozen=True, slots=True)
class Heard:
    """Who is told: of each small file, of each input that failed and why, and of the progress after each task."""

    report: Callable[[FileReport], None]
    fail: Callable[[str, str], None]
    progress: Callable[[Progress], None]


@dataclass(slots=True)
class _Input:
    """An input that is cut into shards, while it is being cleaned."""

    plan: Planned
    left: Fraction = Fraction(0)  # shards that are not done
    planned: bool = False  # whether all of its shards are known
    counts: Counts = field(default_factory=Counts)
    reasons: Counter[str] = field(default_factory=Counter)
    parts: list[tuple[int, int, str]] = field(default_factory=list)
    crashed: list[Failure] = field(default_factory=list)
    broken: NewscleanError | None = None


def run_batch(plan: Plan, options: Options, how: How, heard: Heard) -> Progress:
    """Clean what is planned into its folder, go on where an earlier run stopped, and return what was done.

    Raises WriteError where the folder has a ledger of other settings, or cannot be written any more,
    TooManyFailuresError where more records failed than `how` allows.
    """
    with ledger_in(plan.output) as (ledger, renew):
        try:
            settings = settings_hash(options)
            ledger.agree(settings, __version__, force=how.force)
            ledger.keep_only(plan.sources())
            renew()
            batch = _Batch(plan, options, settings, how, ledger, heard)
            if how.force:
                remove_folder(batch.parts)
            limits = {"jobs": how.jobs, "memory": how.memory, "task_timeout": _task_timeout(options)}
            try:
                for outcome in how.runner(batch.tasks(), do, **limits):
                    batch.take(outcome)
                    renew()
                    heard.progress(batch.progress)
                batch.tidy()
            finally:
                batch.write_failures()
        except sqlite3.DatabaseError as error:
            raise ledger.told(error) from None
        heard.progress(batch.progress)
        return batch.progress


def settings_hash(options: Options) -> str:
    """Return what is the same only for batches that give the same output for the same input."""
    settings = {key: value for key, value in asdict(options.settings).items() if key != "origins"}
    # What stands in files of rules and in packages of other people's filters may change under the same name.
    rules = map(repr, read_rules(options.settings.rules, ""))
    named = {*(options.settings.select or ()), *options.settings.extend} - FILTERS.keys()
    offered = plugged_in() if named else {}
    plugins = [(name, each.value, each.dist and each.dist.version) for name, each in offered.items() if name in named]
    told = {**settings, **{name: getattr(options, name) for name in ("text_field", "record", "warc_as")}}
    return hashlib.sha256(json.dumps([told, [*rules], plugins], sort_keys=True, default=list).encode()).hexdigest()


def _shard_size(size: int) -> int:
    # By the input alone and not by the number of workers: a run may go on with fewer than it began with.
    return min(SHARD, max(SMALLEST, size // SHARES))


def _task_timeout(options: Options) -> float | None:
    # A worker gives up a record by itself; this is for code that does not let it, and a task has many records.
    return None if options.timeout is None else 60 + 10 * options.timeout


class _Batch:
    def __init__(self, plan: Plan, options: Options, settings: str, how: How, ledger: Ledger, heard: Heard) -> None:
        self.reports = heard.report
        self.failed = heard.fail
        self.plan, self.options, self.how, self.ledger = plan, options, how, ledger
        self.settings = settings
        self.progress = Progress(inputs=len(plan), total_bytes=plan.size)
        self.open: dict[str, _Input] = {}
        self.parts = joined(plan.output, PARTS)
        self.keeps_parts = False
        self.run = os.urandom(16)

    def tasks(self) -> Iterator[Task]:
        """Yield what is to be done; what an earlier run did is taken over at once."""
        bundle: list[FileJob] = []
        most = min(BUNDLE, max(SMALLEST_BUNDLE, self.progress.total_bytes // (SHARES * (self.how.jobs or 1))))
        for plan in self.plan:
            if plan.error:
                self._fail(plan, ReadError(plan.error))
            elif self._is_done(plan):
                self.progress.skipped += 1
                self.progress.total_bytes -= plan.stamp.size
            elif plan.format in {"text", "html"}:
                bundle.append(FileJob(plan.source, plan.stamp, plan.target))
                if sum(job.stamp.size for job in bundle) > most or len(bundle) == MOST_FILES:
                    yield FilesTask(tuple(bundle), self.options)
                    bundle = []
            else:
                yield from self._shards(plan)
        if bundle:
            yield FilesTask(tuple(bundle), self.options)

    def _is_done(self, plan: Planned) -> bool:
        return self.ledger.is_done(plan.source, plan.stamp, plan.target) and exists(plan.target)

    def _shards(self, plan: Planned) -> Iterator[Task]:
        make_folders(self.parts)
        found = self.open[plan.source] = _Input(plan)
        try:
            for shard in self._cut(plan):
                found.left += 1
                stem = joined(self.parts, self._part_name(plan, shard))
                suffix = packing_of(plan.target)
                task = ShardTask(shard, stem, suffix, self._output(plan), self.options)
                counts = counts_of(task.part)
                if counts is None:
                    yield task
                else:
                    self._take_shard(task, counts)
        except TooManyFailuresError:
            raise
        except NewscleanError as error:
            found.broken = error
        found.planned = True
        if not found.left:
            self._close(found)

    def _cut(self, plan: Planned) -> Iterable[Shard]:
        size = _shard_size(plan.stamp.size)
        if plan.source == STANDARD_INPUT:
            stdin = self.how.stdin
            return blocks(plan.source, stdin, BLOCK, self.options.limits, lambda: 0)
        if plan.packed:
            size = min(size, BLOCK)
        return shards_of(plan.source, plan.format, size, total=plan.stamp.size, limits=self.options.limits)

    def _output(self, plan: Planned) -> str:
        """Return what an input is written as."""
        return self.options.warc_as if plan.format == "warc" else plan.format

    def _part_name(self, plan: Planned, shard: Shard) -> str:
        told = [plan.source.encode("utf-8", "surrogateescape").hex(), *plan.stamp, self.settings, __version__]
        name = hashlib.sha256(json.dumps([*told, shard.number, shard.start, shard.stop]).encode())
        if shard.data is not None:
            name.update(shard.data)
        elif not plan.stamp.changed:
            name.update(self.run)  # nothing tells whether it is still what it was in another run
        return name.hexdigest()[:32]

    def take(self, outcome: Outcome[Any, Any]) -> None:
        """Take what became of a task."""
        task = outcome.task
        if isinstance(task, FilesTask):
            self._take_files(task, outcome)
        elif outcome.error is None and outcome.result is not None:
            self._take_shard(task, outcome.result)
        else:
            self._take_crash(task, *(outcome.error or _UNTOLD)[:2])

    def _take_files(self, task: FilesTask, outcome: Outcome[Any, Any]) -> None:
        kind, message = (outcome.error or _UNTOLD)[:2]
        reports = outcome.result or [
            FileReport(job, Counts(bytes=job.stamp.size), kind, message, raw=_beginning(job.source))
            for job in task.files
        ]
        with self.ledger.together():
            for report in reports:
                job = report.job
                self.reports(report)
                if report.reason:
                    failure = Failure(0, "file", report.reason, report.message, report.raw)
                    self.ledger.fail(job.source, job.stamp, report.message, [failure])
                    self._count_failures({report.reason: 1})
                else:
                    self.ledger.finish(job.source, job.stamp, job.target, report.counts.shown(), [])
                self.progress.counts.add(report.counts)
                self.progress.done_bytes += job.stamp.size
                self.progress.done_inputs += 1
        self._check_failures()

    def _take_shard(self, task: ShardTask, counts: Counts) -> None:
        found = self.open[task.shard.path]
        found.parts.append((task.shard.number, task.low, task.part))
        found.counts.add(counts)
        self.progress.counts.add(counts)
        self.progress.done_bytes += int(task.shard.stored * task.weight)
        if counts.failed:
            reasons = Counter(failure.reason for failure in failures_of(task.part, 0))
            found.reasons += reasons
            self.progress.reasons += reasons
            self._check_failures()
        self._weigh(found, task)

    def _take_crash(self, task: ShardTask, reason: str, message: str) -> None:
        found = self.open[task.shard.path]
        if reason == "error":  # not about a record, but about the input: it is damaged, or its part cannot be written
            found.broken = _blamed(message)
            self._weigh(found, task)
            return
        position = (task.shard.number << 40) + task.low
        place, raw = _first_record(task)
        found.crashed.append(Failure(position, place, reason, message, raw))
        found.counts.failed += 1
        found.reasons[reason] += 1
        self._count_failures({reason: 1})
        self._check_failures()
        self._weigh(found, task)

    def _weigh(self, found: _Input, task: ShardTask) -> None:
        found.left -= task.weight
        if found.planned and not found.left:
            self._close(found)

    def _close(self, found: _Input) -> None:
        """Join the parts of an input, and note that it is done."""
        plan = found.plan
        parts = sorted(found.parts)
        failures = self._failures(found, parts)
        del self.open[plan.source]
        try:
            if found.broken:
                raise found.broken
            first = next(iter(self._failures(found, parts)), None)
            if first and not found.counts.documents and plan.format == "json":
                self.ledger.fail(plan.source, plan.stamp, first.message, failures)
                self.failed(plan.source, first.message)
            else:
                self._join(plan, [part for _, _, part in parts])
                self.ledger.finish(plan.source, plan.stamp, plan.target, found.counts.shown(), failures)
            self.progress.done_inputs += 1
        except NewscleanError as error:
            self.progress.counts.add(found.counts, -1)
            self.progress.reasons -= found.reasons
            self._fail(plan, error)
            if isinstance(error, WriteError):
                self.keeps_parts = True  # they are whole, and the next run need not make them again
                return
        for _, _, part in parts:
            for suffix in ("", FAILURES, COUNTS):
                remove(part + suffix)

    def _join(self, plan: Planned, parts: Sequence[str]) -> None:
        make_folders(folder_of(plan.target))
        join_parts(
            self._output(plan),
            parts,
            plan.target,
            shard=Shard(plan.source, plan.format),
            text_field=self.options.text_field,
            encoding=self.options.settings.encoding,
            limits=self.options.limits,
        )

    @staticmethod
    def _failures(found: _Input, parts: Sequence[tuple[int, int, str]]) -> Iterator[Failure]:
        yield from found.crashed
        for number, _, part in parts:
            yield from failures_of(part, number << 40)

    def _fail(self, plan: Planned, error: NewscleanError) -> None:
        reason, message = reason_of(error), str(error)
        self.ledger.fail(plan.source, plan.stamp, message, [Failure(0, "file", reason, message, b"")])
        self.failed(plan.source, message)
        self._count_failures({reason: 1})
        self.progress.done_inputs += 1
        self._check_failures()

    def _count_failures(self, reasons: Mapping[str, int]) -> None:
        self.progress.counts.failed += sum(reasons.values())
        self.progress.reasons.update(reasons)

    def _check_failures(self) -> None:
        TooManyFailuresError.check(self.progress.counts.failed, self.how.max_failures)

    def tidy(self) -> None:
        """Take away what is of no more use."""
        if not self.keeps_parts:
            remove_folder(self.parts)  # all that is left is of records that broke their workers
        for folder in self.plan.folders():
            sweep(folder)

    def write_failures(self) -> None:
        """Write the list of all failures, of earlier runs too."""
        with replacing(joined(self.plan.output, FAILED)) as stream:
            for source, failure in self.ledger.failures():
                self.progress.ever_failed += 1
                line = {"source": source, "place": failure.place, "reason": failure.reason, "message": failure.message}
                line["raw"] = failure.raw.decode("utf-8", "backslashreplace")
                stream.write(dumped(line).encode("utf-8") + b"\n")


def _beginning(path: str) -> bytes:
    """Return the beginning of a file that could not be cleaned."""
    try:
        with open_stored(path) as stream:
            return stream.read(RAW_KEPT)
    except NewscleanError:
        return b""


def _blamed(message: str) -> NewscleanError:
    """Return the error that a worker told of."""
    name, colon, rest = message.partition(": ")
    kind = {"WriteError": WriteError, "ReadError": ReadError}.get(name)
    return kind(rest) if kind and colon else ReadError(message)


def _first_record(task: ShardTask) -> tuple[str, bytes]:
    """Return the place of the record that a task begins with, and what stands there."""
    try:
        for record in records_of(task):
            return record.place, raw_of(record)
    except ReadError:
        pass
    return f"record {task.low + 1}", b""
