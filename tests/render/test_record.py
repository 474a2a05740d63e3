import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from newsclean import Document, Edit, Pipeline
from newsclean.errors import ReadError
from newsclean.readers import Encoding, Source, read
from newsclean.render import renderer, to_text
from newsclean.render.record import original, record, schema, to_json, to_json_line
from tests.cases import cases

VALIDATOR = jsonschema.Draft202012Validator(schema())


def cleaned(data: bytes, **options: Any) -> dict[str, Any]:
    source = read(data)
    return record(source, Pipeline(**options).run(source.text))


def parts(found: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, found
    for key, value in found.get("properties", {}).items():
        yield from parts(value, f"{path}/{key}")
    if "items" in found:
        yield from parts(found["items"], f"{path}/[]")


def test_the_schema_is_one_and_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for path, part in parts(schema()):
        assert part["description"], path
        if part.get("type") == "object" and path != "/counts":
            assert part["additionalProperties"] is False, path
            assert set(part["required"]) == set(part["properties"]), path


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Storm  hits the coast.\r\n\r\n\r\n\r\nIt left .\r\n",
        "\ufeffLa mañana  fue larga.".encode(),
        "La mañana  fue larga, según el señor Muñoz.".encode("cp1252"),
        "Storm  hits".encode("utf-16"),
        b"<!doctype html><p>Storm  hits <b>the</b> coast.</p>",
        b".ad{display:none}\n",
    ],
)
def test_records_are_of_the_schema(data: bytes) -> None:
    found = cleaned(data)
    VALIDATOR.validate(found)
    assert list(found) == list(schema()["properties"])
    assert json.loads(json.dumps(found)) == found
    text, encoding, from_html = original(json.dumps(found).encode())
    assert from_html == (found["input"] == "html")
    assert encoding.encode(text) == data or from_html


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.folder.parent.name == "pipeline"], ids=lambda c: c.name
)
def test_records_of_the_fixtures(case: Any) -> None:
    source = Source(case.dirty, case.name, "text", Encoding())
    line = to_json_line(source, case.pipeline.run(case.dirty))
    VALIDATOR.validate(json.loads(line))
    assert original(line.encode())[0] == case.dirty


def test_forms() -> None:
    source = read("Straße  1".encode())
    result = Pipeline(select=["whitespace"]).run(source.text)
    assert to_json(source, result).startswith('{\n  "schema": 1,\n')
    assert to_json_line(source, result).count("\n") == 1
    assert "Straße 1" in to_json_line(source, result)
    assert renderer("text") is to_text
    assert renderer("json") is to_json
    assert renderer("jsonl") is to_json_line


def test_half_a_surrogate_pair_is_spelt_out() -> None:
    source = Source("a\ud800  ß", "bad\udcff.txt", "text", Encoding())
    line = to_json_line(source, Pipeline(select=["whitespace"]).run(source.text))
    assert line.isascii()
    assert json.loads(line)["text"] == "a\ud800 ß"
    assert json.loads(line)["source"] == source.name
    assert original(line.encode())[0] == source.text


def test_an_encoding_with_several_spellings_is_a_warning() -> None:
    source = Source("漢", "-", "text", Encoding("iso2022_jp", exact=False))
    found = record(source, Pipeline().run(source.text))
    assert [warning["code"] for warning in found["warnings"]] == ["inexact-encoding"]
    VALIDATOR.validate(found)


@pytest.mark.parametrize(
    ("data", "code"),
    [("Über  café".encode() + b"\xff", "damaged-encoding"), ("El  señor".encode("cp1252"), "guessed-encoding")],
)
def test_doubts_of_the_encoding_are_warnings(data: bytes, code: str) -> None:
    for select in (["whitespace"], None):
        found = cleaned(data, select=select)
        VALIDATOR.validate(found)
        assert [warning["code"] for warning in found["warnings"]] == [code]
        text, encoding, _ = original(json.dumps(found).encode())
        assert encoding.encode(text) == data


def test_warnings_of_the_result_are_in_the_record() -> None:
    def nothing_left(document: Document) -> list[Edit]:
        return [Edit(0, len(document.text), "", "test.all")]

    assert cleaned(b"one two three", select=[nothing_left])["warnings"] == [
        {"code": "nothing-left", "message": "all 3 words were removed"}
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 2}, "of schema 2; this newsclean reads schema 1"),
        ({"text": ""}, "does not fit together: the hunk at 2"),
        ({"text": 3}, "not a record of newsclean"),
        ({"hunks": [{"start": 0}]}, "not a record of newsclean: KeyError"),
        ({"hunks": [{"start": 1, "end": 9, "before": " ", "after": ""}]}, "does not fit together"),
        ({"encoding": None}, "not a record of newsclean"),
        ({"encoding": {"name": 3, "bom": False}}, "not a record of newsclean"),
    ],
)
def test_records_that_are_none(change: dict[str, Any], message: str) -> None:
    found = cleaned(b"a  b", select=["whitespace"])
    with pytest.raises(ReadError, match=message):
        original(json.dumps({**found, **change}).encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not one JSON record"),
        (b"{} {}", "restore one record at a time"),
        (b"[]", "not a record"),
        (b"\xff", "not JSON"),
        (b"{}", "not a record of newsclean: KeyError"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_files_that_are_no_record(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        original(data)
