import pytest

from newsclean import Pipeline
from newsclean.filters import explanations
from newsclean.filters._paragraphs import LONGEST_LINE
from newsclean.filters.trailers import LONGEST_TAIL, RULES
from newsclean.rules import Trailer, shipped_rules

ABOVE = "The storm hit the coast on Monday and cut off three villages, the mayor of Lakeside said."
BELOW = "It has since moved on to the hills, where the fire service expects little harm, she said."
HEADLINES = "Captain tells why the ferry left so late\nVillagers wait for the first rain in three years"
HEADLINE = "Captain tells why the ferry left so late"

TRAILERS = [rule for rule in shipped_rules() if isinstance(rule, Trailer)]


def clean(text: str) -> str:
    return Pipeline(select=["trailers"]).run(text).text


def by_match(*matches: str) -> list[object]:
    return [pytest.param(rule, id=rule.name) for rule in TRAILERS if rule.match in matches]


def with_headlines() -> list[object]:
    return [pytest.param(rule, id=rule.name) for rule in TRAILERS if rule.headlines]


def _without_brackets(rule: Trailer) -> list[str]:
    """The phrases but those in brackets of their own, "【関連記事】", which no sentence begins with."""
    return [phrase for phrase in rule.phrases if phrase[0] not in "【［["]


@pytest.mark.parametrize("rule", by_match("line-start", "anywhere"))
def test_every_phrase_makes_a_link(rule: Trailer) -> None:
    first, second = (": ", " | ") if ":" in rule.separators else (f" {rule.separators[0]} ",) * 2
    for phrase in rule.phrases:
        for link in (f"{phrase}{first}{HEADLINE}", f"» {phrase.upper()}{second}{HEADLINE}"):
            assert clean(f"{ABOVE}\n{link}\n{BELOW}\n") == f"{ABOVE}\n{BELOW}\n", link


@pytest.mark.parametrize("rule", with_headlines())
def test_every_phrase_makes_a_label(rule: Trailer) -> None:
    for phrase in rule.phrases:
        name = " Lakeside" if rule.tail and rule.least_headlines else ""
        for label in (f"{phrase}{name}:", f"** {phrase.upper()}{name}: **"):
            if rule.least_headlines > 1:
                assert clean(f"{ABOVE}\n{label}\n{HEADLINES}\n{HEADLINE}\n") == f"{ABOVE}\n", label
            else:
                assert clean(f"{ABOVE}\n{label}\n{HEADLINES}\n{BELOW}\n") == f"{ABOVE}\n{BELOW}\n", label


@pytest.mark.parametrize("rule", [rule for rule in TRAILERS if rule.least_headlines > 1], ids=lambda rule: rule.name)
def test_a_label_that_may_be_a_sub_heading_stays_over_few_headlines_or_a_list_or_above_a_paragraph(
    rule: Trailer,
) -> None:
    name = " Lakeside" if rule.tail else ""
    for phrase in rule.phrases:
        for below in (HEADLINES, f"{HEADLINES}\n{BELOW}", f"{HEADLINES}\nThe Ferryman Who Could Not Swim by Ana Hale"):
            text = f"{ABOVE}\n{phrase}{name}\n{below}\n"
            assert clean(text) == text, phrase


@pytest.mark.parametrize("rule", by_match("anywhere"))
def test_every_phrase_is_found_in_brackets_and_glued(rule: Trailer) -> None:
    for phrase in _without_brackets(rule):
        for link in (f" [{phrase}: {HEADLINE}]", f" ({phrase}: {HEADLINE})", f"{phrase}:{HEADLINE}"):
            assert clean(f"{ABOVE}{link}\n{BELOW}\n") == f"{ABOVE}\n{BELOW}\n", link


@pytest.mark.parametrize("rule", by_match("line-end"))
def test_every_phrase_ends_a_line(rule: Trailer) -> None:
    for phrase in rule.phrases:
        assert clean(f"{ABOVE} {phrase} »\n{BELOW}\n") == f"{ABOVE}\n{BELOW}\n", phrase


@pytest.mark.parametrize("rule", TRAILERS, ids=lambda rule: rule.name)
def test_no_phrase_harms_a_sentence_that_begins_with_it(rule: Trailer) -> None:
    if ":" not in rule.separators:
        return  # what parts these from a headline is no sign, but words
    for phrase in _without_brackets(rule):
        for sentence in (
            f"{phrase} and a few more words went on and on.",
            f"{phrase} and a few more words went on and on",
            f"{phrase}: the storm went on and on through the night.",
            f"{phrase}: The storm went on and on through the night.",
        ):
            text = f"{ABOVE}\n{sentence}\n{BELOW}\n"
            assert clean(text) == text, sentence


@pytest.mark.parametrize("rule", TRAILERS, ids=lambda rule: rule.name)
def test_no_label_takes_the_paragraphs_under_it(rule: Trailer) -> None:
    for phrase in rule.phrases:
        text = f"{ABOVE}\n{phrase}\n{BELOW}\nA sub-heading\n{ABOVE}\n"
        assert clean(text) in {text, text.replace(f"{phrase}\n", "")}, phrase


def test_the_reasons_are_those_of_the_packs() -> None:
    assert {name: RULES[name] for name in RULES if not name.startswith("trailers.")} == {
        rule.name: rule.why for rule in TRAILERS
    }
    assert len(RULES) == len(TRAILERS) + 3
    assert set(RULES) <= set(explanations())


def test_a_link_longer_than_a_line_of_headlines_stays() -> None:
    long = "Read more: " + "Storm " * (LONGEST_LINE // 6)
    assert clean(f"{ABOVE}\n{long}\n{BELOW}\n") == f"{ABOVE}\n{long}\n{BELOW}\n"


def test_a_glued_tail_of_many_headlines_goes_up_to_a_length() -> None:
    few = "Storm hits the coast againMayor resigns after the vote" * 4
    many = few * (LONGEST_TAIL // len(few) + 1)
    assert clean(f"{ABOVE}KEEP READING:{few}\n{BELOW}\n") == f"{ABOVE}\n{BELOW}\n"
    assert clean(f"{ABOVE}KEEP READING:{many}\n{BELOW}\n") == f"{ABOVE}KEEP READING:{many}\n{BELOW}\n"


def test_where_a_link_is_glued_before_a_label_at_the_end_one_edit_takes_both() -> None:
    dirty = f"{ABOVE} Read more: {HEADLINE} … Read more\n{BELOW}\n"
    assert clean(dirty) == f"{ABOVE}\n{BELOW}\n"


@pytest.mark.parametrize(
    "text", ["", "\n", " \n\n", ":", "(", "[Read more", "Read more", "\n\nRelated", "Read more:\r\n"]
)
def test_texts_of_nearly_nothing_stay(text: str) -> None:
    assert clean(text) == text
