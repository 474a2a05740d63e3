"""Promotions: what the site wants of its readers, by the rule packs (`[[promotions]]`).

Removed are lines and sentences that ask to subscribe, to register or log in, to get a newsletter, an app or alerts, to
pay or to give. Left alone are sentences of the article about such things, and quotations.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import Promotion
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(Promotion)


def promotions(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove what the site wants of its readers.

    >>> text = "The storm hit.\n\nSign up for our newsletter\n\nIt has moved on.\n"
    >>> [text[edit.start : edit.end] for edit in promotions(Document(text))]
    ['Sign up for our newsletter\n']
    """
    return boilerplate(document, Promotion, book)
