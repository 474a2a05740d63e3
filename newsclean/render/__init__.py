"""Renderers: a result as text, as JSON, as a diff. They are views of one record and decide nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsclean.pipeline import Result
    from newsclean.readers import Source

Renderer = Callable[["Source", "Result"], str]

SUFFIXES = {"text": ".txt", "json": ".json", "jsonl": ".jsonl"}


def to_text(source: Source, result: Result) -> str:  # noqa: ARG001  # every renderer takes the two
    """Return the clean text."""
    return result.text


def renderer(name: str) -> Renderer:
    """Return the renderer of a format: text, json or jsonl.

    >>> renderer("text") is to_text
    True
    """
    if name == "text":
        return to_text
    from newsclean.render import record

    return {"json": record.to_json, "jsonl": record.to_json_line}[name]
