"""What the user asked of a batch, carried out: plan, run, progress, and a summary at the end."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from newsclean.batch.ledger import FAILED
from newsclean.batch.plan import Choice, Plan
from newsclean.batch.pool import run_tasks
from newsclean.batch.records import Limits
from newsclean.batch.runner import MEMORY, Heard, How, Progress, Runner, run_batch
from newsclean.batch.work import FileReport, Options
from newsclean.errors import ReadError
from newsclean.files import make_folder
from newsclean.render import SUFFIXES
from newsclean.storage import is_remote, joined

if TYPE_CHECKING:
    from newsclean.config import Settings
    from newsclean.run import Report

EVERY = 30.0  # seconds between two lines of progress where no terminal shows a bar


@dataclass(frozen=True, slots=True)
class Order:
    """The options of the command that are about batches; `summary` is text or json, `dask` an address."""

    jobs: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    follow_links: bool = False
    text_field: str | None = None
    record: bool = False
    warc_as: str = "jsonl"
    timeout: float = 60.0
    max_failures: int | None = None
    max_bytes: int | None = None
    max_memory: int = MEMORY
    resume: bool = True
    summary: str = "text"
    dask: str | None = None


def carry_out(
    order: Order, settings: Settings, inputs: Sequence[str], output: str, stdin: BinaryIO, report: Report
) -> None:
    """Clean the inputs into a folder. Raises NewscleanError where nothing can be begun."""
    # What Arrow takes by itself keeps a third more memory; the workers, which are started later, have it from here.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    choice = Choice(order.include, order.exclude, order.follow_links)
    kind = "jsonl" if settings.input == "jsonl" else None
    with Plan(inputs, output, SUFFIXES[settings.format], report.fail_to_look, choice, kind, order.warc_as) as plan:
        if not is_remote(output):
            make_folder(Path(output))
        if not len(plan):
            if not report.failed:
                report.note("warning: there is no file to clean")
            _sum_up(order, Progress(), output, 0.0, report)
            return
        started = time.monotonic()
        with _shown(report) as tell:
            heard = Heard(lambda found: _hear(found, report), lambda name, why: report.fail(name, ReadError(why)), tell)
            try:
                progress = run_batch(plan, options_of(order, settings), _how(order, stdin), heard)
            except KeyboardInterrupt:
                report.note("stopped: the same command goes on where this left off")
                raise
    _sum_up(order, progress, output, time.monotonic() - started, report)


def options_of(order: Order, settings: Settings) -> Options:
    """Return what each record is cleaned by."""
    return Options(
        settings, order.text_field, order.record, order.timeout or None, _limits(order), warc_as=order.warc_as
    )


def _limits(order: Order) -> Limits:
    return Limits() if order.max_bytes is None else Limits(expanded=order.max_bytes)


def _how(order: Order, stdin: BinaryIO) -> How:
    jobs: int | None = order.jobs or _cores()
    runner: Runner = run_tasks
    if order.dask is not None:
        from newsclean.batch.dask_pool import DaskRunner

        jobs, runner = order.jobs, DaskRunner(order.dask).run_tasks
    return How(
        jobs,
        force=not order.resume,
        max_failures=order.max_failures,
        memory=order.max_memory or None,
        runner=runner,
        stdin=stdin,
    )


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _hear(found: FileReport, report: Report) -> None:
    if found.reason:
        report.fail(found.job.source, ReadError(found.message))
        return
    report.tell_of(found.job.source, found.warnings, found.changes, found.counts.filters)


@contextmanager
def _shown(report: Report) -> Iterator[Callable[[Progress], None]]:
    """Show the progress: a bar on a terminal, a line now and then elsewhere, nothing where quiet is wanted."""
    if report.level == 0:
        yield lambda _progress: None
        return
    if not sys.stderr.isatty():
        yield _Lines(report).tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        job = bar.add_task("cleaning", total=None)

        def tell(progress: Progress) -> None:
            failed = f", {progress.counts.failed} failed" if progress.counts.failed else ""
            text = f"{progress.counts.documents:,} documents{failed}"
            bar.update(job, description=text, total=progress.total_bytes, completed=progress.done_bytes)

        yield tell


class _Lines:
    """A line of progress every now and then."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._next = time.monotonic() + EVERY

    def tell(self, progress: Progress) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            counts, seen = progress.counts, progress.done_inputs + progress.skipped
            self._report.note(
                f"{seen} of {progress.inputs} inputs, {counts.documents:,} documents, {counts.failed:,} failed"
            )


def _sum_up(order: Order, progress: Progress, output: str, seconds: float, report: Report) -> None:
    """Say what was done, on standard error for people, or on standard output as JSON."""
    from rich.filesize import decimal

    counts, failures = progress.counts, dict(sorted(progress.reasons.items()))
    report.done += bool(counts.documents) or bool(progress.skipped)
    report.emptied |= bool(counts.emptied)
    failed = joined(output, FAILED)
    report.failed += bool((progress.ever_failed or counts.failed) and not report.failed)
    rate = round(counts.bytes / seconds) if seconds else 0
    if order.summary == "json":
        inputs = {"inputs": progress.inputs, "skipped": progress.skipped, "failures": failures}
        told = {**counts.shown(), **inputs, "seconds": round(seconds, 3), "bytes_per_second": rate}
        print(json.dumps(told))  # noqa: T201 - this is what was asked for
        return
    if not progress.inputs:
        return
    report.note(
        f"{_documents(counts.documents)} cleaned, {counts.changed:,} changed, {counts.removed_words:,} words removed; "
        f"{decimal(counts.bytes)} in {seconds:.1f} s, {decimal(rate)}/s"
    )
    if counts.emptied:
        report.note(f"warning: nothing is left of {_documents(counts.emptied)}")
    if counts.filters:
        report.note(f"edits: {_listed(dict(counts.filters.most_common()))}")
    if progress.skipped:
        report.note(f"{progress.skipped:,} of {progress.inputs:,} inputs were done before")
    if counts.failed:
        total = _documents(counts.failed + counts.documents)
        report.say(f"{counts.failed:,} of {total} failed ({_listed(failures)}): {failed}")
    elif progress.ever_failed:
        report.say(f"{_documents(progress.ever_failed)} failed in earlier runs: {failed}")


def _documents(count: int) -> str:
    return f"{count:,} document{'' if count == 1 else 's'}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
