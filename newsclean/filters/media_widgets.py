"""Media widgets: what players and galleries print, by the rule packs (`[[media_widgets]]`).

Removed are the labels, counters and buttons of players and galleries ("1 / 12", "View gallery", "Now playing"). Left
alone are captions, and a word like "Video" or a time on a line by itself.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import MediaWidget
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(MediaWidget)


def media_widgets(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove what players and galleries print.

    >>> text = "The storm hit.\n\nImage 1 of 12\n\nIt has moved on.\n"
    >>> [text[edit.start : edit.end] for edit in media_widgets(Document(text))]
    ['Image 1 of 12\n']
    """
    return boilerplate(document, MediaWidget, book)
