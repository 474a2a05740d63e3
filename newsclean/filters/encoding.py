r"""Characters that a wrong decoder, an HTML entity or a page's typesetting left in the text.

Mends mojibake (by ftfy, only in the passages that show its signs), decodes HTML entities however often they were
escaped, turns control characters and odd line breaks into what they stood for, takes out what cannot be seen
(byte-order marks, soft hyphens, zero-width characters) and makes no-break spaces plain.

Leaves alone: curly quotes, ligatures, full-width forms, dashes and ellipses; joiners where Arabic, Persian, Indic
scripts or emoji need them, and zero-width spaces where Thai, Khmer, Lao or Burmese break words at them; direction marks
in a text with a right-to-left script; no-break spaces where typography wants them (before `:;!?»`, after `«`, inside
numbers, between a number and its unit); `&` and a word that is no entity (`AT&T;`).

>>> from newsclean.document import Document
>>> [edit[:3] for edit in encoding(Document("Bread &amp;amp; tea"))]
[(6, 15, '&')]
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.patterns import holds_any, lazy

RULES: Mapping[str, str] = {
    "encoding.mojibake": "Text that was decoded with the wrong table (â€™ for ’) is decoded again with the right one.",
    "encoding.entity": "An HTML entity (&amp;, &#8217;) becomes the character that it stands for.",
    "encoding.control": "A control character, which no article holds, is removed or becomes what it stood for.",
    "encoding.line-break": "An odd line break (a lone CR, a form feed, U+2028) becomes a plain one.",
    "encoding.invisible": "A character that cannot be seen and that the script does not need is removed.",
    "encoding.no-break-space": "A no-break space becomes a space where no typography wants it.",
}

# The first of the characters that UTF-8 read as Windows-1252 or Latin-1 gives, then one of those that must follow;
# and Cyrillic read as Windows-1251, which is told from words by three pairs in a row.
_LEADS = "ÂÃÄÅÎÏÐÑ×ØÙÚÛàáâãäåæçèéêëìíîïð"
_CYRILLIC_LEADS = "РС"
_CONTINUATION = "\x80-\xbf€‚ƒ„†‡ˆ‰Š‹ŒŽ•–—˜™š›œžŸ"
# These close a quotation in good text, unless a letter follows: “IRMÃ” is a name, ESPAÃ‘A is España.
_QUOTES = "‘’“”…"
_CYRILLIC = "\u0400-\u040f\u0450-\u045f\u0490\u0491€‚„…†‡‰‹‘’“”•–—™›\xa0-\xbf№"
_PAIR = rf"[{_LEADS}](?:[{_CONTINUATION}]|[{_QUOTES}](?=[^\W\d_]))"
_MOJIBAKE = re.compile(_PAIR)
# Both begin with one class, for which alone the search is quick.
_MOJIBAKE_OR_CYRILLIC = lazy(
    rf"[{_LEADS}{_CYRILLIC_LEADS}](?:(?<=[{_LEADS}])(?:[{_CONTINUATION}]|[{_QUOTES}](?=[^\W\d_]))"
    rf"|(?<=[{_CYRILLIC_LEADS}])[{_CYRILLIC}](?:[{_CYRILLIC_LEADS}][{_CYRILLIC}]){{2}})"
)
# The third character of a closing quote is a control, which many a program drops.
_CUT_QUOTE = lazy(r"â€(?=[ \t.,;:!?)\]]|$)", re.MULTILINE)

_NAME = r"#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31}"
_ENTITY = lazy(rf"&(?P<escapes>(?:(?:amp|#0*38|#[xX]0*26);)*+)(?:(?P<name>{_NAME});)?")
_UNCLOSED_ENTITY = lazy(r"&(nbsp|amp|quot)(?![A-Za-z0-9=;&])")

_TERMINAL_ESCAPE = lazy(r"\x1b(?:\[[0-9;?]{0,20}[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\))")
_ODD = lazy(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff"
    "\ud800-\udfff]|\r(?!\n)"
)
_SURROGATES = lazy("[\ud800-\udbff][\udc00-\udfff]")
_PLAIN_ASCII = bytes([*b"\t\n", *range(0x20, 0x7F)])
_LINE_BREAKS = frozenset("\r\x0b\x0c\u2028\u2029")
_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")
_NO_BREAK = frozenset("\xa0\u202f")
_JOINERS = frozenset("\u200c\u200d")
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_RIGHT_TO_LEFT = lazy("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_JOINING_SCRIPT = lazy("[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_EMOJI = lazy("[\u00a9\u00ae\u2190-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff]")
_UNSPACED_SCRIPT = lazy("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")

# Typography that wants a no-break space: French punctuation, thousands, units.
_SPACED_PUNCTUATION = frozenset(":;!?»")
_UNIT = lazy(
    r"(?:[%‰€$£¥₽₹₴°]|(?:km|m|cm|mm|kg|g|mg|t|l|cl|ml|ha|h|min|s|kW|MW|GW|kWh|MWh|km/h|Hz|GHz|MHz|kB|MB|GB|TB|dB|°C|°F|"
    r"EUR|USD|GBP|CHF|Mio|Mrd|Millionen|Milliarden|Prozent|Euro|euros?|millions?|milliards?|billions?|millones|milhões|"
    r"milioni|miliardi|percent|per cent|pour cent|por ciento|por cento|млн|млрд|тыс|руб)\b)"
)

_CHUNK = 2_000  # characters of a long line that ftfy and the comparison with its answer are given at once


def encoding(document: Document) -> Iterable[Edit]:
    """Yield the edits that make every character the one that the reporter typed."""
    text = document.text
    edits = [] if text.isascii() or not holds_any(text, _LEADS + _CYRILLIC_LEADS) else list(_mojibake(text))
    if "&" in text:
        edits += _clear_of(edits, _entities(text))
    if not _plain(document):
        edits += _clear_of(edits, _odd_characters(text))
    return edits


def _plain(document: Document) -> bool:
    """Whether the text holds no character to look at twice: a far quicker answer than a search gives."""
    if document.text.isascii():
        return not document.text.encode().translate(None, _PLAIN_ASCII) and "\r" not in document.text
    # Not printable are controls, format characters, and all spaces but the common one.
    return all(map(str.isprintable, document.line_texts))


def _clear_of(taken: list[Edit], edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits that do not touch a span which an edit has already."""
    if not taken:
        return list(edits)
    covered = {offset for edit in taken for offset in range(edit.start, edit.end)}
    return [edit for edit in edits if covered.isdisjoint(range(edit.start, edit.end))]


def _mojibake(text: str) -> Iterator[Edit]:
    passages = list(_suspected(text))
    if not passages:
        return
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig(unescape_html=False, uncurl_quotes=False, normalization=None)
    for start, end in passages:
        passage = text[start:end]
        yield from _differences(passage, fix_encoding(_CUT_QUOTE.sub("â€\x9d", passage), config), start)


def _suspected(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans, a line each or a part of a long one, that show signs of mojibake."""
    # That for both is slower, and needed by few texts.
    pattern = _MOJIBAKE_OR_CYRILLIC if holds_any(text, _CYRILLIC_LEADS) else _MOJIBAKE
    position = 0
    for match in pattern.finditer(text):
        if match.start() < position:
            continue
        start = max(text.rfind("\n", position, match.start()) + 1, position, match.start() - _CHUNK)
        end = text.find("\n", match.end(), match.end() + _CHUNK)
        if end < 0:
            end = _last_space(text, match.end(), min(len(text), match.end() + _CHUNK))
        yield start, end
        position = end


def _last_space(text: str, start: int, end: int) -> int:
    found = text.rfind(" ", start, end) if end < len(text) else -1
    return found if found > 0 else end


def _differences(before: str, after: str, offset: int) -> Iterator[Edit]:
    """Yield the edits that turn one passage into the other."""
    from rapidfuzz.distance import Levenshtein

    for changed, steps in groupby(Levenshtein.opcodes(before, after), key=lambda step: step.tag != "equal"):
        if changed:
            found = list(steps)
            first, last = found[0], found[-1]
            replacement = after[first.dest_start : last.dest_end]
            yield Edit(offset + first.src_start, offset + last.src_end, replacement, "encoding.mojibake")


def _entities(text: str) -> Iterator[Edit]:
    from html import unescape
    from html.entities import html5

    marks = _marks_needed(text)
    for match in _ENTITY.finditer(text):
        name, end = match["name"], match.end()
        if not name or (name[0] != "#" and f"{name};" not in html5):
            name, end = "amp", match.end("escapes")
        meant = unescape(f"&{name};")
        if end > match.start() + 1:
            replacement = _meant(meant, text, match.start(), end, marks) if _ODD.match(meant) else meant
            yield Edit(match.start(), end, replacement, "encoding.entity")
    for match in _UNCLOSED_ENTITY.finditer(text):
        yield Edit(match.start(), match.end(), unescape(f"&{match[1]};"), "encoding.entity")


def _odd_characters(text: str) -> Iterator[Edit]:
    marks = _marks_needed(text)
    position = 0
    for match in _ODD.finditer(text):
        start, character = match.start(), match[0]
        if start < position:
            continue
        position = match.end()
        if pair := _SURROGATES.match(text, start):
            whole = pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
            yield Edit(start, pair.end(), whole, "encoding.control")
            position = pair.end()
            continue
        if character == "\x1b" and (escape := _TERMINAL_ESCAPE.match(text, start)):
            position = escape.end()
        yield Edit(start, position, _meant(character, text, start, position, marks), _rule(character))


def _rule(character: str) -> str:
    if character in _NO_BREAK:
        return "encoding.no-break-space"
    if character in _LINE_BREAKS:
        return "encoding.line-break"
    return "encoding.control" if character < "\xa0" or character > "\ufff8" else "encoding.invisible"


def _marks_needed(text: str) -> frozenset[str]:
    """Return the direction marks, where the text holds a script that they steer."""
    return frozenset() if text.isascii() or not _RIGHT_TO_LEFT.search(text) else _DIRECTION_MARKS


def _meant(character: str, text: str, start: int, end: int, marks: frozenset[str]) -> str:
    """Return what an odd character between `text[:start]` and `text[end:]` should read."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if character in _NO_BREAK:
        return character if _wants_no_break(before, after, text, end) else " "
    if character in _LINE_BREAKS:
        return "\n"
    if character in _SEPARATORS:
        return " "
    if _is_stray(character) and not _is_stray(before) and not _is_stray(after) and after:
        return bytes([ord(character) - 0xDC00]).decode("cp1252", "ignore")
    if "\x7f" < character < "\xa0":
        return bytes([ord(character)]).decode("cp1252", "ignore")
    return character if _needed(character, before, after, marks) else ""


def _is_stray(character: str) -> bool:
    """Whether this is a byte that is no UTF-8, as Python's surrogateescape carries it."""
    return "\udc80" <= character <= "\udcff"


def _wants_no_break(before: str, after: str, text: str, end: int) -> bool:
    if before == "«" or after in _SPACED_PUNCTUATION:
        return bool(after)
    if not before.isdigit():
        return False
    return after.isdigit() or _UNIT.match(text, end) is not None


def _needed(character: str, before: str, after: str, marks: frozenset[str]) -> bool:
    """Whether the script around an invisible character has a use for it."""
    if character in _JOINERS:
        joined = _JOINING_SCRIPT.match(before) is not None
        if character == "\u200d":
            return joined or bool(_EMOJI.match(before) and _EMOJI.match(after))
        return joined and after.isalpha()
    if character == "\u200b":
        return bool(_UNSPACED_SCRIPT.match(before) and _UNSPACED_SCRIPT.match(after))
    return character in marks
