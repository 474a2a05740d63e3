import sqlite3
from pathlib import Path

import pytest

from newsclean.batch.ledger import Failure, Ledger, ledger_in
from newsclean.errors import ReadError, WriteError
from newsclean.storage import Stamp


def test_what_it_keeps(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.agree("settings", "1", force=False)
        ledger.finish("a", Stamp(1, 2), "out/a", {"documents": 3}, [Failure(7, "line 8", "json", "broken", b"{")])
        ledger.fail("b", Stamp(3, 4), "gone", [Failure(0, "file", "unreadable", "gone", b"")])
    with Ledger(tmp_path) as ledger:
        assert [ledger.is_done(name, Stamp(1, 2), f"out/{name}") for name in "ab"] == [True, False]
        assert not ledger.is_done("a", Stamp(1, 2), "elsewhere/a")
        assert [(source, failure.reason) for source, failure in ledger.failures()] == [
            ("a", "json"), ("b", "unreadable"),
        ]  # fmt: skip
        ledger.keep_only(["b"])
        assert [source for source, _ in ledger.failures()] == ["b"]


def test_other_settings_are_refused(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.agree("settings", "1", force=False)
        for settings, version in (("others", "1"), ("settings", "2")):
            with pytest.raises(WriteError, match="--force"):
                ledger.agree(settings, version, force=False)
        ledger.finish("a", Stamp(1, 2), "out/a", {}, [])
        ledger.agree("others", "1", force=True)
        assert not ledger.is_done("a", Stamp(1, 2), "out/a")


def test_a_step_that_breaks_leaves_what_was_there(tmp_path: Path) -> None:
    def breaks(ledger: Ledger) -> None:
        with ledger.together():
            ledger.fail("a", Stamp(1, 2), "y", [])
            raise RuntimeError

    with Ledger(tmp_path) as ledger:
        ledger.finish("a", Stamp(1, 2), "out/a", {}, [])
        with pytest.raises(RuntimeError):
            breaks(ledger)
        assert ledger.is_done("a", Stamp(1, 2), "out/a")


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "newsclean.ledger").write_bytes(b"this is not a data base" * 100)
    with pytest.raises(ReadError, match="is no ledger"):
        Ledger(tmp_path)


def test_its_tables_are_those_that_are_documented(tmp_path: Path) -> None:
    with Ledger(tmp_path):
        pass
    base = sqlite3.connect(tmp_path / "newsclean.ledger")
    assert {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} == {
        "run", "inputs", "failures",
    }  # fmt: skip
    base.close()


def test_a_ledger_that_cannot_be_opened_is_not_called_broken(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot be written"):
        Ledger(tmp_path / "none")


def test_names_and_messages_that_are_not_unicode(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.finish("\udcff", Stamp(1, 2), "out/\udcff", {}, [Failure(0, "file", "x", "\udcff is bad", b"")])
        assert ledger.is_done("\udcff", Stamp(1, 2), "out/\udcff")
        ledger.keep_only(["\udcff"])
        assert [(source, failure.message) for source, failure in ledger.failures()] == [("\udcff", "\\udcff is bad")]


def test_the_ledger_of_a_store_is_renewed_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setattr("newsclean.batch.ledger.EVERY", 0.0)
    with ledger_in("memory://ledger/out") as (ledger, renew):
        ledger.agree("settings", "1", force=False)
        ledger.finish("a", Stamp(1, 2), "out/a", {}, [])
        renew()
        with ledger_in("memory://ledger/out") as (seen, _):
            assert seen.is_done("a", Stamp(1, 2), "out/a")
        ledger.finish("b", Stamp(1, 2), "out/b", {}, [])
    with ledger_in("memory://ledger/out") as (ledger, _):
        assert [ledger.is_done(name, Stamp(1, 2), f"out/{name}") for name in "abc"] == [True, True, False]
        with pytest.raises(WriteError, match=r"^memory://ledger/out/newsclean\.ledger is of a run with other settings"):
            ledger.agree("others", "1", force=False)


def test_what_nothing_tells_the_changes_of_is_never_done(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.finish("a", Stamp(5, 0), "out/a", {}, [])
        assert not ledger.is_done("a", Stamp(5, 0), "out/a")


def test_a_ledger_that_is_damaged_or_of_something_else(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "newsclean.ledger")
    base.execute("CREATE TABLE inputs (name TEXT)")
    base.close()
    with pytest.raises(ReadError, match="is no ledger of newsclean"):
        Ledger(tmp_path)


def test_two_runs_at_once_in_a_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with (
        ledger_in(str(tmp_path)),
        pytest.raises(WriteError, match="another run is at work"),
        ledger_in(str(tmp_path)),
    ):
        pass
    with ledger_in(str(tmp_path)):
        pass
