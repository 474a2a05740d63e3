"""Share bars: buttons to share, print, save, follow, comment or listen, by the rule packs (`[[share_bars]]`).

Removed are bars of buttons, on one line or several, comment counters and appeals to follow the site or its reporters.
Left alone is the name of a network or a word like "Print" on a line by itself, which a list may hold as well.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import ShareBar
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(ShareBar)


def share_bars(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove buttons to share, print, save, follow, comment or listen.

    >>> text = "The storm hit.\n\nShare on Facebook\nPrint\n\nIt has moved on.\n"
    >>> [text[edit.start : edit.end] for edit in share_bars(Document(text))]
    ['Share on Facebook\n', 'Print\n']
    """
    return boilerplate(document, ShareBar, book)
