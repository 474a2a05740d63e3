"""What the formats share: lines in bounded memory, the name of the text, what is kept of the broken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from newsclean.batch.records import TEXT_FIELDS, Record
from newsclean.errors import ReadError
from newsclean.readers.decoding import codec_name

NOTE = "newsclean"  # the key or column that is added
RAW_KEPT = 64 << 10  # bytes of what is too long to be kept whole


class Line(NamedTuple):
    """A line without its line feed. Of one that is too long `data` is the beginning."""

    number: int  # counted from 1
    offset: int  # of its first byte
    data: bytes
    too_long: bool = False


def lines(stream: BinaryIO, limit: int, start: int = 0, stop: int = -1) -> Iterator[Line]:
    r"""Yield the lines that start in the bytes `[start, stop)`; the stream stands at `start`.

    A line of more than `limit` bytes is passed over without being held.

    >>> import io
    >>> [line.data for line in lines(io.BytesIO(b"one\ntwo is long\nthree"), 5)]
    [b'one', b'two is', b'three']
    """
    number, offset = 0, start
    while stop < 0 or offset < stop:
        data = stream.readline(limit + 1)
        if not data:
            return
        number += 1
        if data.endswith(b"\n"):
            yield Line(number, offset, data[:-1])
            offset += len(data)
        elif len(data) <= limit:  # the last line, which nothing ends
            yield Line(number, offset, data)
            return
        else:
            size = len(data) + skip_line(stream)
            # With a line feed after its last allowed byte it would have been whole.
            yield Line(number, offset, data[:RAW_KEPT], too_long=True)
            offset += size


def skip_line(stream: BinaryIO) -> int:
    """Pass over the rest of a line, a piece at a time, and return its length with the line feed."""
    size = 0
    while piece := stream.readline(1 << 16):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size


def find_key(names: Iterable[str], text_field: str | None) -> str | None:
    """Return the name of the text: the one asked for, else the usual one that comes first in TEXT_FIELDS.

    >>> find_key(["id", "Content", "articleBody"], None), find_key(["id", "story"], "story"), find_key(["id"], None)
    ('Content', 'story', None)
    """
    return next(iter(_candidates(list(names), text_field)), None)


def find_text(fields: Mapping[str, Any], text_field: str | None) -> str | None:
    """Return the name of the first candidate for the text that holds a string."""
    return next((name for name in _candidates(list(fields), text_field) if isinstance(fields[name], str)), None)


def _candidates(names: Sequence[str], text_field: str | None) -> list[str]:
    if text_field is not None:
        return [name for name in names if name == text_field]
    # Several may differ in nothing but the case: the first is the one.
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold(), name)
    return [folded[usual.casefold()] for usual in TEXT_FIELDS if usual.casefold() in folded]


def no_text(number: int, place: str, text_field: str | None, raw: bytes) -> Record:
    """Return the record of what holds no text."""
    wanted = f"the field {text_field!r} holds no text" if text_field else "no field holds a text: give --text-field"
    return broken(number, place, "no-text", wanted, raw)


def broken(number: int, place: str, reason: str, error: str, raw: bytes) -> Record:
    """Return the record of what could not be read, with what stood there."""
    return Record(number, place, None, raw=raw, error=error, reason=reason)


def too_long(number: int, place: str, limit: int, raw: bytes) -> Record:
    """Return the record of what is larger than a record may be."""
    return broken(number, place, "too-long", f"it is larger than {limit} bytes", raw[:RAW_KEPT])


def line_encoding(encoding: str | None) -> str:
    """Return the encoding of a file of lines, UTF-8 where none is given. Raises ReadError for one of wide characters.

    >>> line_encoding("utf-16")
    Traceback (most recent call last):
        ...
    newsclean.errors.ReadError: records in lines cannot be read as utf-16: make them UTF-8 first
    """
    name = codec_name(encoding or "utf-8").replace("utf-8-sig", "utf-8")  # the mark goes, whatever it is called
    if "\n".encode(name) != b"\n":
        raise ReadError(f"records in lines cannot be read as {encoding}: make them UTF-8 first")
    return name


def raw_of(record: Record) -> bytes:
    """Return what stood where a record was; of a row of Parquet, which has no spelling, its values as JSON."""
    return record.raw or note_json(record.fields).encode("utf-8")


def note_json(note: Mapping[str, Any]) -> str:
    """Return a note as JSON on one line, which UTF-8 can always spell."""
    return dumped(note, compact=True)


def dumped(value: Any, *, compact: bool = False, ascii_only: bool = False, indent: int | None = None) -> str:
    r"""Return a value as JSON that UTF-8 can spell, so with half a surrogate pair escaped.

    >>> dumped({"a": "é"}), dumped("\ud800é")
    ('{"a": "é"}', '"\\ud800\\u00e9"')
    """
    separators = (",", ":") if compact else None
    text = json.dumps(value, ensure_ascii=ascii_only, separators=separators, indent=indent, default=str)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, separators=separators, indent=indent, default=str)
    return text
