"""Which words of a text are several words that lost their spaces, and how sure that is."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, compress, pairwise
from math import exp
from typing import NamedTuple

from newsclean.lexicon import NAMES, Language, WordTable, open_table
from newsclean.lexicon.model import SURE, in_context, open_model
from newsclean.lexicon.splits import (
    COMMONEST,
    MANY,
    PARTS,
    SHORTEST,
    Candidate,
    Evidence,
    Suspect,
    has_capital_inside,
    is_brand,
    is_suspect,
    with_neighbours,
)
from newsclean.lexicon.table import MOST_KEPT, Memo
from newsclean.lexicon.word_lists import NeverSplit, always_split, never_split

ROUNDS = 5
# Names begin like "A" and "To", and end like "an", "in" and "to": such a half of a capitalised word is weaker evidence
# than it looks, the second where the text does not hold the first alone.
HEAD, SHORT_HEAD = 0.98, 2  # Tosane
TAIL, SHORT_TAIL = 0.96, 3  # Jerseyan; nouns that are compounds do not end so
DOUBLED = 0.99  # Sharaa: names from other scripts double their last letter
# Writers join words of their own: a link is glued to a little word, a new compound has none.
COMPOUND, NOUN, LITTLE = 0.97, 0.94, 5.5  # safecracking; Sammlerpaar; Zipf
# Trainerposten ends with what is a noun (Posten) as often as a verb (step of how often it has a capital).
COMPOUND_NOUN, OFTEN_NOUN = 0.98, 3
LONG_NOUN = 6  # letters of the second noun of two with an s between
ENCLITIC = 0.99  # verbs take pronouns that are words besides: garantizarlas
# Two words that stand together by this power of ten more often than by chance, and no list has them joined: of words
# that writers join hardly any are so, of glue many are. So much (log-odds) is enough beside other glue alone.
TOGETHER, PAIRED = 2.3, 4.0
LIKELY = 2.0  # log-odds of the place where the second of two words that stand in front of a third ends
CODE_NAMES = ("Error", "Exception")  # FileNotFoundError
NOT = ("n't", "n’t")
# How sure a split must be of what comes again with its capital inside, as brands do and glue seldom does, and of a
# capital inside where nothing else is glued and no half is a little word: HawaiiNewsNow.
AGAIN, LONE = 0.97, 0.995
RARE = 2.6  # Zipf; a text in the language has few words that are rarer
MIXED = 3  # of the steps from never to always with a capital: a word that is no name for the most part
MANY_MOVED = 200  # words; more than these are not looked for in every word that was scored
POSSESSIVE = ("", "'s", "’s")
LISTED = 0.999  # how sure a split is that a list asks for, and the surest that any is

# Per table, which words may be several words, as far as can be seen from each alone.
_suspect: dict[WordTable, Memo[bool]] = {}

# Words with how often they stood in a text, and the words to keep, that had no candidates, and in no text will have.
_hopeless: set[tuple[str, int, NeverSplit]] = set()


class Split(NamedTuple):
    """A place in a word where a space is missing, and the probability of it."""

    at: int
    confidence: float


class Wanted(NamedTuple):
    """How sure a split must be, and words that the user names: never to split, to split, seen in other documents."""

    confidence: float
    never: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    seen: Mapping[str, int] = {}


class Scored(NamedTuple):
    """A word with those beside it, and its places, each with what the model says of it (log-odds)."""

    suspect: Suspect
    places: list[tuple[float, int]]


class Words:
    """The words of a text in their order, how often each stands there, and which of them may be several words."""

    def __init__(self, table: WordTable, words: Sequence[str]) -> None:
        self.words, self.counts = words, Counter(words)
        self.doubtful = _suspects(table, self.counts)

    def unknown(self, table: WordTable) -> int:
        """Return how many of the words are too rare to be in the language."""
        return sum(self.counts[word] for word in self.doubtful if table.known[word].zipf < RARE)


class Splitter:
    """Finds the splits of one text.

    `beside` is how often words stand in the text as it came; `dirt` how many spaces are surely missing elsewhere in
    the text; `alone` are words that are left alone, whatever they look like.
    """

    def __init__(
        self,
        language: Language,
        table: WordTable,
        wanted: Wanted,
        beside: Counter[str],
        dirt: int,
        alone: Collection[str],
    ) -> None:
        self.language, self.table, self.wanted, self.beside, self.dirt = language, table, wanted, beside, dirt
        self.alone = alone
        self.kept = never_split(language.code, wanted.never)
        self.always = always_split(language.code, wanted.always)
        self.sure: dict[str, frozenset[str]] = {}  # the words that are surely glued, of all rounds, with their halves
        self.kin: Counter[str] = Counter()  # how many of these have a half

    def find(self, text: Words) -> dict[str, list[Split]]:
        """Return the words of a text that are several words, each with the places where spaces are missing.

        What was split counts as evidence in the next round, so that a second run over the repaired text finds no more.
        """
        found: dict[str, list[Split]] = {}
        scored: dict[str, Scored] = {}
        for _ in range(ROUNDS):
            accepted = self._round(text, scored)
            if not accepted:
                break
            found |= accepted
            split = {word: pieces(word, splits) for word, splits in accepted.items()}
            text = Words(self.table, [piece for word in text.words for piece in split.get(word, (word,))])
            scored = _unmoved(scored, split)
        return found

    def _round(self, text: Words, scored: dict[str, "Scored"]) -> dict[str, list[Split]]:
        """Return the splits of one round; `scored` is what an earlier one knows already, and is added to."""
        listed = {word: splits for word in text.counts.keys() & self.always.keys() if (splits := self._listed(word))}
        doubtful = text.doubtful.difference(listed, self.alone)
        if unscored := doubtful - scored.keys():
            scored |= self._scored(text, unscored)
        places = {word: scored[word].places for word in doubtful if word in scored}
        for word in listed.keys() | {word for word in places if max(places[word])[0] >= SURE}:
            self._count_as_sure(word, places.get(word))
        others = len(doubtful) - 1
        accepted = {
            word: self._accepted(places[word], self._sure_besides(word, places[word]), others, text, word)
            for word in places
        }
        return listed | {word: splits for word, splits in accepted.items() if splits}

    def _count_as_sure(self, word: str, places: list[tuple[float, int]] | None) -> None:
        if word not in self.sure:
            self.sure[word] = self._halves(word, places)
            self.kin.update(self.sure[word])

    def _sure_besides(self, word: str, places: list[tuple[float, int]]) -> int:
        """Return how many others are surely glued; brands of a family say nothing of each other: leanFIRE, fatFIRE."""
        own = self.sure.get(word)
        halves = self._halves(word, places) if own is None else own
        kin = sum(self.kin[half] - (own is not None) for half in halves)
        return self.dirt + max(0, len(self.sure) - (own is not None) - kin)

    def _halves(self, word: str, places: list[tuple[float, int]] | None) -> frozenset[str]:
        """Return the halves of a word with a capital inside that are no little words, in small letters."""
        if not places or not has_capital_inside(word):
            return frozenset()
        at = max(places)[1]
        return frozenset(half.lower() for half in (word[:at], word[at:]) if self.table.known[half].zipf < LITTLE)

    def _listed(self, word: str) -> list[Split]:
        no_name = word.islower() or word.endswith(NOT) or self.table.known[word].capital <= MIXED
        if no_name and word not in self.kept:
            return [Split(at, LISTED) for at in self.always[word]]
        return []

    def _scored(self, text: Words, doubtful: Collection[str]) -> dict[str, "Scored"]:
        beside = self.beside + _seen(self.wanted.seen, doubtful) if self.wanted.seen else self.beside
        counts = text.counts | beside if beside else text.counts
        evidence = Evidence(self.language, self.table, counts, text.words, self.kept, glance=open_model().at_a_glance)
        unclear = [
            word
            for word in doubtful
            if (word, min(MANY, counts[word]), self.kept) not in _hopeless or evidence.tells_of(word)
        ]
        scored = {}
        for suspect in with_neighbours(text.words, unclear) if unclear else ():
            found = evidence.candidates(suspect)
            if places := _holding([(self._score(suspect.word, place), place) for place in found]):
                scored[suspect.word] = Scored(suspect, places)
            elif not found and not evidence.tells_of(suspect.word):
                _hopeless.add((suspect.word, min(MANY, counts[suspect.word]), self.kept))
        return scored

    def _score(self, word: str, place: Candidate) -> float:
        """Return what the model says of a place, or more, of what it has seen too few of: hedgefunds, AdSenseis."""
        score = open_model().log_odds(place)
        left, right = word[: place.at], word[place.at :]
        if score >= PAIRED or not right.islower() or self.table.known[word].zipf:
            return score
        if word.islower():
            apart = min(len(left), len(right)) >= SHORTEST and self.table.pair(left, right) >= TOGETHER
        else:
            common = len(right) > 1 and self.table.known[right].zipf >= COMMONEST  # DeAndrea
            apart = common and is_brand(self.kept, left)
        return PAIRED if apart else score

    def _needed(self, text: Words, word: str, at: int, sure: int) -> float:
        """Return how sure a split of a word must be, in a text of which so many other words are surely glued."""
        splits_a_name = _splits_a_name(word, at) and word[:at] not in self.kept
        if self._is_whole(word[:at], word[at:]) or word.endswith(CODE_NAMES) or splits_a_name:
            return 1.0
        little = [half for half in (word[:at], word[at:]) if self.table.known[half].zipf >= LITTLE]
        if has_capital_inside(word):
            needed = HEAD if at <= SHORT_HEAD and word[at].islower() else 0.0
            # `elementsAn` is where a sentence begins; not `knowItAll`.
            begins = bool(little) and word[0].islower() and sum(map(str.isupper, word)) == 1
            if not (sure or begins or any(map(str.islower, little))):
                needed = max(needed, LONE)
            elif text.counts[word] > 1:
                needed = max(needed, AGAIN)
        else:
            needed = self._needed_of_plain(text, word, at, bool(little))
        return max(needed, self.wanted.confidence)

    def _needed_of_plain(self, text: Words, word: str, at: int, little: bool) -> float:
        """Return what is needed of a word without a capital inside; `little` is whether one half is a little word."""
        needed = 0.0
        if self.language.joins_pronoun(word, at):
            needed = ENCLITIC
        elif not little and word.islower():
            needed = 1.0 if self.table.known[word].dictionary else COMPOUND  # commonhold
        elif not little and self.language.compounds:
            needed = NOUN if self.table.known[word[at:]].capital < OFTEN_NOUN else COMPOUND_NOUN
        if word[0].isupper() and at <= SHORT_HEAD:
            return max(needed, HEAD)
        ends_so = len(word) - at <= SHORT_TAIL and not self.language.compounds
        if word[0].isupper() and ends_so and word[:at] not in text.counts:
            return max(needed, DOUBLED if word[at:] == word[at - 1] else TAIL)
        return needed

    def _is_whole(self, left: str, right: str) -> bool:
        """Return whether two halves are one word: `nichtdigital`, `antiLula`, `Romneyland's`, `haha`, `mustn't've`."""
        last = right.replace("’", "'").removesuffix("'s")
        if right.startswith(NOT) or (last in self.language.suffixes and not left.islower()):
            return True
        first = left.replace("’", "'").rpartition("'")[2]  # l'ultragauche
        prefix = (first if right[0].isupper() else first.lower()) in self.language.prefixes
        if (prefix and self.table.known[right].zipf < LITTLE) or left.lower() == right.lower():
            return True
        return _is_made_of(self.language.numerals, left + right) or self._is_linked(left + right)

    def _is_linked(self, word: str) -> bool:
        """Return whether a word is two nouns with an s between: Konfiguration|s|einstellungen, not sein Stellungen."""
        if not (self.language.compounds and word.istitle()):
            return False
        known = self.table.known
        places = [at for at in range(SHORTEST, len(word) - LONG_NOUN + 1) if word[at] == "s"]
        halves = [(known[word[:at]], known[word[at + 1 :]]) for at in places]
        return any(first.zipf and second.capital > MIXED and second.zipf >= RARE for first, second in halves)

    def _accepted(
        self, places: list[tuple[float, int]], sure: int, suspects: int, text: Words, word: str
    ) -> list[Split]:
        accepted: list[Split] = []
        for score, at in sorted(places, reverse=True):
            confidence = 1 / (1 + exp(-in_context(score, sure, suspects, len(text.words))))
            if confidence < self.wanted.confidence:
                break
            if confidence >= self._needed(text, word, at, sure) and all(abs(at - other.at) > 1 for other in accepted):
                accepted.append(Split(at, min(LISTED, round(confidence, 3))))
        return sorted(accepted)


def _holding(scored: list[tuple[float, Candidate]]) -> list[tuple[float, int]]:
    """Return the places but for those of two words of three that are unlikely to end where they must: `Vida|un|dra`."""
    likely = {place.at for score, place in scored if score >= LIKELY}
    return [(score, place.at) for score, place in scored if place.ends <= likely]


def _splits_a_name(word: str, at: int) -> bool:
    """Return whether a capital would stand alone that begins a name: `A|seemPrakash`, `saidA|seem`."""
    if not (word[at - 1].isupper() and word[at].islower()) or word[at - 1] == "I":
        return False
    return has_capital_inside(word) if at == 1 else word[at - 2].islower()


def _is_made_of(pieces: Collection[str], word: str) -> bool:
    """Return whether a word is nothing but some of these pieces: settecentoquarantadue."""
    ends = [0]
    for end in range(1, len(word) + 1):
        if any(word[start:end].lower() in pieces for start in ends):
            ends.append(end)
    return ends[-1] == len(word)


def _seen(seen: Mapping[str, int], doubtful: Iterable[str]) -> Counter[str]:
    """Return how often the pieces of these words were seen: of other words it tells nothing."""
    forms = {
        word[start:end] + ending
        for word in doubtful
        for start in range(len(word))
        for end in range(start + 1, len(word) + 1)
        for ending in POSSESSIVE
    }
    return Counter({form: seen[form] for form in forms if form in seen})


def _unmoved(scored: Mapping[str, Scored], split: Mapping[str, Sequence[str]]) -> dict[str, Scored]:
    """Return what these splits do not bear on: neither the words nor their pieces stand in it or beside it."""
    moved = {*split, *chain.from_iterable(split.values())}
    moved.update(part for word in [*moved] for part in re.split("['’]", word) if part)
    if len(moved) > MANY_MOVED:
        return {}
    return {
        word: found
        for word, found in scored.items()
        if word not in split
        and found.suspect.before not in split
        and found.suspect.after not in split
        and not any(other in word for other in moved)
    }


def _suspects(table: WordTable, counts: Mapping[str, int]) -> set[str]:
    if table not in _suspect:
        _suspect[table] = Memo(partial(is_suspect, table))
    if len(_hopeless) > MOST_KEPT:
        _hopeless.clear()
    return set(compress(counts, map(_suspect[table].__getitem__, counts)))


def forget_words() -> None:
    """Forget all that was looked up of words, as a measurement of the first look-ups has to."""
    for table in (*_suspect, open_table(NAMES)):
        table.forget()
    _suspect.clear()
    _hopeless.clear()
    PARTS.clear()


def pieces(word: str, splits: Sequence[Split]) -> list[str]:
    """Return the words that a word is split into.

    >>> pieces("mightnotend", [Split(5, 0.9), Split(8, 0.9)])
    ['might', 'not', 'end']
    """
    return [word[start:end] for start, end in pairwise([0, *(split.at for split in splits), len(word)])]
