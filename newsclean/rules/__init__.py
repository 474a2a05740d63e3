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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from newsclean.patterns import lazy

FOLDER = Path(__file__).parent

MATCHES = ("line", "line-start", "line-end", "anywhere")
PLACES = ("any", "after", "outside")


class RuleError(ValueError):
    """A mistake in a rule file: the message names the file, the rule and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Attribution(Rule):
    """The beginning of a line that belongs to the article, though it stands among headlines and looks like one.

    `keeps` are lines that stay under a label with headlines, `removes` lines that go there in spite of their words.
    """

    kind: ClassVar[str] = "attributions"


@dataclass(frozen=True, kw_only=True)
class Prose(Rule):
    """Words that show a sentence to be the reporter's: somebody says something.

    `keeps` are sentences that would go without these words, `removes` some that go in spite of looking like them.
    """

    kind: ClassVar[str] = "prose"


@dataclass(frozen=True, kw_only=True)
class Site(Rule):
    """Words by which a site speaks of itself: "us", "our".

    Without one, and with a space before it, a sentence that asks something of the readers stays in its paragraph.
    `removes` are sentences that go from the end of a paragraph, `keeps` some that stay there.
    """

    kind: ClassVar[str] = "site"


@dataclass(frozen=True, kw_only=True)
class Boilerplate(Rule):
    """A line, or a sentence, that the site printed: what the rules of the kinds below have in common.

    A phrase of a `line` rule is the whole line, without the signs around it; of a `line-start` rule it begins the
    line, of which every other sentence must be known as well: begin with a phrase of the kind, or hold one of the
    words that the rule `holds`; of an `anywhere` rule it may also begin the last sentences of a paragraph, or the
    first, which then go alone; of a `line-end` rule it stands behind the last sentence of a paragraph. `#` in a
    phrase stands for a number, `*` for one to six words, at its beginning for a name, in one of the last lines.

    The sentence must hold one of the words that the rule `holds`, where it has any. At most `tail` words follow the
    phrase, where that is given. A `weak` phrase goes only in company: beside a line that goes of the same kind, or
    beside weak ones of other rules; one that may go `alone` goes between two paragraphs too, where the text, as it
    would below a sub-heading, has not these words elsewhere. `place` says where it stands: "after" the last paragraph
    or "outside" the paragraphs, at either end. Up to `items` short lines under the phrase go too, or those behind it;
    of a phrase that may stand anywhere, and does between paragraphs, only a row of such behind it, with commas.
    A `label` is cut off from the text behind it, which stays. An `aggressive` rule is for those who ask for it.
    """

    holds: tuple[str, ...] = ()
    tail: int = 0
    weak: bool = False
    alone: bool = False
    place: str = "any"
    items: int = 0
    label: bool = False
    aggressive: bool = False


class Advertisement(Boilerplate):
    """The mark of an advertisement, or the prompt to read on behind it."""

    kind: ClassVar[str] = "advertisements"


class Promotion(Boilerplate):
    """What the site wants of its readers: to subscribe, register, get a newsletter or an app, pay, give."""

    kind: ClassVar[str] = "promotions"


class ShareBar(Boilerplate):
    """A button to share, print, save, follow, comment on or listen to the article."""

    kind: ClassVar[str] = "share_bars"


class Consent(Boilerplate):
    """A banner about cookies, terms, scripts or ad blockers."""

    kind: ClassVar[str] = "consent"


class MediaWidget(Boilerplate):
    """What a player or a gallery prints beside its pictures."""

    kind: ClassVar[str] = "media_widgets"


class Embed(Boilerplate):
    """What is left of a post that was embedded, beside its words."""

    kind: ClassVar[str] = "embeds"


class PublishingNote(Boilerplate):
    """A note of the publisher: copyright, disclaimers, licences, corrections, tags and topics."""

    kind: ClassVar[str] = "publishing_notes"


class AuthorBox(Boilerplate):
    """Who the author is, and how to reach them."""

    kind: ClassVar[str] = "author_boxes"


class Byline(Boilerplate):
    """The line with the reporter's name, the time of publishing, or how long the article takes to read."""

    kind: ClassVar[str] = "bylines"


BOILERPLATE: Sequence[type[Boilerplate]] = (
    Advertisement,
    Promotion,
    ShareBar,
    Consent,
    MediaWidget,
    Embed,
    PublishingNote,
    AuthorBox,
    Byline,
)
_KINDS: Sequence[type[Rule]] = (Trailer, Attribution, Prose, Site, *BOILERPLATE)
KINDS: Mapping[str, type[Rule]] = {kind.kind: kind for kind in _KINDS}

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
    newsclean.rules.RuleError: en.toml: unknown table "trailer"; did you mean [[trailers]]?
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
        return parse_rules(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise RuleError(f"{path.name}: not UTF-8: {error}") from error


def pack_files() -> Sequence[Path]:
    """Return the packs of this package in the order of their names, the English one first.

    Of rules that find the same the first gives it its name, and most of what packs have in common is English.
    """
    return sorted(FOLDER.glob("*.toml"), key=lambda file: (file.stem != "en", file.name))


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules of all packs of this package, pack by pack, the English one first."""
    return tuple(rule for file in pack_files() for rule in load_rules(file))


def load_all(paths: Iterable[Path]) -> tuple[Rule, ...]:
    """Return the rules of files, and of all the `.toml` files in folders, in the order of their names.

    Raises RuleError where one is not a rule file or a folder has none, OSError where one cannot be read.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix == ".toml" and file.is_file())
            if not inside:
                raise RuleError(f"{path}: there is no .toml file in this folder")
            files += inside
        else:
            files.append(path)
    return tuple(rule for file in files for rule in load_rules(file))


def _rules(tables: Mapping[str, Any], file: str) -> Iterator[Rule]:
    for kind, found in tables.items():
        if kind not in KINDS:
            raise RuleError(f'{file}: unknown table "{kind}"; {_hint(kind)}')
        if not isinstance(found, list):
            raise RuleError(f"{file}: {kind}: write [[{kind}]], one such table a rule")
        for number, table in enumerate(found, 1):
            if not isinstance(table, dict):
                raise RuleError(f"{file}: {kind} {number}: write [[{kind}]], one such table a rule")
            yield _rule(KINDS[kind], table, file, f"{file}: {kind}/{table.get('id', number)}")


def _hint(kind: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(kind, list(KINDS), n=1)
    return f"did you mean [[{near[0]}]]?" if near else f"there are {', '.join(KINDS)}"


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
    _check(kind, values, where)
    return kind(pack=file.removesuffix(".toml"), **values)


def _check(kind: type[Rule], values: Mapping[str, Any], where: str) -> None:
    """Refuse a choice that there is not, and what could not be looked for."""
    if values["match"] not in MATCHES:
        raise RuleError(f'{where}: match is "{values["match"]}", not one of {", ".join(MATCHES)}')
    if values.get("place", "any") not in PLACES:
        raise RuleError(f'{where}: place is "{values["place"]}", not one of {", ".join(PLACES)}')
    if issubclass(kind, Boilerplate):
        for phrase in values["phrases"]:
            _check_phrase(phrase, f"{where}: phrases")
    if not _ID.fullmatch(values["id"]):
        raise RuleError(f"{where}: id is not of small letters, digits and single hyphens")


def _check_phrase(phrase: str, where: str) -> None:
    """Refuse a phrase that would be looked for in nearly every line."""
    opening = phrase.removeprefix("*").partition("*")[0]
    told = sum(map(str.isalnum, opening)) + 2 * ("©" in opening or "#" in opening)
    if told < (2 if "*" in phrase else 1):
        raise RuleError(f'{where}: "{phrase}" begins with too little to be looked for')


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
