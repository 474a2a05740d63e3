"""The index of the shipped packs, in files that are read in a tenth of the time that making them takes.

    python -m newsclean.rules.compile

Nothing hangs on its being run: where a pack was changed since, the packs themselves are read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast
from zlib import crc32

from newsclean.rules import (
    FOLDER,
    KINDS,
    Attribution,
    Boilerplate,
    Byline,
    Prose,
    Rule,
    Site,
    Trailer,
    pack_files,
    shipped_rules,
)
from newsclean.rules.book import RuleIndex, words_of
from newsclean.rules.match import Phrases, is_latin
from newsclean.rules.sentences import Sentences, make_tables

INDEX = "index.json"  # the phrases of all packs
LATIN_INDEX = "index-latin.json"  # those of them that can stand in a text in Latin letters

_NOT_LOOKED_FOR = ("why", "phrases", "removes", "keeps")  # of a rule; they stand in its pack


def check_sums(files: Sequence[Path]) -> Mapping[str, int]:
    """Return what tells whether packs are still those that were compiled."""
    return {file.name: crc32(file.read_bytes()) for file in files}


def make_index(rules: Sequence[Rule], sums: Mapping[str, int]) -> Mapping[str, Any]:
    """Return the index of rules as JSON has it: rules go by their numbers in `rules`."""
    indexed = [rule for rule in rules if isinstance(rule, Boilerplate) and not isinstance(rule, Byline)]
    bylines = [rule for rule in rules if isinstance(rule, Byline)]
    others = [rule for rule in rules if isinstance(rule, (Trailer, Attribution))]
    numbers = {id(rule): at for at, rule in enumerate(others)}

    def pairs(kind: type[Rule]) -> tuple[list[str], list[int]]:
        found = Phrases.pairs(rule for rule in others if isinstance(rule, kind))
        return [phrase for phrase, _ in found], [numbers[id(rule)] for _, rule in found]

    return {
        "sums": sums,
        "boilerplate": [_stripped(rule) for rule in indexed],
        "tables": make_tables(indexed),
        "bylines": [_stripped(rule) for rule in bylines],
        "tables of bylines": make_tables(bylines),
        "others": [_stripped(rule) for rule in others],
        "trailers": pairs(Trailer),
        "attributions": pairs(Attribution),
        "prose": _listed(Prose, rules),
        "site": _listed(Site, rules),
    }


def _listed(kind: type[Rule], rules: Sequence[Rule]) -> Mapping[str, list[str]]:
    words = words_of(rule for rule in rules if isinstance(rule, kind))
    return {pack: sorted(found) for pack, found in words.items()}


def latin_rules(rules: Sequence[Rule]) -> Sequence[Rule]:
    """Return the rules with those of their phrases that are in Latin letters, without the rules that have none."""
    found = [replace(rule, phrases=tuple(filter(is_latin, rule.phrases))) for rule in rules]
    return [rule for rule in found if rule.phrases]


def read_index(*, latin: bool, aggressive: bool) -> RuleIndex | None:
    """Return the index of the shipped packs, or None where the file is not that of the packs as they are.

    With `latin`, of the phrases in Latin letters alone.
    """
    try:
        found = json.loads((FOLDER / (LATIN_INDEX if latin else INDEX)).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("sums") != check_sums(pack_files()):
        return None
    indexed = cast("list[Boilerplate]", [_rule(table) for table in found["boilerplate"]])
    bylines = cast("list[Boilerplate]", [_rule(table) for table in found["bylines"]])
    others = [_rule(table) for table in found["others"]]
    return RuleIndex(
        Sentences(indexed, found["tables"], aggressive=aggressive),
        Sentences(bylines, found["tables of bylines"], aggressive=aggressive),
        Phrases.of_folded((phrase, cast("Trailer", others[at])) for phrase, at in zip(*found["trailers"], strict=True)),
        Phrases.of_folded(
            (phrase, cast("Attribution", others[at])) for phrase, at in zip(*found["attributions"], strict=True)
        ),
        {pack: frozenset(words) for pack, words in found["prose"].items()},
        {pack: frozenset(words) for pack, words in found["site"].items()},
    )


def _stripped(rule: Rule) -> Mapping[str, Any]:
    """Return a rule without its phrases, and without what it has by default."""
    kept = {field.name: getattr(rule, field.name) for field in fields(rule) if field.name not in _NOT_LOOKED_FOR}
    defaults = {field.name: field.default for field in fields(rule)}
    return {"kind": rule.kind, **{key: value for key, value in kept.items() if value != defaults[key]}}


def _rule(table: dict[str, Any]) -> Rule:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    kind = KINDS[values.pop("kind")]
    return kind(why="", phrases=(), removes=(), keeps=(), **values)


if __name__ == "__main__":
    for name, rules in ((INDEX, shipped_rules()), (LATIN_INDEX, latin_rules(shipped_rules()))):
        index = make_index(rules, check_sums(pack_files()))
        (FOLDER / name).write_text(
            json.dumps(index, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
        )
