"""Running tasks in processes of their own so that nothing is lost: not by a crash, a hang, or a hunger for memory.

Each worker is a process with a pipe of its own, and holds one task at a time. A `ProcessPoolExecutor` shares its queues
among the workers instead: one that dies takes all tasks in flight with it and leaves no trace of which it was at, one
killed while it writes a result can block the others for good, and none can be stopped for being slow. Here the death
of a worker closes one pipe, which tells at once whose task it was and disturbs no other; the time a task has taken is
known without asking; and a replacement is one new process rather than a new pool.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, Self, TypeVar

from newsclean.errors import TimeLimitError, WorkersError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

LOOK_AHEAD = 2  # tasks taken from their source for each worker, done ones not counted
FAILED_STARTS = 3  # workers in a row that end before they are ready: then so would the next
START_LIMIT = 120.0  # seconds for a worker to be ready: imports on a busy machine take some
GOODBYE = 5.0  # seconds for a worker to end when it is told to, before it is killed

# A process started afresh is the same on every system, holds no lock and no open file of the parent's, and is the
# parent's own child, so that its exit code says what killed it. A fork server starts workers faster, but they are not.
_CONTEXT = get_context("spawn")


class Task(Protocol):
    """A piece of work that can be pickled, and cut in two."""

    @property
    def key(self) -> str:
        """A name that no other task of the run has."""

    def halves(self) -> tuple[Self, Self] | None:
        """Return two tasks that together do the same, or None for one that cannot be divided: a single record."""


T = TypeVar("T", bound=Task)
R = TypeVar("R")

Initializer = Callable[..., object]


class Failure(NamedTuple):
    """Why a task was not done.

    `kind` is "error" (an exception), "memory", "timeout" or "crashed" (its worker died); `trace` is where an exception
    came from.
    """

    kind: str
    message: str
    trace: str = ""


class Outcome(NamedTuple, Generic[T, R]):
    """A task with what came of it: a result, or an error."""

    task: T
    result: R | None
    error: Failure | None


@dataclass(frozen=True)
class Job(Generic[T]):
    """A task on its way: `part` of one that failed, or whole; and whether it has `died` with a worker before.

    `alone` asks for no other task at the same time.
    """

    task: T
    part: bool = False
    died: bool = False
    alone: bool = False

    def instead(self, kind: str, *, alone: bool = False) -> list[Job[T]]:
        """Return the jobs to run in place of this one, which has failed: none if that is the end of it.

        A worker may be killed for a reason that is not its task's, so a whole task gets a second try as it is, and a
        single record one (`alone`, if so asked) before it is blamed. All else is halved until single records remain.
        """
        if kind == "error":
            return []
        halves = self.task.halves()
        if kind == "crashed" and not self.died and (halves is None or not self.part):
            return [Job(self.task, self.part, died=True, alone=alone and halves is None)]
        return [Job(half, part=True) for half in halves or ()]


class Backlog(Generic[T]):
    """The jobs not yet begun: those to run again, then the tasks of the source, of which few are taken ahead."""

    def __init__(self, tasks: Iterable[T]) -> None:
        self._source = iter(tasks)
        self._jobs: deque[Job[T]] = deque()

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def wants_solitude(self) -> bool:
        """Whether the next job is to run with no other."""
        return bool(self._jobs) and self._jobs[0].alone

    def look_ahead(self, count: int) -> None:
        """Take tasks from the source until `count` jobs wait, or there are no more."""
        while len(self._jobs) < count:
            try:
                self._jobs.append(Job(next(self._source)))
            except StopIteration:
                return

    def pop(self) -> Job[T]:
        """Return the next job."""
        return self._jobs.popleft()

    def put_back(self, jobs: Sequence[Job[T]]) -> None:
        """Set jobs to be run before all others, so that no more than a few tasks are ever in pieces."""
        self._jobs.extendleft(reversed(jobs))


def run_tasks(
    tasks: Iterable[T],
    work: Callable[[T], R],
    *,
    jobs: int,
    initializer: Initializer | None = None,
    initargs: tuple[Any, ...] = (),
    task_timeout: float | None = None,
    memory: int | None = None,
) -> Iterator[Outcome[T, R]]:
    """Yield what comes of each task, in the order in which they end; `work` runs in `jobs` processes.

    `work` is a function of a module (or a `partial` of one), and doing a task twice must come to the same as doing it
    once. `tasks` is read as the work goes on, about twice as many ahead as there are workers.

    A task that kills its worker, takes longer than `task_timeout` seconds there, or needs more than `memory` bytes of
    address space, is run again in halves until the records that cause it are found: the outcomes are then those of
    the parts, each record in one of them, and only the records at fault have an error. An exception is an error of
    the task as it stands. Raises WorkersError if workers do not start. To stop early, close the iterator: the workers
    are killed, as they are for an exception such as KeyboardInterrupt.
    """
    if jobs < 1:
        raise ValueError("jobs must be at least 1")
    pool = _Pool(Backlog(tasks), jobs, Duty(work, initializer, initargs, task_timeout, memory))
    try:
        yield from pool.outcomes()
        pool.dismiss()
    finally:
        pool.kill()


class Duty(NamedTuple):
    """What every worker is told when it starts."""

    work: Callable[[Any], Any]
    initializer: Initializer | None
    initargs: tuple[Any, ...]
    task_timeout: float | None
    memory: int | None


class _Worker(Generic[T]):
    """A process, seen from its parent."""

    def __init__(self, duty: Duty) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process: SpawnProcess = _CONTEXT.Process(target=_serve, args=(theirs, duty), daemon=True)
        self.process.start()
        theirs.close()  # so that the pipe ends when the worker does
        self.job: Job[T] | None = None
        self.ready = False
        self.deadline: float | None = time.monotonic() + START_LIMIT

    @property
    def idle(self) -> bool:
        return self.ready and self.job is None

    @property
    def late(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def give(self, job: Job[T], payload: bytes, task_timeout: float | None) -> None:
        self.job = job
        self.deadline = None if task_timeout is None else time.monotonic() + task_timeout
        with suppress(OSError):  # it has died; that will be seen where it is waited for
            self.connection.send_bytes(payload)

    def answer(self) -> tuple[Failure | None, Any] | None:
        """Return what the worker says, or None where it has died instead."""
        try:
            reply = self.connection.recv_bytes() if self.connection.poll() else None
        except (EOFError, OSError):
            return None
        return None if reply is None else unpacked(reply)

    def kill(self) -> None:
        self.process.kill()
        self.process.join(GOODBYE)
        self.connection.close()


class _Pool(Generic[T]):
    """The workers, and who is at what."""

    def __init__(self, backlog: Backlog[T], jobs: int, duty: Duty) -> None:
        self._backlog = backlog
        self._jobs = jobs
        self._duty = duty
        self._workers: list[_Worker[T]] = []
        self._failed_starts = 0

    def outcomes(self) -> Iterator[Outcome[T, Any]]:
        """Yield the outcomes; the workers are given more to do before their caller looks at what they have done."""
        yield from self._hand_out()
        while self._backlog or any(worker.job for worker in self._workers):
            ended = [outcome for worker in self._wait() for outcome in self._settle(worker)]
            ended += self._hand_out()
            yield from ended

    def dismiss(self) -> None:
        """Let the workers, which have nothing to do, come to their end."""
        for worker in self._workers:
            worker.connection.close()
        limit = time.monotonic() + GOODBYE
        for worker in self._workers:
            worker.process.join(max(0.0, limit - time.monotonic()))

    def kill(self) -> None:
        """End all workers now."""
        for worker in self._workers:
            worker.process.kill()  # all of them before the first is waited for
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def _hand_out(self) -> list[Outcome[T, Any]]:
        """Give each idle worker a job; return the outcomes of those that cannot be sent."""
        self._backlog.look_ahead(LOOK_AHEAD * self._jobs)
        self._hire()
        failed: list[Outcome[T, Any]] = []
        for worker in self._workers:
            while worker.idle and self._backlog and not self._must_wait():
                job = self._backlog.pop()
                try:
                    worker.give(job, pickle.dumps(job.task), self._duty.task_timeout)
                except Exception as error:  # noqa: BLE001 -- whatever a task's own pickling raises is that task's failure
                    failed.append(Outcome(job.task, None, failure_of(error)))
        return failed

    def _must_wait(self) -> bool:
        busy = [worker.job for worker in self._workers if worker.job]
        return any(job.alone for job in busy) or (bool(busy) and self._backlog.wants_solitude)

    def _hire(self) -> None:
        """Start workers, no more than there is work for."""
        free = sum(worker.job is None for worker in self._workers)
        for _ in range(min(self._jobs - len(self._workers), len(self._backlog) - free)):
            with _interrupts_held():  # until the worker is where `kill` finds it
                self._workers.append(_Worker(self._duty))

    def _wait(self) -> list[_Worker[T]]:
        """Return the workers that have something to say, have died, or are late."""
        deadlines = [worker.deadline for worker in self._workers if worker.deadline is not None]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        # The processes too: a child of a worker's may hold its end of the pipe open.
        whom = {worker.connection: worker for worker in self._workers}
        sentinels = {worker.process.sentinel: worker for worker in self._workers}
        told = wait([*whom, *sentinels], timeout)
        return [w for w in self._workers if w.connection in told or w.process.sentinel in told or w.late]

    def _settle(self, worker: _Worker[T]) -> list[Outcome[T, Any]]:
        """Hear a worker, or bury it; return the outcome of its job if that is at an end."""
        answer = worker.answer()
        if answer is None:
            return self._bury(worker)
        failure, result = answer
        worker.deadline = None
        if not worker.ready:
            if failure:
                raise WorkersError(f"a worker could not be set up: {failure.message}\n{failure.trace}")
            worker.ready = True
            self._failed_starts = 0
            return []
        job, worker.job = worker.job, None
        if failure and failure.kind == "memory":
            self._dispose(worker)  # what it has left may be in splinters
        return self._outcome(job, failure, result) if job else []

    def _bury(self, worker: _Worker[T]) -> list[Outcome[T, Any]]:
        """End a worker that is dead or late; its job, if it has one, has failed."""
        late = worker.late
        self._dispose(worker)
        code = worker.process.exitcode
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= FAILED_STARTS:
                raise WorkersError(f"workers end before they are ready: the last one {_ending(code)}")
        if worker.job is None:
            return []
        if late:
            return self._outcome(
                worker.job, Failure("timeout", f"took longer than {self._duty.task_timeout:g} s"), None
            )
        # The system kills whom it likes when memory is short: the next try is to be without neighbours.
        alone = code == -getattr(signal, "SIGKILL", 9)
        return self._outcome(worker.job, Failure("crashed", f"its worker {_ending(code)}"), None, alone=alone)

    def _dispose(self, worker: _Worker[T]) -> None:
        self._workers.remove(worker)
        worker.kill()

    def _outcome(
        self, job: Job[T], failure: Failure | None, result: object, *, alone: bool = False
    ) -> list[Outcome[T, Any]]:
        again = job.instead(failure.kind, alone=alone) if failure else []
        self._backlog.put_back(again)
        return [] if again else [Outcome(job.task, result, failure)]


def _ending(code: int | None) -> str:
    """Say how a process ended.

    >>> _ending(3), _ending(-9)
    ('exited with code 3', 'was killed by SIGKILL')
    """
    if code is None or code >= 0:
        return f"exited with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C; a process started meanwhile does so too until it says otherwise."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, duty: Duty) -> None:
    """Be a worker: do tasks until there are no more, or no parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # An end of the pipe is the end of the work, or of the parent.
    with memory_limit(duty.memory), suppress(EOFError, OSError):
        connection.send_bytes(attempt(lambda: duty.initializer and duty.initializer(*duty.initargs), None))
        while True:
            payload = connection.recv_bytes()
            # The parent kills what is late. This is for when it is gone.
            limit = None if duty.task_timeout is None else 2 * duty.task_timeout + 1
            connection.send_bytes(attempt(lambda: duty.work(pickle.loads(payload)), limit))  # noqa: B023, S301


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def attempt(act: Callable[[], Any], hard_limit: float | None) -> bytes:
    """Return what comes of an act, pickled: a Failure or None, and its result.

    The process ends if the act takes longer than `hard_limit` seconds, even if it is C code that lets nothing else run.
    """
    try:
        with _watchdog(hard_limit):
            result = act()
        return pickle.dumps((None, result))
    except BaseException as error:  # noqa: BLE001 -- even SystemExit is no more than the failure of one task
        return pickle.dumps((failure_of(error), None))


def unpacked(reply: bytes) -> tuple[Failure | None, Any]:
    """Return what `attempt` packed."""
    try:
        failure, result = pickle.loads(reply)  # noqa: S301 -- from a worker of ours
    except Exception as error:  # noqa: BLE001 -- whatever a result's own unpickling raises is that task's failure
        return failure_of(error), None
    return failure, result


def failure_of(error: BaseException) -> Failure:
    """Return the failure that an exception is.

    >>> failure_of(ValueError("no date"))[:2]
    ('error', 'ValueError: no date')
    >>> failure_of(MemoryError()).kind, failure_of(TimeLimitError("took too long")).kind
    ('memory', 'timeout')
    """
    kind = "memory" if isinstance(error, MemoryError) else "timeout" if isinstance(error, TimeLimitError) else "error"
    message = "".join(traceback.format_exception_only(error)).strip()
    return Failure(kind, message.removeprefix("newsclean.errors."), "".join(traceback.format_tb(error.__traceback__)))


@contextmanager
def _watchdog(seconds: float | None) -> Iterator[None]:
    """End the process if the block takes longer. A thread in C does it, which does not wait for Python's lock."""
    if seconds is None:
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 -- open for as long as the thread may write to it
        with suppress(RuntimeError):  # no memory for a thread: then without
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextmanager
def memory_limit(size: int | None) -> Iterator[None]:
    """Let the process have no more than `size` bytes of address space: beyond them is MemoryError, where it is known.

    Does nothing on systems without such a limit.
    """
    if size is None or sys.platform in {"win32", "darwin"}:  # on macOS it is accepted and not kept
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceilings = [limit for limit in (size, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(ceilings), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise TimeLimitError in the block if it takes longer than so many seconds (None: any time).

    C code is interrupted when it returns, if it does: for that there is `task_timeout`. A limit within another may
    only be shorter.

    >>> with time_limit(60):
    ...     "done"
    'done'
    """
    if seconds is None:
        yield
        return
    # Signals come to the main thread alone, and not on Windows; they wake what sleeps, and cost less than a thread.
    by_signal = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    with _signal_limit(seconds) if by_signal else _thread_limit(seconds):
        yield


@contextmanager
def _signal_limit(seconds: float) -> Iterator[None]:
    def ring(_number: int, _frame: object) -> None:
        raise TimeLimitError(f"took longer than {seconds:g} s")

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if outer:  # the time that is left of the limit around this one
            signal.setitimer(signal.ITIMER_REAL, max(1e-6, outer - (time.monotonic() - started)))


@contextmanager
def _thread_limit(seconds: float) -> Iterator[None]:
    thread = threading.get_ident()
    lock = threading.Lock()
    over = late = False

    def ring() -> None:
        nonlocal late
        with lock:
            if not over:
                late = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeLimitError))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    try:
        timer.start()
        try:
            yield
        finally:
            with lock:
                over = True
            timer.cancel()
    except TimeLimitError as error:
        if late and not error.args:  # what is raised in a thread is a class, which has nothing to say
            raise TimeLimitError(f"took longer than {seconds:g} s") from error
        raise
