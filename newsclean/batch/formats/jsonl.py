"""JSON Lines: an object a line. All of it but the text and the note is spelled as it was."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
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
from newsclean.batch.names import is_packed
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import open_read, open_write, stored_bytes
from newsclean.storage import is_web, open_stored, size_of


def shards(path: str, size: int, limits: Limits) -> Iterator[Shard]:
    """Yield byte ranges of about `size` bytes; of what is packed, or of unknown length, shards that have their data."""
    # A server of the web may not know how to begin in the middle.
    total = None if is_packed(path) or is_web(path) else size_of(path)
    if total is None:
        with open_read(path, limits) as stream:
            yield from blocks(path, stream, size, limits, lambda: stored_bytes(stream))
        return
    count = max(1, -(-total // size))
    bounds = [total * number // count for number in range(count + 1)]
    for number, (start, stop) in enumerate(pairwise(bounds)):
        yield Shard(path, "jsonl", start, stop, number, stop - start)


def blocks(path: str, stream: BinaryIO, size: int, limits: Limits, stored: Callable[[], int]) -> Iterator[Shard]:
    r"""Yield what a stream holds in shards that have their data: whole lines, about `size` bytes of them.

    `stored` says how many bytes were read so far as they are stored. Of a line that is longer than a record may be
    no more is kept than shows it.

    >>> import io
    >>> stream = io.BytesIO(b'{"text": "Storm"}\n{"text": "Sun"}\n')
    >>> [(each.lines, each.data) for each in blocks("-", stream, 3, Limits(), stream.tell)]
    [(0, b'{"text": "Storm"}\n'), (1, b'{"text": "Sun"}\n')]
    """
    start = number = lines_before = stored_before = 0
    while (data := _block(stream, size)) or not number:
        if data and not data.endswith(b"\n"):
            data += stream.readline(limits.record + 1)
        skipped = 0 if data.endswith(b"\n") else skip_line(stream)
        stop, read = start + len(data) + skipped, stored()
        yield Shard(path, "jsonl", start, stop, number, read - stored_before, data, lines_before)
        start, number, stored_before = stop, number + 1, read
        lines_before += data.count(b"\n") + bool(skipped)


def _block(stream: BinaryIO, size: int) -> bytes:
    """Read so many bytes, or all that are left: a read of a pipe may give fewer."""
    parts = []
    while size and (piece := stream.read(size)):
        parts.append(piece)
        size -= len(piece)
    return b"".join(parts)


def read(shard: Shard, text_field: str | None, encoding: str | None, limits: Limits) -> Iterator[Record]:
    """Yield the records of the lines that start in the shard.

    Their `raw` is the line without its line feed: as UTF-8 where it could be read, as it stood where it could not.
    """
    if shard.data is not None:
        yield from read_stream(io.BytesIO(shard.data), text_field, encoding, limits, shard.start, before=shard.lines)
        return
    if shard.stop < 0:
        with open_read(shard.path, limits) as stream:
            yield from read_stream(stream, text_field, encoding, limits)
        return
    with open_stored(shard.path) as stream:
        start = 0
        if shard.start:
            # The line that the byte before belongs to started earlier, unless that byte ends it.
            stream.seek(shard.start - 1)
            start = shard.start - 1 + skip_line(stream)
        before = None if shard.start else 0
        yield from read_stream(stream, text_field, encoding, limits, start, shard.stop, before=before)


def read_stream(
    stream: BinaryIO,
    text_field: str | None,
    encoding: str | None,
    limits: Limits,
    start: int = 0,
    stop: int = -1,
    *,
    before: int | None = 0,
) -> Iterator[Record]:
    r"""Yield the records of a stream that stands at the byte `start`, up to the last line that starts before `stop`.

    `before` is how many lines there are before it, or None where nobody knows.

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
            place = f"byte {line.offset}" if before is None else f"line {before + line.number}"
            yield _record(number, place, line._replace(data=data), text_field, name, limits)
            number += 1


def write(path: str, shard: Shard, cleaned: Iterable[Cleaned | None]) -> None:
    """Write the records as lines: those of JSON Lines respelled, all others made of their fields."""
    with open_write(path) as stream:
        for each in cleaned:
            if each:
                stream.write(respelled_line(each) if shard.format == "jsonl" else _spelled(each))


def respelled_line(cleaned: Cleaned) -> bytes:
    """Return the line of a record of JSON Lines with its text replaced, and the note in it."""
    record = cleaned.record
    return respelled(record.raw.decode("utf-8"), record.key, cleaned.text, cleaned.note).encode("utf-8") + b"\n"


def _spelled(cleaned: Cleaned) -> bytes:
    record = cleaned.record
    fields: dict[str, Any] = {**record.fields, record.key or "text": cleaned.text, NOTE: dict(cleaned.note)}
    return dumped(fields).encode("utf-8") + b"\n"


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
