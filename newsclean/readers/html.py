"""HTML to text, block by block, as a browser shows it.

Elements that are blocks, by name or by style, and `<br>` break lines and nothing else does, so that inline elements
neither glue words nor split them; white space collapses except in `<pre>`. What a browser does not show is left out:
scripts, styles, templates, comments, the head, elements that are hidden. Left in, for the filters to judge:
navigation, captions, buttons.
The walk keeps its own stack, since pages nest deeper than Python recurses.
"""

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

# Elements whose content no browser shows, or shows as a control and not as text.
UNSEEN = frozenset({
    "applet", "area", "audio", "canvas", "datalist", "embed", "head", "iframe", "meta", "noembed", "noframes",
    "noscript", "object", "optgroup", "option", "param", "rp", "rt", "rtc", "script", "select", "source",
    "style", "svg", "template", "textarea", "title", "track", "video",
})  # fmt: skip

# Elements with a blank line before and after them.
PARAGRAPHS = frozenset({
    "blockquote", "dl", "fieldset", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "listing", "menu", "ol",
    "p", "pre", "table", "ul", "xmp",
})  # fmt: skip

# Elements that start and end a line.
LINES = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dt",
    "figcaption", "footer", "form", "header", "hgroup", "html", "legend", "li", "main", "nav", "section",
    "summary", "tbody", "tfoot", "thead", "tr",
})  # fmt: skip

LISTS = frozenset({"dir", "dl", "menu", "ol", "ul"})
CELLS = frozenset({"td", "th"})
VERBATIM = frozenset({"listing", "pre", "xmp"})

_WHITE = re.compile(r"[ \t\n\r\f]+")
_UNSEEN_STYLE = re.compile(
    r"(?:^|;)\s*+(?:display\s*+:\s*+none|visibility\s*+:\s*+(?:hidden|collapse))(?![\w-])", re.IGNORECASE
)
_BLOCK_STYLE = re.compile(r"(?:^|;)\s*+display\s*+:\s*+(?:block|flex|grid|list-item|table)(?![\w-])", re.IGNORECASE)


def html_to_text(markup: str) -> str:
    r"""Return the text of a page or a fragment: lines, with a blank one between paragraphs.

    >>> html_to_text("<h1>Storm</h1><p>It hit <a>the</a> co<b>ast</b>.<br>It left.</p><ul><li>One<li>Two</ul>")
    'Storm\n\nIt hit the coast.\nIt left.\n\nOne\nTwo\n'
    """
    writer = _Writer()
    for element, is_entry in _walk(_parse(markup)):
        if not isinstance(element, Tag):
            writer.write(str(element))
        elif is_entry:
            writer.enter(element.name, is_block=_has_style(element, _BLOCK_STYLE))
        else:
            writer.leave(element.name, is_block=_has_style(element, _BLOCK_STYLE))
    return writer.text()


def _parse(markup: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        # Beautiful Soup tells its callers when a page looks like XML, or a short one like a file name.
        warnings.simplefilter("ignore")
        return BeautifulSoup(markup, "lxml")


def _walk(root: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Yield what is seen of the tree, in order: strings, and each element as it starts (True) and ends (False)."""
    stack = [(root, iter(root.contents))]
    while stack:
        parent, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield parent, False
        elif isinstance(child, Tag):
            if not _is_unseen(child):
                yield child, True
                stack.append((child, iter(child.contents)))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield child, True


def _is_unseen(tag: Tag) -> bool:
    attributes = tag.attrs
    if tag.name in UNSEEN or "hidden" in attributes:
        return True
    if tag.name == "dialog" and "open" not in attributes:
        return True
    return _has_style(tag, _UNSEEN_STYLE)


def _has_style(tag: Tag, pattern: re.Pattern[str]) -> bool:
    style = tag.attrs.get("style")
    return style is not None and pattern.search(str(style)) is not None


class _Writer:
    """Text as it is laid out: breaks and spaces are held back until something follows them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._breaks = 0  # line breaks due before the next piece; two make a blank line
        self._space = ""  # white space due before the next piece of the same line
        self._verbatim = 0  # how many elements that keep their white space are open
        self._opened = False  # whether one has just opened: a line break there does not count
        self._lists = 0  # how many lists are open: those within others have no blank lines around them

    def enter(self, name: str, *, is_block: bool = False) -> None:
        self._break(name, is_block=is_block)
        self._lists += name in LISTS
        if name == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif name in CELLS and not self._breaks:
            self._space = self._space.strip(" ") + "\t"  # an empty cell keeps its place
        if name in VERBATIM:
            self._verbatim += 1
            self._opened = True

    def leave(self, name: str, *, is_block: bool = False) -> None:
        self._verbatim -= name in VERBATIM
        self._lists -= name in LISTS
        self._break(name, is_block=is_block)

    def write(self, string: str) -> None:
        if self._verbatim:
            self._write_verbatim(string)
            return
        spaced = _WHITE.sub(" ", string)
        if spaced.startswith(" "):
            self._space = self._space or " "
        words = spaced.strip(" ")
        if words:
            self._put(words)
            self._space = " " if spaced.endswith(" ") else ""

    def text(self) -> str:
        """Return what was written, with a line break at its end."""
        return "".join([*self._pieces, "\n"]) if self._pieces else ""

    def _break(self, name: str, *, is_block: bool) -> None:
        is_inner_list = name in LISTS and self._lists > 0
        breaks = 2 if name in PARAGRAPHS and not is_inner_list else is_block or name in LINES or is_inner_list
        self._breaks = max(self._breaks, int(breaks))

    def _put(self, piece: str) -> None:
        if self._pieces:
            self._pieces.append("\n" * self._breaks or self._space)
        self._pieces.append(piece)
        self._breaks = 0
        self._space = ""

    def _write_verbatim(self, string: str) -> None:
        string = string.replace("\r\n", "\n")
        first, *lines = (string.removeprefix("\n") if self._opened else string).split("\n")
        self._opened = False
        for line in [first] if first else []:
            self._put(line)
        for line in lines:
            self._breaks += 1
            if line:
                self._put(line)
