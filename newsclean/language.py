"""The language of a text, guessed from its script and its most common words: cheap, and silent when unsure."""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from newsclean.patterns import lazy

SAMPLE = 700  # characters looked at, at the beginning, in the middle and at the end

# How many characters each look takes, what share of the words one language must have, and by how much it must lead.
_LOOKS = ((200, 0.2, 2.0), (SAMPLE, 0.08, 1.1))

FEWEST_STRANGE = 2  # words, no letters, of another language alone that a text needs: a headline has S, N and "to"

_TABLE = Path(__file__).parent / "languages.toml"

_WORD = re.compile(r"[^\W\d_]++")

# Ranges of code points that one language has to itself, or nearly so.
_SCRIPTS = {
    "ja": r"\u3040-\u30ff",
    "ko": r"\uac00-\ud7af\u1100-\u11ff",
    "zh": r"\u3400-\u4dbf\u4e00-\u9fff",
    "el": r"\u0370-\u03ff",
    "he": r"\u0590-\u05ff",
    "hi": r"\u0900-\u097f",
    "bn": r"\u0980-\u09ff",
    "ta": r"\u0b80-\u0bff",
    "th": r"\u0e00-\u0e7f",
    "ka": r"\u10a0-\u10ff",
    "hy": r"\u0530-\u058f",
}

_ANY_SCRIPT = lazy(f"[{''.join(_SCRIPTS.values())}]")


@cache
def _function_words() -> dict[str, list[str]]:
    """Return the languages that each word is common in."""
    tables = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    languages: dict[str, list[str]] = {}
    for code, table in tables.items():
        for word in table["function_words"].split():
            languages.setdefault(word, []).append(code)
    return languages


def guess_language(text: str) -> str | None:
    """Return an ISO 639-1 code, or None where the text shows too little of any language that is known.

    >>> guess_language("The talks in the capital are to go on until the end of the week.")
    'en'
    >>> guess_language("Las conversaciones en la capital seguirán hasta el fin de la semana.")
    'es'
    >>> guess_language("会談は週末まで続く見通しだ。"), guess_language("3-1 0-0 2-2")
    ('ja', None)
    """
    for characters, share, lead in _LOOKS:
        if language := _guess(_sample(text, characters), share, lead):
            return language
    return None


def reads_as_another(text: str, language: str) -> bool:
    """Return whether the function words of another language are twice as many in a text as those of this one.

    >>> reads_as_another("Ana Salas es editora de mapas náuticos.", "en")
    True
    >>> reads_as_another("The ferry to La Palma is late.", "en"), reads_as_another("S Korea's boost to economy", "en")
    (False, False)
    """
    words = _WORD.findall(text.lower())
    counts = _function_word_counts(words)
    least = 2 * max(counts.get(language, 0), 1)
    if max(counts.values(), default=0) < least:
        return False
    languages = _function_words()
    strange = _function_word_counts(
        list({word for word in words if len(word) > 1 and language not in languages.get(word, ())})
    )
    return any(count >= least and strange.get(code, 0) >= FEWEST_STRANGE for code, count in counts.items())


def _guess(sample: str, share: float, lead: float) -> str | None:
    words = sample.lower().split() if sample.isascii() else _WORD.findall(sample.lower())
    if not words:
        return None
    if not sample.isascii() and _ANY_SCRIPT.search(sample):
        letters = sum(map(len, words))
        for code, ranges in _SCRIPTS.items():
            # Japanese mixes kana with Chinese characters: a tenth of kana tells it from Chinese.
            if len(re.findall(f"[{ranges}]", sample)) > letters * (0.1 if code == "ja" else 0.4):
                return code
    return _by_function_words(words, share, lead)


def _sample(text: str, characters: int) -> str:
    if len(text) <= 3 * characters:
        return text
    middle = len(text) // 2
    return " ".join([text[:characters], text[middle : middle + characters], text[-characters:]])


def _by_function_words(words: list[str], share: float, lead: float) -> str | None:
    counts = _function_word_counts(words)
    (most, best), (second, _) = sorted([(0, ""), (0, ""), *((times, code) for code, times in counts.items())])[:-3:-1]
    if most < 2 or most < len(words) * share or most < second * lead:
        return None
    return best


def _function_word_counts(words: list[str]) -> dict[str, int]:
    languages = _function_words()
    found = Counter(filter(languages.__contains__, words))
    counts: dict[str, int] = {}
    for word, times in found.items():
        for code in languages[word]:
            counts[code] = counts.get(code, 0) + times
    return counts
