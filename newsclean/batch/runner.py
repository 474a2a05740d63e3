"""A batch: inputs to shards, shards to workers, parts to outputs, and a ledger of it all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from newsclean import __version__
from newsclean.batch import plan as planning
from newsclean.batch.formats import join_parts, shards_of
from newsclean.batch.ledger import Failure, Ledger, Stamp
from newsclean.batch.pool import Outcome, run_tasks
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
    records_of,
)
from newsclean.errors import NewscleanError, ReadError
from newsclean.files import make_folders, replacing, sweep

_UNTOLD = ("crashed", "it came to nothing")
_NOTHING = Failure(0, "", "no-text", "there is no text in it", b"")
PARTS = ".newsclean-parts"  # a folder in the output folder, for what is not whole yet
FAILED = "failed.jsonl"
SHARD = 8 << 20  # bytes of an input that one task cleans at most
SMALLEST = 256 << 10  # and at least, unless all of the input has fewer
SHARES = 64  # tasks that an input is cut into, where those two allow it
BUNDLE = 1 << 20  # bytes of small files that one task cleans
MOST_FILES = 256  # in such a task

Task = ShardTask | FilesTask
Runner = Callable[..., Iterator[Outcome[Any, Any]]]


class TooManyFailuresError(NewscleanError):
    """More records failed than the user wants to hear of."""


@dataclass(frozen=True, slots=True)
class How:
    """How a batch is run: `jobs` workers of at most `memory` bytes; `max_failures` None means any number."""

    jobs: int | None
    force: bool = False
    max_failures: int | None = None
    memory: int | None = 4 << 30
    shard: int = SHARD
    runner: Runner = run_tasks


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

    plan: planning.Task
    stamp: Stamp
    left: Fraction
    counts: Counts = field(default_factory=Counts)
    parts: list[tuple[int, int, str]] = field(default_factory=list)
    crashed: list[Failure] = field(default_factory=list)
    broken: str = ""


def run_batch(plans: Sequence[planning.Task], output: Path, options: Options, how: How, heard: Heard) -> Progress:
    """Clean what is planned into a folder, go on where an earlier run stopped, and return what was done.

    Raises WriteError where the folder has a ledger of other settings,
    TooManyFailuresError where more records failed than `how` allows.
    """
    with Ledger(output) as ledger:
        settings = settings_hash(options)
        ledger.agree(settings, __version__, force=how.force)
        ledger.keep_only([str(plan.source) for plan in plans])
        batch = _Batch(plans, output, options, settings, how, ledger, heard)
        for outcome in how.runner(
            batch.tasks(), do, jobs=how.jobs, memory=how.memory, task_timeout=_task_timeout(options)
        ):
            batch.take(outcome)
            heard.progress(batch.progress)
            if how.max_failures is not None and batch.progress.counts.failed > how.max_failures:
                raise TooManyFailuresError(f"more than {how.max_failures} records failed: --max-failures")
        batch.write_failures()
        heard.progress(batch.progress)
        return batch.progress


def settings_hash(options: Options) -> str:
    """Return what is the same only for batches that give the same output for the same input."""
    settings = {key: value for key, value in asdict(options.settings).items() if key != "origins"}
    told = {**settings, "text_field": options.text_field, "record": options.record}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=list).encode()).hexdigest()


def _shard_size(size: int, most: int) -> int:
    # By the input alone and not by the number of workers: a run may go on with fewer than it began with.
    return min(most, max(SMALLEST, size // SHARES))


def _task_timeout(options: Options) -> float | None:
    # A worker gives up a record by itself; this is for code that does not let it, and a task has many records.
    return None if options.timeout is None else 60 + 10 * options.timeout


class _Batch:
    def __init__(
        self,
        plans: Sequence[planning.Task],
        output: Path,
        options: Options,
        settings: str,
        how: How,
        ledger: Ledger,
        heard: Heard,
    ) -> None:
        self.reports = heard.report
        self.failed = heard.fail
        self.plans, self.output, self.options, self.how, self.ledger = plans, output, options, how, ledger
        self.settings = settings
        self.progress = Progress(inputs=len(plans))
        self.open: dict[str, _Input] = {}
        self.parts = output / PARTS

    def tasks(self) -> Iterator[Task]:
        """Yield what is to be done; what an earlier run did is taken over at once."""
        bundle: list[FileJob] = []
        for plan in self.plans:
            stamp = self._stamp(plan)
            if stamp is None or self._is_done(plan, stamp):
                continue
            self.progress.total_bytes += stamp.size
            if plan.format in {"text", "html"} and not plan.packed:
                bundle.append(FileJob(str(plan.source), stamp, str(plan.target)))
                if sum(job.stamp.size for job in bundle) > BUNDLE or len(bundle) == MOST_FILES:
                    yield FilesTask(tuple(bundle), self.options)
                    bundle = []
            else:
                yield from self._shards(plan, stamp)
        if bundle:
            yield FilesTask(tuple(bundle), self.options)

    def _stamp(self, plan: planning.Task) -> Stamp | None:
        try:
            found = plan.source.stat()
        except OSError as error:
            self._fail(plan, Stamp(0, 0), "unreadable", f"this cannot be read: {error.strerror}")
            return None
        return Stamp(found.st_size, found.st_mtime_ns)

    def _is_done(self, plan: planning.Task, stamp: Stamp) -> bool:
        done = self.ledger.is_done(str(plan.source), stamp) and Path(plan.target).exists()
        self.progress.skipped += done
        return done

    def _shards(self, plan: planning.Task, stamp: Stamp) -> Iterator[Task]:
        try:
            shards = shards_of(str(plan.source), plan.format, _shard_size(stamp.size, self.how.shard))
        except NewscleanError as error:
            self._fail(plan, stamp, "unreadable", str(error))
            return
        make_folders(self.parts)
        self.open[str(plan.source)] = _Input(plan, stamp, Fraction(len(shards)))
        for shard in shards:
            stem = str(self.parts / self._part_name(plan, stamp, shard.start, shard.stop))
            task = ShardTask(shard, stem, "".join(plan.target.suffixes[-2:]), self._output(plan), self.options)
            counts = counts_of(task.part)
            if counts is None:
                yield task
            else:
                self._take_shard(task, counts)
        if not shards:
            self._close(self.open[str(plan.source)])

    def _output(self, plan: planning.Task) -> str:
        """Return what an input is written as."""
        if plan.format in {"text", "html"}:
            return self.options.settings.format
        return "jsonl" if plan.format == "warc" else plan.format

    def _part_name(self, plan: planning.Task, stamp: Stamp, start: int, stop: int) -> str:
        told = [str(plan.source), *stamp, self.settings, __version__, start, stop]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

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
        reports = outcome.result or [FileReport(job, Counts(bytes=job.stamp.size), kind, message) for job in task.files]
        with self.ledger.together():
            for report in reports:
                job = report.job
                self.reports(report)
                if report.reason:
                    self.ledger.fail(job.source, job.stamp, report.reason, report.message)
                    self._count_failure(report.reason)
                else:
                    self.ledger.finish(job.source, job.stamp, job.target, report.counts.shown(), [])
                self.progress.counts.add(report.counts)
                self.progress.done_bytes += job.stamp.size
                self.progress.done_inputs += 1

    def _take_shard(self, task: ShardTask, counts: Counts) -> None:
        found = self.open[task.shard.path]
        found.parts.append((task.shard.number, task.low, task.part))
        found.counts.add(counts)
        self.progress.counts.add(counts)
        self.progress.done_bytes += int(found.stamp.size * task.weight / task.shard.count)
        for failure in failures_of(task.part, 0) if counts.failed else ():
            self.progress.reasons[failure.reason] += 1
        self._weigh(found, task)

    def _take_crash(self, task: ShardTask, reason: str, message: str) -> None:
        found = self.open[task.shard.path]
        if (
            reason == "error"
        ):  # nothing about a record, but about the input: it is damaged, or its part cannot be written
            found.broken = message
            self._weigh(found, task)
            return
        position = (task.shard.number << 40) + task.low
        found.crashed.append(Failure(position, f"record {task.low + 1}", reason, message, _raw_of(task)))
        found.counts.failed += 1
        self._count_failure(reason)
        self._weigh(found, task)

    def _weigh(self, found: _Input, task: ShardTask) -> None:
        found.left -= task.weight
        if found.left == 0:
            self._close(found)

    def _close(self, found: _Input) -> None:
        """Join the parts of an input, and note that it is done."""
        plan = found.plan
        parts = sorted(found.parts)
        make_folders(Path(plan.target).parent)
        try:
            if found.broken:
                raise ReadError(found.broken)
            if not found.counts.documents and plan.format in {"text", "html", "json"}:
                raise ReadError(next(iter(self._failures(found, parts)), _NOTHING).message)
            join_parts(self._output(plan), [part for _, _, part in parts], str(plan.target))
        except NewscleanError as error:
            self._fail(plan, found.stamp, "unwritable", str(error))
        else:
            failures = self._failures(found, parts)
            self.ledger.finish(str(plan.source), found.stamp, str(plan.target), found.counts.shown(), failures)
            self.progress.done_inputs += 1
        del self.open[str(plan.source)]
        for _, _, part in parts:
            for suffix in ("", FAILURES, COUNTS):
                with suppress(FileNotFoundError):
                    Path(part + suffix).unlink()

    @staticmethod
    def _failures(found: _Input, parts: Sequence[tuple[int, int, str]]) -> Iterator[Failure]:
        yield from found.crashed
        for number, _, part in parts:
            yield from failures_of(part, number << 40)

    def _fail(self, plan: planning.Task, stamp: Stamp, reason: str, message: str) -> None:
        self.ledger.fail(str(plan.source), stamp, reason, message)
        self.failed(str(plan.source), message)
        self._count_failure(reason)
        self.progress.done_inputs += 1

    def _count_failure(self, reason: str) -> None:
        self.progress.counts.failed += 1
        self.progress.reasons[reason] += 1

    def write_failures(self) -> None:
        """Write the list of all failures, of earlier runs too, and take away what is of no more use."""
        shutil.rmtree(self.parts, ignore_errors=True)  # all that is left is of records that broke their workers
        for folder in {self.output, *(plan.target.parent for plan in self.plans)}:
            sweep(folder)
        with replacing(self.output / FAILED) as stream:
            for source, failure in self.ledger.failures():
                self.progress.ever_failed += 1
                line = {"source": source, "place": failure.place, "reason": failure.reason, "message": failure.message}
                line["raw"] = failure.raw.decode("utf-8", "backslashreplace")
                stream.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n")


def _raw_of(task: ShardTask) -> bytes:
    try:
        return next((record.raw for record in records_of(task)), b"")
    except ReadError:
        return b""
