"""What is known of the words of a language: the word tables, and the languages that have one."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.lexicon.table import TableError, WordTable

__all__ = ["NAMES", "Language", "TableError", "WordTable", "languages", "open_table"]

FOLDER = Path(__file__).parent
NAMES = "names"  # the table that serves all languages


class Language(NamedTuple):
    """A line of languages.toml, which says what each is."""

    code: str
    short: frozenset[str]
    compounds: bool
    beginnings: frozenset[str]
    closing: str
    endings: tuple[str, ...]
    prefixes: frozenset[str]
    suffixes: frozenset[str]
    months: frozenset[str]
    small_months: bool
    units: frozenset[str]
    measures: frozenset[str]
    money: frozenset[str]
    contractions: frozenset[str]
    elisions: frozenset[str]
    articles: frozenset[str]
    enclitics: frozenset[str]
    hosts: tuple[str, ...]
    numerals: frozenset[str]
    clipped: frozenset[str]

    def joins_pronoun(self, word: str, at: int) -> bool:
        """Return whether a word may be a verb and, from `at` on, a pronoun that the language joins to it.

        >>> languages()["es"].joins_pronoun("garantizarlas", 10), languages()["es"].joins_pronoun("casalas", 4)
        (True, False)
        """
        return word[at:] in self.enclitics and word[:at].endswith(self.hosts)


_AS_WRITTEN = frozenset({"compounds", "closing", "small_months"})  # the others are lists of words,
_AS_ENDINGS = frozenset({"endings", "hosts"})  # or of how words end


@cache
def languages() -> dict[str, Language]:
    """Return the languages that have a word table, by ISO 639-1 code.

    >>> list(languages())
    ['en', 'es', 'fr', 'de', 'pt', 'it']
    """
    tables = tomllib.loads((FOLDER / "languages.toml").read_text(encoding="utf-8"))
    return {
        code: Language(code, **{key: _value(key, value) for key, value in table.items()})
        for code, table in tables.items()
    }


def _value(key: str, value: Any) -> Any:
    if key in _AS_WRITTEN:
        return value
    return tuple(value.split()) if key in _AS_ENDINGS else frozenset(value.split())


@cache
def open_table(code: str) -> WordTable:
    """Return a language's table, mapped into memory at its first use.

    Raises KeyError for a language that has none.
    """
    if code not in languages() and code != NAMES:
        raise KeyError(code)
    return WordTable.open(FOLDER / f"{code}.words")
