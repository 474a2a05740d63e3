"""Phrases by language, as data: what the rule packs (`<language>.toml` beside this file) hold, and their loader.

A pack is a TOML file of tables, one a rule, under the name of their kind:

    [[trailers]]
    id = "keep-reading"
    why = "A link to the next story, pasted into the body."
    match = "line-start"
    phrases = ["Keep reading", "Read more"]
    removes = ["Keep reading: Storm hits the coast"]
    keeps = ["Keep reading aloud to children, experts say."]

`KINDS` says which kinds there are: a kind is a dataclass, its fields are the keys of the table, and a field without
a default is a key that must be there. Every rule shows what it removes and what it keeps, and a test runs both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from newsclean.patterns import lazy

MATCHES = ("line", "line-start", "line-end", "anywhere")


class RuleError(ValueError):
    """A mistake in a rule file: the message names the file, the rule and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the rules of every kind have.

    `pack` is the name of the file without its suffix, for the packs of this package a language. `match` says where
    in a line a phrase may stand: it is the whole line, begins it, ends it, or stands anywhere that the kind allows.
    """

    kind: ClassVar[str]

    pack: str
    id: str
    why: str
    match: str
    phrases: tuple[str, ...]
    removes: tuple[str, ...]
    keeps: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name that the record gives the rule: "en.trailers.keep-reading"."""
        return f"{self.pack}.{self.kind}.{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer(Rule):
    """A link to another story, or the label over a block of them.

    A phrase of a `line` rule is the whole line; of a `line-start` rule it may also be followed by one of the
    `separators` and a headline; of an `anywhere` rule that may also stand in brackets, or glued to the end of a
    paragraph. With `headlines` the headlines under the label go too, and the label goes only where at least
    `least_headlines` stand under it; where that is two or more, only at the end of a text, since such a label may be
    a sub-heading. A `button` is often there with none, so that a short line under it is no headline. Up to `tail`
    words, a name, may follow the phrase ("More from" + "Sky Sports").
    """

    kind: ClassVar[str] = "trailers"

    headlines: bool = False
    least_headlines: int = 0
    button: bool = False
    tail: int = 0
    separators: tuple[str, ...] = (":", "|", "»", "›", ">", "→", "►", " - ", "...", "…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution(Rule):
    """The beginning of a line that belongs to the article, though it stands among headlines and looks like one.

    `keeps` are lines that stay under a label with headlines, `removes` lines that go there in spite of their words.
    """

    kind: ClassVar[str] = "attributions"


KINDS: Mapping[str, type[Rule]] = {kind.kind: kind for kind in (Trailer, Attribution)}

_TYPES: Mapping[object, tuple[type, str]] = {
    str: (str, "a string"),
    bool: (bool, "true or false"),
    int: (int, "a whole number"),
    tuple[str, ...]: (list, "a list of strings"),
}
_ID = lazy(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def parse_rules(source: str, file: str) -> tuple[Rule, ...]:
    """Return the rules of a TOML text; `file` is its name, which stands in errors and names the pack.

    Raises RuleError.

    >>> parse_rules("[[trailer]]", "en.toml")
    Traceback (most recent call last):
    newsclean.rules.RuleError: en.toml: unknown table "trailer"; there are trailers, attributions
    """
    import tomllib  # costs some milliseconds, which a text without a sign of a trailer need not pay

    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{file}: {error}") from error
    rules: dict[str, Rule] = {}
    for rule in _rules(tables, file):
        if rule.name in rules:
            raise RuleError(f'{file}: {rule.kind}/{rule.id}: a rule above has the id "{rule.id}"')
        rules[rule.name] = rule
    return tuple(rules.values())


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules of a file. Raises RuleError where it is not a rule file, OSError where it cannot be read."""
    try:
        return parse_rules(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise RuleError(f"{path.name}: not UTF-8: {error}") from error


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules of all packs of this package, in the order of their file names."""
    packs = sorted(
        (file for file in Path(__file__).parent.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    return tuple(rule for file in packs for rule in parse_rules(file.read_text(encoding="utf-8"), file.name))


def _rules(tables: Mapping[str, Any], file: str) -> Iterator[Rule]:
    for kind, found in tables.items():
        if kind not in KINDS:
            raise RuleError(f'{file}: unknown table "{kind}"; there are {", ".join(KINDS)}')
        if not isinstance(found, list):
            raise RuleError(f"{file}: {kind}: write [[{kind}]], one such table a rule")
        for number, table in enumerate(found, 1):
            if not isinstance(table, dict):
                raise RuleError(f"{file}: {kind} {number}: write [[{kind}]], one such table a rule")
            yield _rule(KINDS[kind], table, file, f"{file}: {kind}/{table.get('id', number)}")


def _rule(kind: type[Rule], table: Mapping[str, Any], file: str, where: str) -> Rule:
    known = {field.name: field for field in fields(kind) if field.name != "pack"}
    for key in table:
        if key not in known:
            raise RuleError(f'{where}: unknown key "{key}"')
    values = {}
    for key, field in known.items():
        if key in table:
            values[key] = _value(table[key], field.type, f"{where}: {key}")
        elif field.default is MISSING:
            raise RuleError(f'{where}: missing key "{key}"')
    if values["match"] not in MATCHES:
        raise RuleError(f'{where}: match is "{values["match"]}", not one of {", ".join(MATCHES)}')
    if not _ID.fullmatch(values["id"]):
        raise RuleError(f"{where}: id is not of small letters, digits and single hyphens")
    return kind(pack=file.removesuffix(".toml"), **values)


def _value(value: object, wanted: object, where: str) -> Any:
    expected, words = _TYPES[wanted]
    if type(value) is not expected:
        raise RuleError(f"{where} is not {words}")
    if isinstance(value, str) and not value.strip():
        raise RuleError(f"{where} is empty")
    if isinstance(value, int) and value < 0:
        raise RuleError(f"{where} is less than 0")
    if not isinstance(value, list):
        return value
    if not value:
        raise RuleError(f"{where} is empty")
    for item in value:
        if not isinstance(item, str):
            raise RuleError(f"{where} is not {words}")
        if not item.strip():
            raise RuleError(f"{where} holds an empty string")
    return tuple(value)
