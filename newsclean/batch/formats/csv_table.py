"""CSV and TSV: a header, then a row a record, which may go over several lines."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, TextIO

from newsclean.batch.formats.common import (
    NOTE,
    broken,
    find_key,
    line_encoding,
    lines,
    no_text,
    note_json,
    too_long,
)
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import copy, open_read, open_write
from newsclean.errors import ReadError

_DELIMITERS = ",;\t|"


class _Header(NamedTuple):
    """The names of the columns, and how the table is spelled."""

    names: list[str]
    delimiter: str
    line_end: str
    mark: str  # of the byte order, if there is one


class _TooLongError(Exception):
    """A row larger than a record may be."""


class _Rows:
    """Rows with the bytes of each. What cannot be decoded is in them as half surrogate pairs."""

    def __init__(self, stream: BinaryIO, encoding: str, limit: int) -> None:
        self.lines = lines(stream, limit)
        self.encoding, self.limit = encoding, limit
        self.raw: list[bytes] = []  # of the row that is being read
        self.size = 0
        self.line = 0  # in which it begins

    def start(self) -> None:
        """Forget the last row."""
        self.raw, self.size, self.line = [], 0, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.line = self.line or line.number
        self.raw.append(line.data + b"\n")
        self.size += len(line.data) + 1
        if line.too_long or self.size > self.limit:
            raise _TooLongError
        return (line.data + b"\n").decode(self.encoding, "surrogateescape")


def read(shard: Shard, text_field: str | None, encoding: str | None, limits: Limits) -> Iterator[Record]:
    """Yield the records of a table; the place of one is the line in which its row begins.

    A quotation mark without its fellow takes the lines that follow into its row, until the row is too long; reading
    goes on behind them.
    """
    name = line_encoding(encoding)
    with open_read(shard.path, limits) as stream:
        rows = _Rows(stream, name, limits.record)
        header = _header(rows, shard)
        key = find_key(header.names, text_field) if header else None
        if header is None:
            return
        for number, (row, reason, error) in enumerate(_parsed(rows, header)):
            place, raw = f"line {rows.line}", b"".join(rows.raw)
            if reason == "too-long":
                yield too_long(number, place, limits.record, raw)
            elif reason:
                yield broken(number, place, reason, error, raw)
            elif key is None:
                yield no_text(number, place, text_field, raw)
            else:
                fields = dict(zip(header.names, row, strict=True))
                text = row[header.names.index(key)]
                stored = raw if name == "utf-8" else raw.decode(name).encode("utf-8")
                yield Record(number, place, text, {**fields, key: text}, key, stored)


def write(path: str, shard: Shard, cleaned: Iterable[Cleaned | None], encoding: str | None, limits: Limits) -> None:
    """Write the table in UTF-8, with the text of each row replaced and the note in a column of its own.

    Every field keeps its value; quotation marks that are not needed are left out.
    """
    with open_read(shard.path, limits) as stream:
        header = _header(_Rows(stream, line_encoding(encoding), limits.record), shard)
    with open_write(path) as raw:
        if header is None:
            return
        target = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=True)
        target.write(header.mark)
        # Of line ends it quotes those alone that it writes, and there may be a CR in a field of a table with LF.
        writer = csv.writer(_Lines(target, header.line_end), delimiter=header.delimiter, lineterminator="\r\n")
        has_note = NOTE in header.names
        writer.writerow(header.names if has_note else [*header.names, NOTE])
        for each in cleaned:
            if each:
                writer.writerow(_row(each, header))
        target.flush()
        target.detach()  # or it would close what it writes to


class _Lines:
    """Rows as they are written, with the line end of the table."""

    def __init__(self, target: TextIO, line_end: str) -> None:
        self.target, self.line_end = target, line_end

    def write(self, row: str) -> None:
        self.target.write(row.removesuffix("\r\n") + self.line_end)


def join(parts: Sequence[str], target: str, shard: Shard) -> None:
    """Write the rows of all parts into one table, under the header of the first."""
    with open_write(target) as stream:
        for number, part in enumerate(parts):
            with open_read(part) as rows:
                if number:
                    _header(_Rows(rows, "utf-8", Limits().record), shard)
                copy(rows, stream)


def _row(cleaned: Cleaned, header: _Header) -> list[str]:
    record = cleaned.record
    row = next(_reader(io.StringIO(record.raw.decode("utf-8"), newline=""), header.delimiter))
    row[header.names.index(record.key)] = cleaned.text
    note = note_json(cleaned.note)
    if NOTE not in header.names:
        return [*row, note]
    row[header.names.index(NOTE)] = note
    return row


def _header(rows: _Rows, shard: Shard) -> _Header | None:
    try:
        first = next(rows, None)
        while first is not None and not first.strip("\r\n"):
            rows.start()
            first = next(rows, None)
    except _TooLongError:
        raise ReadError(f"the header of {shard.path} is larger than {rows.limit} bytes") from None
    if first is None:
        return None
    if rows.encoding == "utf-8" and rows.raw[0].startswith(codecs.BOM_UTF8):
        mark, first = "\ufeff", first.removeprefix("\ufeff")
    else:
        mark = ""
    delimiter = "\t" if shard.format == "tsv" else max(_DELIMITERS, key=first.count)
    try:
        # The rest of a header that goes over several lines follows.
        names = next(_reader(_chained(first, rows), delimiter))
        "".join(names).encode("utf-8")
    except (csv.Error, _TooLongError) as error:
        raise ReadError(f"the header of {shard.path} cannot be read: {error}") from None
    except UnicodeEncodeError:
        raise ReadError(f"the header of {shard.path} is not {rows.encoding}: give --encoding") from None
    return _Header(names, delimiter, "\r\n" if first.endswith("\r\n") else "\n", mark)


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _parsed(rows: _Rows, header: _Header) -> Iterator[tuple[list[str], str, str]]:
    """Yield each row that is not blank, or the reason and the error of why it cannot be read."""
    reader = _reader(rows, header.delimiter)
    while True:
        rows.start()
        try:
            row = next(reader)
        except StopIteration:
            return
        except _TooLongError:
            yield [], "too-long", ""
        except csv.Error as error:
            yield [], "format", f"it is no row: {error}"
        else:
            if row:
                yield _checked(row, header, rows.encoding)


def _checked(row: list[str], header: _Header, encoding: str) -> tuple[list[str], str, str]:
    try:
        "".join(row).encode("utf-8")
    except UnicodeEncodeError:
        return [], "encoding", f"it is not {encoding}"
    if len(row) != len(header.names):
        return [], "format", f"it has {len(row)} fields, and the header {len(header.names)}"
    return row, "", ""


def _reader(source: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    # The limit is that of the process, and rows are held to their own; another's higher one is left.
    csv.field_size_limit(max(csv.field_size_limit(), (1 << 31) - 1))
    return csv.reader(source, delimiter=delimiter, strict=True)
