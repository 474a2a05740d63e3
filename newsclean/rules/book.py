"""A rule book: the rules that a pipeline goes by, made ready to be looked for in texts."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple, TypeVar

from newsclean.rules import Attribution, Boilerplate, Byline, Prose, Rule, Site, Trailer, shipped_rules
from newsclean.rules.match import Phrases, fold, is_latin
from newsclean.rules.sentences import Sentences

R = TypeVar("R", bound=Rule)


class RuleIndex(NamedTuple):
    """The phrases of a book, by what they are looked for in."""

    sentences: Sentences
    bylines: Sentences
    trailers: Phrases[Trailer]
    attributions: Phrases[Attribution]
    prose: Mapping[str, frozenset[str]]  # by pack, since a word may mean something else in another language
    site: Mapping[str, frozenset[str]]


def words_of(rules: Iterable[Rule]) -> Mapping[str, frozenset[str]]:
    """Return the phrases of rules, folded, by the pack that they are in."""
    words: dict[str, set[str]] = {}
    for rule in rules:
        words.setdefault(rule.pack, set()).update(map(fold, rule.phrases))
    return {pack: frozenset(found) for pack, found in words.items()}


class RuleBook:
    """Some rules; without any, those of the shipped packs, of which no more is read than texts ask for.

    Two books are the same only if they are one object. `aggressive` says that the weaker rules are wanted too, and that
    less is asked of the others.

    >>> from newsclean.rules import Advertisement
    >>> "en.advertisements.mark" in {rule.name for rule in RuleBook().of(Advertisement)}
    True
    """

    def __init__(self, rules: Iterable[Rule] | None = None, *, aggressive: bool = False) -> None:
        self._given = None if rules is None else tuple(rules)
        self.aggressive = aggressive

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order of their packs."""
        return shipped_rules() if self._given is None else self._given

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """Return the rules of one kind, or of several that have it in common."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind))

    def index_for(self, text: str) -> RuleIndex:
        """Return the phrases of the rules made ready, at least all those that can stand in a text."""
        return (self._latin_index if is_latin(text) else None) or self.index

    @cached_property
    def _latin_index(self) -> RuleIndex | None:
        # Most texts are in Latin letters, and reading the phrases of all scripts takes longer than cleaning an article.
        return self._compiled(latin=True)

    def _compiled(self, *, latin: bool) -> RuleIndex | None:
        if self._given is not None:
            return None
        from newsclean.rules.compile import read_index

        return read_index(latin=latin, aggressive=self.aggressive)

    @cached_property
    def index(self) -> RuleIndex:
        """All the phrases of the rules, made ready."""
        return self._compiled(latin=False) or RuleIndex(
            Sentences(
                [rule for rule in self.of(Boilerplate) if not isinstance(rule, Byline)], aggressive=self.aggressive
            ),
            Sentences(self.of(Byline), aggressive=self.aggressive),
            Phrases(self.of(Trailer)),
            Phrases(self.of(Attribution)),
            words_of(self.of(Prose)),
            words_of(self.of(Site)),
        )


def shipped_book(*, aggressive: bool = False) -> RuleBook:
    """Return the book of the shipped packs."""
    return _shipped(aggressive)


@cache
def _shipped(aggressive: bool) -> RuleBook:
    return RuleBook(aggressive=aggressive)


def make_book(own: Iterable[Rule] | RuleBook, *, aggressive: bool = False) -> RuleBook:
    """Return a book of the shipped packs and of rules of the user's own, or the book that they are.

    Raises ValueError where a book that is not aggressive is given, and `aggressive` asked for.
    """
    if isinstance(own, RuleBook):
        if aggressive and not own.aggressive:
            raise ValueError("aggressive is a property of the RuleBook that is given as rules")
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
