"""Builds the word tables: `python -m newsclean.lexicon.build [CODE]... [names]`.

The packages whose data they are made of (pip install "newsclean[build]") are needed to build a table, never to read
one; sources.py reads them. The same data give the same bytes. A table of a language holds how common each word is, how
it is written and whether dictionaries have it, and what the list of words says of their parts: which endings and
beginnings words take, and which letters stand next to each other, so that a name that no list has can be told from
two words. The table `names` serves all languages: parts of people's names, and words with a capital inside.
"""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import log2

from newsclean.lexicon import FOLDER, NAMES, languages, sources
from newsclean.lexicon.table import (
    BEGINNING,
    CAMEL,
    CAPITALS,
    DICTIONARY,
    ENDING,
    GIVEN,
    LETTERS,
    PAIR,
    PAIR_STEPS,
    SURNAME,
    TYPE_STEPS,
    WORD,
    ZIPF_STEPS,
    table_bytes,
)

AFFIX = 8  # the longest ending or beginning that is counted, in letters
STEM = 3  # the shortest word that an ending or a beginning may leave
RARE_STEM = 1.5  # a stem must be at least this common (Zipf)
FEW_TYPES = 5  # endings, beginnings and letters of fewer types are left out
COMMON = 5.0  # both halves of a word that is glue are at least this common (Zipf)
HALF = 4.2  # both halves of a word that only dictionaries have are at least this common, or else it is left out
TOGETHER = 0.7  # words that stand together by a smaller power of ten than this are no pair
PLACE = 2 * PAIR_STEPS  # how much the two words of the name of a place stand together
SHARES = (0.05, 0.2, 0.5, 0.8, 0.95)  # of a word's occurrences, those with a capital: the steps from 1 to 6


def main(names: Iterable[str]) -> None:
    """Write these tables, all of them where none is named."""
    for name in names or [*languages(), NAMES]:
        data = names_table() if name == NAMES else language_table(name)
        path = FOLDER / f"{name}.words"
        path.write_bytes(data)
        sys.stdout.write(f"{path.name}: {len(data) / 1e6:.1f} MB\n")


def language_table(code: str) -> bytes:
    """Return the table of a language."""
    dictionary = sources.dictionary(code)
    values, besides = table_values(sources.frequencies(code), dictionary, sources.cases(code, dictionary))
    pairs = {PAIR + pair: _byte(power * PAIR_STEPS) for pair, power in sources.pairs(code).items() if power >= TOGETHER}
    return table_bytes(values | pairs, besides)


def names_table() -> bytes:
    """Return the table that serves all languages."""
    given, surnames = sources.given_names(), sources.surnames()
    camel, places = sources.camel_words(), sources.places()
    kinds = ((GIVEN, given), (SURNAME, surnames), (CAMEL, camel), (PAIR, places))
    return table_bytes({kind + word: PLACE for kind, words in kinds for word in words})


def table_values(
    zipf: Mapping[str, float], dictionary: Collection[str], cases: Mapping[str, tuple[float, float, float]]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the keys and bytes of a table, and what is known of words besides.

    `zipf` is how common the words of a language are, in small letters; `dictionary` the words that dictionaries have,
    as they write them; `cases` how often a word is written small, with a capital, and in capitals, in any unit.

    >>> zipf = {"storm": 4.5, "storms": 4.0, "the": 7.7, "in": 7.3, "inthe": 2.7}
    >>> values, besides = table_values(zipf, {"storm", "Storms"}, {"storm": (0.9, 0.1, 0.0)})
    >>> values["storm"], "inthe" in values, besides
    (135, False, {'storm': 10, 'storms': 14})
    """
    known = {word.lower() for word in dictionary}
    names = {word for word, (small, title, _) in cases.items() if title > small}
    glue = {word for word in zipf if is_glue(word, zipf)}
    real = known | names  # a name like Ina is not "in a"
    words = {word: value for word, value in zipf.items() if word in real or word not in glue}
    words |= {word: 1 / ZIPF_STEPS for word in known - words.keys() if _looks_like_two(word, zipf)}
    values = {WORD + word: _byte(value * ZIPF_STEPS) for word, value in words.items()}
    for kind, types in ((ENDING, _endings(words)), (BEGINNING, _beginnings(words)), (LETTERS, _letters(words))):
        values |= {kind + key: _byte(log2(count) * TYPE_STEPS) for key, count in types.items() if count >= FEW_TYPES}
    sure = known - glue
    # Dictionaries have odd words, like "forthe" and "touse", that are glue wherever they stand in a text.
    besides = {word: capital(word, cases, dictionary) | DICTIONARY * (word in sure) for word in words}
    return values, {word: bits for word, bits in besides.items() if bits}


def capital(word: str, cases: Mapping[str, tuple[float, float, float]], dictionary: Collection[str]) -> int:
    """Return how a word is written: 0 not known, 1 (never with a capital) to 6 (always), 7 in capitals throughout.

    What counts says counts; where there is no count, a dictionary's spelling does.

    >>> cases = {"haus": (0.02, 0.98, 0.0), "tv": (0.1, 0.1, 0.8)}
    >>> [capital(word, cases, {"Lärm", "leise"}) for word in ("haus", "tv", "lärm", "leise", "xyz")]
    [6, 7, 6, 1, 0]
    """
    small, title, capitals = cases.get(word, (0.0, 0.0, 0.0))
    if capitals > small + title:
        return CAPITALS
    if small + title:
        return 1 + sum(title / (small + title) >= share for share in SHARES)
    if word in dictionary:
        return 1
    return len(SHARES) + 1 if word.capitalize() in dictionary else 0


def is_glue(word: str, zipf: Mapping[str, float]) -> bool:
    """Return whether a word of the list is itself two words that lost their space, like "ofthe".

    A space is lost about once in a thousand times: a word that is rarer than that next to two common words that stand
    side by side is no word.

    >>> is_glue("inthe", {"in": 7.3, "the": 7.7, "inthe": 2.7}), is_glue("into", {"in": 7.3, "to": 7.4, "into": 6.3})
    (True, False)
    """
    if "'" in word:
        return False
    limit = zipf[word] + 9 + 2.2
    halves = ((zipf.get(word[:at], 0), zipf.get(word[at:], 0)) for at in range(1, len(word)))
    return any(left > COMMON and right > COMMON and left + right > limit for left, right in halves)


def _looks_like_two(word: str, zipf: Mapping[str, float]) -> bool:
    return any(zipf.get(word[:at], 0) >= HALF and zipf.get(word[at:], 0) >= HALF for at in range(2, len(word) - 1))


def _endings(words: Mapping[str, float]) -> Counter[str]:
    types: Counter[str] = Counter()
    for word in words:
        starts = range(max(STEM, len(word) - AFFIX), len(word))
        types.update(word[at:] for at in starts if words.get(word[:at], 0) >= RARE_STEM)
    return types


def _beginnings(words: Mapping[str, float]) -> Counter[str]:
    types: Counter[str] = Counter()
    for word in words:
        stops = range(1, min(AFFIX, len(word) - STEM) + 1)
        types.update(word[:at] for at in stops if words.get(word[at:], 0) >= RARE_STEM)
    return types


def _letters(words: Mapping[str, float]) -> Counter[str]:
    types: Counter[str] = Counter()
    for word in words:
        framed = f"^{word}$"
        types.update({framed[at : at + 4] for at in range(len(framed) - 3)})
    return types


def _byte(value: float) -> int:
    return min(255, max(1, round(value)))


if __name__ == "__main__":
    main(sys.argv[1:])
