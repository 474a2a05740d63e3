import re
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from newsclean import Document, Edit, Pipeline, Result
from newsclean.readers import Encoding, Source
from newsclean.render.diff import to_diff


def replacing(edits: Iterable[Edit]) -> Pipeline:
    """A pipeline that makes these edits in its first pass and no other."""
    left = list(edits)

    def once(_document: Document) -> list[Edit]:
        due, left[:] = left[:], []
        return due

    return Pipeline(select=[once])


def diff_of(text: str, edits: Iterable[Edit]) -> tuple[str, Result]:
    result = replacing(edits).run(text)
    return to_diff(Source(text, "a.txt", "text", Encoding()), result), result


def patched(text: str, diff: str) -> str:
    """What the diff makes of the text, as `patch` reads it."""
    lines = text.splitlines(keepends=True)
    out: list[str] = []
    position = 0
    kept = ""
    for line in diff.splitlines(keepends=True)[2:]:
        header = re.match(r"@@ -(\d+)(?:,(\d+))? ", line)
        if header:
            start = int(header[1]) - (header[2] != "0")
            out += lines[position:start]
            position = start
        elif line.startswith("\\"):
            if kept != "-":
                out[-1] = out[-1].removesuffix("\n")
        else:
            kept = line[0]
            if kept in " -":
                assert lines[position].removesuffix("\n") == line[1:].removesuffix("\n")
                position += 1
            if kept in " +":
                out.append(line[1:])
    return "".join(out + lines[position:])


def test_nothing_changed() -> None:
    assert diff_of("a\nb\n", [])[0] == ""


def test_contexts_that_touch_are_one_section() -> None:
    text = "".join(f"{number}\n" for number in range(30))
    diff, _ = diff_of(text, [Edit(0, 2), Edit(text.index("7\n"), text.index("8\n")), Edit(text.index("25"), len(text))])
    assert re.findall("@@.*", diff) == ["@@ -1,11 +1,9 @@", "@@ -23,8 +21,3 @@"]


def test_the_last_line_without_a_break() -> None:
    diff, _ = diff_of("a\nb ", [Edit(3, 4)])
    marker = "\\ No newline at end of file\n"
    assert diff == f"--- a.txt\n+++ a.txt\n@@ -1,2 +1,2 @@\n a\n-b \n{marker}+b\n{marker}"


def test_control_characters_never_reach_the_terminal() -> None:
    text = "kept \x1b[31m\ngone \x1b]0;title\x07\n"
    diff = to_diff(
        Source(text, "a\x1b[2J.txt", "text", Encoding()), replacing([Edit(text.index("gone"), len(text))]).run(text)
    )
    assert "\x1b" not in diff
    assert "\x07" not in diff
    assert " kept \\x1b[31m\n-gone \\x1b]0;title\\x07\n" in diff
    assert diff.startswith("--- a\\x1b[2J.txt\n")


def test_a_change_that_cannot_be_seen_is_written_out() -> None:
    diff, _ = diff_of("10\xa0000 euros\n", [Edit(2, 3, " ")])
    assert diff.endswith("-10\\xa0000 euros\n+10 000 euros\n")


def test_colours() -> None:
    text = "a  b\nc\n"
    result = Pipeline(select=["whitespace"]).run(text)
    diff = to_diff(Source(text, "a", "text", Encoding()), result, colour=True)
    assert "\x1b[31m-a  b\x1b[0m\n\x1b[32m+a b\x1b[0m\n c\n" in diff


texts = st.text("ab\n", max_size=40)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(texts)
    edits = []
    position = 0
    while position <= len(text) and draw(st.booleans()):
        start = draw(st.integers(position, len(text)))
        end = draw(st.integers(start, min(start + 6, len(text))))
        edits.append(Edit(start, end, draw(st.text("xy\n", max_size=3)), "r"))
        position = end + 1
    return text, edits


@given(edited())
def test_the_diff_makes_the_clean_text_of_the_original(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    diff, result = diff_of(text, edits)
    assert (patched(text, diff) if diff else text) == result.text
