"""What glued words are looked for in: prose in a language with a word table, by text, by line and by chunk."""

import re
from collections.abc import Callable, Collection, Sequence

from newsclean.document import Document
from newsclean.filters._glue_letters import Words
from newsclean.filters._glue_marks import chunk
from newsclean.language import reads_as_another
from newsclean.lexicon import Language, WordTable, languages, open_table
from newsclean.lexicon.splits import LONGEST, SHORTEST, WORD
from newsclean.lexicon.word_lists import NeverSplit

FOREIGN = 0.15  # share of rare words from which a text or a line is held to be in another language
GLUED = 0.25  # and from which a text is, of which no line shows a language, before what is glued in it is split
STRANGE = 0.15  # share of the small words of a line that no dictionary need have,
NATIVE = 4.5  # Zipf; dictionaries lack a few words that are as common as this
FEW_STRANGE = 1  # and how many of a short line
FEW = 20  # words; in a text as short as this a few names are a large share
FEWEST_SHOUTED = 2  # words of a line in capitals, in which a name alone is written too

# Where no language shows itself, that of the dictionary that has nearly all of the small words.
MOSTLY, LEAD = 0.9, 0.1  # share of them, and how much less the next dictionary has
FEWEST = 10  # small words that a text must have
MOST_CHARACTERS = 10_000  # of a text that are looked at

_NOT_PROSE = re.compile(
    r"[@#/\\<>{}=_]|\$(?!\d|(?<=[A-Z]\$)\Z)|\[['\"]|[a-z]\.(?:[a-z]|(?:Com|Net|Org|News)\b)|[Ww]{3}\.|\w\("
)  # `US$` is prose
_ADDRESS = re.compile(r"[@#/]|\w\.\w")


def language_of(document: Document) -> Language | None:
    """Return the language of the text, if it has a table; results and lists have few words that tell, but words."""
    if document.language:
        return languages().get(document.language)
    words = {word for word in WORD.findall(document.text[:MOST_CHARACTERS]) if word.islower() and len(word) >= SHORTEST}
    if len(words) < FEWEST:
        return None
    shares = sorted(
        (sum(open_table(code).known[word].dictionary for word in words) / len(words), code) for code in languages()
    )
    (second, _), (share, code) = shares[-2:]
    return languages()[code] if share >= MOSTLY and share - second >= LEAD else None


def is_shouted(line: str) -> bool:
    """Return whether a line is in capitals throughout, and so is read as if it were not.

    >>> is_shouted("STORM HITS THECOAST"), is_shouted("NATO"), is_shouted("The EU and UN")
    (True, False, False)
    """
    return line.isupper() and len(line.split()) >= FEWEST_SHOUTED and len(line.lower()) == len(line)


def readings(document: Document, kept: NeverSplit) -> list[list[str]]:
    r"""Return the lines of a text, and where some are shouted two readings of these, which a split must both make.

    The one is in small letters and the other gives each word a capital, since in capitals a name looks like any word.
    What the rest of the text or a list spells with a capital is spelled so in both.

    >>> readings(Document("EBAY BUYS WILLIS CORP\n\nWillis rose."), NeverSplit(["eBay"]))
    [['eBay buys Willis corp', '', 'Willis rose.'], ['eBay Buys Willis Corp', '', 'Willis rose.']]
    """
    lines = document.line_texts
    if not any(map(str.isupper, lines)):
        return [lines]
    shouted = list(map(is_shouted, lines))
    words = {word for line, loud in zip(lines, shouted, strict=True) if not loud for word in WORD.findall(line)}
    names = {word.lower(): word for word in sorted(words) if not word.islower() and word.lower() not in words}

    def spelled(word: str) -> str | None:
        return names.get(word) or kept.spelling(word)

    return [
        [_read(line, spelled, write) if loud else line for line, loud in zip(lines, shouted, strict=True)]
        for write in (str.lower, str.capitalize)
    ]


def _read(line: str, spelled: Callable[[str], str | None], write: Callable[[str], str]) -> str:
    found = WORD.sub(lambda match: spelled(match[0].lower()) or write(match[0]), line)
    first = WORD.search(found)
    if len(found) != len(line) or first is None:
        return line
    if spelled(first[0].lower()):
        return found
    return found[: first.start()] + first[0].capitalize() + found[first.end() :]


def clipped_words(text: str, language: Language) -> set[str]:
    """Return the words that an apostrophe ends, where letters were left out or an accent is meant.

    >>> clipped_words("She's workin' hard in the town.", languages()["en"])
    {'workin'}
    """
    ends = [ending + mark for ending in language.clipped for mark in "'’" if ending + mark in text]
    places = (match.end() - 1 for end in ends for match in re.finditer(rf"{end}(?![^\W\d_])", text))
    return {WORD.findall(text[max(0, place - LONGEST) : place])[-1] for place in places}


def native_words(lines: Sequence[str], table: WordTable) -> Words:
    """Return the words of a text, or of those lines alone that are in this language.

    Where no line is long enough to tell, a text may have more rare words than texts in the language have, since what is
    glued is rare: of such a text `is_foreign` is to be asked again, without what was split.
    """
    found = Words(table, WORD.findall("\n".join(lines)))
    if not is_foreign(table, found):
        return found
    by_line = [Words(table, WORD.findall(line)) for line in lines]
    native = [line.words for line in by_line if len(line.words) >= FEW and not _has_foreign_words(table, line.words)]
    if native or _is_beyond(GLUED, table, found):
        return Words(table, [word for line in native for word in line])
    return found


def is_foreign(table: WordTable, text: Words) -> bool:
    """Return whether a text has too many rare words to be in the language that it seems to be in."""
    return _is_beyond(FOREIGN, table, text)


def is_foreign_line(table: WordTable, language: Language, line: str, glued: Collection[str]) -> bool:
    """Return whether a line is in another language than its text, whatever is glued in it."""
    if reads_as_another(line, language.code):
        return True
    if _ADDRESS.search(line):
        line = " ".join(chunk for chunk in line.split() if not _ADDRESS.search(chunk))
    words = [word for word in WORD.findall(line) if word not in glued and word not in language.measures]
    return _has_foreign_words(table, words)


def is_prose(text: str, start: int, end: int) -> bool:
    """Return whether the chunk that a word stands in shows no sign of an address, a handle, a file or code.

    >>> is_prose("ofUS$ 20", 0, 4), is_prose("etc/openHosts.conf", 4, 13)
    (True, False)
    """
    return not _NOT_PROSE.search(chunk(text, start, end))


def _is_beyond(share: float, table: WordTable, text: Words) -> bool:
    return text.unknown(table) > FEW * FOREIGN + len(text.words) * share


def _has_foreign_words(table: WordTable, words: Sequence[str]) -> bool:
    """Return whether words are of another language: by the rare among them, or by small ones that no dictionary has.

    What no list has is not counted among these, since it may be glue, nor what is common in the language.
    """
    small = [table.known[word] for word in words if word.islower()]
    strange = sum(0 < word.zipf < NATIVE and not word.dictionary for word in small)
    return strange > STRANGE * len(small) + FEW_STRANGE or is_foreign(table, Words(table, words))
