"""JSON Lines: an object a line. Every byte but the text and the note is written as it was read."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from newsclean.batch.formats.common import (
    NOTE,
    Line,
    broken,
    dumped,
    find_text,
    line_encoding,
    lines,
    no_text,
    skip_line,
    too_long,
)
from newsclean.batch.formats.spans import NestedError, first_sign, refuse_nesting, respelled, whole_object
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import is_packed, open_read, open_stored, open_write, size_of


def shards(path: str, size: int) -> list[Shard]:
    """Return byte ranges of about `size` bytes; of what is packed, or of unknown length, the whole."""
    total = None if is_packed(path) else size_of(path)
    if total is None or total <= size:
        return [Shard(path, "jsonl")]
    count = -(-total // size)
    bounds = [total * number // count for number in range(count + 1)]
    return [Shard(path, "jsonl", bounds[number], bounds[number + 1], number, count) for number in range(count)]


def read(shard: Shard, text_field: str | None, encoding: str | None, limits: Limits) -> Iterator[Record]:
    """Yield the records of the lines that start in the shard.

    Their `raw` is the line without its line feed: as UTF-8 where it could be read, as it stood where it could not.
    """
    if shard.stop < 0:
        with open_read(shard.path, limits) as stream:
            yield from read_stream(stream, text_field, encoding, limits)
        return
    with open_stored(shard.path) as stream:
        if shard.start:
            # The line that the byte before belongs to started earlier, unless that byte ends it.
            stream.seek(shard.start - 1)
            start = shard.start - 1 + skip_line(stream)
        else:
            start = 0
        yield from read_stream(stream, text_field, encoding, limits, start, shard.stop)


def read_stream(
    stream: BinaryIO, text_field: str | None, encoding: str | None, limits: Limits, start: int = 0, stop: int = -1
) -> Iterator[Record]:
    r"""Yield the records of a stream that stands at the byte `start`, up to the last line that starts before `stop`.

    >>> import io
    >>> stream = io.BytesIO(b'{"text": "Storm"}\n{"text": \n')
    >>> [(record.place, record.text, record.reason) for record in read_stream(stream, None, None, Limits())]
    [('line 1', 'Storm', ''), ('line 2', None, 'json')]
    """
    name = line_encoding(encoding)
    number = 0
    for line in lines(stream, limits.record, start, stop):
        data = line.data.removeprefix(codecs.BOM_UTF8) if line.offset == 0 else line.data
        if line.too_long or data.strip():
            # How many lines there are before a shard is known to nobody.
            place = f"line {line.number}" if start == 0 else f"byte {line.offset}"
            yield _record(number, place, line._replace(data=data), text_field, name, limits)
            number += 1


def write(path: str, shard: Shard, cleaned: Iterable[Cleaned | None]) -> None:
    """Write the records as lines: those of JSON Lines respelled, all others made of their fields."""
    with open_write(path) as stream:
        for each in cleaned:
            if each:
                line = _respelled(each) if shard.format == "jsonl" else _spelled(each)
                stream.write(line.encode("utf-8") + b"\n")


def _respelled(cleaned: Cleaned) -> str:
    record = cleaned.record
    return respelled(record.raw.decode("utf-8"), record.key, cleaned.text, cleaned.note)


def _spelled(cleaned: Cleaned) -> str:
    record = cleaned.record
    fields: dict[str, Any] = {**record.fields, record.key or "text": cleaned.text, NOTE: dict(cleaned.note)}
    return dumped(fields)


def _record(number: int, place: str, line: Line, text_field: str | None, encoding: str, limits: Limits) -> Record:
    if line.too_long:
        return too_long(number, place, limits.record, line.data)
    try:
        text = line.data.decode(encoding)
    except UnicodeError as error:
        return broken(number, place, "encoding", f"it is not {encoding}: {error}", line.data)
    return object_record(number, place, text, text_field, limits, line.data)


def object_record(
    number: int, place: str, text: str, text_field: str | None, limits: Limits, raw: bytes | None = None
) -> Record:
    """Return the record of the text of one JSON object."""
    stored = text.encode("utf-8", "surrogatepass") if raw is None else raw
    try:
        refuse_nesting(text, limits.nesting)
        if first_sign(text)[0] in {"[", '"'}:
            return broken(number, place, "format", "it is JSON, but not an object", stored)
        found = whole_object(text)
    except NestedError as error:
        return broken(number, place, "nested", str(error), stored)
    except ValueError as error:
        return broken(number, place, "json", f"it is not JSON: {error}", stored)
    fields = {member.key: member.value for member in found}
    key = find_text(fields, text_field)
    if key is None:
        return no_text(number, place, text_field, stored)
    return Record(number, place, fields[key], fields, key, raw=text.encode("utf-8"))
