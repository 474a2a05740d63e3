"""The model that weighs the evidence for a split: boosted decision trees, as plain data."""

import json
from collections.abc import Sequence
from functools import cache
from math import exp, inf
from typing import Any

from newsclean.lexicon import FOLDER
from newsclean.lexicon.splits import FEATURES

Tree = Any  # a float, or [int, float, Tree, Tree]: as JSON gives it, and walked without a check

MODEL = FOLDER / "splits.model.json"


class Trees:
    """Boosted trees: a leaf is a number, a node is `[feature, threshold, tree if at most, tree if more]`.

    What the first `screen` trees together hold to be below `hopeless` is not put to the others.

    >>> trees = Trees(0.0, [[0, 2.5, -3.0, [1, 0.5, 0.0, 3.0]]])
    >>> round(trees.probability([3.0, 1.0]), 3), round(trees.probability([1.0, 1.0]), 3)
    (0.953, 0.047)
    """

    def __init__(self, start: float, trees: Sequence[Tree], screen: int = 0, hopeless: float = -inf) -> None:
        self.start = start
        self.first, self.others = trees[:screen], trees[screen:]
        self.hopeless = hopeless

    def probability(self, features: Sequence[float]) -> float:
        """Return how likely a split with this evidence is right, from 0 to 1."""
        total = self.start + vote(self.first, features)
        if total >= self.hopeless:
            total += vote(self.others, features)
        return 1 / (1 + exp(-total))


def vote(trees: Sequence[Tree], features: Sequence[float]) -> float:
    """Return the sum of the leaves that these features lead to."""
    total = 0.0
    for tree in trees:
        node = tree
        while node.__class__ is list:
            feature, threshold, low, high = node
            node = low if features[feature] <= threshold else high
        total += node
    return total


@cache
def open_model() -> Trees:
    """Return the shipped model, read at its first use.

    >>> open_model().probability([0.0] * len(FEATURES)) < 0.5
    True
    """
    data = json.loads(MODEL.read_text(encoding="utf-8"))
    if data["features"] != list(FEATURES):
        raise ValueError(f"{MODEL.name}: trained on other features; train it again")
    return Trees(data["start"], data["trees"], data["screen"], data["hopeless"])
