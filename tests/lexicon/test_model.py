from pathlib import Path

import pytest

from newsclean.lexicon import model
from newsclean.lexicon.model import CLEAR, LEAF, MODEL, Model, Node, Trees, in_context, open_model
from newsclean.lexicon.splits import FEATURES

SMALL = Model(
    Trees(0.5, [Node(1, 0.5, 2), Node(-1, -2.0), Node(-1, 2.0)], [0], [(1, -1.0)]),
    Trees(
        0.0, [Node(0, 2.5, 4), Node(1, 0.25, 3), Node(-1, -3.0), Node(-1, 1.0), Node(-1, 4.0), Node(-1, 0.5)], [0, 5]
    ),
)


@pytest.mark.parametrize(("features", "wanted"), [([1, 0], -2.5), ([1, 1], 1.5), ([3, 0], 4.5)])
def test_trees_are_walked_and_summed(features: list[float], wanted: float) -> None:
    assert SMALL.trees.log_odds(features) == wanted


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "small.model"
    SMALL.save(path)
    found = Model.load(path)
    assert found.screen.limits == SMALL.screen.limits
    assert found.trees.columns == SMALL.trees.columns
    assert found.screen.log_odds([0.0, 1.0]) == SMALL.screen.log_odds([0.0, 1.0])


def test_a_model_of_other_features_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.model"
    SMALL.save(path)
    monkeypatch.setattr(model, "FEATURES", (*FEATURES, "another"))
    with pytest.raises(ValueError, match=r"old\.model: trained on other features"):
        Model.load(path)


@pytest.mark.parametrize(("votes", "said"), [(-2.0, -1.5), (0.0, None), (CLEAR, CLEAR + 0.5)])
def test_a_glance_settles_what_is_hopeless_or_clear(votes: float, said: float | None) -> None:
    screen = Trees(0.5, [Node(LEAF, votes)], [0], [(1, -1.0)])
    assert Model(screen, SMALL.trees).at_a_glance([]) == said


def test_glue_elsewhere_makes_a_place_likelier() -> None:
    assert in_context(1.0, 5, 8, 300) > in_context(1.0, 1, 8, 300) > in_context(1.0, 0, 8, 300)
    assert in_context(1.0, 0, 8, 20) > in_context(1.0, 0, 8, 300)


def test_the_shipped_model_is_the_same_when_it_is_saved_again(tmp_path: Path) -> None:
    path = tmp_path / "again.model"
    open_model().save(path)
    assert path.read_bytes() == MODEL.read_bytes()


def test_what_the_first_trees_find_hopeless_is_not_put_to_the_rest() -> None:
    trees = Trees(0.0, [Node(-1, -5.0), Node(-1, 9.0)], [0, 1], [(1, -4.0)])
    assert trees.log_odds([]) == -5.0
    trees.limits = [(1, -5.0)]
    assert trees.log_odds([]) == 4.0
