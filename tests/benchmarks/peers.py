"""The glue repair of newsclean beside that of its peers, on the same texts, damaged in the same places.

Every method is held to inserting spaces, so that a place is an offset into the text without its white space. The
peers are made for strings without spaces, and split most names in prose; they are shown here as one would use them on
prose: on words alone that their own word list does not know, or that have a capital after a small letter, each such
word once a text.
"""

import random
import re
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from newsclean import Pipeline
from tests.benchmarks.readme import table

Repair = Callable[[str], str]

Mode = Literal["strict", "normal", "eager"]
MODES: Sequence[Mode] = ("strict", "normal", "eager")

MOST_TEXTS = 200  # the slowest method has to be done in a minute or so
CHARACTERS = 400  # one place more is lost for so many of a paragraph

HEADINGS = ("method", "precision", "recall", "f1", "false splits per 100,000 clean words", "MB/s")

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# What a peer is asked about. The "wouldn" of "wouldn't" is in no word list.
_TOKEN = re.compile(r"[^\W\d_]{4,}+(?!['’]t\b)")


# The damage.


def _is_name(paragraph: str, word: re.Match[str]) -> bool:
    """Whether a word is capitalised, and not because a sentence begins with it."""
    before = paragraph[max(0, word.start() - 2) : word.start()]
    inside = before.endswith(" ") and (before[0].isalnum() or before[0] in ",;")
    return inside and len(word[0]) > 1 and word[0][0].isupper()


# Whether a space between two words is one that is lost in this kind of damage.
KINDS: Mapping[str, Callable[[str, re.Match[str], re.Match[str]], bool]] = {
    "at an edge of a name": lambda paragraph, left, right: _is_name(paragraph, left) != _is_name(paragraph, right),
    "between any two words": lambda *_: True,
    "between a small letter and a capital": lambda _, left, right: left[0][-1].islower() and right[0][0].isupper(),
}


def damaged(text: str, kind: str, seed: int) -> str:
    """The text without one space a paragraph, and without one more for every 400 characters of it.

    >>> damaged("It is in Moscow", "between a small letter and a capital", seed=0)
    'It is inMoscow'
    """
    chance = random.Random(seed)  # noqa: S311
    return "\n".join(_damaged(paragraph, kind, chance) for paragraph in text.split("\n"))


def _damaged(paragraph: str, kind: str, chance: random.Random) -> str:
    places = [
        left.end()
        for left, right in pairwise(_WORD.finditer(paragraph))
        if paragraph[left.end() : right.start()] == " " and KINDS[kind](paragraph, left, right)
    ]
    lost = chance.sample(places, min(len(places), 1 + len(paragraph) // CHARACTERS))
    for place in sorted(lost, reverse=True):
        paragraph = paragraph[:place] + paragraph[place + 1 :]
    return paragraph


# The score.


class Score(NamedTuple):
    """Places: how many were lost, how many spaces were inserted, and how many of those at lost places."""

    lost: int = 0
    inserted: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.inserted if self.inserted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.lost if self.lost else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.lost + self.inserted) if self.lost + self.inserted else 0.0


def breaks(text: str) -> frozenset[int]:
    """Where white space stands, as offsets into the text without it.

    >>> sorted(breaks("one of us"))
    [3, 5]
    """
    return frozenset(accumulate(map(len, text.split()[:-1])))


def score(clean: str, given: str, repaired: str) -> Score:
    """What a repair of the text as it was given did, held against the clean text.

    Raises ValueError where the repair did something else than insert spaces.
    """
    there, now = breaks(given), breaks(repaired)
    if "".join(repaired.split()) != "".join(given.split()) or not there <= now:
        raise ValueError(f"more than spaces inserted: {given!r} became {repaired!r}")
    lost, inserted = breaks(clean) - there, now - there
    return Score(len(lost), len(inserted), len(lost & inserted))


def total(scores: Iterable[Score]) -> Score:
    return Score(*map(sum, zip(*scores, strict=True)))


# The methods.


def newsclean_in(mode: Mode) -> Repair:
    pipeline = Pipeline(select=["glued_words"], language="en", glue=mode)
    return lambda text: pipeline.run(text).text


def repair_with(split: Callable[[str], Iterable[str]], known: Container[str]) -> Repair:
    """A repair of prose by a function that splits a string without spaces: its breaks, for the words not known to it.

    >>> repair_with(lambda token: ["two", "words"], {"words"})("Twowords, words, Three")
    'Two words, words, Three'
    """

    def spaced(token: str) -> str:
        if token.lower() in known and not _has_inner_capital(token):
            return token
        pieces = list(split(token))
        if len("".join(pieces)) != len(token) or "".join(pieces).lower() != token.lower():
            return token
        ends = [0, *accumulate(map(len, pieces))]
        return " ".join(token[start:end] for start, end in pairwise(ends))

    def repair(text: str) -> str:
        once = cache(spaced)
        return _TOKEN.sub(lambda match: once(match[0]), text)

    return repair


def _has_inner_capital(token: str) -> bool:
    return any(left.islower() and right.isupper() for left, right in pairwise(token))


def _wordninja() -> Repair:
    from wordninja import DEFAULT_LANGUAGE_MODEL as MODEL

    return repair_with(MODEL.split, MODEL._wordcost)


def _wordninja_enhanced() -> Repair:
    from wordninja_enhanced.wordninja import DEFAULT_LANGUAGE_MODEL as MODEL

    return repair_with(MODEL.split, MODEL._wordcost)


def _wordsegment() -> Repair:
    import wordsegment

    wordsegment.load()
    return repair_with(wordsegment.segment, wordsegment.UNIGRAMS)


def _symspellpy() -> Repair:
    from symspellpy import SymSpell

    # With a distance of 0 it is many times faster and splits twice as many words that are whole: here a name that is
    # close to a word is "corrected", which is no split. A distance of 2 changes little more, and is slower still.
    distance = 1
    speller = SymSpell(max_dictionary_edit_distance=distance)
    data = files("symspellpy")
    speller.load_dictionary(str(data / "frequency_dictionary_en_82_765.txt"), 0, 1)
    speller.load_bigram_dictionary(str(data / "frequency_bigramdictionary_en_243_342.txt"), 0, 2)
    return repair_with(lambda token: speller.lookup_compound(token, distance)[0].term.split(), speller.words)


# By the names under which they are installed.
PEERS: Mapping[str, Callable[[], Repair]] = {
    "wordninja": _wordninja,
    "wordninja-enhanced": _wordninja_enhanced,
    "wordsegment": _wordsegment,
    "symspellpy": _symspellpy,
}


def methods() -> Iterator[tuple[str, Repair]]:
    """Yield the peers that are installed, then newsclean in each mode; say what would install the others."""
    missing = []
    for name, make in PEERS.items():
        try:
            yield f"{name} {version(name)}", make()
        except ModuleNotFoundError:  # PackageNotFoundError is one, too
            missing.append(name)
    if missing:
        print(f"left out, not being installed: pip install {' '.join(missing)}")
    for mode in MODES:
        yield f"newsclean, {mode}", newsclean_in(mode)


# The table.


def peers(texts: Sequence[str]) -> str:
    """Measure every method on the first texts, and return the table with a line that says on what it was measured."""
    texts = texts[:MOST_TEXTS]
    given = [(text, damaged(text, kind, seed)) for seed, text in enumerate(texts) for kind in KINDS]
    words = sum(len(_WORD.findall(text)) for text in texts)
    rows = [_row(name, repair, texts, given, words) for name, repair in methods()]
    lost = total(score(*pair, pair[1]) for pair in given).lost
    on = (
        f"On {len(texts):,} English texts of {words:,} words, which lost {lost:,} spaces: one a paragraph and one more "
        f"for every {CHARACTERS} characters, {', '.join(KINDS)}."
    )
    return f"{table([HEADINGS, *rows])}\n\n{on}\n"


def _row(
    name: str, repair: Repair, texts: Sequence[str], given: Sequence[tuple[str, str]], words: int
) -> tuple[str, ...]:
    repair(texts[0])  # what is loaded at first use is not counted
    # Time of the processor, since each method runs just once and the machine may be busy.
    start = time.process_time()
    kept = [repair(text) for text in texts]
    repaired = [repair(broken) for _, broken in given]
    seconds = time.process_time() - start
    size = sum(len(text.encode()) for text in [*texts, *(broken for _, broken in given)]) / 1e6
    false = total(score(text, text, after) for text, after in zip(texts, kept, strict=True)).inserted
    found = total(score(*pair, after) for pair, after in zip(given, repaired, strict=True))
    shares = (f"{share:.3f}" for share in (found.precision, found.recall, found.f1))
    return (name, *shares, f"{false / words * 100_000:.0f}", f"{size / seconds:.1f}")
