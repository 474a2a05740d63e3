"""What the filters of all kinds of boilerplate have in common."""

import pytest

from newsclean import Pipeline
from newsclean.document import Document
from newsclean.filters import BY_RULES, explanations, promotions, share_bars
from newsclean.rules import BOILERPLATE, parse_rules

ABOVE = "The storm hit the coast on Monday and cut off three villages, the mayor of Lakeside said."
BELOW = "It has since moved on to the hills, where the fire service expects little harm, she said."
KINDS = [kind.kind for kind in BOILERPLATE]


def test_there_is_a_filter_for_each_kind() -> None:
    assert {*KINDS, "trailers"} == {step.__name__ for step in BY_RULES}


@pytest.mark.parametrize(
    "run",
    [
        " Sign up for our newsletter." * 40,
        " Sign up for our newsletter. Follow us on Twitter." * 3,
        "Sign up for our newsletter.Sign up for our newsletter.",
    ],
)
def test_a_run_at_the_end_of_a_paragraph_goes_at_once(run: str) -> None:
    result = Pipeline(select=["promotions", "share_bars"]).run(f"{ABOVE}{run}\n{BELOW}\n")
    assert result.text == f"{ABOVE}\n{BELOW}\n"
    assert "unsettled" not in {notice.code for notice in result.warnings}


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Advertisement | " * 30 + "Ferries sail again", "Ferries sail again"),
        ("AdvertisementAdvertisementBy Ana Hale", "By Ana Hale"),
    ],
)
def test_a_run_of_labels_goes_at_once(dirty: str, clean: str) -> None:
    result = Pipeline(select=["advertisements"]).run(f"{dirty}\n{ABOVE}\n{BELOW}\n")
    assert result.text == f"{clean}\n{ABOVE}\n{BELOW}\n"
    assert "unsettled" not in {notice.code for notice in result.warnings}


def test_notes_on_many_authors_go_at_once() -> None:
    notes = "Ana Hale is a staff writer at the Lakeside Post.\n" * 70
    result = Pipeline(select=["author_boxes"]).run(f"{ABOVE}\n{BELOW}\n{notes}")
    assert result.text == f"{ABOVE}\n{BELOW}\n"


def test_a_text_that_would_lose_all_it_has_stays() -> None:
    assert list(share_bars(Document("Share this article\nFacebook\n"))) == []


def test_what_one_filter_removes_another_keeps() -> None:
    text = f"{ABOVE}\nSign up for our newsletter\nShare this article\n{BELOW}\n"
    assert Pipeline(ignore=["promotions"]).run(text).text == text.replace("Share this article\n", "")
    assert Pipeline(ignore=["share_bars"]).run(text).text == text.replace("Sign up for our newsletter\n", "")


def test_a_weak_phrase_goes_in_company_or_where_nothing_takes_it_up() -> None:
    assert Pipeline().run(f"{ABOVE}\nPrint\nShare on Facebook\n{BELOW}\n").text == f"{ABOVE}\n{BELOW}\n"
    assert Pipeline().run(f"{ABOVE}\nPrint\n{BELOW}\n").text == f"{ABOVE}\n{BELOW}\n"
    for text in (
        f"{ABOVE}\nPrint\nThe print run of the paper fell by half in ten years.\n{BELOW}\n",
        f"{ABOVE}\nFerries\n{BELOW}\nPrint\n{ABOVE}\n",
        f"The steps:\nPrint\nFacebook\n{BELOW}\n",
    ):
        assert Pipeline().run(text).text == text


def test_every_change_is_explained() -> None:
    text = f"{ABOVE}\nAdvertisement\nSign up for our newsletter\n{BELOW}\nTags: ferry, storm\n"
    rules = {change.rule for change in Pipeline().run(text).changes}
    assert {"en.advertisements.mark", "en.promotions.newsletter-form", "en.publishing_notes.row-of-tags"} <= rules
    assert rules <= set(explanations())


def test_aggressive_rules_are_for_those_who_ask() -> None:
    source = """
[[share_bars]]
id = "club"
why = "A label."
match = "line"
label = true
aggressive = true
phrases = ["Harbour club"]
removes = ["Harbour club"]
keeps = ["Harbour clubs"]
"""
    rules = parse_rules(source, "mine.toml")
    text = f"Harbour club | Ferries sail again\n{ABOVE}\nHarbour club\n{BELOW}\n"
    assert Pipeline(rules=rules).run(text).text == text
    assert Pipeline(rules=rules, aggressive=True).run(text).text == f"Ferries sail again\n{ABOVE}\n{BELOW}\n"


def test_a_filter_goes_by_the_shipped_packs_where_it_is_given_none() -> None:
    text = f"{ABOVE}\nSign up for our newsletter\n{BELOW}\n"
    assert [text[edit.start : edit.end] for edit in promotions(Document(text))] == ["Sign up for our newsletter\n"]
