"""Puts back the space between words that a scraper joined: `Moscowannounced`, `Putinin`, `mightnotend`, `1992.Since`.

Removes nothing. Leaves alone: whatever the language's word table knows as a word; names and brands with a capital
inside; compounds; anything in a chunk that looks like an address, a handle, a hashtag, a file or code; times, scores,
initials, domains; texts in a language without a word table, and texts or lines with too many rare words to be in the
language that they seem to be in. When in doubt the words stay joined.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._glue_gate import (
    clipped_words,
    is_foreign,
    is_foreign_line,
    is_prose,
    language_of,
    native_words,
    readings,
)
from newsclean.filters._glue_letters import Split, Splitter, Wanted, Words, pieces
from newsclean.filters._glue_marks import Page, mark_edits, rules_for
from newsclean.lexicon import Language, WordTable, open_table
from newsclean.lexicon.splits import WORD
from newsclean.lexicon.word_lists import never_split as kept_words

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
    read = readings(document, kept_words(language.code, never_split))
    words = native_words(read[0], table)
    wanted = Wanted(CONFIDENCE[glue], never_split, always_split, seen or {})
    marks = _marks(document, language, table, words.counts, wanted)
    changed = document.original.text != document.text
    beside = Counter(WORD.findall(document.original.text) if changed else ())
    clipped = clipped_words(document.text, language)
    splitter = partial(Splitter, language, table, wanted, beside, sum(map(len, marks.values())), clipped)
    splits = [splitter().find(found) for found in (words, *(native_words(lines, table) for lines in read[1:]))]
    if splits[0] and is_foreign(table, Words(table, [word for word in words.words if word not in splits[0]])):
        splits = [{} for _ in splits]
    if marks or splits[0]:
        for number, line in enumerate(document.lines):
            texts = [lines[number] for lines in read]
            found = _found(texts, splits, marks.get(line.start, ()))
            if found and not is_foreign_line(table, language, texts[0], splits[0].keys()):
                for place in sorted(found):
                    yield found[place]._replace(start=line.start + place, end=line.start + place)


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


def _found(texts: Sequence[str], splits: Sequence[Mapping[str, list[Split]]], marks: Iterable[Edit]) -> dict[int, Edit]:
    """Return the edits of a line by their places: what all of its readings make, and those beside marks."""
    found = {edit.start: edit for edit in marks}
    parted = sorted(found)
    places, *others = [
        _split_places(text, each, parted) for text, each in zip(dict.fromkeys(texts), splits, strict=False)
    ]
    for other in others:  # it is shouted
        both = {at: min(confidence, other[at]) for at, confidence in places.items() if at in other}
        places = {at: confidence for at, confidence in both.items() if confidence >= SHOUTED}
    return {at: Edit(at, at, " ", "glued_words.split", confidence) for at, confidence in places.items()} | found


def _split_places(text: str, splits: Mapping[str, list[Split]], parted: Sequence[int]) -> dict[int, float]:
    """Return where a line is split, and how sure that is; a word that a mark parts is left for the next pass."""
    matches = [match for match in WORD.finditer(text) if match[0] in splits] if splits else []
    return {
        match.start() + at: confidence
        for match in matches
        if bisect_right(parted, match.start()) == bisect_left(parted, match.end()) and is_prose(text, *match.span())
        for at, confidence in _places(match[0], splits)
    }


def _places(word: str, splits: Mapping[str, list[Split]]) -> Iterator[Split]:
    """Yield the places in a word, and those in its pieces that a later round found."""
    start = 0
    for piece, split in zip(pieces(word, splits[word]), [*splits[word], None], strict=True):
        if piece in splits:
            yield from (Split(start + inner.at, inner.confidence) for inner in _places(piece, splits))
        start += len(piece)
        if split:
            yield split
