"""The cheap look at a text that comes first: literals, and patterns that are compiled at their first use.

Most texts show few signs of dirt, and so need few of the patterns that look closer: compiling them all at import would
take longer than cleaning an article.
"""

import re
from collections.abc import Iterable
from typing import cast

# The capitals of the languages that have rule packs, for a character class.
CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİŁŃŅŇŐŒŘŚŞŠŢŤŪŮŰŹŻŽȘȚЀ-Я"


class _Lazy:
    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(*self._source)
        for method in ("finditer", "findall", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what works as `re.compile(pattern, flags)` does, compiled when it is first asked to do anything.

    A pattern that cannot be compiled raises re.error then, not here.

    >>> word = lazy(r"[a-z]+")
    >>> word.findall("one two")
    ['one', 'two']
    """
    return cast("re.Pattern[str]", _Lazy(pattern, flags))


def holds_any(text: str, literals: Iterable[str]) -> bool:
    """Return whether the text holds one of the literals.

    >>> holds_any("a < b", ["{", "<"])
    True
    """
    # A loop, since any() with a generator takes three times as long on a short text.
    for literal in literals:  # noqa: SIM110
        if literal in text:
            return True
    return False
