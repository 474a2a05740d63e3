r"""newsclean: cleans scraped news text, with every edit on record.

>>> import newsclean
>>> newsclean.clean("Storm hits the coast\n.ad{display:none}\n", select=["code"])
'Storm hits the coast\n'
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsclean.document import Document
    from newsclean.edits import Change, Edit, Hunk
    from newsclean.filters import Filter
    from newsclean.filters.glued_words import word_counts
    from newsclean.pipeline import Notice, Pipeline, Result, clean

__version__ = "0.1.0"

__all__ = [
    "Change",
    "Document",
    "Edit",
    "Filter",
    "Hunk",
    "Notice",
    "Pipeline",
    "Result",
    "__version__",
    "clean",
    "word_counts",
]

_HOMES = {
    "Change": "edits",
    "Document": "document",
    "Edit": "edits",
    "Filter": "filters",
    "Hunk": "edits",
    "Notice": "pipeline",
    "Pipeline": "pipeline",
    "Result": "pipeline",
    "clean": "pipeline",
    "word_counts": "filters.glued_words",
}


def __getattr__(name: str) -> object:
    # Loaded at first use, so that `newsclean --version` and completion start without the filters.
    if name not in _HOMES:
        raise AttributeError(f"module 'newsclean' has no attribute {name!r}")
    return getattr(import_module(f"newsclean.{_HOMES[name]}"), name)
