"""Builds the word tables from wordfreq's lists: `python -m newsclean.lexicon.build [CODE]...`.

wordfreq (pip install "newsclean[build]") is needed to build a table, never to read one. The same lists give the same
bytes. A table holds, besides the words, what the list says of their parts: which endings and beginnings words take,
and which letters stand next to each other, so that a name that no list has can be told from two words.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log2, log10

from newsclean.lexicon import FOLDER, languages
from newsclean.lexicon.splits import WORD as TOKEN
from newsclean.lexicon.table import BEGINNING, ENDING, LETTERS, TYPE_STEPS, WORD, ZIPF_STEPS, table_bytes

AFFIX = 8  # the longest ending or beginning that is counted, in letters
STEM = 3  # the shortest word that an ending or a beginning may leave
RARE_STEM = 1.5  # a stem must be at least this common (Zipf)
FEW_TYPES = 4  # endings, beginnings and letters of fewer types are left out
DOUBTFUL = 2.5  # a word that looks like two is held to be no more common (Zipf) than the words that are looked at


def main(codes: Iterable[str]) -> None:
    """Write the tables of these languages, of all of them where none is named."""
    for code in codes or languages():
        values = table_values(wordfreq_list(code))
        path = FOLDER / f"{code}.words"
        path.write_bytes(table_bytes(values))
        sys.stdout.write(f"{path.name}: {len(values)} keys, {path.stat().st_size / 1e6:.1f} MB\n")


def wordfreq_list(code: str) -> dict[str, float]:
    """Return the Zipf frequency of every word of wordfreq's larger list of a language."""
    from wordfreq import get_frequency_dict

    found = get_frequency_dict(code, "best")
    return {word: log10(share) + 9 for word, share in found.items() if TOKEN.fullmatch(word)}


def table_values(zipf: Mapping[str, float]) -> dict[str, int]:
    """Return the keys and bytes of a table, from the Zipf frequencies of a language's words.

    >>> values = table_values({"storm": 4.5, "storms": 4.0, "the": 7.7, "in": 7.3, "inthe": 2.7})
    >>> values["storm"], values["inthe"]
    (135, 75)
    """
    words = {word: min(value, DOUBTFUL) if is_glue(word, zipf) else value for word, value in zipf.items()}
    values = {WORD + word: _byte(value * ZIPF_STEPS) for word, value in words.items()}
    for kind, types in ((ENDING, _endings(words)), (BEGINNING, _beginnings(words)), (LETTERS, _letters(words))):
        values |= {kind + key: _byte(log2(count) * TYPE_STEPS) for key, count in types.items() if count >= FEW_TYPES}
    return values


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
    halves = ((word[:at], word[at:]) for at in range(1, len(word)))
    return any(
        left in zipf and right in zipf and zipf[left] > 5 and zipf[right] > 5 and zipf[left] + zipf[right] > limit
        for left, right in halves
    )


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
