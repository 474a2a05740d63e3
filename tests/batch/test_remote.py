"""Batches that read and write a store elsewhere: S3 as moto serves it, and the web as a server of files."""

import functools
import gzip
import http.server
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsclean.batch.ledger import Ledger
from tests.batch.command import CLEAN, COMMAND, DIRTY, rows_of, run, write_lines

pytestmark = [pytest.mark.usefixtures("folder"), pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The store, with an empty bucket `news` in it."""
    import s3fs

    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    found = s3fs.S3FileSystem(endpoint_url=endpoint, use_listings_cache=False, skip_instance_cache=True)
    if found.exists("news"):
        found.rm("news", recursive=True)
    found.mkdir("news")
    return found


def fill(store: Any) -> None:
    store.pipe_file("news/in/a.txt", DIRTY.encode())
    store.pipe_file("news/in/sub/page.html", b"<!doctype html><p>Storm  hits</p>")
    store.pipe_file("news/in/sub/data.jsonl", rows_of([f"{DIRTY}{at}\n" for at in range(3000)]).encode())
    store.pipe_file("news/in/sub/packed.jsonl.gz", gzip.compress(rows_of([DIRTY] * 20).encode()))
    store.pipe_file("news/in/.hidden/b.txt", DIRTY.encode())


def texts(data: bytes) -> list[str]:
    return [json.loads(line)["text"] for line in data.splitlines()]


def check(store: Any, place: str) -> None:
    """Check what became of what was filled in."""
    assert sorted(found.removeprefix(place) for found in store.find(place)) == [
        "/a.txt", "/failed.jsonl", "/newsclean.ledger", "/sub/data.jsonl", "/sub/packed.jsonl.gz", "/sub/page.txt",
    ]  # fmt: skip
    assert store.cat_file(f"{place}/a.txt") == CLEAN.encode()
    assert store.cat_file(f"{place}/sub/page.txt") == b"Storm hits\n"
    assert texts(store.cat_file(f"{place}/sub/data.jsonl")) == [f"{CLEAN}{at}\n" for at in range(3000)]
    assert texts(gzip.decompress(store.cat_file(f"{place}/sub/packed.jsonl.gz"))) == [CLEAN] * 20


def test_from_a_store_to_a_store(store: Any) -> None:
    fill(store)
    done = run("s3://news/in", "-o", "s3://news/out", "--jobs", "2", "--summary", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["documents"] == 3022
    check(store, "news/out")
    store.pipe_file("news/in/a.txt", b"It has  changed.\n")
    told = json.loads(run("s3://news/in", "-o", "s3://news/out", "--summary", "json").stdout)
    assert (told["documents"], told["skipped"]) == (1, 3)
    assert store.cat_file("news/out/a.txt") == b"It has changed.\n"


def test_from_a_store_to_this_machine_and_back(store: Any) -> None:
    fill(store)
    assert run("s3://news/in", "-o", "out", "--quiet").returncode == 0
    assert Path("out/a.txt").read_text("utf-8") == CLEAN
    assert len(Path("out/sub/data.jsonl").read_bytes().splitlines()) == 3000
    write_lines("more/b.jsonl", [DIRTY])
    assert run("more", "-o", "s3://news/more", "--quiet").returncode == 0
    assert texts(store.cat_file("news/more/b.jsonl")) == [CLEAN]


def test_a_run_to_a_store_that_is_killed_and_resumed(store: Any) -> None:
    fill(store)
    command = [*COMMAND, "s3://news/in", "-o", "s3://news/out", "--jobs", "2", "--extend", "poison", "--quiet"]
    for seconds in (1.5, 2.0):
        process = subprocess.Popen(command, start_new_session=True)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert subprocess.run(command, check=False).returncode == 0
    check(store, "news/out")


def test_failures_and_refusals(store: Any, tmp_path: Path) -> None:
    store.pipe_file("news/in/bad.jsonl", b'{"text": "a"}\n{"text": \n')
    assert run("s3://news/in", "-o", "s3://news/out", "--quiet").returncode == 1
    failed = json.loads(store.cat_file("news/out/failed.jsonl"))
    assert (failed["source"], failed["place"], failed["reason"]) == ("s3://news/in/bad.jsonl", "line 2", "json")
    store.get_file("news/out/newsclean.ledger", str(tmp_path / "newsclean.ledger"))
    with Ledger(tmp_path) as ledger:
        assert [source for source, _ in ledger.failures()] == ["s3://news/in/bad.jsonl"]
    inside = run("s3://news/in", "-o", "s3://news/in/out")
    assert (inside.returncode, "lies inside the input" in inside.stderr) == (2, True)
    none = run("s3://news/none.jsonl", "-o", "out")
    assert none.returncode == 2
    assert "s3://news/none.jsonl" in none.stderr
    assert "Traceback" not in none.stderr
    nowhere = run("a.txt", "-o", "s3://no-such-bucket-of-ours/out/")
    assert nowhere.returncode == 2
    assert "Traceback" not in nowhere.stderr


def test_single_files_on_a_pipe_and_back(store: Any) -> None:
    store.pipe_file("news/a.txt", DIRTY.encode())
    store.pipe_file("news/a.jsonl", rows_of([DIRTY]).encode())
    assert run("s3://news/a.txt").stdout == CLEAN
    assert texts(run("s3://news/a.jsonl").stdout.encode()) == [CLEAN]
    assert run("s3://news/a.txt", "-o", "s3://news/b.txt").returncode == 0
    assert store.cat_file("news/b.txt") == CLEAN.encode()


@pytest.fixture
def web(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_web_is_read_and_not_written(web: str) -> None:
    pytest.importorskip("aiohttp")
    pytest.importorskip("fsspec")
    Path("story").write_text("<!doctype html><title>A</title><p>Storm  hits</p>", "utf-8")
    write_lines("data/a.jsonl", [DIRTY, DIRTY])
    done = run(f"{web}/story", f"{web}/data/a.jsonl", "-o", "out/", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("out/story.txt").read_text("utf-8") == "Storm hits\n"
    assert texts(Path("out/a.jsonl").read_bytes()) == [CLEAN, CLEAN]
    refused = run("data", "-o", f"{web}/out")
    assert refused.returncode == 2
    assert "is on the web, which is read and not written" in refused.stderr


def test_what_has_changed_on_the_web_is_read_again(web: str, folder: Path) -> None:
    pytest.importorskip("aiohttp")
    write_lines("data/a.jsonl", [f"{DIRTY}{at}\n" for at in range(3000)])
    for text in ("Storm one.\n", "Storm two.\n"):
        Path("p.txt").write_text(text, "utf-8")
        os.utime("p.txt", (0, 1_000_000_000 if "one" in text else 1_000_000_100))
        told = json.loads(run(f"{web}/p.txt", f"{web}/data/a.jsonl", "-o", "out/", "--summary", "json").stdout)
        assert Path("out/p.txt").read_text("utf-8") == text
    assert (told["documents"], told["skipped"]) == (1, 1)
    assert len((folder / "out/a.jsonl").read_bytes().splitlines()) == 3000


def test_a_name_is_no_chain_of_addresses(store: Any) -> None:
    for name in ("a::b.txt", "a::file:///etc/hostname"):
        store.pipe_file(f"news/in/{name}", DIRTY.encode())
    store.pipe_file("news/in/a::c.txt", DIRTY.encode())
    assert run("s3://news/in", "-o", "s3://news/out", "--quiet").returncode == 0
    assert {found.rpartition("/")[2] for found in store.find("news/out")} == {
        "a::b.txt", "a::c.txt", "failed.jsonl", "newsclean.ledger",
    }  # fmt: skip


def test_over_itself(store: Any) -> None:
    store.pipe_file("news/a.txt", DIRTY.encode())
    done = run("s3://news/a.txt", "-o", "s3://news/a.txt")
    assert (done.returncode, "is one of the inputs" in done.stderr) == (2, True)
    assert store.cat_file("news/a.txt") == DIRTY.encode()
