"""Formats: what holds records, how it is cut into shards, read, and written again.

`read_records` and `write_part` work on one shard, on whatever machine; `join_parts` makes one output of what the shards
of an input became.

| format | a record is | kept | in shards |
| --- | --- | --- | --- |
| json | an article of a document | every other byte | no |
| jsonl | a line | every other byte | by bytes; of what is packed, as it is unpacked |
| csv, tsv | a row | every other field | no |
| parquet | a row | every other column, with its type | by row groups |
| warc | a page, or a text drawn from one | url and date | no |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from newsclean.batch.formats import csv_table, json_document, jsonl, parquet, warc
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import concatenate
from newsclean.errors import ConfigError

__all__ = ["OUTPUTS", "join_parts", "read_records", "shards_of", "write_part"]

# What each format can be written as; the first where nothing else is asked for.
OUTPUTS: dict[str, tuple[str, ...]] = {
    "json": ("json",),
    "jsonl": ("jsonl",),
    "csv": ("csv", "jsonl"),
    "tsv": ("tsv", "jsonl"),
    "parquet": ("parquet", "jsonl"),
    "warc": ("jsonl", "parquet"),
}


def shards_of(
    path: str,
    format: str,  # noqa: A002  # the word of the contract
    size: int,
    *,
    total: int = 0,
    limits: Limits | None = None,
) -> Iterable[Shard]:
    """Cut an input of `total` bytes into parts of about `size` bytes, where its format allows; else yield the whole.

    Raises ReadError, ConfigError.
    """
    if format == "jsonl":
        return jsonl.shards(path, size, limits or Limits())
    if format == "parquet":
        return parquet.shards(path, size, total)
    return [Shard(path, format, stored=total)]


def read_records(
    shard: Shard, *, text_field: str | None = None, encoding: str | None = None, limits: Limits | None = None
) -> Iterator[Record]:
    """Yield the records of a shard, one in memory at a time; one that is broken says so, and the next follows.

    Raises ReadError where there is nothing to go on with: the file is missing, damaged, cut off or larger than the
    limits allow. What was yielded before holds. Raises ConfigError where a package is missing.
    """
    allowed = limits or Limits()
    if shard.format == "jsonl":
        return jsonl.read(shard, text_field, encoding, allowed)
    if shard.format == "json":
        return json_document.read(shard, text_field, encoding, allowed)
    if shard.format in {"csv", "tsv"}:
        return csv_table.read(shard, text_field, encoding, allowed)
    if shard.format == "parquet":
        return parquet.read(shard, text_field, allowed)
    return warc.read(shard, encoding, allowed)


def write_part(
    path: str,
    format: str,  # noqa: A002  # the word of the contract
    cleaned: Iterable[Cleaned | None],
    *,
    shard: Shard,
    text_field: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> None:
    """Write what the records of a shard became, in their order, to a file that is there once all of it is.

    None stands for a record that failed, and nothing is written of it. `format` is one of OUTPUTS for that of the
    shard, and the name of the file says how it is packed. All else is what the records were read with: what JSON
    documents, tables and Parquet hold besides records is read from there once more.
    Raises WriteError, ReadError, ConfigError.
    """
    allowed = limits or Limits()
    if format not in OUTPUTS[shard.format]:
        raise ConfigError(f"{shard.format} cannot be written as {format}: {', '.join(OUTPUTS[shard.format])}")
    if format == "jsonl":
        jsonl.write(path, shard, cleaned)
    elif format in {"csv", "tsv"}:
        csv_table.write(path, shard, cleaned, encoding, allowed)
    elif format == "parquet" and shard.format == "warc":
        parquet.write_rows(path, warc.FIELDS, cleaned)
    elif format == "parquet":
        parquet.write(path, shard, cleaned, text_field, allowed)
    else:
        json_document.write(path, shard, cleaned, text_field, encoding, allowed)


def join_parts(
    format: str,  # noqa: A002  # the word of the contract
    parts: Sequence[str],
    target: str,
    *,
    shard: Shard,
    text_field: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> None:
    """Make one output of the parts of an input, in their order; all of them are packed alike.

    `shard` is the whole of the input; where there is no part, what it holds besides records is written alone.
    Raises WriteError, ReadError, ConfigError.
    """
    allowed = limits or Limits()
    if not parts:
        write_part(target, format, (), shard=shard, text_field=text_field, encoding=encoding, limits=allowed)
    elif format == "parquet":
        parquet.join(parts, target)
    elif format in {"csv", "tsv"} and len(parts) > 1:
        csv_table.join(parts, target, shard)
    elif shard.format == "json" and len(parts) > 1:
        json_document.join(parts, target, shard, text_field, encoding, allowed)
    else:
        concatenate(parts, target)
