"""Photo captions that come twice, and the labels, buttons and second credits that pages put beside them.

Removes one of two copies of a caption, exact or nearly so (a credit added or missing, "FILE PHOTO:" in front, other
white space), wherever both stand: the copy that is fuller in words stays, the first where they are equal. Removes a
caption's copy from the end of a body line, an empty or repeated credit behind a credit, a bare credit line that comes
twice in a row, "hide caption" and "toggle caption", and the label "Image caption" in front of a caption; where a credit
stands before it in the same line, the caption goes on a line of its own.

Leaves alone every repeated line that nothing shows to be a caption: a chant, a refrain, a score, a heading, a label,
a table row, a question of an interview, a pulled quote, a sentence said twice. Evidence is a credit, a label, a word
about the picture ("pictured") or a credit line beside it. Captions of a series that differ in a word or a figure both
stay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from newsclean import credits as photo
from newsclean.credits import Caption, Credit
from newsclean.document import Document, Line
from newsclean.edits import Edit, disjoint
from newsclean.patterns import holds_any, lazy

RULES: Mapping[str, str] = {
    "captions.repeated": "The same caption stands elsewhere in the text, under the same picture.",
    "captions.near-duplicate": "The caption stands elsewhere in fuller words: with a credit or a file mark.",
    "captions.doubled": "A line says the same caption twice, one behind the other.",
    "captions.in-body": "A caption that has a line of its own was also pasted to the end of a body line.",
    "captions.repeated-credit": "A credit that names nobody whom the credit beside it does not name.",
    "captions.empty-credit": "A credit with its name left blank, '(SPUTNIK/)' or '()', behind a full one.",
    "captions.label": "The label in front of a caption ('Image caption,'); the caption itself stays.",
    "captions.button": "The words of a button beside a caption: 'hide caption', 'toggle caption'.",
    "captions.dropped": "A caption or its credit line, removed because captions were not wanted.",
}

KEY = 20  # characters at either end of a line by which copies find each other
SHORTEST = 24  # a line shorter than this cannot be told from a label or a score
LONGEST = photo.LONGEST_CAPTION
LONGEST_DOUBLED = 1_200  # characters of a line that may say one caption twice
NEAR = 3  # lines within which a copy without a credit belongs to one with a credit
RIVALS = 3  # earlier captions of the same beginning that a line is compared with

_WORD = lazy(r"\w+")
_SENTENCE = lazy(r"[.…][\"”»')\]]?$")
_SPEECH = "\"'“”„«‘–—-•*"  # what opens a quotation, a line of dialogue or a list item
_TWO_SENTENCES = lazy(r"[^\W\d_]{3}[.!?] +[^\W\d_a-z]")
_NUMBER = lazy(r"\d+")
_PROSE_ENDS = frozenset('.!?"”…,:;')
_BRACKETS = frozenset(")]")
_GALLERY = "Hide Caption"
# At either end of a line: white space by which copies may differ; a label or a button.
_SPACES = ("  ", "\t", "\xa0")
_LABEL_SIGNS = ("aption", "APTION")
_CREDIT_SIGN = lazy(r"[()/©:\]]")
_MORE = lazy(r"(?:\.\.\.|…)[ \xa0]?(?i:more|less)\Z")  # the button that opens the rest of a caption
_LESS = lazy(r"(?<=[.)\]\"”])[ \xa0]?(?i:show less|less)\Z")  # and the one that closes it
_BUTTON = lazy(r"(?:(?i:hide|toggle|show) caption\s*+$|(?:Hide|Toggle|Show) Caption \d{1,3} of \d{1,3}\b)")


def captions(document: Document, *, drop: bool = False) -> Iterable[Edit]:
    r"""Yield the edits that leave each caption once, or, with `drop`, none.

    >>> from newsclean.edits import apply_edits
    >>> text = "The two in May. (AP/Ana Ruiz)\nThe two in May. (AP/Ana Ruiz) (AP/)\n"
    >>> apply_edits(text, list(captions(Document(text))))
    'The two in May. (AP/Ana Ruiz)\n'
    """
    texts = [text for text in document.line_texts if text and not text.isspace()]
    if not drop and _GALLERY not in document.text and _is_free_of_signs(texts):
        return []
    page = _Page([line for line in document.lines if not line.blank])
    page.find_chrome(document.text)
    page.find_cut_short()
    signs = _look(page)
    for group in signs.groups:
        _compare(page, group)
    for at in signs.twins:
        _drop_twin(page, at)
    page.drop_orphaned_credits()
    if drop:
        page.drop_captions()
    return disjoint([*page.removals(), *_trimmed(page, signs)])


class _Signs(NamedTuple):
    """What one cheap look at every line finds: lines, by index, that are worth a second look."""

    groups: list[list[int]]  # lines that begin or end alike
    twins: list[int]  # lines that equal the line before
    doubled: list[int]  # lines whose beginning comes again in the same line
    credited: list[int]  # lines that may end with a credit
    labelled: list[int]  # lines that may begin with a label


def _is_free_of_signs(lines: Sequence[str]) -> bool:
    """Whether no line needs a second look: the fast way out for a text that is clean."""
    heads, tails = [line[:KEY] for line in lines], [line[-KEY:] for line in lines]
    starts, stops = "\n" + "\n".join(heads), "\n".join(tails) + "\n"
    if holds_any(starts + stops, _LABEL_SIGNS):
        return False
    if "\n " in starts or " \n" in stops or holds_any(starts + stops, _SPACES):
        lines = [line.strip() for line in lines]
        heads = [" ".join(line[: 2 * KEY].split())[:KEY] for line in lines]
        tails = [" ".join(line[-2 * KEY :].split())[-KEY:] for line in lines]
    if len(set(heads)) < len(lines) or len(set(tails)) < len(lines):
        return False
    label_heads = photo.label_heads()
    credited = []
    for line in lines:
        doubled = len(line) <= LONGEST_DOUBLED and line.find(line[:KEY], KEY) > 0
        if doubled or (line[:4] in label_heads and (photo.leading_label(line)[1] or photo.inner_label(line)[1])):
            return False
        if (line[-1] not in _PROSE_ENDS or line[-2:-1] in _BRACKETS) and _may_end_with_credit(line):
            credited.append(line)
    return all(len(photo.trailing_credits(line)) == 1 for line in credited) and not _say_the_same(tails, credited)


def _say_the_same(tails: Sequence[str], credited: Sequence[str]) -> bool:
    """Whether a caption without its credit ends as some line does."""
    bare = [line[: photo.trailing_credits(line)[0].start].rstrip()[-KEY:] for line in credited]
    return len({*tails, *bare}) < len(tails) + len(bare)


def _may_end_with_credit(line: str) -> bool:
    return _CREDIT_SIGN.search(line, max(0, len(line) - photo.TAIL)) is not None and bool(photo.trailing_credits(line))


def _look(page: "_Page") -> _Signs:
    signs = _Signs([], [], [], [], [])
    first: dict[tuple[str, bool], int] = {}
    groups: dict[tuple[str, bool], list[int]] = {}
    label_heads = photo.label_heads()
    before = ""
    for at, line in enumerate(page.lines):
        if at in page.gone:
            continue
        bare = line.text.strip()
        if bare == before:
            signs.twins.append(at)
        before = bare
        if len(bare) < SHORTEST:
            continue
        keys: tuple[tuple[str, bool], ...] = _keys(bare)
        if len(bare) <= LONGEST_DOUBLED and bare.find(bare[:KEY], KEY) > 0:
            signs.doubled.append(at)
        if bare[:4] in label_heads:
            signs.labelled.append(at)
            keys = (*keys, _keys(bare[photo.leading_label(bare)[1] :])[0])
        if (bare[-1] not in _PROSE_ENDS or bare[-2] in _BRACKETS) and _may_end_with_credit(bare):
            signs.credited.append(at)
            keys = (*keys, _keys(photo.caption(bare).text)[1])
        for key in keys:
            if first.setdefault(key, at) != at:
                groups.setdefault(key, [first[key]]).append(at)
    signs.groups.extend(groups.values())
    return signs


def _keys(bare: str) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """Return how a line begins and how it ends, whatever white space it has."""
    head, tail = bare[: 2 * KEY].split(), bare[-2 * KEY :].split()
    return ("".join(head)[:KEY], True), ("".join(tail)[-KEY:], False)


class _Pair(NamedTuple):
    """The copy that goes, the copy that stays, and whether more than a credit line nearby shows a caption."""

    lost: int
    kept: int
    sure: bool


class _Page:
    """The lines that are not blank, what is known of them, and which of them go."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.gone: dict[int, str] = {}  # line -> rule
        self.pasted: dict[int, int] = {}  # line -> where the caption starts that was pasted to its end
        self.pairs: list[_Pair] = []
        self.buttons: list[Edit] = []
        self._parts: dict[int, Caption] = {}

    def parts(self, at: int) -> Caption:
        if at not in self._parts:
            text = self.lines[at].text
            self._parts[at] = photo.caption(_BUTTON.sub("", text) if "aption" in text else text)
        return self._parts[at]

    def find_chrome(self, text: str) -> None:
        """Find the buttons, and the labels that stand alone."""
        if "aption" not in text and "APTION" not in text:
            return
        for at, line in enumerate(self.lines):
            bare = line.text.strip()
            if bare.lower() in photo.buttons():
                self.gone[at] = "captions.button"
            elif len(bare) < SHORTEST and photo.is_label(bare):
                self.gone[at] = "captions.label"
            else:
                self.buttons += _buttons(line)

    def find_cut_short(self) -> None:
        """Find captions that a button cut short, beside the whole of them, and the buttons."""
        for at, line in enumerate(self.lines):
            button = _MORE.search(line.text.rstrip()[-12:]) if line.text.rstrip()[-4:].lower() == "more" else None
            stem = line.text.strip()[: -len(button.group())].rstrip() if button else ""
            whole = self._beginning_with(stem, at) if len(stem) > SHORTEST else None
            if whole is not None:
                self.gone[at] = "captions.near-duplicate"
                text = self.lines[whole].text.rstrip()
                less = _LESS.search(text)
                if less:
                    start = self.lines[whole].start
                    self.buttons.append(Edit(start + less.start(), start + less.end(), "", "captions.button"))

    def _beginning_with(self, stem: str, at: int) -> int | None:
        """Return the line above or below one that begins with these words and goes on."""
        for near in (at - 1, at + 1):
            if 0 <= near < len(self.lines) and near not in self.gone:
                text = self.lines[near].text.strip()
                if text.startswith(stem) and not _MORE.search(text):
                    return near
        return None

    def beside(self, at: int, step: int) -> int | None:
        """Return the nearest line above (-1) or below (1) that stays, within the few that could belong together."""
        for near in range(at + step, at + 6 * step, step):
            if 0 <= near < len(self.lines) and near not in self.gone:
                return near
        return None

    def credit_lines(self, at: int) -> dict[int, str]:
        """Return the credit lines just below and just above a caption, below first."""
        near = (self.beside(at, step) for step in (1, -1))
        return {
            n: _bare(self.lines[n].text) for n in near if n is not None and photo.is_credit_line(self.lines[n].text)
        }

    def drop(self, at: int, rule: str, kept: int, *, sure: bool) -> None:
        self.gone[at] = rule
        self.pairs.append(_Pair(at, kept, sure))

    def drop_orphaned_credits(self) -> None:
        """Drop the credit line of a copy that went, where the copy that stays has that credit too."""
        for lost, kept, _ in self.pairs:
            for at, credit in self.credit_lines(lost).items():
                others = {near: text for near, text in self.credit_lines(kept).items() if near != at}
                if credit in others.values() or _names(credit) <= _names(self.parts(kept).credit):
                    self.gone[at] = "captions.repeated-credit"

    def drop_captions(self) -> None:
        """Drop every line that is a caption for sure, and the copies of captions that were left until now."""
        for at, line in enumerate(self.lines):
            if at not in self.gone and (
                photo.is_caption_line(line.text) or _is_sure_credit(line.text) or self._is_credited_below(at)
            ):
                self.gone[at] = "captions.dropped"
        for _, kept, sure in self.pairs:
            if sure:
                self.gone.setdefault(kept, "captions.dropped")

    def _is_credited_below(self, at: int) -> bool:
        text = self.lines[at].text.strip()
        copies = {rule for rule in RULES if rule != "captions.dropped"}
        below = at + 1
        while below < len(self.lines) and self.gone.get(below) in copies:
            below += 1
        # A body paragraph stands above a picture's credit as often: only a word about the picture tells.
        if below == len(self.lines) or len(text) > LONGEST or not photo.has_marker(text):
            return False
        return _is_sure_credit(self.lines[below].text) and not photo.is_source_line(self.lines[below].text)

    def removals(self) -> Iterator[Edit]:
        for at, rule in self.gone.items():
            yield Edit(self.lines[at].start, self.lines[at].stop, "", rule)
        for at, start in self.pasted.items():
            if at not in self.gone:
                yield Edit(self.lines[at].start + start, self.lines[at].end, "", "captions.in-body")
        yield from self.buttons


def _buttons(line: Line) -> Iterator[Edit]:
    end = 0
    for match in _BUTTON.finditer(line.text) if "aption" in line.text else ():
        start = len(line.text[end : match.start()].rstrip()) + end
        yield Edit(line.start + start, line.start + match.end(), "", "captions.button")
        end = match.end()


def _is_sure_credit(line: str) -> bool:
    return len(line) <= photo.TAIL and photo.is_credit_line(line) and photo.weigh(_bare(line)) != 1


def _bare(line: str) -> str:
    return line.strip().strip("()[]")


def _compare(page: _Page, group: Sequence[int]) -> None:
    """Look for copies among lines that begin, or end, alike."""
    rivals: list[int] = []
    for at in group:
        if at in page.gone or len(page.lines[at].text) > 4 * LONGEST:
            continue
        for rival in reversed(rivals):
            if rival not in page.gone and rival != at and _settle(page, rival, at):
                break
        if at not in page.gone:
            rivals = [*(rival for rival in rivals if rival not in page.gone and rival != at), at][-RIVALS:]


def _settle(page: _Page, first: int, second: int) -> bool:
    """Drop one of two lines where they are copies of one caption, or cut it from the end of the longer one."""
    likeness = _likeness(page, first, second)
    if likeness and _is_proven(page, first, second, likeness):
        loser, keeper = (first, second) if _is_fuller(page, second, first) else (second, first)
        sure = likeness == "signed" or not _stands_by_credit_alone(page, first, second)
        page.drop(loser, "captions.repeated" if likeness == "same" else "captions.near-duplicate", keeper, sure=sure)
        return True
    return not likeness and _cut_pasted(page, first, second)


def _likeness(page: _Page, first: int, second: int) -> str:
    """Return "same" where both say the same of a picture, "near" or "signed" where one says a little more, else ""."""
    if max(len(page.lines[first].text), len(page.lines[second].text)) > LONGEST:
        return ""
    one, two = page.parts(first).text, page.parts(second).text
    if _letters(one) == _letters(two):
        return "same" if _letters(one) else ""
    short, long = sorted((one, two), key=len)
    if long.startswith(short) and _SENTENCE.search(short) and photo.is_name(long[len(short) :]):
        return "signed"
    people = photo.names(page.parts(first).credit), photo.names(page.parts(second).credit)
    return "near" if (people[0] <= people[1] or people[1] <= people[0]) and _is_near(short, long) else ""


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _is_near(short: str, long: str) -> bool:
    """Whether two captions are one: the shorter cut off by dots, or the same but for a word or two at an end."""
    if len(short) < 40 or len(short) < 0.6 * len(long):
        return False
    cut = short.rstrip("….[]+ ")
    if cut != short.rstrip(".") and short.endswith(("…", "...")) and long.startswith(cut):
        return True
    if _NUMBER.findall(short) != _NUMBER.findall(long):
        return False
    fewer, more = (_WORD.findall(text.casefold()) for text in (short, long))
    extra = len(more) - len(fewer)
    # At its end or its beginning: a word more in the middle ("not", "second") makes it another picture.
    return 0 <= extra <= 2 and len(fewer) >= 8 and fewer in (more[: len(fewer)], more[extra:])


def _is_proven(page: _Page, first: int, second: int, likeness: str) -> bool:
    """Whether the two lines, which say the same, are shown to be captions."""
    one, two = page.parts(first), page.parts(second)
    words = min(len(_WORD.findall(one.text)), len(_WORD.findall(two.text)))
    if min(len(one.text), len(two.text)) < 15 or words < 3:
        return False
    if likeness != "signed" and _is_headline(page, first):
        return False
    if _speaks_for_itself(one) and _speaks_for_itself(two):
        return True
    if likeness == "signed" or _speaks_for_itself(one) or _speaks_for_itself(two):
        # A caption may repeat a passage of the report: a copy without a credit is one only close by, and one of
        # several sentences only in immediate succession.
        near = page.beside(first, 1) == second if _TWO_SENTENCES.search(one.text) else second - first <= NEAR
        return near or (likeness == "same" and _has_credit_line(page, first, second))
    if likeness == "near":
        return _has_credit_line(page, first, second)
    return photo.has_marker(one.text) or _has_credit_line(page, first, second)


def _speaks_for_itself(parts: Caption) -> bool:
    return parts.certain or (bool(parts.credits) and len(_WORD.findall(parts.text)) > 3)


def _is_headline(page: _Page, at: int) -> bool:
    """Whether the line is the first of the text and may be a headline that a caption repeats."""
    parts = page.parts(at)
    if at or parts.label or parts.credits or _SENTENCE.search(parts.text):
        return False
    return not photo.has_marker(parts.text) and not page.credit_lines(at)


def _is_sentence(text: str) -> bool:
    """Whether the text is a statement as long as captions are, and no speech or list item."""
    text = text.strip()
    return len(text) >= 40 and text[0] not in _SPEECH and bool(_SENTENCE.search(text)) and len(_WORD.findall(text)) >= 7


def _has_credit_line(page: _Page, first: int, second: int) -> bool:
    one, two = page.credit_lines(first), page.credit_lines(second)
    return _share_credit_line(page, first, second) or (bool(one or two) and _is_sentence(page.parts(first).text))


def _share_credit_line(page: _Page, first: int, second: int) -> bool:
    return not set(page.credit_lines(first).values()).isdisjoint(page.credit_lines(second).values())


def _stands_by_credit_alone(page: _Page, first: int, second: int) -> bool:
    """Whether nothing but a credit line beside a copy shows the two for captions: it may belong to a picture alone."""
    one, two = page.parts(first), page.parts(second)
    shown = _speaks_for_itself(one) or _speaks_for_itself(two) or photo.has_marker(one.text)
    return not shown and not _share_credit_line(page, first, second)


def _is_fuller(page: _Page, at: int, other: int) -> bool:
    """Whether a caption has more words than its copy; a credit line beside them counts where neither has a credit."""
    plain = not page.parts(at).credits and not page.parts(other).credits
    return len(_words(page, at, plain=plain)) > len(_words(page, other, plain=plain))


def _words(page: _Page, at: int, *, plain: bool) -> set[str]:
    parts = page.parts(at)
    mark = parts.label if parts.kind == "archive_words" else ""
    beside = page.credit_lines(at).values() if plain else ()
    return set(_WORD.findall(" ".join((mark, parts.text, parts.credit, *beside)).casefold()))


def _cut_pasted(page: _Page, first: int, second: int) -> bool:
    """Cut a caption from the end of a body line, where the caption has a line of its own."""
    short, long = sorted((first, second), key=lambda at: len(page.lines[at].text))
    parts, line = page.parts(short), page.lines[long].text
    if long in page.pasted or len(_WORD.findall(parts.text)) < 4 or not (parts.certain or parts.credits):
        return False
    start = _suffix_start(line, page.lines[short].text)
    if start > 0:
        return _paste(page, short, long, line[:start].rstrip())
    # Without its credit it may be a sentence of the report that the caption repeats, unless it is glued on.
    start = _suffix_start(line, parts.text)
    if start > 0 and not line[start - 1].isspace():
        return _paste(page, short, long, line[:start].rstrip())
    return False


def _paste(page: _Page, short: int, long: int, before: str) -> bool:
    if photo.weigh(before) or before.lstrip().startswith("©"):
        page.drop(short, "captions.near-duplicate", long, sure=True)
        return True
    if len(before) < 40 or len(_WORD.findall(before)) < 6:
        return False
    page.pasted[long] = len(before)
    return True


def _suffix_start(line: str, copy: str) -> int:
    """Return where in the line the copy starts that closes it, white space aside; -1 where there is none."""
    at = len(line)
    for character in reversed("".join(copy.split())):
        at -= 1
        while at >= 0 and line[at].isspace():
            at -= 1
        if at < 0 or line[at] != character:
            return -1
    return at


def _drop_twin(page: _Page, at: int) -> None:
    """Drop a bare credit line that equals the line above it."""
    above = page.beside(at, -1)
    line = page.lines[at].text
    if at in page.gone or above is None or line.strip() != page.lines[above].text.strip():
        return
    if len(line) <= photo.TAIL and photo.is_credit_line(line):
        page.gone[at] = "captions.repeated-credit"


def _trimmed(page: _Page, signs: _Signs) -> Iterator[Edit]:
    """Yield the edits within lines that stay: labels, second credits, captions said twice."""
    for at in signs.labelled:
        if at in page.gone:
            continue
        start, text = page.lines[at].start, page.lines[at].text
        parts = photo.caption(text)
        if parts.kind == "caption_labels":
            yield Edit(start + len(text) - len(text.lstrip()), start + parts.label_end, "", "captions.label")
        elif (inner := photo.inner_label(text))[1]:
            yield Edit(start + inner[0], start + inner[1], "\n", "captions.label")
    for at in signs.doubled:
        if at not in page.gone:
            yield from _undoubled(page.lines[at])
    for at in signs.credited:
        if at not in page.gone:
            yield from _without_second_credits(page.lines[at], page.parts(at).credits)


def _without_second_credits(line: Line, found: Sequence[Credit]) -> Iterator[Edit]:
    """Yield the removal of each credit that adds no name to the others."""
    for index, credit in enumerate(found):
        earlier = [_names(other.text) for other in found[:index]]
        later = [_names(other.text) for other in found[index + 1 :]]
        names = _names(credit.text)
        if (earlier and names <= set().union(*earlier)) or any(names < other for other in later):
            before = len(line.text[: credit.start].rstrip()) if index else credit.start
            end = credit.end if index else found[1].start
            empty = photo.hollow(credit.text) or credit.text.rstrip().endswith("/")
            yield Edit(line.start + before, line.start + end, "", f"captions.{'empty' if empty else 'repeated'}-credit")


def _names(credit: str) -> set[str]:
    """Return the words of a credit that name somebody, an agency by the one name that it goes by."""
    return photo.names(credit)


def _undoubled(line: Line) -> Iterator[Edit]:
    """Yield the removal of the poorer half of a line that says one caption twice."""
    text = line.text
    start = len(text) - len(text.lstrip())
    middle = text.find(text[start : start + KEY], start + KEY)
    one, two = photo.caption(text[start:middle]), photo.caption(text[middle:])
    if middle < 0 or not _letters(one.text) or _letters(one.text) != _letters(two.text):
        return
    words = len(_WORD.findall(one.text))
    credited = one.certain or two.certain or one.credits or two.credits
    if not credited or words < 4:
        return
    if len(set(_WORD.findall(text[middle:]))) > len(set(_WORD.findall(text[start:middle]))):
        yield Edit(line.start + start, line.start + middle, "", "captions.doubled")
    else:
        yield Edit(line.start + len(text[:middle].rstrip()), line.end, "", "captions.doubled")
