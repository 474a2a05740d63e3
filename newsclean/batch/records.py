"""What passes between the parts of a batch: shards of inputs, records in them, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXT_FIELDS = (
    "text",
    "body",
    "content",
    "article",
    "article_text",
    "articleBody",
    "article_body",
    "maintext",
    "full_text",
    "raw_text",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes beyond which an input is refused, so that no small file becomes a large one."""

    expanded: int = 64 << 30  # of one input, unpacked
    ratio: int = 1_000  # how many times its packed size an input may become
    record: int = 64 << 20  # of one line, row or record
    nesting: int = 200  # of JSON


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of an input that one worker reads: `[start, stop)` in the unit of the format, all of it where stop is -1.

    The unit is a byte for JSON Lines, a row group for Parquet. `number` counts the shards of an input from 0, and
    `stored` is how many bytes of it a shard stands for. `format` is text, html, json, jsonl, csv, tsv, parquet or warc.

    What can only be read from its beginning, a packed file or standard input, is cut as it is read: the shard has the
    `data` with it, and `lines` is how many lines stand before them.
    """

    path: str
    format: str
    start: int = 0
    stop: int = -1
    number: int = 0
    stored: int = 0
    data: bytes | None = None
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One document of an input, or what could not be read of one.

    `number` counts the records of a shard from 0, and `place` is for people: "line 12", "row 3", "record 7". `text` is
    the article, None where `error` says why there is none. `fields` are all the columns or keys as they came (the text
    among them); `key` is the name of the text's. `raw` is what stood there, for the list of failures.
    """

    number: int
    place: str
    text: str | None
    fields: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""  # of the text among the fields
    raw: bytes = b""
    error: str = ""
    reason: str = ""  # a word for counts: "json", "encoding", "no-text", "too-long", "nested", "format"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A record with its clean text, and what goes into its `newsclean` column: counts, or the whole record."""

    record: Record
    text: str
    note: Mapping[str, Any]
