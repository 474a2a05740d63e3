import pytest

from newsclean.readers import read
from newsclean.readers.sniffing import declared_encoding, looks_like_html

PAGES = [
    "<!DOCTYPE html><p>x",
    "\ufeff\n <!doctype HTML>\n",
    "<html lang=en><body>x",
    "<BODY class=a>x",
    "<!-- saved from url=(0014)about:internet -->\n<html>x",
    '<?xml version="1.0"?><html xmlns="x">',
    "<div class='article'><p>One.</p><p>Two.</p></div>",
    "<p>One.</p>\n\n<p>Two.</p>\n",
    "<script>var a = 1;</script>\n<div><p>One.</p></div>",
    "Saved page\n<html><body>x</body></html>",
]

TEXTS = [
    "",
    "Storm hits the coast",
    "The <b>storm</b> hit the <i>coast</i>.<br>It left.",
    "<p>The storm hit.\nIt left on Monday.\nNobody was hurt.\n",
    "<div>\nThe storm hit.\n\nIt left.\n\nNobody was hurt.\n</div>",
    "<p>The storm hit.</p>\nIt left.\nNobody was hurt.\nShips sailed.\n</p>",
    "<b>Storm hits</b>\n<b>It left</b>",
    "The <html> tag opens a page, and </html> closes it.\n",
    "A page begins with\n<!doctype html>\nand that is all there is to it.\n",
    "5 < 7 and <head> of state",
    "<heading>Storm</heading><divide>x</divide>",
    "<" * 60_000,
    "<!--" * 20_000,
    "<p " * 20_000,
]


@pytest.mark.parametrize("text", PAGES)
def test_pages(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
def test_texts(text: str) -> None:
    assert not looks_like_html(text)


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml"])
def test_the_suffix_says_it(name: str) -> None:
    assert read(b"Storm <b>hits</b>\nthe coast", name=name).text == "Storm hits the coast\n"


def test_a_text_named_html_is_a_text() -> None:
    source = read(b"Storm hits\n\nthe coast, 5 < 7\n", name="a.html")
    assert (source.input, source.text) == ("text", "Storm hits\n\nthe coast, 5 < 7\n")


def test_the_option_rules() -> None:
    page = b"<!doctype html><p>x</p>"
    assert read(page, kind="text", name="a.html").text == page.decode()
    assert read(b"a\nb", kind="html").text == "a b\n"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b'<META content="text/html; charset=ISO-8859-1" http-equiv="Content-Type">', "cp1252"),
        (b"<meta charset='Shift_JIS'>", "cp932"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=nonsense>", None),
        (b"<meta charset=base64>", None),
        (b"<meta charset=\xff>", None),
        (b"<meta name=x>", None),
    ],
)
def test_declared_encoding(head: bytes, name: str | None) -> None:
    assert declared_encoding(b"<!doctype html>" + head, sure=False) == name


def test_encoding_declared_in_the_prolog() -> None:
    assert declared_encoding(b'<?xml version="1.0" encoding="windows-1251"?><html>', sure=False) == "cp1251"


def test_a_text_about_charsets_declares_none() -> None:
    assert declared_encoding(b"Put <meta charset=big5> into the head.", sure=False) is None
    assert declared_encoding(b"<p><meta charset=big5>", sure=True) == "big5"
