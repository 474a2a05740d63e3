"""What a batch says while it runs: a bar on a terminal, lines elsewhere, and how to go on when it is stopped."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsclean.batch import order
from newsclean.batch.runner import Progress
from newsclean.batch.work import Counts
from newsclean.run import Report
from tests.batch.command import COMMAND, DIRTY, run, write_lines

pytestmark = pytest.mark.usefixtures("folder")


def seen_on_a_terminal(arguments: Sequence[str]) -> str:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    batch = subprocess.Popen([*COMMAND, *arguments], stderr=theirs, stdout=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    batch.wait(60)
    return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen).decode()


def test_a_bar_on_a_terminal() -> None:
    write_lines("in/a.jsonl", [f"{DIRTY}SLOWLY\n"] * 300)
    Path("in/b.jsonl").write_text("{\n", encoding="utf-8")
    seen = seen_on_a_terminal(["in", "-o", "out", "--extend", "poison", "--jobs", "1"])
    assert "1 failed" in seen
    assert re.search(r"\d documents?\b.* [━╸╺]+ .*\d/\d.* [kM]?B", seen)
    assert "300 documents cleaned" in seen
    assert "━" not in seen_on_a_terminal(["in", "-o", "more", "--quiet"])


def test_lines_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "EVERY", 0.0)
    said: list[str] = []
    progress = Progress(inputs=5, done_inputs=2, skipped=1, counts=Counts(documents=1200, failed=3))
    with order._shown(Report(said.append)) as tell:
        tell(progress)
    assert said == ["3 of 5 inputs, 1,200 documents, 3 failed"]
    with order._shown(Report(said.append, level=0)) as tell:
        tell(progress)
    assert len(said) == 1


def test_an_interrupt_says_how_to_go_on() -> None:
    write_lines("in/a.jsonl", [f"{DIRTY}SLOWLY {at}\n" for at in range(3000)])
    arguments = ["in", "-o", "out", "--extend", "poison", "--jobs", "2"]
    batch = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not list(Path("out").glob(".newsclean-parts/*.counts")) and batch.poll() is None:
        time.sleep(0.01)
    os.killpg(batch.pid, signal.SIGINT)  # as a terminal does: parent and workers
    _, said = batch.communicate(timeout=60)
    assert batch.returncode == 130
    assert said == "newsclean: stopped: the same command goes on where this left off\n"
    assert not Path("out/a.jsonl").exists()
    assert run(*arguments, "--quiet").returncode == 0
    assert run("in", "-o", "whole", "--quiet").returncode == 0
    assert Path("out/a.jsonl").read_bytes() == Path("whole/a.jsonl").read_bytes()
