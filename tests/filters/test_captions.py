import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.credits import is_caption_line
from newsclean.document import Document
from newsclean.edits import apply_edits
from newsclean.filters.captions import RULES, captions
from tests.cases import Case, cases

CASES = [case for case in cases() if case.folder.parent.name == "captions"]

# Pieces of which random pages are made: copies of two captions in many dresses, labels, credit lines and prose.
PIECES = [
    "Mayor Ilse Brandt on the old bridge in Marden on Monday.",
    "Mayor Ilse Brandt on the old bridge in Marden on Monday. (AFP/Tomas Vael)",
    "Mayor Ilse Brandt on the old  bridge in Marden on Monday. (AFP/Tomas Vael) (AFP/)",
    "FILE PHOTO: Mayor Ilse Brandt on the old bridge in Marden on Monday. (AFP/Tomas Vael)",
    "Image caption, Mayor Ilse Brandt on the old bridge in Marden on Monday.",
    "Mayor Ilse Brandt on the old bridge in Marden on Monday. Tomas Vael/AFP hide caption",
    "The council met.Mayor Ilse Brandt on the old bridge in Marden on Monday. (AFP/Tomas Vael)",
    "The council of the town met to vote on the bridge. Mayor Ilse Brandt on the old bridge in Marden on Monday.",
    "A crane at the pier, left, in May",
    "A crane at the pier, left, in May (Reuters)",
    "A crane at the pier, left, in May A crane at the pier, left, in May (Reuters)",
    "Photo: Tomas Vael, AFP",
    "Tomas Vael/Getty Images",
    "hide caption",
    "Image caption",
    "Image source, Getty Images",
    "No bridge, no vote!",
    "The council of the town met to vote on the bridge.",
    "",
    "  ",
]
pages = st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join)


def once(text: str, *, drop: bool = False) -> str:
    return apply_edits(text, list(captions(Document(text), drop=drop)))


@given(pages, st.booleans())
def test_it_settles(text: str, drop: bool) -> None:
    seen = [text]
    while (after := once(seen[-1], drop=drop)) != seen[-1]:
        assert len(after) < len(seen[-1])
        seen.append(after)
    assert len(seen) <= 5


@given(pages)
def test_edits_only_remove_and_name_their_rule(text: str) -> None:
    edits = list(captions(Document(text)))
    assert all(edit.replacement == "" and edit.start < edit.end for edit in edits)
    assert {edit.rule for edit in edits} <= RULES.keys()
    assert edits == sorted(edits)


@given(pages)
def test_no_name_and_no_sentence_is_lost(text: str) -> None:
    chrome = {"hide", "caption", "image", "source", "photo:"}

    def words(page: str) -> set[str]:
        return {word.strip(".,()").lower() for word in page.replace("/", " ").split()} - chrome

    assert words(text.replace("met.Mayor", "met. Mayor")) - words(once(text).replace("met.Mayor", "met. Mayor")) <= {""}


@given(pages)
def test_dropping_leaves_no_caption(text: str) -> None:
    after = once(once(text, drop=True), drop=True)
    assert not any(is_caption_line(line) for line in after.split("\n"))
    for line in ("No bridge, no vote!", "The council of the town met to vote on the bridge."):
        if text.split("\n").count(line) == 1:
            assert line in after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_pass_settles_the_cases(case: Case) -> None:
    drop = case.settings.get("captions") == "drop"
    after = once(case.dirty, drop=drop)
    assert once(after, drop=drop) == after


def test_every_rule_has_a_case() -> None:
    found = {change.rule for case in CASES for change in case.pipeline.run(case.dirty).changes}
    assert found == RULES.keys()


def test_the_document_is_compared_in_any_line_length() -> None:
    paragraph = "The council of Marden met on Monday to vote. " * 40 + "(AFP/Tomas Vael)\n"
    assert once(paragraph * 2) == paragraph * 2


def test_rapidfuzz_is_loaded_for_near_copies_alone() -> None:
    program = (
        "import sys; from newsclean.document import Document; from newsclean.filters.captions import captions;"
        "captions(Document('A bridge in Marden. (AFP)\\nA bridge in Marden. (AFP)\\n'));"
        "print('rapidfuzz' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert output == "False\n"
