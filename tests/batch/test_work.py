"""Files of one text or page, as a worker cleans them."""

import json
import os
import threading
from pathlib import Path

import pytest

from newsclean.batch.records import Limits
from newsclean.batch.streams import open_read, open_write
from newsclean.batch.work import FileJob, FileReport, FilesTask, Options, do
from newsclean.config import Settings
from newsclean.render.record import original
from newsclean.storage import stamp_of


def cleaned(source: Path, data: bytes, target: Path, options: Options | None = None) -> FileReport:
    with open_write(str(source)) as stream:
        stream.write(data)
    job = FileJob(str(source), stamp_of(str(source)), str(target))
    reports = do(FilesTask((job,), options or Options(Settings())))
    assert isinstance(reports, list)
    return reports[0]


def read(path: Path) -> bytes:
    with open_read(str(path)) as stream:
        return stream.read()


def test_texts_and_pages(tmp_path: Path, packing: str) -> None:
    text, page = tmp_path / f"a.txt{packing}", tmp_path / f"b.html{packing}"
    report = cleaned(text, "Die Straße  ist groß.\r\n".encode("cp1252"), tmp_path / f"c.txt{packing}")
    assert (report.reason, report.counts.changed, len(report.warnings)) == ("", 1, 1)
    assert read(tmp_path / f"c.txt{packing}").decode() == "Die Straße ist groß.\r\n"
    assert not cleaned(page, b"<p>Storm</p><script>x</script>", tmp_path / f"d.txt{packing}").reason
    assert read(tmp_path / f"d.txt{packing}") == b"Storm\n"


def test_the_record_of_a_packed_text_gives_its_bytes_back(tmp_path: Path, packing: str) -> None:
    source, target = tmp_path / f"a.txt{packing}", tmp_path / f"a.json{packing}"
    data = "Die Straße  ist groß.\r\n".encode("cp1252")
    assert not cleaned(source, data, target, Options(Settings(format="json"))).reason
    assert json.loads(read(target))["source"] == str(source)
    text, encoding, _ = original(read(target))
    assert encoding.encode(text) == data


def test_the_kind_that_is_asked_for(tmp_path: Path, packing: str) -> None:
    data = b"<p>Storm  hits</p>"
    for kind, wanted in (("html", b"Storm hits\n"), ("text", b"Storm hits")):
        options = Options(Settings(input=kind, select=("whitespace", "markup")))  # type: ignore[arg-type]
        assert not cleaned(tmp_path / f"a.txt{packing}", data, tmp_path / f"b.txt{packing}", options).reason
        assert read(tmp_path / f"b.txt{packing}") == wanted


def test_files_that_cannot_be_cleaned(tmp_path: Path, packing: str) -> None:
    few = Options(Settings(), limits=Limits(record=200))
    image = cleaned(tmp_path / f"a.txt{packing}", b"%PDF-1.7", tmp_path / "c.txt")
    assert (image.reason, image.raw) == ("unreadable", b"%PDF-1.7")
    long = cleaned(tmp_path / f"b.txt{packing}", b"a" * 201, tmp_path / "c.txt", few)
    assert (long.reason, len(long.raw)) == ("too-long", 201)
    assert not (tmp_path / "c.txt").exists()
    (tmp_path / "folder").mkdir()
    assert cleaned(tmp_path / f"d.txt{packing}", b"Storm", tmp_path / "folder").reason == "unwritable"


def test_stray_bytes_are_handed_on(tmp_path: Path) -> None:
    data = "Die Straße ist groß und schön, ".encode() + b"\xff" + "wie überall.".encode()
    assert not cleaned(tmp_path / "a.txt", data, tmp_path / "b.txt", Options(Settings(select=("whitespace",)))).reason
    assert read(tmp_path / "b.txt") == data


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(b"Storm  hits\n"))
    writer.start()
    job = FileJob(str(tmp_path / "pipe"), stamp_of(str(tmp_path / "pipe"))._replace(size=0), str(tmp_path / "a.txt"))
    do(FilesTask((job,), Options(Settings())))
    writer.join()
    assert read(tmp_path / "a.txt") == b"Storm hits\n"
