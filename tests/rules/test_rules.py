from pathlib import Path

import pytest

from newsclean import Pipeline
from newsclean.rules import KINDS, Attribution, Rule, RuleError, Trailer, load_rules, parse_rules, shipped_rules
from newsclean.rules.match import Phrases, fold

ABOVE = "The storm hit the coast on Monday and cut off three villages, the mayor of Lakeside said."
BELOW = "It has since moved on to the hills, where the fire service expects little harm, she said."
HEADLINES = "Captain tells why the ferry left so late\nVillagers wait for the first rain in three years"

GOOD = """
[[trailers]]
id = "keep-reading"
why = "A link."
match = "line-start"
phrases = ["Keep reading"]
removes = ["Keep reading: Storm hits the coast"]
keeps = ["Keep reading aloud."]
"""


def _examples(kind: type[Rule], key: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.name}-{number}")
        for rule in shipped_rules()
        if isinstance(rule, kind)
        for number, example in enumerate(getattr(rule, key))
    ]


def _whole(text: str) -> str:
    return Pipeline().run(text).text


@pytest.mark.parametrize(("rule", "example"), _examples(Trailer, "removes"))
def test_a_trailer_removes_its_examples(rule: Trailer, example: str) -> None:
    clean = f"{ABOVE}\n\n{BELOW}\n"
    before = " " if rule.match == "line-end" else "\n\n"
    dirty = f"{ABOVE}{before}{example}\n\n{BELOW}\n"
    if rule.least_headlines > 1 and "\n" in example:  # headlines under a label that goes only at the end of a text
        dirty = f"{ABOVE}\n\n{BELOW}\n\n{example}\n"
    result = Pipeline(select=["trailers", "whitespace"]).run(dirty)
    assert result.text == clean
    assert rule.name in {change.rule for change in result.changes}
    assert _whole(dirty) == clean


@pytest.mark.parametrize(("rule", "example"), _examples(Trailer, "keeps"))
def test_a_trailer_keeps_its_examples(rule: Trailer, example: str) -> None:
    dirty = f"{ABOVE}\n\n{example}\n\n{BELOW}\n"
    assert Pipeline(select=["trailers"]).run(dirty).text == dirty, rule.name
    assert _whole(dirty) == dirty, rule.name


@pytest.mark.parametrize(("rule", "example"), _examples(Attribution, "keeps"))
def test_an_attribution_stays_under_headlines(rule: Attribution, example: str) -> None:
    dirty = f"{ABOVE}\n\nRelated stories\n{HEADLINES}\n{example}\n"
    assert Pipeline(select=["trailers", "whitespace"]).run(dirty).text == f"{ABOVE}\n\n{example}\n", rule.name


@pytest.mark.parametrize(("rule", "example"), _examples(Attribution, "removes"))
def test_a_headline_like_an_attribution_goes(rule: Attribution, example: str) -> None:
    dirty = f"{ABOVE}\n\nRelated stories\n{HEADLINES}\n{example}\n"
    assert Pipeline(select=["trailers", "whitespace"]).run(dirty).text == f"{ABOVE}\n", rule.name


def test_no_phrase_stands_twice_in_a_rule() -> None:
    for rule in shipped_rules():
        folded = [fold(phrase) for phrase in rule.phrases]
        assert sorted(folded) == sorted(set(folded)), rule.name


def test_a_rule_file_is_read() -> None:
    (rule,) = parse_rules(GOOD, "mine.toml")
    assert isinstance(rule, Trailer)
    assert rule.name == "mine.trailers.keep-reading"
    assert rule.phrases == ("Keep reading",)
    assert rule.headlines is False
    assert rule.separators == Trailer.__dataclass_fields__["separators"].default


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("id = ", "id ", "en.toml: Expected '=' after a key in a key/value pair (at line 3, column 4)"),
        ("[[trailers]]", "[[trailer]]", 'en.toml: unknown table "trailer"; there are trailers, attributions'),
        ("[[trailers]]", "[trailers]", "en.toml: trailers: write [[trailers]], one such table a rule"),
        ("[[trailers]]", "trailers = [1]\n[[none]]", "en.toml: trailers 1: write [[trailers]], one such table a rule"),
        ("phrases", "phrase", 'en.toml: trailers/keep-reading: unknown key "phrase"'),
        ('id = "keep-reading"', "", 'en.toml: trailers/1: missing key "id"'),
        ('keeps = ["Keep reading aloud."]', "", 'en.toml: trailers/keep-reading: missing key "keeps"'),
        ('["Keep reading"]', '"Keep reading"', "en.toml: trailers/keep-reading: phrases is not a list of strings"),
        ('["Keep reading"]', '["Keep reading", 7]', "en.toml: trailers/keep-reading: phrases is not a list of strings"),
        ('["Keep reading"]', "[]", "en.toml: trailers/keep-reading: phrases is empty"),
        ('["Keep reading"]', '["Keep reading", " "]', "en.toml: trailers/keep-reading: phrases holds an empty string"),
        ('"A link."', '""', "en.toml: trailers/keep-reading: why is empty"),
        ('"A link."', "7", "en.toml: trailers/keep-reading: why is not a string"),
        ('"A link."', '"A link."\nheadlines = 1', "en.toml: trailers/keep-reading: headlines is not true or false"),
        ('"A link."', '"A link."\ntail = true', "en.toml: trailers/keep-reading: tail is not a whole number"),
        ('"A link."', '"A link."\ntail = -1', "en.toml: trailers/keep-reading: tail is less than 0"),
        (
            '"line-start"',
            '"start"',
            'en.toml: trailers/keep-reading: match is "start", not one of line, line-start, line-end, anywhere',
        ),
        (
            '"keep-reading"',
            '"Keep reading"',
            "en.toml: trailers/Keep reading: id is not of small letters, digits and single hyphens",
        ),
    ],
)
def test_a_mistake_is_named(before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(RuleError) as caught:
        parse_rules(GOOD.replace(before, after, 1), "en.toml")
    assert str(caught.value) == message


def test_an_id_stands_once_in_a_kind() -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules(GOOD + GOOD, "en.toml")
    assert str(caught.value) == 'en.toml: trailers/keep-reading: a rule above has the id "keep-reading"'
    assert len(parse_rules(GOOD + GOOD.replace("[[trailers]]", "[[attributions]]"), "en.toml")) == 2


def test_a_file_of_the_users_own_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert [rule.name for rule in load_rules(path)] == ["mine.trailers.keep-reading"]
    path.write_bytes(b'[[trailers]]\nid = "\xff"')
    with pytest.raises(RuleError, match=r"^mine\.toml: not UTF-8"):
        load_rules(path)


def test_every_kind_is_listed_under_its_own_name() -> None:
    assert all(name == kind.kind for name, kind in KINDS.items())
    assert {rule.kind for rule in shipped_rules()} == set(KINDS)


def _phrases(*phrases: str) -> Phrases[Rule]:
    return Phrases([Rule(pack="x", id="y", why="z", match="line", phrases=phrases, removes=("a",), keeps=("b",))])


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Don't miss", "DON’T MISS"),
        ("Read more", "read\xa0more"),
        ("À lire aussi", "À LIRE AUSSI"),
        ("Lea también - hoy", "LEA TAMBIÉN — HOY"),
        ("さらに読む", "さらに読む"),
        ("İlgili haberler", "ILGILI HABERLER"),
        ("İlgili haberler", "İLGİLİ HABERLER"),
        ("MORE", "more"),
    ],
)
def test_a_phrase_is_found_whatever_its_letters_dashes_quotes_and_spaces(phrase: str, text: str) -> None:
    found = list(_phrases(phrase).starting_at(f"__{text} and on", 2))
    assert [(hit.start, hit.end) for hit in found] == [(2, 2 + len(text))]
    found = list(_phrases(phrase).ending_at(f"before {text}", 7 + len(text)))
    assert [(hit.start, hit.end) for hit in found] == [(7, 7 + len(text))]


def test_the_longest_phrase_comes_first_and_each_once() -> None:
    found = _phrases("More", "More on", "More on this story").starting_at("More on this story", 0)
    assert [hit.end for hit in found] == [18, 7, 4]
    found = _phrases("story", "this story", "Story").ending_at("this story", 10)
    assert [hit.start for hit in found] == [0, 5, 5]
    assert list(_phrases("More").starting_at("Mor", 0)) == []
    assert list(_phrases().starting_at("More", 0)) == []


def test_folding_keeps_every_character_in_its_place() -> None:
    for code in range(0x3000):
        assert len(fold(chr(code))) == 1, hex(code)
