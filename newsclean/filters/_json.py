"""Reading a stretch of JSON in a scraped text: a whole object, or lines of one."""

from typing import NamedTuple

from newsclean.filters._code_unit import SURE, Unit
from newsclean.filters._paragraphs import ends_sentence
from newsclean.patterns import lazy

_LONGEST = 1_000_000  # characters
FEW = 3  # pairs that people write by hand
_DEEPEST = 200  # brackets within brackets

# How an object starts, or a list of them.
DATA = lazy(r"[{\[]\s{0,50}+(?:[{\[]\s{0,50}+)?\"")
_SPACE = lazy(r"\s*+")
# A quote that no comma, colon or bracket follows has lost its backslash, and is part of the string.
_STRING = lazy(r'"(?:[^"\\\n]|\\.){0,200000}+(?:"(?![^\S\n]*+(?:[,:\]}]|\n|\Z))(?:[^"\\\n]|\\.){0,20000}+){0,200}+"')
_UNCLOSED_STRING = lazy(
    r'[^\S\n]*+(?:(?:"[\w@:-]{1,100}+"[^\S\n]*+:[^\S\n]*+[\[{]{0,3}+){1,3}+"[^"\n]{0,2000}+|"[\w@:-]{0,100}+)(?=\n|\Z)'
)
_REST = lazy(r"[^\n]{0,2000}+")
_WORDS = lazy(r"(?:[^\W\d_]+[^\S\n]++){2}[^\W\d_]+")
_BEFORE_DATA = ("", "\n", "=", "(", ">")  # what stands before data that stand alone
_KEY = lazy(r"\s{0,50}+:")
_ATOM = lazy(r"-?\d[\d.eE+-]*+|true\b|false\b|null\b|undefined\b")
# A value that no list of facts has: an address, or a name that JSON-LD has given its at sign.
_CERTAIN = lazy(r'"(?:@|https?:)')


_MARKS = {"{": "{", "[": "{", "}": "}", "]": "}", ",": ",", ":": ":"}
# What a token may follow; "" is the start.
_MAY_FOLLOW = {
    "{": {"", "{", ",", ":"},
    "}": {"{", "}", ",", "value"},
    ",": {"}", "value"},
    ":": {"key"},
    "value": {"", "{", ",", ":"},
}


class _Token(NamedTuple):
    kind: str  # one of `{ } , :`, "key" or "value"
    end: int


def read_json(text: str, start: int) -> Unit | None:
    """Read an object, a list of objects, or `"key": value` lines that have lost their braces.

    >>> text = '{"@type": "Person", "name": "Ann "Annie" Lee"} She said so.'
    >>> text[read_json(text, 0).end:]
    ' She said so.'
    >>> read_json('"The Tenth": parents are not allowed', 0) is None
    True
    """
    position = end = start
    depth = pairs = certain = 0
    before = ""
    while position - start < _LONGEST:
        token = _token(text, position, before, depth)
        if token is None:
            break
        pairs += before == ":"
        if token.kind in {"key", "value"}:
            certain += _CERTAIN.match(text, _skip(text, position)) is not None
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        if depth > _DEEPEST:
            break
        position, before = token.end, token.kind
        if before in {"}", ",", "value"}:
            end = position
        if before == "}" and not depth:
            break
    if not pairs:
        return None
    if depth:
        alone = text[start] in "{[" and text[max(0, start - 3) : start].rstrip(" \t")[-1:] in _BEFORE_DATA
        end = _cut_off_at(text, end, certain=bool(certain) or (alone and pairs > FEW), likely=alone and pairs > 1)
    whole = text[start] in "{["
    return Unit(end, "code.json", SURE if whole or certain else min(pairs, SURE), depth)


def _token(text: str, position: int, before: str, depth: int) -> _Token | None:
    """Return the next token that may follow the one before, both kinds of bracket taken for one."""
    position = _skip(text, position)
    mark = text[position : position + 1]
    kind = _MARKS.get(mark, "value")
    if before not in _MAY_FOLLOW[kind] or (kind == "}" and not depth):
        return None
    if kind != "value":
        return _Token(kind, position + 1)
    if mark == '"':
        return _string(text, position, before)
    atom = _ATOM.match(text, position) if before else None
    return _Token("value", atom.end()) if atom else None


def _string(text: str, position: int, before: str) -> _Token | None:
    string = _STRING.match(text, position)
    if string is None:
        return None
    is_key = before != ":" and _KEY.match(text, string.end())
    return _Token("key" if is_key else "value", string.end())


def unclosed_string_end(text: str, position: int) -> int:
    """Return where a key and a string end that have lost the closing quote, with their line, or 0.

    What ends as a sentence does may be one: people forget to close a quote, too.

    >>> unclosed_string_end('{"id":1,"title":"Harbour reop', 8)
    29
    """
    string = _UNCLOSED_STRING.match(text, position)
    return string.end() if string and not ends_sentence(string.group()) else 0


def _cut_off_at(text: str, end: int, *, certain: bool, likely: bool) -> int:
    """Return where an object that never closes ends: with its line, unless prose stands in the rest of that.

    A string that has lost its closing quote is no prose in data for search engines or of many pairs, and seldom in data
    that stands alone and has others.
    """
    string = _UNCLOSED_STRING.match(text, end) if certain or likely else None
    if string and (certain or not ends_sentence(string.group())):
        return string.end()
    rest = _REST.match(text, end)
    return rest.end() if rest and not _WORDS.search(rest.group()) else end


def _skip(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position
