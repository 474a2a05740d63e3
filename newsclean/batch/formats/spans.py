r"""JSON with places: where each value of an object stands, so that one is replaced and every other byte is left.

Reading into Python and writing anew would make 1.10 into 1.1 and lose doubled keys, white space and escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from newsclean.batch.formats.common import NOTE, dumped

_SPACE = re.compile(r"[ \t\n\r]*+")
# A string, which may lack its end, or a bracket. With the end demanded, a text of escaped quotes would be searched
# again from each of them.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_LONGEST_INTEGER = 4300  # digits, beyond which Python refuses to read one, since that takes quadratic time


class Member(NamedTuple):
    """A key and its value, and where they begin and where the value begins and ends."""

    key: str
    value: Any
    key_start: int
    start: int
    end: int


class NestedError(ValueError):
    """JSON that is nested deeper than it may be."""


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Decimal(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)


def members(text: str, at: int = 0) -> tuple[list[Member], int]:
    """Return the members of the object that begins at an offset, and where it ends. Raises ValueError.

    >>> members('{"a": 1.10}')
    ([Member(key='a', value=1.1, key_start=1, start=6, end=10)], 11)
    """
    found: list[Member] = []

    def member(start: int) -> int:
        key, end = _value(text, start)
        if not isinstance(key, str):
            raise json.JSONDecodeError("Expecting a name in double quotes", text, start)
        value_start = _after(text, _expect(text, _after(text, end), ":"))
        value, value_end = _value(text, value_start)
        found.append(Member(key, value, start, value_start, value_end))
        return value_end

    end = _items(text, _expect(text, at, "{"), "}", member)
    return found, end


def elements(text: str, at: int = 0) -> tuple[list[tuple[int, int]], int]:
    """Return where each element of the list that begins at an offset begins and ends, and where the list ends.

    >>> elements("[1, [2]]")
    ([(1, 2), (4, 7)], 8)
    """
    found: list[tuple[int, int]] = []

    def element(start: int) -> int:
        found.append((start, _value(text, start)[1]))
        return found[-1][1]

    end = _items(text, _expect(text, at, "["), "]", element)
    return found, end


def whole_object(text: str) -> list[Member]:
    """Return the members of an object that is all of a text but white space. Raises ValueError."""
    start = _after(text, 0)
    found, end = members(text, start)
    refuse_more(text, end)
    return found


def refuse_more(text: str, at: int) -> None:
    """Raise ValueError where more than white space follows."""
    end = _after(text, at)
    if end < len(text):
        raise json.JSONDecodeError("Extra data", text, end)


def first_sign(text: str) -> tuple[str, int]:
    """Return the first character that is no white space, and where it stands."""
    at = _after(text, 0)
    return text[at : at + 1], at


def refuse_nesting(text: str, limit: int) -> None:
    """Raise NestedError where brackets nest deeper than the limit, without going any deeper to find out.

    >>> refuse_nesting('{"a": "[[[["}', 2)
    >>> refuse_nesting("[[[", 2)
    Traceback (most recent call last):
        ...
    newsclean.batch.formats.spans.NestedError: it is nested more than 2 deep
    """
    if text.count("[") + text.count("{") <= limit:
        return
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        sign = text[token.start()]
        if sign in "[{":
            depth += 1
            if depth > limit:
                raise NestedError(f"it is nested more than {limit} deep")
        elif sign in "]}":
            depth -= 1


def respelled(text: str, key: str, clean: str, note: Mapping[str, Any]) -> str:
    """Return the text of an object with one string replaced and the note added as its last member.

    >>> respelled('{"text":"Ad. Storm.","n":1.10}', "text", "Storm.", {"changes": 1})
    '{"text":"Storm.","n":1.10,"newsclean":{"changes":1}}'
    """
    found = whole_object(text)
    last = found[-1]
    changed = next(member for member in reversed(found) if member.key == key)
    old_note = next((member for member in reversed(found) if member.key == NOTE), None)
    compact = text[changed.start - 1] == ":"
    spelled = dumped(note, compact=compact)
    edits = []
    if changed.value != clean:
        # Who escaped all that is not ASCII has a reason to.
        edits.append((changed.start, changed.end, dumped(clean, ascii_only=text.isascii() and not _is_ascii(changed))))
    if old_note:
        edits.append((old_note.start, old_note.end, spelled))
    else:
        before = _space_before(text, last.key_start) or ("" if compact else " ")
        edits.append((last.end, last.end, f',{before}"{NOTE}":{"" if compact else " "}{spelled}'))
    return _spliced(text, edits)


def _spliced(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, new in sorted(edits):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _is_ascii(member: Member) -> bool:
    return isinstance(member.value, str) and member.value.isascii()


def _space_before(text: str, at: int) -> str:
    start = at
    while start and text[start - 1] in " \t\n\r":
        start -= 1
    return text[start:at]


def _items(text: str, at: int, close: str, item: Callable[[int], int]) -> int:
    at = _after(text, at)
    if text[at : at + 1] == close:
        return at + 1
    while True:
        at = _after(text, item(at))
        if text[at : at + 1] == close:
            return at + 1
        at = _after(text, _expect(text, at, ","))


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise NestedError("it is nested deeper than Python reads") from None


def _expect(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise json.JSONDecodeError(f"Expecting {sign!r}", text, at)
    return at + 1


def _after(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
