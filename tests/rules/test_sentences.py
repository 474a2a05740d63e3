import random
import re
from collections.abc import Iterator, Sequence

import pytest

from newsclean.rules import Boilerplate, Byline, ShareBar, shipped_rules
from newsclean.rules.book import shipped_book
from newsclean.rules.match import is_latin
from newsclean.rules.sentences import LONGEST_BUTTON, Sentences, normal, second_sentence

PROSE = " Thousands of people, they said, left."


def spellings(phrase: str, chance: random.Random) -> Iterator[str]:
    """Lines that begin with a phrase as pages print it, alone, before prose, and with signs around its words."""
    text = re.sub(r"\s*\*", " Ana Hale", phrase).replace("#", chance.choice(["7", "1,204", "3.5k"])).strip()
    yield text
    yield text + PROSE
    yield f"{text}.{PROSE}"
    yield f"{chance.choice('•—–-»|“(* ')} {text}"
    yield text.upper()
    yield "  ".join(text.split()) + ": Storm hits the coast"
    yield chance.choice([" | ", " - ", "\xa0", "’"]).join(text.split(" ", 1))


def finds(sentences: Sentences, line: str) -> bool:
    """Whether a line is one that the phrases find something in, looked at in the slow way."""
    short = len(line) <= LONGEST_BUTTON
    sentence = normal(line[: second_sentence(line)])
    return sentences.may_open(line) and bool(
        (short and (sentences.whole(normal(line)) or len(sentences.side_by_side(line)) > 1))
        or any(sentences.starting(sentence))
        or sentences.labels.starting_at(line, len(line) - len(line.lstrip()))
    )


def slow_answers(sentences: Sentences, lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if finds(sentences, line)]


@pytest.mark.parametrize("latin", [True, False])
def test_the_first_letters_rule_out_no_line_that_a_phrase_begins(*, latin: bool) -> None:
    chance = random.Random(0)  # noqa: S311
    rules = [rule for rule in shipped_rules() if isinstance(rule, Boilerplate) and not isinstance(rule, Byline)]
    phrases = sorted({phrase for rule in rules for phrase in rule.phrases if is_latin(phrase) or not latin})
    lines = [line for phrase in chance.sample(phrases, 3_000) for line in spellings(phrase, chance)]
    sentences = shipped_book().index_for("a" if latin else "а").sentences
    found = slow_answers(sentences, lines)
    assert len(found) > len(lines) / 4
    assert set(found) <= set(sentences.openings(lines))


def test_of_clean_lines_nearly_all_are_ruled_out() -> None:
    lines = [
        f"{word} people of the coast left their houses, they said." for word in ("The", "Many", "He saw how", "“We")
    ]
    assert not shipped_book().index_for("a").sentences.openings(lines)


@pytest.mark.parametrize("phrase", ["“”", "X", "ok"])
def test_phrases_with_hardly_a_letter_are_found(phrase: str) -> None:
    rule = ShareBar(
        pack="en", id="sign", match="line-start", phrases=(phrase,), why="A sign.", removes=("x",), keeps=("y",)
    )
    sentences = Sentences([rule])
    lines = ["", f"{phrase} marks the spot where they found it.", "Nothing.", phrase]
    assert set(slow_answers(sentences, lines)) <= set(sentences.openings(lines))
    assert sentences.openings(lines)[-1] == 3


def test_no_lines_have_no_openings() -> None:
    sentences = shipped_book().index_for("a").sentences
    assert sentences.openings([]) == []
    assert sentences.openings_inside([]) == []
