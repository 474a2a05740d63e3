import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsclean import Pipeline
from newsclean.rules import (
    FOLDER,
    KINDS,
    Attribution,
    Boilerplate,
    Prose,
    Rule,
    RuleError,
    Site,
    Trailer,
    load_rules,
    pack_files,
    parse_rules,
    shipped_rules,
)
from newsclean.rules.book import RuleBook
from newsclean.rules.check import failures, filters_of, trials
from newsclean.rules.compile import INDEX, LATIN_INDEX, check_sums, latin_rules, make_index, read_index
from newsclean.rules.match import Phrases, fold

GOOD = """
[[trailers]]
id = "keep-reading"
why = "A link."
match = "line-start"
phrases = ["Keep reading"]
removes = ["Keep reading: Storm hits the coast"]
keeps = ["Keep reading aloud."]
"""


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.name)
def test_the_examples_of_a_rule_come_out_as_they_must(rule: Rule) -> None:
    aggressive = isinstance(rule, Boilerplate) and rule.aggressive
    names = filters_of(rule)
    alone = Pipeline(select=[*names, "whitespace"], aggressive=aggressive)
    # Words are another matter: the examples of all languages stand between English paragraphs.
    among_all = Pipeline(extend=names, ignore=["glued_words"], aggressive=aggressive)
    for trial in trials([rule]):
        for pipeline in (alone, among_all):
            assert pipeline.run(trial.text).text in trial.wanted, trial.example
        if trial.key == "removes" and not isinstance(rule, (Attribution, Prose, Site)):
            assert rule.kind in {change.filter for change in alone.run(trial.text).changes}


def test_a_failure_is_told() -> None:
    (rule,) = parse_rules(GOOD, "mine.toml")
    assert [failure.key for failure in failures([rule], lambda text, _: text)] == ["removes"]
    assert [failure.key for failure in failures([rule], lambda _, __: "")] == ["removes", "keeps"]


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
        ("[[trailers]]", "[[trailer]]", 'en.toml: unknown table "trailer"; did you mean [[trailers]]?'),
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
    return Phrases([Rule(pack="x", id="y", why="z", match="anywhere", phrases=phrases, removes=("a",), keeps=("b",))])


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


@pytest.mark.parametrize(("name", "rules"), [(INDEX, shipped_rules()), (LATIN_INDEX, latin_rules(shipped_rules()))])
def test_the_index_is_that_of_the_packs(name: str, rules: Sequence[Rule]) -> None:
    made = make_index(rules, check_sums(pack_files()))
    assert json.loads((FOLDER / name).read_text(encoding="utf-8")) == json.loads(json.dumps(made))


def test_an_index_of_other_packs_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_index(latin=True, aggressive=False)
    monkeypatch.setattr("newsclean.rules.compile.FOLDER", tmp_path)
    assert read_index(latin=True, aggressive=False) is None
    (tmp_path / LATIN_INDEX).write_text('{"sums": {}}', encoding="utf-8")
    assert read_index(latin=True, aggressive=False) is None


def test_a_book_finds_the_same_with_and_without_the_index() -> None:
    made, read, latin = RuleBook(shipped_rules()).index, RuleBook().index, RuleBook().index_for("Share")
    assert latin is not read
    for text in ("share this article", "sign up for our newsletter", "# comments", "lire aussi", "читайте также"):
        for other in (read, latin) if text.isascii() else (read,):
            assert _names(made.sentences.whole(text)) == _names(other.sentences.whole(text))
            assert list(made.sentences.starting(text)) or not list(other.sentences.starting(text))
    assert made.prose == read.prose
    assert "said" in read.prose["en"]


def _names(rules: Sequence[Rule]) -> list[str]:
    return [rule.name for rule in rules]
