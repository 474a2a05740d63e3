import pytest

from newsclean.render.visible import all_visible, visible, visible_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\tb", "a\tb"),
        ("a\rb\r\n", "a\\rb\r\n"),
        ("a\x9bm\x7f", "a\\x9bm\\x7f"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),
        ("Straße – 漢字 😀 «\xa0oui\xa0»", "Straße – 漢字 😀 «\xa0oui\xa0»"),
    ],
)
def test_controls(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_name_stays_on_its_line() -> None:
    assert visible_line("a\nb\tc\r\n\x1b") == "a\\nb\\tc\\r\\n\\x1b"


def test_what_cannot_be_seen() -> None:
    assert all_visible("a\xa0b\u200bc\xadd\ufeffe\u3000f\x1b") == "a\\xa0b\\u200bc\\xadd\\ufeffe\\u3000f\\x1b"
    assert all_visible("Straße – 漢字 😀") == "Straße – 漢字 😀"
