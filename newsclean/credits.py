"""Photo credits, caption labels and news agencies, recognised in one line of text.

The names and words are data: `credits.toml`. Everything here is pure and looks at a bounded stretch of the line, so
that a line of any length costs the same. What is left alone: a dateline ("KYIV (Reuters) - ..."), an agency that
a sentence is about, an abbreviation between parentheses that is no agency.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.patterns import lazy

TAIL = 200  # characters at the end of a line in which a credit is looked for
LONGEST = 120  # characters that a credit may have
MOST_WORDS = 16  # words that a credit may have
MOST_CREDITS = 100  # that are looked for at the end of one line
MOST_WORDS_OF_CREDIT = 8  # before the label of its caption
LONGEST_CAPTION = 800  # characters that a caption may have, with the history that agencies add
LONGEST_ALONE = 450  # characters of a line that its credit alone shows to be a caption and not a paragraph

_BRACKETS = {")": "(", "]": "["}
_SENTENCE_END = lazy(r"[.!?…][\"”»')\]]?[ \t\xa0]*(?=[^\W\d_])|[ \t\xa0][|–—-][ \t\xa0]+|[ \t\xa0]\|[ \t\xa0]?")
_TOKEN = lazy(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
_HOLLOW = lazy(r"[\s/|,;:.·-]*")


_PHOTO = lazy(r"\b(?i:photo|foto)\b")
_COPYRIGHT = lazy(r"©(?!\s{0,9}(?:19|20)\d\d)")  # a year would make it the notice of a page

_WORD_SIGN = lazy(r"[:=：/]| by | courtesy ")  # what a credit word needs behind it

# What stands between a label and its caption.
_SEPARATORS = {
    "caption_labels": re.compile(r"[ \t\xa0]{0,9}[,:،：]?[ \t\xa0]{0,9}(?=[^\s,:])"),
    "archive_words": re.compile(r"[)\]]?[ \t\xa0]{0,9}(?:[:：]|[–—-](?=[ \t\xa0]))[ \t\xa0]{0,9}(?=\S)"),
    "picture_labels": re.compile(r"[ \t\xa0]{0,9}[:：][ \t\xa0]{0,9}(?=\S)"),
}

# The date of a caption as agencies write it: "Tuesday, Nov. 19, 2019".
_DATE = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day, [a-z]{3,9}\.? \d{1,2}, \d{4}"


class Credit(NamedTuple):
    """A credit at `[start, end)` of a line; `text` is what it says, without brackets.

    `certain` tells a photo credit (a photographer, a photo service, a credit word, a ©) from the bare name of a news
    agency, which may as well close a report.
    """

    start: int
    end: int
    text: str
    certain: bool


class Caption(NamedTuple):
    """A line taken apart: what it says of the picture, its credits, and how far to trust that it is a caption.

    `text` runs from behind a label to the first credit. `label` is what stood in front ("Image caption", "FILE
    PHOTO"), in `[0, label_end)`, and `kind` the table that has it.
    """

    text: str
    label: str
    label_end: int
    credits: tuple[Credit, ...]
    kind: str

    @property
    def credit(self) -> str:
        """What the credits say, one after another."""
        return " ".join(credit.text for credit in self.credits)

    @property
    def certain(self) -> bool:
        """Whether a label or a sure photo credit proves a caption."""
        return bool(self.label) or any(credit.certain for credit in self.credits)


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("credits.toml").read_text(encoding="utf-8"))


def _phrases(table: str) -> list[str]:
    return [phrase for phrases in _tables()[table].values() for phrase in phrases]


def _alternation(phrases: Iterable[str]) -> str:
    both = {form for phrase in phrases for form in (phrase, phrase.upper())}
    return "|".join(re.escape(form) for form in sorted(both, key=lambda form: (-len(form), form)))


@cache
def _aliases() -> Mapping[str, list[tuple[list[str], str]]]:
    """Return, by first word, the ways to write an agency or a photo service, longest first, and its one name."""
    tables = _tables()
    found: dict[str, list[tuple[list[str], str]]] = {}
    for name, aliases in [*tables["agencies"].items(), *tables["photo_services"].items()]:
        for form in {form for alias in aliases for form in (alias, alias.upper())}:
            words = _tokens(form)
            found.setdefault(words[0], []).append((words, name))
    return {word: sorted(aliases, key=lambda alias: -len(alias[0])) for word, aliases in found.items()}


@cache
def _last_words() -> frozenset[str]:
    return frozenset(words[-1] for aliases in _aliases().values() for words, _ in aliases)


def _tokens(text: str) -> list[str]:
    return [token.rstrip(".") for token in _TOKEN.findall(text)]


def _told_apart(text: str) -> tuple[list[str], list[str]]:
    """Return the agencies and photo services that the text names, by their one name, and all its other words."""
    tokens = _tokens(text)
    named, others = [], []
    at = 0
    while at < len(tokens):
        for words, name in _aliases().get(tokens[at], ()):
            if tokens[at : at + len(words)] == words:
                named.append(name)
                at += len(words)
                break
        else:
            others.append(tokens[at])
            at += 1
    return named, others


@cache
def _services() -> frozenset[str]:
    return frozenset(_tables()["photo_services"])


@cache
def _credit_word() -> re.Pattern[str]:
    """Return the pattern of a credit word with its separator, at the start of what it matches."""
    words = _alternation(_phrases("credit_words"))
    spoken = r"(?:Photos?|Pictures?|Images?|Illustration) (?:by|courtesy(?: of)?) "
    return re.compile(rf"(?:{words})(?:\s?(?:\(s\)|by\b))?\s?[:=：/]\s?|{spoken}")


@cache
def _label(table: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_alternation(_phrases(table))})")


@cache
def _connectors() -> frozenset[str]:
    return frozenset(_phrases("connectors"))


def agencies(text: str) -> list[str]:
    """Return the agencies and photo services that a credit or an attribution names, each once, in order.

    >>> agencies("Sputnik/Mikhail Metzel/REUTERS")
    ['Sputnik', 'Reuters']
    """
    return list(dict.fromkeys(_told_apart(text)[0]))


def is_news_agency(name: str) -> bool:
    """Whether the canonical name is that of a news agency, and not of a photo service.

    >>> is_news_agency("AFP"), is_news_agency("Getty Images")
    (True, False)
    """
    return name in _tables()["agencies"]


@lru_cache(maxsize=2_000)
def weigh(text: str) -> int:
    """Return 2 where the text is a photo credit for sure, 1 where it is the bare name of a news agency, else 0.

    >>> [weigh(text) for text in ("Sputnik/Mikhail Metzel/REUTERS", "AFP", "the minister told AFP", "SCO")]
    [2, 1, 0, 0]
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return 0
    word = _WORD_SIGN.search(text) and _credit_word().match(text[0].upper() + text[1:])
    if word:
        rest = text[word.end() :].strip()
        return 2 if name_like(rest) or rest.isalpha() else 0
    named, others = _told_apart(text)
    if not _could_be_names(text, others, len(named)):
        return 0
    if _COPYRIGHT.search(text) or (text.endswith("/") and text[0].isupper()) or not _services().isdisjoint(named):
        return 2
    return _weigh_agencies(text, named, others) if named else 0


def _weigh_agencies(text: str, named: Sequence[str], others: Sequence[str]) -> int:
    # "(APA/Reuters, 16.7.2015)" closes a report: it takes a person beside the agency.
    people = [token for token in others if token.lower() not in _connectors() and not token[0].isdigit()]
    if not people:
        return 2 if _PHOTO.search(text) else 1
    # "Allentown, PA" is a place: behind a comma alone, the two letters prove nothing.
    listed = "," in text and list(named) != ["PA Media"]
    return 2 if listed or "/" in text or " via " in text.lower() else 0


def name_like(text: str) -> bool:
    """Whether the words could be names: capitals, figures and the small words between them.

    >>> name_like("Ana Ruiz, for The Coastal Times"), name_like("The bridge was closed")
    (True, False)
    """
    named, others = _told_apart(text)
    return _could_be_names(text, others, len(named))


def _could_be_names(text: str, others: Sequence[str], named: int) -> bool:
    if not 0 < len(others) + named <= MOST_WORDS:
        return False
    if not text.isascii() and not any(character.isupper() for character in text):
        return len(text) <= 30
    return not any(word.islower() and word not in _connectors() and "." not in word for word in others)


def trailing_credits(line: str) -> tuple[Credit, ...]:
    """Return the credits that close a line, in order; none where the line does not end with one.

    >>> [credit.text for credit in trailing_credits("The two in May. (Sputnik/Ana Ruiz/REUTERS) (SPUTNIK/)")]
    ['Sputnik/Ana Ruiz/REUTERS', 'SPUTNIK/']
    >>> [credit.text for credit in trailing_credits("A convoy near the border. Photograph: Ana Ruiz/AFP")]
    ['Photograph: Ana Ruiz/AFP']
    >>> trailing_credits("India is a member of the Shanghai Cooperation Organization (SCO)")
    ()
    """
    # A filter asks for a line's credits more than once; long lines, which are no captions, would fill the memory.
    return _remembered_credits(line) if len(line) <= LONGEST_CAPTION else _find_credits(line)


def _find_credits(line: str) -> tuple[Credit, ...]:
    found: list[Credit] = []
    end = _end(line, len(line))
    while end and len(found) < MOST_CREDITS:
        credit = _bracketed(line, end) or _open(line, end)
        if credit is None:
            break
        found.append(credit)
        end = _end(line, credit.start)
    return tuple(reversed(_without_lone_hollow(found)))


def _end(line: str, end: int) -> int:
    """Return where `line[:end]` ends without the white space at its end."""
    while end and line[end - 1].isspace():
        end -= 1
    return end


_remembered_credits = lru_cache(maxsize=500)(_find_credits)


def _without_lone_hollow(found: list[Credit]) -> list[Credit]:
    # Brackets with nothing in them are a credit only beside one that says something.
    return found if any(not hollow(credit.text) for credit in found) else []


def hollow(text: str) -> bool:
    """Whether a credit says nothing.

    >>> hollow(" / "), hollow("SPUTNIK/")
    (True, False)
    """
    return _HOLLOW.fullmatch(text) is not None


def _bracketed(line: str, end: int) -> Credit | None:
    close = end - 1
    if line[close] == "." and close:
        close -= 1
    opener = _BRACKETS.get(line[close])
    if opener is None:
        return None
    start = line.rfind(opener, max(0, close - LONGEST), close)
    if start < 0:
        return None
    inside = line[start + 1 : close]
    weight = weigh(inside)
    if not weight and not hollow(inside):
        return None
    return Credit(start, end, inside.strip(), weight == 2)


def _open(line: str, end: int) -> Credit | None:
    """Return a credit without brackets, from the earliest place at which all that follows is one."""
    floor = max(0, end - TAIL)
    tail = line[floor:end]
    if "©" not in tail and not _WORD_SIGN.search(tail) and not _ends_with_name(tail):
        return None
    for start in _places(tail, floor):
        rest = tail[start:].strip()
        weight = weigh(rest) if rest.count("(") == rest.count(")") else 0
        if weight:
            begin = floor + start
            return Credit(begin, end, rest, weight == 2)
    return None


def _ends_with_name(tail: str) -> bool:
    last = _tokens(tail[-30:])[-1:]
    return bool(last) and last[0] in _last_words()


def _places(tail: str, floor: int) -> list[int]:
    """Return where in the tail a credit may start: at a credit word, at a ©, behind a sentence or a dash."""
    starts = {0} if not floor else set()
    starts |= {match.end() for match in _SENTENCE_END.finditer(tail)}
    if _WORD_SIGN.search(tail):
        starts |= {match.start() for match in _credit_word().finditer(tail) if _may_start(tail, match.start())}
    copyright_sign = tail.rfind("©")
    if copyright_sign >= 0:
        starts.add(copyright_sign)
    return sorted(starts)[-24:]


def _may_start(tail: str, start: int) -> bool:
    # "...of the coalition.Bild: Ana Ruiz" and "...in MuscatPhoto: Ana Ruiz" are glued; "Bildquelle:" holds "quelle:".
    return not start or not tail[start - 1].isalpha() or (tail[start - 1].islower() and tail[start].isupper())


def caption(line: str) -> Caption:
    """Take a line apart as if it were a caption.

    >>> parts = caption("FILE PHOTO: A ship leaves Odesa. REUTERS/Ana Ruiz")
    >>> parts.text, parts.label, parts.credit, parts.certain
    ('A ship leaves Odesa.', 'FILE PHOTO', 'REUTERS/Ana Ruiz', True)
    """
    label, label_end, kind = leading_label(line)
    found = tuple(credit for credit in trailing_credits(line) if credit.start >= label_end)
    stop = found[0].start if found else len(line)
    return Caption(line[label_end:stop].strip(" \t\xa0|–—-"), label, label_end, found, kind)


def leading_label(line: str) -> tuple[str, int, str]:
    """Return the label in front of a caption, where the caption starts, and the table that has the label.

    >>> leading_label("Image caption, The bridge was closed in May")
    ('Image caption', 15, 'caption_labels')
    >>> leading_label("Image caption contests are a pastime of the staff.")
    ('', 0, '')
    """
    start = len(line) - len(line.lstrip())
    for table, separator in _SEPARATORS.items():
        bracket = start + (table == "archive_words" and line[start : start + 1] in {"(", "["})
        match = _label(table).match(line, bracket)
        end = match and separator.match(line, match.end())
        if match and end and not line[end.end()].islower() and _goes_on(line, end.end(), table):
            return match[0], end.end(), table
    return "", 0, ""


def inner_label(line: str) -> tuple[int, int]:
    """Return where the label of a caption starts and ends that stands in one line with the credit before it.

    >>> line = "Image copyright Getty Images Image caption The bridge was closed in May"
    >>> start, end = inner_label(line)
    >>> line[:start], line[end:]
    ('Image copyright Getty Images', 'The bridge was closed in May')
    >>> inner_label("Image copyright Getty Images"), inner_label("The words Image caption The bridge")
    ((0, 0), (0, 0))
    """
    start = len(line) - len(line.lstrip())
    opening = _label("openings").match(line, start)
    first = opening.end() if opening else start + _source_label_end(line[start : start + LONGEST])
    if first == start:
        return 0, 0
    separator = _SEPARATORS["caption_labels"]
    for label in _label("caption_labels").finditer(line, first, first + LONGEST):
        end = separator.match(line, label.end())
        between = line[first : label.start()].strip(" \t\xa0,:")
        credited = between != "" and between[-1] not in ".!?" and between.count(" ") < MOST_WORDS_OF_CREDIT
        apart = end and line[label.start() - 1].isspace() and not line[end.end()].islower()
        if end and apart and (credited or (opening and not between)):
            return len(line[: label.start()].rstrip()), end.end()
    return 0, 0


def _goes_on(line: str, start: int, table: str) -> bool:
    # Behind "Photo:" stands a photographer, unless it is a sentence.
    return table != "picture_labels" or (line.count(" ", start) >= 5 and not name_like(line[start : start + TAIL]))


def is_caption_line(line: str) -> bool:
    """Whether a line of its own is a caption beyond doubt: a label, a photo credit, or an agency in brackets.

    A sentence that is complete before "(AFP)" may close a report as well, so that it does not count.

    >>> is_caption_line("Fans outside the stadium in May (AFP)"), is_caption_line("Talks go on in May, he said. (AFP)")
    (True, False)
    """
    if len(line) > LONGEST_ALONE:
        return False
    parts = caption(line)
    if parts.certain or _COPYRIGHT.match(line.lstrip()):
        return True
    ends_open = parts.text[-1:].isalnum() and len(parts.text) <= 250
    return ends_open and any(line[credit.start] == "(" for credit in parts.credits)


def has_marker(line: str) -> bool:
    """Whether the line speaks of a picture: "pictured", "file photo", "from left".

    >>> has_marker("The bridge, pictured in May, is closed."), has_marker("The bridge is closed.")
    (True, False)
    """
    return _markers().search(line.lower()) is not None


@cache
def _markers() -> re.Pattern[str]:
    phrases = "|".join(re.escape(phrase) for phrase in sorted(_phrases("markers"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)|, (?:left|right|centre|center),|\((?:left|right|l|r|c)\)|{_DATE}")


@cache
def label_heads() -> frozenset[str]:
    """Return the first four characters of every label, the cheap sign of a line that may begin with one."""
    phrases = [phrase for table in _SEPARATORS for phrase in _phrases(table)]
    return frozenset(form[:4] for phrase in phrases for form in (phrase, phrase.upper(), "(" + phrase, "[" + phrase))


@cache
def buttons() -> frozenset[str]:
    """Return the words of the buttons beside a caption, and the labels that may stand alone, in lower case."""
    return frozenset(phrase.lower() for phrase in _phrases("buttons"))


def is_label(line: str) -> bool:
    """Whether the line is a caption label with no caption behind it.

    >>> is_label("Image caption"), is_label("Caption")
    (True, False)
    """
    return _label("caption_labels").fullmatch(line.strip(" \t\xa0,:،：")) is not None


def credited(credit: str) -> str:
    """Return who is credited: the credit without the word or the sign in front.

    >>> credited("Photo: Ana Ruiz, AP"), credited("© AFP"), credited("Image source, Getty Images")
    ('Ana Ruiz, AP', 'AFP', 'Getty Images')
    """
    bare = credit.strip(" \t\xa0()[]")
    word = _credit_word().match(bare)
    return bare[_source_label_end(bare) or (word.end() if word else 0) :].strip(" \t\xa0,:©")


def phrases(table: str, key: str) -> tuple[str, ...]:
    """Return a list of phrases out of the tables."""
    return tuple(_tables()[table][key])


def names(credit: str) -> set[str]:
    """Return the words of a credit that name somebody, in lower case; an agency goes by its one name.

    >>> sorted(names("Photo: Ana Ruiz, Associated Press"))
    ['ana', 'ap', 'ruiz']
    """
    word = _credit_word().match(credit)
    named, others = _told_apart(credit[word.end() :] if word else credit)
    return {name.casefold() for name in named} | {word.casefold() for word in others} - _connectors()


def is_name(text: str) -> bool:
    """Whether the text could be the name of a photographer, with the paper that it was made for.

    >>> is_name("Ana Ruiz for The Coastal Times"), is_name("It closed in May")
    (True, False)
    """
    return 1 < len(_TOKEN.findall(text)) <= 9 and name_like(text)


def is_source_line(line: str) -> bool:
    """Whether the line is a credit behind a label such as "Image source", which stands above its caption.

    >>> is_source_line("Image source, Getty Images"), is_source_line("Photo: Ana Ruiz")
    (True, False)
    """
    return _source_label_end(line.strip()) > 0


def is_credit_line(line: str) -> bool:
    """Whether the line is a credit and nothing else.

    >>> [is_credit_line(line) for line in ("Photo: Ana Ruiz, AP", "Image copyrightGetty Images", "Photo finish")]
    [True, True, False]
    """
    bare = line.strip().lstrip("([").rstrip(")]")
    end = _source_label_end(bare)
    if end and len(bare) <= LONGEST:
        return name_like(bare[end:])
    return weigh(bare) > 0


def _source_label_end(line: str) -> int:
    match = _label("source_labels").match(line)
    # "Crédito Agrícola" is a bank: a label of one word needs its comma.
    if match is None or (" " not in match[0] and line[match.end() : match.end() + 1] not in {",", ":", "،"}):
        return 0
    return match.end()
