"""Words that are never split: brands and names with a capital inside, kept as data in never_split.toml."""

import tomllib
from collections.abc import Collection, Iterable
from functools import cache

from newsclean.lexicon import FOLDER


class NeverSplit:
    """Words to keep whole, and beginnings of names after which a capital is no sign of a second word.

    >>> kept = NeverSplit(["YouTube"], ["Mc"])
    >>> sorted(kept.inside("YouTubewas")), sorted(kept.inside("McDonald")), kept.inside("Moscowsaid")
    ([1, 2, 3, 4, 5, 6], [1, 2], set())
    """

    def __init__(self, words: Iterable[str], beginnings: Iterable[str] = ()) -> None:
        listed = set(words)
        self.words: Collection[str] = frozenset(listed | {word.capitalize() for word in listed if word.islower()})
        self.beginnings: Collection[str] = frozenset(beginnings)

    def inside(self, token: str) -> set[int]:
        """Return the places in a token that lie within a word to keep, at its start or its end."""
        places: set[int] = set()
        for at in range(1, len(token) + 1):
            if token[:at] in self.words:
                places.update(range(1, at))
            if token[at - 1 :] in self.words:
                places.update(range(at, len(token)))
            if token[:at] in self.beginnings and token[at : at + 1].isupper():
                places.update(range(1, at + 1))
        return places


@cache
def shipped(code: str) -> NeverSplit:
    """Return what never_split.toml has for a language.

    >>> "YouTube" in shipped("en").words, "Mc" in shipped("en").beginnings, "La" in shipped("es").beginnings
    (True, True, False)
    """
    groups = tomllib.loads((FOLDER / "never_split.toml").read_text(encoding="utf-8"))
    beginnings = groups.pop("beginnings")
    return NeverSplit(
        (word for group in groups.values() for word in group["words"].split()),
        f"{beginnings['everywhere']} {beginnings.get(code, '')}".split(),
    )
