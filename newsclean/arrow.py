"""Texts in Arrow record batches: what Spark, Ray, DuckDB, Polars and Hugging Face datasets hand to a Python function.

The note on each document is JSON in a column of strings rather than a struct: every engine, and CSV, holds strings;
counts as a struct would have a field for each filter, so that the schema hung on options, plug-ins and version, and
counts as a map are what Hugging Face datasets do not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from newsclean.batch.records import TEXT_FIELDS
from newsclean.errors import ConfigError
from newsclean.guarded import COLUMN, clean_or_keep, failure, pipeline_for

if TYPE_CHECKING:
    import pyarrow as pa

    from newsclean.pipeline import Pipeline


def clean_batch(
    batch: pa.RecordBatch, *, text_field: str | None = None, pipeline: Pipeline | None = None, **options: Any
) -> pa.RecordBatch:
    """Return the batch with clean texts in the place of its texts, and the column `newsclean` behind its columns.

    `text_field` names the column of the texts; without it, it is the first of TEXT_FIELDS that the batch has. The
    options are those of Pipeline, unless a `pipeline` is given. The text column keeps its type, and its nulls; every
    other column is the very same buffers; the rows are as many, in the same order.

    The column `newsclean` is a string, null where the text is: a JSON object of `counts`, the edits that each filter
    made; `warnings`, where there are any; and `error` where the text is as it came, since a filter failed on it or it
    is not UTF-8.

    Raises ConfigError where there is no such column, or it is not one of strings, or the batch has a column
    `newsclean` already, or pyarrow is not installed; ValueError for options that Pipeline does not take.
    """
    pa = _pyarrow()
    schema = clean_schema(batch.schema, text_field=text_field)
    name = _text_field(batch.schema, text_field)
    if pipeline is not None and options:
        raise ConfigError(f"{', '.join(sorted(options))}: give a pipeline or options for one, not both")
    pipeline = pipeline or pipeline_for(options)
    at = batch.schema.get_field_index(name)
    columns = list(batch.columns)
    columns[at], notes = _cleaned(columns[at], pipeline)
    return pa.RecordBatch.from_arrays([*columns, notes], schema=schema)


def clean_table(
    table: pa.Table, *, text_field: str | None = None, pipeline: Pipeline | None = None, **options: Any
) -> pa.Table:
    """Do for a table, batch by batch, what `clean_batch` does for a batch."""
    pa = _pyarrow()
    cleaned = (clean_batch(batch, text_field=text_field, pipeline=pipeline, **options) for batch in table.to_batches())
    return pa.Table.from_batches(cleaned, schema=clean_schema(table.schema, text_field=text_field))


def clean_schema(schema: pa.Schema, *, text_field: str | None = None) -> pa.Schema:
    """Return the schema of what `clean_batch` makes of batches of this schema, for engines that want it first.

    It hangs on no option of the pipeline. Raises ConfigError as `clean_batch` does.
    """
    pa = _pyarrow()
    kind = schema.field(_text_field(schema, text_field)).type
    if not _is_text(kind):
        raise ConfigError(f"{_text_field(schema, text_field)}: this column holds {kind}, not strings: cast it first")
    if COLUMN in schema.names:
        raise ConfigError(f"there is a column {COLUMN!r} already, which the counts go into: rename or drop it")
    return schema.append(pa.field(COLUMN, pa.string()))


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError:
        raise ConfigError("pyarrow is not installed: pip install 'newsclean[parquet]'") from None
    return pa


def _text_field(schema: pa.Schema, wanted: str | None) -> str:
    names = schema.names
    found = wanted if wanted is not None else next((name for name in TEXT_FIELDS if name in names), None)
    there = f"there are {', '.join(names) or 'none'}"
    if found is None:
        raise ConfigError(f"no column has a usual name for a text: give text_field; {there}")
    if names.count(found) != 1:
        how_many = "several columns are" if found in names else "no column is"
        raise ConfigError(f"{how_many} named {found!r}: {there}")
    return found


def _is_text(kind: pa.DataType) -> bool:
    # By name, since not every pyarrow that will do has string views.
    return str(kind) in {"string", "large_string", "string_view"}


def _cleaned(texts: pa.Array, pipeline: Pipeline) -> tuple[pa.Array, pa.Array]:
    """Return the clean texts, in an array of the same type, and the notes.

    Texts go by their bytes: an engine that does not check that its strings are UTF-8 must get them back as they were.
    """
    pa = _pyarrow()
    binary = {"string": pa.binary, "large_string": pa.large_binary}.get(str(texts.type)) or pa.binary_view
    rows = [_row(value, pipeline) for value in _bytes(texts, binary())]
    cleaned = pa.array([text for text, _ in rows], binary()).view(texts.type)
    return cleaned, pa.array([note for _, note in rows], pa.string())


def _bytes(texts: pa.Array, kind: pa.DataType) -> Iterable[bytes | None]:
    return (value.as_py() for value in texts.view(kind))


def _row(value: bytes | None, pipeline: Pipeline) -> tuple[bytes | None, str | None]:
    if value is None:
        return None, None
    try:
        cleaned = clean_or_keep(value.decode(), pipeline)
    except UnicodeDecodeError as error:
        return value, _json(failure(f"this is not UTF-8: {error.reason} at byte {error.start}"))
    return cleaned.text.encode(), _json(cleaned.note)


def _json(note: dict[str, Any]) -> str:
    return json.dumps(note)
