"""Author boxes: who the author is and how to reach them, by the rule packs (`[[author_boxes]]`).

Removed are such notes behind the last paragraph. Left alone is whoever speaks in the article, and a note on an author
who has no post at the site.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import AuthorBox
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(AuthorBox)


def author_boxes(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove who the author is and how to reach them, behind the last paragraph.

    >>> text = "The storm hit.\n\nIt has moved on.\n\nAna Hale is a staff writer at the Lakeside Post.\n"
    >>> [text[edit.start : edit.end] for edit in author_boxes(Document(text))]
    ['Ana Hale is a staff writer at the Lakeside Post.\n']
    """
    return boilerplate(document, AuthorBox, book)
