"""The markup filter on what fixtures cannot show: every tag in every position, what it never touches, hostile input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.document import Document
from newsclean.edits import Edit, apply_edits
from newsclean.filters import markup
from newsclean.filters._web_names import web_names

LINE_BREAKING = ["p", "div", "li", "h2", "blockquote", "td", "section", "figcaption"]
INLINE = ["b", "i", "em", "strong", "span", "a", "u", "sup", "font"]


def run(text: str) -> tuple[str, list[Edit]]:
    edits = list(markup(Document(text)))
    return apply_edits(text, edits), edits


@pytest.mark.parametrize("name", INLINE)
@pytest.mark.parametrize("attributes", ["", ' class="x"', " id='x' hidden"])
def test_an_inline_tag_neither_parts_a_word_nor_glues_two(name: str, attributes: str) -> None:
    text, edits = run(f"The fi<{name}{attributes}>r</{name}>st <{name}{attributes}>bridge</{name}> is open.")
    assert text == "The first bridge is open."
    assert {edit.rule for edit in edits} == {"markup.tag"}


@pytest.mark.parametrize("name", LINE_BREAKING)
@pytest.mark.parametrize("attributes", ["", ' class="x"', " data-x = y"])
def test_a_tag_that_breaks_the_line_leaves_a_break(name: str, attributes: str) -> None:
    whole = f"<{name}{attributes}>One.</{name}><{name}{attributes}>Two.</{name}>"
    assert run(whole)[0] == "One.\nTwo."
    assert run(whole.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"))[0] == "One.\nTwo."
    assert run(whole.replace("<", "&amp;lt;").replace(">", "&amp;gt;"))[0] == "One.\nTwo."


@pytest.mark.parametrize("name", ["area", "br", "embed", "hr", "img", "input", "link", "meta", "source"])
def test_an_element_without_content_never_glues_words(name: str) -> None:
    assert run(f'One<{name} id="x">two <{name} id="x"/> three.')[0].split() == ["One", "two", "three."]


def test_lines_of_tags_go_whole_and_what_they_enclose_keeps_its_lines() -> None:
    text = '<div id="a">\n  <p>\nOne.\n  </p>\n</div>\n<hr>\nTwo.\n'
    assert run(text)[0] == "One.\nTwo.\n"


def test_a_tag_that_a_sentence_names_stays() -> None:
    for name in web_names("html", "elements"):
        text = f"The <{name}> element is new.\n"
        assert run(text) == (text, [])


@given(st.text(alphabet=" \n0123456789abcxyzé한<>=-/!?.,;:'\"()@#", max_size=80))
def test_what_a_person_may_write_between_angle_brackets_stays(text: str) -> None:
    names = web_names("html", "elements")
    tagged = any(f"<{mark}{name}" in text for name in names for mark in ("", "/"))
    if not tagged and "<!-" not in text and "->" not in text and "=" not in text:
        assert run(text) == (text, [])


@pytest.mark.parametrize(
    "unit", ["<", ">", "<b>", "</b>", '<b x="', "<!--", "-->", "{{a", "&lt;b ", '[a b="', "<<b>b>"]
)
def test_input_made_to_hurt_is_read_to_its_end(unit: str) -> None:
    text = unit * 5_000
    left, edits = run(text)
    assert len(left) == len(text) - sum(edit.end - edit.start - len(edit.replacement) for edit in edits)


def test_tags_may_be_nested_deeper_than_python_recurses() -> None:
    assert run("<div>" * 50_000 + "One." + "</div>" * 50_000)[0] == "One."
    assert run("<b>" * 2_000 + "One." + "</b>" * 2_000)[0] == "One."
