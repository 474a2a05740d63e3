import pickle
from collections.abc import Iterator

import pytest

from newsclean import Document, Edit, Pipeline
from newsclean.guarded import Guarded, clean_or_keep, pipeline_for
from newsclean.rules import shipped_rules
from newsclean.rules.book import RuleBook


def broken(document: Document) -> Iterator[Edit]:
    raise KeyError(document.text)
    yield


def halves(document: Document) -> Iterator[Edit]:
    if document.text[0] == "A":
        yield Edit(0, 1, "\ud800", "halves.half")


def test_the_note_holds_counts_and_warnings() -> None:
    dirty = "Storm\n" + ".ad{display:none}\n" * 20
    text, note = clean_or_keep(dirty, Pipeline())
    result = Pipeline().run(dirty)
    assert text == result.text
    assert note["counts"] == result.counts
    assert [warning["code"] for warning in note["warnings"]] == ["much-removed"]


@pytest.mark.parametrize(("step", "name"), [(broken, "KeyError"), (halves, "UnicodeEncodeError")])
def test_what_a_filter_fails_on_stays(step: object, name: str) -> None:
    kept = clean_or_keep("A  storm.\n", Pipeline(select=[step]))  # type: ignore[list-item]
    assert kept.failed
    assert kept.text == "A  storm.\n"
    assert name in kept.note["error"]
    assert not kept.note["counts"]


def test_the_note_is_of_what_engines_send_around() -> None:
    kept = clean_or_keep("A  storm.\n", Pipeline())
    assert pickle.loads(pickle.dumps(kept)) == kept == Guarded("A storm.\n", {"counts": {"whitespace": 1}})  # noqa: S301


def test_equal_options_are_one_pipeline() -> None:
    one = pipeline_for({"ignore": ["code"], "never_split": {"Moscowa"}, "seen": {"a": 1, "b": 2}})
    assert pipeline_for({"seen": {"b": 2, "a": 1}, "never_split": {"Moscowa"}, "ignore": ("code",)}) is one
    assert pipeline_for({"ignore": ["code"]}) is not one
    assert pipeline_for({}) is pipeline_for({})


def test_a_generator_is_read_once() -> None:
    pipeline = pipeline_for({"select": (name for name in ["code", "whitespace"])})
    assert [name for name, _ in pipeline.filters] == ["code", "whitespace"]
    assert pipeline_for({"select": ["code", "whitespace"]}) is pipeline


def test_rules_are_options() -> None:
    book = RuleBook(aggressive=True)
    assert pipeline_for({"rules": book}) is pipeline_for({"rules": book})
    rules = [pickle.loads(pickle.dumps(list(shipped_rules()))) for _ in range(2)]  # noqa: S301
    assert pipeline_for({"rules": rules[0]}) is pipeline_for({"rules": rules[1]})


def test_wrong_options_are_told_by_the_pipeline() -> None:
    with pytest.raises(ValueError, match="given as a list"):
        pipeline_for({"select": "code"})
    with pytest.raises(ValueError, match="captions must be"):
        pipeline_for({"captions": "lose"})
    with pytest.raises(TypeError, match="unexpected keyword argument 'caption'"):
        pipeline_for({"caption": "drop"})
