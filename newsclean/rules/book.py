"""A rule book: the rules that a pipeline goes by, those of the shipped packs and the user's own."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import TypeVar

from newsclean.rules import Rule, shipped_rules

R = TypeVar("R", bound=Rule)


class RuleBook:
    """Some rules, by kind. Two books are the same only if they are one object, so that what is made of one is kept.

    `aggressive` says that the weaker rules are wanted too, and that less is asked of the others.

    >>> from newsclean.rules import Advertisement
    >>> "en.advertisements.mark" in {rule.name for rule in shipped_book().of(Advertisement)}
    True
    """

    def __init__(self, rules: Iterable[Rule], *, aggressive: bool = False) -> None:
        self.rules = tuple(rules)
        self.aggressive = aggressive

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """Return the rules of one kind, or of several that have it in common."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind))


@cache
def shipped_book(*, aggressive: bool = False) -> RuleBook:
    """Return the book of the shipped packs."""
    return RuleBook(shipped_rules(), aggressive=aggressive)


def make_book(own: Iterable[Rule] | RuleBook, *, aggressive: bool = False) -> RuleBook:
    """Return a book of the shipped packs and of rules of the user's own, or the book that they are."""
    if isinstance(own, RuleBook):
        return own
    extra = tuple(own)
    if not extra:
        return shipped_book(aggressive=aggressive)
    return RuleBook([*shipped_rules(), *extra], aggressive=aggressive)


class Reasons(Mapping[str, str]):
    """The names of the shipped rules of a kind and their reasons; the packs are read when somebody looks.

    `own` are the rules that a filter has besides.
    """

    def __init__(self, kind: type[Rule], own: Mapping[str, str] | None = None) -> None:
        self._kind = kind
        self._own = own or {}

    @cached_property
    def _whys(self) -> dict[str, str]:
        return {**self._own, **{rule.name: rule.why for rule in shipped_book().of(self._kind)}}

    def __getitem__(self, name: str) -> str:
        return self._whys[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whys)

    def __len__(self) -> int:
        return len(self._whys)
