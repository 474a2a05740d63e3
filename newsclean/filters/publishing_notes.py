"""Publishing notes: notes of the publisher, by the rule packs (`[[publishing_notes]]`).

Removed are copyright lines, disclaimers, licences, appeals to report mistakes, and behind the last paragraph lists of
tags and topics and the mark of the end (`-30-`, `###`). Left alone are attributions ("Reporting by ...") and
corrections, which are the reporter's.
"""

from collections.abc import Iterable, Iterator, Mapping

from newsclean.document import Document
from newsclean.edits import Edit, disjoint
from newsclean.filters._boilerplate import boilerplate
from newsclean.filters._paragraphs import is_paragraph
from newsclean.patterns import lazy
from newsclean.rules import PublishingNote
from newsclean.rules.book import Reasons, RuleBook

_OWN: Mapping[str, str] = {
    "publishing_notes.end-mark": "The mark by which agencies and press offices show that a text ends.",
}

LAST_LINES = 8  # behind the last paragraph, among which the mark is looked for

_END_MARK = lazy(r"\s{0,20}(?:[-–—]\s?30\s?[-–—]|#(?:\s?#){1,9})\s{0,20}")

RULES: Mapping[str, str] = Reasons(PublishingNote, own=_OWN)


def publishing_notes(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove notes of the publisher.

    >>> text = "The storm hit.\n\nIt has moved on.\n\nAll rights reserved.\n"
    >>> [text[edit.start : edit.end] for edit in publishing_notes(Document(text))]
    ['All rights reserved.\n']
    """
    return disjoint([*boilerplate(document, PublishingNote, book), *_end_marks(document)])


def _end_marks(document: Document) -> Iterator[Edit]:
    for number, text in enumerate(reversed(document.line_texts[-LAST_LINES:]), 1):
        if is_paragraph(text):
            return
        if _END_MARK.fullmatch(text):
            line = document.lines[-number]
            yield Edit(line.start, line.stop, "", "publishing_notes.end-mark")
