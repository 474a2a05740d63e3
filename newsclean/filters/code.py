r"""Takes out the CSS, JavaScript and JSON of the page that a scraper has left in the text.

On lines of its own, spread over many lines, or glued to the end or the start of a sentence; with quotes that do not
close and rules that begin in the middle. Prose that stands on the same line stays, to the character.

LEFT ALONE: prose about code, a line or two of code quoted within a sentence (`set margin: 0 auto; and see`) or
announced by a colon, unless it is an advertiser's, for search engines or minified, code within an open tag, code shown
by an article that is about programming unless it is an advertiser's or a counter's, the code of other languages,
sets and formulas in braces, lists whose items end with a semicolon, tags (which are for the markup filter).

>>> from newsclean.document import Document
>>> [edit[:2] for edit in code(Document("He left.\n.ad{display:none}\nShe stayed.\n"))]
[(9, 27)]
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._code_regions import SENTENCE_END, Region, find_regions
from newsclean.filters._web_names import web_names
from newsclean.patterns import holds_any, lazy

RULES: Mapping[str, str] = {
    "code.css": "Style rules of the page, such as `.ad { display: none }`, which no reader of the article saw.",
    "code.javascript": "Script of the page, such as `googletag.cmd.push(function() {…});`, which no reader saw.",
    "code.json": 'Data for the page\'s scripts or for search engines, such as `{"@type": "NewsArticle", …}`.',
    "code.element": "A whole `<script>` or `<style>` element, tags and content.",
}

# One of these stands in every text that holds code. Single characters are looked for ten times as fast as longer ones.
_TRIGGERS = ("{", "}", "=", "<", "window.", "document.")
_QUOTE_TRIGGER = lazy(r'"(?:[)@]| ?: ")')
_TRIGGERS_WITH_SEMICOLON = (");", ";\n", ";\r\n")

_BLANKS = lazy(r"[^\S\n]*+")
_NEAR = 200  # characters looked at on either side of a run
_SHORT = 300  # characters: nothing longer is quoted within a sentence
_LONGEST_ANNOUNCED = 1_000  # characters
_MOST_LINE_BREAKS = 4  # between a colon and the code that it announces
_ANNOUNCING = 30  # characters before a colon that must be prose
_FAR = 2_000  # characters between code and a bracket that closes it
_LONGEST_TAG = 500  # characters
_SHORTEST = 60  # characters: nothing longer ends a sentence

_WORD = lazy(r"[^\W\d_]+[35]?")
_PROSE = lazy(r"(?:[^\W\d_]+[^\S\n]+){4}")
_NO_ANNOUNCEMENT = frozenset("{}=;")
# Two declarations or two rules without a space after any mark: nobody writes style rules so by hand.
_MINIFIED = lazy(r"\{[\w-]{1,60}+:(?!\s)[^{};\n]{1,300}+(?:;[\w-]{1,60}+:(?!\s)|;?\}[.#@:*\w\[])")
_OPEN_TAG = lazy(r"<(?:[A-Za-z][A-Za-z0-9]{0,20}\s|[#%])(?:[^<>\n]|<[#%]=?[^<>\n]{0,200}+(?:[#%]>)?)*+\Z")
_ATTRIBUTE = r"\s+[\w:@.-]{1,60}="
_ONLY_QUOTED = lazy(
    rf"""<[A-Za-z][A-Za-z0-9]{{0,20}}(?:{_ATTRIBUTE}(?:"[^"<>\n]*+"|'[^'<>\n]*+'))*+{_ATTRIBUTE}["'][^"'<>\n]*+\Z"""
)
_CLOSERS_ALONE = lazy(r"^[^\S\n]*+\}(?=[^\w\s]{0,20}[);])[)\]};, \t]*+\r?$", re.MULTILINE)
_CODE_MARKS = lazy(r"[{}\[\]=<>\\_|;\"/]")


def code(document: Document) -> Iterable[Edit]:
    """Return the edits that remove the code in the document, one for each run of code of a kind."""
    text = document.text
    if not _may_hold_code(text):
        return []
    found = [region for region in find_regions(document) if not _in_a_tag(text, region)]
    regions = list(_unwanted(text, found))
    if regions and regions == found:
        regions = sorted([*regions, *_closers_alone(text, regions)])
    edits: list[Edit] = []
    for region in regions:
        edits += _edits(text, region, edits[-1].end if edits else 0)
    return edits


def _unwanted(text: str, found: list[Region]) -> Iterator[Region]:
    """Yield what is the page's of the code found, not the article's."""
    about_code = bool(found) and _is_about_code(text, found)
    for region in found:
        if _in_quotes(text, region) or (about_code and _in_a_sentence(text, region)):
            continue
        if about_code:
            yield from _machine_parts(text, region)
        elif not (_in_a_sentence(text, region) or _is_announced(text, region)) or _MINIFIED.search(
            text, region.start, region.end
        ):
            yield region
        else:
            yield from _from_machinery_on(text, region)


def _may_hold_code(text: str) -> bool:
    if holds_any(text, _TRIGGERS) or _QUOTE_TRIGGER.search(text):
        return True
    return ";" in text and (text.endswith(";") or holds_any(text, _TRIGGERS_WITH_SEMICOLON))


@cache
def _machinery() -> re.Pattern[str]:
    """Return a pattern of what no lesson in code shows: a vendor's names, data for search engines, minified code."""
    names = "|".join(sorted(web_names("javascript", "machinery")))
    return re.compile(rf"(?<![\w$])(?:{names})\b|\"@context\"|[{{}};][^\s\"']{{200}}")


def _machine_parts(text: str, region: Region) -> Iterator[Region]:
    """Yield the units of a region that are an advertiser's or a counter's, each as a region of its own."""
    starts = [start for start, _ in region.units]
    for (start, rule), stop in zip(region.units, [*starts[1:], region.end], strict=True):
        end = start + len(text[start:stop].rstrip())
        if _machinery().search(text, start, end):
            yield Region(start, end, region.score, [(start, rule)])


def _from_machinery_on(text: str, region: Region) -> Iterator[Region]:
    """Yield what the page's machinery begins of a region whose first units the article may quote."""
    first = next(_machine_parts(text, region), None)
    if first:
        units = [unit for unit in region.units if unit[0] >= first.start]
        yield Region(first.start, region.end, region.score, units)


def _surroundings(text: str, region: Region) -> tuple[str, str]:
    """Return what stands before and after the region on its line."""
    before = text[max(0, region.start - _NEAR) : region.start].rpartition("\n")[2].rstrip()
    after = text[region.end : region.end + _NEAR].partition("\n")[0].lstrip()
    return before, after


def _in_quotes(text: str, region: Region) -> bool:
    if region.end - region.start > _SHORT:
        return False
    before, after = _surroundings(text, region)
    # The bracket that closes a remark is read as code's own.
    if before.endswith("(") and text.count(")", *region[:2]) > text.count("(", *region[:2]):
        return True
    return bool(before and after) and before[-1] in "`“‘«(\"'" and after[0] in "`”’»)\"'"


def _is_announced(text: str, region: Region) -> bool:
    """Say whether a colon before the code announces it: `The page bore one line: …`."""
    if region.end - region.start > _LONGEST_ANNOUNCED:
        return False
    before = text[max(0, region.start - _NEAR) : region.start]
    line = before.rstrip()
    if not line.endswith((":", "：")) or before.count("\n", len(line)) > _MOST_LINE_BREAKS:
        return False
    announcement = line.rpartition("\n")[2].rpartition(">")[2][-_ANNOUNCING:]
    return any(map(str.isalpha, announcement)) and not _NO_ANNOUNCEMENT & set(announcement)


def _in_a_tag(text: str, region: Region) -> bool:
    """Say whether the code stands in a tag or a placeholder, of which taking the code away would leave a half."""
    before = text[max(0, region.start - _LONGEST_TAG) : region.start].rpartition("\n")[2]
    opened = _OPEN_TAG.search(before) if "<" in before else None
    return opened is not None and not (_ONLY_QUOTED.match(opened.group()) and _surroundings(text, region)[1] == "")


def _closers_alone(text: str, regions: list[Region]) -> Iterator[Region]:
    """Yield the lines of closing brackets that follow code, from which prose or empty lines part them."""
    for region, following in zip(regions, [*regions[1:], None], strict=True):
        stop = min(region.end + _FAR, following.start if following else len(text))
        for found in _CLOSERS_ALONE.finditer(text, region.end, stop):
            yield Region(*found.span(), region.score, [(found.start(), "code.javascript")])


def _in_a_sentence(text: str, region: Region) -> bool:
    """Say whether a sentence goes on around the code."""
    length = region.end - region.start
    if length > _SHORT:
        return False
    before, after = _surroundings(text, region)
    unfinished = bool(before) and before[-1] not in SENTENCE_END
    if unfinished and not after:
        return text[region.end - 1] not in ";}" and length < _SHORTEST
    goes_on = bool(after) and (after[0].islower() or after[0] in ",.;:)?!”’»`")
    return goes_on and (unfinished or not before)


def _is_about_code(text: str, regions: list[Region]) -> bool:
    """Say whether the prose of the document speaks of programming, so that the code in it may be what it teaches."""
    words = web_names("programming", "words")
    found: list[str] = []
    position = 0
    for start, end in [*((region.start, region.end) for region in regions), (len(text), len(text))]:
        for line in text[position:start].split("\n"):
            if _PROSE.search(line) and len(_CODE_MARKS.findall(line)) * 25 < len(line):
                found += [word for word in _WORD.findall(line.lower()) if word in words]
        position = end
    distinct = len(set(found))
    return distinct >= 3 or (distinct == 2 and len(found) >= 5)


def _edits(text: str, region: Region, floor: int) -> Iterator[Edit]:
    """Yield an edit for each stretch of the region that is of one kind."""
    runs: list[tuple[int, str]] = []
    for start, rule in region.units:
        if not runs or (rule and runs[-1][1] and runs[-1][1] != rule):
            runs.append((start, rule))
        elif rule and not runs[-1][1]:
            runs[-1] = (runs[-1][0], rule)
    first, last, replacement = _margins(text, region, floor)
    starts = [first, *(start for start, _ in runs[1:])]
    ends = [*starts[1:], last]
    for (_, rule), start, end in zip(runs, starts, ends, strict=True):
        yield Edit(start, end, replacement if end == last else "", rule or "code.javascript")


def _margins(text: str, region: Region, floor: int) -> tuple[int, int, str]:
    """Widen a region to whole lines where it fills them, and say what must part the prose on its two sides."""
    start, end = region.start, region.end
    while start > floor and text[start - 1] in " \t\xa0":
        start -= 1
    blanks = _BLANKS.match(text, end)
    end = blanks.end() if blanks else end
    end -= end > region.end and text[end - 1] == "\r"
    opens = start == 0 or text[start - 1] == "\n"
    closes = end == len(text) or text[end] in "\r\n"
    if opens and closes:
        return start, _next_line(text, end), ""
    return start, end, "" if opens or closes else " "


def _next_line(text: str, position: int) -> int:
    for line_break in ("\r\n", "\n"):
        if text.startswith(line_break, position):
            return position + len(line_break)
    return position
