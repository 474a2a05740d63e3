r"""Takes out the left-overs of HTML and of templates: tags, comments, CDATA marks, placeholders, shortcodes.

What a tag encloses stays. Where a tag that breaks the line, such as `<br>` or `</p>`, stood between two words, a line
break takes its place; a tag within the line, such as `<b>`, leaves nothing, so that no word is parted and none glued.

LEFT ALONE: `5 < 7`, `x<y`, `<3`, arrows, titles in angle brackets (`<Hamlet>`), addresses (`<ann@example.org>`),
generics (`List<String>`), anything whose name is no element of HTML, a tag without attributes that is never closed and
stands within a sentence, and tags without attributes in a line that speaks of tags.

>>> from newsclean.document import Document
>>> list(markup(Document("The fi<b>r</b>st.<br>Next.")))[-1][:4]
(17, 21, '\n', 'markup.tag')
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._web_names import web_names
from newsclean.patterns import holds_any, lazy

RULES: Mapping[str, str] = {
    "markup.tag": "A tag of HTML that was left in the text, as in `fi<b>r</b>st`; what it encloses stays.",
    "markup.element": "An element that shows nothing a reader could read, such as `<iframe …></iframe>`, as a whole.",
    "markup.fragment": "The beginning or the end of a tag that a cut has left at the edge of a line.",
    "markup.comment": "A comment of HTML, `<!-- … -->`, or one of its conditional kinds.",
    "markup.cdata": "A mark that tells an XML reader to take text as it is: `<![CDATA[` and `]]>`.",
    "markup.placeholder": "The place in a template for a value that was never filled in: `{{title}}`, `<%= x %>`.",
    "markup.shortcode": "A code in square brackets that a content system should have replaced: `[caption id=…]`.",
}

# One of these stands in every text that holds markup. Single characters are found ten times as fast.
_TRIGGERS = ("<", "{")
_TRIGGERS_WITH_BRACKET = ("[/", "[[", "]]>")
_TRIGGERS_WITH_AMPERSAND = ("&lt;", "&amp;")
_TRIGGERS_WITH_EQUALS = ('="', "='", "=”", "=“")

_NAME = r"(?:[A-Za-z][A-Za-z0-9]{0,9}:(?=[A-Za-z]))?[A-Za-z][A-Za-z0-9]{0,20}(?:-[A-Za-z0-9-]{1,40})?"
_QUOTED = r"""(?:"[^"<>]{0,5000}+"|'[^'<>]{0,5000}+'|"[^"\n]{0,2000}+"|'[^'\n]{0,2000}+')"""
_ATTRIBUTES = rf"""(?:[^<>"']|{_QUOTED}|<[#%][^<>\n]{{0,200}}+[#%]>){{0,3000}}+"""
_TAG = lazy(rf"<(?P<close>/?)(?P<name>{_NAME})(?P<attributes>(?:[\s/]{_ATTRIBUTES})?)>")
_OWN_END_TAG = lazy(r"</([A-Za-z][A-Za-z0-9]{0,20}-[A-Za-z0-9-]{1,40})>")
_LOOSE_TAG = lazy(rf"<(?P<close>/?)(?P<name>{_NAME})(?P<attributes>\s[^<>=]{{1,200}}=[^<>]{{0,3000}}+)>")
_LESS, _MORE = r"&(?:amp;){0,3}lt;", r"&(?:amp;){0,3}gt;"
_ESCAPED_TAG = lazy(
    rf"{_LESS}(?P<close>/?)(?P<name>{_NAME})(?P<attributes>(?:[\s/](?:(?!&(?:amp;){{0,3}}[lg]t;)[^<>]){{0,3000}}+)?){_MORE}"
)
_UNFINISHED = lazy(
    rf"<(?P<name>{_NAME})(?:\s+[\w:@.-]{{1,60}}\s?=\s?{_QUOTED}){{0,50}}+"
    r"(?:\s+(?P<last>[\w:@.-]{1,60}(?:\s?=\s?(?:[\"'][^\"'<>\n]{0,500}+)?)?))?[^\S\n]*+(?=\n|\Z)"
)
_TAIL = lazy(r"[^\S\n]*+(?:[a-z][\w:-]{1,40}=(?:\"[^\"\n<>]{0,1000}+\"|'[^'\n<>]{0,1000}+')\s?){1,30}+/?>")
_WORDS = lazy(r"(?:[^\W\d_]+[^\S\n]++){3}[^\W\d_]+")
_ATTRIBUTE = lazy(r"[\w:@.-]{1,60}\s{0,3}=|\{\{")

_COMMENT = lazy(r"<!--")
_CONDITIONAL = lazy(r"<!\[(?:if\b[^\]<>\n]{0,100}|endif)\](?:--)?>", re.IGNORECASE)
_DOCTYPE = lazy(r"<!DOCTYPE\b[^<>\n]{0,300}>|<\?xml\b[^<>\n]{0,300}\?>", re.IGNORECASE)
_CDATA = lazy(r"(?://|/\*)?<!\[CDATA\[(?:\*/)?|(?://|/\*)?\]\]>(?:\*/)?")
_PLACEHOLDERS = (
    re.compile(r"\{\{\{?[^\S\n]?[#/^&>!]?[^\S\n]?[A-Za-z_$@][\w.$@\[\]\"'()=|:,/ -]{0,200}\}?\}\}"),
    re.compile(r"\{%[^{}%\n]{1,300}%\}"),
    re.compile(r"\$\{[A-Za-z_][\w.]{0,80}\}"),
    re.compile(r"<([%#])[^<>\n]{1,300}\1>"),
    re.compile(r"\[\[[+*~$!%]{1,2}[\w.-]{1,60}[^\[\]\n]{0,100}\]\]"),
)
_SHORTCODE = lazy(r"\[(?P<close>/?)(?P<name>[a-z][a-z0-9_-]{0,40})(?P<attributes>\s[^\[\]\n]{1,1000})?/?\]")
_SHORTCODE_ATTRIBUTE = lazy(r"\s[\w-]{1,40}=[\"'“”″‘’«]?[\w#]|\s[\w-]{1,40}=[\"“”″][^\]]{0,500}[\"“”″]")

_SPEAKS_OF_TAGS = lazy(
    r"\b(?:html5?|xhtml|tags?|elements?|markup|attributes?|balises?|étiquettes?|etiquetas?|elementos?|elemente?n?|attributen?|"
    r"marcador(?:es)?|marcas|tagi|тег\w*|标签|タグ|태그|"
    r"templates?|placeholders?|vorlagen?|platzhalter|plantillas?|gabarits?|segnaposto)\b",
    re.IGNORECASE,
)
_CODE_OR_NOTHING = lazy(r"\s*+(?:\Z|[^{}=;]{0,300}+[{}=;]|[^\n]{1,200}+\Z)")
_STRING_OF_CODE = lazy(r"[A-Za-z_$]\w*\(\s?[\"'`]\Z")
_ADDRESS = lazy(r"\s*+(?:data:[\w/+.-]+[;,]|https?://[^\s<>]++\s*+\Z)")
_NEAR = 300  # characters looked at on either side of a tag
_NEXT = 60  # characters within which a word such as "element" is about the tag
_FAR = 20_000  # characters between a tag and its end tag, or within a comment
_SENTENCE_END = '.!?…:;”"»)]}>|。！？'


class Span(NamedTuple):
    """A stretch to take out; `gap` is what must part the words on its two sides."""

    start: int
    end: int
    rule: str
    gap: str = ""


def markup(document: Document) -> Iterable[Edit]:
    """Return the edits that remove the left-over markup."""
    text = document.text
    if not _may_hold_markup(text):
        return []
    spans = _without_overlaps(
        [*_tags(text), *_comments(text), *_placeholders(text), *_shortcodes(text), *_fragments(text)]
    )
    return list(_edits(text, spans))


def _may_hold_markup(text: str) -> bool:
    return (
        holds_any(text, _TRIGGERS)
        or ("&" in text and holds_any(text, _TRIGGERS_WITH_AMPERSAND))
        or ("=" in text and holds_any(text, _TRIGGERS_WITH_EQUALS))
        or ("]" in text and holds_any(text, _TRIGGERS_WITH_BRACKET))
        or "-->" in text
    )


class _Tag(NamedTuple):
    start: int
    end: int
    name: str
    closing: bool
    bare: bool
    written: str  # the name as it is written


def _tags(text: str) -> Iterator[Span]:
    found = list(_found_tags(text)) if "<" in text or "lt;" in text else []
    paired = _pairs(found)
    skip = 0
    for number, tag in enumerate(found):
        if tag.start >= skip and _in_string_of_code(text, tag):
            skip = found[paired[number]].end if paired.get(number, 0) > number else tag.end
        if tag.start < skip or not _is_markup(text, tag, paired=number in paired):
            continue
        end = _unseen_end(text, tag, found, paired.get(number))
        if end:
            skip = end
            yield Span(tag.start, end, "markup.element", _gap(tag.name))
        else:
            yield Span(tag.start, tag.end, "markup.tag", _gap(tag.name))


def _in_string_of_code(text: str, tag: _Tag) -> bool:
    """Say whether the tag begins a string of code that the article shows: `document.write("<b>…`."""
    return tag.start > 1 and _STRING_OF_CODE.search(text[max(0, tag.start - 20) : tag.start]) is not None


def _found_tags(text: str) -> Iterator[_Tag]:
    elements = web_names("html", "elements")
    closed = {found[1].lower() for found in _OWN_END_TAG.finditer(text)}
    position = 0
    pattern = re.compile(rf"<(?=/?[A-Za-z])|{_LESS}(?=/?[A-Za-z])")
    while start := pattern.search(text, position):
        at = start.start()
        found = (
            (_TAG.match(text, at) or _LOOSE_TAG.match(text, at)) if text[at] == "<" else _ESCAPED_TAG.match(text, at)
        )
        position = at + 1
        if found is None:
            continue
        name, attributes = found["name"].lower(), found["attributes"].strip(" /\n\t\r")
        if not (name in elements or _is_foreign(name, certain=bool(attributes) or name in closed)):
            continue
        if attributes and not _ATTRIBUTE.search(attributes) and not re.fullmatch(r"[a-z-]{1,20}", attributes):
            continue
        position = found.end()
        yield _Tag(at, found.end(), name, bool(found["close"]), not _ATTRIBUTE.search(attributes), found["name"])


def _is_foreign(name: str, *, certain: bool) -> bool:
    """Say whether an element is a page's own (`amp-ad`) or a word processor's (`o:p`)."""
    prefix, colon, _ = name.partition(":")
    return prefix in web_names("html", "namespaces") if colon else certain and "-" in name


def _pairs(tags: list[_Tag]) -> dict[int, int]:
    """Return which tag ends which, both ways, by their numbers."""
    opened: dict[str, list[int]] = {}
    pairs = {}
    for number, tag in enumerate(tags):
        waiting = opened.setdefault(tag.name, [])
        if not tag.closing:
            waiting.append(number)
        elif waiting:
            start = waiting.pop()
            if tag.start - tags[start].end <= _FAR:
                pairs[start], pairs[number] = number, start
    return pairs


def _is_markup(text: str, tag: _Tag, *, paired: bool) -> bool:
    """Say whether a tag was left in the text by a machine, not written about by a person."""
    if not tag.bare:
        return True
    line_start, line_end = _line(text, tag.start, tag.end)
    before = text[max(line_start, tag.start - _NEAR) : tag.start].strip()
    after = text[tag.end : min(line_end, tag.end + _NEAR)].strip()
    if not before and not after:
        return True
    if _speaks_of_tags(text, tag.start, tag.end) and (before or text[tag.end].isspace()):
        return False
    if tag.name in {"script", "style"}:
        # In the middle of a line without attributes they are as likely part of a lesson.
        return paired and not (before and after)
    if paired or tag.closing or tag.name in {"br", "hr", "wbr"}:
        return True
    one_case = tag.written.islower() or tag.written.isupper()
    at_edge = not before or not after or before[-1] in _SENTENCE_END
    return one_case and at_edge and tag.name not in web_names("html", "inline")


def _speaks_of_tags(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _NEXT) : start].rpartition("\n")[2]
    after = text[end : end + _NEXT].partition("\n")[0]
    return _SPEAKS_OF_TAGS.search(_TAG.sub(" ", f"{before} {after}")) is not None


def _gap(name: str) -> str:
    """Return what parts two words between which an element stood: nothing, a space or a line break."""
    if name in web_names("html", "inline") or ":" in name:
        return ""
    return " " if name in web_names("html", "embedded") else "\n"


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - 400), min(len(text), end + 400)
    before, after = text.rfind("\n", first, start), text.find("\n", end, last)
    return before + 1 if before >= 0 else first, after if after >= 0 else last


def _unseen_end(text: str, tag: _Tag, tags: list[_Tag], partner: int | None) -> int | None:
    """Return the end of the element that the tag opens if nothing in it is for readers."""
    if tag.closing or partner is None:
        return None
    unseen = _CODE_OR_NOTHING if tag.name in {"script", "style", "iframe"} else _ADDRESS
    nothing = tag.name != "a" and unseen.match(text, tag.end, tags[partner].start)
    return tags[partner].end if nothing else None


def _comments(text: str) -> Iterator[Span]:
    last = text.rfind("-->")
    reach = 0  # the end of the last opening that goes by itself: what follows it stands at the line's start, too
    for found in _COMMENT.finditer(text) if "<!--" in text else ():
        close = text.find("-->", found.end(), found.end() + _FAR) if found.end() <= last else -1
        if close < 0:
            close = text.find("->", found.end(), found.end() + 300)
        if close >= 0 and text.count("\n\n", found.start(), close) <= 1:
            yield Span(found.start(), text.index(">", close) + 1, "markup.comment")
        elif not text[max(reach, _line(text, *found.span())[0]) : found.start()].strip():
            reach = found.end()
            yield Span(found.start(), reach, "markup.comment")
    if "<!" in text or "<?" in text:
        for pattern in (_CONDITIONAL, _DOCTYPE):
            yield from (Span(*found.span(), "markup.comment") for found in pattern.finditer(text))
    if "]]>" in text or "CDATA" in text:
        yield from (Span(*found.span(), "markup.cdata") for found in _CDATA.finditer(text))
    if "-->" in text:
        for found in re.compile(r"^[^\S\n]*+(-->)[^\S\n]*$", re.MULTILINE).finditer(text):
            yield Span(*found.span(1), "markup.comment")


def _placeholders(text: str) -> Iterator[Span]:
    if not any(mark in text for mark in ("{{", "{%", "${", "[[", "<%", "<#")):
        return
    for pattern in _PLACEHOLDERS:
        for found in pattern.finditer(text):
            quoted = text[found.start() - 1 : found.start()] in {"`", "‘", "“"}
            if not quoted and not _speaks_of_tags(text, *found.span()):
                yield Span(*found.span(), "markup.placeholder")


def _shortcodes(text: str) -> Iterator[Span]:
    if "[/" not in text and "=" not in text:
        return
    opened: dict[str, list[Span]] = {}
    for found in _SHORTCODE.finditer(text):
        span = Span(*found.span(), "markup.shortcode")
        if found["close"]:
            if opened.get(found["name"]):
                start = opened[found["name"]].pop()
                yield start
                yield span
        elif found["attributes"] is None:
            opened.setdefault(found["name"], []).append(span)
        elif _SHORTCODE_ATTRIBUTE.match(found["attributes"]):
            opened.setdefault(found["name"], []).append(span)
            yield span


def _fragments(text: str) -> Iterator[Span]:
    elements = web_names("html", "elements")
    if "<" in text:
        for found in _UNFINISHED.finditer(text):
            cut_off = "=" in found.group() and not _WORDS.search(found["last"] or "")
            if cut_off and found["name"].lower() in elements:
                yield Span(*found.span(), "markup.fragment")
    if '">' in text or "'>" in text:
        for found in re.compile(rf"^{_TAIL.pattern}", re.MULTILINE).finditer(text):
            yield Span(*found.span(), "markup.fragment")


def _without_overlaps(spans: list[Span]) -> list[Span]:
    """Keep the first and longest of spans that overlap."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _edits(text: str, spans: list[Span]) -> Iterator[Edit]:
    position = 0
    for run in _runs(text, spans):
        start, end = run[0].start, run[-1].end
        while start > position and text[start - 1] in " \t\xa0":
            start -= 1
        while end < len(text) and text[end] in " \t\xa0":
            end += 1
        gap = next((gap for gap in ("\n", " ") if any(span.gap == gap for span in run)), "")
        opens = start == 0 or text[start - 1] == "\n"
        closes = end == len(text) or text[end] in "\r\n"
        if opens and closes:
            end = _next_line(text, end)
            yield Edit(start, end, "", run[0].rule)
        elif opens or closes or gap:
            yield Edit(start, end, "" if opens or closes else gap, run[0].rule)
        else:
            yield from (Edit(span.start, span.end, "", span.rule) for span in run)
            end = run[-1].end
        position = end


def _runs(text: str, spans: list[Span]) -> Iterator[list[Span]]:
    """Gather the spans of a line that nothing but spaces part."""
    run: list[Span] = []
    for span in spans:
        between = text[run[-1].end : span.start] if run else ""
        if between.strip() or "\n" in between:
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _next_line(text: str, position: int) -> int:
    for line_break in ("\r\n", "\n"):
        if text.startswith(line_break, position):
            return position + len(line_break)
    return position
