"""Puts back the space between words that a scraper joined: `Moscowannounced`, `Putinin`, `mightnotend`.

Removes nothing. Leaves alone: whatever the language's word table knows as a word; names and brands with a capital
inside; compounds; anything in a chunk that looks like an address, a handle, a hashtag, a file or code; texts in a
language without a word table, and texts or lines with too many rare words to be in the language that they seem to be
in. When in doubt the words stay joined.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.lexicon import Language, languages, open_table
from newsclean.lexicon.model import open_model
from newsclean.lexicon.splits import WORD, Evidence, Suspect, is_rare, with_neighbours

RULES: Mapping[str, str] = {
    "glued_words.split": "A space between two words that lost it, as where the text of a link was joined to its "
    "neighbours; the confidence is the probability that these are two words.",
}

CONFIDENCE = 0.9
CAMEL_CONFIDENCE = 0.97  # a capital inside a capitalised word is the mark of a brand, too
COMPOUND_CONFIDENCE = 0.97  # two known halves are no sign of a lost space where nouns are joined freely
# Names end like "to", "in" and "will", and begin like "I" and "To": where the text does not hold the first half by
# itself, a short half of a capitalised word is weaker evidence.
TAIL_CONFIDENCE, SHORT_TAIL = 0.93, 4  # Peruto
HEAD_CONFIDENCE, SHORT_HEAD = 0.98, 2  # Tosane
FOREIGN = 0.15  # share of rare words from which a text or a line is held to be in another language
FEW = 20  # words; in a text as short as this a few names are a large share
ROUNDS = 5
CHUNK = 100  # characters that are looked at around a word for signs of an address

_NOT_PROSE = re.compile(r"[@#/\\<>{}=_]|[a-z]\.[a-z]|\w\(")

# Per language, words that no text need look up again: common, short, long, or all capitals.
_settled: dict[str, set[str]] = {}
_MOST_SETTLED = 50_000


class Split(NamedTuple):
    """A place in a word where a space is missing, and the probability of it."""

    at: int
    confidence: float


def glued_words(document: Document) -> Iterable[Edit]:
    """Yield an insertion for each space that is missing between two words.

    >>> text = "The ally of Moscowannounced on Monday that the two of them will meet in the capital this week."
    >>> [(edit.start, edit.end, edit.replacement) for edit in glued_words(Document(text))]
    [(18, 18, ' ')]
    """
    language = languages().get(document.language or "")
    if language is None:
        return
    words = _words(document, language)
    removed = [] if document.original.text == document.text else WORD.findall(document.original.text)
    splits = find_splits(language, words, Counter(removed))
    if splits:
        yield from _edits(document, language, splits)


def find_splits(language: Language, words: Sequence[str], beside: Counter[str]) -> dict[str, list[Split]]:
    """Return the words of a text that are several words, each with the places where spaces are missing.

    `beside` counts words that are evidence without being in the text: those of the document as it came in. What was
    split counts as evidence in the next round, so that a second run over the repaired text finds no more.
    """
    table = open_table(language.code)
    found: dict[str, list[Split]] = {}
    for _ in range(ROUNDS):
        counts = Counter(words)
        suspects = _suspects(language, counts)
        if not suspects:
            break
        evidence = Evidence(language, table, counts | beside if beside else counts)
        scored = {suspect.word: _accepted(evidence, suspect) for suspect in with_neighbours(words, suspects)}
        accepted = {word: splits for word, splits in scored.items() if splits}
        if not accepted:
            break
        found |= accepted
        words = [piece for word in words for piece in (_pieces(word, accepted[word]) if word in accepted else (word,))]
    return found


def _words(document: Document, language: Language) -> list[str]:
    """Return the words of the text, or of those lines alone that are in this language."""
    words = WORD.findall(document.text)
    if _is_foreign(language, words):
        lines = [WORD.findall(line.text) for line in document.lines]
        words = [word for line in lines if len(line) >= FEW and not _is_foreign(language, line) for word in line]
    return words


def _suspects(language: Language, counts: Mapping[str, int]) -> set[str]:
    table = open_table(language.code)
    settled = _settled.setdefault(language.code, set())
    if len(settled) > _MOST_SETTLED:
        settled.clear()
    suspects = counts.keys() - settled
    common = {word for word in suspects if not is_rare(table, word)}
    settled |= common
    return suspects - common


def _accepted(evidence: Evidence, suspect: Suspect) -> list[Split]:
    model = open_model()
    scored = [Split(place.at, model.probability(place.features)) for place in evidence.candidates(suspect)]
    accepted: list[Split] = []
    for split in sorted(scored, key=lambda split: split.confidence, reverse=True):
        apart = all(abs(split.at - other.at) > 1 for other in accepted)
        if apart and split.confidence >= _needed(evidence, suspect.word, split.at):
            accepted.append(split)
    return sorted(accepted)


def _needed(evidence: Evidence, word: str, at: int) -> float:
    if word[0].isupper() and word[at - 1].islower() and word[at].isupper():
        return CAMEL_CONFIDENCE
    if evidence.language.compounds:
        return COMPOUND_CONFIDENCE
    if word[0].isupper() and word[:at] not in evidence.counts:
        if at <= SHORT_HEAD:
            return HEAD_CONFIDENCE
        if len(word) - at <= SHORT_TAIL:
            return TAIL_CONFIDENCE
    return CONFIDENCE


def _pieces(word: str, splits: list[Split]) -> list[str]:
    return [word[start:end] for start, end in pairwise([0, *(split.at for split in splits), len(word)])]


def _edits(document: Document, language: Language, splits: Mapping[str, list[Split]]) -> Iterator[Edit]:
    for line in document.lines:
        matches = list(WORD.finditer(line.text))
        glued = [match for match in matches if match[0] in splits and _is_prose(line.text, *match.span())]
        if glued and not _is_foreign(language, [match[0] for match in matches if match[0] not in splits]):
            for match in glued:
                for at, confidence in _places(match[0], splits):
                    place = line.start + match.start() + at
                    yield Edit(place, place, " ", "glued_words.split", round(confidence, 3))


def _places(word: str, splits: Mapping[str, list[Split]]) -> Iterator[Split]:
    """Yield the places in a word, and those in its pieces that a later round found."""
    start = 0
    for piece, split in zip(_pieces(word, splits[word]), [*splits[word], None], strict=True):
        if piece in splits:
            yield from (Split(start + inner.at, inner.confidence) for inner in _places(piece, splits))
        start += len(piece)
        if split:
            yield split


def _is_prose(text: str, start: int, end: int) -> bool:
    """Return whether the chunk that a word stands in shows no sign of an address, a handle, a file or code."""
    before = text[max(0, start - CHUNK) : start].rpartition(" ")[2]
    after = text[end : end + CHUNK].partition(" ")[0]
    return not _NOT_PROSE.search(before + text[start:end] + after)


def _is_foreign(language: Language, words: Sequence[str]) -> bool:
    counts = Counter(words)
    rare = sum(counts[word] for word in _suspects(language, counts))
    return rare > FEW * FOREIGN + len(words) * FOREIGN
