"""Readers: bytes to a source, which is a text and what is known of where it came from."""

import re
from dataclasses import dataclass
from typing import Literal

from newsclean.readers.decoding import Encoding, decode
from newsclean.readers.sniffing import declared_encoding, has_tags, looks_like_html

__all__ = ["Encoding", "Input", "Source", "read"]

Input = Literal["auto", "text", "html"]

HTML_SUFFIXES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Source:
    """A text to clean. `input` says whether it was found as text, or drawn from HTML; `name` is a path, or `-`."""

    text: str
    name: str
    input: Literal["text", "html"]
    encoding: Encoding


def read(data: bytes, *, name: str = "-", encoding: str | None = None, kind: Input = "auto") -> Source:
    r"""Return the text that the bytes hold.

    `kind` says whether they are text or HTML; with "auto" the suffix of the name says it, or else the look of the
    text. `encoding` overrules what the bytes seem to be. Raises ReadError.

    >>> read(b"<!doctype html><p>Storm hits the <b>coast</b></p>").text
    'Storm hits the coast\n'
    >>> read(b"Storm hits the <b>coast</b>").text
    'Storm hits the <b>coast</b>'
    """
    named_html = kind == "html" or (kind == "auto" and name.lower().endswith(HTML_SUFFIXES))
    text, found = decode(data, encoding, None if kind == "text" else declared_encoding(data, sure=named_html))
    if kind == "html" or (kind == "auto" and _is_html(text, named=named_html)):
        from newsclean.readers.html import html_to_text

        # No parser takes half a surrogate pair; what is shown is what a browser shows for a byte of no meaning.
        whole = re.sub(r"[\udc80-\udcff]", "\ufffd", text) if found.strays else text
        return Source(html_to_text(whole), name, "html", found)
    return Source(text, name, "text", found)


def _is_html(text: str, *, named: bool) -> bool:
    # A text that someone named .html would lose its paragraphs, which nothing but line breaks marks.
    return has_tags(text) if named else looks_like_html(text)
