"""The places where a token may be two words, and what speaks for and against each.

Nothing here knows a filter or one language: it works on a word table and on the words of a text, so that the filter,
the training and the measuring share it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log10
from typing import NamedTuple

from newsclean.lexicon import Language, WordTable
from newsclean.lexicon.never_split import NeverSplit, shipped

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

LONGEST = 40  # letters; longer tokens are not looked at
SHORTEST = 3
RARE = 2.6  # only words that are rarer (Zipf) are looked at
BEST = 4  # candidate splits of a token that are scored
MANY = 8  # a word that stands this often in the text is simply frequent there
KNOWN_BRAND = 3.5  # where both halves are this common (Zipf), a capital inside one of them is that of a name
BEHIND = 3.5  # a split that is so much less plausible than the best is not scored
NO_RIVAL = 12.0  # how implausible a rival is that is not there

FEATURES = (
    "zipf", "zipf_left", "zipf_right", "length_left", "length_right", "text_left", "text_right", "text_whole",
    "capital_first", "capital_right", "capitals_left", "ending_right", "beginning_left", "joint_letters",
    "ends_like_word", "begins_like_word", "pieces_left", "pieces_right", "plausibility", "margin",
    "zipf_before", "zipf_after", "capital_before", "capital_after", "compounds",
)  # fmt: skip


class Suspect(NamedTuple):
    """A token that may be glued, with the words before and after its first occurrence ("" at an end of the text)."""

    word: str
    before: str = ""
    after: str = ""


class Candidate(NamedTuple):
    """A place where a suspect may be split, and the evidence, in the order of FEATURES."""

    at: int
    features: tuple[float, ...]


class Evidence:
    """What a language's table and the words of a text say about splits.

    `counts` is how often each word stands in the text, as it is written there.

    >>> from newsclean.lexicon import languages, open_table
    >>> evidence = Evidence(languages()["en"], open_table("en"), {"Japarov": 2, "Japarovwas": 1})
    >>> best = evidence.candidates(Suspect("Japarovwas", "Sadyr", "received"))[0]
    >>> best.at, dict(zip(FEATURES, best.features))["text_left"]
    (7, 2)
    """

    def __init__(
        self, language: Language, table: WordTable, counts: Mapping[str, int], kept: NeverSplit | None = None
    ) -> None:
        self.language = language
        self.table = table
        self.kept = kept or shipped(language.code)
        self.counts = _with_parts(counts)

    def candidates(self, suspect: Suspect) -> list[Candidate]:
        """Return the most plausible places to split a token, the best first."""
        word = suspect.word
        if not SHORTEST <= len(word) <= LONGEST:
            return []
        ranked = sorted(((self._plausibility(word[:at], word[at:]), at) for at in self._places(word)), reverse=True)
        best, second = (value for value, _ in [*ranked, (-NO_RIVAL, 0), (-NO_RIVAL, 0)][:2])
        return [
            Candidate(at, self._features(suspect, at, value, second if value == best else best))
            for value, at in ranked[:BEST]
            if value > best - BEHIND
        ]

    def _places(self, word: str) -> Iterator[int]:
        for at in joints(word, self._whole(word)):
            left, right = word[:at], word[at:]
            if self._may_be_word(left) and self._may_be_word(right) and (self._known(left) or self._known(right)):
                yield at

    def _may_be_word(self, half: str) -> bool:
        return len(half) > 1 or half in self.language.short

    def _whole(self, word: str) -> set[int]:
        """Return the places within words to keep: those of the list, and those of a known `WhatsApp|was`."""
        whole = self.kept.inside(word)
        camel = [at for at in range(1, len(word)) if word[at - 1].islower() and word[at].isupper()]
        if not camel:
            return whole
        for at in range(2, len(word) - 1):
            left, right = zipf(self.table, word[:at]), zipf(self.table, word[at:])
            if min(left, right) >= KNOWN_BRAND:
                whole.update(joint for joint in camel if abs(joint - at) > 1)
        return whole

    def _known(self, half: str) -> bool:
        return half in self.counts or zipf(self.table, half) > 0

    def _plausibility(self, left: str, right: str) -> float:
        return self._half(left) + self._half(right)

    def _half(self, half: str) -> float:
        value = zipf(self.table, half)
        if times := self.counts.get(half):
            value = max(value, 3 + log10(times))
        return value or max(-3.0, 1 - 0.4 * len(half))

    def _features(self, suspect: Suspect, at: int, value: float, rival: float) -> tuple[float, ...]:
        word, before, after = suspect
        left, right = word[:at], word[at:]
        table, counts = self.table, self.counts
        left_zipf, right_zipf = zipf(table, left), zipf(table, right)
        framed = f"^{word}$"
        return (
            zipf(table, word),
            left_zipf,
            right_zipf,
            len(left),
            len(right),
            min(MANY, counts.get(left, 0)),
            min(MANY, counts.get(right, 0)),
            min(MANY, counts.get(word, 0)),
            word[0].isupper(),
            right[0].isupper(),
            len(left) > 1 and left.isupper(),
            table.endings(right),
            table.beginnings(left),
            table.letters(framed[at - 1 : at + 3]),
            table.letters(f"^{left}$"[-4:]),
            table.letters(f"^{right}$"[:4]),
            left_zipf or self._pieces(left),
            right_zipf or self._pieces(right),
            value,
            value - rival,
            zipf(table, before),
            zipf(table, after),
            before[:1].isupper(),
            after[:1].isupper(),
            self.language.compounds,
        )

    def _pieces(self, half: str) -> float:
        """How common the rarer part is where an unknown half is itself two words: `might|notend`."""
        cuts = range(1 if half[:1] in self.language.short else 2, len(half) - 1)
        return max((min(zipf(self.table, half[:at]), zipf(self.table, half[at:])) for at in cuts), default=0.0)


def is_rare(table: WordTable, word: str) -> bool:
    """Return whether a word is too rare to be taken for granted, and of a kind that is looked at.

    >>> from newsclean.lexicon import open_table
    >>> [is_rare(open_table("en"), word) for word in ("announced", "Moscowannounced", "NATO", "x" * 50)]
    [False, True, False, False]
    """
    return SHORTEST <= len(word) <= LONGEST and not word.isupper() and zipf(table, word) < RARE


def with_neighbours(words: Sequence[str], suspects: Collection[str]) -> Iterator[Suspect]:
    """Yield each of the suspects where it first stands among the words."""
    left = set(suspects)
    last = len(words) - 1
    for number, word in enumerate(words):
        if word in left:
            left.discard(word)
            yield Suspect(word, words[number - 1] if number else "", words[number + 1] if number < last else "")


def joints(word: str, whole: Collection[int] = ()) -> list[int]:
    """Return where a token may be split: where a capital follows a small letter, or else anywhere; never in `whole`.

    >>> joints("KyrgyzstanCountry"), joints("l'and")
    ([10], [3, 4])
    >>> joints("YouTubewas", range(1, 7))
    [7, 8, 9]
    """
    inner = [at for at in range(1, len(word)) if at not in whole]
    camel = [at for at in inner if word[at - 1].islower() and word[at].isupper()]
    return camel or [at for at in inner if word[at - 1].isalpha() and word[at].isalpha()]


@lru_cache(maxsize=1 << 15)
def zipf(table: WordTable, word: str) -> float:
    """Return how common a word is; one with an apostrophe is at least as common as the rarest of its parts."""
    if "'" not in word and "’" not in word:
        return table.zipf(word)
    plain = word.replace("’", "'")
    parts = [table.zipf(part) for part in plain.split("'") if len(part) > 1]
    return max(table.zipf(plain), min(parts, default=0.0))


def _with_parts(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Count `Putin's` and `l'Élysée` as `Putin` and `Élysée` too."""
    known = dict(counts)
    for word, times in counts.items():
        if "'" in word or "’" in word:
            for part in word.replace("’", "'").split("'"):
                if len(part) > 2:
                    known[part] = known.get(part, 0) + times
    return known
