"""Finding the phrases of rules in a text: by a dictionary of their beginnings and one of their ends.

What a lookup costs hangs on the few phrases that share a key, not on how many phrases there are.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from newsclean.patterns import lazy
from newsclean.rules import Rule

KEY = 6  # letters of a phrase that a dictionary is keyed by; a shorter phrase is keyed by all it has

_AT_ENDS = frozenset({"line-end", "anywhere"})  # where a rule's phrases may stand behind something

R = TypeVar("R", bound=Rule)

# One character for each, so that offsets stay: lower case is left to str.lower, which would make two of İ.
_FOLDS: Mapping[str, str] = {
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
    ),
    **dict.fromkeys("‐‑‒–—―−－﹣", "-"),
    **dict.fromkeys("’‘‚‛ʼ´`′＇", "'"),
    **dict.fromkeys("“”„‟″＂", '"'),
    **dict.fromkeys("：∶﹕ː", ":"),
    **dict.fromkeys("｜¦│", "|"),
    **dict.fromkeys("İı", "i"),
    "ⓒ": "©",
}
_FOLDED = lazy(f"[{''.join(map(re.escape, _FOLDS))}]")


def _plain(match: re.Match[str]) -> str:
    return _FOLDS[match[0]]


def fold(text: str) -> str:
    r"""Return the text in small letters, with one form of space, dash, quote and colon, every character in its place.

    >>> fold("DON’T\u00a0MISS：")
    "don't miss:"
    """
    # Nearly all that is asked for is ASCII, where lower case alone does, at a tenth of the cost.
    return text.lower().replace("\t", " ") if text.isascii() else _FOLDED.sub(_plain, text).lower()


_OTHER_SCRIPT = lazy("[\u0370-\u1dff\u2e80-\ua71f\ua800-\uffef]")
# High bytes of characters: those of Latin letters, signs and emoji alone, and those that other scripts share with them.
_LATIN_ROWS = bytes((0, 1, 2, 0x1E, 0x1F, *range(0x20, 0x2E), *range(0xD8, 0xE0)))
_SHARED_ROWS = bytes((3, 0x2E, 0xA7, 0xFF))


def is_latin(text: str) -> bool:
    """Return whether a text has no letter of another script than the Latin one.

    >>> is_latin("Đọc thêm – “déjà vu”"), is_latin("Читайте")
    (True, False)
    """
    if text.isascii():
        return True
    # A search through a text takes three times as long as this, and its pattern milliseconds to compile.
    rows = _other_rows(text[:200]) or _other_rows(text)
    return not rows or (not rows.translate(None, _SHARED_ROWS) and not _OTHER_SCRIPT.search(text))


def _other_rows(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")[1::2].translate(None, _LATIN_ROWS)


def is_letter(sign: str) -> bool:
    r"""Return whether a character is part of a word: a letter, a digit, or a mark upon one, as Hindi has many.

    >>> is_letter("a"), is_letter("\u0902"), is_letter("-")
    (True, True, False)
    """
    return sign.isalnum() or (sign >= "\u0300" and unicodedata.category(sign)[0] == "M")


def _longest_first(pair: tuple[str, object]) -> int:
    return -len(pair[0])


class Found(NamedTuple, Generic[R]):
    """A phrase of `rule` at `[start, end)`."""

    rule: R
    start: int
    end: int

    def ends_word(self, text: str) -> bool:
        """Return whether the phrase does not end within a word of the text."""
        return self.end >= len(text) or not (is_letter(text[self.end - 1]) and is_letter(text[self.end]))


class Keys:
    """What phrases begin with: `KEY` characters, or all of a shorter phrase.

    >>> keys = Keys(["more", "read m"])
    >>> keys.holds("more o"), keys.holds("read m"), keys.holds("mo"), keys.holds("reader")
    (True, True, False, False)
    """

    def __init__(self, keys: Iterable[str]) -> None:
        everything = set(keys)
        self._keys = frozenset(key for key in everything if len(key) == KEY)
        self._short = tuple(everything - self._keys)
        self._short_openings = frozenset(key[:1] for key in self._short if len(key) == 1)
        self._short_openings |= frozenset(key[:2] for key in self._short if len(key) > 1)

    def holds(self, opening: str) -> bool:
        """Return whether the first `KEY` characters of a text begin with one of these."""
        # The short ones are few: one look at two letters rules them out.
        return opening in self._keys or (
            (opening[:2] in self._short_openings or opening[:1] in self._short_openings)
            and opening.startswith(self._short)
        )


class Phrases(Generic[R]):
    r"""The phrases of some rules, to be found in a text: case-folded, with any kind of space, dash, quote and colon.

    >>> from newsclean.rules import Trailer
    >>> words = {"phrases": ("Read more",), "removes": ("Read more",), "keeps": ("Read more books",)}
    >>> rule = Trailer(pack="en", id="more", why="A link.", match="anywhere", **words)
    >>> phrases = Phrases([rule])
    >>> [(found.start, found.end) for found in phrases.starting_at("READ\xa0MORE: Storm", 0)]
    [(0, 9)]
    >>> [(found.start, found.end) for found in phrases.ending_at("It ended. Read more:", 19)]
    [(10, 19)]
    """

    def __init__(self, rules: Iterable[R]) -> None:
        self._fill(self.pairs(rules))

    @classmethod
    def of_folded(cls, phrases: Iterable[tuple[str, R]]) -> "Phrases[R]":
        """Return the same of phrases that are folded already, in the order of `pairs`."""
        made = cls([])
        made._fill(phrases)
        return made

    @staticmethod
    def pairs(rules: Iterable[R]) -> list[tuple[str, R]]:
        """Return the phrases of rules, folded, the longest first."""
        return sorted(((fold(phrase), rule) for rule in rules for phrase in rule.phrases), key=_longest_first)

    def _fill(self, phrases: Iterable[tuple[str, R]]) -> None:
        self._starts: dict[str, list[tuple[str, R]]] = defaultdict(list)
        self._ends: dict[str, list[tuple[str, R]]] = defaultdict(list)
        for phrase, rule in phrases:
            self._starts[phrase[:KEY]].append((phrase, rule))
            if rule.match in _AT_ENDS:
                self._ends[phrase[-KEY:]].append((phrase, rule))
        self._lengths = sorted({len(key) for key in self._starts}, reverse=True)
        self._end_lengths = sorted({len(key) for key in self._ends}, reverse=True)
        # Nearly every place that is asked about differs in the first letters: one look tells.
        self._openings = Keys(self._starts)
        self._closings = Keys(key[::-1] for key in self._ends)

    def starting_at(self, text: str, start: int) -> list[Found[R]]:
        """Return the phrases that begin at `start`, the longest first."""
        key = fold(text[start : start + KEY])
        if not self._openings.holds(key):
            return []
        return [
            Found(rule, start, start + len(phrase))
            for length in self._lengths
            if key[:length] in self._starts and length <= len(key)
            for phrase, rule in self._starts[key[:length]]
            if fold(text[start : start + len(phrase)]) == phrase
        ]

    def ending_at(self, text: str, end: int) -> list[Found[R]]:
        """Return the phrases that end at `end`, the longest first, of rules that have some behind other text."""
        key = fold(text[max(0, end - KEY) : end])
        if not self._closings.holds(key[::-1]):
            return []
        return [
            Found(rule, end - len(phrase), end)
            for length in self._end_lengths
            if key[-length:] in self._ends and length <= len(key)
            for phrase, rule in self._ends[key[-length:]]
            if fold(text[max(0, end - len(phrase)) : end]) == phrase
        ]
