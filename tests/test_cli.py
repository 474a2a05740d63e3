import json
import os
import pty
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

import newsclean
from newsclean import Document, Edit
from newsclean.cli import main
from newsclean.filters import FILTERS
from tests.cases import FIXTURES

COMMAND = [sys.executable, "-m", "newsclean"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(FIXTURES.parent)}

DIRTY = b"Storm  hits .\r\n\r\n\r\n\r\nIt left.\r\n"
CLEAN = b"Storm hits.\r\n\r\nIt left.\r\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a dirty and a clean file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(DIRTY)
    (tmp_path / "clean.txt").write_bytes(CLEAN)
    return tmp_path


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def process(
    *arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        env={**ENVIRONMENT, **(environment or {})},
        check=False,
    )


def left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


class TestStreams:
    def test_standard_input(self) -> None:
        for arguments in ((), ("-",)):
            done = process(*arguments, stdin=DIRTY)
            assert (done.returncode, done.stdout, done.stderr) == (0, CLEAN, b"")

    def test_redirection(self) -> None:
        line = f"{' '.join(COMMAND)} < a.txt > out.txt; {' '.join(COMMAND)} --check a.txt; echo $?"
        done = subprocess.run(["sh", "-c", line], capture_output=True, env=ENVIRONMENT, check=False)
        assert (done.stdout, done.stderr) == (b"1\n", b"newsclean: would change: a.txt\n")
        assert Path("out.txt").read_bytes() == CLEAN

    def test_a_file(self) -> None:
        done = run("a.txt")
        assert (done.exit_code, done.stdout_bytes, done.stderr) == (0, CLEAN, "")

    def test_files_one_after_another(self) -> None:
        Path("b.txt").write_bytes(b"no line break at the end")
        Path("empty.txt").write_bytes(b"")
        done = run("a.txt", "b.txt", "empty.txt", "-", "b.txt", stdin=b"piped")
        assert done.stdout_bytes == CLEAN + b"no line break at the end\npiped\nno line break at the end"

    def test_nothing_gives_nothing(self) -> None:
        done = run(stdin=b"")
        assert (done.exit_code, done.stdout_bytes) == (0, b"")

    def test_the_help_on_a_terminal(self) -> None:
        done = on_terminal()
        assert done.returncode == 0
        assert done.stdout.startswith(b"Usage: ")

    def test_a_closed_pipe_ends_quietly(self) -> None:
        Path("long.txt").write_bytes(b"A line of text.\n" * 100_000)
        with subprocess.Popen(
            [*COMMAND, "--select", "whitespace", *["long.txt"] * 3],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            assert running.stdout.readline() == b"A line of text.\n"
            running.stdout.close()
            assert running.stderr.read() == b""
        assert running.returncode == 141

    def test_an_interrupt_ends_quietly(self) -> None:
        with subprocess.Popen(
            [*COMMAND, "-v", "a.txt", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.read(len(CLEAN))  # by now it waits for standard input
            running.stderr.readline()
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 130
            assert running.stderr.read() == b""

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
    def test_a_full_disk_is_an_error(self) -> None:
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            done = subprocess.run(
                [*COMMAND, "a.txt"], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
            )
        assert done.returncode == 2
        assert done.stderr == b"Error: No space left on device\n"

    def test_standard_output_that_is_the_input(self) -> None:
        with open("a.txt", "ab") as stream:  # noqa: PTH123
            done = subprocess.run(
                [*COMMAND, "a.txt"], stdout=stream, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
            )
        assert done.returncode == 2
        assert b"standard output is one of the inputs" in done.stderr
        assert Path("a.txt").read_bytes() == DIRTY

    def test_seed(self) -> None:
        seed = FIXTURES / "pipeline" / "kyrgyzstan"
        clean = (seed / "clean.txt").read_bytes()
        assert run(str(seed / "dirty.txt")).stdout_bytes == clean
        dirty = (seed / "dirty.txt").read_bytes()
        assert process(stdin=dirty).stdout == clean
        record = run("--format", "json", stdin=dirty)
        assert run("--restore", "-", stdin=record.stdout_bytes).stdout_bytes == dirty


def lock(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file one that may not be read, for root as well."""
    access, read = os.access, Path.read_bytes

    def may(path: str, mode: int) -> bool:
        return os.fspath(path) != name and access(path, mode)

    def read_bytes(path: Path) -> bytes:
        if str(path) == name:
            raise PermissionError(13, "Permission denied", name)
        return read(path)

    monkeypatch.setattr(os, "access", may)
    monkeypatch.setattr(Path, "read_bytes", read_bytes)


def on_terminal(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command with a terminal for standard input and standard output."""
    here, there = pty.openpty()
    settings = {"TERM": "xterm", **ENVIRONMENT, **(environment or {})}
    settings = {key: value for key, value in settings.items() if value}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=there, stdout=there, stderr=subprocess.PIPE, env=settings
    ) as running:
        os.close(there)
        shown = b"".join(read_all(here))
        os.close(here)
        assert running.stderr is not None
        said = running.stderr.read()
    return subprocess.CompletedProcess(arguments, running.returncode, shown.replace(b"\r\n", b"\n"), said)


def read_all(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(descriptor, 4096)
        except OSError:  # how a terminal says that nobody is at its other end any more
            return
        if not piece:
            return
        yield piece


class TestInput:
    def test_errors_and_exit_codes(self) -> None:
        Path("image.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
        Path("sub").mkdir()
        for name, message in (
            ("image.txt", "this is a PNG image, not text"),
            ("sub", "this is a folder: give -o FOLDER, for what becomes of the files in it"),
            ("missing.txt", "there is no such file"),
        ):
            alone = run(name)
            assert (alone.exit_code, alone.stdout_bytes) == (2, b"")
            assert message in alone.stderr
            among = run("a.txt", name, "clean.txt")
            assert (among.exit_code, among.stdout_bytes) == (1, CLEAN + CLEAN)
            assert "1 of 3 documents failed" in among.stderr

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_an_unreadable_file(self) -> None:
        Path("a.txt").chmod(0)
        done = run("a.txt")
        assert (done.exit_code, done.stdout_bytes) == (2, b"")
        assert "a.txt: this cannot be read: Permission denied" in done.stderr

    def test_an_unreadable_file_among_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("locked.txt").write_bytes(DIRTY)
        lock("locked.txt", monkeypatch)
        done = run("a.txt", "locked.txt")
        assert (done.exit_code, done.stdout_bytes) == (1, CLEAN)
        assert "error: locked.txt: this cannot be read: Permission denied" in done.stderr

    def test_names_cannot_command_the_terminal(self) -> None:
        done = run("bad\x1b[2J.txt")
        assert "\x1b" not in done.stderr
        assert "bad\\x1b[2J.txt: there is no such file" in done.stderr
        for arguments in (
            ("--config", "x\x1b[2J\n.toml"),
            ("--restore", "x\x1b[2J\n"),
            ("a.txt", "-o", "x\x1b[2J\n/y"),
        ):
            done = run(*arguments)
            assert done.exit_code == 2
            assert "x\\x1b[2J\\n" in done.stderr
            assert "\x1b" not in done.stderr
            assert done.stderr.count("\n") == 1

    def test_a_name_with_a_line_break_stays_on_its_line(self) -> None:
        Path("a\nb.txt").write_bytes(DIRTY)
        assert run("--check", "a\nb.txt").stderr == "newsclean: would change: a\\nb.txt\n"
        assert run("--diff", "a\nb.txt").stdout.startswith("--- a\\nb.txt\n+++ a\\nb.txt\n@@")

    @pytest.mark.parametrize("arguments", [("a.txt", "missing.txt"), ("--show-config",)])
    def test_a_wrong_encoding_is_said_once(self, arguments: tuple[str, ...]) -> None:
        Path("newsclean.toml").write_text('encoding = "utf9"')
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "newsclean.toml: \"encoding\": there is no encoding 'utf9'" in done.stderr
        assert done.stderr.count("\n") == 1
        done = run("--encoding", "utf8x", "a.txt", "missing.txt")
        assert done.exit_code == 2
        assert done.stderr.startswith("Error: command line: \"encoding\": there is no encoding 'utf8x'")
        assert done.stderr.count("\n") == 1

    def test_damaged_utf8(self) -> None:
        data = "Über  café".encode() + b"\xff"
        done = run(stdin=data)
        assert (done.exit_code, done.stdout) == (0, "Über café")
        assert done.stderr == (
            "newsclean: warning: -: the document is UTF-8, but damaged or cut off (stray bytes: 1)\n"
        )
        assert run("--select", "whitespace", "-q", stdin=data).stdout_bytes == data.replace(b"  ", b" ")
        Path("a.txt").write_bytes(data)
        assert run("--in-place", "--select", "whitespace", "a.txt").exit_code == 0
        assert Path("a.txt").read_bytes() == data.replace(b"  ", b" ")

    def test_encoding(self) -> None:
        data = "El  señor".encode("cp1252")
        assert json.loads(run("--format", "jsonl", stdin=data).stdout)["encoding"]["guessed"] is True
        told = run("--format", "jsonl", "--encoding", "latin-1", stdin=data)
        assert json.loads(told.stdout)["encoding"] == {"name": "iso8859-1", "bom": False, "guessed": False}
        assert run("--encoding", "latin-1", stdin=data).stdout_bytes == "El señor".encode()
        assert "at byte 6" in run("--encoding", "utf-8", stdin=data).stderr
        wrong = run("--encoding", "utf9", stdin=data)
        assert wrong.exit_code == 2
        assert "no encoding 'utf9'" in wrong.stderr

    def test_utf16(self) -> None:
        assert run(stdin="Storm  hits ß".encode("utf-16")).stdout_bytes == "Storm hits ß".encode()

    def test_html(self) -> None:
        page = b"<!doctype html><p>Storm  <b>hits</b></p>"
        assert run(stdin=page).stdout == "Storm hits\n"
        assert json.loads(run("--format", "json", stdin=page).stdout)["input"] == "html"
        assert run("--input", "html", stdin=b"a<p>b").stdout == "a\n\nb\n"
        assert run("--input", "text", "--select", "whitespace", stdin=page).stdout_bytes == page.replace(b"  ", b" ")

    def test_a_filter_that_breaks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(_document: Document) -> Iterable[Edit]:
            raise KeyError("x")

        monkeypatch.setattr("newsclean.filters.FILTERS", {"broken": broken})
        monkeypatch.setattr("newsclean.pipeline.FILTERS", {"broken": broken})
        done = run("a.txt")
        assert (done.exit_code, done.stdout_bytes) == (2, b"")
        assert "a.txt: a filter failed: KeyError: 'x'" in done.stderr

    def test_nothing_left(self) -> None:
        done = run(stdin=b".ad{display:none}\n")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "warning: -: all 3 words were removed" in done.stderr
        record = run("--format", "json", "-q", stdin=b".ad{display:none}\n")
        assert (record.exit_code, record.stderr) == (1, "")
        assert json.loads(record.stdout)["warnings"][0]["code"] == "nothing-left"


class TestFormats:
    def test_json_is_one_object_for_one_input(self) -> None:
        done = run("--format", "json", "a.txt")
        assert done.stdout.startswith("{\n  ")
        assert json.loads(done.stdout)["source"] == "a.txt"

    @pytest.mark.parametrize("form", ["json", "jsonl"])
    def test_several_inputs_are_json_lines(self, form: str) -> None:
        done = run("--format", form, "a.txt", "clean.txt")
        assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == ["a.txt", "clean.txt"]

    def test_jsonl_is_one_line(self) -> None:
        assert run("--format", "jsonl", "a.txt").stdout.count("\n") == 1

    def test_diff(self) -> None:
        done = run("--diff", "a.txt", "clean.txt")
        assert done.exit_code == 0
        assert done.stdout_bytes.startswith(
            b"--- a.txt\n+++ a.txt\n@@ -1,5 +1,3 @@\n-Storm  hits .\r\n+Storm hits.\r\n"
        )
        assert b"clean.txt" not in done.stdout_bytes
        assert run("--diff", "--check", "a.txt").exit_code == 1
        assert run("--diff", "--check", "clean.txt").exit_code == 0
        assert run("--diff", "-o", "a.diff", "a.txt").stdout == ""
        assert Path("a.diff").read_bytes() == run("--diff", "a.txt").stdout_bytes

    def test_a_diff_is_no_folder(self) -> None:
        Path("out").mkdir()
        for name in ("out", "new/"):
            done = run("--diff", "a.txt", "-o", name)
            assert done.exit_code == 2
            assert f"{name} is a folder, and a diff is one file: give -o FILE" in done.stderr
        assert not Path("new").exists()

    def test_colours_on_a_terminal_alone(self) -> None:
        assert b"\x1b[31m-Storm  hits ." in on_terminal("--diff", "a.txt", environment={"NO_COLOR": ""}).stdout
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": ""}):
            shown = on_terminal("--diff", "a.txt", environment=environment).stdout
            assert b"\x1b" not in shown
            assert b"-Storm  hits ." in shown
        assert b"\x1b" not in process("--diff", "a.txt").stdout

    def test_a_diff_cannot_command_the_terminal(self) -> None:
        Path("bad.txt").write_bytes(b"kept \x1b[2J\nchanged  \x1b]0;x\x07 \n")
        shown = on_terminal("--diff", "--select", "whitespace", "bad.txt", environment={"NO_COLOR": "1"}).stdout
        assert b"\x1b" not in shown
        assert b"\x07" not in shown
        assert b"kept \\x1b[2J" in shown


class TestCheck:
    def test_what_would_change(self) -> None:
        done = run("--check", "a.txt", "clean.txt")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == "newsclean: would change: a.txt\n"
        assert Path("a.txt").read_bytes() == DIRTY

    def test_what_would_not(self) -> None:
        done = run("--check", "clean.txt")
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")

    def test_a_folder(self, folder: Path) -> None:
        done = run("--check", str(folder))
        assert done.exit_code == 1
        assert done.stderr == f"newsclean: would change: {folder}/a.txt\n"

    @pytest.mark.parametrize("option", ["--check", "--diff"])
    def test_html_is_compared_as_its_text(self, option: str) -> None:
        Path("a.html").write_bytes(b"<p>Storm hits.</p>")
        done = run(option, "a.html")
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == "newsclean: a.html: this is HTML, compared as the text that is read from it\n"
        assert run(option, "-q", "a.html").stderr == ""


class TestOutput:
    def test_a_file(self, folder: Path) -> None:
        done = run("a.txt", "clean.txt", "-o", "out.txt")
        assert (done.exit_code, done.stdout) == (0, "")
        assert Path("out.txt").read_bytes() == CLEAN + CLEAN
        assert left(folder) == {"a.txt", "clean.txt", "out.txt"}
        assert run("a.txt", "-o", "-").stdout_bytes == CLEAN
        assert process("a.txt", "-o", "/dev/stdout").stdout == CLEAN

    def test_the_input(self, folder: Path) -> None:
        Path("soft").symlink_to("a.txt")
        os.link("a.txt", "hard")
        before = left(folder)
        for name in ("a.txt", "./a.txt", "soft", "hard"):
            done = run("clean.txt", "a.txt", "-o", name)
            assert done.exit_code == 2
            assert "is one of the inputs: give --in-place" in done.stderr
            assert Path("a.txt").read_bytes() == DIRTY
        assert left(folder) == before

    def test_a_missing_folder(self) -> None:
        done = run("a.txt", "-o", "no/out.txt")
        assert done.exit_code == 2
        assert "is missing: make it first" in done.stderr
        assert run(".", "-o", "no/out").exit_code == 2

    def test_nothing_done_leaves_the_old_file(self, folder: Path) -> None:
        Path("out.txt").write_bytes(b"old")
        assert run("missing.txt", "-o", "out.txt").exit_code == 2
        assert Path("out.txt").read_bytes() == b"old"
        assert run("missing.txt", "-o", "new.txt").exit_code == 2
        assert run("missing.txt", "a.txt", "-o", "out.txt").exit_code == 1
        assert Path("out.txt").read_bytes() == CLEAN
        assert left(folder) == {"a.txt", "clean.txt", "out.txt"}

    def test_an_interrupted_write(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_args: object) -> None:
            raise OSError(28, "No space left on device")

        Path("out.txt").write_bytes(b"old")
        monkeypatch.setattr(os, "replace", fail)
        done = run("a.txt", "-o", "out.txt")
        assert done.exit_code == 2
        assert done.stderr == "Error: out.txt cannot be written: No space left on device\n"
        assert Path("out.txt").read_bytes() == b"old"
        assert left(folder) == {"a.txt", "clean.txt", "out.txt"}


ALWAYS = {"newsclean.ledger", "failed.jsonl"}  # what is in the folder of every batch


class TestFolders:
    def fill(self) -> None:
        Path("in/sub/deep").mkdir(parents=True)
        for number in range(8):
            Path(f"in/sub/{number}.txt").write_bytes(DIRTY)
        Path("in/sub/deep/page.html").write_bytes(b"<p>Storm  hits</p>")
        Path("in/image.txt").write_bytes(b"\xff\xd8\xff\xe0\0")

    def test_one_failure_among_ten(self) -> None:
        self.fill()
        done = run("in", "-o", "out", "--quiet")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == (
            "newsclean: error: in/image.txt: this is a JPEG image, not text\n"
            "newsclean: 1 of 10 documents failed (unreadable 1): out/failed.jsonl\n"
        )
        assert left(Path("out")) == {
            *(f"sub/{number}.txt" for number in range(8)), "sub/deep/page.txt", *ALWAYS,
        }  # fmt: skip
        assert Path("out/sub/3.txt").read_bytes() == CLEAN
        assert Path("out/sub/deep/page.txt").read_bytes() == b"Storm hits\n"
        assert Path("in/sub/3.txt").read_bytes() == DIRTY

    def test_json(self) -> None:
        self.fill()
        assert run("in", "-o", "out", "--format", "json").exit_code == 1
        assert json.loads(Path("out/sub/0.json").read_bytes())["source"] == "in/sub/0.txt"

    def test_again_over_the_first_outcome(self) -> None:
        self.fill()
        run("in", "-o", "out")
        Path("in/sub/0.txt").write_bytes(b"new")
        assert run("in", "-o", "out").exit_code == 1
        assert Path("out/sub/0.txt").read_bytes() == b"new"

    def test_outputs_never_touch_the_input(self) -> None:
        self.fill()
        before = left(Path())
        Path("link").symlink_to("in")
        for output in ("in", "in/out", "link", "in/sub"):
            done = run("in", "-o", output)
            assert done.exit_code == 2
            assert "lies inside the input" in done.stderr
        Path("out/sub").mkdir(parents=True)
        os.link("in/sub/0.txt", "out/sub/0.txt")
        done = run("in", "-o", "out")
        assert done.exit_code == 2
        assert "out/sub/0.txt is one of the inputs" in done.stderr
        assert left(Path()) == before | {"out/sub/0.txt"}
        assert Path("in/sub/0.txt").read_bytes() == DIRTY

    def test_without_an_output(self) -> None:
        self.fill()
        done = run("in")
        assert done.exit_code == 2
        assert "in: this is a folder: give -o FOLDER" in done.stderr

    def test_files_into_a_folder(self) -> None:
        Path("out").mkdir()
        assert run("a.txt", "clean.txt", "-o", "out").exit_code == 0
        assert left(Path("out")) == {"a.txt", "clean.txt", *ALWAYS}
        assert run("-", "-o", "out", stdin=b"x").exit_code == 2

    def test_files_into_a_new_folder(self) -> None:
        assert run("a.txt", "clean.txt", "-o", "new/").exit_code == 0
        assert run("a.txt", "-o", "one/").exit_code == 0
        assert left(Path("new")) == {"a.txt", "clean.txt", *ALWAYS}
        assert left(Path("one")) == {"a.txt", *ALWAYS}
        done = run("a.txt", "-o", "no/new/")
        assert done.exit_code == 2
        assert "is missing: make it first" in done.stderr

    @pytest.mark.parametrize("arguments", [("in", "-o", "out"), ("in", "--check"), ("in", "--in-place")])
    def test_an_unreadable_folder(self, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        Path("in/locked").mkdir(parents=True)
        Path("in/clean.txt").write_bytes(CLEAN)
        scan = os.scandir

        def scandir(path: str | Path) -> object:
            if str(path).endswith("locked"):
                raise PermissionError(13, "Permission denied", str(path))
            return scan(path)

        monkeypatch.setattr(os, "scandir", scandir)
        done = run(*arguments)
        assert done.exit_code == 1
        assert "newsclean: error: in/locked: this cannot be read: Permission denied\n" in done.stderr

    def test_a_file_where_the_folder_should_be(self) -> None:
        self.fill()
        done = run("in", "-o", "a.txt")
        assert done.exit_code == 2
        assert "a.txt is a file, where a folder is to be written" in done.stderr

    def test_an_empty_folder(self) -> None:
        Path("in").mkdir()
        done = run("in", "-o", "out")
        assert done.exit_code == 0
        assert "there is no file to clean" in done.stderr

    def test_a_place_that_cannot_be_written_to(self) -> None:
        self.fill()
        Path("out/sub/3.txt").mkdir(parents=True)
        done = run("in", "-o", "out")
        assert done.exit_code == 1
        assert "2 of 10 documents failed (unreadable 1, unwritable 1): out/failed.jsonl" in done.stderr
        assert len(left(Path("out"))) == 8 + len(ALWAYS)


class TestInPlace:
    def test_files(self, folder: Path) -> None:
        Path("a.txt").chmod(0o640)
        before = Path("clean.txt").stat().st_mtime_ns
        done = run("--in-place", "a.txt", "clean.txt")
        assert (done.exit_code, done.stdout) == (0, "")
        assert Path("a.txt").read_bytes() == CLEAN
        assert Path("a.txt").stat().st_mode & 0o777 == 0o640
        assert Path("clean.txt").stat().st_mtime_ns == before
        assert left(folder) == {"a.txt", "clean.txt"}

    def test_backup(self, folder: Path) -> None:
        assert run("--in-place", "--backup", ".orig", "a.txt", "clean.txt").exit_code == 0
        assert left(folder) == {"a.txt", "a.txt.orig", "clean.txt"}
        assert Path("a.txt.orig").read_bytes() == DIRTY
        Path("a.txt").write_bytes(DIRTY)
        done = run("--in-place", "--backup", ".orig", "a.txt")
        assert done.exit_code == 2
        assert "a.txt.orig exists already" in done.stderr
        assert Path("a.txt").read_bytes() == DIRTY

    def test_a_link_is_followed(self) -> None:
        Path("link").symlink_to("a.txt")
        run("--in-place", "link")
        assert Path("link").is_symlink()
        assert Path("a.txt").read_bytes() == CLEAN

    def test_other_names_of_the_file(self) -> None:
        os.link("a.txt", "hard.txt")
        done = run("--in-place", "a.txt")
        assert (done.exit_code, Path("a.txt").read_bytes()) == (0, CLEAN)
        assert "warning: a.txt: it was one file under several names, of which the others keep" in done.stderr
        assert Path("hard.txt").read_bytes() == DIRTY
        Path("a.txt").write_bytes(DIRTY)
        assert run("--in-place", "a.txt").stderr == ""

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_the_encoding_stays(self, encoding: str) -> None:
        Path("a.txt").write_bytes("El  señor\r\n".encode(encoding))
        assert run("--in-place", "a.txt").exit_code == 0
        assert Path("a.txt").read_bytes() == "El señor\r\n".encode(encoding)

    def test_a_text_that_its_encoding_cannot_spell(self) -> None:
        data = "El señor pagó 100 &#8377; en el mercado de la ciudad".encode("cp1252")
        Path("a.txt").write_bytes(data)
        done = run("--in-place", "--select", "encoding", "a.txt")
        assert done.exit_code == 2
        assert "cp1252 cannot spell '\\u20b9'" in done.stderr
        assert Path("a.txt").read_bytes() == data

    def test_html_is_left(self) -> None:
        Path("a.html").write_bytes(b"<p>Storm</p>")
        done = run("--in-place", "a.html")
        assert done.exit_code == 2
        assert "this is HTML" in done.stderr
        assert Path("a.html").read_bytes() == b"<p>Storm</p>"

    def test_a_file_of_which_nothing_would_be_left(self) -> None:
        Path("a.txt").write_bytes(b".ad{display:none}\n")
        done = run("--in-place", "a.txt")
        assert done.exit_code == 1
        assert "a.txt: it was left as it was" in done.stderr
        assert Path("a.txt").read_bytes() == b".ad{display:none}\n"

    def test_an_interrupted_write(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_args: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "replace", fail)
        assert run("--in-place", "a.txt").exit_code == 130
        assert Path("a.txt").read_bytes() == DIRTY
        assert left(folder) == {"a.txt", "clean.txt"}


class TestRestore:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            DIRTY,
            b"\xef\xbb\xbf" + DIRTY,
            "El  señor Muñoz llegó a la ciudad de Málaga\r\n".encode("cp1252"),
            "Storm  hits\n".encode("utf-16"),
        ],
    )
    def test_byte_for_byte(self, data: bytes) -> None:
        Path("x.txt").write_bytes(data)
        run("--format", "json", "x.txt", "-o", "x.json")
        done = run("--restore", "x.json")
        assert (done.exit_code, done.stdout_bytes, done.stderr) == (0, data, "")
        assert run("--restore", "x.json", "-o", "y.txt").exit_code == 0
        assert Path("y.txt").read_bytes() == data

    def test_html(self) -> None:
        page = "<!doctype html><meta charset=latin-1><p>Se\xf1or  <b>Mu\xf1oz</b>".encode("latin-1")
        record = run("--format", "json", stdin=page).stdout_bytes
        done = run("--restore", "-", stdin=record)
        assert done.stdout == "Señor Muñoz\n"
        assert "the document was HTML" in done.stderr
        assert done.exit_code == 0

    def test_what_is_no_record(self) -> None:
        done = run("--restore", "a.txt")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "Error: a.txt: this is not one JSON record" in done.stderr
        assert run("--restore", "missing.json").exit_code == 2

    def test_damaged_utf8(self) -> None:
        data = "“We  left,” she said. “It was late.”".encode()[:-1]
        done = run("--restore", "-", stdin=run("--format", "json", stdin=data).stdout_bytes)
        assert (done.exit_code, done.stdout_bytes) == (0, data)

    def test_a_record_without_end(self) -> None:
        Path("deep.json").write_bytes(b"[" * 100_000)
        done = run("--restore", "deep.json")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "deep.json: this is not a record of newsclean: it is nested too deep" in done.stderr

    def test_over_the_record_on_standard_input(self) -> None:
        run("--format", "json", "a.txt", "-o", "a.json")
        line = f"{' '.join(COMMAND)} --restore - -o a.json < a.json; {' '.join(COMMAND)} --restore a.json >> a.json"
        done = subprocess.run(["sh", "-c", line], capture_output=True, env=ENVIRONMENT, check=False)
        assert done.returncode == 2
        assert b"a.json is one of the inputs: give -o with another file" in done.stderr
        assert b"standard output is one of the inputs" in done.stderr
        assert json.loads(Path("a.json").read_bytes())["schema"] == 1

    def test_over_the_record(self) -> None:
        run("--format", "json", "a.txt", "-o", "a.json")
        done = run("--restore", "a.json", "-o", "a.json")
        assert done.exit_code == 2
        assert json.loads(Path("a.json").read_bytes())["schema"] == 1


class TestFilters:
    def test_select_and_ignore(self) -> None:
        text = b"a  b<br>\n"
        assert run("--select", "markup", stdin=text).stdout == "a  b\n"
        assert run("--select", "markup,whitespace", stdin=text).stdout == "a b\n"
        assert run("--select", "markup", "--select", "whitespace", stdin=text).stdout == "a b\n"
        assert run("--ignore", "markup , whitespace", stdin=text).stdout_bytes == text

    @pytest.mark.parametrize("option", ["--select", "--ignore", "--extend"])
    def test_unknown(self, option: str) -> None:
        done = run(option, "whitspace", stdin=b"x")
        assert done.exit_code == 2
        assert f"command line: {option[2:]}: no filter is named 'whitspace'; there are encoding, " in done.stderr

    def test_list(self) -> None:
        done = run("--list-filters")
        assert [line.split()[0] for line in done.stdout.splitlines()] == list(FILTERS)
        assert all(len(line.split()) > 1 for line in done.stdout.splitlines())

    def test_explain(self) -> None:
        assert run("--explain", "whitespace.run").stdout.startswith("whitespace.run: ")
        assert run("--explain", "whitespace").stdout.count("\n") > 1
        for word in ("whitespce.run", "run"):
            done = run("--explain", word)
            assert (done.exit_code, done.stdout) == (2, "")
            assert f"there is no rule '{word}'; did you mean " in done.stderr
            assert "whitespace.run" in done.stderr
        assert "--list-filters" in run("--explain", "").stderr

    def test_language(self) -> None:
        assert json.loads(run("--language", "es", "--format", "json", stdin=b"x").stdout)["language"] == "es"
        assert run("--language", "Spanish", stdin=b"x").exit_code == 2


class TestSettings:
    def test_a_file(self) -> None:
        Path("newsclean.toml").write_text('select = ["markup"]\nformat = "jsonl"')
        done = run(stdin=b"a  b<br>")
        assert json.loads(done.stdout)["text"] == "a  b"
        assert run("--format", "text", "--select", "whitespace", stdin=b"a  b<br>").stdout == "a b<br>"

    def test_mistakes(self) -> None:
        Path("newsclean.toml").write_text('selct = ["markup"]')
        done = run(stdin=b"x")
        assert (done.exit_code, done.stdout) == (2, "")
        assert 'newsclean.toml: unknown key "selct"; did you mean "select"?' in done.stderr
        Path("newsclean.toml").write_text('select = ["mark"]')
        assert "newsclean.toml: select: no filter is named 'mark'" in run(stdin=b"x").stderr

    def test_given(self) -> None:
        Path("other.toml").write_text('captions = "drop"')
        shown = run("--config", "other.toml", "--select", "code", "--show-config").stdout
        assert 'captions = "drop"  # other.toml\n' in shown
        assert 'select = ["code"]  # command line\n' in shown
        assert 'format = "text"  # default\n' in shown
        assert tomllib.loads(shown)["captions"] == "drop"
        assert run("--config", "no.toml").exit_code == 2


class TestTalk:
    def test_quiet_and_verbose(self) -> None:
        assert run("a.txt").stderr == ""
        assert "newsclean: a.txt: " in run("-v", "a.txt").stderr
        assert "whitespace" in run("-v", "a.txt").stderr
        assert "the encoding was guessed to be cp1252" in run(stdin="El señor de la casa".encode("cp1252")).stderr

    def test_much_removed_is_a_warning(self) -> None:
        text = b"Storm hits.\n.ad{display:none;color:red;margin:0}\n"
        assert "% of the" in run(stdin=text).stderr
        assert run("-q", stdin=text).stderr == ""

    def test_version(self) -> None:
        assert run("--version").stdout == f"newsclean, version {newsclean.__version__}\n"

    def test_help_names_every_option(self) -> None:
        shown = run("--help").stdout
        for option in main.params:
            assert option.opts[-1] in shown or option.name == "paths"
        assert "_NEWSCLEAN_COMPLETE=bash_source" in shown
        assert "Exit code: 0 done;" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("--in-place",),
        ("--in-place", "-"),
        ("--in-place", "a.txt", "-o", "b.txt"),
        ("--in-place", "a.txt", "--diff"),
        ("--in-place", "a.txt", "--check"),
        ("--in-place", "a.txt", "--format", "json"),
        ("--in-place", "a.txt", "--backup", ""),
        ("--in-place", "a.txt", "--backup", "/x"),
        ("--backup", ".orig", "a.txt"),
        ("--check", "a.txt", "-o", "b.txt"),
        ("--diff", "a.txt", "--format", "json"),
        ("--quiet", "--verbose"),
        ("--restore", "a.json", "a.txt"),
        ("--format", "xml"),
        ("--captions", "hide"),
        ("--nonsense",),
        ("--config", "", "a.txt"),
        ("--encoding", "", "a.txt"),
        ("--select", "", "a.txt"),
        ("--select", "code", "--select", " ,", "a.txt"),
        ("--ignore", "", "a.txt"),
        ("--restore", ""),
        ("--output", "", "a.txt"),
        ("--in-place", ""),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], folder: Path) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
    assert Path("a.txt").read_bytes() == DIRTY
    assert left(folder) == {"a.txt", "clean.txt"}


def completed(arguments: list[str], incomplete: str) -> list[str]:
    shell = ShellComplete(main, {}, "newsclean", "_NEWSCLEAN_COMPLETE")
    return [item.value for item in shell.get_completions(arguments, incomplete)]


def test_shell_completion() -> None:
    assert completed(["--select"], "white") == ["whitespace"]
    assert completed(["--select"], "code,mark") == ["code,markup"]
    assert "whitespace.run" in completed(["--explain"], "whitespace.")
    assert completed([], "--sel") == ["--select"]
    code = "from newsclean.cli import main; main(prog_name='newsclean')"
    environment = {**ENVIRONMENT, "_NEWSCLEAN_COMPLETE": "bash_source"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    assert b"complete" in done.stdout


def test_glue_says_how_readily_words_are_split() -> None:
    text = b"They met Mrosk in Berlin on Friday. In Berlinthe pilots of Ostrandinhad landed, said Mroskand the town.\n"
    strict, eager = (
        run("--glue", mode, "--language", "en", "--format", "json", stdin=text) for mode in ("strict", "eager")
    )
    changes = [[change["confidence"] for change in json.loads(done.stdout)["changes"]] for done in (strict, eager)]
    assert 0 < len(changes[0]) <= len(changes[1])
    assert all(0.97 <= confidence < 1 for confidence in changes[0])
    assert run("--glue", "bold", stdin=text).exit_code == 2


def test_words_to_keep_and_to_split_come_from_the_settings(folder: Path) -> None:
    (folder / "newsclean.toml").write_text('never_split = ["Berlinthe"]\nalways_split = ["stock market"]\n')
    text = b"They met in Berlin on Friday. In Berlinthe pilots landed, and the stockmarket fell on the newsthat day.\n"
    done = run("--language", "en", stdin=text)
    assert "Berlinthe" in done.stdout
    assert "stock market" in done.stdout


RULES = """
[[promotions]]
id = "harbour"
why = "An appeal."
match = "line-start"
phrases = ["Join the harbour club"]
removes = ["Join the harbour club today"]
keeps = ["Join the harbour patrol"]
"""
APPEAL = b"The storm hit the coast.\n\nJoin the harbour club today\n\nIt has moved on.\n"
WITHOUT = "The storm hit the coast.\n\nIt has moved on.\n"


def test_rules_of_the_users_own(folder: Path) -> None:
    assert run(stdin=APPEAL).stdout_bytes == APPEAL
    (folder / "rules").mkdir()
    (folder / "rules" / "mine.toml").write_text(RULES, encoding="utf-8")
    for name in ("rules", "rules/mine.toml"):
        assert run("--rules", name, stdin=APPEAL).stdout == WITHOUT
    (folder / "newsclean.toml").write_text('rules = ["rules"]', encoding="utf-8")
    assert run(stdin=APPEAL).stdout == WITHOUT


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (RULES.replace("phrases", "phrase"), 'mine.toml: promotions/harbour: unknown key "phrase"'),
        ('[[promotion]]\nid = "x"', 'mine.toml: unknown table "promotion"; did you mean [[promotions]]?'),
        (RULES.replace("line-start", "start"), 'mine.toml: promotions/harbour: match is "start", not one of line'),
        (RULES + 'place = "before"\n', 'mine.toml: promotions/harbour: place is "before", not one of any, after'),
    ],
)
def test_a_mistake_in_a_rule_file_is_named(folder: Path, content: str, message: str) -> None:
    (folder / "mine.toml").write_text(content, encoding="utf-8")
    for option in ("--rules", "--check-rules"):
        done = run(option, "mine.toml", stdin=APPEAL)
        assert done.exit_code == 2
        assert message in done.stderr
        assert done.stdout == ""


def test_a_rule_file_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "empty").mkdir()
    done = run("--rules", "none.toml", stdin=APPEAL)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "command line: rules: none.toml: No such file" in done.stderr
    assert "there is no .toml file in this folder" in run("--rules", "empty", stdin=APPEAL).stderr


def test_the_examples_of_a_rule_file_are_run(folder: Path) -> None:
    (folder / "mine.toml").write_text(RULES, encoding="utf-8")
    done = run("--check-rules", "mine.toml")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 rules, 3 trials of their examples, 0 of which failed" in done.stderr
    (folder / "mine.toml").write_text(RULES.replace("harbour patrol", "harbour club of Port"), encoding="utf-8")
    done = run("--check-rules", "mine.toml")
    assert done.exit_code == 1
    assert "mine.promotions.harbour: keeps: 'Join the harbour club of Port' must stay, and comes out as" in done.stderr


def test_aggressive_asks_less() -> None:
    text = b"The storm hit the coast.\n\nWatch: The ferry leaves the harbour\n\nIt has moved on.\n"
    assert run(stdin=text).stdout_bytes == text
    assert run("--aggressive", stdin=text).stdout == WITHOUT
