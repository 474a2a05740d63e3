"""Edits, the record of them, and the way from any text back to the original.

All offsets are code points. A `Track` remembers which runs of the original still stand in the text; what lies
between two such runs is a net change. So the record stays exact whatever number of filters edit the same place.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """What a filter yields: replace `[start, end)` of the text it was given by `replacement`."""

    start: int
    end: int
    replacement: str = ""
    rule: str = ""
    confidence: float = 1.0


class Change(NamedTuple):
    """One edit as the record keeps it: `[start, end)` is a span of the original.

    An edit on top of an earlier one is widened to the original text under both; `after` is what then stood there.
    """

    filter: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    confidence: float


class Hunk(NamedTuple):
    """A net change: where the original read `before` at `[start, end)`, the clean text reads `after`."""

    start: int
    end: int
    before: str
    after: str


class EditError(ValueError):
    """A filter yielded edits that cannot be applied: out of the text, or overlapping."""


class _Run(NamedTuple):
    """`length` characters that stand at `now` in the text and at `origin` in the original."""

    now: int
    origin: int
    length: int


class Track:
    """A text under edit.

    >>> track = Track("Putinin  Moscow")
    >>> track.apply("glued_words", [Edit(5, 5, " ", "glued_words.split")])
    [Change(filter='glued_words', rule='glued_words.split', start=5, end=5, before='', after=' ', confidence=1.0)]
    >>> track.apply("whitespace", [Edit(8, 10, " ", "whitespace.run")])[0][2:6]
    (7, 9, '  ', ' ')
    >>> track.text
    'Putin in Moscow'
    >>> track.hunks()
    (Hunk(start=5, end=5, before='', after=' '), Hunk(start=7, end=9, before='  ', after=' '))
    """

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = original
        self._runs = [_Run(0, 0, len(original))] if original else []

    def apply(self, name: str, edits: Iterable[Edit]) -> list[Change]:
        """Apply one filter's edits at once and return them as changes; edits that change nothing are dropped.

        Raises EditError, naming the filter, when two edits overlap or one lies outside the text.
        """
        useful = _checked(name, edits, self.text)
        if not useful:
            return []
        changes = [self._change(name, edit) for edit in useful]
        self._runs = _subtract(self._runs, useful)
        self.text = apply_edits(self.text, useful)
        return changes

    def hunks(self) -> tuple[Hunk, ...]:
        """Return the net changes between the original and the text, in order, with text that stands between them."""
        found = []
        now = origin = 0
        for run in [*self._runs, _Run(len(self.text), len(self.original), 0)]:
            before, after = self.original[origin : run.origin], self.text[now : run.now]
            if before != after:
                found.append(Hunk(origin, run.origin, before, after))
            now, origin = run.now + run.length, run.origin + run.length
        return tuple(found)

    def _change(self, name: str, edit: Edit) -> Change:
        if edit.start == edit.end:
            now, start, now_end, end = self._point(edit.start)
        else:
            now, start = self._left(edit.start)
            now_end, end = self._right(edit.end)
        after = self.text[now : edit.start] + edit.replacement + self.text[edit.end : now_end]
        return Change(name, edit.rule, start, end, self.original[start:end], after, edit.confidence)

    def _run_at(self, position: int) -> int:
        return bisect_right(self._runs, position, key=lambda run: run.now) - 1

    def _left(self, position: int) -> tuple[int, int]:
        """Return where the change that covers the character at `position` starts, in the text and in the original."""
        at = self._run_at(position)
        if at < 0:
            return 0, 0
        run = self._runs[at]
        inside = min(position - run.now, run.length)
        return run.now + inside, run.origin + inside

    def _right(self, position: int) -> tuple[int, int]:
        """Return where the change that covers the character before `position` ends."""
        at = self._run_at(position - 1)
        if at >= 0 and position - self._runs[at].now <= self._runs[at].length:
            return position, self._runs[at].origin + position - self._runs[at].now
        if at + 1 < len(self._runs):
            return self._runs[at + 1].now, self._runs[at + 1].origin
        return len(self.text), len(self.original)

    def _point(self, position: int) -> tuple[int, int, int, int]:
        """Return the same four ends for an insertion, which widens only where it falls inside an earlier one."""
        at = self._run_at(position)
        if at >= 0 and position == self._runs[at].now and at > 0:
            before = self._runs[at - 1]
            if before.now + before.length == position:
                at -= 1
        if at >= 0 and position - self._runs[at].now <= self._runs[at].length:
            origin = self._runs[at].origin + position - self._runs[at].now
            return position, origin, position, origin
        return (*self._left(position), *self._right(position + 1))


def _checked(name: str, edits: Iterable[Edit], text: str) -> list[Edit]:
    useful = []
    last = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not last <= edit.start <= edit.end <= len(text):
            where = f"[{edit.start}, {edit.end})"
            raise EditError(f"{name}: edit {where} overlaps an earlier edit or lies outside the text")
        last = edit.end
        if text[edit.start : edit.end] != edit.replacement:
            useful.append(edit)
    return useful


def _subtract(runs: Sequence[_Run], edits: Sequence[Edit]) -> list[_Run]:
    """Cut the edited spans out of the runs, and move what is left to where it stands after the edits."""
    left: list[_Run] = []
    shift = at = 0
    for run in runs:
        position, end = run.now, run.now + run.length
        while at < len(edits) and edits[at].start < end:
            edit = edits[at]
            if edit.start > position:
                left.append(_Run(position + shift, run.origin + position - run.now, edit.start - position))
            position = max(position, edit.end)
            if edit.end > end:
                break
            shift += len(edit.replacement) - (edit.end - edit.start)
            at += 1
        if position < end:
            left.append(_Run(position + shift, run.origin + position - run.now, end - position))
    return left


def disjoint(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits in order without those that overlap an earlier one; the next pass finds what is left.

    >>> [(edit.start, edit.end) for edit in disjoint([Edit(4, 9), Edit(0, 5), Edit(5, 5, " ")])]
    [(0, 5), (5, 5)]
    """
    kept: list[Edit] = []
    for edit in sorted(edits):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with the edits, which are in order and do not overlap, applied.

    >>> apply_edits("a  b", [Edit(1, 3, " ")])
    'a b'
    """
    pieces = []
    position = 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.replacement]
        position = edit.end
    pieces.append(text[position:])
    return "".join(pieces)


def restore(text: str, hunks: Iterable[Hunk]) -> str:
    """Return the original of which `text` is the clean form and `hunks` the net changes.

    Raises ValueError where they do not belong together.

    >>> restore("Putin in Moscow", [Hunk(5, 5, "", " ")])
    'Putinin Moscow'
    """
    pieces = []
    now = origin = 0
    for hunk in hunks:
        gap = hunk.start - origin
        if gap < 0 or not text.startswith(hunk.after, now + gap):
            raise ValueError(f"the hunk at {hunk.start} does not fit the text")
        pieces += [text[now : now + gap], hunk.before]
        now += gap + len(hunk.after)
        origin = hunk.end
    pieces.append(text[now:])
    return "".join(pieces)
