"""The filters: each a pure function from a Document to Edits, in a file of its own name.

A filter module holds one public function named like the file, and `RULES`: what each rule that its edits name is
about, in a sentence that ends up in `newsclean --explain`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from newsclean.document import Document
from newsclean.edits import Edit
from newsclean.filters.captions import RULES as _CAPTIONS
from newsclean.filters.captions import captions
from newsclean.filters.code import RULES as _CODE
from newsclean.filters.code import code
from newsclean.filters.encoding import RULES as _ENCODING
from newsclean.filters.encoding import encoding
from newsclean.filters.glued_words import RULES as _GLUED_WORDS
from newsclean.filters.glued_words import glued_words
from newsclean.filters.markup import RULES as _MARKUP
from newsclean.filters.markup import markup
from newsclean.filters.trailers import RULES as _TRAILERS
from newsclean.filters.trailers import trailers
from newsclean.filters.whitespace import RULES as _WHITESPACE
from newsclean.filters.whitespace import whitespace

Filter = Callable[[Document], Iterable[Edit]]

PLUGINS = "newsclean.filters"  # the entry-point group in which an installed package offers filters

# In running order. Code goes before markup, since scripts hold tags; words are split last, when what is not prose
# has gone; white space tidies up.
FILTERS: Mapping[str, Filter] = {
    "encoding": encoding,
    "code": code,
    "markup": markup,
    "captions": captions,
    "trailers": trailers,
    "glued_words": glued_words,
    "whitespace": whitespace,
}

__all__ = [
    "FILTERS",
    "PLUGINS",
    "Filter",
    "captions",
    "code",
    "encoding",
    "explanations",
    "find_filter",
    "glued_words",
    "markup",
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
    tables = [_ENCODING, _CODE, _MARKUP, _CAPTIONS, _TRAILERS, _GLUED_WORDS, _WHITESPACE]
    return {rule: text for table in tables for rule, text in table.items()}


def find_filter(name: str) -> Filter:
    """Return the filter of this name, shipped or offered by an installed package.

    Raises ValueError, with the names there are, where there is none.

    >>> find_filter("whitespace") is whitespace
    True
    """
    if name in FILTERS:
        return FILTERS[name]
    from importlib.metadata import entry_points

    plugins = {point.name: point for point in entry_points(group=PLUGINS)}
    if name not in plugins:
        raise ValueError(f"no filter is named {name!r}; there are {', '.join([*FILTERS, *plugins])}")
    try:
        found: Filter = plugins[name].load()
    except Exception as error:
        # A plug-in may fail in any way at import.
        raise ValueError(f"the plug-in {name!r} ({plugins[name].value}) cannot be loaded: {error}") from error
    return found
