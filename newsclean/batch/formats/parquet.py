"""Parquet: rows in row groups. Only the column of the text is replaced; the others are written as Arrow read them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from newsclean.batch.formats.common import NOTE, broken, find_key, no_text, note_json, too_long
from newsclean.batch.names import is_packed
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import open_write, unpack
from newsclean.errors import ReadError
from newsclean.storage import need, open_stored

ROWS = 1024  # at most, read at once
_READ = 8 << 20  # bytes of rows read at once, about
_WRITE = 32 << 20  # bytes of a row group that is written, about
_PLAIN = {"snappy", "gzip", "brotli", "zstd", "lz4"}


class _Batch(NamedTuple):
    """Some rows of a shard, and the number of the first."""

    number: int
    rows: Any


def shards(path: str, size: int, total: int) -> list[Shard]:
    """Return row groups taken together to about `size` bytes; of what is packed, the whole, of `total` bytes."""
    if is_packed(path):
        return [Shard(path, "parquet", stored=total)]
    with _opened(path, Limits()) as file:
        groups = [file.metadata.row_group(number).total_byte_size for number in range(file.metadata.num_row_groups)]
    starts, taken = [], size
    for number, group in enumerate(groups):
        if taken >= size:
            starts.append(number)
            taken = 0
        taken += group
    if len(starts) < 2:
        return [Shard(path, "parquet", stored=total)]
    bounds = zip(starts, [*starts[1:], len(groups)], strict=True)
    return [Shard(path, "parquet", *each, number, total // len(starts)) for number, each in enumerate(bounds)]


def read(shard: Shard, text_field: str | None, limits: Limits) -> Iterator[Record]:
    """Yield a record a row. The place of one is its number in the file, counted from 1."""
    with _opened(shard.path, limits) as file:
        key = _key(file.schema_arrow, text_field)
        before = sum(file.metadata.row_group(number).num_rows for number in range(shard.start))
        for batch in _batches(file, shard, limits):
            yield from _records(batch, before, key, text_field, limits)


def write(path: str, shard: Shard, cleaned: Iterable[Cleaned | None], text_field: str | None, limits: Limits) -> None:
    """Write the rows of the shard that were cleaned, from a second reading of them: so no value goes through Python."""
    good = (each for each in cleaned if each)
    with _opened(shard.path, limits) as file:
        first = next(good, None)
        schema = _schema(file.schema_arrow, _key(file.schema_arrow, text_field))
        with _writer(path, schema, _codec(file.metadata)) as writer:
            for batch in _batches(file, shard, limits):
                end = batch.number + batch.rows.num_rows
                chosen = []
                while first and first.record.number < end:
                    chosen.append(first)
                    first = next(good, None)
                if chosen:
                    writer.add(_replaced(batch, chosen, schema))


def write_rows(path: str, names: Sequence[str], cleaned: Iterable[Cleaned | None]) -> None:
    """Write records of another format: the named fields as strings, then the note."""
    pyarrow = need("pyarrow", "parquet")
    schema = pyarrow.schema([(name, pyarrow.string()) for name in (*names, NOTE)])
    with _writer(path, schema, "zstd") as writer:
        rows: list[dict[str, str | None]] = []
        for each in cleaned:
            if each:
                fields = {**each.record.fields, each.record.key: each.text}
                rows.append({**{name: fields.get(name) for name in names}, NOTE: note_json(each.note)})
            if len(rows) == ROWS:
                writer.add(pyarrow.RecordBatch.from_pylist(rows, schema))
                rows = []
        if rows:
            writer.add(pyarrow.RecordBatch.from_pylist(rows, schema))


def join(parts: Sequence[str], target: str) -> None:
    """Write the row groups of all parts into one file, one row group at a time."""
    with _opened(parts[0], Limits()) as first:
        schema, codec = first.schema_arrow, _codec(first.metadata)
    with _writer(target, schema, codec) as writer:
        for part in parts:
            with _opened(part, Limits()) as file:
                for number in range(file.metadata.num_row_groups):
                    writer.writer.write_table(file.read_row_group(number))


class _Writer:
    """Gathers batches into row groups of a size that readers like and memory bears."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.batches: list[Any] = []
        self.size = 0

    def add(self, batch: Any) -> None:
        """Take a batch, and write a row group where enough has come together."""
        self.batches.append(batch)
        self.size += batch.nbytes
        if self.size >= _WRITE:
            self.flush()

    def flush(self) -> None:
        """Write what has come together."""
        if self.batches:
            self.writer.write_table(need("pyarrow", "parquet").Table.from_batches(self.batches))
        self.batches, self.size = [], 0


@contextmanager
def _writer(path: str, schema: Any, codec: str) -> Iterator[_Writer]:
    module = need("pyarrow.parquet", "parquet")
    with open_write(path) as stream, module.ParquetWriter(stream, schema, compression=codec) as opened:
        writer = _Writer(opened)
        yield writer
        writer.flush()


@contextmanager
def _opened(path: str, limits: Limits) -> Iterator[Any]:
    pyarrow, module = need("pyarrow", "parquet"), need("pyarrow.parquet", "parquet")
    with ExitStack() as stack:
        if is_packed(path):
            # It is read from its end, so it has to be unpacked before.
            stored: Any = stack.enter_context(tempfile.TemporaryFile())
            unpack(path, stored, limits)
        else:
            stored = stack.enter_context(open_stored(path))
        try:
            # By pages, and not whole columns of a row group at once.
            file = module.ParquetFile(stored, pre_buffer=False, buffer_size=1 << 20)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise ReadError(f"{path} is no Parquet file: {error}") from None
        yield file


def _batches(file: Any, shard: Shard, limits: Limits) -> Iterator[_Batch]:
    pyarrow = need("pyarrow", "parquet")
    count = file.metadata.num_row_groups
    groups = range(shard.start, count if shard.stop < 0 else min(shard.stop, count))
    size = sum(file.metadata.row_group(group).total_byte_size for group in groups)
    if size > limits.expanded:
        raise ReadError(f"{shard.path} is larger than {limits.expanded} bytes: raise --max-bytes to read it")
    number = 0
    for group in groups:
        found = file.metadata.row_group(group)
        rows = _READ * found.num_rows // max(1, found.total_byte_size)
        batches = file.iter_batches(max(1, min(ROWS, rows)), row_groups=[group])
        while True:
            try:
                rows_read = next(batches, None)
            except (pyarrow.ArrowException, OSError, ValueError) as error:
                raise ReadError(f"{shard.path} is damaged in row group {group}: {error}") from None
            if rows_read is None:
                break
            yield _Batch(number, rows_read)
            number += rows_read.num_rows


def _records(batch: _Batch, before: int, key: str | None, text_field: str | None, limits: Limits) -> Iterator[Record]:
    names = batch.rows.schema.names
    columns = [_values(column) for column in batch.rows.columns]
    texts = _bytes(batch.rows.column(names.index(key))) if key is not None else None
    for row in range(batch.rows.num_rows):
        number = batch.number + row
        place = f"row {before + number + 1}"
        fields = {name: column[row] for name, column in zip(names, columns, strict=True)}
        stored = texts[row] if texts else None
        if key is None or stored is None:
            yield no_text(number, place, text_field, note_json(fields).encode("utf-8"))
        elif len(stored) > limits.record:
            yield too_long(number, place, limits.record, stored)
        else:
            yield _record(number, place, stored, fields, key)


def _record(number: int, place: str, stored: bytes, fields: dict[str, Any], key: str) -> Record:
    try:
        text = stored.decode("utf-8")
    except UnicodeDecodeError as error:
        return broken(number, place, "encoding", f"it is not utf-8: {error}", stored)
    return Record(number, place, text, {**fields, key: text}, key)


def _key(schema: Any, text_field: str | None) -> str | None:
    names = [field.name for field in schema if _is_text(field.type)]
    return find_key(names, text_field)


def _is_text(kind: Any) -> bool:
    types = need("pyarrow.types", "parquet")
    if types.is_dictionary(kind):
        return _is_text(kind.value_type)
    # Some writers forget to say of strings that they are more than bytes.
    return any((types.is_string(kind), types.is_large_string(kind), types.is_binary(kind), types.is_large_binary(kind)))


def _values(column: Any) -> list[Any]:
    pyarrow = need("pyarrow", "parquet")
    try:
        found: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pyarrow.ArrowException):
        # Nanoseconds and dates before Christ have no Python type, bytes that are not UTF-8 no string.
        found = [_value(value) for value in column]
    return found


def _value(value: Any) -> Any:
    pyarrow = need("pyarrow", "parquet")
    try:
        return value.as_py()
    except UnicodeDecodeError:
        return value.as_buffer().to_pybytes() if hasattr(value, "as_buffer") else repr(value)
    except (ValueError, OverflowError):
        try:
            return value.cast(pyarrow.string()).as_py()
        except pyarrow.ArrowException:  # one of several values
            return repr(value)


def _bytes(column: Any) -> list[bytes | None]:
    pyarrow = need("pyarrow", "parquet")
    plain = column.dictionary_decode() if pyarrow.types.is_dictionary(column.type) else column
    found: list[bytes | None] = plain.cast(pyarrow.large_binary()).to_pylist()
    return found


def _schema(schema: Any, key: str | None) -> Any:
    """Return the schema that is written: no dictionary for the text, a column for the note."""
    pyarrow = need("pyarrow", "parquet")
    at = schema.get_field_index(key) if key is not None else -1
    if at >= 0 and pyarrow.types.is_dictionary(schema.field(at).type):
        schema = schema.set(at, schema.field(at).with_type(schema.field(at).type.value_type))
    note = pyarrow.field(NOTE, pyarrow.string())
    at = schema.get_field_index(NOTE)
    return schema.append(note) if at < 0 else schema.set(at, note)


def _codec(metadata: Any) -> str:
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    found = str(metadata.row_group(0).column(0).compression).lower()
    return found if found in _PLAIN else "none" if found == "uncompressed" else "snappy"


def _replaced(batch: _Batch, chosen: Sequence[Cleaned], schema: Any) -> Any:
    pyarrow = need("pyarrow", "parquet")
    rows = batch.rows.take(pyarrow.array([each.record.number - batch.number for each in chosen]))
    columns = dict(zip(rows.schema.names, rows.columns, strict=True))
    key = chosen[0].record.key
    kind = schema.field(key).type
    texts = [each.text.encode("utf-8") for each in chosen]
    columns[key] = pyarrow.array(texts, pyarrow.large_binary()).cast(kind)
    columns[NOTE] = pyarrow.array([note_json(each.note) for each in chosen], pyarrow.string())
    return pyarrow.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
