"""Publishing notes: notes of the publisher, by the rule packs (`[[publishing_notes]]`).

Removed are copyright lines, disclaimers, licences, appeals to report mistakes, and behind the last paragraph lists of
tags, topics and keywords and the mark of the end (`-30-`, `###`). Left alone are attributions ("Reporting by ...") and
corrections, which are the reporter's.
"""

from collections.abc import Iterable, Iterator, Mapping

from newsclean.document import Document
from newsclean.edits import Edit, disjoint
from newsclean.filters._boilerplate import are_items, boilerplate, index_for
from newsclean.filters._paragraphs import is_paragraph
from newsclean.patterns import lazy
from newsclean.rules import PublishingNote
from newsclean.rules.book import Reasons, RuleBook, shipped_book
from newsclean.rules.sentences import normal

_OWN: Mapping[str, str] = {
    "publishing_notes.keywords": "The keywords of the page in a row, with commas and no spaces behind them.",
    "publishing_notes.end-mark": "The mark by which agencies and press offices show that a text ends.",
}

LAST_LINES = 8  # behind the last paragraph that are looked at
LEAST_KEYWORDS = 6  # in a row

_END_MARK = lazy(r"\s{0,20}(?:[-–—]\s?30\s?[-–—]|#(?:\s?#){1,9})\s{0,20}")

RULES: Mapping[str, str] = Reasons(PublishingNote, own=_OWN)


def publishing_notes(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove notes of the publisher.

    >>> text = "The storm hit.\n\nIt has moved on.\n\nAll rights reserved.\n"
    >>> [text[edit.start : edit.end] for edit in publishing_notes(Document(text))]
    ['All rights reserved.\n']
    """
    return disjoint([*boilerplate(document, PublishingNote, book), *_own_edits(document, book or shipped_book())])


def _own_edits(document: Document, book: RuleBook) -> Iterator[Edit]:
    keywords = False
    for number, text in enumerate(reversed(document.line_texts[-LAST_LINES:]), 1):
        if not text or text.isspace():
            continue
        label = keywords and _is_label(text, document, book)
        mark = _END_MARK.fullmatch(text)
        keywords = text.count(",") >= LEAST_KEYWORDS - 1 and _are_keywords(text.strip())
        if mark or keywords or label:
            line = document.lines[-number]
            yield Edit(line.start, line.stop, "", f"publishing_notes.{'end-mark' if mark else 'keywords'}")
        elif is_paragraph(text):
            return


def _is_label(text: str, document: Document, book: RuleBook) -> bool:
    """Return whether a line is a label that has tags or topics under it."""
    return any(rule.items for rule in index_for(document, book).sentences.whole(normal(text)))


def _are_keywords(text: str) -> bool:
    words = text.split(",")
    return (
        ". " not in text
        and not text.endswith((".", ":", ";"))
        and are_items(words)
        and all(word[0].isalpha() and not word[-1].isspace() for word in words)
    )
