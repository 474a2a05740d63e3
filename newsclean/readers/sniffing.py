"""Whether a text is HTML, told by looking, and what it says of its encoding.

A text with a few tags left in it is a text, and the filters clean it: read as HTML it would lose its line breaks. So
HTML is what says so at its beginning, or what begins with a block and consists of blocks.
"""

import codecs
import re

HEAD = 4096  # how far into the document what it says of itself is looked for
SAMPLE = 100_000  # how much of a fragment is looked at

# Patterns are strings, compiled at first use: most texts show by their first character that they are no HTML.
_BEFORE = r"(?:\s++|\ufeff|<!--(?s:.){0,2000}?-->|<\?[^>]{0,500}>)*+"
_PAGE = r"<(?:!doctype\s+html|html|head|body)(?=[\s>/])"
_PAGE_LATER = r"^[ \t]{0,40}<(?:!doctype\s+html|html)(?=[\s>])"
_PAGE_END = r"</(?:html|body)\s{0,20}>"

_BLOCKS = (
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li|"
    "main|nav|ol|p|pre|section|table|tbody|td|th|thead|tr|ul"
)
_BLOCK_START = rf"<(?:{_BLOCKS}|link|meta|noscript|script|style|title)(?=[\s>/])"
_BLOCK_END = rf"</(?:{_BLOCKS})\s{{0,20}}>"
_TAG = r"</?[A-Za-z][^<>]{0,2000}>"

# As browsers read them: these labels have long stood for more than they say.
_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
_DECLARED = rb"<meta[^>]{0,500}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([\w:.-]{1,40})"
_DECLARED_XML = rb"^\s{0,200}<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}[\"']([\w:.-]{1,40})"


def looks_like_html(text: str) -> bool:
    r"""Tell whether a text is an HTML page, or a fragment of one.

    >>> looks_like_html("<!DOCTYPE html><title>News</title>"), looks_like_html("<p>One.</p><p>Two.</p>")
    (True, True)
    >>> looks_like_html("The <b>storm</b> hit.<br>It left."), looks_like_html("<div>\nThe storm hit.\n</div>")
    (False, False)
    """
    if "<" not in text[:HEAD]:
        return False
    before = re.match(_BEFORE, text)
    found = text[before.end() if before else 0 :][:SAMPLE]
    if re.match(_PAGE, found, re.IGNORECASE):
        return True
    if re.search(_PAGE_LATER, text[:HEAD], re.IGNORECASE | re.MULTILINE):
        return re.search(_PAGE_END, text, re.IGNORECASE) is not None
    return re.match(_BLOCK_START, found, re.IGNORECASE) is not None and _is_mostly_blocks(found)


def _is_mostly_blocks(sample: str) -> bool:
    """Tell whether two blocks or more end in the sample, and most of its lines have tags."""
    ends = sum(1 for _ in re.finditer(_BLOCK_END, sample, re.IGNORECASE))
    lines = [line for line in sample.splitlines() if line.strip()]
    tagged = sum(1 for line in lines if re.search(_TAG, line))
    return ends >= 2 and tagged * 2 > len(lines)


def has_tags(text: str) -> bool:
    """Tell whether there is any tag in the text."""
    return re.search(_TAG, text) is not None


def declared_encoding(data: bytes, *, sure: bool) -> str | None:
    r"""Return the codec that a page names in its head, or None; `sure` is whether it is known to be a page.

    >>> declared_encoding(b"<!doctype html><meta charset=gb2312>", sure=False)
    'gb18030'
    """
    head = data[:HEAD]
    if b"<" not in head or not (sure or looks_like_html(head.decode("iso8859-1"))):
        return None
    found = re.search(_DECLARED, head, re.IGNORECASE) or re.search(_DECLARED_XML, head)
    if not found:
        return None
    try:
        codec = codecs.lookup(found[1].decode("utf-8", "replace"))
    except LookupError:
        return None
    if not codec._is_text_encoding:
        return None
    # What could be read as ASCII this far cannot be UTF-16 or UTF-32.
    return "utf-8" if codec.name.startswith(("utf-16", "utf-32")) else _LABELS.get(codec.name, codec.name)
