"""Each test runs tasks on a Dask cluster of processes on this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from newsclean.batch.dask_pool import DaskRunner
from newsclean.batch.pool import Outcome
from newsclean.errors import ConfigError, WorkersError
from tests.batch import chores
from tests.batch.chores import Span
from tests.batch.command import COMMAND, DIRTY, run, write_lines

ROOT = Path(__file__).parents[2]

# What warns here is Dask, of its own doings.
pytestmark = pytest.mark.filterwarnings("default")


def check_each_once(outcomes: Iterable[Outcome[Span, Any]], total: int) -> None:
    records = Counter(n for outcome in outcomes for n in outcome.task.records)
    assert records == Counter(range(total))


def kinds(outcomes: Iterable[Outcome[Span, Any]]) -> dict[str, str]:
    return {outcome.task.key: outcome.error.kind for outcome in outcomes if outcome.error}


@pytest.mark.parametrize(
    "address", ["", "local", "local:", "local:0", "local:-1", "local:x", "scheduler:8786", "tcp://"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="no Dask cluster: give tcp://"):
        DaskRunner(address)


def test_a_missing_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"pip install 'newsclean\[dask\]'"):
        list(DaskRunner("local:1").run_tasks([Span(0, 1)], chores.count))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)])),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    child = subprocess.Popen(
        command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@contextlib.contextmanager
def scheduler() -> Iterator[str]:
    address = f"tcp://127.0.0.1:{free_port()}"
    _, host, port = address.split(":")
    with process("dask_scheduler", "--host", host[2:], "--port", port, "--no-dashboard"):
        yield address


def worker(address: str, folder: Path, *options: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    return process(
        "dask_worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder), *options
    )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    with scheduler() as address, worker(address, folder), worker(address, folder):
        yield address


def test_every_task_has_its_own_result(cluster: str) -> None:
    outcomes = list(DaskRunner(cluster).run_tasks((Span(n, n + 3) for n in range(0, 90, 3)), chores.count))
    check_each_once(outcomes, 90)
    assert all(outcome.result == list(outcome.task.records) and not outcome.error for outcome in outcomes)


def test_exceptions_are_outcomes(cluster: str) -> None:
    unsendable: dict[int, Any] = {9: lambda: None}
    tasks = [Span(0, 4, {1: "error"}), Span(4, 6, {4: "lambda"}), Span(6, 9), Span(9, 10, unsendable)]
    outcomes = list(DaskRunner(cluster).run_tasks(tasks, chores.count))
    check_each_once(outcomes, 10)
    assert kinds(outcomes) == {"0-4": "error", "4-6": "error", "9-10": "error"}


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [("exit", "crashed"), ("SIGKILL", "crashed"), ("loop", "timeout"), ("regex", "timeout"), ("memory", "memory")],
)
def test_poison_costs_the_one_record_that_it_is(cluster: str, trouble: str, kind: str) -> None:
    tasks = [Span(n, n + 2, {5: trouble}) for n in range(0, 16, 2)]
    options: dict[str, Any] = {"task_timeout": 1 if trouble == "regex" else 3, "memory": 2 << 30}
    outcomes = list(DaskRunner(cluster).run_tasks(tasks, chores.count, **options))
    check_each_once(outcomes, 16)
    assert kinds(outcomes) == {"5-6": kind}
    assert all(outcome.result == list(outcome.task.records) for outcome in outcomes if not outcome.error)


def test_a_record_is_stopped_in_its_worker(cluster: str) -> None:
    work = partial(chores.count_within, seconds=0.3)
    outcomes = list(DaskRunner(cluster).run_tasks([Span(0, 3, {1: "loop"})], work))
    assert [outcome.result for outcome in outcomes] == [[0, "took longer than 0.3 s", 2]]


def test_workers_are_set_up_once_a_run(cluster: str, tmp_path: Path) -> None:
    tasks = [Span(n, n + 1) for n in range(20)]
    runner = DaskRunner(cluster)
    assert len(list(runner.run_tasks(tasks, chores.count, initializer=chores.note_process, initargs=(tmp_path,)))) == 20
    assert 1 <= len(list(tmp_path.iterdir())) <= 2
    with pytest.raises(WorkersError, match="no such pack"):
        list(runner.run_tasks(tasks, chores.count, initializer=chores.fail_to_start))


def test_tasks_are_read_as_they_are_done(cluster: str) -> None:
    tasks = chores.Counted()
    outcomes = DaskRunner(cluster).run_tasks(tasks, chores.count)
    for done in range(1, 101):
        next(outcomes)
        assert tasks.taken <= done + 10
    outcomes.close()  # type: ignore[attr-defined]


def test_a_worker_killed_in_mid_run_costs_nothing(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    output = tmp_path / "output"
    output.mkdir()
    work = partial(chores.write, folder=output, seconds=0.02)
    options = ("--no-nanny",)  # so that the process that is killed is the worker, and no other takes its place
    with (
        scheduler() as address,
        worker(address, tmp_path, *options) as first,
        worker(address, tmp_path, *options) as second,
    ):
        outcomes = []
        for outcome in DaskRunner(address).run_tasks((Span(n, n + 4) for n in range(0, 800, 4)), work):
            outcomes.append(outcome)
            writers = {int(path.read_text("utf-8")) for path in output.iterdir()} if first.poll() is None else set()
            if {first.pid, second.pid} <= writers:  # both are at work
                first.kill()
                first.wait()
        assert first.returncode == -signal.SIGKILL
    check_each_once(outcomes, 800)
    assert not kinds(outcomes)
    assert {int(path.name) for path in output.iterdir()} == set(range(800))


def test_a_cluster_without_workers_is_given_up(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with scheduler() as address, worker(address, tmp_path, "--no-nanny") as only:
        outcomes = DaskRunner(address, patience=2).run_tasks(
            (Span(n, n + 1) for n in range(100)), partial(chores.nap, seconds=0.01)
        )
        next(outcomes)
        only.kill()
        with pytest.raises(WorkersError, match="no worker for 2 s"):
            list(outcomes)


def test_no_scheduler_is_an_error() -> None:
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), pytest.raises(WorkersError, match="no Dask"):
        list(DaskRunner(f"tcp://127.0.0.1:{free_port()}").run_tasks([Span(0, 1)], chores.count))


def test_a_cluster_of_its_own() -> None:
    pytest.importorskip("distributed")
    tasks = [Span(n, n + 2, {5: "exit"}) for n in range(0, 20, 2)]
    outcomes = list(DaskRunner("local:2").run_tasks(tasks, chores.count))
    check_each_once(outcomes, 20)
    assert kinds(outcomes) == {"5-6": "crashed"}


@pytest.mark.usefixtures("folder")
def test_the_command_on_a_cluster_whose_worker_is_killed(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    for number in range(4):
        write_lines(f"in/{number}.jsonl", [f"{DIRTY}SLOWLY {number} {at}\n" for at in range(300)])
    options = ["--extend", "poison", "--quiet"]
    assert run("in", "-o", "here", *options).returncode == 0
    with (
        scheduler() as address,
        worker(address, tmp_path, "--no-nanny") as first,
        worker(address, tmp_path, "--no-nanny") as second,
    ):
        batch = subprocess.Popen([*COMMAND, "in", "-o", "there", *options, "--dask", address])
        while not list(Path("there").glob(".newsclean-parts/*.counts")) and batch.poll() is None:
            time.sleep(0.01)
        first.kill()
        assert batch.wait(120) == 0
        assert (first.wait(), second.poll()) == (-signal.SIGKILL, None)
    names = sorted(path.name for path in Path("here").iterdir())
    assert sorted(path.name for path in Path("there").iterdir()) == names
    for name in set(names) - {"newsclean.ledger"}:
        assert Path("there", name).read_bytes() == Path("here", name).read_bytes()
