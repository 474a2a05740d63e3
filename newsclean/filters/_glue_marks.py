"""Places beside marks, digits and addresses where a space is missing: `word.Next`, `said,"We`, `3May`, `2mto`.

Rules, each as sure as its confidence says; what none of them is sure of is left alone: domains, initials,
abbreviations, file names, times, scores, ratios, words with an ending in brackets, gendered endings after a colon.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import compress
from typing import NamedTuple

from newsclean.edits import Edit
from newsclean.lexicon import Language, WordTable
from newsclean.lexicon.splits import LONGEST, WORD, has_capital_inside
from newsclean.lexicon.word_lists import mark_lists
from newsclean.patterns import holds_any, lazy

NEAR = 100  # characters that are looked at around a place
SHORT_NUMBER = 12  # characters of a price that are looked at
SHORT_WORD = 2  # letters; a shorter word is looked up among those that a language has

# How common (Zipf) a word must be to be taken for one: at all, without more evidence, behind a word with a capital,
# where what stands before it is in doubt, where it may be part of a name, and where only words like "in" will do.
KNOWN, FAMILIAR, NAME, COMMON, VERY_COMMON, FUNCTION = 0.1, 3.0, 3.7, 4.3, 5.5, 6.2

# How sure a rule is: of what can be nothing else, of what nothing else was seen to be, and of what may be a name.
CERTAIN, SURE, LIKELY, SOMEWHAT, DOUBTFUL, NO = 0.99, 0.97, 0.95, 0.9, 0.8, 0.0
FEW_COMMAS = 3  # a chunk with as many commas is a list of keywords or of values

# What follows most marks is a space, so that this is asked first.
MARK = lazy(r"[.!?,;:)”»“«\"](?! )(?:(?<=[^\s(\[{“„«\"'‘].)|(?<=[\w.!?]'[,:]))[\"”»’)“]{0,3}(?=[^\W\d_])")
# These begin with what is rare in a text and look back from there: a pattern that looks back first is far slower.
DIGITS = lazy(r"[0-9](?<![^\s(\[“„«\"'‘$£€]\d)\d{0,3}(?=[^\W\d_]{3,20}(?!\.?\w))")
BEFORE_DIGITS = lazy(r"[0-9](?<=[^\W\d_]\d)\d{0,3}(?![^\s.,;:)!?])")
MEASURE = lazy(r"[0-9](?=([^\W\d_]{3,25})(?!\.?\w))")
POSSESSIVE = lazy(r"[0-9][’']s(?=[A-ZÀ-Þ][^\W\d_])")
OWNER = lazy(r"[’']s(?=[^\W\d_])(?<=[^\W\d_]{2}[’']s)")
_CONTRACTED = r"(?<=[^\W\d_].)(?:s|re|ve|ll|[mtd])(?=[^\W\d_])"
CONTRACTION = lazy(rf"[’']{_CONTRACTED}")
_ELIDED = r"(?<=[^\W\d_]{2}[ldjmnstcuLDJMNSTCU].)(?=[^\W\d_]{2})"
ELISION = lazy(rf"[’']{_ELIDED}")
_DATE = r"(?<! .)(?<=[^\W\d_].)[a-zä]{2,8}(?=\.? ?\d)"  # most capitals stand behind a space
DATE = lazy(rf"[JFMASOND]{_DATE}")
ADDRESS = lazy(r"https?://|www\.[a-zA-Z]|pic\.twitter\.com/")

_DIGIT = r"(?:(?=[^\W\d_]{3}|[’']s[A-ZÀ-Þ])|(?<=[^\W\d_]\d))"
_ANY_DIGIT = lazy(rf"[0-9]{_DIGIT}")
# Hardly a text has any of these: one search for all takes half the time of one for each.
_ANY = lazy(rf"[0-9’'JFMASOND](?:(?<=\d){_DIGIT}|(?<=[’'])(?:{_CONTRACTED}|{_ELIDED})|(?<=[A-Z]){_DATE})")
_ADDRESSES = ("://", "www.", "pic.twitter.com")
_QUOTES = '"“”«»'
_CLOSING = _QUOTES + "'’)"
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD_ALONE = re.compile(r"(?<![^\s(\[“„«\"'‘])[^\W\d_]{2,12}\Z")
_LETTERS_BEFORE = re.compile(r"[^\W\d_]+\Z")
_LAST_WORD = re.compile(r"[^\W_]+\Z")
_CODE = re.compile(r"[@#/\\<>{}=_|~^&\[\]]|[Ww]{3}\.")
_INITIALS_OR_NUMBER = re.compile(r"\b[A-Z]\.[A-Z]\Z|\b[IVX]{2,}\Z")
_DOMAIN = re.compile(r"(?:[.-][A-Za-z]+)*\.[a-z]{2,}")
_WITH_MARK = frozenset({"TL;DR", "tl;dr"})
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d\Z")
_ENDINGS_BEHIND_NAMES = frozenset({"che", "chem", "chen", "cher", "ches"})  # Heisenberg’sche, in German
_MARKS_AROUND = ".,;:!?()[]\"'“”‘’«»"
_SLANG = frozenset({"ma", "da"})  # I'ma, they'da
_DECADE = re.compile(r"\d0\Z")
_PRICE = re.compile(r"[$£€][\d.,]*\Z")


class Page:
    """What the rules look at: a line, the table, and how often words stand in the text."""

    def __init__(self, line: str, language: Language, table: WordTable, counts: Mapping[str, int]) -> None:
        self.line, self.language, self.table, self.counts = line, language, table, counts

    @cached_property
    def quotes(self) -> list[int]:
        """Where straight quotation marks stand in the line."""
        return [at for at, character in enumerate(self.line) if character == '"']

    def zipf(self, word: str) -> float:
        """Return how common a word is; one that stands in the text by itself is familiar."""
        found = self.table.known[word].zipf
        return max(found, FAMILIAR) if self.counts.get(word, 0) > 1 else found

    def is_word(self, word: str) -> bool:
        """Return whether a word is long enough to be one, or one of the language's short words."""
        return len(word) >= SHORT_WORD or word in self.language.short

    def is_month(self, word: str) -> bool:
        """Return whether a word is the name of a month, written as the language does."""
        return word.lower() in self.language.months and word[0].isupper() != self.language.small_months


class Place(NamedTuple):
    """The words beside a mark; `end` is where the right one starts, and `start` where the marks do."""

    left: str
    right: str
    start: int
    end: int


class Rule(NamedTuple):
    """What to look for, and what to make of it: where the space is missing, and how sure that is."""

    name: str
    pattern: re.Pattern[str]
    judge: Callable[[Page, re.Match[str]], tuple[int, float]]


def rules_for(text: str) -> list[Rule]:
    """Return the rules that a text may have a place for: a quick look that comes first.

    >>> [rule.name for rule in rules_for("The end.Next")], rules_for('"The end," he said. Next.')
    (['glued_words.mark'], [])
    """
    apostrophe = elision = digit = date = None
    if _ANY.search(text):
        apostrophe, elision = CONTRACTION.search(text), ELISION.search(text)
        digit, date = _ANY_DIGIT.search(text), DATE.search(text)
    found = (
        *(holds_any(text, _ADDRESSES), MARK.search(text)),
        *(apostrophe, apostrophe, elision),
        *(digit, digit, digit, digit),
        date,
    )
    return list(compress(_RULES, found))


def chunk(line: str, start: int, end: int) -> str:
    """Return what stands between the spaces around a place.

    >>> chunk("see www.a.example/b now", 8, 9)
    'www.a.example/b'
    """
    before = line[max(0, start - NEAR) : start].rpartition(" ")[2]
    return before + line[start:end] + line[end : end + NEAR].partition(" ")[0]


def mark_edits(page: Page, rules: Iterable[Rule]) -> Iterator[Edit]:
    """Yield an insertion for each space that is missing beside punctuation, digits and addresses of a line.

    >>> from newsclean.lexicon import languages, open_table
    >>> line = "They left in 1992.Since then,the town said,'We are 200people.'"
    >>> edits = mark_edits(Page(line, languages()["en"], open_table("en"), {}), rules_for(line))
    >>> [line[: edit.start].rpartition(" ")[2] + "|" for edit in edits]
    ['1992.|', 'then,|', '200|']
    """
    found: dict[int, Edit] = {}
    for rule, pattern, judge in rules:
        for match in pattern.finditer(page.line):
            place, confidence = judge(page, match)
            if confidence:
                found.setdefault(place, Edit(place, place, " ", rule, confidence))
    yield from (found[place] for place in sorted(found))


def _address(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`now:https:`, `(see)www.`; not `(https:`, `="www.`, `http://www.`."""
    at = match.start()
    before = page.line[max(0, at - 4) : at].rstrip('.!?,;:)”»’"')
    return at, CERTAIN if before and (before[-1].isalnum()) else NO


def _digits(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`3May`, `200people`; not `20th`, `4Cast`, `100mbps`, `81enne`."""
    at = match.end()
    found = _LETTERS.match(page.line, at)
    if found is None or _in_code(page.line, match.start(), at):
        return at, NO
    word = found[0]
    if page.is_month(word):
        return at, CERTAIN
    if _is_numbered_name(page, match.start(), at):
        return at, NO
    plain = word.islower() and word not in page.language.units
    entry = page.table.known[word]
    price = page.line[match.start() - 1 : match.start()] in {"$", "£", "€"}  # some papers write £38million
    common = entry.zipf >= (FUNCTION if price or len(word) <= 3 else COMMON)
    return at, LIKELY if plain and common and entry.dictionary else NO


def _is_numbered_name(page: Page, start: int, end: int) -> bool:
    """Return whether a number is part of a name: `23andMe`."""
    return chunk(page.line, start, end).strip(_MARKS_AROUND).lower() in mark_lists()["numbered"]


def _measure(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`$5mto`, `30kmnorth`, `19thCentury`, `3Gphones`; not `5pm`, `1stand`, `40mins`, `100mbps`."""
    word, language = match[1], page.language
    measure = next((word[:at] for at in range(len(word) - 1, 0, -1) if word[:at] in language.measures), "")
    if word[0].isupper() and word[1:3].islower() and page.counts.get(word, 0) < 2:
        measure = word[0]
    if measure == "s" and not _DECADE.search(page.line[max(0, match.end() - SHORT_NUMBER) : match.end()]):
        measure = ""  # iPhone 6sPlus
    at, rest = match.end() + len(measure), word[len(measure) :]
    if _is_numbered_name(page, match.start(), at):
        return at, NO
    if not measure or not page.is_word(rest) or word in language.units or _in_code(page.line, match.start(), at):
        return at, NO
    if measure in language.money and _PRICE.search(page.line[max(0, match.end() - SHORT_NUMBER) : match.end()]):
        needed = FUNCTION if page.zipf(word) else COMMON if len(rest) <= SHORT_WORD + 1 else FAMILIAR
        return at, SURE if page.zipf(rest) >= needed or rest[0].isupper() else NO
    needed = COMMON if _is_title(rest) else NAME if len(rest) > SHORT_WORD else FUNCTION
    known = page.zipf(word) >= KNOWN or not (rest.islower() or _is_title(rest))
    return at, NO if known or page.zipf(rest) < needed else LIKELY


def _owner(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`our city’splans`, `Boeing'sStarliner`; not `O'Sullivan`, `Heisenberg’sche`."""
    at = match.end()
    left, right = _beside_apostrophe(page, match)
    name = len(left) > SHORT_WORD or left.isupper()
    small = right.islower() and right not in _ENDINGS_BEHIND_NAMES and not page.language.compounds
    surely = right[:1].isupper() or (small and _is_common(page, right))
    return at, SURE if name and surely else NO


def _contraction(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`It'san`, `we'retrying`, `I'mA Celebrity`; not `don'ts`, `I'ma`."""
    at, ending = match.end(), match[0][1:]
    left, right = _beside_apostrophe(page, match)
    contracted = f"{left}'{ending}".lower() in page.language.contractions and ending + right not in _SLANG
    surely = right[:1].isupper() or _is_common(page, right)
    return at, SURE if contracted and surely else NO


def _elision(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`del'ordre`, `Jeand'Arc`; not `jusqu'ici`, `Grand'Place`, `Sant'Egidio`, `Yan'an`."""
    left, right = _beside_apostrophe(page, match)
    elisions = page.language.elisions
    if not left or left.lower() in elisions or not page.zipf(right):
        return match.start(), NO
    elided = max((each for each in elisions if left.lower().endswith(each)), key=len, default="")
    word = left[: len(left) - len(elided)]
    name = left[0].isupper() and len(word) <= SHORT_WORD
    surely = elided and not name and page.is_word(word) and page.zipf(word) >= COMMON
    return match.start() - len(elided), SURE if surely else NO


def _beside_apostrophe(page: Page, match: re.Match[str]) -> tuple[str, str]:
    """Return the letters before an apostrophe and the word behind its ending, or nothing where these are no words."""
    start, end = match.span()
    left = _LETTERS_BEFORE.search(page.line[max(0, start - LONGEST) : start])
    right = WORD.match(page.line, end, end + LONGEST)
    if right is None or left is None or not page.is_word(right[0]) or _in_code(page.line, start, end):
        return "", ""
    return left[0], right[0]


def _is_common(page: Page, word: str) -> bool:
    return page.zipf(word) >= (FAMILIAR if len(word) > SHORT_WORD else FUNCTION)


def _possessive(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`1972’sThe`."""
    return match.end(), CERTAIN if not _in_code(page.line, *match.span()) else NO


def _before_digits(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`May2019`, `in2016`; not `Covid19`, `Apollo11`."""
    at = match.start()
    found = _WORD_ALONE.search(page.line[max(0, at - LONGEST) : at])
    if found is None or _in_code(page.line, at, match.end()):
        return at, NO
    word = found[0]
    if page.is_month(word):
        return at, SURE
    return at, SURE if _YEAR.match(match[0]) and word.islower() and page.zipf(word) >= FUNCTION else NO


def _date(page: Page, match: re.Match[str]) -> tuple[int, float]:
    """`CenterJuly 3`, `TNJune 19`; not `DeMarco 3`."""
    at = match.start()
    before = page.line[max(0, at - SHORT_WORD) : at]
    certain = before.isalpha() and len(before) == SHORT_WORD and page.is_month(match[0])
    return at, CERTAIN if certain and not _in_code(page.line, at, match.end()) else NO


def _mark(page: Page, match: re.Match[str]) -> tuple[int, float]:
    start, end = match.span()
    marks = match[0]
    right = WORD.match(page.line, end, end + LONGEST)
    if right is None or not page.is_word(right[0]) or page.line[right.end() : right.end() + 1] in {"_", "@", "/"}:
        return end, NO
    if marks[-1] in _QUOTES and len(marks) <= 2:
        return _quote(page, match, right[0])
    if marks[0] in ",:;" and page.line[start - 1] == ")":
        return end, _after_bracket(page, Place("", right[0], start, end))
    left = _LAST_WORD.search(page.line[max(0, start - NEAR) : start].rstrip(_CLOSING + "."))
    judge = _JUDGES.get(marks)
    if judge is None or (left is None and marks != ")"):
        return end, NO
    place = Place(left[0] if left else "", right[0], start, end)
    if marks != ")" and _in_code(page.line, start - len(place.left), end):
        return end, NO
    return end, judge(page, place)


def _sentence(page: Page, place: Place) -> float:
    """`word.Next`, `1992.Since`; not `Amazon.com`, `www.Example.org`, `J.Crew`, `St.Helens`, `Web.De`, `FRITZ!Box`."""
    left, right = place.left, place.right
    rest = page.line[place.end + len(right) : place.end + len(right) + NEAR]
    if right[0].islower():
        return LIKELY if _goes_on_small(page, place) else NO
    if left.lower() in mark_lists()["titles"]:
        return SOMEWHAT if _is_title(right) else NO
    if rest[:2] == "." or _DOMAIN.match(rest) or not _may_end(page, left) or _is_name_ending(page, left, right):
        return NO
    if not rest.strip():
        return DOUBTFUL  # a sentence is longer: this is a credit, or a name with a stop inside
    if left.islower():
        return CERTAIN if page.zipf(right) and page.zipf(left) else LIKELY
    return _behind_name(page, place, rest)


def _goes_on_small(page: Page, place: Place) -> bool:
    """Return whether a sentence goes on behind a mark: `Inc.said`, `U.S.farmers`, `Elizabeth II.was`, `why?and`."""
    left, right = place.left, place.right
    if len(right) <= SHORT_WORD and not page.zipf(right) >= FUNCTION:
        return False
    if page.line[place.start] in "?!":
        return left.islower() and page.zipf(right) >= VERY_COMMON
    if right in mark_lists()["name_endings"] or page.zipf(right) < NAME:
        return False
    short = left.isupper() and _INITIALS_OR_NUMBER.search(page.line[max(0, place.start - 8) : place.start])
    return bool(short) or left.lower() in mark_lists()["companies"]


def _is_title(word: str) -> bool:
    """Return whether a word begins as a name or a sentence does; it may go on as another that is glued to it."""
    return word[0].isupper() and word[1:3].islower() and len(word) > SHORT_WORD


def _behind_name(page: Page, place: Place, rest: str) -> float:
    """Return what `_sentence` says behind a number or a capitalised word, which may be a name with a stop inside."""
    left, right = place.left, place.right
    zipf = page.zipf(right)
    # Two names with a stop between them are one name more often than not, but for where the second goes on as a text.
    goes_on = rest[:1] == " " and rest[1:2].islower() and _is_title(right)
    if page.line[place.start] == "!":
        return NO  # Jeopardy!, Yahoo! and their kin have it in the name
    if not left.isalpha():
        return _behind_number(page, place, goes_on=goes_on)
    if right.isupper() and len(right) > 1:
        return NO
    if zipf >= (COMMON if left.isupper() else NAME):
        return SURE
    return SOMEWHAT if goes_on and left.istitle() and page.zipf(left) >= FAMILIAR else NO


def _behind_number(page: Page, place: Place, *, goes_on: bool) -> float:
    """Return what `_behind_name` says behind a number."""
    left, title, zipf = place.left, _is_title(place.right), page.zipf(place.right)
    year = bool(_YEAR.match(left))
    if page.language.compounds and not year:
        return NO  # 3.Liga
    if zipf >= (COMMON if len(left) >= SHORT_WORD else VERY_COMMON) and (title or len(left) >= SHORT_WORD):
        return SURE
    return (SURE if goes_on else LIKELY) if year and title else NO


def _may_end(page: Page, left: str) -> bool:
    """Return whether a word or a number may be the last of a sentence: no initial, no abbreviation."""
    if len(left) < SHORT_WORD or left.lower() in mark_lists()["abbreviations"]:
        return left.isdecimal()
    return len(left) > SHORT_WORD or not left.isalpha() or page.zipf(left) >= VERY_COMMON


def _is_name_ending(page: Page, left: str, right: str) -> bool:
    """Return whether what stands behind a stop belongs to the name before it: `Web.De`, `BRK.A`, `HarbourNow.News`."""
    if left.isupper() and right == "A":
        return True
    if has_capital_inside(left) and right.lower() in mark_lists()["site_endings"]:
        return True
    return right.lower() in mark_lists()["name_endings"] and not (left.islower() and page.zipf(right) >= VERY_COMMON)


def _comma(page: Page, place: Place) -> float:
    """`house,water`, `2019,Final`; not `1,5x`, `a,b,c`, `TL;DR`."""
    left, right = place.left, place.right
    if chunk(page.line, place.end, place.end).count(",") >= FEW_COMMAS or f"{left};{right}" in _WITH_MARK:
        return NO
    if not left.isalpha():
        return LIKELY if _is_title(right) or page.zipf(right) >= COMMON else NO
    return SURE if page.zipf(right) and len(left) >= SHORT_WORD else NO


def _colon(page: Page, place: Place) -> float:
    """`Note:The`, `1958:Dodgers`; not `CD:UK`, `Re:Invent`, `Bürger:innen`."""
    left, right = place.left, place.right
    if not left.isalpha():
        return LIKELY if _is_title(right) or (_YEAR.match(left) and right.isupper() and len(right) > 2) else NO
    if page.zipf(left) < (FUNCTION if len(left) <= SHORT_WORD else KNOWN) or len(right) < SHORT_WORD:
        return NO
    if right[0].isupper():
        return SURE if page.zipf(right) >= FAMILIAR and not (left.isupper() and right.isupper()) else NO
    # In German, what stands behind a noun may be an ending for all genders.
    no_ending = not page.language.compounds or (len(right) > 3 and left.islower())
    return LIKELY if no_ending and page.zipf(right) >= FAMILIAR else NO


def _bracket(page: Page, place: Place) -> float:
    """`(CNN)The`, `(page 3)and`, `401(k)and`; not `(re)build`, `f(x)dx`, `(Kurz-)Filme`."""
    opening = page.line.rfind("(", max(0, place.start - NEAR), place.start)
    inside = page.line[opening + 1 : place.start]
    apart = opening == 0 or page.line[opening - 1].isspace()
    if opening > 0 and page.line[opening - 1].isdigit() and len(inside) == 1:
        return SURE if place.right.islower() and page.zipf(place.right) >= FUNCTION else NO
    if opening < 0 or len(inside) < SHORT_WORD or not (apart or inside.isupper() or inside.isdigit()):
        return NO
    if inside[-1] in "-‐–" or (inside.isalpha() and (inside.islower() or place.right.isupper())):
        return NO  # (RE)BUILD
    return SURE if page.zipf(place.right) >= FAMILIAR else NO


def _after_bracket(page: Page, place: Place) -> float:
    """`Springs (3-1):Kylie`, `sold (see below),and`."""
    right = place.right
    return LIKELY if _is_title(right) or (page.zipf(right) >= FAMILIAR and not right.isupper()) else NO


def _quote(page: Page, match: re.Match[str], right: str) -> tuple[int, float]:
    """`scandal,"Galvez` (the quote closes), `said,"We` (it opens); which, the quotes before it in the line say."""
    end = match.end()
    mark, at = match[0][-1], end - 1
    before = page.line[at - 1]
    stop = before in ".!?,;:"
    if not page.zipf(right) or _in_code(page.line, at, end) or not (stop or before.isalpha()):
        return end, NO
    closes = bisect_left(page.quotes, at) % 2 == 1 if mark == '"' else mark in page.language.closing
    if mark == '"' and len(page.quotes) % 2:
        return end, LIKELY if closes and stop and right.islower() else NO
    if not closes:
        return at, SURE if stop else NO
    # One letter before the mark is the first half of a word: `d"água`.
    word = stop or page.line[at - 2 : at].isalpha()
    return end, SURE if stop or (word and page.zipf(right) >= FAMILIAR) else NO


_JUDGES: Mapping[str, Callable[[Page, Place], float]] = {
    **dict.fromkeys([".", "!", "?", ".)", "!)", "?)", ".’", "!’", "?’"], _sentence),
    **dict.fromkeys([",", ";", ",’"], _comma),
    ":": _colon,
    ")": _bracket,
}

_RULES = [
    Rule(*rule)
    for rule in (
        ("glued_words.address", ADDRESS, _address),
        ("glued_words.mark", MARK, _mark),
        ("glued_words.mark", OWNER, _owner),
        ("glued_words.mark", CONTRACTION, _contraction),
        ("glued_words.mark", ELISION, _elision),
        ("glued_words.digits", DIGITS, _digits),
        ("glued_words.digits", MEASURE, _measure),
        ("glued_words.digits", BEFORE_DIGITS, _before_digits),
        ("glued_words.digits", POSSESSIVE, _possessive),
        ("glued_words.digits", DATE, _date),
    )
]


def _in_code(line: str, start: int, end: int) -> bool:
    """Return whether the chunk around a place shows signs of an address, a handle or code."""
    return bool(_CODE.search(chunk(line, start, end)))
