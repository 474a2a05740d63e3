"""Text and HTML: a file is a record, and becomes text or the record of what was done to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsclean.batch.formats.common import broken, dumped, too_long
from newsclean.batch.records import Cleaned, Limits, Record, Shard
from newsclean.batch.streams import open_read, open_write, unpacked_name
from newsclean.errors import ReadError
from newsclean.readers import read as read_source


def read(shard: Shard, encoding: str | None, limits: Limits) -> Iterator[Record]:
    """Yield the one record of a file, as the command reads it; the key of its text is "text"."""
    with open_read(shard.path, limits) as stream:
        data = stream.read(limits.record + 1)
    if len(data) > limits.record:
        yield too_long(0, "file", limits.record, data)
        return
    try:
        source = read_source(data, name=unpacked_name(shard.path), encoding=encoding)
    except ReadError as error:
        yield broken(0, "file", "encoding", str(error), data)
        return
    yield Record(0, "file", source.text, {"text": source.text}, "text", raw=data)


def write(path: str, cleaned: Iterable[Cleaned | None]) -> None:
    """Write the clean text."""
    with open_write(path) as stream:
        for each in cleaned:
            if each:
                # Stray bytes of a damaged document that no filter took out are handed on as they came.
                stream.write(each.text.encode("utf-8", "surrogateescape"))


def write_json(path: str, cleaned: Iterable[Cleaned | None]) -> None:
    """Write the note as a JSON document, with the clean text in it."""
    with open_write(path) as stream:
        for each in cleaned:
            if each:
                document = {**each.note, "text": each.text}
                stream.write((dumped(document, indent=2) + "\n").encode("utf-8"))
