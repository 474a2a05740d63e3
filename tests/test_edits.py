import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import Change, Edit, Hunk
from newsclean.edits import EditError, Track, apply_edits, restore
from tests.strategies import texts


@st.composite
def edits_for(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits in order that do not overlap; some insert, some delete, some touch each other."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    return [Edit(start, end, draw(st.text("ab \n", max_size=3)), "test.rule") for start, end in spans]


# A text in which each character knows where in the original it stood, or None where an edit put it.
Traced = list[tuple[str, int | None]]


def traced(text: str) -> Traced:
    return [(character, at) for at, character in enumerate(text)]


def apply_traced(traced: Traced, edits: list[Edit]) -> Traced:
    for edit in reversed(edits):
        if "".join(character for character, _ in traced[edit.start : edit.end]) != edit.replacement:
            traced = [*traced[: edit.start], *((c, None) for c in edit.replacement), *traced[edit.end :]]
    return traced


@given(st.data(), texts)
def test_the_record_is_exact_whatever_the_edits(data: st.DataObject, original: str) -> None:
    track, model = Track(original), traced(original)
    for number in range(data.draw(st.integers(0, 5))):
        edits = data.draw(edits_for(track.text))
        before = track.text
        changes = track.apply(f"filter-{number}", edits)
        model = apply_traced(model, edits)
        assert track.text == "".join(character for character, _ in model)
        assert bool(changes) == any(before[edit.start : edit.end] != edit.replacement for edit in edits)
        for change in changes:
            assert change.before == original[change.start : change.end]
    hunks = track.hunks()
    assert restore(track.text, hunks) == original
    assert_every_character_has_an_origin(original, track.text, hunks, model)


def assert_every_character_has_an_origin(original: str, text: str, hunks: tuple[Hunk, ...], model: Traced) -> None:
    """Outside the hunks each character is the very one of the original, in its place; inside, an edit put it."""
    now = origin = 0
    for hunk in [*hunks, Hunk(len(original), len(original), "", "")]:
        gap = hunk.start - origin
        assert text[now : now + gap] == original[origin : hunk.start]
        assert hunk.before == original[hunk.start : hunk.end]
        assert hunk.before != hunk.after or hunk.start == len(original)
        kept = [at for _, at in model[now : now + gap] if at is not None]
        assert set(kept) <= set(range(origin, hunk.start))
        now += gap + len(hunk.after)
        assert text[now - len(hunk.after) : now] == hunk.after
        origin = hunk.end
    assert now == len(text)


@given(texts)
def test_no_edits_leave_the_very_same_text(original: str) -> None:
    track = Track(original)
    assert track.apply("none", []) == []
    assert track.apply("same", [Edit(0, len(original), original)]) == []
    assert track.text is original
    assert track.hunks() == ()


def test_an_edit_on_top_of_another_widens_to_the_original_under_both() -> None:
    track = Track("one &amp; two")
    track.apply("encoding", [Edit(4, 9, "&", "encoding.entity")])
    assert track.text == "one & two"
    assert track.apply("mine", [Edit(3, 5, " and", "mine.and")]) == [
        Change("mine", "mine.and", 3, 9, " &amp;", " and", 1.0)
    ]
    assert track.hunks() == (Hunk(3, 9, " &amp;", " and"),)


def test_an_edit_inside_inserted_text_carries_the_whole_insertion() -> None:
    track = Track("ab")
    track.apply("first", [Edit(1, 1, "XYZ")])
    assert track.apply("second", [Edit(2, 3, "-")])[0][2:6] == (1, 1, "", "X-Z")
    assert track.apply("third", [Edit(2, 2, "+")])[0][2:6] == (1, 1, "", "X+-Z")
    assert track.text == "aX+-Zb"


def test_what_one_edit_takes_and_the_next_puts_back_is_no_net_change() -> None:
    track = Track("a b")
    track.apply("first", [Edit(1, 2, "")])
    track.apply("second", [Edit(1, 1, " ")])
    assert track.text == "a b"
    assert track.hunks() == ()


@pytest.mark.parametrize("edits", [[Edit(0, 2), Edit(1, 3)], [Edit(2, 9)], [Edit(-1, 1)], [Edit(2, 1)]])
def test_edits_that_cannot_be_applied_are_an_error_that_names_the_filter(edits: list[Edit]) -> None:
    track = Track("abc")
    with pytest.raises(EditError, match="mine: edit"):
        track.apply("mine", edits)
    assert track.text == "abc"


def test_apply_edits_and_restore_are_inverse() -> None:
    assert apply_edits("Putinin Moscow", [Edit(5, 5, " ")]) == "Putin in Moscow"
    assert restore("Putin in Moscow", [Hunk(5, 5, "", " ")]) == "Putinin Moscow"


@pytest.mark.parametrize("hunks", [[Hunk(0, 1, "x", "y")], [Hunk(5, 6, "a", "b"), Hunk(0, 1, "a", "b")]])
def test_hunks_of_another_text_are_an_error(hunks: list[Hunk]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        restore("some text", hunks)
