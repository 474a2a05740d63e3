from pathlib import Path
from typing import Any

import pytest

from newsclean.lexicon import model
from newsclean.lexicon.model import ALL_LEAVES, CLEAR, MODEL, Model, Stage, Trees, in_context, open_model
from newsclean.lexicon.splits import FEATURES
from newsclean.lexicon.train import read_tree, stage_of


def leaf(value: float) -> dict[str, Any]:
    return {"is_leaf": True, "value": value}


def ask(feature: int, threshold: float, left: int, right: int) -> dict[str, Any]:
    return {"is_leaf": False, "feature_idx": feature, "num_threshold": threshold, "left": left, "right": right}


# As scikit-learn keeps trees: the nodes in any order, the root first.
DEEP = [ask(0, 2.5, 2, 1), leaf(4.0), ask(1, 0.25, 3, 4), leaf(-3.0), leaf(1.0)]
SHALLOW = [ask(1, 0.5, 1, 2), leaf(-2.0), leaf(2.0)]
CASES = [([1.0, 0.0], -5.0), ([1.0, 0.3], -1.0), ([1.0, 1.0], 3.0), ([2.5, 0.25], -5.0), ([3.0, 0.0], 2.0)]


def settles(votes: float, least: float | None) -> Trees:
    """Trees of one stage that say the same of everything."""
    return Trees(0.5, [Stage(1, [], [1], base=0.0, step=votes, least=least)])


@pytest.mark.parametrize(("features", "wanted"), CASES)
def test_the_bits_say_what_the_trees_say(features: list[float], wanted: float) -> None:
    assert stage_of([DEEP, SHALLOW]).votes(features) == pytest.approx(wanted, abs=0.001)


def test_leaves_are_numbered_from_left_to_right() -> None:
    questions, leaves = read_tree(DEEP, 7)
    assert leaves == [-3.0, 1.0, 4.0]
    assert sorted(questions) == [(0, 2.5, 7, 0b011), (1, 0.25, 7, 0b001)]


def test_a_tree_of_as_many_leaves_as_there_are_bits_is_read_right() -> None:
    chain: list[dict[str, Any]] = []
    for number in range(31):
        chain += [ask(0, number + 0.5, 2 * number + 1, 2 * number + 2), leaf(float(number))]
    chain.append(leaf(31.0))
    stage = stage_of([chain, SHALLOW, chain])
    found = [stage.votes([float(number), 0.0]) for number in range(32)]
    assert found == pytest.approx([2.0 * number - 2.0 for number in range(32)], abs=0.02)
    assert max(out for _, _, _, out in stage.questions) < ALL_LEAVES


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "small.model"
    stage = stage_of([DEEP, SHALLOW])
    stage.least = -1.0
    Model(Trees(0.5, [stage]), Trees(0.0, [stage_of([DEEP]), stage_of([SHALLOW])])).save(path)
    screen, trees = Model.load(path)
    assert (screen.start, [each.least for each in screen.stages]) == (0.5, [-1.0])
    assert [each.questions for each in trees.stages] == [stage_of([DEEP]).questions, stage_of([SHALLOW]).questions]
    for features, wanted in CASES:
        assert screen.stages[0].votes(features) == stage.votes(features)
        assert trees.look(features)[0] == pytest.approx(wanted, abs=0.001)


def test_a_model_of_other_features_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.model"
    open_model().save(path)
    monkeypatch.setattr(model, "FEATURES", (*FEATURES, "another"))
    with pytest.raises(ValueError, match=r"old\.model: trained on other features"):
        Model.load(path)


@pytest.mark.parametrize(("votes", "said"), [(-2.0, -1.5), (0.0, None), (CLEAR, CLEAR + 0.5)])
def test_a_glance_settles_what_is_hopeless_or_clear(votes: float, said: float | None) -> None:
    assert Model(settles(votes, -1.0), settles(0.0, None)).at_a_glance([]) == said


def test_what_the_first_trees_find_hopeless_is_not_put_to_the_rest() -> None:
    first, rest = settles(-5.0, -4.0).stages[0], settles(9.0, None).stages[0]
    assert Trees(0.0, [first, rest]).look([]) == (-5.0, True)
    first.least = -5.0
    assert Trees(0.0, [first, rest]).look([]) == (4.0, False)


def test_glue_elsewhere_makes_a_place_likelier() -> None:
    assert in_context(1.0, 5, 8, 300) > in_context(1.0, 1, 8, 300) > in_context(1.0, 0, 8, 300)
    assert in_context(1.0, 0, 8, 20) > in_context(1.0, 0, 8, 300)


def test_the_shipped_model_is_the_same_when_it_is_saved_again(tmp_path: Path) -> None:
    path = tmp_path / "again.model"
    open_model().save(path)
    assert path.read_bytes() == MODEL.read_bytes()
