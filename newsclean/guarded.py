"""Cleaning inside somebody else's engine, where one document that a filter fails on must not stop all the others."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from newsclean.pipeline import Pipeline

COLUMN = "newsclean"  # the name under which an engine keeps the note on a document

Note = dict[str, Any]


class Guarded(NamedTuple):
    """A text, clean or, where a filter failed, as it came; and the note on it, made of what JSON knows.

    The note holds `counts`, how many edits each filter made; `warnings` as the JSON record has them, if there are any;
    and `error` if a filter failed.
    """

    text: str
    note: Note

    @property
    def failed(self) -> bool:
        """Whether the text is as it came because a filter failed on it."""
        return "error" in self.note


def clean_or_keep(text: str, pipeline: Pipeline) -> Guarded:
    r"""Clean a text, or keep it and say what went wrong.

    >>> from newsclean import Pipeline
    >>> clean_or_keep("Talks go on .\n", Pipeline())
    Guarded(text='Talks go on.\n', note={'counts': {'whitespace': 1}})
    >>> def broken(document):
    ...     raise KeyError("no such word")
    >>> clean_or_keep("Talks go on .\n", Pipeline(extend=[broken])).note["error"]
    "a filter failed: KeyError: 'no such word'"
    """
    try:
        result = pipeline.run(text)
        result.text.encode()  # an engine's texts are UTF-8, which no half of a surrogate pair fits into
    except Exception as error:  # noqa: BLE001 - what went wrong is in the note
        # Filters may be anybody's, and the engine would do the whole partition again, and fail on it again.
        return Guarded(text, failure(f"a filter failed: {type(error).__name__}: {error}"))
    note: Note = {"counts": result.counts}
    if result.warnings:
        note["warnings"] = [{"code": notice.code, "message": notice.message} for notice in result.warnings]
    return Guarded(result.text, note)


def failure(reason: str) -> Note:
    """Return the note on a document that was kept as it came."""
    return {"counts": {}, "error": reason}


def pipeline_for(options: Mapping[str, Any]) -> Pipeline:
    """Return the pipeline of these options, the same one for equal options, since engines call with a batch at a time.

    Raises what Pipeline raises.

    >>> pipeline_for({"select": ["code"]}) is pipeline_for({"select": ["code"]})
    True
    """
    given = {name: _listed(value) for name, value in options.items()}
    asked = _Options(tuple(sorted((name, _key(value)) for name, value in given.items())), given)
    return _cached(asked)


@dataclass(frozen=True)
class _Options:
    key: Hashable
    given: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=16)
def _cached(options: _Options) -> Pipeline:
    from newsclean.pipeline import Pipeline

    return Pipeline(**options.given)


def _listed(value: Any) -> Any:
    """Return an option that can be read twice: once for its key, once by the pipeline."""
    return value if isinstance(value, str | Mapping) or not isinstance(value, Iterable) else tuple(value)


def _key(value: Any) -> Any:
    return frozenset(value.items()) if isinstance(value, Mapping) else value
