"""One JSON document: an article, a list of articles, or an object that holds such a list. It keeps its form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newsclean.batch.formats.common import broken, find_text, no_text, too_long
from newsclean.batch.formats.jsonl import object_record
from newsclean.batch.formats.spans import (
    NestedError,
    elements,
    first_sign,
    refuse_more,
    refuse_nesting,
    respelled,
    whole_object,
)
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import open_read, open_write
from newsclean.errors import ReadError
from newsclean.readers.decoding import decode

# Under which an object holds a list of articles.
LISTS = ("articles", "data", "documents", "docs", "items", "news", "records", "results", "rows", "stories")


class _Articles(NamedTuple):
    """The document, and where the articles in it begin and end; `single` where it is one itself."""

    text: str
    spans: list[tuple[int, int]]
    single: bool


def read(shard: Shard, text_field: str | None, encoding: str | None, limits: Limits) -> Iterator[Record]:
    """Yield the records of a document, which is held whole and so may be no larger than a record.

    The place of one in a list is its number, counted from 1. JSON Lines under the name of a document are refused.
    """
    with open_read(shard.path, limits) as stream:
        data = stream.read(limits.record + 1)
    if len(data) > limits.record:
        yield too_long(0, "document", limits.record, data)
        return
    try:
        found = _articles(decode(data, encoding)[0], text_field, limits)
    except NestedError as error:
        yield broken(0, "document", "nested", str(error), data)
    except ValueError as error:
        hint = "; if it is JSON Lines, name it .jsonl" if "Extra data" in str(error) else ""
        yield broken(0, "document", "json", f"it is not JSON: {error}{hint}", data)
    except ReadError as error:
        yield broken(0, "document", "encoding", str(error), data)
    else:
        yield from _records(found, text_field, limits, data)


def write(
    path: str,
    shard: Shard,
    cleaned: Iterable[Cleaned | None],
    text_field: str | None,
    encoding: str | None,
    limits: Limits,
) -> None:
    """Write the document of the shard with its articles replaced. Those that failed are left out."""
    good = [each for each in cleaned if each]
    with open_write(path) as target:
        for piece in _pieces(_read_again(shard, text_field, encoding, limits), good):
            target.write(piece.encode("utf-8"))


def join(
    parts: Sequence[str], target: str, shard: Shard, text_field: str | None, encoding: str | None, limits: Limits
) -> None:
    """Write the articles of all parts into one document. Each part is the document of the shard with some of them."""
    whole = _read_again(shard, text_field, encoding, limits)
    before, *_, after = _pieces(whole, [])
    start, end = (len(piece.encode("utf-8")) for piece in (before, after))
    comma = whole.text[whole.spans[0][1] : whole.spans[1][0]] if len(whole.spans) > 1 else ","
    articles = []
    for part in parts:
        with open_read(part) as stream:
            document = stream.read()
        articles.append(document[start : len(document) - end])
    with open_write(target) as stream:
        stream.write(before.encode("utf-8"))
        stream.write(comma.encode("utf-8").join(filter(None, articles)))
        stream.write(after.encode("utf-8"))


def _read_again(shard: Shard, text_field: str | None, encoding: str | None, limits: Limits) -> _Articles:
    with open_read(shard.path, limits) as stream:
        data = stream.read(limits.record)
    try:
        return _articles(decode(data, encoding)[0], text_field, limits)
    except (ReadError, ValueError):
        return _Articles("", [], single=False)  # it could not be read the first time either


def _records(found: _Articles, text_field: str | None, limits: Limits, data: bytes) -> Iterator[Record]:
    if not found.single and not found.spans and first_sign(found.text)[0] != "[":
        yield no_text(0, "document", text_field, data)
    for number, (start, end) in enumerate(found.spans):
        place = "document" if found.single else f"record {number + 1}"
        yield object_record(number, place, found.text[start:end], text_field, limits)


def _articles(text: str, text_field: str | None, limits: Limits) -> _Articles:
    refuse_nesting(text, limits.nesting)
    sign, at = first_sign(text)
    if sign == "[":
        spans, end = elements(text, at)
        refuse_more(text, end)
        return _Articles(text, spans, single=False)
    found = whole_object(text)
    if find_text({member.key: member.value for member in found}, text_field) is not None:
        return _Articles(text, [(at, len(text.rstrip()))], single=True)
    for name in LISTS:
        for member in found:
            if member.key.casefold() == name and isinstance(member.value, list):
                return _Articles(text, elements(text, member.start)[0], single=False)
    return _Articles(text, [], single=False)


def _pieces(found: _Articles, good: list[Cleaned]) -> Iterator[str]:
    if not found.spans:
        yield found.text
        return
    yield found.text[: found.spans[0][0]]
    for order, each in enumerate(good):
        start, end = found.spans[each.record.number]
        if order:
            # Between two articles stands a comma, with white space.
            yield found.text[found.spans[each.record.number - 1][1] : start]
        yield respelled(found.text[start:end], each.record.key, each.text, each.note)
    yield found.text[found.spans[-1][1] :]
