r"""A result as a unified diff, made from its net changes: exact, and in linear time, which difflib is not.

Control characters are written out, so that a text cannot command the terminal that shows it; on lines that change,
what cannot be seen is written out too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from newsclean.render.visible import all_visible, visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsclean.edits import Hunk
    from newsclean.pipeline import Result
    from newsclean.readers import Source

CONTEXT = 3  # unchanged lines shown on either side of a change

_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}
_PLAIN = "\x1b[0m"
_NO_BREAK = "\\ No newline at end of file"


class _Block(NamedTuple):
    """Lines `[start, end)` of the original, and the lines that took their place."""

    start: int
    end: int
    after: list[str]


def to_diff(source: Source, result: Result, *, colour: bool = False) -> str:
    r"""Return the unified diff from the original to the clean text; it is empty where nothing changed.

    >>> from newsclean import Pipeline
    >>> from newsclean.readers import read
    >>> source = read(b"Storm  hits.\nIt left.\n", name="storm.txt")
    >>> print(to_diff(source, Pipeline(select=["whitespace"]).run(source.text)), end="")
    --- storm.txt
    +++ storm.txt
    @@ -1,2 +1,2 @@
    -Storm  hits.
    +Storm hits.
     It left.
    """
    if not result.hunks:
        return ""
    lines = _lines(result.original)
    name = visible_line(source.name)
    shown = [f"--- {name}", f"+++ {name}"]
    shift = 0
    for group in _groups(_blocks(result.original, lines, result.hunks)):
        shown += _section(lines, group, shift)
        shift += sum(len(block.after) - (block.end - block.start) for block in group)
    return "".join(f"{_coloured(line) if colour else line}\n" for line in shown)


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*(line + "\n" for line in lines), *([last] if last else [])]


def _blocks(original: str, lines: Sequence[str], hunks: Sequence[Hunk]) -> Iterator[_Block]:
    """Widen the net changes to whole lines, those that share a line into one block."""
    starts = [0, *accumulate(map(len, lines))]
    openings = starts if not lines or lines[-1].endswith("\n") else starts[:-1]  # where a line may start
    at = 0
    while at < len(hunks):
        start = position = openings[bisect_right(openings, hunks[at].start) - 1]
        end = -1
        pieces: list[str] = []
        while at < len(hunks) and (end < 0 or openings[bisect_right(openings, hunks[at].start) - 1] < end):
            hunk = hunks[at]
            pieces += [original[position : hunk.start], hunk.after]
            position = hunk.end
            end = starts[bisect_left(starts, position)]
            if position == end and _breaks_off(pieces):
                end = starts[min(bisect_right(starts, position), len(starts) - 1)]
            at += 1
        pieces.append(original[position:end])
        yield _trimmed(lines, bisect_left(starts, start), bisect_left(starts, end), _lines("".join(pieces)))


def _breaks_off(pieces: Sequence[str]) -> bool:
    """Tell whether a text ends within a line, so that the next line is drawn into it."""
    last = next((piece for piece in reversed(pieces) if piece), "\n")
    return not last.endswith("\n")


def _trimmed(lines: Sequence[str], start: int, end: int, after: list[str]) -> _Block:
    """Take the lines that did not change off both ends of a block."""
    first, last = 0, len(after)
    while start < end and first < last and lines[start] == after[first]:
        start, first = start + 1, first + 1
    while start < end and first < last and lines[end - 1] == after[last - 1]:
        end, last = end - 1, last - 1
    return _Block(start, end, after[first:last])


def _groups(blocks: Iterable[_Block]) -> list[list[_Block]]:
    """Put the blocks whose contexts touch together."""
    groups: list[list[_Block]] = []
    for block in blocks:
        if groups and block.start - groups[-1][-1].end <= 2 * CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _section(lines: Sequence[str], group: Sequence[_Block], shift: int) -> Iterator[str]:
    start = max(group[0].start - CONTEXT, 0)
    end = min(group[-1].end + CONTEXT, len(lines))
    grown = sum(len(block.after) - (block.end - block.start) for block in group)
    yield f"@@ -{_range(start, end)} +{_range(start + shift, end + shift + grown)} @@"
    position = start
    for block in group:
        yield from _marked(" ", map(visible, lines[position : block.start]))
        yield from _marked("-", map(all_visible, lines[block.start : block.end]))
        yield from _marked("+", map(all_visible, block.after))
        position = block.end
    yield from _marked(" ", map(visible, lines[position:end]))


def _range(start: int, end: int) -> str:
    """Write lines as the format does: counted from one, or from the line before where there are none."""
    return f"{start + 1}" if end - start == 1 else f"{start + (end > start)},{end - start}"


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield _NO_BREAK


def _coloured(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    return f"{colour}{line}{_PLAIN}" if colour else line
