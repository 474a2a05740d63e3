"""Running tasks on a Dask cluster, with the same promises as `newsclean.batch.pool` makes on one machine.

Dask does a task again whose worker has died, as often as its scheduler's `allowed-failures` says (3, unless the
scheduler was started with another value; 1 saves time here), then gives it up: from there on it is halved until the
records at fault are found. Workers want one thread each (`dask worker --nthreads 1`), for Python's lock lets no more
than one work, and a nanny (the default), which starts a new worker in place of a dead one.
"""

from __future__ import annotations

import pickle
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic

from newsclean.batch.pool import (
    LOOK_AHEAD,
    Backlog,
    Duty,
    Failure,
    Initializer,
    Job,
    Outcome,
    R,
    T,
    attempt,
    memory_limit,
    time_limit,
    unpacked,
)
from newsclean.errors import ConfigError, WorkersError

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 60.0  # seconds without any worker until the run is given up: a nanny starts one within a few
POLL = 1.0  # seconds between two looks at whether the cluster is still there


class DaskRunner:
    """Runs tasks on the cluster at an address: `tcp://scheduler:8786`, or `local:4` for four workers of its own."""

    def __init__(self, address: str, *, patience: float = PATIENCE) -> None:
        self._address = address
        self._workers = _local_workers(address)
        self._patience = patience

    def run_tasks(
        self,
        tasks: Iterable[T],
        work: Callable[[T], R],
        *,
        jobs: int | None = None,
        initializer: Initializer | None = None,
        initargs: tuple[Any, ...] = (),
        task_timeout: float | None = None,
        memory: int | None = None,
    ) -> Iterator[Outcome[T, R]]:
        """Yield what comes of each task, as `newsclean.batch.pool.run_tasks` does.

        `jobs` is how many workers are given work at most (None: all there are). What `work` needs must be installed
        on the workers. Raises WorkersError when the cluster cannot be reached, or has had no worker for a minute.
        """
        duty = Duty(work, initializer, initargs, task_timeout, memory)
        with self._client() as client:
            run = _Run(client, Backlog(tasks), jobs, duty, self._patience)
            try:
                yield from run.outcomes()
            finally:
                run.cancel()

    @contextmanager
    def _client(self) -> Iterator[Client]:
        dask, distributed = _import_dask()
        if self._workers is None:
            try:
                client = distributed.Client(self._address, set_as_default=False)
            except (OSError, ValueError) as error:
                raise WorkersError(f"no Dask scheduler at {self._address}: {error}") from error
            with client:
                yield client
            return
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 1}),
            distributed.LocalCluster(self._workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
        ):
            yield client


def _local_workers(address: str) -> int | None:
    """Return N of `local:N`, and None for the address of a scheduler.

    >>> _local_workers("local:4"), _local_workers("tcp://127.0.0.1:8786")
    (4, None)
    """
    kind, _, rest = address.partition(":")
    if kind == "local" and rest.isdecimal() and int(rest) > 0:
        return int(rest)
    if rest.startswith("//") and len(rest) > 2:
        return None
    raise ConfigError(f"{address!r} is no Dask cluster: give tcp://host:port, or local:N for N workers here")


def _import_dask() -> tuple[Any, Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise ConfigError("running on Dask needs more packages: pip install 'newsclean[dask]'") from error
    return dask, distributed


class _Run(Generic[T]):
    """The tasks that are out on a cluster."""

    def __init__(self, client: Client, backlog: Backlog[T], jobs: int | None, duty: Duty, patience: float) -> None:
        self._client = client
        self._backlog = backlog
        self._jobs = jobs
        self._duty = duty
        self._packed_duty = pickle.dumps(duty)
        self._patience = patience
        self._name = f"newsclean-{uuid.uuid4().hex}"
        self._numbers = 0
        self._out: dict[Future[bytes], tuple[Job[T], float]] = {}  # with when it was sent
        self._back: queue.SimpleQueue[tuple[Future[bytes], float]] = queue.SimpleQueue()  # with when it came
        self._seen = time.monotonic()  # when there was a worker
        self._looked = float("-inf")
        self._workers = 0

    def outcomes(self) -> Iterator[Outcome[T, Any]]:
        """Yield the outcomes; more tasks are sent before their caller looks at what came of these."""
        yield from self._send()
        while self._out or self._backlog:
            ended = self._settle()
            ended += self._send()
            yield from ended

    def cancel(self) -> None:
        """Call back what is out."""
        if self._out:
            with suppress(Exception):  # the cluster may be what has failed
                self._client.cancel(list(self._out), force=True)
        self._out.clear()

    def _send(self) -> list[Outcome[T, Any]]:
        """Send jobs, about two for each worker; return the outcomes of those that cannot be sent."""
        self._look()
        room = LOOK_AHEAD * (self._workers if self._jobs is None else min(self._jobs, self._workers))
        failed: list[Outcome[T, Any]] = []
        self._backlog.look_ahead(1)
        while self._backlog and len(self._out) < room and not self._must_wait():
            job = self._backlog.pop()
            reply = attempt(lambda: pickle.dumps(job.task), None)  # noqa: B023 -- called at once
            failure, payload = unpacked(reply)
            if failure:
                failed.append(Outcome(job.task, None, failure))
            else:
                self._submit(job, payload)
            self._backlog.look_ahead(1)
        return failed

    def _must_wait(self) -> bool:
        return bool(self._out) and (self._backlog.wants_solitude or any(job.alone for job, _ in self._out.values()))

    def _submit(self, job: Job[T], payload: bytes) -> None:
        self._numbers += 1
        key = f"{self._name}-{self._numbers}"
        future = self._client.submit(_do, self._name, self._packed_duty, payload, key=key, pure=False)
        self._out[future] = (job, time.monotonic())
        future.add_done_callback(lambda done: self._back.put((done, time.monotonic())))

    def _look(self) -> None:
        """Count the workers, now and then; raise WorkersError when there has long been none."""
        now = time.monotonic()
        if now - self._looked < POLL:
            return
        if self._client.status != "running":
            raise WorkersError("the connection to the Dask scheduler is lost")
        self._looked = now
        self._workers = len(self._client.nthreads())
        if self._workers:
            self._seen = now
        elif now - self._seen > self._patience:
            raise WorkersError(f"the Dask cluster has had no worker for {self._patience:g} s")

    def _settle(self) -> list[Outcome[T, Any]]:
        """Wait a little for a task to come back; return its outcome if that is at an end."""
        try:
            future, came = self._back.get(timeout=POLL)
        except queue.Empty:
            return []
        job, sent = self._out[future]
        try:
            failure, result = self._answer(future, came - sent)
        except TimeoutError:  # its worker died before the result was fetched, and Dask has it done again
            self._back.put((future, came))
            return []
        del self._out[future]
        future.release()
        again = self._instead(job, failure) if failure else []
        self._backlog.put_back(again)
        return [] if again else [Outcome(job.task, result, failure)]

    @staticmethod
    def _instead(job: Job[T], failure: Failure) -> list[Job[T]]:
        # Dask has tried already, so that a whole task is halved at once. It also gives up what merely waited on a
        # worker that died, whatever killed that: a single record is blamed only if it was the only task out.
        killed = failure.message.startswith(_KILLED)
        return replace(job, part=True).instead("crashed" if killed else failure.kind, alone=True)

    def _answer(self, future: Future[bytes], seconds: float) -> tuple[Failure | None, Any]:
        from distributed import CancelledError, KilledWorker

        try:
            return unpacked(future.result(timeout=POLL))
        except KilledWorker as error:
            limit = _hard_limit(self._duty.task_timeout)
            tries = error.allowed_failures + 1
            late = limit is not None and seconds >= limit * tries
            return Failure("timeout" if late else "crashed", f"{_KILLED} ({tries} tries)"), None
        except CancelledError as error:
            raise WorkersError(f"the Dask cluster has dropped a task: {error}") from error
        except TimeoutError:
            raise
        except Exception as error:
            raise WorkersError(f"the Dask workers cannot do the work: {type(error).__name__}: {error}") from error


_KILLED = "each worker that had it died"


def _hard_limit(task_timeout: float | None) -> float | None:
    """Return after how many seconds a worker is to end itself: later than its task is interrupted, if it can be."""
    return None if task_timeout is None else 1.5 * task_timeout + 1


# In a worker: one task at a time whatever its threads, since the limits are those of the process.
_one_at_a_time = threading.Lock()
_set_up_for: set[str] = set()


def _do(run: str, packed_duty: bytes, payload: bytes) -> bytes:
    """Do a task in a worker."""
    duty: Duty = pickle.loads(packed_duty)  # noqa: S301 -- from the client, which may have anything run here
    with _one_at_a_time, memory_limit(duty.memory):
        if run not in _set_up_for:
            if duty.initializer:
                duty.initializer(*duty.initargs)
            _set_up_for.add(run)
        return attempt(lambda: _limited(duty, payload), _hard_limit(duty.task_timeout))


def _limited(duty: Duty, payload: bytes) -> object:
    with time_limit(duty.task_timeout):
        return duty.work(pickle.loads(payload))  # noqa: S301
