"""WARC and WET: the pages of a crawl, or the texts drawn from them.

The records are told apart here and parsed one by one: so a broken one costs no other, and none is larger in memory
than it may be. fastwarc parses them, and undoes what HTTP did to the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from newsclean.batch.formats.common import RAW_KEPT, broken, skip_line, too_long
from newsclean.batch.records import Limits, Record, Shard
from newsclean.batch.streams import open_read
from newsclean.errors import ReadError
from newsclean.readers.decoding import decode
from newsclean.readers.sniffing import declared_encoding
from newsclean.storage import need

FIELDS = ("url", "date", "text")

_PAGES = ("text/html", "application/xhtml+xml")
_TEXTS = ("text/plain",)
_LONGEST_HEADER = 1 << 20  # bytes, of a record's header and of a line in it
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^warc-type:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


class _Framed(NamedTuple):
    """A record as it stands in the archive, or what was wrong with it; `header` ends with an empty line."""

    header: bytes
    body: bytes
    reason: str = ""
    error: str = ""


def read(shard: Shard, encoding: str | None, limits: Limits) -> Iterator[Record]:
    """Yield the texts of an archive: responses of status 200 that are HTML or plain text, and conversions.

    Their fields are url, date and text. The place of one is its number among all records of the archive, from 1;
    those of other kinds are passed over.
    """
    need("fastwarc.warc", "warc")
    with open_read(shard.path, limits) as stream:
        number = 0
        for position, framed in enumerate(_framed(stream, limits.record)):
            found = _record(number, f"record {position + 1}", framed, encoding, limits)
            if found:
                yield found
                number += 1


def _framed(stream: BinaryIO, limit: int) -> Iterator[_Framed]:
    while True:
        start, junk = _start(stream)
        if junk:
            yield _Framed(b"", junk, "format", "this is no WARC record")
        if not start:
            return
        header = start + _header(stream)
        length = _LENGTH.search(header)
        if not header.endswith((b"\r\n\r\n", b"\n\n")) or not length:
            yield _Framed(header, b"", "format", "the header of the record has no length, or no end")
            continue
        size = int(length[1])
        body = _body(stream, min(size, limit))
        if size > limit and len(body) == limit:
            _skip(stream, size - limit)
            yield _Framed(header, body[:RAW_KEPT], "too-long")
        elif len(body) < size:
            yield _Framed(header, body[:RAW_KEPT], "format", "the record is cut off")
        else:
            yield _Framed(header, body)


def _start(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Return the line that begins a record, and the beginning of what stood before it and belongs to none."""
    junk = b""
    while line := stream.readline(_LONGEST_HEADER):
        if line.startswith(b"WARC/"):
            return line, junk
        if line.strip() and len(junk) < RAW_KEPT:
            junk += line[:RAW_KEPT]
        if not line.endswith(b"\n"):
            skip_line(stream)
    return b"", junk


def _header(stream: BinaryIO) -> bytes:
    parts, size = [], 0
    while size < _LONGEST_HEADER:
        line = stream.readline(_LONGEST_HEADER)
        parts.append(line)
        size += len(line)
        if line in {b"\r\n", b"\n", b""}:
            break
    return b"".join(parts)


def _body(stream: BinaryIO, size: int) -> bytes:
    parts = []
    while size and (piece := stream.read(min(size, 1 << 20))):  # so that no false length takes memory
        parts.append(piece)
        size -= len(piece)
    return b"".join(parts)


def _skip(stream: BinaryIO, size: int) -> None:
    while size and (piece := stream.read(min(size, 1 << 20))):
        size -= len(piece)


def _record(number: int, place: str, framed: _Framed, encoding: str | None, limits: Limits) -> Record | None:
    kind = _TYPE.search(framed.header)
    name = kind[1].lower() if kind else b""
    raw = framed.header + framed.body
    if framed.reason == "too-long":
        # Of the large records of a crawl most are films and the like, which are not looked for.
        return too_long(number, place, limits.record, raw) if _is_wanted(name, framed.body) else None
    if framed.reason:
        return broken(number, place, framed.reason, framed.error, raw)
    try:
        if name == b"conversion":
            return _text(number, place, _parsed(raw, "none"), framed.body, encoding, is_page=False)
        return _response(number, place, raw, encoding, limits) if name == b"response" else None
    except (OSError, ValueError) as error:
        return broken(number, place, "format", f"the record cannot be read: {error}", raw)
    except ReadError as error:
        return broken(number, place, "encoding", str(error), raw)


def _is_wanted(kind: bytes, body: bytes) -> bool:
    found = re.search(rb"^content-type:[ \t]*([\w/+.-]+)", body, re.IGNORECASE | re.MULTILINE)
    wanted = found is not None and found[1].lower().decode() in {*_PAGES, *_TEXTS}
    return kind == b"conversion" or (kind == b"response" and wanted)


def _parsed(raw: bytes, decoding: str) -> Any:
    record = need("fastwarc.warc", "warc").WarcRecord.from_bytes(raw)
    if decoding != "none" or record.is_http:
        record.parse_http(auto_decode=decoding)
    return record


def _response(number: int, place: str, raw: bytes, encoding: str | None, limits: Limits) -> Record | None:
    record = _parsed(raw, "none")
    if record.http_headers is None or record.http_headers.status_code is None:
        return broken(number, place, "format", "the response has no status", raw)
    kind = (record.http_content_type or "").lower()
    if record.http_headers.status_code != 200 or kind not in {*_PAGES, *_TEXTS}:
        return None
    body = _payload(raw, limits.record + 1)
    if len(body) > limits.record:
        return too_long(number, place, limits.record, raw)
    return _text(number, place, record, body, encoding, is_page=kind in _PAGES)


def _payload(raw: bytes, size: int) -> bytes:
    try:
        found: bytes = _parsed(raw, "all").reader.read(size)
    except OSError:
        # Crawlers store pages unpacked and leave the header that says how they came.
        found = _parsed(raw, "none").reader.read(size)
    return found


def _text(number: int, place: str, record: Any, body: bytes, encoding: str | None, *, is_page: bool) -> Record:
    charset = record.http_charset or ""
    # The label is read as one that stands in a page, so with what browsers take it for.
    labels = [b"<meta charset=%b>" % charset.encode("ascii", "ignore"), body if is_page else b""]
    declared = next(filter(None, (declared_encoding(label, sure=True) for label in labels)), None)
    text, found = decode(body, encoding, declared)
    if is_page:
        from newsclean.readers.html import html_to_text

        # No parser takes half a surrogate pair.
        text = html_to_text(re.sub(r"[\udc80-\udcff]", "\ufffd", text) if found.strays else text)
    headers = record.headers
    fields = {"url": headers.get("WARC-Target-URI", ""), "date": headers.get("WARC-Date", ""), "text": text}
    return Record(number, place, text, fields, "text", raw=body)
