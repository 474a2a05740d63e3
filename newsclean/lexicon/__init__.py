"""What is known of the words of a language: the word tables, and the languages that have one."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from newsclean.lexicon.table import TableError, WordTable

__all__ = ["Language", "TableError", "WordTable", "languages", "open_table"]

FOLDER = Path(__file__).parent


class Language(NamedTuple):
    """A line of languages.toml: one-letter words, and whether new words are formed by joining others."""

    code: str
    short: frozenset[str]
    compounds: bool


@cache
def languages() -> dict[str, Language]:
    """Return the languages that have a word table, by ISO 639-1 code.

    >>> list(languages())
    ['en', 'es', 'fr', 'de', 'pt', 'it']
    """
    tables = tomllib.loads((FOLDER / "languages.toml").read_text(encoding="utf-8"))
    return {
        code: Language(code, frozenset(table["short"].split()), table["compounds"]) for code, table in tables.items()
    }


@cache
def open_table(code: str) -> WordTable:
    """Return a language's table, mapped into memory at its first use.

    Raises KeyError for a language that has none.
    """
    if code not in languages():
        raise KeyError(code)
    return WordTable.open(FOLDER / f"{code}.words")
