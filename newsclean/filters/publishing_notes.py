"""Publishing notes: notes of the publisher, by the rule packs (`[[publishing_notes]]`).

Removed are copyright lines, disclaimers, licences, appeals to report mistakes, and lists of tags and topics behind the
last paragraph. Left alone are attributions ("Reporting by ...") and corrections, which are the reporter's.
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import PublishingNote
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(PublishingNote)


def publishing_notes(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove notes of the publisher.

    >>> text = "The storm hit.\n\nIt has moved on.\n\nAll rights reserved.\n"
    >>> [text[edit.start : edit.end] for edit in publishing_notes(Document(text))]
    ['All rights reserved.\n']
    """
    return boilerplate(document, PublishingNote, book)
