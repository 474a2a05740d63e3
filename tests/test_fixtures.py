import pytest
from _pytest.mark import ParameterSet

from newsclean.filters import FILTERS, explanations
from tests.cases import FIXTURES, Case, cases


def _parameter(case: Case) -> ParameterSet:
    marks = [pytest.mark.xfail(reason=case.settings["xfail"])] if "xfail" in case.settings else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [_parameter(case) for case in cases()])
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    result = case.pipeline.run(case.dirty)
    assert result.restore() == case.dirty
    assert case.pipeline.run(result.text).text == result.text
    golden = case.folder / "clean.txt"
    if golden.exists() and request.config.getoption("--update-goldens"):
        golden.write_bytes(result.text.encode("utf-8"))
    assert result.text == case.clean
    if result.text == case.dirty:
        assert result.text is result.original
    for change in result.changes:
        assert change.rule in explanations(), f"{change.rule!r} of {change.filter} is not explained"


def test_every_folder_is_a_filter_with_cases_of_both_kinds() -> None:
    groups = {name: [case for case in cases() if case.folder.parent.name == name] for name in FILTERS}
    for name, found in groups.items():
        assert any(case.clean != case.dirty for case in found), f"{name} has no case that changes"
        assert any(case.clean == case.dirty for case in found), f"{name} has no case that must not change"
    assert {case.folder.parent.name for case in cases()} == {*FILTERS, "pipeline"}
    assert {path.name for path in FIXTURES.iterdir()} >= {*FILTERS, "pipeline"}


def test_no_case_keeps_a_clean_text_that_says_nothing() -> None:
    for case in cases():
        if (case.folder / "clean.txt").exists():
            assert case.clean != case.dirty, f"{case.name}: leave clean.txt out where nothing changes"
