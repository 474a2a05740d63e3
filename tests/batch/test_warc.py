import gzip
import json
from pathlib import Path

import pytest

from newsclean.batch.formats import read_records, write_part
from newsclean.batch.records import Limits, Shard
from newsclean.batch.streams import concatenate, open_write
from tests.batch.command import run
from tests.batch.test_formats import NOTE, cleaned, converted, faults, loaded, records

pytest.importorskip("fastwarc")

DATE = "2026-01-02T03:04:05Z"


def record(
    kind: str, block: bytes, url: str = "https://a.org/é", media: str = "application/http; msgtype=response"
) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(
    body: bytes, media: str = "text/html", status: str = "200 OK", headers: str = "", url: str = "https://a.org/é"
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{headers}\r\n"
    return record("response", head.encode() + body, url)


def conversion(text: str) -> bytes:
    return record("conversion", text.encode(), media="text/plain")


def stored(path: Path, *parts: bytes) -> str:
    """Store records as crawlers do: each a member of its own."""
    members = []
    for number, part in enumerate(parts):
        member = path.with_name(f"{number}.{path.name}")
        with open_write(str(member)) as stream:
            stream.write(part)
        members.append(str(member))
    concatenate(members, str(path))
    return str(path)


def texts(path: str, limits: Limits | None = None) -> list[str | None]:
    return [each.text for each in records(path, limits)]


ARCHIVE = (
    record("warcinfo", b"software: x\r\n", media="application/warc-fields"),
    record("request", b"GET / HTTP/1.1\r\n\r\n", media="application/http; msgtype=request"),
    response(b"<p>Ad. Storm <b>hits</b></p><script>x</script>", url="https://a.org/1"),
    response(b"\x89PNG\r\n\x1a\n", media="image/png"),
    response(b"<p>gone</p>", status="404 Not Found"),
    response(b"moved", status="301 Moved", media="text/plain"),
    response("Ad. plain é".encode(), media="text/plain; charset=utf-8"),
    record("revisit", b"HTTP/1.1 200 OK\r\n\r\n"),
    record("metadata", b"x: y", media="application/warc-fields"),
    conversion("Ad. from a WET file"),
)


def test_an_archive(tmp_path: Path, packing: str) -> None:
    path = stored(tmp_path / f"a.warc{packing}", *ARCHIVE)
    found = records(path)
    assert [each.text for each in found] == ["Ad. Storm hits\n", "Ad. plain é", "Ad. from a WET file"]
    assert [each.place for each in found] == ["record 3", "record 7", "record 10"]
    assert [each.number for each in found] == [0, 1, 2]
    assert found[0].fields == {"url": "https://a.org/1", "date": DATE, "text": "Ad. Storm hits\n"}
    out = loaded(converted(path, tmp_path / f"b.jsonl{packing}"))
    assert [json.loads(line) for line in out.splitlines()] == [
        {"url": "https://a.org/1", "date": DATE, "text": "Storm hits\n", "newsclean": NOTE},
        {"url": "https://a.org/é", "date": DATE, "text": "plain é", "newsclean": NOTE},
        {"url": "https://a.org/é", "date": DATE, "text": "from a WET file", "newsclean": NOTE},
    ]


def test_as_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = stored(tmp_path / "a.warc.wet.gz", *(conversion(f"Ad. {number}") for number in range(2100)))
    rows = parquet.read_table(converted(path, tmp_path / "b.parquet", "parquet")).to_pylist()
    assert [row["text"] for row in rows] == [str(number) for number in range(2100)]
    assert rows[0] == {
        "url": "https://a.org/é", "date": DATE, "text": "0", "newsclean": '{"changes":1,"words":["é"]}',
    }  # fmt: skip
    write_part(str(tmp_path / "c.parquet"), "parquet", cleaned([]), shard=Shard(path, "warc"))
    assert parquet.read_table(tmp_path / "c.parquet").column_names == ["url", "date", "text", "newsclean"]


def test_what_http_did_is_undone(tmp_path: Path) -> None:
    page = b"<p>Storm</p>"
    chunked = b"5\r\n<p>St\r\n7\r\norm</p>\r\n0\r\n\r\n"
    path = stored(
        tmp_path / "a.warc",
        response(gzip.compress(page), headers="Content-Encoding: gzip\r\n"),
        response(chunked, headers="Transfer-Encoding: chunked\r\n"),
        # Stored unpacked, under the headers of before.
        response(page, headers="Content-Encoding: gzip\r\n"),
        response(page, headers="Transfer-Encoding: chunked\r\n"),
        response(page, headers="Content-Encoding: nonsense\r\n"),
    )
    assert texts(path) == ["Storm\n"] * 5


def test_encodings_of_pages(tmp_path: Path) -> None:
    path = stored(
        tmp_path / "a.warc",
        response("<p>“ж” Ураган</p>".encode("cp1251"), media="text/html; charset=windows-1251"),
        response("<meta charset=koi8-r><p>Ураган</p>".encode("koi8-r")),
        response("<p>“é”</p>".encode("cp1252"), media="text/html; charset=ISO-8859-1"),
        response("<p>é ö</p>".encode(), media="text/html; charset=nonsense"),
    )
    assert texts(path) == ["“ж” Ураган\n", "Ураган\n", "“é”\n", "é ö\n"]
    path = stored(tmp_path / "b.warc", conversion("x"), response("<p>ж</p>".encode("cp866")))
    assert [each.text for each in read_records(Shard(path, "warc"), encoding="cp866")] == ["x", "ж\n"]


BROKEN = [
    (conversion("a").replace(b"Content-Length: 1", b"Content-Length: x"), "format"),
    (b"what is no record\r\nat all\r\n\r\n", "format"),
    (record("response", b"no HTTP\r\n\r\n"), "format"),
    (record("response", b""), "format"),
    (response(b"%PDF-1.7", media="text/plain"), "encoding"),
    (response(b"\x1f\x8b broken", headers="Content-Encoding: gzip\r\n"), "encoding"),
    (conversion("x" * 700), "too-long"),
    (response(b"x" * 700, media="text/plain"), "too-long"),
    (response(gzip.compress(bytes(5000)), headers="Content-Encoding: gzip\r\n"), "too-long"),
]


@pytest.mark.parametrize(("data", "reason"), BROKEN)
def test_a_broken_record_costs_no_other(tmp_path: Path, data: bytes, reason: str) -> None:
    path = stored(tmp_path / "a.warc.gz", conversion("good"), data, conversion("last"))
    found = records(path, Limits(record=600))
    assert [found[0].text, found[-1].text] == ["good", "last"]
    assert faults(found)[0] == ("record 2", reason)
    assert found[1].raw
    assert [each.number for each in found] == list(range(len(found)))


def test_large_records_of_other_kinds_are_no_failures(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.warc", response(bytes(5000), media="video/mp4"), conversion("last"))
    assert texts(path, Limits(record=600)) == ["last"]


def test_an_archive_that_is_cut_off(tmp_path: Path) -> None:
    whole = conversion("good") + conversion("a longer text")
    for cut in (12, 20, 100, len(conversion("a longer text")) - 5):
        path = tmp_path / "a.warc"
        path.write_bytes(whole[:-cut])
        found = records(str(path))
        assert found[0].text == "good"
        assert faults(found) == [("record 2", "format")]


def test_a_length_that_is_false(tmp_path: Path) -> None:
    data = conversion("a").replace(b"Content-Length: 1", b"Content-Length: 999999999999")
    assert faults(records(stored(tmp_path / "a.warc", data))) == [("record 1", "format")]


def test_an_empty_archive(tmp_path: Path) -> None:
    assert records(stored(tmp_path / "a.warc", b"")) == []
    assert loaded(converted(str(tmp_path / "a.warc"), tmp_path / "b.jsonl")) == b""


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("format_name", "name"), [("jsonl", "a.jsonl.gz"), ("parquet", "a.parquet")])
def test_what_the_command_makes_of_an_archive(format_name: str, name: str) -> None:
    Path("in").mkdir()
    pages = [response(f"<p>Storm  {number}</p>".encode(), url=f"https://a.org/{number}") for number in range(3)]
    stored(Path("in/a.warc.gz"), *pages)
    for part in Path("in").glob("?.a.warc.gz"):
        part.unlink()
    assert run("in", "-o", "out", "--warc-as", format_name, "--quiet").returncode == 0
    if format_name == "parquet":
        rows = pytest.importorskip("pyarrow.parquet").read_table(f"out/{name}").to_pylist()
    else:
        rows = [json.loads(line) for line in loaded(f"out/{name}").splitlines()]
    assert [(row["url"], row["date"], row["text"]) for row in rows] == [
        (f"https://a.org/{number}", DATE, f"Storm {number}\n") for number in range(3)
    ]
    assert "other settings" in run("in", "-o", "out", "--warc-as", "parquet" if "gz" in name else "jsonl").stderr
