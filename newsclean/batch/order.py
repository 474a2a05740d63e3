"""What the user asked of a batch, carried out: plan, run, progress, and a summary at the end."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsclean.batch.plan import Choice, plan
from newsclean.batch.records import Limits
from newsclean.batch.runner import FAILED, Heard, How, Progress, run_batch
from newsclean.batch.work import FileReport, Options
from newsclean.errors import ReadError
from newsclean.files import make_folder, refuse_inputs
from newsclean.render import SUFFIXES
from newsclean.render.visible import visible_line

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
    timeout: float = 60.0
    max_failures: int | None = None
    max_bytes: int | None = None
    force: bool = False
    summary: str = "text"
    dask: str | None = None


def carry_out(order: Order, settings: Settings, inputs: Sequence[Path], output: Path, report: Report) -> None:
    """Clean the inputs into a folder. Raises NewscleanError where nothing can be begun."""
    choice = Choice(order.include, order.exclude, order.follow_links)

    def fail_to_look(error: OSError) -> None:
        report.fail(str(error.filename), ReadError(f"this cannot be read: {error.strerror}"))

    tasks = plan(inputs, output, SUFFIXES[settings.format], fail_to_look, choice)
    refuse_inputs([task.target for task in tasks], [task.source for task in tasks])
    make_folder(output)
    if not tasks:
        if not report.failed:
            report.note("warning: there is no file to clean")
        return
    options = Options(settings, order.text_field, order.record, order.timeout or None, _limits(order))
    started = time.monotonic()
    with _shown(report) as tell:
        heard = Heard(lambda found: _hear(found, report), lambda name, why: report.fail(name, ReadError(why)), tell)
        try:
            progress = run_batch(tasks, output, options, _how(order), heard)
        except KeyboardInterrupt:
            report.note("stopped: the same command goes on where this left off")
            raise
    report.finish()
    _sum_up(order, progress, output, time.monotonic() - started, report)


def _limits(order: Order) -> Limits:
    return Limits() if order.max_bytes is None else Limits(expanded=order.max_bytes)


def _how(order: Order) -> How:
    if order.dask is not None:
        from newsclean.batch.dask_pool import DaskRunner

        return How(order.jobs, order.force, order.max_failures, runner=DaskRunner(order.dask).run_tasks)
    return How(order.jobs or _cores(), order.force, order.max_failures)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _hear(found: FileReport, report: Report) -> None:
    if found.reason:
        report.fail(found.job.source, ReadError(found.message))
        return
    report.done += 1
    report.emptied |= found.emptied
    name = visible_line(found.job.source)
    for warning in found.warnings:
        report.note(f"warning: {name}: {warning}")
    counts = ", ".join(f"{step} {count}" for step, count in found.counts.filters.items())
    report.note(f"{name}: {found.changes} changes{f' ({counts})' if counts else ''}", level=2)


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


def _sum_up(order: Order, progress: Progress, output: Path, seconds: float, report: Report) -> None:
    """Say what was done, on standard error for people, or on standard output as JSON."""
    counts = progress.counts
    report.done += bool(counts.documents) or bool(progress.skipped)
    if progress.ever_failed and not report.failed:
        report.failed.append(str(output / FAILED))
    if order.summary == "json":
        told = {
            **counts.shown(),
            "inputs": progress.inputs,
            "skipped": progress.skipped,
            "failures": dict(sorted(progress.reasons.items())),
            "seconds": round(seconds, 3),
        }
        print(json.dumps(told))  # noqa: T201 - this is what was asked for
    elif counts.failed and len(report.failed) < counts.failed:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(progress.reasons.items()))
        report.say(
            f"{counts.failed:,} of {counts.failed + counts.documents:,} documents failed ({reasons}): {output / FAILED}"
        )
    rate = counts.bytes / 1e6 / seconds if seconds else 0.0
    report.note(
        f"{counts.documents:,} documents cleaned, {counts.changed:,} changed, {progress.skipped:,} inputs done before, "
        f"{rate:.1f} MB/s",
        level=2,
    )
