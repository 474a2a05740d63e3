"""The model that weighs the evidence for a split: boosted decision trees, in flat arrays of one small file.

The file is a line of JSON (the features, the start, the numbers) and three arrays: for each node the feature that it
asks for, or -1 where it is a leaf; the threshold, or the leaf's value; the node to go to if the feature is more. If it
is not more, the next node follows.
"""

import json
import sys
from array import array
from collections.abc import Sequence
from functools import cache, cached_property
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.lexicon import FOLDER
from newsclean.lexicon.splits import FEATURES, Candidate

MODEL = FOLDER / "splits.model"

LEAF = -1
SURE = log(0.97 / 0.03)  # what the trees say of a place in a word that is surely glued
CLEAR = 5.0  # and what some trees say of a place that the rest need not be asked about: less does harm

# How the rest of a text moves what the trees say. Tried out on texts with and without glue: a logistic regression over
# both moves short texts too far, since those in which one place is all the glue there is are rare among texts that a
# machine glues.
WEIGHT, SHARE, NONE = 1.2, 0.6, -1.5
FEW_SURE, FEW_SUSPECTS, FEW_WORDS = 0.3, 3.0, 60  # so that a few words alone do not decide
_ARRAYS = "bfI"  # the kinds of the three arrays, as `array` names them


_Tree = tuple[Any, ...]  # feature, value, and the trees for what is not more and for what is, or None at a leaf


class Node(NamedTuple):
    """A node of a tree: see above."""

    feature: int
    value: float
    more: int = 0


def in_context(score: float, sure: int, suspects: int, words: int) -> float:
    """Return the log-odds of a place that the trees give `score`, moved by what the rest of the text shows.

    A text that shows glue elsewhere is likelier to show it here, and one that shows none is likely to have none: what
    counts is how many of the `suspects` other words are surely glued, and that it is none says the less, the fewer
    `words` there are.

    >>> in_context(2.0, 8, 10, 400) > in_context(2.0, 0, 10, 40) > in_context(2.0, 0, 10, 400)
    True
    """
    share = log((sure + FEW_SURE) / (suspects + FEW_SUSPECTS))
    return WEIGHT * score + SHARE * share + (0.0 if sure else NONE * words / (words + FEW_WORDS))


class Trees:
    """Boosted trees, of which `roots` are the first nodes.

    `limits` are numbers of trees, each with the least that so many must say together: what they hold to be below it is
    settled and not put to the rest, and neither is what they hold to be clear.

    >>> trees = Trees(0.5, [Node(0, 2.5, 2), Node(-1, -3.0), Node(-1, 3.0)], [0])
    >>> trees.log_odds([3.0]), trees.log_odds([1.0])
    (3.5, -2.5)
    """

    def __init__(
        self, start: float, nodes: Sequence[Node], roots: Sequence[int], limits: Sequence[tuple[int, float]] = ()
    ) -> None:
        self.start, self.roots, self.limits = start, list(roots), [(number, least) for number, least in limits]
        self.columns = [[*column] for column in zip(*nodes, strict=True)]

    def log_odds(self, features: Sequence[float]) -> float:
        """Return how likely a split with this evidence is right: the natural logarithm of its odds."""
        return self.look(features)[0]

    def look(self, features: Sequence[float]) -> tuple[float, bool]:
        """Return the logarithm of the odds, and whether the trees up to a limit settled it."""
        total, done = self.start, 0
        for number, least in self.limits:
            total += self.vote(features, done, number)
            if total < least or total >= CLEAR:
                return total, True
            done = number
        return total + self.vote(features, done, len(self.roots)), False

    def vote(self, features: Sequence[float], first: int, stop: int) -> float:
        """Return what the trees from `first` to before `stop` say together."""
        total = 0.0
        for tree in self._trees[first:stop]:
            feature, value, less, more = tree
            while less:
                feature, value, less, more = less if features[feature] <= value else more
            total += value
        return total

    @cached_property
    def _trees(self) -> "list[_Tree]":
        """The trees as tuples, which are walked faster than the columns."""
        asked, values, more = self.columns
        trees: list[_Tree] = [()] * len(asked)
        for node in range(len(asked) - 1, -1, -1):
            leaf = asked[node] == LEAF
            trees[node] = (asked[node], values[node], *((None, None) if leaf else (trees[node + 1], trees[more[node]])))
        return [trees[root] for root in self.roots]


class Model(NamedTuple):
    """What weighs the evidence for a split.

    `screen` looks at the quick features alone; what is within its limits is put to `trees`.
    """

    screen: Trees
    trees: Trees

    def at_a_glance(self, quick: Sequence[float]) -> float | None:
        """Return how likely a split is, where its quick features are enough to say it."""
        log_odds, settled = self.screen.look(quick)
        return log_odds if settled else None

    def log_odds(self, place: Candidate) -> float:
        """Return how likely a split is right."""
        return self.trees.log_odds(place.features) if place.log_odds is None else place.log_odds

    def save(self, path: Path) -> None:
        """Write the file of the model; the same model gives the same bytes."""
        both = (self.screen, self.trees)
        head = {
            "features": FEATURES,
            "trees": [
                {"start": trees.start, "roots": trees.roots, "limits": trees.limits, "nodes": len(trees.columns[0])}
                for trees in both
            ],
        }
        columns = [array(kind, column) for trees in both for kind, column in zip(_ARRAYS, trees.columns, strict=True)]
        path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(_little(column).tobytes() for column in columns))

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read the file of a model. Raises ValueError where it was trained on other features."""
        line, _, data = path.read_bytes().partition(b"\n")
        head = json.loads(line)
        if head["features"] != list(FEATURES):
            raise ValueError(f"{path.name}: trained on other features; train it again")
        both = []
        for each in head["trees"]:
            trees = Trees(each["start"], (), each["roots"], each["limits"])
            for kind in _ARRAYS:
                column = array(kind)
                size = column.itemsize * each["nodes"]
                column.frombytes(data[:size])
                data = data[size:]
                trees.columns.append(_little(column).tolist())
            both.append(trees)
        return cls(*both)


def _little(column: "array[Any]") -> "array[Any]":
    """Return a column with the bytes of its numbers swapped where the machine is not little-endian, as the file is."""
    if sys.byteorder != "little":
        column.byteswap()
    return column


@cache
def open_model() -> Model:
    """Return the shipped model, read at its first use.

    >>> len(open_model().trees.roots)
    400
    """
    return Model.load(MODEL)
