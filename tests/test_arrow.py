from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import newsclean
from newsclean import Document, Edit, Pipeline, arrow, guarded
from newsclean.batch.records import TEXT_FIELDS
from newsclean.errors import ConfigError
from newsclean.guarded import pipeline_for

pa = pytest.importorskip("pyarrow")

TEXTS = ["Talks go on .\n", None, "", "Clean.\n", "Žižek\u200b said so.<br>\n"]
CLEAN = [text and newsclean.clean(text) for text in TEXTS]
KINDS = [kind() for kind in (pa.string, pa.large_string, getattr(pa, "string_view", None)) if kind is not None]


def fussy(document: Document) -> Iterator[Edit]:
    if "Talks" in document.text:
        raise ValueError("no talks")
    yield from ()


def batch_of(texts: list[str | None] | Any, kind: Any = None, name: str = "text") -> Any:
    column = pa.array(texts, kind or pa.string())
    ids = pa.array(range(len(texts)), pa.int64())
    tags = pa.array([["a", None]] * len(texts), pa.list_(pa.string()))
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            pa.field(name, column.type, metadata={"a": "b"}),
            ("tags", tags.type),
        ],
        metadata={"of": "mine"},
    )
    return pa.RecordBatch.from_arrays([ids, column, tags], schema=schema)


def notes(batch: Any) -> list[Any]:
    return [note and json.loads(note) for note in batch.column("newsclean").to_pylist()]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_texts_come_out_clean_in_their_type(kind: Any) -> None:
    cleaned = arrow.clean_batch(batch_of(TEXTS, kind))
    cleaned.validate(full=True)
    assert cleaned.column("text").to_pylist() == CLEAN
    assert cleaned.column("text").type == kind
    assert [note and note["counts"] for note in notes(cleaned)] == [
        None if text is None else Pipeline().run(text).counts for text in TEXTS
    ]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_slice_is_its_rows(kind: Any) -> None:
    cleaned = arrow.clean_batch(batch_of(TEXTS, kind).slice(1, 3))
    assert cleaned.column("id").to_pylist() == [1, 2, 3]
    assert cleaned.column("text").to_pylist() == CLEAN[1:4]


def test_the_other_columns_are_the_same_buffers() -> None:
    batch = batch_of(TEXTS)
    cleaned = arrow.clean_batch(batch)
    assert cleaned.schema == arrow.clean_schema(batch.schema)
    assert cleaned.schema.metadata == batch.schema.metadata
    assert [cleaned.schema.field(at).equals(batch.schema.field(at), check_metadata=True) for at in range(3)] == [
        True
    ] * 3
    for name in ("id", "tags"):
        addresses = [[buffer and buffer.address for buffer in each.column(name).buffers()] for each in (batch, cleaned)]
        assert addresses[0] == addresses[1]


def test_no_rows_are_no_rows() -> None:
    cleaned = arrow.clean_batch(batch_of([]))
    assert cleaned.num_rows == 0
    assert cleaned.schema == arrow.clean_schema(batch_of([]).schema)
    nulls = arrow.clean_batch(batch_of([None, None]))
    assert nulls.column("text").null_count == nulls.column("newsclean").null_count == 2


def test_a_table_keeps_its_batches() -> None:
    table = pa.Table.from_batches([batch_of(TEXTS), batch_of(TEXTS[:2])])
    cleaned = arrow.clean_table(table, select=["whitespace"])
    assert [chunk.to_pylist()[0] for chunk in cleaned.column("text").chunks] == ["Talks go on.\n"] * 2
    assert arrow.clean_table(table.slice(0, 0)).schema == cleaned.schema


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_the_text_is_found_by_a_usual_name(name: str) -> None:
    assert arrow.clean_batch(batch_of(TEXTS, name=name)).column(name).to_pylist() == CLEAN


def test_the_text_is_where_it_is_said_to_be() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(TEXTS), pa.array(TEXTS)], names=["text", "headline"])
    cleaned = arrow.clean_batch(batch, text_field="headline")
    assert cleaned.column("text").to_pylist() == TEXTS
    assert cleaned.column("headline").to_pylist() == CLEAN


def test_what_a_filter_fails_on_stays_and_says_so() -> None:
    cleaned = arrow.clean_batch(batch_of(TEXTS), extend=[fussy])
    assert cleaned.column("text").to_pylist() == [TEXTS[0], *CLEAN[1:]]
    assert notes(cleaned)[0] == {"counts": {}, "error": "a filter failed: ValueError: no talks"}
    assert not any("error" in note for note in notes(cleaned)[1:] if note)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_bytes_that_are_no_text_stay_and_say_so(kind: Any) -> None:
    binary = {"string": pa.binary, "large_string": pa.large_binary}.get(str(kind)) or pa.binary_view
    torn = pa.array([b"Talks go on .\n", b"caf\xe9  x, a text that is too long for a string view\n"], binary()).view(
        kind
    )
    cleaned = arrow.clean_batch(pa.RecordBatch.from_arrays([torn], names=["text"]))
    kept = cleaned.column("text").view(binary()).to_pylist()
    assert kept == [b"Talks go on.\n", b"caf\xe9  x, a text that is too long for a string view\n"]
    assert notes(cleaned)[1]["error"] == "this is not UTF-8: invalid continuation byte at byte 3"


def test_a_pipeline_is_made_once() -> None:
    pipeline_for({"ignore": ["trailers"]})
    before = guarded._cached.cache_info().hits
    for _ in range(3):
        arrow.clean_batch(batch_of(TEXTS), ignore=["trailers"])
    assert guarded._cached.cache_info().hits == before + 3


def test_a_pipeline_can_be_given() -> None:
    cleaned = arrow.clean_batch(batch_of(TEXTS), pipeline=Pipeline(select=["markup"]))
    assert cleaned.column("text").to_pylist()[0] == TEXTS[0]
    with pytest.raises(ConfigError, match="ignore: give a pipeline or options for one, not both"):
        arrow.clean_batch(batch_of(TEXTS), pipeline=Pipeline(), ignore=["code"])


@pytest.mark.parametrize(
    ("names", "wanted", "message"),
    [
        (["id", "story"], None, "no column has a usual name for a text: give text_field; there are id, story"),
        (["id", "text"], "body", "no column is named 'body': there are id, text"),
        (["text", "text"], None, "several columns are named 'text'"),
        (["text", "newsclean"], None, "there is a column 'newsclean' already"),
        ([], None, "there are none"),
    ],
)
def test_a_wrong_column_is_told(names: list[str], wanted: str | None, message: str) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(["a"])] * len(names), names=names)
    with pytest.raises(ConfigError, match=message):
        arrow.clean_batch(batch, text_field=wanted)
    with pytest.raises(ConfigError, match=message):
        arrow.clean_schema(batch.schema, text_field=wanted)


def test_a_column_of_something_else_is_told() -> None:
    with pytest.raises(ConfigError, match="id: this column holds int64, not strings: cast it first"):
        arrow.clean_batch(batch_of(TEXTS), text_field="id")
    categories = pa.array(["a"]).dictionary_encode()
    with pytest.raises(ConfigError, match="text: this column holds dictionary"):
        arrow.clean_batch(pa.RecordBatch.from_arrays([categories], names=["text"]))


def test_a_missing_pyarrow_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"pip install 'newsclean\[parquet\]'"):
        arrow.clean_batch(None)
