"""Bylines: the reporter's name, the time of publishing, the reading time, by the rule packs (`[[bylines]]`). Off.

Removed are "By Ana Hale", "Published 14 January", "Updated 3 hours ago", "5 min read". Left alone are datelines
("KYIV (Reuters) -") and attributions ("Reporting by ...").
"""

from collections.abc import Iterable, Mapping

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters._boilerplate import boilerplate
from newsclean.rules import Byline
from newsclean.rules.book import Reasons, RuleBook

RULES: Mapping[str, str] = Reasons(Byline)


def bylines(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove the line with the name of the reporter or the time of publishing; off unless asked for.

    >>> text = "Storm hits the coast\n\nBy Ana Hale\n\nThe storm hit.\n"
    >>> [text[edit.start : edit.end] for edit in bylines(Document(text))]
    ['By Ana Hale\n']
    """
    return boilerplate(document, Byline, book)
