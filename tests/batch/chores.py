"""Tasks that count, and go wrong where they are told to; workers import this, so it is light."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from newsclean.batch.pool import time_limit


@dataclass(frozen=True)
class Span:
    """The records `start` to `stop`, some of which are trouble."""

    start: int
    stop: int
    trouble: Mapping[int, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.start}-{self.stop}"

    @property
    def records(self) -> range:
        return range(self.start, self.stop)

    def halves(self) -> tuple[Span, Span] | None:
        if self.stop - self.start < 2:
            return None
        middle = (self.start + self.stop) // 2
        return Span(self.start, middle, self.trouble), Span(middle, self.stop, self.trouble)


class Counted:
    """A million tasks of one record, and how many of them were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[Span]:
        for n in range(1_000_000):
            self.taken += 1
            yield Span(n, n + 1)


class Unreadable:
    """What can be pickled and not be unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_refuse, ())


def _refuse() -> NoReturn:
    _raise(LookupError("not to be unpickled"))


def _loop() -> None:
    while True:
        pass


def _block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL})
    time.sleep(600)


def _raise(error: BaseException) -> NoReturn:
    raise error


TROUBLE: Mapping[str, Callable[[], object]] = {
    "exit": lambda: os._exit(3),
    "SIGKILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "SIGSEGV": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "loop": _loop,
    "regex": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),  # holds Python's lock: no thread and no signal handler runs
    "blocked": _block,
    "memory": lambda: len(bytearray(2 << 30)),
    "error": lambda: _raise(ValueError("no date")),
    "quit": lambda: _raise(SystemExit(4)),
    "lambda": lambda: lambda: None,
    "unreadable": Unreadable,
}


def count(span: Span) -> list[object]:
    """Do the records: the numbers of those that went well, or what came of the trouble."""
    return [TROUBLE[span.trouble[n]]() if n in span.trouble else n for n in span.records]


def count_within(span: Span, seconds: float) -> list[object]:
    """Do the records, each in so many seconds."""
    done: list[object] = []
    for n in span.records:
        try:
            with time_limit(seconds):
                done += count(Span(n, n + 1, span.trouble))
        except TimeoutError as error:
            done.append(str(error))
    return done


def write(span: Span, folder: Path, seconds: float = 0) -> str:
    """Write the records to files of their own, with the process that did it."""
    count(span)
    time.sleep(seconds)
    for n in span.records:
        (folder / str(n)).write_text(str(os.getpid()), "utf-8")
    return span.key


def nap(span: Span, seconds: float) -> int:
    time.sleep(seconds)
    return span.start


def die_once(span: Span, folder: Path, how: str) -> int:
    """Kill the worker the first time."""
    mark = folder / span.key
    if not mark.exists():
        mark.touch()
        TROUBLE[how]()
    return span.start


def crowd(span: Span, folder: Path, greedy: int) -> int:
    """Do a task; the greedy one is killed if another is being done, as the system does when memory is short."""
    mine = folder / f"busy-{span.key}"
    mine.touch()
    for _ in range(60 if span.start == greedy else 6):
        time.sleep(0.02)
        if span.start == greedy and len(list(folder.glob("busy-*"))) > 1:
            mine.rename(folder / "killed")
            os.kill(os.getpid(), signal.SIGKILL)
    mine.unlink()
    return span.start


def note_process(folder: Path) -> None:
    (folder / f"process-{os.getpid()}").touch()


def fail_to_start() -> None:
    raise ValueError("no such pack")


def die_at_start() -> None:
    os._exit(7)
