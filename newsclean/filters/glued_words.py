"""Puts back the space between words that a scraper joined: `Moscowannounced`, `Putinin`, `mightnotend`, `1992.Since`.

Removes nothing. Leaves alone: whatever the language's word table knows as a word; names and brands with a capital
inside; compounds; anything in a chunk that looks like an address, a handle, a hashtag, a file or code; times, scores,
initials, domains; texts in a language without a word table, and texts or lines with too many rare words to be in the
language that they seem to be in. When in doubt the words stay joined.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from newsclean.document import Document, Line
from newsclean.edits import Edit
from newsclean.filters._glue_letters import Split, Splitter, Wanted, Words, pieces
from newsclean.filters._glue_marks import Page, chunk, mark_edits, rules_for
from newsclean.language import reads_as_another
from newsclean.lexicon import Language, WordTable, languages, open_table
from newsclean.lexicon.splits import SHORTEST, WORD

RULES: Mapping[str, str] = {
    "glued_words.split": "A space between two words that lost it, as where the text of a link was joined to its "
    "neighbours; the confidence is the probability that these are two words.",
    "glued_words.mark": "A space that was lost beside a full stop, a comma, a quotation mark or a bracket.",
    "glued_words.digits": "A space that was lost between a number or a date and a word: 3May, 200people, NCJune 20.",
    "glued_words.address": "A space that was lost before an address: the roadhttps://example.org.",
}

Glue = Literal["strict", "normal", "eager"]

CONFIDENCE: Mapping[Glue, float] = {"strict": 0.97, "normal": 0.9, "eager": 0.5}
FOREIGN = 0.15  # share of rare words from which a text or a line is held to be in another language
STRANGE = 0.15  # share of the small words of a line that no dictionary need have,
NATIVE = 4.5  # Zipf; dictionaries lack a few words that are as common as this
FEW_STRANGE = 1  # and how many of a short line
FEW = 20  # words; in a text as short as this a few names are a large share

# Where no language shows itself, that of the dictionary that has nearly all of the small words.
MOSTLY, LEAD = 0.9, 0.1  # share of them, and how much less the next dictionary has
FEWEST = 10  # small words that a text must have
MOST_CHARACTERS = 10_000  # of a text that are looked at

_NOT_PROSE = re.compile(r"[@#/\\<>{}=_]|\$(?!\d)|\[['\"]|[a-z]\.[a-z]|\w\(")


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
    language = _language(document)
    if language is None:
        return
    table = open_table(language.code)
    words = _words(document, table)
    wanted = Wanted(CONFIDENCE[glue], never_split, always_split, seen or {})
    marks = _marks(document, language, table, words.counts, wanted)
    changed = document.original.text != document.text
    beside = Counter(WORD.findall(document.original.text) if changed else ())
    splits = Splitter(language, table, wanted, beside, sum(map(len, marks.values()))).find(words)
    if marks or splits:
        yield from _edits(document, language.code, table, splits, marks)


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word stands in some texts: what `seen` asks for, best of clean texts of one source.

    >>> word_counts(["Ostrandin spoke.", "So did Ostrandin's mayor."])["Ostrandin"]
    1
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(WORD.findall(text))
    return counts


def _language(document: Document) -> Language | None:
    """Return the language of the text, if it has a table; results and lists have few words that tell, but words."""
    if document.language:
        return languages().get(document.language)
    words = {word for word in WORD.findall(document.text[:MOST_CHARACTERS]) if word.islower() and len(word) >= SHORTEST}
    if len(words) < FEWEST:
        return None
    shares = sorted(
        (sum(open_table(code).known[word].dictionary for word in words) / len(words), code) for code in languages()
    )
    (second, _), (share, code) = shares[-2:]
    return languages()[code] if share >= MOSTLY and share - second >= LEAD else None


def _words(document: Document, table: WordTable) -> Words:
    """Return the words of the text, or of those lines alone that are in this language."""
    found = Words(table, WORD.findall(document.text))
    if not _is_foreign(table, found):
        return found
    lines = [Words(table, WORD.findall(line.text)) for line in document.lines]
    native = [line.words for line in lines if len(line.words) >= FEW and not _is_foreign_line(table, line.words)]
    return Words(table, [word for line in native for word in line])


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
    language: str,
    table: WordTable,
    splits: Mapping[str, list[Split]],
    marks: Mapping[int, list[Edit]],
) -> Iterator[Edit]:
    for line in document.lines:
        found = {edit.start: edit for edit in [*_splits(line, splits), *marks.get(line.start, ())]}
        if not found or reads_as_another(line.text, language):
            continue
        if not _is_foreign_line(table, [word for word in WORD.findall(line.text) if word not in splits]):
            for place in sorted(found):
                edit = found[place]
                yield edit._replace(start=line.start + place, end=line.start + place)


def _splits(line: Line, splits: Mapping[str, list[Split]]) -> Iterator[Edit]:
    for match in [match for match in WORD.finditer(line.text) if match[0] in splits] if splits else ():
        if _is_prose(line.text, *match.span()):
            for at, confidence in _places(match[0], splits):
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


def _is_prose(text: str, start: int, end: int) -> bool:
    """Return whether the chunk that a word stands in shows no sign of an address, a handle, a file or code."""
    return not _NOT_PROSE.search(chunk(text, start, end))


def _is_foreign(table: WordTable, text: Words) -> bool:
    return text.unknown(table) > FEW * FOREIGN + len(text.words) * FOREIGN


def _is_foreign_line(table: WordTable, words: Sequence[str]) -> bool:
    """Return whether a line is in another language: by its rare words, or by small ones that no dictionary has.

    What no list has is not counted among these, since it may be glue, nor what is common in the language.
    """
    small = [table.known[word] for word in words if word.islower()]
    strange = sum(0 < word.zipf < NATIVE and not word.dictionary for word in small)
    return strange > STRANGE * len(small) + FEW_STRANGE or _is_foreign(table, Words(table, words))
