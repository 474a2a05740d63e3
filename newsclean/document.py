"""What a filter is given: a text, its lines with their offsets, its language."""

from functools import cached_property
from typing import NamedTuple

from newsclean.language import guess_language


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

    @cached_property
    def lines(self) -> list[Line]:
        """The lines. A break is LF or CRLF alone; a text that ends with a break has no empty line after it."""
        lines = []
        start = 0
        for part in self.text.split("\n"):
            stop = start + len(part) + 1
            bare = part.removesuffix("\r")
            lines.append(Line(start, start + len(bare), stop, bare))
            start = stop
        last = lines.pop()
        if last.start < len(self.text):
            lines.append(Line(last.start, len(self.text), len(self.text), self.text[last.start :]))
        return lines

    @cached_property
    def language(self) -> str | None:
        """The language that the caller gave, else the guess for the original text, else None."""
        if self.original is not self:
            return self.original.language
        return self._language or guess_language(self.text)
