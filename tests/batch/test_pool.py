"""Each test starts worker processes, and watches what becomes of them and of their tasks."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from newsclean.batch.pool import Outcome, run_tasks, time_limit
from newsclean.errors import TimeLimitError, WorkersError
from tests.batch import chores
from tests.batch.chores import Span

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these kill by signals")


def run(tasks: Iterable[Span], work: Any = chores.count, **options: Any) -> list[Outcome[Span, Any]]:
    return list(run_tasks(tasks, work, **{"jobs": 2, **options}))


def kinds(outcomes: Iterable[Outcome[Span, Any]]) -> dict[str, str]:
    return {outcome.task.key: outcome.error.kind for outcome in outcomes if outcome.error}


def results(outcomes: Iterable[Outcome[Span, Any]]) -> list[Any]:
    return [outcome.result for outcome in outcomes]


def check_each_once(outcomes: Iterable[Outcome[Span, Any]], total: int) -> None:
    records = Counter(n for outcome in outcomes for n in outcome.task.records)
    assert records == Counter(range(total))


def test_every_task_has_its_own_result() -> None:
    outcomes = run(Span(n, n + 3) for n in range(0, 90, 3))
    check_each_once(outcomes, 90)
    assert all(outcome.result == list(outcome.task.records) and not outcome.error for outcome in outcomes)


def test_no_tasks_start_no_worker(tmp_path: Path) -> None:
    assert run([], initializer=chores.note_process, initargs=(tmp_path,)) == []
    assert not list(tmp_path.iterdir())


def test_few_tasks_start_few_workers(tmp_path: Path) -> None:
    assert len(run([Span(0, 1)], jobs=4, initializer=chores.note_process, initargs=(tmp_path,))) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("jobs", [0, -1])
def test_no_workers_are_refused(jobs: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        run([], jobs=jobs)


@pytest.mark.parametrize(
    ("trouble", "kind", "message"),
    [
        ("exit", "crashed", "its worker exited with code 3"),
        ("SIGKILL", "crashed", "its worker was killed by SIGKILL"),
        ("SIGSEGV", "crashed", "its worker was killed by SIGSEGV"),
        ("loop", "timeout", "took longer than 1 s"),
        ("regex", "timeout", "took longer than 1 s"),
        ("blocked", "timeout", "took longer than 1 s"),
        ("memory", "memory", "MemoryError"),
    ],
)
def test_poison_costs_the_one_record_that_it_is(trouble: str, kind: str, message: str) -> None:
    size, task_timeout = (2, 1) if kind == "timeout" else (4, 60)
    tasks = [Span(n, n + size, {5: trouble}) for n in range(0, 16, size)]
    outcomes = run(tasks, task_timeout=task_timeout, memory=1 << 30)
    check_each_once(outcomes, 16)
    assert kinds(outcomes) == {"5-6": kind}
    assert [outcome.error.message for outcome in outcomes if outcome.error] == [message]
    assert all(outcome.result == list(outcome.task.records) for outcome in outcomes if not outcome.error)


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("error", "ValueError: no date"),
        ("quit", "SystemExit: 4"),
        ("lambda", "pickle"),
        ("unreadable", "LookupError: not to be unpickled"),
    ],
)
def test_an_exception_is_the_outcome_of_its_task(trouble: str, message: str) -> None:
    outcomes = run(Span(n, n + 4, {5: trouble}) for n in range(0, 16, 4))
    check_each_once(outcomes, 16)
    assert kinds(outcomes) == {"4-8": "error"}
    error = next(outcome.error for outcome in outcomes if outcome.error)
    assert message in error.message
    assert trouble != "error" or "chores.py" in error.trace


def test_a_task_that_cannot_be_sent_is_an_outcome() -> None:
    bad: dict[int, Any] = {1: lambda: None}
    outcomes = run([Span(0, 1), Span(1, 2, bad), Span(2, 3)])
    check_each_once(outcomes, 3)
    assert kinds(outcomes) == {"1-2": "error"}


def test_a_thousand_tasks_five_of_them_poison(tmp_path: Path) -> None:
    poison = {130: "exit", 401: "SIGKILL", 402: "loop", 777: "SIGSEGV", 1999: "regex"}
    tasks = (Span(n, n + 2, poison) for n in range(0, 2000, 2))
    outcomes = run(tasks, partial(chores.write, folder=tmp_path), task_timeout=1)
    check_each_once(outcomes, 2000)
    assert kinds(outcomes) == {
        f"{n}-{n + 1}": "timeout" if how in {"loop", "regex"} else "crashed" for n, how in poison.items()
    }
    assert {int(path.name) for path in tmp_path.iterdir()} == set(range(2000)) - set(poison)


@pytest.mark.parametrize("how", ["exit", "SIGKILL"])
def test_a_task_whose_worker_died_for_another_reason_is_done_whole(tmp_path: Path, how: str) -> None:
    outcomes = run([Span(n, n + 9) for n in (0, 9, 18)], partial(chores.die_once, folder=tmp_path, how=how))
    assert sorted(results(outcomes)) == [0, 9, 18]
    assert len(list(tmp_path.iterdir())) == 3  # each did die


def test_a_single_record_gets_a_second_try(tmp_path: Path) -> None:
    outcomes = run([Span(n, n + 1) for n in range(4)], partial(chores.die_once, folder=tmp_path, how="SIGKILL"))
    assert sorted(results(outcomes)) == [0, 1, 2, 3]


def test_a_record_killed_by_the_system_is_tried_without_neighbours(tmp_path: Path) -> None:
    work = partial(chores.crowd, folder=tmp_path, greedy=6)
    outcomes = run((Span(n, n + 1) for n in range(20)), work, jobs=3)
    assert (tmp_path / "killed").exists()
    assert sorted(results(outcomes)) == list(range(20))


def test_workers_killed_from_outside_cost_nothing(tmp_path: Path) -> None:
    work = partial(chores.write, folder=tmp_path, seconds=0.02)
    killed: set[int] = set()
    outcomes = []
    for outcome in run_tasks((Span(n, n + 1) for n in range(60)), work, jobs=2):
        outcomes.append(outcome)
        if len(outcomes) in {10, 30}:
            pid = int((tmp_path / str(outcome.task.start)).read_text("utf-8"))
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    check_each_once(outcomes, 60)
    assert not kinds(outcomes)
    assert len(killed) == 2


def test_the_time_before_a_worker_is_ready_is_not_the_task_s() -> None:
    outcomes = run([Span(0, 1)], initializer=time.sleep, initargs=(1.2,), task_timeout=1)
    assert not kinds(outcomes)


def test_a_slow_reader_makes_no_task_late() -> None:
    outcomes = []
    for outcome in run_tasks((Span(n, n + 1) for n in range(4)), chores.count, jobs=2, task_timeout=1):
        time.sleep(1.1)
        outcomes.append(outcome)
    check_each_once(outcomes, 4)
    assert not kinds(outcomes)


def test_a_record_is_stopped_in_its_worker() -> None:
    tasks = [Span(0, 3, {1: "loop"}), Span(3, 6)]
    outcomes = run(tasks, partial(chores.count_within, seconds=0.2), task_timeout=30)
    assert [0, "took longer than 0.2 s", 2] in results(outcomes)
    assert not kinds(outcomes)


def test_time_limit_is_lifted_after_the_block() -> None:
    with time_limit(0.1):
        pass
    time.sleep(0.15)
    with pytest.raises(TimeLimitError, match=r"longer than 0\.1 s"), time_limit(0.1):
        time.sleep(5)


def test_time_limit_within_another_leaves_it_what_is_left() -> None:
    started = time.monotonic()
    outer = time_limit(0.3)
    outer.__enter__()
    with pytest.raises(TimeLimitError, match=r"longer than 0\.1 s"), time_limit(0.1):
        time.sleep(5)
    with pytest.raises(TimeLimitError, match=r"longer than 0\.3 s"):
        time.sleep(5)
    outer.__exit__(None, None, None)
    assert 0.25 < time.monotonic() - started < 2


def test_time_limit_holds_in_a_thread_too() -> None:
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(chores.count_within, Span(0, 3, {1: "loop"}), 0.1).result(20) == [
            0,
            "took longer than 0.1 s",
            2,
        ]


def test_a_worker_that_cannot_be_set_up_ends_the_run() -> None:
    with pytest.raises(WorkersError, match="ValueError: no such pack"):
        run([Span(0, 1)], initializer=chores.fail_to_start)
    with pytest.raises(WorkersError, match="before they are ready: the last one exited with code 7"):
        run([Span(0, 1)], initializer=chores.die_at_start)


def test_a_million_tasks_are_read_as_they_are_done() -> None:
    tasks = chores.Counted()
    outcomes = run_tasks(tasks, chores.count, jobs=2)
    tracemalloc.start()
    try:
        for done in range(1, 3001):
            next(outcomes)
            assert tasks.taken <= done + 10
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
        outcomes.close()  # type: ignore[attr-defined]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def workers_of(folder: Path) -> list[int]:
    return [int(path.name.removeprefix("process-")) for path in folder.glob("process-*")]


def until(condition: Any, seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def parent(folder: Path, trouble: str, task_timeout: float = 30) -> subprocess.Popen[str]:
    """Start a run of its own, in a session of its own, with two workers at long tasks."""
    code = """
        import sys
        from functools import partial
        from pathlib import Path
        from newsclean.batch.pool import run_tasks
        from tests.batch import chores
        if __name__ == "__main__":
            folder, trouble, task_timeout = sys.argv[1:]
            tasks = [chores.Span(n, n + 1, {n: trouble}) for n in range(9)]
            list(run_tasks(tasks, chores.count, jobs=2, initializer=chores.note_process, initargs=(Path(folder),),
                           task_timeout=float(task_timeout)))
    """
    script = folder / "parent.py"
    script.write_text(textwrap.dedent(code), "utf-8")
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), trouble, str(task_timeout)],
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


@needs_proc
@pytest.mark.parametrize("trouble", ["loop", "blocked"])
def test_ctrl_c_leaves_no_children(tmp_path: Path, trouble: str) -> None:
    with parent(tmp_path, trouble) as process:
        assert until(lambda: len(workers_of(tmp_path)) == 2)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: parent and workers
        started = time.monotonic()
        _, said = process.communicate(timeout=20)
        assert time.monotonic() - started < 5
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert said.count("Traceback") == 1  # the workers say nothing
    assert not [pid for pid in workers_of(tmp_path) if alive(pid)]


@needs_proc
@pytest.mark.parametrize(("trouble", "task_timeout", "seconds"), [("loop", 30, 2), ("blocked", 30, 2), ("regex", 1, 5)])
def test_the_death_of_the_parent_ends_its_workers(
    tmp_path: Path, trouble: str, task_timeout: float, seconds: float
) -> None:
    with parent(tmp_path, trouble, task_timeout) as process:
        assert until(lambda: len(workers_of(tmp_path)) == 2)
        time.sleep(0.2)
        pids = workers_of(tmp_path)
        assert all(alive(pid) for pid in pids)
        process.kill()
    assert until(lambda: not any(alive(pid) for pid in pids), seconds)


@needs_proc
def test_closing_the_iterator_ends_the_workers(tmp_path: Path) -> None:
    work = partial(chores.nap, seconds=0.05)
    outcomes = run_tasks(
        (Span(n, n + 1) for n in range(99)), work, jobs=2, initializer=chores.note_process, initargs=(tmp_path,)
    )
    next(outcomes)
    pids = workers_of(tmp_path)
    assert pids
    outcomes.close()  # type: ignore[attr-defined]
    assert not [pid for pid in workers_of(tmp_path) if alive(pid)]


def test_an_error_of_the_source_is_raised() -> None:
    def broken() -> Iterator[Span]:
        yield Span(0, 1)
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        run(broken())
