"""Words that are never split and words that always are: the lists that the package ships, and a user's own."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from itertools import accumulate

from newsclean.lexicon import FOLDER

ENDINGS = ("", "s", "'s", "’s")  # of a word to keep, the plural and the possessive


class NeverSplit:
    """Words to keep whole, and beginnings of names after which a capital is no sign of a second word.

    >>> kept = NeverSplit(["YouTube"], ["Mc"])
    >>> "YouTube's" in kept, "YouTubes" in kept, "YouTubess" in kept, "Youtube" in kept
    (True, True, False, False)
    >>> sorted(kept.beginning("McDonald")), kept.beginning("Mclaren")
    ([1, 2], [])
    """

    def __init__(self, words: Iterable[str], beginnings: Iterable[str] = ()) -> None:
        listed = set(words)
        self.words = frozenset(listed | {word.capitalize() for word in listed if word.islower()})
        self.beginnings = frozenset(beginnings)

    def __contains__(self, word: str) -> bool:
        if word.endswith("ss"):
            return word in self.words  # nothing has two plurals: DeSantisseine
        return any(word.removesuffix(ending) in self.words for ending in ENDINGS if word.endswith(ending))

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        return {word.lower(): word for word in sorted(self.words, reverse=True)}

    def spelling(self, word: str) -> str | None:
        """Return how a word is spelled that is given in small letters, if it is one to keep.

        >>> NeverSplit(["YouTube"]).spelling("youtubes"), NeverSplit(["YouTube"]).spelling("tubes")
        ('YouTubes', None)
        """
        for ending in ENDINGS:
            if word.endswith(ending) and (found := self._spellings.get(word.removesuffix(ending))):
                return found + word[len(found) :]
        return None

    def beginning(self, word: str) -> list[int]:
        """Return the places up to the capital that follows the beginning of a name, if the word has one."""
        for at in range(2, 5):
            if word[:at] in self.beginnings and word[at : at + 1].isupper():
                return list(range(1, at + 1))
        return []


@cache
def never_split(code: str, more: frozenset[str] = frozenset()) -> NeverSplit:
    """Return the words that are never split in a language: those that the package ships, and more.

    >>> "YouTube" in never_split("en"), "zephyrcast" in never_split("en", frozenset({"zephyrcast"}))
    (True, True)
    """
    from newsclean.lexicon import languages

    return NeverSplit(_shipped_words() | more, languages()[code].beginnings)


@cache
def always_split(code: str, more: frozenset[str] = frozenset()) -> Mapping[str, tuple[int, ...]]:
    """Return the words that are always split in a language, each with its places, with a capital or ’ too.

    `more` are a user's own, as they come out: "of the".

    >>> always_split("en", frozenset({"on a par"}))["onapar"], always_split("en")["Idon’t"]
    ((2, 3), (1,))
    """
    shipped = tomllib.loads((FOLDER / "always_split.toml").read_text(encoding="utf-8"))
    listed = [words.split() for words in [*shipped.get(code, "").split(","), *sorted(more)]]
    found = {"".join(words): tuple(accumulate(map(len, words[:-1]))) for words in listed if len(words) > 1}
    found |= {word[0].upper() + word[1:]: places for word, places in found.items()}
    return found | {word.replace("'", "’"): places for word, places in found.items()}


@cache
def _shipped_words() -> frozenset[str]:
    lines = (FOLDER / "never_split.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def mark_lists() -> Mapping[str, frozenset[str]]:
    """Return what stands beside a full stop without being the end of a sentence, by kind.

    >>> "com" in mark_lists()["name_endings"], "dr" in mark_lists()["titles"], "st" in mark_lists()["abbreviations"]
    (True, True, True)
    """
    lists = tomllib.loads((FOLDER / "marks.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in lists.items()}
