"""Finding the runs of code in a text: where each begins and ends, and how sure it is one.

A run is a chain of units that only white space parts: a statement, a rule, an object, a closing bracket, a comment.
It is code when one unit at least is more than likely and all together are beyond doubt; so a bracket or a comment,
which says nothing alone, goes with the code next to it and stays without.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsclean.document import Document, Line
from newsclean.filters._code_unit import SURE, Unit
from newsclean.filters._css import read_css, read_rule_tail, selector_before
from newsclean.filters._javascript import read_javascript, strong_signs
from newsclean.filters._json import DATA, read_json, unclosed_string_end
from newsclean.filters._web_names import web_names
from newsclean.patterns import lazy

_MOST_LINE_BREAKS = 4  # between two units of a run
_LONGEST_ELEMENT = 300_000  # characters
_LONGEST_COMMENT = 5_000

# What a line must have for code to start in it.
_HINT = lazy(r"[{}=;<@]|//|/\*|\*/|\"\s?:|\)\s*$|^\s*[.#*]|window\.|document\.|:\s*\S+\s*;?\s*$|CDATA|\]\]>|-->|,\s*$")
_SPACE = lazy(r"\s*+")
_BLANKS = lazy(r"[^\S\n]*+")

# Units that belong to the code next to them, and say nothing alone.
_CLOSERS = lazy(r"[\])};,]++")
_COMMENT_END = lazy(r"\*/|(?://\s?)?-->")
_COMMENT_MARK = lazy(r"<!--")
_LINE_COMMENT = lazy(r"//[^\n]*+")
_PROPERTY = lazy(r"['\"]?[\w$-]+['\"]?\s*:\s*(?:['\"{\[\d!(]|true\b|false\b|null\b|function\b)")

_CDATA = lazy(
    r"(?:<!--\s{0,3}+)?(?://|/\*)?\s{0,3}<!\[CDATA\[\s{0,3}(?:\*/|//)?|(?://|/\*)?\s{0,3}\]\]\s?(?:>|&gt;)\s{0,3}(?:\*/)?"
)
# What a script or a style sheet starts with, and a sentence between two tags that it names does not.
_CODE_INSIDE = lazy(r"\s*+(?:[^\w\s]|\w[^{}()=;:\n]{0,300}+[{}()=;:]|</)")
_ELEMENT = lazy(r"<(script|style)\b[^<>]{0,5000}+>", re.IGNORECASE)

# Where code may begin in the middle of a line.
_WITHIN = lazy(
    r"""\{
    | (?:window|document)\.[A-Za-z_$][\w$]*[^\S\n]*[.=(\[]
    | [!(]\s?function\s*\(
    | (?<![\w$.])function\s+[\w$]{1,80}\s*\([\w$,\s]{0,200}\)\s*\{
    | (?<![\w$])(?:var|let|const)\s+[A-Za-z_$][\w$]{0,80}\s*=
    | \(\s?[\w$]{1,80}\s?=\s?window\.
    | (?<![\w$])if\s?\(\s?(?:typeof|window|document|!)
    | (?<![\w$])(?:jQuery|\$)\s?\(
    | (?<![\w$.])(?:import\s?[{*]|export\s+(?:default|const|let|var|function|class)\s)
    | /\*|["']use\ strict["']|(?<![\w$])try\s?\{
    | <(?i:script|style)\b|//\s?<!\[CDATA\[
    | @(?:media|font-face|import|keyframes|-webkit-keyframes|supports)\b
    | (?<![\w$.])[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){1,8}\s?
      (?:=\s?(?:["'\[{]|(?:window|document|new|function|null|true|false)\b)|\()
    | (?<![\w$.])[A-Za-z_$][\w$]{0,60}_[\w$]{1,60}\s?=\s?["'\[{\d]
    | (?:googletag|dataLayer|adsbygoogle|jwplayer)\b\s?[.(\[]
    """,
    re.VERBOSE,
)
# One of these stands in every line in whose middle code begins; the pattern above is slow.
_WITHIN_TRIGGERS = ("{", "=", "<", "@", "/*")
_ASSIGNED = lazy(r"(?:(?:var|let|const)\s{1,20}+)?[A-Za-z_$][\w$.]{0,200}+\s{0,20}+=\s{0,20}+(?=[{\[]\s{0,20}+[\"{\[])")
_GLUED_BRACKET = lazy(r"[\w$]\(")
_PATH = lazy(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")

SENTENCE_END = ".!?…:;”\"»)]}>|’'。！？"
_NEAR = 200  # characters looked at on either side of a run


class Region(NamedTuple):
    """A run of code; `units` are the starts of its units with their rules, "" for those that say nothing alone."""

    start: int
    end: int
    score: int
    units: list[tuple[int, str]]


def find_regions(document: Document) -> Iterator[Region]:
    """Yield the runs of code that are beyond doubt, in order."""
    return _Finder(document.text).regions(document.lines)


class _Finder:
    """One forward pass. What was read in vain is remembered, so that nothing is read over and over."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.barren = 0  # where the last stretch ends that was read as JavaScript and was none
        self.sign = (-1, -1)  # where the next strong sign of JavaScript starts and ends
        self.unclosed: set[str] = set()  # elements whose end tag stands nowhere below

    def regions(self, lines: list[Line]) -> Iterator[Region]:
        floor = 0
        for line in lines:
            if line.stop <= floor or not _HINT.search(line.text):
                continue
            start = max(line.start, floor)
            while start < line.end:
                region = self._region_at(start) or self._region_within(start, line)
                if region is None:
                    break
                if region.score >= SURE:
                    yield region
                floor = start = region.end

    def _region_at(self, start: int) -> Region | None:
        """Return the run that begins at `start`, sure or not, or None where no code begins."""
        position = end = start
        score = most = trailing = 0
        units: list[tuple[int, str]] = []
        while True:
            at = self._after_space(position)
            unit = self._unit(at, inside=bool(units))
            if unit is None or unit.end <= at:
                break
            units.append((at, unit.rule))
            position = unit.end
            score += unit.score
            most = max(most, unit.score)
            trailing = trailing + 1 if not unit.rule else 0
            end = end if trailing else position
        if trailing:
            del units[-trailing:]
        elif most >= SURE and self.text[end - 1] in ",{[":
            end = unclosed_string_end(self.text, end) or end  # data that was cut off in the middle of a string
        return Region(units[0][0], end, score if most > 1 else most, units) if units else None

    def _region_within(self, start: int, line: Line) -> Region | None:
        """Return the first sure run that begins after `start` in the line, or one in doubt that outlasts the line."""
        if not (any(trigger in line.text for trigger in _WITHIN_TRIGGERS) or _GLUED_BRACKET.search(line.text)):
            return None
        position = start
        while found := _WITHIN.search(self.text, position, line.end):
            at = self._beginning(found, start, line)
            region = None if at is None else self._region_at(at)
            if region and (region.score >= SURE or region.end >= line.end):
                return region
            position = max(found.end(), region.end if region else 0)
        return None

    def _beginning(self, found: re.Match[str], floor: int, line: Line) -> int | None:
        """Return where the code begins of which the match is the first sign."""
        at = found.start()
        if found.group() != "{":
            return self._without_word_of_prose(found, line)
        selector = selector_before(self.text, at, floor)
        if selector is not None:
            return selector
        if self.text[max(floor, at - 1) : at] == "[":
            at -= 1
        return at if DATA.match(self.text, at) else None

    def _without_word_of_prose(self, found: re.Match[str], line: Line) -> int:
        """Leave to the sentence before the code the word that a full stop ties to it: `he said.player.load(`."""
        at = found.start()
        path = _PATH.match(self.text, at)
        before = self.text[max(line.start, at - _NEAR) : at].rstrip()
        if path is None or not before or before[-1] in SENTENCE_END:
            return at
        names = path.group().split(".")
        known = web_names("javascript", "page_globals")
        first = next((number for number, name in enumerate(names) if name in known), min(1, len(names) - 1))
        return at + sum(len(name) + 1 for name in names[:first])

    def _after_space(self, position: int) -> int:
        space = _SPACE.match(self.text, position)
        if space is None or self.text.count("\n", position, space.end()) > _MOST_LINE_BREAKS:
            return position
        return space.end()

    def _unit(self, start: int, *, inside: bool) -> Unit | None:
        """Read one unit; `inside` is whether one stands before it."""
        mark = self.text[start : start + 1]
        if mark in {"<", "/", "*", "-", "]"}:
            found = self._mark_of_code(start, mark, inside=inside)
            if found:
                return found
        if mark in {"{", "[", '"'}:
            found = read_json(self.text, start)
            if found:
                return found
        if mark and mark in "}])];,":
            return self._pattern(start, _CLOSERS, 0) if inside or self._begins_line(start) else None
        return self._css_or_javascript(start, inside=inside) if mark else None

    def _mark_of_code(self, start: int, mark: str, *, inside: bool) -> Unit | None:
        if mark == "<":
            return (
                self._element(start) or self._pattern(start, _CDATA, SURE) or self._pattern(start, _COMMENT_MARK, 0, "")
            )
        found = self._pattern(start, _CDATA, SURE) or self._comment(start)
        if found or not self.text.startswith("//", start) or not (inside or self._begins_line(start)):
            return found
        comment = _LINE_COMMENT.match(self.text, start)
        content = comment.group()[2:].strip() if comment else ""
        # A comment in words at the end of a run may be prose: it goes only if code follows.
        rule = "" if content and content[0] not in "#@" and content[-1] not in ";)}]>" else "code.javascript"
        return Unit(comment.end(), rule, 0) if comment else None

    def _css_or_javascript(self, start: int, *, inside: bool) -> Unit | None:
        css = read_css(self.text, start)
        if css and css.score >= SURE:
            return css
        script = self._javascript(start, inside=inside)
        if script and (css is None or script.score > css.score):
            return script
        return css or (None if inside else read_rule_tail(self.text, start))

    def _javascript(self, start: int, *, inside: bool) -> Unit | None:
        if start < self.barren and not self._sign_near(start):
            return None
        script = read_javascript(self.text, start)
        if script is None or not script.score:
            script = self._assigned_data(start) or script
        if script is None:
            return None
        ends_line = self._ends_line(script.end)
        if script.score > 1 or (script.score and (inside or ends_line)):
            return script
        if ends_line and _PROPERTY.match(self.text, start):
            return script
        self.barren = max(self.barren, script.end)
        return None

    def _assigned_data(self, start: int) -> Unit | None:
        """Read data that a name is set to, and that was cut off: `site.galleries = {"id":1,"title":"Harbour reop`."""
        name = _ASSIGNED.match(self.text, start)
        data = read_json(self.text, name.end()) if name else None
        return Unit(data.end, "code.javascript", SURE, data.open) if data and data.score >= SURE else None

    def _sign_near(self, start: int) -> bool:
        if self.sign[0] < start:
            found = strong_signs().search(self.text, start)
            self.sign = found.span() if found else (len(self.text), len(self.text) + _NEAR)
        return self.sign[1] <= start + _NEAR

    def _element(self, start: int) -> Unit | None:
        """Read a script or style element, or its start tag alone where it has no end."""
        opened = _ELEMENT.match(self.text, start)
        if opened is None:
            return None
        name = opened[1].lower()
        if name not in self.unclosed:
            end_tag = re.compile(rf"</{name}\s*>", re.IGNORECASE)
            close = end_tag.search(self.text, opened.end(), opened.end() + _LONGEST_ELEMENT)
            if close and _CODE_INSIDE.match(self.text, opened.end()):
                return Unit(close.end(), "code.element", SURE)
            if close is None:
                self.unclosed.add(name)
        return Unit(opened.end(), "code.element", SURE)

    def _comment(self, start: int) -> Unit | None:
        close = self.text.find("*/", start + 2, start + _LONGEST_COMMENT) if self.text.startswith("/*", start) else -1
        return Unit(close + 2, "code.javascript", 0) if close >= 0 else self._pattern(start, _COMMENT_END, 0)

    def _pattern(self, start: int, pattern: re.Pattern[str], score: int, rule: str = "code.javascript") -> Unit | None:
        found = pattern.match(self.text, start)
        return Unit(found.end(), rule, score) if found else None

    def _begins_line(self, position: int) -> bool:
        before = self.text[max(0, position - _NEAR) : position].rstrip(" \t\xa0")
        return not before or before[-1] == "\n"

    def _ends_line(self, position: int) -> bool:
        blanks = _BLANKS.match(self.text, position)
        return blanks is not None and (blanks.end() == len(self.text) or self.text[blanks.end()] == "\n")
