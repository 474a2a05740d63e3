import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.batch.formats import OUTPUTS, join_parts, read_records, shards_of, write_part
from newsclean.batch.formats.jsonl import blocks
from newsclean.batch.names import format_of
from newsclean.batch.records import TEXT_FIELDS, Cleaned, Limits, Record, Shard
from newsclean.batch.streams import open_read, open_write
from newsclean.errors import ConfigError, ReadError

NOTE = {"changes": 1, "words": ["é"]}
FEW = Limits(record=200, nesting=20)


def stored(path: Path, data: bytes) -> str:
    with open_write(str(path)) as stream:
        stream.write(data)
    return str(path)


def loaded(path: str) -> bytes:
    with open_read(path) as stream:
        return stream.read()


def records(path: str, limits: Limits | None = None, text_field: str | None = None) -> list[Record]:
    name = format_of(path)
    assert name
    return [
        record
        for shard in shards_of(path, name, 1 << 20, limits=limits)
        for record in read_records(shard, text_field=text_field, limits=limits)
    ]


def cleaned(found: Sequence[Record]) -> Iterator[Cleaned | None]:
    for record in found:
        yield None if record.text is None else Cleaned(record, record.text.removeprefix("Ad. "), NOTE)


def converted(path: str, target: Path, output: str = "", size: int = 1 << 30, **options: str | None) -> str:
    """Do all that a run does: cut, read, clean, write, join."""
    name = format_of(path)
    assert name
    output = output or OUTPUTS[name][0]
    parts = []
    for shard in shards_of(path, name, size):
        parts.append(str(target.with_name(f"{shard.number}.{target.name}")))
        write_part(
            parts[-1],
            output,
            cleaned(list(read_records(shard, **options))),  # type: ignore[arg-type]
            shard=shard,
            **options,  # type: ignore[arg-type]
        )
    join_parts(output, parts, str(target), shard=Shard(path, name), **options)  # type: ignore[arg-type]
    return str(target)


def faults(found: Sequence[Record]) -> list[tuple[str, str]]:
    return [(record.place, record.reason) for record in found if record.error]


# Which format


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", "text"), ("a.md", "text"), ("a.text.xz", "text"), ("a.html", "html"), ("a.xhtml.zst", "html"),
        ("a.json", "json"), ("a.jsonl", "jsonl"), ("a.NDJSON.bz2", "jsonl"), ("a.csv.gz", "csv"), ("a.tsv", "tsv"),
        ("a.parquet", "parquet"), ("a.warc", "warc"), ("a.warc.wet.gz", "warc"), ("s3://b/a.warc.gz", "warc"),
        ("a.gz", None), ("a", None), ("a.pdf", None), ("a.jsonl.zip", None), ("jsonl", None),
    ],
)  # fmt: skip
def test_formats_by_name(name: str, expected: str | None) -> None:
    assert format_of(name) == expected


def test_an_output_that_a_format_has_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="jsonl cannot be written as csv: jsonl"):
        write_part(str(tmp_path / "a.csv"), "csv", [], shard=Shard("a.jsonl", "jsonl"))


# JSON Lines

LINES = (
    b'{"id": 1.10, "text": "Ad. Storm", "big": 123456789012345678901234567890}\n'
    b'\n'
    b'{"b":1,"text":"Ad. Caf\\u00e9 \\"x\\"","a":2,"a":3}\r\n'
    b'  {"n": {"text": "inner", "e": 1E400}, "body": "Ad. Sturm \xc3\xa9", "newsclean": null, "z": "\\u00e9\\/"}\n'
    b'{"text": "as it is \\u00e9"}'
)  # fmt: skip
NOTE_SPELLED = '{"changes": 1, "words": ["é"]}'
CLEAN_LINES = (
    '{"id": 1.10, "text": "Storm", "big": 123456789012345678901234567890, "newsclean": ' + NOTE_SPELLED + "}\n"
    '{"b":1,"text":"Caf\\u00e9 \\"x\\"","a":2,"a":3,"newsclean":{"changes":1,"words":["é"]}}\r\n'
    '  {"n": {"text": "inner", "e": 1E400}, "body": "Sturm é", "newsclean": ' + NOTE_SPELLED + ', "z": "\\u00e9\\/"}\n'
    '{"text": "as it is \\u00e9", "newsclean": ' + NOTE_SPELLED + "}\n"
).encode()


def test_json_lines_keep_every_other_byte(tmp_path: Path, packing: str) -> None:
    path = stored(tmp_path / f"a.jsonl{packing}", LINES)
    assert loaded(converted(path, tmp_path / f"b.jsonl{packing}")) == CLEAN_LINES


def test_json_lines_once_more_are_the_same(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", CLEAN_LINES)
    assert loaded(converted(path, tmp_path / "b.jsonl")) == CLEAN_LINES


def test_records_of_json_lines(tmp_path: Path) -> None:
    found = records(stored(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + LINES))
    assert [record.number for record in found] == [0, 1, 2, 3]
    assert [record.place for record in found] == ["line 1", "line 3", "line 4", "line 5"]
    assert [record.key for record in found] == ["text", "text", "body", "text"]
    assert found[1].fields == {"b": 1, "text": 'Ad. Café "x"', "a": 3}
    assert found[0].raw == LINES.split(b"\n")[0]


BROKEN = [
    (b'{"text": "cut', "json"),
    (b"{'text': 'single quotes'}", "json"),
    (b'{"text": "a"} {"text": "b"}', "json"),
    (b'{"text": "a",}', "json"),
    (b'{"text": "a\tb"}', "json"),
    (b"not JSON at all", "json"),
    (b'{"text": "\xff\xfe"}', "encoding"),
    (b'{"id": 7, "title": "no text"}', "no-text"),
    (b'{"text": null, "body": 5}', "no-text"),
    (b'{"text": "' + b"x" * 300 + b'"}', "too-long"),
    (b'{"text": "a", "deep": ' + b"[" * 40 + b"]" * 40 + b"}", "nested"),
    (b'["text", "a list"]', "format"),
    (b'"a string"', "format"),
    (b"12", "json"),
    (b"{1: 2}", "json"),
    (b'{"a" 1}', "json"),
    (b"\x00\x00", "json"),
]


def test_broken_lines_and_the_good_between(tmp_path: Path) -> None:
    data = b"".join(b'{"text": "good %d"}\n%b\n' % (number, line) for number, (line, _) in enumerate(BROKEN))
    found = records(stored(tmp_path / "a.jsonl", data + b'{"text": "last"}'), FEW)
    assert [record.text for record in found[::2]] == [*(f"good {number}" for number in range(len(BROKEN))), "last"]
    assert faults(found) == [(f"line {2 * number + 2}", reason) for number, (_, reason) in enumerate(BROKEN)]
    assert [record.raw for record in found[1::2]] == [line[:201] for line, _ in BROKEN]
    assert [record.number for record in found] == list(range(2 * len(BROKEN) + 1))


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}"), ("[", "")])
@pytest.mark.parametrize("limits", [Limits(), Limits(nesting=10**9)])
def test_depth_crashes_nothing(tmp_path: Path, open_: str, close: str, limits: Limits) -> None:
    deep = f'{{"text": "a", "deep": {open_ * 500_000}1{close * 500_000}}}\n{{"text": "b"}}\n'
    for name in ("a.jsonl", "a.json"):
        found = records(stored(tmp_path / name, deep.encode()), limits)
        assert found[0].reason == "nested"
    assert records(str(tmp_path / "a.jsonl"), limits)[1].text == "b"


def test_brackets_in_strings_are_no_depth(tmp_path: Path) -> None:
    text = json.dumps({"text": "[{" * 500 + '\\"[' * 500})
    assert records(stored(tmp_path / "a.jsonl", text.encode()))[0].text == json.loads(text)["text"]


def test_integers_that_python_refuses(tmp_path: Path) -> None:
    line = b'{"n": ' + b"9" * 5000 + b', "text": "a"}'
    path = stored(tmp_path / "a.jsonl", line)
    assert loaded(converted(path, tmp_path / "b.jsonl")).startswith(line[:-1] + b', "newsclean"')


def test_half_surrogates_stay_escaped(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", b'{"text": "Ad. \\ud800 \xc3\xa9", "x": "\\udfff"}')
    out = loaded(converted(path, tmp_path / "b.jsonl"))
    assert out.startswith(b'{"text": "\\ud800 \\u00e9", "x": "\\udfff"')


def test_lines_of_another_encoding_become_utf8(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", '{"text": "Ad. Café", "a": "ß"}'.encode("cp1252"))
    assert records(path)[0].reason == "encoding"
    out = json.loads(loaded(converted(path, tmp_path / "b.jsonl", encoding="cp1252")))
    assert (out["text"], out["a"]) == ("Café", "ß")
    with pytest.raises(ReadError, match="utf-16"):
        list(read_records(Shard(path, "jsonl"), encoding="utf-16"))


def test_the_name_of_the_text(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", b'{"BODY": "b", "story": "s", "text": 1, "Text": "T", "n": 5}')
    assert records(path)[0].key == "BODY"
    assert records(path, text_field="story")[0].text == "s"
    assert records(path, text_field="n")[0].reason == "no-text"
    assert "'gone'" in records(path, text_field="gone")[0].error
    for name in TEXT_FIELDS:
        assert records(stored(tmp_path / "b.jsonl", json.dumps({"x": 1, name: "a"}).encode()))[0].key == name


def cut(path: str, size: int) -> list[Record]:
    return [record for shard in shards_of(path, "jsonl", size) for record in read_records(shard, limits=FEW)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [b"", b"\n"])
def test_every_line_once_for_any_shards(tmp_path: Path, end: bytes, last: bytes) -> None:
    lines = [b'{"text": "%d%b"}' % (number, b"x" * (number * 7 % 40)) for number in range(9)]
    lines[4] = b""
    lines[6] = b"y" * 250  # too long
    path = stored(tmp_path / "a.jsonl", end.join(lines) + last)
    whole = records(path, FEW)
    assert len(whole) == 8
    for size in range(1, Path(path).stat().st_size + 2):
        found = cut(path, size)
        assert [(record.text, record.raw, record.reason) for record in found] == [
            (record.text, record.raw, record.reason) for record in whole
        ]


@given(st.lists(st.text("ab é\r", max_size=9), max_size=12), st.integers(1, 40), st.booleans())
def test_any_lines_once_for_any_shards(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, ends: bool
) -> None:
    data = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts) + "\n" * ends
    path = stored(tmp_path_factory.mktemp("lines") / "a.jsonl", data.encode())
    assert [record.text for record in cut(path, size)] == texts


def test_shards_cover_the_file_and_tell_their_places(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", b'{"text": "a"}\n' * 10)
    shards = list(shards_of(path, "jsonl", 50))
    assert [(shard.start, shard.stop) for shard in shards] == [(0, 46), (46, 93), (93, 140)]
    assert [(shard.number, shard.stored) for shard in shards] == [(0, 46), (1, 47), (2, 47)]
    assert [record.place for record in read_records(shards[1])] == ["byte 56", "byte 70", "byte 84"]
    assert [record.number for record in read_records(shards[1])] == [0, 1, 2]


def test_what_is_packed_is_cut_as_it_is_unpacked(tmp_path: Path, packed: str) -> None:
    path = stored(tmp_path / f"a.jsonl{packed}", b'{"text": "a"}\n' * 10 + b'{"text": "b"}')
    shards = list(shards_of(path, "jsonl", 30))
    assert [(shard.number, shard.start, shard.stop, shard.lines) for shard in shards] == [
        (0, 0, 42, 0), (1, 42, 84, 3), (2, 84, 126, 6), (3, 126, 153, 9),
    ]  # fmt: skip
    assert sum(shard.stored for shard in shards) == Path(path).stat().st_size
    assert [record.place for record in read_records(shards[3])] == ["line 10", "line 11"]
    assert [len(list(read_records(shard))) for shard in shards] == [3, 3, 3, 2]


def test_an_empty_file_is_one_empty_shard(tmp_path: Path, packing: str) -> None:
    path = stored(tmp_path / f"a.jsonl{packing}", b"")
    assert [list(read_records(shard)) for shard in shards_of(path, "jsonl", 30)] == [[]]
    assert loaded(converted(path, tmp_path / f"b.jsonl{packing}")) == b""


def test_a_line_that_is_too_long_is_not_held() -> None:
    data = b'{"text": "a"}\n{"text": "' + b"x" * 5000 + b'"}\n{"text": "b"}\n'
    shards = list(blocks("-", io.BytesIO(data), 20, FEW, lambda: 0))
    assert max(len(shard.data or b"") for shard in shards) <= 20 + FEW.record + 1
    found = [record for shard in shards for record in read_records(shard, limits=FEW)]
    assert [(record.place, record.text, record.reason) for record in found] == [
        ("line 1", "a", ""), ("line 2", None, "too-long"), ("line 3", "b", ""),
    ]  # fmt: skip


def test_shards_joined_are_the_whole(tmp_path: Path, packing: str) -> None:
    path = stored(tmp_path / "a.jsonl", LINES * 3)
    whole = loaded(converted(path, tmp_path / f"b.jsonl{packing}"))
    assert loaded(converted(path, tmp_path / f"c.jsonl{packing}", size=100)) == whole


def test_a_long_line_is_never_held(tmp_path: Path) -> None:
    import tracemalloc

    path = stored(tmp_path / "a.jsonl.gz", b"x" * (64 << 20) + b'\n{"text": "a"}\n')
    tracemalloc.start()
    try:
        found = records(path, Limits(record=1 << 20, ratio=10**6))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [(record.reason, record.text) for record in found] == [("too-long", None), ("", "a")]
    assert len(found[0].raw) == 64 << 10
    assert peak < 12 << 20


def test_a_line_of_just_the_limit(tmp_path: Path) -> None:
    line = b'{"text": "' + b"x" * 88 + b'"}'
    path = stored(tmp_path / "a.jsonl", line + b"\n" + line)
    assert not faults(records(path, Limits(record=len(line))))
    assert faults(records(path, Limits(record=len(line) - 1))) == [("line 1", "too-long"), ("line 2", "too-long")]


def test_a_bomb_in_a_run(tmp_path: Path, packing: str) -> None:
    if packing:
        path = stored(tmp_path / f"a.jsonl{packing}", b'{"text": "a"}\n' + b" " * (40 << 20))
        reading = read_records(Shard(path, "jsonl"), limits=Limits(expanded=20 << 20, ratio=10**6, record=1 << 20))
        assert next(reading).text == "a"
        with pytest.raises(ReadError, match="--max-bytes"):
            next(reading)


# JSON documents


def test_a_list_keeps_its_form(tmp_path: Path, packing: str) -> None:
    data = b'[\n  {"text": "Ad. a", "n": 1.0},\n  {"none": 1},\n  {"n": 2,\n   "text": "b"}\n]\n'
    path = stored(tmp_path / f"a.json{packing}", data)
    assert faults(records(path)) == [("record 2", "no-text")]
    out = loaded(converted(path, tmp_path / f"b.json{packing}")).decode()
    note = '"newsclean": {"changes": 1, "words": ["é"]}'
    assert out == f'[\n  {{"text": "a", "n": 1.0, {note}}},\n  {{"n": 2,\n   "text": "b",\n   {note}}}\n]\n'


def test_one_article(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.json", b'\xef\xbb\xbf {\n  "articleBody": "Ad. a"\n}\n')
    assert [record.place for record in records(path)] == ["document"]
    out = loaded(converted(path, tmp_path / "b.json")).decode()
    assert out == ' {\n  "articleBody": "a",\n  "newsclean": {"changes": 1, "words": ["é"]}\n}\n'


def test_a_list_in_an_object(tmp_path: Path) -> None:
    data = b'{"status": "ok", "total": 2.50, "Articles": [{"content": "Ad. a"}, 5, {"content": "Ad. b"}], "page": 1}'
    path = stored(tmp_path / "a.json", data)
    assert faults(records(path)) == [("record 2", "json")]
    out = loaded(converted(path, tmp_path / "b.json"))
    assert out.startswith(b'{"status": "ok", "total": 2.50, "Articles": [{"content": "a", "newsclean"')
    assert out.endswith(b'], "page": 1}')
    assert [each["content"] for each in json.loads(out)["Articles"]] == ["a", "b"]


@pytest.mark.parametrize("failing", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_a_list_without_those_that_failed_is_json(tmp_path: Path, failing: tuple[int, ...]) -> None:
    items = [{"x": 1} if number in failing else {"text": str(number)} for number in range(3)]
    path = stored(tmp_path / "a.json", json.dumps(items).encode())
    out = json.loads(loaded(converted(path, tmp_path / "b.json")))
    assert [each["text"] for each in out] == [str(number) for number in range(3) if number not in failing]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": 1}', "no-text"),
        (b'{"text": "a"}\n{"text": "b"}\n', "json"),
        (b"", "json"),
        (b'{"text": "a"', "json"),
        (b"[1, 2", "json"),
        (b'{"text": "\x80\x81\xfe\xff"}\x00', "encoding"),
        (b'{"text": "' + b"x" * 300 + b'"}', "too-long"),
        (b"[" * 30 + b"]" * 30, "nested"),
    ],
)
def test_documents_that_cannot_be_read(tmp_path: Path, data: bytes, reason: str) -> None:
    path = stored(tmp_path / "a.json", data)
    found = records(path, FEW)
    assert faults(found) == [("document", reason)]
    assert found[0].raw == data[:201]
    write_part(str(tmp_path / "b.json"), "json", [None], shard=Shard(path, "json"), limits=FEW)


def test_an_empty_list(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.json", b"[]\n")
    assert records(path) == []
    assert loaded(converted(path, tmp_path / "b.json")) == b"[]\n"


def test_json_lines_by_the_wrong_name(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.json", b'{"text": "a"}\n{"text": "b"}\n')
    assert "name it .jsonl" in records(path)[0].error


# CSV and TSV


def table(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


def test_a_table(tmp_path: Path, packing: str) -> None:
    data = b'id,text,id,n\n1,"Ad. a, ""b""\r\nc",x,1.10\n\n2,Ad. b,,007\n'
    path = stored(tmp_path / f"a.csv{packing}", data)
    assert [(record.place, record.text) for record in records(path)] == [
        ("line 2", 'Ad. a, "b"\r\nc'),
        ("line 5", "Ad. b"),
    ]
    out = loaded(converted(path, tmp_path / f"b.csv{packing}"))
    note = '{"changes":1,"words":["é"]}'
    assert table(out) == [
        ["id", "text", "id", "n", "newsclean"],
        ["1", 'a, "b"\r\nc', "x", "1.10", note],
        ["2", "b", "", "007", note],
    ]
    assert loaded(converted(str(tmp_path / f"b.csv{packing}"), tmp_path / f"c.csv{packing}")) == out


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.csv", "\t"), ("a.csv", "|"), ("a.csv", ",")]
)
def test_delimiters_line_ends_and_marks(tmp_path: Path, name: str, delimiter: str) -> None:
    lines = "\ufeffid,text,x\r\n1,Ad. a,é\r\n".replace(",", delimiter)
    out = loaded(converted(stored(tmp_path / name, lines.encode()), tmp_path / f"b{name[1:]}"))
    assert out.decode().startswith("\ufeffid,text,x,newsclean\r\n1,a,é,".replace(",", delimiter))
    assert out.endswith(b"\r\n")


def test_broken_rows_and_the_good_between(tmp_path: Path) -> None:
    rows = [
        (b"1,2", "format"),
        (b"1,2,3,4", "format"),
        (b'1,"a"b,3', "format"),
        (b"1,\xff\xfe,3", "encoding"),
        (b"1," + b"x" * 300 + b",3", "too-long"),
        (b'1,"' + b"x\n" * 150, "too-long"),  # which nothing ends
    ]
    for row, reason in rows:
        data = b"id,text,n\n1,good,1\n" + row + b"\n2,last,2\n"
        found = records(stored(tmp_path / "a.csv", data), FEW)
        assert found[0].text == "good"
        assert (found[1].place, found[1].reason) == ("line 3", reason)
        assert row.startswith(found[1].raw[:50].rstrip(b"\n"))
        assert found[-1].text == "last"
        assert [record.number for record in found] == list(range(len(found)))


def test_a_quotation_mark_that_nothing_ends(tmp_path: Path) -> None:
    found = records(stored(tmp_path / "a.csv", b'text,n\ngood,1\n"open,2\n'))
    assert [(record.text, record.reason) for record in found] == [("good", ""), (None, "format")]


def test_a_table_without_a_text_or_without_rows(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.csv", b"id,n\n1,2\n3,4\n")
    assert faults(records(path)) == [("line 2", "no-text"), ("line 3", "no-text")]
    assert records(path, text_field="n")[1].text == "4"
    assert loaded(converted(path, tmp_path / "b.csv")) == b"id,n,newsclean\n"
    empty = stored(tmp_path / "c.csv", b"")
    assert records(empty) == []
    assert loaded(converted(empty, tmp_path / "d.csv")) == b""


def test_headers_that_cannot_be_read(tmp_path: Path) -> None:
    for data, error in [(b"\xff\xff,text\n", "--encoding"), (b"x" * 300, "larger"), (b'"a"b,text\n', "cannot be read")]:
        with pytest.raises(ReadError, match=error):
            records(stored(tmp_path / "a.csv", data), FEW)


def test_a_table_of_another_encoding(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.csv", "text,ö\nAd. é,ß\n".encode("cp1252"))
    assert table(loaded(converted(path, tmp_path / "b.csv", encoding="cp1252")))[1][:2] == ["é", "ß"]


def test_a_header_of_several_lines(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.csv", b'"a\nb",text\n1,Ad. x\n')
    assert [(record.place, record.text) for record in records(path)] == [("line 3", "Ad. x")]
    assert table(loaded(converted(path, tmp_path / "b.csv")))[0] == ["a\nb", "text", "newsclean"]


def test_a_line_end_within_a_field(tmp_path: Path) -> None:
    for end in ("\n", "\r\n"):
        rows = [["id", "text", "note"], ["1", "Ad. x", "a\rb"], ["2", "Ad. y", "c\nd"]]
        spelled = "".join(",".join(f'"{field}"' for field in row) + end for row in rows)
        data = loaded(converted(stored(tmp_path / "a.csv", spelled.encode()), tmp_path / "b.csv"))
        found = list(csv.reader(io.StringIO(data.decode(), newline="")))
        assert [row[:3] for row in found] == [rows[0], ["1", "x", "a\rb"], ["2", "y", "c\nd"]]
        assert data.endswith(end.encode())
        assert (b"\r\n" in data) == (end == "\r\n")


def test_blank_lines_above_the_header(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.csv", b"\n\r\nid,text\n1,Ad. x\n")
    assert [record.text for record in records(path)] == ["Ad. x"]
    assert table(loaded(converted(path, tmp_path / "b.csv")))[:1] == [["id", "text", "newsclean"]]


# What is missing


@pytest.mark.parametrize(
    ("name", "modules", "extra"),
    [("a.parquet", ["pyarrow", "pyarrow.parquet"], "parquet"), ("a.warc", ["fastwarc", "fastwarc.warc"], "warc")],
)
def test_missing_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, modules: list[str], extra: str
) -> None:
    path = stored(tmp_path / name, b"")
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=rf"{modules[0]} is missing: pip install 'newsclean\[{extra}\]'"):
        records(path)


def test_missing_files(tmp_path: Path) -> None:
    for name in ("a.json", "a.jsonl", "a.csv", "a.jsonl.gz"):
        with pytest.raises(ReadError, match="No such file"):
            records(str(tmp_path / name))


def test_other_formats_as_json_lines(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.csv", b"id,text\n1,Ad. a\n")
    out = json.loads(loaded(converted(path, tmp_path / "b.jsonl", "jsonl")))
    assert out == {"id": "1", "text": "a", "newsclean": NOTE}
