"""Running the examples of rules: what each is to remove must go, and what it is to keep must stay."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from newsclean.rules import BOILERPLATE, Attribution, Boilerplate, Prose, Rule, Site, Trailer

ABOVE = "The storm hit the coast on Monday and cut off three villages, the mayor of Lakeside said."
BELOW = "It has since moved on to the hills, where the fire service expects little harm, she said."
HEADLINES = "Captain tells why the ferry left so late\nVillagers wait for the first rain in three years"

# Cleans a text by the filter of a rule alone, or by whatever else is to be tried.
Clean = Callable[[str, Rule], str]


class Failure(NamedTuple):
    """An example of a rule that came out otherwise; `key` is "removes" or "keeps"."""

    rule: Rule
    key: str
    example: str
    wanted: str
    got: str


class Trial(NamedTuple):
    """An example in a text, and what that must come down to: one of the texts `wanted`."""

    rule: Rule
    key: str
    example: str
    text: str
    wanted: tuple[str, ...]


def trials(rules: Iterable[Rule]) -> Iterator[Trial]:
    """Yield the examples of the rules, each in the texts in which it is tried.

    >>> from newsclean.rules import shipped_rules
    >>> sorted({trial.key for trial in trials(shipped_rules())})
    ['keeps', 'removes']
    """
    for rule in rules:
        for example in rule.removes:
            yield Trial(rule, "removes", example, *_removing(rule, example))
        for example in rule.keeps:
            for text, wanted in _keeping(rule, example):
                yield Trial(rule, "keeps", example, text, (wanted,))


def failures(rules: Iterable[Rule], clean: Clean) -> Iterator[Failure]:
    """Yield the examples that come out otherwise than they must."""
    for trial in trials(rules):
        got = clean(trial.text, trial.rule)
        if got not in trial.wanted:
            yield Failure(trial.rule, trial.key, trial.example, trial.wanted[0], got)


def filters_of(rule: Rule) -> tuple[str, ...]:
    """Return the names of the filters that go by a rule."""
    if isinstance(rule, (Prose, Site)):
        return tuple(kind.kind for kind in BOILERPLATE)
    return (Trailer.kind,) if isinstance(rule, Attribution) else (rule.kind,)


def _removing(rule: Rule, example: str) -> tuple[str, tuple[str, ...]]:
    if isinstance(rule, Attribution):
        return f"{ABOVE}\n\nRelated stories\n{HEADLINES}\n{example}\n", (f"{ABOVE}\n",)
    clean = f"{ABOVE}\n\n{BELOW}\n"
    if isinstance(rule, Trailer):
        at_end = rule.least_headlines > 1 and "\n" in example
    else:
        at_end = isinstance(rule, Boilerplate) and rule.place != "any"
    if at_end:
        gap = " " if rule.match == "line-end" else "\n\n"
        return f"{ABOVE}\n\n{BELOW}{gap}{example}\n", (clean,)
    gap = " " if rule.match == "line-end" or isinstance(rule, Site) else "\n\n"
    text = f"{ABOVE}{gap}{example}\n\n{BELOW}\n"
    return text, (clean, *_behind_label(rule, example))


def _behind_label(rule: Rule, example: str) -> Iterator[str]:
    """Yield what may stay of an example whose label alone goes."""
    if isinstance(rule, Boilerplate) and rule.label:
        for at in range(1, len(example)):
            yield f"{ABOVE}\n\n{example[at:]}\n\n{BELOW}\n"


def _keeping(rule: Rule, example: str) -> Iterator[tuple[str, str]]:
    if isinstance(rule, Attribution):
        yield f"{ABOVE}\n\nRelated stories\n{HEADLINES}\n{example}\n", f"{ABOVE}\n\n{example}\n"
        return
    gap = " " if isinstance(rule, Site) else "\n\n"
    text = f"{ABOVE}{gap}{example}\n\n{BELOW}\n"
    yield text, text
    if isinstance(rule, Boilerplate) and rule.place == "any":
        text = f"{ABOVE}\n\n{BELOW}\n\n{example}\n"
        yield text, text
