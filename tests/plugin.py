"""A filter as an installed package would offer it."""

from collections.abc import Iterable

from newsclean import Document, Edit


def shout(document: Document) -> Iterable[Edit]:
    return [Edit(0, len(document.text), document.text.upper(), "shout.shout")]
