"""A result as JSON: the clean text, what it is made of, and every change, so that the original can be rebuilt.

`schema.json` beside this module says what each key holds.
"""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newsclean
from newsclean.article import describe
from newsclean.edits import Hunk, restore
from newsclean.errors import ReadError
from newsclean.readers import Encoding, Source

if TYPE_CHECKING:
    from newsclean.pipeline import Result

VERSION = 1  # of the schema: it grows when a reader of the last one would be misled
OFFSETS = "code points into the decoded original"

_INEXACT = {
    "code": "inexact-encoding",
    "message": "this encoding spells some character in several ways: restoring gives the text, maybe not the bytes",
}


def record(source: Source, result: Result) -> dict[str, Any]:
    """Return the record of a cleaned document, made of what JSON knows."""
    article = describe(result.text, language=result.language)
    return {
        "schema": VERSION,
        "version": newsclean.__version__,
        "source": source.name,
        "input": source.input,
        "encoding": {"name": source.encoding.name, "bom": source.encoding.bom, "guessed": source.encoding.guessed},
        "language": result.language,
        "title": article.title,
        "text": result.text,
        "paragraphs": list(article.paragraphs),
        "captions": [{"text": caption.text, "credit": caption.credit} for caption in article.captions],
        "agencies": list(article.agencies),
        "attributions": list(article.attributions),
        "offsets": OFFSETS,
        "changes": [change._asdict() for change in result.changes],
        "hunks": [hunk._asdict() for hunk in result.hunks],
        "counts": result.counts,
        "warnings": [
            *({"code": notice.code, "message": notice.message} for notice in result.warnings),
            *([dict(zip(("code", "message"), doubt, strict=True))] if (doubt := source.encoding.doubt) else []),
            *([] if source.encoding.exact or source.input == "html" else [_INEXACT]),
        ],
    }


def to_json(source: Source, result: Result) -> str:
    """Return the record as JSON for people: indented, with a line break at its end."""
    return _dumped(record(source, result), indent=2)


def to_json_line(source: Source, result: Result) -> str:
    """Return the record as one line of JSON Lines."""
    return _dumped(record(source, result), indent=None)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the record."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))
    return found


def original(data: bytes) -> tuple[str, Encoding, bool]:
    """Return the original that a record holds the changes to, how it was stored, and whether it came from HTML.

    Raises ReadError where the bytes are no such record, or it does not fit together.
    """
    try:
        found = json.loads(data)
        if found["schema"] != VERSION:
            raise ReadError(f"this record is of schema {found['schema']!r}; this newsclean reads schema {VERSION}")
        hunks = [Hunk(hunk["start"], hunk["end"], hunk["before"], hunk["after"]) for hunk in found["hunks"]]
        if any(hunk.end - hunk.start != len(hunk.before) for hunk in hunks):
            raise ReadError("the record does not fit together: a hunk is not as long as what it holds")
        encoding = Encoding(codecs.lookup(found["encoding"]["name"]).name, bool(found["encoding"]["bom"]))
        return restore(found["text"], hunks), encoding, found["input"] == "html"
    except json.JSONDecodeError as error:
        remedy = "; restore one record at a time" if error.msg == "Extra data" else ""
        raise ReadError(f"this is not one JSON record: {error}{remedy}") from None
    except UnicodeDecodeError as error:
        raise ReadError(f"this is not JSON: {error.reason} at byte {error.start}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ReadError(f"this is not a record of newsclean: {error!r}") from None
    except RecursionError:
        raise ReadError("this is not a record of newsclean: it is nested too deep") from None
    except (LookupError, ValueError) as error:
        raise ReadError(f"the record does not fit together: {error}") from None


def _dumped(found: dict[str, Any], indent: int | None) -> str:
    text = json.dumps(found, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair, which JSON can spell and UTF-8 cannot.
        text = json.dumps(found, indent=indent)
    return text + "\n"
