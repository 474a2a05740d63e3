r"""White space that carries nothing: runs, the edges of lines, blank lines in excess, spaces before punctuation.

A run of spaces becomes one, blank lines in a row become one, lines lose the white space at their edges, and the text
ends as it came: with a line break or without. A space before a comma is closed up; before other punctuation only
where the text shows that its scraper put spaces there (it has one before a comma too), or at the end of a line.

Leaves alone: every line break between paragraphs (nothing is reflowed), single tabs inside a line, no-break and
ideographic spaces, French spacing before `:;!?»`, spaced ellipses, `S : 40,000`.

>>> from newsclean.document import Document
>>> [edit[:3] for edit in whitespace(Document("Two  spaces , one comma. \n\n\nNext."))]
[(4, 5, ''), (24, 26, ''), (11, 12, '')]
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.patterns import lazy

RULES: Mapping[str, str] = {
    "whitespace.run": "A run of spaces and tabs inside a line becomes one space.",
    "whitespace.line-edge": "Spaces at the beginning and at the end of a line are removed.",
    "whitespace.blank-lines": "Of several blank lines one stays; before the first and after the last line, none.",
    "whitespace.punctuation": "A space that the scraper left before a punctuation mark is closed up.",
}

# A gap is white space with more to it than one space. Its first character has none before it, so that a long run is
# tried from one place alone.
_GAP = lazy(r"(?<![ \t\r\n])(?: (?=[ \t\r\n])|[\t\r\n])[ \t\r\n]*+")
_GAP_SIGNS = ("\t", "\n\n\n", " \n", "\n ", "  ")
_GAP_SIGNS_WITH_CR = (*_GAP_SIGNS, " \r\n", "\r\n\r\n\r\n")

_BEFORE_COMMA = lazy(r"(?<=[^\W_]) (?=,\s)|(?<=[)\]”’\"»]) (?=,\s)")
_BEFORE_END = lazy(r"(?<=[^\W\d_]) (?=[.,]\r?(?:\n|\Z))")
_BEFORE_BRACKET = r"(?<=[^\W_]) (?=[)\]])"
_BEFORE_ANY = lazy(rf"{_BEFORE_BRACKET}|(?<=[^\W_]|[)\]]) (?=[.,;:!?](?:[\s”’\"]|\Z)(?! ?[.,;:!?]))")
_BEFORE_ANY_FRENCH = lazy(rf"{_BEFORE_BRACKET}|(?<=[^\W_]|[)\]]) (?=[.,](?:[\s”’\"]|\Z)(?! ?[.,;:!?]))")
_AFTER_BRACKET = lazy(r"(?<=[(\[]) (?=\w)")
_PUNCTUATION_SIGNS = (" ,", " .\n", " .\r")


def whitespace(document: Document) -> Iterable[Edit]:
    """Yield the edits that take out white space which carries nothing."""
    text = document.text
    if _has_gap(text) or _end(text) != _end(document.original.text):
        yield from _gaps(document)
    if text.endswith(" .") or any(sign in text for sign in _PUNCTUATION_SIGNS):
        yield from _before_punctuation(document)


def _has_gap(text: str) -> bool:
    signs = _GAP_SIGNS_WITH_CR if "\r" in text else _GAP_SIGNS
    return text[:1].isspace() or text[-2:].isspace() or any(sign in text for sign in signs)


def _end(text: str) -> str:
    return "\r\n" if text.endswith("\r\n") else "\n" if text.endswith("\n") else ""


def _gaps(document: Document) -> Iterator[Edit]:
    text = document.text
    end = _end(document.original.text) if text and not text.isspace() else _end(text)
    for match in _GAP.finditer(text):
        if match.end() < len(text):
            yield from _narrowed(match.start(), match[0], _between(match[0], match.start()))
    bare = len(text.rstrip(" \t\r\n"))
    yield from _narrowed(bare, text[bare:], end, "whitespace.blank-lines")


def _between(gap: str, start: int) -> str:
    """Return what should stand in place of a gap that has text after it."""
    breaks = gap.count("\n")
    if not breaks:
        return gap if gap == "\t" else " " if start else ""
    line_break = "\r\n" if "\r\n" in gap else "\n"
    return line_break * min(breaks, 2) if start else ""


def _narrowed(start: int, before: str, after: str, rule: str = "") -> Iterator[Edit]:
    """Yield the smallest edit that turns one gap into another, if they differ."""
    if before == after:
        return
    if not rule:
        lines = before.count("\n")
        rule = "run" if not lines and start else "blank-lines" if lines > after.count("\n") else "line-edge"
        rule = f"whitespace.{rule}"
    head = _shared_prefix(before, after)
    tail = _shared_prefix(before[head:][::-1], after[head:][::-1])
    yield Edit(start + head, start + len(before) - tail, after[head : len(after) - tail], rule)


def _shared_prefix(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _before_punctuation(document: Document) -> Iterator[Edit]:
    text = document.text
    for pattern in _patterns(document):
        for match in pattern.finditer(text):
            yield Edit(match.start(), match.end(), "", "whitespace.punctuation")


def _patterns(document: Document) -> tuple[re.Pattern[str], ...]:
    if not _BEFORE_COMMA.search(document.text):
        return (_BEFORE_END,)
    if document.language in {"fr", None}:
        return (_BEFORE_ANY_FRENCH, _AFTER_BRACKET)
    return (_BEFORE_ANY, _AFTER_BRACKET)
