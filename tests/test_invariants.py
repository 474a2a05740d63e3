"""The invariants of the shipped pipeline: over random texts, and over real ones where they are at hand.

The real ones are JSON Lines in `../shared/data`, or in the folder that NEWSCLEAN_DATA names; the tests that need them
are skipped where there are none.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from newsclean import Pipeline, Result
from newsclean.filters._glue_letters import forget_words
from tests.cases import cases
from tests.nasty import NASTY
from tests.strategies import texts

DATA = Path(os.environ.get("NEWSCLEAN_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
PIPELINE = Pipeline()

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="no folder of real texts")


def assert_invariants(text: str) -> Result:
    result = PIPELINE.run(text)
    assert result.restore() == text
    again = PIPELINE.run(result.text)
    assert again.text == result.text
    assert again.text is again.original
    assert not any(notice.code == "unsettled" for notice in result.warnings)
    return result


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_random_texts(text: str) -> None:
    result = assert_invariants(text)
    assert Pipeline().run(text).text == result.text


def test_the_same_document_gives_the_same_output_alone_and_among_others() -> None:
    found, alone = cases(), []
    for case in found:
        forget_words()
        alone.append(Pipeline().run(case.dirty).text)
    assert [PIPELINE.run(case.dirty).text for case in reversed(found)][::-1] == alone


def real_texts(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield from (value for key, value in record.items() if key in TEXT_FIELDS and isinstance(value, str))


TEXT_FIELDS = {"text", "dirty", "clean", "page_text", "page_lines"}


@needs_data
@pytest.mark.parametrize("path", sorted(DATA.glob("*.jsonl")), ids=lambda path: path.stem)
def test_real_texts(path: Path) -> None:
    seen = 0
    for text in real_texts(path):
        assert_invariants(text)
        seen += 1
    assert seen


def seconds(work: Callable[[], object], tries: int = 3) -> float:
    """The least processor time of a few tries: other work on the machine can only add to it."""
    times = []
    for _ in range(tries):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("name", NASTY)
def test_time_grows_with_the_length_of_a_nasty_text(name: str) -> None:
    small, large = NASTY[name](4_000), NASTY[name](32_000)
    once = max(seconds(partial(PIPELINE.run, small)), 0.002)
    # Eight times the text: 8 is linear, 64 is quadratic.
    assert seconds(partial(PIPELINE.run, large), 1) < 24 * once or seconds(partial(PIPELINE.run, large)) < 24 * once


@pytest.mark.parametrize("name", NASTY)
def test_nasty_texts_settle_and_come_back_whole(name: str) -> None:
    assert_invariants(NASTY[name](3_000))


@needs_data
def test_no_real_text_takes_far_longer_than_its_length_accounts_for() -> None:
    found = [
        text for path in sorted(DATA.glob("*.jsonl")) for text in list(real_texts(path))[::40] if len(text) > 2_000
    ]
    rates = sorted((seconds(partial(PIPELINE.run, text), 1) / len(text), text) for text in found)
    middle = rates[len(rates) // 2][0]
    for rate, text in rates[-20:]:
        assert rate < 60 * middle or seconds(partial(PIPELINE.run, text)) / len(text) < 60 * middle
