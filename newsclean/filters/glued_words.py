"""Puts back the space between words that a scraper joined: `Moscowannounced`, `Putinin`, `mightnotend`, `1992.Since`.

Removes nothing. Leaves alone: whatever the language's word table knows as a word; names and brands with a capital
inside; compounds; anything in a chunk that looks like an address, a handle, a hashtag, a file or code; times, scores,
initials, domains; texts in a language without a word table, and texts or lines with too many rare words to be in the
language that they seem to be in. When in doubt the words stay joined.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from newsclean.document import Document, Line
from newsclean.edits import Edit
from newsclean.filters._glue_gate import (
    is_foreign,
    is_foreign_line,
    is_prose,
    is_shouted,
    language_of,
    native_words,
)
from newsclean.filters._glue_letters import Split, Splitter, Wanted, Words, pieces
from newsclean.filters._glue_marks import Page, mark_edits, rules_for
from newsclean.lexicon import Language, WordTable, open_table
from newsclean.lexicon.splits import WORD

RULES: Mapping[str, str] = {
    "glued_words.split": "A space between two words that lost it, as where the text of a link was joined to its "
    "neighbours; the confidence is the probability that these are two words.",
    "glued_words.mark": "A space that was lost beside a full stop, a comma, a quotation mark or a bracket.",
    "glued_words.digits": "A space that was lost between a number or a date and a word: 3May, 200people, NCJune 20.",
    "glued_words.address": "A space that was lost before an address: the roadhttps://example.org.",
}

Glue = Literal["strict", "normal", "eager"]

CONFIDENCE: Mapping[Glue, float] = {"strict": 0.97, "normal": 0.9, "eager": 0.5}
SHOUTED = 0.97  # how sure a split must be in a line in capitals, where names look like words


def glued_words(
    document: Document,
    *,
    glue: Glue = "normal",
    never_split: frozenset[str] = frozenset(),
    always_split: frozenset[str] = frozenset(),
    seen: Mapping[str, int] | None = None,
) -> Iterable[Edit]:
    """Yield an insertion for each space that is missing between two words.

    `glue` says how sure a split must be; `never_split` are words to keep, `always_split` words to split, as they come
    out ("of the"); `seen` is how often words stand by themselves in other documents of the same source.

    >>> text = "The ally of Moscowannounced on Monday that the two of them will meet in the capital this week."
    >>> [(edit.start, edit.end, edit.replacement) for edit in glued_words(Document(text))]
    [(18, 18, ' ')]
    """
    language = language_of(document)
    if language is None:
        return
    table = open_table(language.code)
    words = native_words(document, table)
    wanted = Wanted(CONFIDENCE[glue], never_split, always_split, seen or {})
    marks = _marks(document, language, table, words.counts, wanted)
    changed = document.original.text != document.text
    beside = Counter(WORD.findall(document.original.text) if changed else ())
    splits = Splitter(language, table, wanted, beside, sum(map(len, marks.values()))).find(words)
    if splits and is_foreign(table, Words(table, [word for word in words.words if word not in splits])):
        splits = {}
    if marks or splits:
        yield from _edits(document, language, table, splits, marks)


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word stands in some texts: what `seen` asks for, best of clean texts of one source.

    >>> word_counts(["Ostrandin spoke.", "So did Ostrandin's mayor."])["Ostrandin"]
    1
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(WORD.findall(text))
    return counts


def _marks(
    document: Document, language: Language, table: WordTable, counts: Mapping[str, int], wanted: Wanted
) -> dict[int, list[Edit]]:
    """Return the edits beside punctuation and digits, by the start of the line that they are in."""
    rules = rules_for(document.text)
    found = {
        line.start: [
            edit
            for edit in mark_edits(Page(line.text, language, table, counts), rules)
            if edit.confidence >= wanted.confidence
        ]
        for line in (document.lines if rules else ())
    }
    return {start: edits for start, edits in found.items() if edits}


def _edits(
    document: Document,
    language: Language,
    table: WordTable,
    splits: Mapping[str, list[Split]],
    marks: Mapping[int, list[Edit]],
) -> Iterator[Edit]:
    for line in document.lines:
        found = {edit.start: edit for edit in [*_splits(line, splits), *marks.get(line.start, ())]}
        if found and not is_foreign_line(table, language, line, splits.keys()):
            for place in sorted(found):
                edit = found[place]
                yield edit._replace(start=line.start + place, end=line.start + place)


def _splits(line: Line, splits: Mapping[str, list[Split]]) -> Iterator[Edit]:
    shouted = is_shouted(line.text)
    text = line.text.lower() if shouted else line.text
    for match in [match for match in WORD.finditer(text) if match[0] in splits] if splits else ():
        if is_prose(line.text, *match.span()):
            for at, confidence in _places(match[0], splits):
                if not shouted or confidence >= SHOUTED:
                    place = match.start() + at
                    yield Edit(place, place, " ", "glued_words.split", confidence)


def _places(word: str, splits: Mapping[str, list[Split]]) -> Iterator[Split]:
    """Yield the places in a word, and those in its pieces that a later round found."""
    start = 0
    for piece, split in zip(pieces(word, splits[word]), [*splits[word], None], strict=True):
        if piece in splits:
            yield from (Split(start + inner.at, inner.confidence) for inner in _places(piece, splits))
        start += len(piece)
        if split:
            yield split
