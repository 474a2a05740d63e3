"""The filters: each a pure function from a Document to Edits, in a file of its own name.

A filter module holds one public function named like the file, and `RULES`: what each rule that its edits name is
about, in a sentence that ends up in `newsclean --explain`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters.advertisements import RULES as _ADVERTISEMENTS
from newsclean.filters.advertisements import advertisements
from newsclean.filters.author_boxes import RULES as _AUTHOR_BOXES
from newsclean.filters.author_boxes import author_boxes
from newsclean.filters.bylines import RULES as _BYLINES
from newsclean.filters.bylines import bylines
from newsclean.filters.captions import RULES as _CAPTIONS
from newsclean.filters.captions import captions
from newsclean.filters.code import RULES as _CODE
from newsclean.filters.code import code
from newsclean.filters.consent import RULES as _CONSENT
from newsclean.filters.consent import consent
from newsclean.filters.embeds import RULES as _EMBEDS
from newsclean.filters.embeds import embeds
from newsclean.filters.encoding import RULES as _ENCODING
from newsclean.filters.encoding import encoding
from newsclean.filters.glued_words import RULES as _GLUED_WORDS
from newsclean.filters.glued_words import glued_words
from newsclean.filters.headlines import RULES as _HEADLINES
from newsclean.filters.headlines import headlines
from newsclean.filters.markup import RULES as _MARKUP
from newsclean.filters.markup import markup
from newsclean.filters.media_widgets import RULES as _MEDIA_WIDGETS
from newsclean.filters.media_widgets import media_widgets
from newsclean.filters.promotions import RULES as _PROMOTIONS
from newsclean.filters.promotions import promotions
from newsclean.filters.publishing_notes import RULES as _PUBLISHING_NOTES
from newsclean.filters.publishing_notes import publishing_notes
from newsclean.filters.share_bars import RULES as _SHARE_BARS
from newsclean.filters.share_bars import share_bars
from newsclean.filters.trailers import RULES as _TRAILERS
from newsclean.filters.trailers import trailers
from newsclean.filters.whitespace import RULES as _WHITESPACE
from newsclean.filters.whitespace import whitespace

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Filter = Callable[[Document], Iterable[Edit]]

PLUGINS = "newsclean.filters"  # the entry-point group in which an installed package offers filters

# In running order. Code goes before markup, since scripts hold tags; words are split last, when what is not prose
# has gone; white space tidies up.
FILTERS: Mapping[str, Filter] = {
    "encoding": encoding,
    "code": code,
    "markup": markup,
    "headlines": headlines,
    "captions": captions,
    "advertisements": advertisements,
    "trailers": trailers,
    "promotions": promotions,
    "share_bars": share_bars,
    "media_widgets": media_widgets,
    "embeds": embeds,
    "consent": consent,
    "publishing_notes": publishing_notes,
    "author_boxes": author_boxes,
    "bylines": bylines,
    "glued_words": glued_words,
    "whitespace": whitespace,
}

# The filters that run only where they are asked for: what they remove is the reporter's as much as the site's.
OFF = frozenset({"bylines"})

# The filters that go by the rule packs, and take a book of rules.
BY_RULES: Sequence[Callable[..., Iterable[Edit]]] = (
    advertisements,
    trailers,
    promotions,
    share_bars,
    media_widgets,
    embeds,
    consent,
    publishing_notes,
    author_boxes,
    bylines,
)

__all__ = [
    "BY_RULES",
    "FILTERS",
    "OFF",
    "PLUGINS",
    "Filter",
    "advertisements",
    "author_boxes",
    "bylines",
    "captions",
    "code",
    "consent",
    "embeds",
    "encoding",
    "explanations",
    "find_filter",
    "glued_words",
    "headlines",
    "markup",
    "media_widgets",
    "promotions",
    "publishing_notes",
    "share_bars",
    "trailers",
    "whitespace",
]


@cache
def explanations() -> Mapping[str, str]:
    """Return what each rule is about, by the name that the record gives it: "code.css", "en.trailers.keep-reading".

    Made when it is first asked for, since the rule packs are read for it.

    >>> explanations()["code.css"]
    '...'
    """
    tables = [
        _ENCODING,
        _CODE,
        _MARKUP,
        _HEADLINES,
        _CAPTIONS,
        _ADVERTISEMENTS,
        _TRAILERS,
        _PROMOTIONS,
        _SHARE_BARS,
        _MEDIA_WIDGETS,
        _EMBEDS,
        _CONSENT,
        _PUBLISHING_NOTES,
        _AUTHOR_BOXES,
        _BYLINES,
        _GLUED_WORDS,
        _WHITESPACE,
    ]
    return {rule: text for table in tables for rule, text in table.items()}


def plugged_in() -> "Mapping[str, EntryPoint]":
    """Return the filters that installed packages offer, by name."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=PLUGINS)}


def find_filter(name: str) -> Filter:
    """Return the filter of this name, shipped or offered by an installed package.

    Raises ValueError, with the names there are, where there is none.

    >>> find_filter("whitespace") is whitespace
    True
    """
    if name in FILTERS:
        return FILTERS[name]
    plugins = plugged_in()
    if name not in plugins:
        raise ValueError(f"no filter is named {name!r}; there are {', '.join([*FILTERS, *plugins])}")
    try:
        found: Filter = plugins[name].load()
    except Exception as error:
        # A plug-in may fail in any way at import.
        raise ValueError(f"the plug-in {name!r} ({plugins[name].value}) cannot be loaded: {error}") from error
    return found
