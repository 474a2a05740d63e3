import pytest

from tests.benchmarks.readme import rewritten, table


def test_rewriting_keeps_the_rest_of_the_readme() -> None:
    block = table([("method", "f1"), ("\\1", "0.5")]) + "\n"
    before, after = "# A\n\n<!-- peers -->\n", "<!-- /peers -->\n\n<!-- run -->\nb\n"
    once = rewritten(f"{before}{after}", "peers", block)
    assert once == f"{before}{block}{after}"
    assert rewritten(once, "peers", block) == once
    assert rewritten(once, "peers", "") == before + after


@pytest.mark.parametrize("readme", ["# A\n", "<!-- peers -->\n", "<!-- peers -->\n<!-- /peers -->\n" * 2])
def test_a_readme_without_one_place_for_the_table_is_refused(readme: str) -> None:
    with pytest.raises(ValueError, match="not 1"):
        rewritten(readme, "peers", "")
