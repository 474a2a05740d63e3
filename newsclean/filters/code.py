r"""Takes out the CSS, JavaScript and JSON of the page that a scraper has left in the text.

On lines of its own, spread over many lines, or glued to the end or the start of a sentence; with quotes that do not
close and rules that begin in the middle. Prose that stands on the same line stays, to the character.

LEFT ALONE: prose about code, a line or two of code quoted within a sentence (`set margin: 0 auto; and see`), code shown
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
_SHORTEST = 60  # characters: nothing longer ends a sentence

_WORD = lazy(r"[^\W\d_]+[35]?")
_PROSE = lazy(r"(?:[^\W\d_]+[^\S\n]+){4}")
_CODE_MARKS = lazy(r"[{}\[\]=<>\\_|;\"/]")


def code(document: Document) -> Iterable[Edit]:
    """Return the edits that remove the code in the document, one for each run of code of a kind."""
    text = document.text
    if not _may_hold_code(text):
        return []
    regions = [region for region in find_regions(document) if not _in_a_sentence(text, region)]
    if regions and _is_about_code(text, regions):
        regions = [part for region in regions for part in _machine_parts(text, region)]
    edits: list[Edit] = []
    for region in regions:
        edits += _edits(text, region, edits[-1].end if edits else 0)
    return edits


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


def _in_a_sentence(text: str, region: Region) -> bool:
    """Say whether the code is quoted by a sentence that goes on around it."""
    length = region.end - region.start
    if length > _SHORT:
        return False
    before = text[max(0, region.start - _NEAR) : region.start].rpartition("\n")[2].rstrip()
    after = text[region.end : region.end + _NEAR].partition("\n")[0].lstrip()
    unfinished = bool(before) and before[-1] not in SENTENCE_END
    if before and after and before[-1] in "`“‘«(\"'" and after[0] in "`”’»)\"'":
        return True
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
