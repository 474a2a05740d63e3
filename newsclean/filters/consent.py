"""Consent: banners about cookies, terms, scripts and ad blockers, by the rule packs (`[[consent]]`).

Removed are the banners and the notices of forms. Left alone are sentences of the article about cookies and privacy.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import Consent
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(Consent)


def consent(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove banners about cookies, terms, scripts and ad blockers.

    >>> text = "The storm hit.\n\nWe use cookies to improve your experience.\n\nIt has moved on.\n"
    >>> [text[edit.start : edit.end] for edit in consent(Document(text))]
    ['We use cookies to improve your experience.\n']
    """
    return boilerplate(document, Consent, book)
