import re
from collections.abc import Iterable
from importlib.metadata import EntryPoint

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsclean
from newsclean import Document, Edit, Filter, Pipeline
from newsclean.edits import EditError
from newsclean.filters import FILTERS, OFF, code
from tests.strategies import texts


def replacing(pattern: str, replacement: str) -> Filter:
    """A filter that puts `replacement` in place of each match."""

    def random_filter(document: Document) -> Iterable[Edit]:
        return [Edit(*match.span(), replacement, "test.rule") for match in re.finditer(pattern, document.text)]

    return random_filter


def named(steps: list[Filter]) -> list[Filter]:
    for number, step in enumerate(steps):
        step.__name__ = f"random_{number}"
    return steps


filters = st.builds(
    replacing, st.sampled_from(["a", "b+", r"\s", r"\w\w", "e(?=.)", "^", "$", "xy?"]), st.text("ab x", max_size=2)
)


@given(st.lists(filters, max_size=4).map(named), texts, texts)
def test_invariants_hold_for_any_filters(steps: list[Filter], text: str, other: str) -> None:
    pipeline = Pipeline(select=steps)
    result = pipeline.run(text)
    assert result.restore() == text
    assert pipeline.run(result.text).text == result.text
    pipeline.run(other)
    assert pipeline.run(text) == result or result.text == pipeline.run(text).text
    assert newsclean.clean(text, select=steps) == result.text
    if not result.changes:
        assert result.text is text


def test_a_filter_that_never_settles_is_left_out_and_named() -> None:
    growing = replacing("^", "a")
    result = Pipeline(select=[growing, "whitespace"]).run("b  c")
    assert result.text == "b c"
    assert [notice.code for notice in result.warnings] == ["unsettled"]
    assert result.warnings[0].message.startswith("random_filter found more to change after")
    assert {change.filter for change in result.changes} == {"whitespace"}
    assert Pipeline(select=[growing]).run("b").text == "b"


def test_a_text_that_is_another_on_each_run_without_such_filters_stays_as_it_came() -> None:
    pipeline = Pipeline(select=named([replacing("b+", "a"), replacing(r"\w\w", "bb"), replacing("a", "ax")]))
    result = pipeline.run("00")
    assert (result.text, result.changes) == ("00", ())
    assert [notice.code for notice in result.warnings] == ["unsettled"]
    assert result.warnings[0].message.endswith("left out, with all others")


def test_what_a_removal_uncovers_is_removed_too() -> None:
    result = Pipeline(select=[replacing("ab", "")]).run("aabb.")
    assert result.text == "."
    assert [change[2:6] for change in result.changes] == [(1, 3, "ab", ""), (0, 4, "aabb", "")]
    assert result.hunks == (newsclean.Hunk(0, 4, "aabb", ""),)


def test_filters_run_in_the_order_of_the_table_whatever_the_order_they_are_named_in() -> None:
    named = [name for name, _ in Pipeline(select=["whitespace", "encoding"]).filters]
    assert named == ["encoding", "whitespace"]
    assert [name for name, _ in Pipeline().filters] == [name for name in FILTERS if name not in OFF]
    assert [name for name, _ in Pipeline(extend=OFF).filters] == list(FILTERS)


def test_a_filter_of_the_users_own_runs_before_white_space_is_tidied() -> None:
    def shout(document: Document) -> Iterable[Edit]:
        return [Edit(0, 1, document.text[0].upper(), "mine.shout")]

    pipeline = Pipeline(extend=[shout])
    assert [name for name, _ in pipeline.filters][-2:] == ["shout", "whitespace"]
    assert pipeline.run("the talks  ended.\n").text == "The talks ended.\n"


def test_filters_are_selected_ignored_and_imported_one_by_one() -> None:
    assert newsclean.clean("a  b &amp; c", select=["whitespace"]) == "a b &amp; c"
    assert newsclean.clean("a  b &amp; c", ignore=["whitespace"]) == "a  b & c"
    edits = list(code(Document("It rained.\n.ad{display:none}\n")))
    assert [edit[:3] for edit in edits] == [(11, 29, "")]


@pytest.mark.parametrize("option", ["select", "ignore", "extend"])
def test_an_unknown_filter_is_an_error_that_lists_the_filters(option: str) -> None:
    with pytest.raises(ValueError, match="no filter is named 'captoins'; there are encoding, code"):
        Pipeline(**{option: ["captoins"]})  # type: ignore[arg-type]


def test_an_unknown_caption_mode_is_an_error() -> None:
    with pytest.raises(ValueError, match="'keep' or 'drop'"):
        Pipeline(captions="hide")  # type: ignore[arg-type]


def test_a_filter_is_found_through_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("shout", "tests.plugin:shout", "newsclean.filters")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point] if group == point.group else [])
    assert newsclean.clean("hm", extend=["shout"]) == "HM"


def test_a_broken_filter_is_named() -> None:
    def broken(document: Document) -> Iterable[Edit]:
        return [Edit(0, len(document.text) + 1)]

    with pytest.raises(EditError, match=r"^broken: "):
        Pipeline(select=[broken]).run("text")


def test_counts_and_warnings() -> None:
    result = Pipeline(select=[replacing(r"\w+ ", "")]).run("one two three four")
    assert result.counts == {"random_filter": 3}
    assert [notice.code for notice in result.warnings] == ["much-removed"]
    assert "75% of the 4 words" in result.warnings[0].message
    assert not result.emptied


def test_nothing_left_of_a_text_with_words_is_a_warning() -> None:
    result = Pipeline(select=[replacing(r".+", "")]).run("words")
    assert result.emptied
    assert [notice.code for notice in result.warnings] == ["nothing-left"]
    assert not Pipeline().run("").emptied
    assert not Pipeline().run(" \n").emptied


def test_the_language_is_the_callers_or_a_guess() -> None:
    spanish = "El presidente dijo que no hay acuerdo entre los dos países, según la agencia."
    assert Pipeline().run(spanish).language == "es"
    assert Pipeline(language="pt").run(spanish).language == "pt"
    assert Pipeline().run("3-1").language is None


def test_the_public_names_are_there_and_no_others() -> None:
    for name in newsclean.__all__:
        assert getattr(newsclean, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Cleaner'"):
        _ = newsclean.Cleaner


def test_two_filters_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="two filters are named 'random_filter'"):
        Pipeline(extend=[replacing("a", ""), replacing("b", "")])
    with pytest.raises(ValueError, match="the name of a shipped filter"):
        Pipeline(extend=[named_code])


def named_code(document: Document) -> Iterable[Edit]:
    return [Edit(0, len(document.text))]


named_code.__name__ = "code"


def test_one_name_in_place_of_a_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="given as a list"):
        newsclean.clean("text", select="code")


def test_nothing_to_ignore_and_nothing_besides() -> None:
    assert newsclean.clean("a  b", select=None, ignore=None, extend=None) == "a b"


def test_a_plug_in_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", "tests.plugin:nothing", "newsclean.filters")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point] if group == point.group else [])
    with pytest.raises(ValueError, match=r"the plug-in 'broken' \(tests.plugin:nothing\) cannot be loaded"):
        newsclean.clean("hm", extend=["broken"])
