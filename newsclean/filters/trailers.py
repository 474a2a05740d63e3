"""Trailers: what links to other stories inside an article, and the headlines under it.

Removed are the labels and links of the rule packs (`[[trailers]]`), in every language at once, since English widgets
stand in texts of all languages:

- a line that is a label ("Keep reading:", "Related", "More from UK"), with the headlines under it;
- a line that is a link ("Read more: Storm hits the coast", "ALSO READ | Storm hits the coast");
- a link in brackets ("[Related: Storm hits the coast]"), or glued to the end of a paragraph, with the rest of its line;
- a label at the end of a line ("… Read more");
- headlines behind a name that comes twice, up to "MORE" ("Ana Hale Ana Maria Hale Mayor to speak in May MORE said").

Left alone are sentences that begin with the same words ("Keep reading aloud to children, experts say."), links whose
text ends as a sentence does, the first line of a text, which may be its title, and labels with headlines above the
first paragraph, since the title may be among them. Of the lines under a label those go that are surely headlines:
attributions, credits, bylines, sub-headings and whatever is too short or too long for a headline stay. Under a label
that may be a sub-heading as well ("See also", "Up next") only a run of headlines at the end of the text goes: lists of
books, names, posts, prices and times are the article's own.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from newsclean.document import Document, Line
from newsclean.edits import Edit, disjoint
from newsclean.filters._boilerplate import index_for
from newsclean.filters._paragraphs import (
    FINAL,
    LONGEST_LINE,
    MOST_WORDS,
    QUOTES,
    count_words,
    ends_sentence,
    is_paragraph,
)
from newsclean.patterns import CAPITAL, lazy
from newsclean.rules import Trailer
from newsclean.rules.book import Reasons, RuleBook, RuleIndex, shipped_book
from newsclean.rules.match import Found, fold

LONGEST_TAIL = 1000  # characters of a link, or of several run together, glued to the end of a paragraph
MOST_WORDS_OF_LINK = 28  # words of a headline behind "Read more:", which says more surely what it is
FEWEST_WORDS = 2  # headlines about somebody have more
BLOCK = 24  # lines looked at under a label

_OPENING = QUOTES + "([¿¡$€£#@「『《〈【（"  # what may stand before the first letter of a headline
_BULLETS = " \t\u00a0\u3000*•·▪■●◆►▶▸▼▽»›>＞≫→⇒|#_~-–—👉☛"
_TRAILING = _BULLETS + ":：.…<«‹←[]()"
_PICTURES = "".join(map(chr, (*range(0x1F300, 0x1FB00), *range(0x2600, 0x27C0), 0xFE0F, 0x200D, 0x20)))
_BRACKETS = {"(": ")", "[": "]", "（": "）", "【": "】"}
_BRACKETS_AND_COLONS = (*_BRACKETS, ":", "：")
_CLOSED = lazy(r"(?:[.!?…。！？।۔)\]”’»]|[.!?…][\"'])(?=[ \t\u00a0]{0,3}\Z)")
_ADDRESS = ("http://", "https://", "www.")
_NUMBERED = lazy(r"\d{1,2}[.)]\s")
_CODE = lazy(r"[{}<>]|\(\)|=\"")
_GLUED_SENTENCE = lazy(rf"[^\W\d_{CAPITAL}]{{3}}[.!?][{CAPITAL}]")  # a caption and its credit, run together
_CREDIT = lazy(r"[(\[][^()\[\]]{0,80}[:/©][^()\[\]]{0,80}[)\]]\Z|©|\A\(.{0,160}\)\Z")
_SENTENCE_BREAK = lazy(r"[^\W\d_]{3}[.。]\s?[^\W\d_]")
_GLUED = lazy(rf"[^\W\d_][)\]”’»]?(?=[{CAPITAL}¿¡“«])(?<![{CAPITAL}])")
_NAME = rf"[{CAPITAL}][\w.'’-]{{0,30}}"
_LISTED = lazy(
    rf"(?:,|\sby|\s[–—-])\s(?:(?:by|de|di|par|por|von)\s)?{_NAME}(?:\s{_NAME}){{1,3}}\Z"  # a title and its author
    rf"|\A{_NAME}(?:\s{_NAME}){{1,3}}(?:,|\s[–—-])\s"  # a name and its post
    r"|\A[£$€]\s?\d|\A\d{1,2}(?:[:.]\d\d|\s?[ap]\.?m\b|\s?h\b)"  # a price or a time before or behind a thing
    r"|(?:[£$€]\s?\d[\d.,]{0,12}|\d\s?[£$€]|\d[:.]\d\d|\d\s?[ap]\.?m\.?|\(\d{4}\))\Z"
)
_TWO_LISTS = lazy(r";[^;:]{0,200}:")
_TAGGED = lazy(r"\[[A-Z][A-Z &]{2,20}\][|\s]{0,3}\Z")
_FOOTNOTE = lazy(r"[*_]*+(?:\[\d{1,3}\]|\(https?://[^\s()]{1,300}\))?[*_\s]*+\Z")


# Letters that, of the languages of the world, only Vietnamese has.
_VIETNAMESE = lazy("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_ARROWS = ">>"
_PIPED = lazy(r"(?:(?<=\S)\|(?:mehr|audio|video)|[ \xa0]\|[ \xa0](?:audio|video))[ \t\xa0]*$", re.MULTILINE)
_PIPE_ENDS = ("mehr", "audio", "video")

_MORE = "MORE"
_NAME_TWICE = lazy(
    rf"(?<![^\W_])([{CAPITAL}][^\W\d_][\w’'-]{{0,30}})[ \u00a0]?(?:[({CAPITAL}][\w.’'()-]{{0,30}}[ \u00a0]){{1,4}}\1"
)

_OWN: Mapping[str, str] = {
    "trailers.arrows": "A link to another story behind two arrows, as the papers of Vietnam mark it.",
    "trailers.behind-name": "Headlines about somebody behind their name and full name, up to MORE.",
    "trailers.piped": 'A link to another story with a bar and "mehr" behind it, as German broadcasters mark it.',
}
RULES: Mapping[str, str] = Reasons(Trailer, own=_OWN)


class _Label(NamedTuple):
    """A line that is a label of this rule.

    It is `sure` where it promises that headlines follow, and goes only with so many of them at `least`.
    """

    rule: Trailer
    sure: bool
    least: int


class _Below(NamedTuple):
    """A line under a label that may be a headline.

    It is a `sentence` where it ends as one does, `listed` where it looks like a thing in a list, a book or a person,
    and `apart` where a blank line stands above it.
    """

    number: int
    words: int
    sentence: bool
    question: bool
    listed: bool
    apart: bool


def trailers(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove trailers.

    >>> text = "The storm hit.\n\nRead more: Mayor resigns after vote\n\nIt has moved on to the coast.\n"
    >>> [(text[edit.start : edit.end], edit.rule) for edit in trailers(Document(text))]
    [('Read more: Mayor resigns after vote\n', 'en.trailers.read-more')]
    """
    words = index_for(document, book or shipped_book())
    edits = sorted(_line_edits(document, words))
    edits = sorted([*edits, *_marked_edits(document, edits)])
    starts = [edit.start for edit in edits]
    yield from edits
    for edit in disjoint([*_inline_edits(document.text, words), *_edits_behind_names(document.text)]):
        before = bisect_right(starts, edit.end - 1) - 1
        if before < 0 or edits[before].end <= edit.start:
            yield edit


# A line of its own


def _line_edits(document: Document, words: RuleIndex) -> Iterator[Edit]:
    suspects = list(_suspects(document.line_texts, words))
    if not suspects:
        return
    lines = document.lines
    first = next((number for number, line in enumerate(lines) if not line.blank), 0)
    paragraph = next((number for number, line in enumerate(lines) if is_paragraph(line.text)), len(lines))
    done = -1
    for number in suspects:
        if number <= done:
            continue
        rule, last = _removable(lines, number, paragraph, words) if number > first else ("", number)
        if rule:
            yield from (Edit(line.start, line.stop, "", rule) for line in lines[number : last + 1] if not line.blank)
            done = last
        else:
            yield from _end_edits(lines[number], words)


def _marked_edits(document: Document, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Yield the removal of lines that the page marks as links: arrows before them in Vietnamese, "|mehr" behind.

    Lines that other edits (sorted) change are left to those. One line behind arrows may be a quotation, but for the
    last.
    """
    text = document.text
    if _ARROWS not in text and not ("|" in text and _PIPED.search(text)):
        return
    lines = document.lines
    marked = [(line, rule) for line in lines[1:] if (rule := _mark_of_link(line.text))]
    last = next((line for line in reversed(lines) if not line.blank), None)
    arrows = sum(rule == "trailers.arrows" for _, rule in marked)
    starts = [edit.start for edit in edits]
    for line, rule in marked:
        before = bisect_left(starts, line.stop) - 1
        changed = before >= 0 and edits[before].end > line.start
        if not changed and (rule != "trailers.arrows" or arrows > 1 or line is last):
            yield Edit(line.start, line.stop, "", rule)


def _mark_of_link(line: str) -> str:
    """Return the rule by which a line is a link, or ""."""
    bare = line.strip()
    if bare.startswith(_ARROWS):
        headline, rule = bare.lstrip(">").strip(), "trailers.arrows"
        if len(_VIETNAMESE.findall(headline)) < 3:
            return ""
    elif bare.endswith(_PIPE_ENDS) and _PIPED.search(bare):
        headline, rule = _PIPED.sub("", bare).strip(), "trailers.piped"
    else:
        return ""
    long = not 2 < count_words(headline) <= MOST_WORDS_OF_LINK + 8
    return "" if long or headline[-1] in FINAL + ":,;" or "|" in headline else rule


def _suspects(texts: Sequence[str], words: RuleIndex) -> Iterator[int]:
    """Yield the numbers of the lines that do not end as a sentence does, and begin or end with a phrase."""
    open_ends = [number for number, text in enumerate(texts) if text[-1:] != "." or text[-2:] == ".."]
    for number in open_ends:
        text = texts[number]
        if not text or text.isspace() or (text[-1] in QUOTES and text[-2:-1] == "."):
            continue
        bare = text.rstrip(_TRAILING)
        if _phrases_at_start(text, words) or words.trailers.ending_at(bare, len(bare)):
            yield number


def _removable(lines: Sequence[Line], number: int, paragraph: int, words: RuleIndex) -> tuple[str, int]:
    """Return the name of the rule that removes a line, or "", and the number of the last line that goes with it.

    `paragraph` is the number of the first paragraph of the text.
    """
    for found in _readings(lines[number].text, words):
        if not isinstance(found, _Label):
            return found.name, number
        last = number
        if found.rule.headlines:
            last = _block(lines, number, found, words) if number > paragraph else -1
        if last >= number:
            return found.rule.name, last
    return "", number


def _readings(text: str, words: RuleIndex) -> Iterator[_Label | Trailer]:
    """Yield the labels that a line may be, and the rules of the links that it may be, the longest phrase first."""
    for found in _phrases_at_start(text, words):
        reading = _read_after(text, found) if found.rule.match != "line-end" else None
        if reading:
            yield reading


def _phrases_at_start(text: str, words: RuleIndex) -> list[Found[Trailer]]:
    if len(text) > LONGEST_LINE:
        return []
    start = 0 if text[0].isalnum() else len(text) - len(text.lstrip(_BULLETS))
    return words.trailers.starting_at(text, start)


def _read_after(text: str, found: Found[Trailer]) -> _Label | Trailer | None:
    """Judge what follows the phrase: nothing, a separator and a headline, or a name or two."""
    rule, rest = found.rule, text[found.end :]
    if not rest.strip(_TRAILING):
        if rule.tail and rule.least_headlines:
            return None
        return _Label(rule, ":" in fold(rest) or not rule.button, rule.least_headlines)
    tailed = _read_tail(rest, rule) if rule.tail else None
    if tailed or rule.match == "line":
        return tailed
    link = _after_separator(text[found.start : found.end], rest, rule.separators)
    return rule if link is not None and _is_link(link, rule) else None


def _after_separator(phrase: str, rest: str, separators: Sequence[str]) -> str | None:
    """Return what follows the separator between a phrase and a headline, or None where there is no separator.

    Two more things separate a phrase of several words from a headline: a capital glued to its last small letter,
    and its own capitals where the headline is not all in capitals.
    """
    folded = fold(rest)
    bare = folded.lstrip()
    if rest[0] == "\u3000":  # the wide space of Chinese and Japanese, which parts no words
        return rest.strip(_BULLETS + "\u3000")
    for separator in separators:
        if folded.startswith(separator) or bare.startswith(separator):
            return rest[folded.index(separator) + len(separator) :].strip(_BULLETS)
    if " " not in fold(phrase):
        return None
    if rest[0].isupper() and phrase[-1].islower():
        return rest
    if rest[0].isspace() and phrase.isupper() and not rest.isupper() and count_words(rest) > 3:
        return None if _is_title(rest.strip()) else rest.strip()
    return None


def _read_tail(rest: str, rule: Trailer) -> _Label | Trailer | None:
    """Judge a phrase that is followed by a name: "More from Sky Sports:", "More AP tennis: https://…"."""
    name, colon, link = rest.rpartition(":") if rest.rstrip().endswith(":") else rest.partition(":")
    words = name.strip(_TRAILING).split()
    if len(words) > rule.tail or not (rest[0].isspace() or rest[0].isupper()):
        return None
    named = not any(word[0].islower() and len(word) > 3 for word in words)
    if not link.strip(_TRAILING):
        # "More from the Herald:" with a paragraph under it says whom the paragraph is taken from.
        least = max(rule.least_headlines, 1 if colon and not rule.button else 0)
        return _Label(rule, bool(colon) or not rule.button, least) if named or least > 1 else None
    link = link.strip()
    return rule if rule.match != "line" and (link.startswith(_ADDRESS) or (named and _is_link(link, rule))) else None


def _is_link(text: str, rule: Trailer) -> bool:
    """Whether the text behind a phrase is a headline or an address, and not the rest of a sentence.

    Behind a phrase that articles have sub-headings and lists like ("Don't miss") it must be longer, and neither the
    title of a book nor a name and a post.
    """
    if text.startswith(_ADDRESS):
        return True
    if rule.least_headlines and (_is_title(text) or _LISTED.search(text)):
        return False
    least = 6 if rule.least_headlines > 1 else 4 if rule.match == "line-start" and not rule.tail else 2
    return (
        least <= count_words(text) <= MOST_WORDS_OF_LINK
        and not _TWO_LISTS.search(text)
        and _opens(text.split(maxsplit=1)[0].strip(_OPENING))
        and not ends_sentence(text)
        and text[-1] not in ":;,"
        and len(_SENTENCE_BREAK.findall(text)) < 2
    )


def _is_title(text: str) -> bool:
    """Whether every longer word has a capital, as in the title of a book, and in the headlines of some papers."""
    return not any(len(word) > 3 and word[0].islower() for word in text.split())


def _without_pictures(text: str) -> str:
    """Return the text without the emoji before it, or all of it where there is nothing else."""
    return text.lstrip(_PICTURES) or text


def _opens(word: str) -> bool:
    """Whether a headline may open with this word: not with a small letter, unless it is a name like iPhone."""
    return word[:1].isalnum() and not (word[0].islower() and word.lower() == word)


def _end_edits(line: Line, words: RuleIndex) -> Iterator[Edit]:
    """Yield the removal of a label that stands behind the last sentence of a line."""
    bare = line.text.rstrip(_TRAILING)
    for found in words.trailers.ending_at(bare, len(bare)):
        closed = _CLOSED.search(bare, max(0, found.start - 4), found.start)
        if found.rule.match == "line-end" and closed and not bare[found.start].islower():
            yield Edit(line.start + closed.end(), line.end, "", found.rule.name)
            return


# The block under a label


def _block(lines: Sequence[Line], number: int, label: _Label, words: RuleIndex) -> int:
    """Return the number of the last line that goes with the label, or one less than the label's where it stays."""
    marked = _marked_headlines(lines, number, label)
    if marked > number:
        return marked
    below, at_end = _lines_below(lines, number, words)
    prose = any(line.sentence and not _is_between_headlines(below, at) for at, line in enumerate(below))
    if label.least > 1:
        taken = _headlines_of_list(below, label) if at_end and not prose else ()
    elif at_end and not prose:
        taken = _headlines_at_end(_in_one_spacing(below), label)
    else:
        taken = _headlines_between(_in_one_spacing(below), label)
    if label.least and (sum(line.words > 3 for line in taken) < label.least or any(line.listed for line in taken)):
        return number - 1
    if not label.sure and len(taken) < 2 and _is_heading(lines, number):
        return number - 1
    return taken[-1].number if taken else number


def _marked_headlines(lines: Sequence[Line], number: int, label: _Label) -> int:
    """Return the number of the last of some headlines that a page marks as such, or the label's where there are none.

    Each has a tag behind it ("[INSIGHT]") or a kicker in capitals above it: no list of an article looks so.
    """
    last, found, kicker = number, 0, False
    for at in range(number + 1, min(len(lines), number + 1 + 2 * BLOCK)):
        text = lines[at].text.strip()
        if not text:
            continue
        words = count_words(text)
        if 3 < words <= MOST_WORDS_OF_LINK and not text.isupper() and (kicker or _TAGGED.search(text)):
            last, found, kicker = at, found + 1, False
        elif words < 6 and text.isupper() and not kicker and text[-1] not in FINAL:
            kicker = True
        else:
            break
    return last if found >= max(label.least, 2) else number


def _is_heading(lines: Sequence[Line], number: int) -> bool:
    """Whether a line stands right above another and apart from the one before it, as a sub-heading does."""
    below = lines[number + 1] if number + 1 < len(lines) else None
    return lines[number - 1].blank and below is not None and not below.blank


def _in_one_spacing(below: Sequence[_Below]) -> Sequence[_Below]:
    """Return the lines up to the first blank line where some stand above one another without."""
    close = False
    for at, line in enumerate(below):
        if line.apart and close:
            return below[:at]
        close = close or not line.apart
    return below


def _headlines_of_list(below: Sequence[_Below], label: _Label) -> Sequence[_Below]:
    """Return the lines at the end of a text under a label that may be a sub-heading, where all are surely headlines."""
    long = sum(line.words > 5 for line in below)
    return below if long >= label.least and _is_regular(below) and _in_one_spacing(below) == below else ()


def _is_regular(taken: Sequence[_Below]) -> bool:
    """Whether each headline has its kicker or its author, or none has: a list of features mixes short and long."""
    kickers = sum(line.words < 6 for line in taken)
    above = bool(taken) and taken[0].words < 6  # the author under the last headline is not among those taken
    return not kickers or kickers >= len(taken) - kickers - (not above)


def _lines_below(lines: Sequence[Line], number: int, words: RuleIndex) -> tuple[list[_Below], bool]:
    """Return the lines under a label that may be headlines, and whether the text or the block surely ends there."""
    below: list[_Below] = []
    apart = False
    for at in range(number + 1, len(lines)):
        text = lines[at].text.strip(_BULLETS)
        if not text or text.isspace():
            apart = apart or lines[at].blank
            continue
        if len(below) == BLOCK or _is_apart(text, words):
            return below, False
        found = next(_readings(lines[at].text, words), None)
        if found:
            return below, not (isinstance(found, _Label) and found.least)
        question, listed = text.endswith(("?", "？", "؟")), bool(_LISTED.search(text))
        below.append(_Below(at, count_words(text), ends_sentence(text), question, listed, apart))
        apart = False
    return below, True


def _is_apart(text: str, phrases: RuleIndex) -> bool:
    """Whether a line is no headline: a paragraph, a credit, an attribution, the start of something else."""
    words = text.split()
    return (
        count_words(text) > MOST_WORDS
        or sum(word[0].isdigit() for word in words) * 3 >= len(words)  # scores, prices, tables
        or text[-1] in ":;,"
        or not _opens(_without_pictures(text).split()[0].strip(_OPENING))
        or bool(_NUMBERED.match(text) or _CODE.search(text) or _GLUED_SENTENCE.search(text) or _CREDIT.search(text))
        or any(found.ends_word(text) for found in phrases.attributions.starting_at(text, 0))
    )


def _headlines_between(below: Sequence[_Below], label: _Label) -> Sequence[_Below]:
    """Return the lines that surely are headlines, up to the last such, where paragraphs follow.

    Between two headlines a line or two of a few words may stand, a kicker or the author's name. A line right above
    a paragraph may be its sub-heading: it must be longer, and no question, unless it is the only one.
    """
    short = 4 if label.sure else 6
    sure = [not line.sentence and line.words >= (6 if at else short) for at, line in enumerate(below)]
    last = -1
    for at, line in enumerate(below):
        if line.sentence or at - last > 3:
            break
        if sure[at]:
            if last < 0 and not label.sure and (line.words < 8 or line.question):
                break
            last = at
    above_paragraph = last + 1 == len(below) or below[last + 1].sentence
    if last > 0 and above_paragraph and (below[last].words < 8 or below[last].question):
        last = max((at for at in range(last) if sure[at]), default=last)
    return below[: last + 1]


def _headlines_at_end(below: Sequence[_Below], label: _Label) -> Sequence[_Below]:
    """Return the headlines under the last label, where no paragraph follows: shorter ones too.

    A short line with a blank line above it, or a short question, is taken for a sub-heading: the article goes on.
    A label that may be a sub-heading itself needs two headlines, or a long one, and nothing else under it.
    """
    last = -1
    for at, line in enumerate(below):
        if at and line.words < 6 and (line.apart or line.question):
            break
        if at - last > 3:
            break
        if line.words > (3 if last >= 0 or label.sure else 5):
            last = at
    taken = below[: last + 1]
    if label.sure or sum(line.words > 5 for line in taken) > 1:
        return taken
    return taken if len(taken) == len(below) == 1 and taken[0].words > 7 and taken[0].apart else ()


def _is_between_headlines(below: Sequence[_Below], at: int) -> bool:
    """Whether a line with a full stop is a headline all the same: it has some length, and headlines around it."""
    around = [*below[max(0, at - 1) : at], *below[at + 1 : at + (2 if at else 3)]]
    return len(around) > 1 and below[at].words > 7 and all(line.words > 5 and not line.sentence for line in around)


# Inside a line


def _inline_edits(text: str, words: RuleIndex) -> Iterator[Edit]:
    done = 0
    for at in sorted(_signs(text)):
        if at >= done:
            found = _bracketed(text, at, words) if text[at] in _BRACKETS else _glued(text, at, words)
            if found:
                yield found
                done = found.end


def _edits_behind_names(text: str) -> Iterator[Edit]:
    done = 0
    while (at := text.find(_MORE, done)) >= 0:
        end = at + len(_MORE)
        if not text[at - 1 : at].isupper() and not text[end : end + 1].isupper():
            start = max(done, text.rfind("\n", done, at) + 1, at - LONGEST_TAIL)
            name = _name_twice(text, start, at)
            if name and _begins_headlines(name, text[name.end() : at]):
                glued = text[end : end + 1].isalnum() or text.startswith("(", end)
                yield Edit(name.end(1), end, " " if glued else "", "trailers.behind-name")
        done = end


def _begins_headlines(name: re.Match[str], headlines: str) -> bool:
    """Return whether a name has headlines behind it; in words in capitals any letters may look like a name twice."""
    return not (name[1].isupper() or headlines[:1].islower()) and count_words(headlines) > FEWEST_WORDS


def _name_twice(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the match of a surname that comes again behind the full name; of "Ana Hale Ana Hale" not that of Ana."""
    name = _NAME_TWICE.search(text, start, end)
    while name and (other := _NAME_TWICE.search(text, name.start() + 1, end)) and other.start() < name.end():
        name = other
    return name


def _signs(text: str) -> Iterator[int]:
    """Yield where the brackets and colons stand: str.find is several times as fast as a pattern over the text."""
    for sign in _BRACKETS_AND_COLONS:
        at = text.find(sign)
        while at >= 0:
            yield at
            at = text.find(sign, at + 1)


def _glued(text: str, colon: int, words: RuleIndex) -> Edit | None:
    """Return the removal of a link glued to the end of a paragraph, from behind the last sentence to the line's end."""
    end = text.find("\n", colon, colon + LONGEST_TAIL)
    if end < 0 and len(text) - colon > LONGEST_TAIL:
        return None
    end = end - text.endswith("\r", colon, end) if end >= 0 else len(text)
    before = text[max(0, colon - 3) : colon]
    for found in words.trailers.ending_at(text, colon - len(before) + len(before.rstrip())):
        closed = _CLOSED.search(text, max(0, found.start - 4), found.start)
        if found.rule.match == "anywhere" and closed and not text[found.start].islower():
            return Edit(closed.end(), end, "", found.rule.name) if _is_run_of_links(text[colon + 1 : end]) else None
    return None


def _is_run_of_links(text: str) -> bool:
    """Whether a text is one headline or several run together, and not prose."""
    text = text.strip()
    words = text.split()
    glued = len(_GLUED.findall(text))
    return (
        len(words) > 1
        and len(words) <= MOST_WORDS_OF_LINK * (glued + 1)
        and _opens(words[0].strip(_OPENING))
        and not ends_sentence(text)
        and not _SENTENCE_BREAK.search(text)
    )


def _bracketed(text: str, opening: int, words: RuleIndex) -> Edit | None:
    """Return the removal of a link in brackets, with the brackets."""
    start = opening + 2 if text.startswith(" ", opening + 1) else opening + 1
    for found in words.trailers.starting_at(text, start):
        close = text.find(_BRACKETS[text[opening]], found.end, found.end + LONGEST_LINE)
        if found.rule.match != "anywhere" or close < 0 or "\n" in text[start:close]:
            continue
        if text[close + 1 : close + 3].lstrip()[:1].islower():
            continue
        if _read_after(text[start:close], Found(found.rule, 0, found.end - start)):
            return _without_brackets(text, opening, close + 1, found.rule.name)
    return None


def _without_brackets(text: str, start: int, end: int, rule: str) -> Edit:
    """Return the removal of a span in brackets, with the space before it, or with its line where that holds no more."""
    line_start = text.rfind("\n", max(0, start - 8), start) + 1
    line_end = text.find("\n", end, end + LONGEST_LINE) + 1 or min(len(text), end + LONGEST_LINE)
    at_start = (line_start > 0 or start < 8) and not text[line_start:start].strip(_BULLETS)
    if at_start and _FOOTNOTE.match(text, end, line_end):
        return Edit(line_start, line_end, "", rule)
    spaced = text[start - 1 : start] == " " and text[end : end + 1] in {"", " ", "\n", "\r", ".", ",", ";"}
    return Edit(start - spaced, end, "", rule)
