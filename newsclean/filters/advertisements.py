"""Advertisements: marks of advertisements, by the rule packs (`[[advertisements]]`).

Removed are the mark ("Advertisement", "Sponsored"), the prompt to read on behind it ("Story continues below"), and a
mark in front of text or behind a paragraph, to which it was glued. Left alone are sentences about advertising.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import Advertisement
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(Advertisement)


def advertisements(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove marks of advertisements.

    >>> text = "The storm hit.\n\nAdvertisement\n\nIt has moved on.\n"
    >>> [text[edit.start : edit.end] for edit in advertisements(Document(text))]
    ['Advertisement\n']
    """
    return boilerplate(document, Advertisement, book)
