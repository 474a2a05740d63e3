from pathlib import Path

import pytest

from newsclean.readers import read
from newsclean.readers.html import html_to_text
from tests.cases import FIXTURES
from tests.cases import read as read_text

CASES = sorted((FIXTURES / "html").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    source = read((case / "page.html").read_bytes())
    assert source.input == "html"
    assert source.text == read_text(case / "text.txt")
    assert source.encoding.name == "utf-8"


def test_every_case_has_its_two_files_and_no_other() -> None:
    assert CASES
    for case in CASES:
        assert {path.name for path in case.iterdir()} == {"page.html", "text.txt"}, case.name


@pytest.mark.parametrize("tag", ["div", "b", "p", "table", "span"])
def test_deep_nesting(tag: str) -> None:
    depth = 50_000
    page = f"<{tag}>" * depth + "deep down" + f"</{tag}>" * depth + "<p>after</p>"
    text = html_to_text(page)
    assert text.split() == ["deep", "down", "after"]


@pytest.mark.parametrize("page", ["", " \n", "<p></p>", "<!-- x -->", "<script>x</script>"])
def test_nothing_is_empty(page: str) -> None:
    assert html_to_text(page) == ""


def test_plain_words_are_kept() -> None:
    assert html_to_text("Storm &amp; rain") == "Storm & rain\n"


def test_what_looks_like_a_file_name_or_an_address_is_text() -> None:
    assert html_to_text("storm.html") == "storm.html\n"
    assert html_to_text("https://example.org/") == "https://example.org/\n"


def test_line_breaks_of_windows_are_white_space() -> None:
    assert html_to_text("<p>one\r\ntwo</p>\r\n<pre>\r\na\r\nb</pre>") == "one two\n\na\nb\n"
