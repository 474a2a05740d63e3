"""What a filter is given: a text, its lines with their offsets, its language."""

from collections.abc import Callable, Hashable
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from newsclean.language import guess_language

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Line(NamedTuple):
    """A line: `text` is `[start, end)` without the line break; `stop` is where the next line starts."""

    start: int
    end: int
    stop: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether nothing but white space stands in the line."""
        return not self.text or self.text.isspace()


class Document:
    r"""A text on its way through the filters. Filters read it and never change it.

    `original` is the document as it came into the pass: a filter that decides by counts, by neighbours or by
    position looks there, so that its answer does not hang on what an earlier filter left. `language` is an
    ISO 639-1 code, guessed at first use where none is given, or None.

    >>> document = Document("One line\r\nand another")
    >>> [(line.start, line.end, line.stop, line.text) for line in document.lines]
    [(0, 8, 10, 'One line'), (10, 21, 21, 'and another')]
    """

    def __init__(self, text: str, *, language: str | None = None, original: "Document | None" = None) -> None:
        self.text = text
        self.original = original or self
        self._language = language
        self._texts: list[str] | None = None
        self._lines: list[Line] | None = None
        self._seen: dict[Hashable, Any] = {}

    # Kept by hand: what functools.cached_property locks takes longer than splitting a short article.

    @property
    def line_texts(self) -> list[str]:
        """The lines without their breaks and offsets, which are all that many a filter needs to see no dirt."""
        if self._texts is None:
            self._texts = self._split()
        return self._texts

    @property
    def lines(self) -> list[Line]:
        """The lines. A break is LF or CRLF alone; a text that ends with a break has no empty line after it."""
        if self._lines is None:
            self._lines = self._placed()
        return self._lines

    def look(self, finder: "Callable[[Document, K], T]", what: K) -> T:
        """Return `finder(self, what)`, found once: for what several filters want to know of one text."""
        key = finder, what
        if key not in self._seen:
            self._seen[key] = finder(self, what)
        found: T = self._seen[key]
        return found

    def _split(self) -> list[str]:
        texts = self.text.split("\n")
        if not texts[-1]:
            texts.pop()
        # CR belongs to a break only before LF, so not at the end of the text.
        if "\r\n" in self.text:
            last = len(texts) - (not self.text.endswith("\n"))
            texts[:last] = [text.removesuffix("\r") for text in texts[:last]]
        return texts

    def _placed(self) -> list[Line]:
        texts = self.line_texts
        broken = self.text.split("\n") if "\r\n" in self.text else texts
        stops = list(accumulate(len(text) + 1 for text in broken[: len(texts)]))
        starts = [0, *stops][:-1]
        if stops:
            stops[-1] = min(stops[-1], len(self.text))
        return [
            Line(start, start + len(text), stop, text) for start, stop, text in zip(starts, stops, texts, strict=True)
        ]

    @cached_property
    def language(self) -> str | None:
        """The language that the caller gave, else the guess for the original text, else None."""
        if self.original is not self:
            return self.original.language
        return self._language or guess_language(self.text)
