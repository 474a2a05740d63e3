from hypothesis import given

from newsclean import Document
from tests.strategies import texts


@given(texts)
def test_the_lines_cover_the_text(text: str) -> None:
    lines = Document(text).lines
    assert [line.start for line in lines] == [0, *(line.stop for line in lines)][: len(lines)]
    assert not lines or lines[-1].stop == len(text)
    for line in lines:
        assert line.text == text[line.start : line.end]
        assert text[line.end : line.stop] in {"\n", "\r\n", ""}
        assert line.blank == (not line.text.strip())


def test_no_other_character_breaks_a_line() -> None:
    assert [line.text for line in Document("a\x0bb\x0cc\x85d\u2028e\rf\n\ng").lines] == [
        "a\x0bb\x0cc\x85d\u2028e\rf",
        "",
        "g",
    ]


def test_the_language_is_that_of_the_original() -> None:
    original = Document("El presidente dijo que no hay acuerdo entre los dos países.")
    assert Document("", original=original).language == "es"
    assert Document("The end of the talks is near.", language="es").language == "es"
