"""Boilerplate by the rule packs: which lines and sentences go, for every kind of rule in one look at a text.

A phrase alone decides little. What else counts: whether every sentence of the line is known, where the line stands
(above the first paragraph, between, behind the last), and what stands beside it: weak phrases, which an article may
have as well, go in company only. Left alone is a text that would lose all it has to rules of one kind.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from newsclean.credits import name_like
from newsclean.document import Document, Line
from newsclean.edits import Edit
from newsclean.filters._paragraphs import count_words, is_paragraph
from newsclean.patterns import holds_any, lazy
from newsclean.rules import Boilerplate, Byline, Consent, MediaWidget, Promotion, ShareBar
from newsclean.rules.book import RuleBook, RuleIndex, shipped_book
from newsclean.rules.match import fold
from newsclean.rules.sentences import (
    LONGEST_BUTTON,
    Sentences,
    normal,
    second_sentence,
    sentence_starts,
    stops_in,
)

LONGEST_LINE = 700  # characters of a line that is boilerplate as a whole
SHORTEST_PARAGRAPH = 40  # characters of a line behind whose sentences boilerplate may stand
SHORTEST_REST = 120  # characters of a paragraph behind boilerplate; less may speak about what stands before it
LONGEST_END = 240  # characters at the end of a paragraph that are looked at
MOST_SENTENCES = 2  # at the end of a paragraph that may be boilerplate
MOST_WORDS_OF_ITEM = 5  # words of a tag or a topic under its label
LONGEST_SENTENCE_OF_PHRASE = 60  # characters of a sentence behind which a phrase may go on
LONGEST_HEADING = 60  # characters of a sub-heading
LAST_LINES = 8  # lines at the end of a text among which a note on the author is looked for
MOST_WORDS_OF_NAME = 4  # words between quotes that are a name; more are what somebody says
LONGEST_ITEM = 40  # characters of a tag in a row
LONG_ROW, MORE_WORDS = 8, 2  # so many tags are a row whose items may have more words
LEAST_GLUED = 4  # tags in small letters behind the label that the first of them is glued to
FEWEST_WORDS_OF_CUT_LINE = 6  # less than these may be a button or a label above names in small letters
MOST_ITEMS_BEHIND = 40  # words of the tags behind their label

_ASKING = frozenset({Promotion.kind, ShareBar.kind, Consent.kind})  # kinds that ask something of the readers
_DOUBTFUL = (":", "：", "–", "—", "-")  # behind which a label in front of text may be the first word of a headline
_SEPARATORS = (*_DOUBTFUL, "|", "·", "•", "»", ">")
_SIGNS = " \t\xa0*•·▪■●◆►▶▸»›>→|#_~-–—[("


# A counter at its beginning, or written as no grade, date or fraction is. Between two paragraphs no cup is halved.
_COUNTER = lazy(
    r"\W*(?:1\s?(?:/|of)\s?(?:[1-36-9]|1[1-9]|[2-9]\d|\d{3})|\d{1,3}\s+/\s+\d{1,3}|\d{1,3}\s?of\s?\d{1,3}"
    r"|0?0:00\s?/\s?\d{1,2}:\d\d)\W*"
)
_COMMA = lazy("[,،、，]")
_PART = lazy(r"\W*(\d)\s?(?:/|of)\s?([1-6])\W*")
_NO_TAG = lazy(
    r"[\"“”„«»$€£]|[,،、，]\s*(?:and|or|y|und|oder|et|e|ou|en|и|та|ve|dan|và)\s|\s(?:and|y|und|et|e|и)\s\w+\W*$"
)
_LISTED = lazy(r"\s*\d{1,2}[.)]\s")  # an item of a numbered list is no button
_QUOTED = lazy(r"[\"«]([^\"«»]{0,40})[\"»]")


def _is_prose(sentence: str, rule: Boilerplate, index: RuleIndex) -> bool:
    """Whether a sentence, in its normal form, is the reporter's: somebody says something, or is quoted."""
    said = index.prose.get(rule.pack, index.prose.get("en", frozenset()))
    if not said.isdisjoint(_bare_words(sentence)):
        return True
    if '"' not in sentence and "«" not in sentence:
        return False
    bare = _QUOTED.sub(lambda match: "" if len(match[1].split()) <= MOST_WORDS_OF_NAME else match[0], sentence)
    return sentence[0] in '"«' or '"' in bare or "«" in bare


@lru_cache(maxsize=64)  # every rule that finds something in a sentence asks
def _bare_words(sentence: str) -> list[str]:
    return [word.strip(".,;:!?()'") for word in sentence.split()]


class _Hit(NamedTuple):
    """What a rule finds in a line: `[start, end)` of it, or all of it; `weak` hits need company."""

    start: int
    end: int
    rule: Boilerplate
    whole: bool
    weak: bool


def boilerplate(document: Document, kind: type[Boilerplate], book: RuleBook | None) -> Sequence[Edit]:
    """Return the edits that remove what the rules of one kind find; without a book, those of the shipped packs."""
    found = document.look(_look_for_bylines if kind is Byline else _look, book or shipped_book())
    return found.get(kind.kind, ())


def index_for(document: Document, book: RuleBook) -> RuleIndex:
    """Return what the rules of a book find their phrases with in a text: found once for all filters."""
    return document.look(_index_for, book)


def _index_for(document: Document, book: RuleBook) -> RuleIndex:
    return book.index_for(document.text)


def _look(document: Document, book: RuleBook) -> Mapping[str, Sequence[Edit]]:
    """Return the edits of every kind but one: the filters of all these kinds share one look at a text."""
    return _found(document, book, index_for(document, book))


def _look_for_bylines(document: Document, book: RuleBook) -> Mapping[str, Sequence[Edit]]:
    # Bylines begin with the commonest words, and most texts are not even asked for them.
    index = index_for(document, book)
    return _found(document, book, index._replace(sentences=index.bylines))


def _found(document: Document, book: RuleBook, index: RuleIndex) -> Mapping[str, Sequence[Edit]]:
    hits: dict[str, dict[int, _Hit]] = defaultdict(dict)
    texts = document.line_texts
    opened, ended = set(index.sentences.openings(texts)), _ends(document, index)
    for number in sorted(opened | ended):
        text = texts[number]
        here = [*_at_start(text, index)] if number in opened else []
        if number in ended:
            here += _at_end(text, index)
        for hit in here:
            found = hits[hit.rule.kind]
            if number not in found or _weight(hit) > _weight(found[number]):
                found[number] = hit
    for number, hit in _signed(texts, index):
        hits[hit.rule.kind].setdefault(number, hit)
    if not hits:
        return {}
    page = _Page(document.lines, hits)
    return {kind: list(_edits(page, found, index, book.aggressive)) for kind, found in hits.items()}


def _ends(document: Document, index: RuleIndex) -> set[int]:
    """Return the numbers of the lines of which one of the last sentences may begin with a phrase."""
    texts = document.line_texts
    broken: set[int] = set()
    for stop in stops_in(document.text):
        broken.update([number for number, text in enumerate(texts) if text.find(stop, -LONGEST_END, -1) >= 0])
    places = [
        (number, texts[number][start : start + 40])
        for number in broken
        if len(texts[number]) > SHORTEST_PARAGRAPH
        for start in _last_starts(texts[number])
    ]
    return {places[at][0] for at in index.sentences.openings_inside([sentence for _, sentence in places])}


def _weight(hit: _Hit) -> tuple[int, ...]:
    """Of several hits in a line the surest counts, and then the one that takes most and asks least."""
    return not hit.weak, hit.whole, hit.rule.place == "any", hit.rule.alone, hit.end - hit.start


# One line


def _at_start(text: str, index: RuleIndex) -> Iterator[_Hit]:
    first = second_sentence(text)
    sentence = normal(text[: min(first, LONGEST_LINE)])
    if len(text) <= LONGEST_BUTTON and not _LISTED.match(text):
        line = sentence if first == len(text) else normal(text)
        for rule in index.sentences.whole(line):
            if _holds(line, rule):
                yield _Hit(0, len(text), rule, whole=True, weak=rule.weak)
        if text[-1] != "." and "," not in text:
            yield from _side_by_side(text, index.sentences)
    yield from _labels(text, index.sentences)
    yield from _over_a_stop(text, first, sentence, index)
    for rule, end in index.sentences.starting(sentence):
        if not _is_short(sentence, end, rule) or _is_prose(sentence, rule, index):
            continue
        if isinstance(rule, Byline) and not _is_dated_or_named(text[:first], sentence[end:]):
            continue
        if rule.match != "line":
            yield from _opening(text, first, rule, index)
        elif first == len(text) and end == len(sentence) and _holds(sentence, rule):
            yield _Hit(0, len(text), rule, whole=True, weak=rule.weak)


def _over_a_stop(text: str, first: int, sentence: str, index: RuleIndex) -> Iterator[_Hit]:
    """Yield what phrases find that go on behind the first sentence: "Need more space? Subscribe to"."""
    if first >= min(len(text), LONGEST_SENTENCE_OF_PHRASE):
        return
    second = first + second_sentence(text[first : first + LONGEST_LINE])
    both = normal(text[:second])
    for rule, end in index.sentences.starting(both):
        over = rule.match != "line" and end > len(sentence)
        if over and _is_short(both, end, rule) and not _is_prose(both, rule, index):
            yield from _opening(text, second, rule, index)


def _opening(text: str, first: int, rule: Boilerplate, index: RuleIndex) -> Iterator[_Hit]:
    """Yield the hit of a rule that finds the beginning of a line, of which the second sentence starts at `first`."""
    known = _known_until(text, first, rule, index)
    if known == len(text):
        if _holds(normal(text[:LONGEST_LINE]), rule):
            yield _Hit(0, known, rule, whole=True, weak=rule.weak)
    elif (
        rule.match == "anywhere"
        and not rule.weak
        and len(text) - known > SHORTEST_REST
        and _holds(normal(text[:first]), rule)
    ):
        yield _Hit(0, known, rule, whole=False, weak=False)


def _is_short(sentence: str, end: int, rule: Boilerplate) -> bool:
    """Whether no more follows the phrase than the rule lets follow."""
    return not rule.tail or count_words(sentence[end:].strip(" :,-|·")) <= rule.tail


def _is_dated_or_named(text: str, rest: str) -> bool:
    """Whether a number follows the phrase of a byline, or names; `rest` is what follows it in the normal form."""
    words = len(rest.split())
    if not words or "#" in rest:
        return True
    named = " ".join(text.split()[-words:]).strip(" .,:|-–—•·")
    return named[:1] == named[:1].upper() and name_like(named)


def _holds(sentence: str, rule: Boilerplate) -> bool:
    return not rule.holds or holds_any(sentence, _folded(rule.holds))


@lru_cache(maxsize=4096)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, words))


def _known_until(text: str, first: int, rule: Boilerplate, index: RuleIndex) -> int:
    """Return where the sentences end, from the line's beginning, that are known to belong to the boilerplate."""
    if first >= len(text) or len(text) > LONGEST_LINE:
        return first
    starts = [first, *(start for start in sentence_starts(text, max(0, first - 3)) if start > first)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        if not (_is_known(normal(part), rule, index) or index.sentences.side_by_side(part)):
            return start
    return len(text)


def _is_known(sentence: str, rule: Boilerplate, index: RuleIndex) -> bool:
    """Whether a sentence beside one that a rule found is of the same kind, or asks something of the readers as well."""
    if not sentence:
        return True
    if _is_prose(sentence, rule, index):
        return False
    if rule.holds and _holds(sentence, rule):
        return True
    if index.sentences.whole(sentence) or index.sentences.side_by_side(sentence):
        return True
    kinds = _ASKING if rule.kind in _ASKING else {rule.kind}
    return any(
        other.kind in kinds and _holds(sentence, other) and _is_short(sentence, end, other)
        for other, end in index.sentences.starting(sentence)
    )


def _side_by_side(text: str, sentences: Sentences) -> Iterator[_Hit]:
    """Yield the hit of a line that is nothing but buttons, for each kind that they all are of."""
    found = sentences.side_by_side(text)
    if len(found) < 2:
        return
    for kind in dict.fromkeys(rule.kind for rule in found[0]):
        rules = [next((rule for rule in each if rule.kind == kind), None) for each in found]
        known = [rule for rule in rules if rule]
        if len(known) == len(found):
            sure = next((rule for rule in known if not rule.weak), None)
            weak = not sure and len(known) < 3 and len({rule.name for rule in known}) < 2
            yield _Hit(0, len(text), sure or known[0], whole=True, weak=weak)


def _labels(text: str, sentences: Sentences) -> Iterator[_Hit]:
    start = len(text) - len(text.lstrip(_SIGNS))
    for rule, _, end in sentences.labels.starting_at(text, start):
        behind = _behind_label(text, end)
        if not text[behind:] and _holds(normal(text), rule):
            yield _Hit(0, len(text), rule, whole=True, weak=rule.weak)
        elif behind > end and _is_cut(text, end, behind) and rule.label:
            yield _Hit(0, _behind_labels(text, behind, rule, sentences), rule, whole=False, weak=False)
        elif behind > end and rule.items and _are_items(text[behind:], rule) and _holds(normal(text), rule):
            yield _Hit(0, len(text), rule, whole=True, weak=rule.weak)
        elif _is_glued(text, end) and rule.label:
            yield _Hit(0, _behind_labels(text, end, rule, sentences), rule, whole=False, weak=False)
        elif rule.items and rule.place != "any" and _is_glued_to_items(text, end):
            yield _Hit(0, len(text), rule, whole=True, weak=rule.weak)


def _behind_labels(text: str, at: int, rule: Boilerplate, sentences: Sentences) -> int:
    """Return where the text behind a label starts, and behind the labels of its kind that follow."""
    while True:
        more = [found for found in sentences.labels.starting_at(text, at) if found.rule.kind == rule.kind]
        cut = next((_behind_label(text, found.end) for found in more), at)
        if cut == at or not text[cut:]:
            return at
        at = cut


def _behind_label(text: str, end: int) -> int:
    """Return where the text starts that a sign parts from a label, or the label's end where no sign does."""
    rest = text[end:]
    bare = rest.lstrip(" \t\xa0])")
    if bare and not bare.startswith(_SEPARATORS) and not bare.startswith("#"):
        return end
    return len(text) - len(bare.lstrip("".join(_SEPARATORS) + " \t\xa0"))


def _is_cut(text: str, end: int, behind: int) -> bool:
    """Whether what parts a label from text is no sign that parts a headline's first word from its rest."""
    signs = text[end:behind].strip(" \t\xa0])")
    return bool(signs) and not signs.startswith(_DOUBTFUL) and not text[behind].islower()


def _is_glued(text: str, end: int) -> bool:
    return text[end : end + 1].isupper() and (text[end - 1].islower() or text[end + 1 : end + 2].islower())


def _is_glued_to_items(text: str, end: int) -> bool:
    """Whether a label at the end of a text is glued to its items: `TopicsHarbour`, `Tagsharbour, ferry, storm`."""
    if _is_glued(text, end):
        return _is_list(text[end:])
    # A plural is hardly the beginning of another word.
    return text[end - 1 : end + 1].islower() and text[end - 1] == "s" and _is_row_of_items(text[end:], LEAST_GLUED)


def _are_items(text: str, rule: Boilerplate) -> bool:
    """Whether the text behind a label may be its items: between paragraphs only a row of at least two.

    Quotations, prices and an "and" are the reporter's there.
    """
    if rule.place != "any":
        return _is_list(text)
    return _is_row_of_items(text, 2) and not _NO_TAG.search(text)


def _is_list(text: str) -> bool:
    return count_words(text) <= MOST_ITEMS_BEHIND and len(text) < LONGEST_LINE and not is_paragraph(text[-1:])


def _at_end(text: str, index: RuleIndex) -> list[_Hit]:
    """Return what begins with one of the last sentences of a paragraph, where all from there on are known."""
    return [_from_first(text, hit, index) for hit in _last_sentences(text, index)]


def _from_first(text: str, hit: _Hit, index: RuleIndex) -> _Hit:
    """Return a hit with the sentences of its kind before it.

    All of a long run goes at once: what one pass leaves to the next may never come to an end.
    """
    while True:
        before = _last_sentences(text[: hit.start].rstrip(), index)
        starts = [each.start for each in before if each.rule.kind == hit.rule.kind]
        if not starts:
            return hit
        hit = hit._replace(start=min(starts))


def _last_sentences(text: str, index: RuleIndex) -> list[_Hit]:
    starts = _last_starts(text)
    opens = index.sentences.may_open_inside
    return [
        hit
        for at, start in enumerate(starts)
        if opens(text[start : start + 40])
        for hit in _end(text, starts[at:], index)
    ]


def _last_starts(text: str) -> Sequence[int]:
    return sentence_starts(text, max(0, len(text) - LONGEST_END))[-MOST_SENTENCES:]


def _end(text: str, starts: Sequence[int], index: RuleIndex) -> Iterator[_Hit]:
    """Yield what the rules find in the last sentences of a paragraph, which start at `starts`."""
    sentence, *rest = [normal(text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    if not rest:
        for rule in index.sentences.closing(sentence):
            if not rule.weak and _holds(sentence, rule):
                yield _Hit(starts[0], len(text), rule, whole=False, weak=False)
    for rule, end in index.sentences.starting(sentence):
        if rule.match != "anywhere" or rule.weak or _is_prose(sentence, rule, index):
            continue
        if not _is_short(sentence, end, rule) or not any(_holds(each, rule) for each in (sentence, *rest)):
            continue
        if all(_is_known(other, rule, index) for other in rest) and _is_of_site(text, starts[0], sentence, rule, index):
            yield _Hit(starts[0], len(text), rule, whole=False, weak=False)


def _signed(texts: Sequence[str], index: RuleIndex) -> Iterator[tuple[int, _Hit]]:
    """Yield what the rules find that begin with a name ("Ana Hale is a staff writer"), in the last lines of a text."""
    looked = 0
    for number in range(len(texts) - 1, 0, -1):
        text = texts[number].strip()
        if not text:
            continue
        rule = None
        if len(text) <= LONGEST_LINE and text[0].isupper() and _opens_with_name(text):
            rule = _rule_after_name(text, index)
        if rule:
            yield number, _Hit(0, len(texts[number]), rule, whole=True, weak=rule.weak)
            continue
        looked += 1
        if looked > LAST_LINES:
            return


def _rule_after_name(text: str, index: RuleIndex) -> Boilerplate | None:
    """Return the rule that finds its phrase behind the name that a line begins with, if all of the line is known."""
    words = text.split(maxsplit=2 * MOST_WORDS_OF_NAME + 1)
    for at, rule in index.sentences.after_name(fold(" ".join(words)).split()):
        first = second_sentence(text)
        long = bool(rule.tail) and count_words(text) > rule.tail
        if long or not _holds(normal(text), rule) or _is_prose(normal(text[:first]), rule, index):
            continue
        if name_like(" ".join(words[:at]).strip(" ,")) and _known_until(text, first, rule, index) == len(text):
            return rule
    return None


def _opens_with_name(text: str) -> bool:
    words = text.split(maxsplit=2)
    return len(words) > 2 and words[0][0].isupper() and words[1][0].isupper()


def _is_of_site(text: str, start: int, sentence: str, rule: Boilerplate, index: RuleIndex) -> bool:
    """Whether a sentence behind others is the site's: glued to them, or speaking of itself.

    An article asks its readers to follow the fire service, too, or to sign up at the library.
    """
    site = index.site.get(rule.pack)
    if site is None or rule.kind not in _ASKING or not text[start - 1].isspace():
        return True
    return not site.isdisjoint(re.findall(r"[^\W\d_]+", sentence))


# The page


class _Page:
    """The lines of a text, and where its paragraphs begin and end."""

    def __init__(self, lines: Sequence[Line], hits: Mapping[str, Mapping[int, _Hit]]) -> None:
        self.lines = lines
        whole = {number for found in hits.values() for number, hit in found.items() if hit.whole}
        body = [line for line in range(len(lines)) if line not in whole and is_paragraph(lines[line].text)]
        self.first, self.last = (body[0], body[-1]) if body else (len(lines), len(lines))
        self.full = [number for number, line in enumerate(lines) if not line.blank]
        self.places = {number: at for at, number in enumerate(self.full)}
        self._mentions: dict[str, int] = {}
        self._hits = hits

    def allows(self, number: int, hit: _Hit) -> bool:
        if hit.rule.place == "any":
            return True
        after = number > self.last or (number == self.last and not hit.whole and hit.start > 0)
        return after or (hit.rule.place == "outside" and number < self.first)

    def goes_on(self, number: int, found: Collection[int]) -> bool:
        """Whether a sentence goes on in the line below, as where lines are cut at a width, and is not found there."""
        text = self.lines[number].text.rstrip()
        below = self.lines[number + 1].text[:1] if number + 1 < len(self.lines) else ""
        return (
            below.islower()
            and number + 1 not in found
            and text[-1:].isalpha()
            and count_words(text) > FEWEST_WORDS_OF_CUT_LINE
        )

    def is_lone(self, group: Sequence[int]) -> bool:
        """Whether some lines stand between two paragraphs, or at an end of the text, with nothing else beside them."""
        at = self.places[group[0]]
        beside = [*self.full[max(0, at - 1) : at], *self.full[at + len(group) : at + len(group) + 1]]
        return bool(beside) and all(
            is_paragraph(self.lines[number].text) and _is_long(self.lines[number].text) for number in beside
        )

    @cached_property
    def has_headings(self) -> bool:
        """Whether lines that no rule finds stand between paragraphs as sub-headings do: then a weak one may be one."""
        allowed = {number for found in self._hits.values() for number, hit in found.items() if self.allows(number, hit)}
        return any(
            number not in allowed and len(self.lines[number].text) <= LONGEST_HEADING and self.is_lone([number])
            for number in self.full[1:]
        )

    def is_unmentioned(self, number: int) -> bool:
        """Whether the text has the words of a line nowhere else but in lines of the same words."""
        text = self.lines[number].text
        words = normal(text)
        if "#" in words and not _COUNTER.fullmatch(text):
            return False
        if (part := _PART.fullmatch(text)) and part[2] in self._parts:
            return False
        if words not in self._mentions:
            self._mentions[words] = self._normal_text.count(words) - self._normal_lines[words]
        return self._mentions[words] <= 0

    @cached_property
    def _parts(self) -> set[str]:
        """How many parts a text has that is numbered 1/3, 2/3 and 3/3, in digits."""
        found = [_PART.fullmatch(line.text) for line in self.lines]
        return {part[2] for part in found if part and part[1] > "1"}

    @cached_property
    def _normal_lines(self) -> Counter[str]:
        return Counter(self._normal_text.split("\n"))

    @cached_property
    def _normal_text(self) -> str:
        return "\n".join(normal(line.text) for line in self.lines)


def _is_long(paragraph: str) -> bool:
    """Whether a paragraph is more than a remark; one of many short words is, or of Chinese or Japanese."""
    return len(paragraph) > SHORTEST_PARAGRAPH or count_words(paragraph) > SHORTEST_PARAGRAPH // 3


def _edits(page: _Page, found: Mapping[int, _Hit], index: RuleIndex, aggressive: bool) -> Iterator[Edit]:
    going = _going(page, found, aggressive=aggressive)
    if not going:
        return
    under = dict(_items(page, going, index))
    if all(number in under or (number in going and going[number].whole) for number in page.full):
        return
    for number in sorted({*going, *under}):
        line = page.lines[number]
        if number in under:
            yield Edit(line.start, line.stop, "", under[number])
            continue
        hit = going[number]
        if hit.whole:
            yield Edit(line.start, line.stop, "", hit.rule.name)
        else:
            start, end = hit.start, hit.end
            yield Edit(
                line.start + len(line.text[:start].rstrip()) if start else line.start,
                line.start + end,
                "",
                hit.rule.name,
            )


def _going(page: _Page, found: Mapping[int, _Hit], *, aggressive: bool) -> dict[int, _Hit]:
    """Return the hits that their place and their company bear out."""
    allowed = {
        number: hit
        for number, hit in found.items()
        if aggressive or (page.allows(number, hit) and not (hit.whole and page.goes_on(number, found)))
    }
    going = {number: hit for number, hit in allowed.items() if aggressive or not hit.weak}
    groups = list(_groups(page, allowed))
    series = _series(page, allowed, groups)
    for group in groups:
        weak = [number for number in group if allowed[number].weak]
        if not weak or aggressive:
            continue
        rules = {allowed[number].rule.name for number in group}
        sure = any(number in going and going[number].whole for number in group)
        at = page.places[group[0]]
        above = page.lines[page.full[at - 1]].text.rstrip() if at else ""
        apart = group[-1] < page.first and len(group) > 2
        if page.is_lone(group) and not page.has_headings:
            lone = [
                number
                for number in weak
                if (rule := allowed[number].rule).alone and rule.name not in series and page.is_unmentioned(number)
            ]
            going.update((number, allowed[number]) for number in lone)
        enough = (len(rules) > 1 or apart) and not above.endswith((":", "：", "?", "？"))
        # A time and "Live", or "Video" and "Photos", may as well be a list of programmes, or of chapters.
        if sure or (enough and allowed[group[0]].rule.kind != MediaWidget.kind):
            going.update((number, allowed[number]) for number in weak)
    return going


def _series(page: _Page, allowed: Mapping[int, _Hit], groups: Sequence[Sequence[int]]) -> set[str]:
    """Return the rules that found different lines, each alone between paragraphs: these are sub-headings."""
    words = defaultdict(set)
    for group in groups:
        if len(group) == 1 and (hit := allowed[group[0]]).weak and hit.rule.alone and page.is_lone(group):
            words[hit.rule.name].add(normal(page.lines[group[0]].text))
    return {name for name, found in words.items() if len(found) > 1}


def _groups(page: _Page, allowed: Mapping[int, _Hit]) -> Iterator[list[int]]:
    """Yield the runs of lines that rules found as a whole, blank lines aside."""
    group: list[int] = []
    for number in page.full:
        if number in allowed and allowed[number].whole:
            group.append(number)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _items(page: _Page, going: Mapping[int, _Hit], index: RuleIndex) -> Iterator[tuple[int, str]]:
    """Yield the short lines under a label that has such, with the name of the label's rule."""
    for number, hit in going.items():
        left = hit.rule.items if hit.whole and (number > page.last or hit.rule.place != "any") else 0
        for below in page.full[page.places[number] + 1 : page.places[number] + 1 + 2 * left]:
            text = page.lines[below].text.strip(_SIGNS)
            between = not any(map(str.isalnum, text))  # a comma on a line of its own
            if not left or below in going or not (between or _is_item(text, index) or _is_row_of_items(text)):
                break
            yield below, hit.rule.name
            left -= not between


def _is_row_of_items(text: str, least: int = 3) -> bool:
    """Whether a text is nothing but tags with commas between them, at least so many."""
    items = _COMMA.split(text.strip(_SIGNS + ",،、，"))
    most = MOST_WORDS_OF_ITEM + (MORE_WORDS if len(items) >= LONG_ROW else 0)
    return len(items) >= least and _is_list(text) and are_items(items, most)


def are_items(items: Sequence[str], most: int = MOST_WORDS_OF_ITEM + MORE_WORDS) -> bool:
    """Return whether each of some texts may be a tag: short, and of at most so many words."""
    return all(0 < count_words(item) <= most and len(item) <= LONGEST_ITEM for item in items)


def _is_item(text: str, index: RuleIndex) -> bool:
    return (
        0 < count_words(text) <= MOST_WORDS_OF_ITEM
        and not is_paragraph(text)
        and text[-1] not in ":;,)"
        and not any(found.ends_word(text) for found in index.attributions.starting_at(text, 0))
    )
