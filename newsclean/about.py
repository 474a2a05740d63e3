"""What the command says of itself: its filters and their rules."""

from collections.abc import Iterable
from importlib.metadata import entry_points

from newsclean.errors import NewscleanError
from newsclean.filters import FILTERS, PLUGINS, explanations, find_filter


def filter_names() -> list[str]:
    """Return the names of the filters there are: the shipped ones in running order, then those of plug-ins.

    >>> filter_names()[0]
    'encoding'
    """
    return [*FILTERS, *sorted(point.name for point in entry_points(group=PLUGINS) if point.name not in FILTERS)]


def rule_names() -> list[str]:
    """Return what can be explained: the names of the filters, and of all their rules."""
    return [*FILTERS, *sorted(explanations())]


def list_filters() -> str:
    """Return a line for each filter: its name, and what it says it does."""
    names = filter_names()
    width = max(map(len, names))
    return "".join(f"{name:<{width}}  {_summary(name)}\n" for name in names)


def explain(rule: str) -> str:
    """Return what a rule removes and why; of a filter, that of all its rules. Raises NewscleanError.

    A filter's rules are those that its name is a part of: `code.css`, `en.trailers.keep-reading`.
    """
    found = [name for name in sorted(explanations()) if name == rule or (rule in FILTERS and rule in name.split("."))]
    if not found:
        raise NewscleanError(f"there is no rule {rule!r}; {_near(rule, rule_names())}")
    return "".join(f"{name}: {explanations()[name]}\n" for name in found)


def _near(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = list(words)
    # "css" is near to "code.css" for whoever types it, and far from it for a count of letters.
    parts = [name for name in names if word in name.split(".")]
    near = parts or get_close_matches(word, names, n=3)
    return f"did you mean {' or '.join(near)}?" if near else "newsclean --list-filters and --explain FILTER name them"


def _summary(name: str) -> str:
    first, *_ = (find_filter(name).__doc__ or "").strip().splitlines() or [""]
    return first
