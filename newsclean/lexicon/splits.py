"""The places where a token may be two words, and what speaks for and against each.

Nothing here knows a filter or one language: it works on word tables and on the words of a text, so that the filter,
the training and the measuring share it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import filterfalse, pairwise, takewhile
from math import log10
from typing import NamedTuple

from newsclean.lexicon import NAMES, Language, WordTable, open_table
from newsclean.lexicon.table import CAMEL, GIVEN, SURNAME, Memo, Word
from newsclean.lexicon.word_lists import NeverSplit, never_split

# The letters of the scripts that words are glued in, Latin, Greek, Cyrillic, and the marks of those that are written in
# two parts. Spelled out and possessive, since this is twice as fast as [^\W\d_], and the time of a clean text is half
# spent here.
LETTERS = (
    "A-Za-zªµºÀ-ÖØ-öø-\u02af\u0300-\u036f\u0370-\u0373\u0376\u0377\u0386\u0388-\u03ff"
    "\u0400-\u0481\u048a-\u052f\u1e00-\u1fff"
)
WORD = re.compile(f"[{LETTERS}]++(?:['’][{LETTERS}]++)*+")

LONGEST = 40  # letters; longer tokens are not looked at
SHORTEST = 3
UNCOMMON, FREQUENT = 3.0, 4.5  # words that no dictionary has are looked at if they are rarer (Zipf) than the one,
HALF = 5.5  # or than the other and their halves are so common;
NAME, KNOWN_NAME = 5, 1.5  # but for those written with a capital (step) for the most part, and at least so common
ODD = 0.1  # words that only dictionaries have are looked at where the table has them, which it does if they may be two
FAMILIAR = 3.0  # what stands beside a word to keep is this common (Zipf), or stands in the text
LISTED = Word(4.0, 6, True)  # what is known of a brand that no frequency list has
BEST = 3  # candidate splits of a token that are scored
LONGEST_ELISION = 2  # letters before the apostrophe: l', qu'
COMMONEST = 6.0  # that a word as common as this (Zipf) stands in a text tells nothing
MANY = 8  # a word that stands this often in the text is simply frequent there
BEHIND = 3.5  # a split that is so much less plausible than the best is not scored
PLAUSIBLE = 2.0  # a split without a capital inside must be as plausible as this to be scored
THREE_WORDS = 8  # letters from which a token may be three words
ENOUGH = 8.0  # where two halves are as plausible as this together, no half is looked at for being two words,
CERTAIN = 10.0  # and from here on the token is not searched for three
FEW_SUSPECTS = 8  # are looked for one by one
LONG_WORD = 20  # letters of the longest of three words
WORD_COST, UNKNOWN_COST, NEVER = 9.5, 1.0, 1e9  # of a piece: less how common it is; for each letter of an unknown one
UNKNOWN_HALF = 3.0  # what a half that is two words is less plausible than the rarer of these
NO_RIVAL = 12.0  # how implausible a rival is that is not there

# What a look at the words alone tells, and what costs more look-ups.
QUICK_FEATURES = (
    "zipf", "dictionary", "capital", "text_whole", "zipf_left", "zipf_right", "dictionary_left", "dictionary_right",
    "capital_left", "capital_right", "length_left", "length_right", "text_left", "text_right", "plausibility", "margin",
    "first_is_capital", "right_is_capital", "left_is_capitals", "right_is_capitals", "compounds",
)  # fmt: skip
FEATURES = (
    *QUICK_FEATURES,
    "zipf_stem", "text_stem", "camel", "text_pair", "pair", "ending_right", "beginning_left", "joint_letters",
    "ends_like_word", "begins_like_word", "pieces_left", "pieces_right", "given_left", "surname_right", "given_right",
    "given_before", "surname_left", "name_whole", "zipf_before", "zipf_after", "before_is_capital", "after_is_capital",
    "pair_before", "pair_after", "text_pair_before", "text_pair_after",
)  # fmt: skip


class Suspect(NamedTuple):
    """A token that may be glued, with the words before and after its first occurrence ("" at an end of the text)."""

    word: str
    before: str = ""
    after: str = ""


class Candidate(NamedTuple):
    """A place where a suspect may be split, and the evidence, in the order of FEATURES.

    Where a glance at the quick features was enough, the others are not there, but what the glance said (log-odds) is.
    `ends` are the places where the two words that the evidence is about end, but for the ends of the token.
    """

    at: int
    features: tuple[float, ...]
    log_odds: float | None = None
    ends: frozenset[int] = frozenset()


class Evidence:
    """What a language's table and the words of a text say about splits.

    `counts` is how often each word stands in the text, as it is written there; `words` are the words in their order;
    `glance` says of the quick features of a place how likely a split is (log-odds), or None where the others are worth
    their look-ups.

    >>> from newsclean.lexicon import languages, open_table
    >>> evidence = Evidence(languages()["en"], open_table("en"), {"Japarov": 2, "Japarovwas": 1})
    >>> best = evidence.candidates(Suspect("Japarovwas", "Sadyr", "received"))[0]
    >>> best.at, dict(zip(FEATURES, best.features))["text_left"]
    (7, 2)
    """

    def __init__(
        self,
        language: Language,
        table: WordTable,
        counts: Mapping[str, int],
        words: Sequence[str] = (),
        kept: NeverSplit | None = None,
        names: WordTable | None = None,
        glance: Callable[[Sequence[float]], float | None] | None = None,
    ) -> None:
        self.language = language
        self.table = table
        self.names = names or open_table(NAMES)
        self.kept = kept or never_split(language.code)
        self.counts = _with_parts(counts)
        self.words = words
        self.glance = glance
        self._known = table.known

    @cached_property
    def _neighbours(self) -> Collection[tuple[str, str]]:
        return set(pairwise(self.words))

    def _are_neighbours(self, left: str, right: str) -> bool:
        """Return whether two words stand side by side in the text."""
        return left in self.counts and right in self.counts and (left, right) in self._neighbours

    def tells_of(self, word: str) -> bool:
        """Return whether the text holds a part of a word that the table does not know as well: a name, for the most.

        What this is not true of has the same candidates in every text in which it stands as often.
        """
        counts, known, last = self.counts, self._known, len(word)
        pieces = {
            piece
            for start in range(last)
            for end in range(start + 1, last + 1)
            if (piece := word[start:end]) in counts and piece != word
        }
        for piece in pieces:
            half = word.startswith(piece) or word.endswith(piece)
            if half or len(piece) > 1:
                said = 3 + log10(counts[piece])
                if known[piece].zipf < (max(COMMONEST, said) if half else said):
                    return True
        return False

    def candidates(self, suspect: Suspect) -> list[Candidate]:
        """Return the most plausible places to split a token, and the evidence for each.

        A place comes twice where the token may be three words or more: with what stands beside it to the ends of the
        token, and with the two words alone.
        """
        word = suspect.word
        if not SHORTEST <= len(word) <= LONGEST:
            return []
        whole = self._whole(word)
        ranked = self._ranked(word, whole)
        found = []
        for place in self._best(suspect, ranked):
            found.append(place)
            if place.log_odds:
                return found  # a piece that is two words is found when it stands alone
        if len(word) >= THREE_WORDS and not (ranked and ranked[0][0] >= CERTAIN):
            found += self._between_pieces(suspect, self._pieces_of(word, whole))
        return found

    def _ranked(self, word: str, whole: Collection[int]) -> list[tuple[float, int]]:
        """Return how plausible each place to split a token is, the most plausible first."""
        last = len(word) - 1
        places = [at for at in joints(word, whole) if 1 < at < last or self._may_stand(word, at)]
        firsts, seconds = self._values([word[:at] for at in places]), self._values([word[at:] for at in places])
        if whole and has_capital_inside(word):
            firsts = [first or self._word(word[:at]).zipf for first, at in zip(firsts, places, strict=True)]
            seconds = [second or self._word(word[at:]).zipf for second, at in zip(seconds, places, strict=True)]
        halves = [half for half in zip(places, firsts, seconds, strict=True) if half[1] or half[2]]
        if not halves and has_capital_inside(word):
            return sorted(self._between_unknown(word, places), reverse=True)
        strange = _STRANGERS
        ranked = [((first or strange[at]) + (second or strange[len(word) - at]), at) for at, first, second in halves]
        # Where no two words will do, a half may be two words itself.
        if ranked and max(ranked)[0] < ENOUGH:
            ranked = [
                ((first or self._unknown(word[:at], second)) + (second or self._unknown(word[at:], first)), at)
                for at, first, second in halves
            ]
        return sorted(ranked, reverse=True)

    def _between_unknown(self, word: str, places: Iterable[int]) -> Iterator[tuple[float, int]]:
        """Yield how plausible each place is where both halves are two words: `NewsandBloomberghave`."""
        for at in places:
            first, second = self._pieces(word[:at]), self._pieces(word[at:])
            if first and second:
                yield first + second - UNKNOWN_HALF, at

    def _best(self, suspect: Suspect, ranked: list[tuple[float, int]]) -> Iterator[Candidate]:
        best, second = (value for value, _ in [*ranked, (-NO_RIVAL, 0), (-NO_RIVAL, 0)][:2])
        least = best - BEHIND if has_capital_inside(suspect.word) else max(PLAUSIBLE, best - BEHIND)
        for value, at in ranked[:BEST]:
            if value > least:
                yield from self._candidate(suspect, at, at, value, second if value == best else best)

    def _between_pieces(self, suspect: Suspect, pieces: list[str]) -> Iterator[Candidate]:
        if len(pieces) < 3:
            return
        end, ends_of_token = 0, {0, len(suspect.word)}
        for before, (left, right), after in zip(
            [suspect.before, *pieces], pairwise(pieces), [*pieces[2:], suspect.after], strict=False
        ):
            start, end = end, end + len(left)
            two = Suspect(left + right, before, after)
            values = {at: value for value, at in self._ranked(two.word, ())}
            if value := values.pop(len(left), None):
                rival = max(values.values(), default=-NO_RIVAL)
                ends = frozenset({start, end + len(right)} - ends_of_token)
                for candidate in self._candidate(two, len(left), end, value, rival):
                    yield candidate._replace(ends=ends)

    def _pieces_of(self, word: str, whole: Collection[int]) -> list[str]:
        """Return the likeliest words that a token is made of, without a break in `whole`."""
        value_of, short, known, counts = self._value, self.language.short, self._known, self.counts
        costs, starts = [0.0], [0]
        for end in range(1, len(word) + 1):
            cost, start = NEVER, 0
            for first in range(max(0, end - LONG_WORD), end) if end not in whole else ():
                if costs[first] >= cost:
                    continue
                piece = word[first:end]
                if end - first == 1 and piece not in short:
                    continue
                # That the token itself stands in the text does not make it a word.
                value = value_of(piece) if piece in counts and piece != word else known[piece].zipf
                total = costs[first] + WORD_COST + (-value if value else UNKNOWN_COST * len(piece))
                if total < cost:
                    cost, start = total, first
            costs.append(cost)
            starts.append(start)
        pieces: list[str] = []
        end = len(word)
        while end:
            pieces.insert(0, word[starts[end] : end])
            end = starts[end]
        return pieces

    def _may_stand(self, word: str, at: int) -> bool:
        """Return whether halves of which one has one letter may be words, as few are: `a`, `the|U.S.`."""
        left, right, short = word[:at], word[at:], self.language.short
        first = at > 1 or left in short
        return first and (len(right) > 1 or right in short or (right.isupper() and left[-1].islower()))

    def _unknown(self, half: str, other: float) -> float:
        """How plausible an unknown half is: it may be a name, or two words, beside a word that is familiar."""
        alone = _STRANGERS[len(half)]
        pieces = self._pieces(half) if len(half) > SHORTEST and other >= FAMILIAR else 0.0
        return max(alone, pieces - UNKNOWN_HALF) if pieces else alone

    def _whole(self, word: str) -> set[int]:
        """Return the places within words to keep: of the list, known with a capital inside, or seen in the text.

        A word to keep fills the token, or what stands beside it in the token is a word too: `YouTube|was`.
        """
        whole = set(self.kept.beginning(word))
        if word in self.kept:
            whole.update(range(1, len(word)))
        elif self._to_keep(word):
            whole.update(at for at in range(1, len(word)) if not self._begins_with_article(word[:at], word[at:]))
        elif has_capital_inside(word):
            capitals = [at for at in range(2, len(word)) if word[at - 1].islower() and word[at].isupper()]
            for at in range(1, len(word) - 1):
                left, right = word[:at], word[at:]
                if right[0].islower() and left[-1].isupper() and left[-2:-1].islower() and left not in self.kept:
                    continue  # `InP|aris`, not `SpaceX|among`
                if at >= SHORTEST and self._value(right) >= FAMILIAR and self._stands_before(left, right):
                    rests = [word[capital:] for capital in capitals if capital < at]
                    if left in self.counts or left in self.kept or not self._is_likelier(rests, right):
                        whole.update(range(1, at))
                if self._value(left) >= FAMILIAR and self._stands_behind(left, right):
                    whole.update(range(at + 1, len(word)))
        return whole

    def _stands_before(self, left: str, right: str) -> bool:
        """Return whether a token may begin with a word to keep or of the text: `AdSense|said`, not `AdSenses|aid`."""
        if left[-1] == "s" and self._value(f"s{right}") > self._value(right) and left[:-1] in self.kept:
            return False
        return left in self.counts or self._to_keep(left)

    def _stands_behind(self, left: str, right: str) -> bool:
        """Return whether a token may end with a word to keep or of the text: `at|eToro`, not `th|eCommerce`."""
        small = "".join(takewhile(str.islower, right))
        if small != right and self._value(left + small) > self._value(left):
            return False
        return right in self.counts or self._to_keep(right)

    def _is_likelier(self, rests: Iterable[str], right: str) -> bool:
        """Return whether a likelier word begins at a capital: `San|Francisco`, not `SanFran|cisco`."""
        return max(map(self._value, rests), default=0.0) >= self._value(right)

    def _begins_with_article(self, left: str, right: str) -> bool:
        """Return whether a known name may be an article and a word: `LaFrance`, not `LaGuardia`."""
        return left in self.language.articles and self._known[right].zipf >= FREQUENT

    def _to_keep(self, word: str) -> bool:
        if word in self.kept:
            return True
        if len(word) <= SHORTEST or not has_capital_inside(word):
            return False
        # The end of `TeilnehmerInnen` is no ending behind `die`.
        stem = next((word.removesuffix(end) for end in self.language.endings if word.endswith(end)), "")
        return self.names.has(CAMEL, word) or (stem != "" and self._known[stem].zipf < COMMONEST)

    def _candidate(self, suspect: Suspect, at: int, end: int, value: float, rival: float) -> Iterator[Candidate]:
        """Yield the candidate that splits a token at `at`, and stands at `end`, if a glance says that it may be."""
        quick = self._quick_features(suspect.word, at, value, value - rival)
        log_odds = self.glance(quick) if self.glance else None
        # A glance at a short half is not enough: `I|one`.
        if log_odds is None or (log_odds > 0 and min(at, len(suspect.word) - at) < SHORTEST):
            yield Candidate(end, quick + self._other_features(suspect, at))
        elif log_odds > 0:
            yield Candidate(end, quick, log_odds)

    def _quick_features(self, word: str, at: int, value: float, margin: float) -> tuple[float, ...]:
        left, right = word[:at], word[at:]
        table, counts = self.table, self.counts
        return (
            *table.known[word],
            min(MANY, counts.get(word, 0)),
            (first := self._word(left)).zipf,
            (second := self._word(right)).zipf,
            first.dictionary,
            second.dictionary,
            first.capital,
            second.capital,
            at,
            len(right),
            MANY if first.zipf >= COMMONEST else min(MANY, counts.get(left, 0)),
            MANY if second.zipf >= COMMONEST else min(MANY, counts.get(right, 0)),
            value,
            margin,
            word[0].isupper(),
            right[0].isupper(),
            at > 1 and left.isupper(),
            len(right) > 1 and right.isupper(),
            self.language.compounds,
        )

    def _other_features(self, suspect: Suspect, at: int) -> tuple[float, ...]:
        word, before, after = suspect
        left, right = word[:at], word[at:]
        table, counts, names = self.table, self.counts, self.names
        framed = f"^{word}$"
        return (
            max(table.known[word[:-1]].zipf, table.known[word[:-2]].zipf),
            min(MANY, counts.get(word[:-1], 0) + counts.get(word[:-2], 0)),
            names.has(CAMEL, word),
            self._are_neighbours(left, right),
            table.pair(left, right) or names.pair(left, right),
            table.endings(right),
            table.beginnings(left),
            table.letters(framed[at - 1 : at + 3]),
            table.letters(f"^{left}$"[-4:]),
            table.letters(f"^{right}$"[:4]),
            self._word(left).zipf or self._pieces(left),
            self._word(right).zipf or self._pieces(right),
            names.has(GIVEN, left.lower()),
            names.has(SURNAME, right.lower()),
            names.has(GIVEN, right.lower()),
            before[:1].isupper() and names.has(GIVEN, before.lower()),
            names.has(SURNAME, left.lower()),
            names.has(SURNAME, word.lower()) or names.has(GIVEN, word.lower()),
            table.known[before].zipf,
            table.known[after].zipf,
            before[:1].isupper(),
            after[:1].isupper(),
            table.pair(before, left),
            table.pair(right, after),
            self._are_neighbours(before, left),
            self._are_neighbours(right, after),
        )

    def _pieces(self, half: str) -> float:
        """How common the rarer part is where an unknown half is itself two words: `might|notend`."""
        cuts = range(1 if half[:1] in self.language.short else 2, len(half) - 1)
        firsts, seconds = self._values([half[:at] for at in cuts]), self._values([half[at:] for at in cuts])
        return max(map(min, firsts, seconds), default=0.0)

    def _word(self, piece: str) -> Word:
        """Return what is known of a half of a token: a brand of the list of words to keep is a word as well."""
        found = self._known[piece]
        return LISTED if not found.zipf and is_brand(self.kept, piece) else found

    def _values(self, pieces: list[str]) -> list[float]:
        """How plausible each of some pieces of a token is as a word: see `_value`."""
        known = self._known
        found = [known[piece].zipf for piece in pieces]
        if not self.counts.keys().isdisjoint(pieces):
            found = [self._value(piece) for piece in pieces]
        return found

    def _value(self, piece: str) -> float:
        """How plausible a piece of a token is as a word: 0.0 where nothing is known of it."""
        zipf = self._known[piece].zipf
        return max(zipf, 3 + log10(self.counts[piece])) if piece in self.counts else zipf


# How plausible an unknown half of so many letters is.
_STRANGERS = [max(-3.0, 1 - 0.4 * letters) for letters in range(LONGEST + 1)]


def is_suspect(table: WordTable, word: str) -> bool:
    """Return whether a word may be two: written with a capital inside, or no word of the language that is known.

    What dictionaries have is a word, and so is a name that the list has, where it is written as one.

    >>> from newsclean.lexicon import open_table
    >>> words = ("announced", "outspend", "Blair", "Moscowannounced", "NATO", "MPs", "x" * 50)
    >>> [word for word in words if is_suspect(open_table("en"), word)]
    ['Moscowannounced']
    """
    if not SHORTEST <= len(word) <= LONGEST or word.removesuffix("s").rstrip("'’").isupper():
        return False
    if has_capital_inside(word):
        return True
    found = table.known[word]
    name = found.capital >= NAME
    if name and word[0].isupper():
        return not found.dictionary and found.zipf < KNOWN_NAME
    if found.zipf < (ODD if found.dictionary else UNCOMMON):
        return True
    # `inder` is no Inder, and `isa` hardly a name.
    return (name or (found.zipf < FREQUENT and not found.dictionary)) and _looks_like_two(table, word)


def _looks_like_two(table: WordTable, word: str) -> bool:
    known = table.known
    return any(min(known[word[:at]].zipf, known[word[at:]].zipf) >= HALF for at in range(1, len(word)))


def has_capital_inside(word: str) -> bool:
    """Return whether a capital stands where words have none: not at the start of the word, or of a part of it.

    >>> [word for word in ("iPhone", "Putin's", "O'Neill", "BBCs", "l'Élysée") if has_capital_inside(word)]
    ['iPhone', 'BBCs']
    """
    if word[1:].islower() or len(word) < 2:
        return False
    return any(not part[1:].islower() for part in word.replace("’", "'").split("'") if len(part) > 1)


def is_brand(kept: NeverSplit, word: str) -> bool:
    """Return whether a word is on a list of words to keep, and written with a capital inside.

    >>> kept = NeverSplit(["YouTube", "doomscrolling"])
    >>> [word for word in ("YouTube", "YouTubes", "doomscrolling", "JonBenet") if is_brand(kept, word)]
    ['YouTube', 'YouTubes']
    """
    return has_capital_inside(word) and word in kept


def with_neighbours(words: Sequence[str], suspects: Collection[str]) -> Iterator[Suspect]:
    """Yield each of the suspects where it first stands among the words."""
    last = len(words) - 1
    if len(suspects) <= FEW_SUSPECTS:  # as in clean text
        places = [words.index(word) for word in suspects]
    else:
        first = dict(zip(reversed(words), range(last, -1, -1), strict=True))
        places = [first[word] for word in suspects]
    for place in sorted(places):
        yield Suspect(words[place], words[place - 1] if place else "", words[place + 1] if place < last else "")


def joints(word: str, whole: Collection[int] = ()) -> list[int]:
    """Return where a token may be split: where a capital follows a small letter, or else anywhere; never in `whole`.

    >>> joints("KyrgyzstanCountry"), joints("l'and")
    ([10], [3, 4])
    >>> joints("YouTubewas", range(1, 7))
    [7, 8, 9]
    """
    inner = [at for at in range(1, len(word)) if at not in whole]
    if word.islower() and word.isalpha():
        return inner
    camel = [at for at in inner if word[at - 1].islower() and word[at].isupper()]
    return camel or [at for at in inner if word[at - 1].isalpha() and word[at].isalpha()]


def _with_parts(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Count `Putin's` and `l'Élysée` as `Putin` and `Élysée` too; nothing of `Sony'sQrio`, which may be glued."""
    # Hardly any word but these holds what is no letter, and this is the quicker look.
    marked = list(filterfalse(str.isalpha, counts))
    if not marked:
        return counts
    found = dict(counts)
    for word in marked:
        if part := PARTS[word]:
            found[part] = found.get(part, 0) + counts[word]
    return found


def _part(word: str) -> str:
    """Return what a word with an apostrophe counts as besides, or nothing."""
    first, *others = word.replace("’", "'").split("'")
    part = first if others == ["s"] else others[0] if len(others) == 1 and len(first) <= LONGEST_ELISION else ""
    return part if len(part) > 2 and not has_capital_inside(part) else ""


PARTS = Memo(_part)
