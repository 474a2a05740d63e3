r"""White space that carries nothing: runs, the edges of lines, blank lines in excess, spaces before punctuation.

A run of spaces becomes one, blank lines in a row become one, lines lose the white space at their edges, and the text
ends as it came: with a line break or without. A space before a comma is closed up; before other punctuation only
where the text shows that its scraper put spaces there (it has one before a comma too), or at the end of a line.

Leaves alone: every line break between paragraphs (nothing is reflowed), tabs inside a line, no-break and
ideographic spaces, French spacing before `:;!?»`, spaced ellipses, `S : 40,000`.

>>> from newsclean.document import Document, Line
>>> [edit[:3] for edit in whitespace(Document("Two  spaces , one comma. \n\n\nNext."))]
[(4, 5, ''), (24, 25, ''), (27, 28, ''), (11, 12, '')]
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from newsclean.document import Document, Line
from newsclean.edits import Edit
from newsclean.patterns import holds_any, lazy

RULES: Mapping[str, str] = {
    "whitespace.run": "A run of spaces inside a line becomes one; tabs stay, without the spaces beside them.",
    "whitespace.line-edge": "Spaces at the beginning and at the end of a line are removed.",
    "whitespace.blank-lines": "Of several blank lines one stays; before the first and after the last line, none.",
    "whitespace.punctuation": "A space that the scraper left before a punctuation mark is closed up.",
}

# One search for a space with a second sign beside it is quicker than a search for each such pair.
_SPACE_SIGN = lazy(r" [ ,.\t\r\n]")
_BREAK_SIGN = lazy(r"\n(?:[ \t]|\r?\n\r?\n)")
# A run has no white space before it, so that a long one is tried from one place alone. One of tabs alone is a row of
# a table with an empty cell, or indentation.
_RUN = lazy(r"(?<![ \t])(?:  [ \t]*+| \t[ \t]*+|\t++ [ \t]*+)")
_EDGE = " \t"

# Each pattern begins with its space, for which alone the search is quick, and looks back over it.
_BEFORE_COMMA = lazy(r" (?=,\s)(?<=[^\W_] |[)\]”’\"»] )")
_BEFORE_END = lazy(r" (?=[.,]\r?(?:\n|\Z))(?<=[^\W\d_] )")
_BEFORE_BRACKET = r"(?=[)\]])(?<=[^\W_] )"
_BEFORE_MARK = r"(?=[{marks}](?:[\s”’\"]|\Z)(?! ?[.,;:!?]))(?<=[^\W_] |[)\]] )"
_BEFORE_ANY = lazy(rf" (?:{_BEFORE_BRACKET}|{_BEFORE_MARK.format(marks='.,;:!?')})")
_BEFORE_ANY_FRENCH = lazy(rf" (?:{_BEFORE_BRACKET}|{_BEFORE_MARK.format(marks='.,')})")
_AFTER_BRACKET = lazy(r"(?<=[(\[]) (?=\w)")
_SPACED_IN_FRENCH = (" ;", " :", " !", " ?")
_PUNCTUATION_SIGN = lazy(r" (?:,|\.\r?(?:\n|\Z))")


def whitespace(document: Document) -> Iterable[Edit]:
    """Yield the edits that take out white space which carries nothing."""
    text = document.text
    spaced = _SPACE_SIGN.search(text) is not None
    if spaced or _BREAK_SIGN.search(text) or "\t" in text or not _ends_well(document):
        yield from _line_edits(document)
    if (spaced or text.endswith(" .")) and _PUNCTUATION_SIGN.search(text):
        yield from _before_punctuation(document)


def _ends_well(document: Document) -> bool:
    text = document.text
    return not text[:1].isspace() and not text[-2:].isspace() and _end(text) == _end(document.original.text)


def _end(text: str) -> str:
    return "\r\n" if text.endswith("\r\n") else "\n" if text.endswith(("\n", "\r")) else ""


def _line_edits(document: Document) -> Iterator[Edit]:
    lines = document.lines
    full = [number for number, line in enumerate(lines) if line.text.strip(_EDGE)]
    if not full:
        yield from _blank_text(document)
        return
    yield from _removal(0, lines[full[0]].start, "whitespace.blank-lines")
    for number, following in zip(full, [*full[1:], None], strict=True):
        yield from _edges_and_runs(lines[number])
        if following and following > number + 1:
            yield from _removal(lines[number + 1].start, lines[number + 1].end, "whitespace.line-edge")
            yield from _removal(lines[number + 1].stop, lines[following].start, "whitespace.blank-lines")
    yield from _last_break(document, lines[full[-1]].end)


def _blank_text(document: Document) -> Iterator[Edit]:
    """Leave nothing of a text that other filters emptied, and the last break of one that never held a word."""
    text = document.text
    end = _end(text) if document.original.text.isspace() else ""
    yield Edit(0, len(text) - len(end), "", "whitespace.blank-lines")


def _edges_and_runs(line: Line) -> Iterator[Edit]:
    text = line.text
    start, end = len(text) - len(text.lstrip(_EDGE)), len(text.rstrip(_EDGE))
    yield from _removal(line.start, line.start + start, "whitespace.line-edge")
    if "  " in text or "\t" in text:
        for run in _RUN.finditer(text, start, end):
            yield from _collapsed(line.start + run.start(), run[0])
    yield from _removal(line.start + end, line.end, "whitespace.line-edge")


def _collapsed(start: int, run: str) -> Iterator[Edit]:
    """Leave one space of a run, or its tabs where it has any."""
    kept = run.replace(" ", "") or " "
    if run.startswith(kept):
        yield Edit(start + len(kept), start + len(run), "", "whitespace.run")
    else:
        yield Edit(start, start + len(run), kept, "whitespace.run")


def _last_break(document: Document, start: int) -> Iterator[Edit]:
    """Let the text end as the original did."""
    text, end = document.text, _end(document.original.text)
    if text[start:] != end:
        kept = len(end) if text.startswith(end, start) else 0
        yield Edit(start + kept, len(text), end[kept:], "whitespace.blank-lines")


def _removal(start: int, end: int, rule: str) -> Iterator[Edit]:
    if start < end:
        yield Edit(start, end, "", rule)


def _before_punctuation(document: Document) -> Iterator[Edit]:
    text = document.text
    for pattern in _patterns(document):
        for match in pattern.finditer(text):
            yield Edit(match.start(), match.end(), "", "whitespace.punctuation")


def _patterns(document: Document) -> tuple[re.Pattern[str], ...]:
    text = document.text
    if not _BEFORE_COMMA.search(text):
        return (_BEFORE_END,)
    # The language is asked for only where it makes a difference, since guessing it takes a while.
    french = not holds_any(text, _SPACED_IN_FRENCH) or document.language in {"fr", None}
    return (_BEFORE_ANY_FRENCH if french else _BEFORE_ANY, _AFTER_BRACKET)
