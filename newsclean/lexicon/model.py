"""The model that weighs the evidence for a split: boosted decision trees, in flat arrays of one small file.

The file is a line of JSON (the features, the start, the numbers) and three arrays: for each node the feature that it
asks for, or -1 where it is a leaf; the threshold, or the leaf's value; the node to go to if the feature is more. If it
is not more, the next node follows.
"""

import json
import sys
from array import array
from collections.abc import Sequence
from functools import cache
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.lexicon import FOLDER
from newsclean.lexicon.splits import FEATURES

MODEL = FOLDER / "splits.model"

LEAF = -1
SURE = log(0.97 / 0.03)  # what the trees say of a place in a word that is surely glued
CLEAR = 4.5  # and what some trees say of a place that the rest need not be asked about

# How the rest of a text moves what the trees say. Tried out on texts with and without glue: a logistic regression over
# both moves short texts too far, since those in which one place is all the glue there is are rare among texts that a
# machine glues.
WEIGHT, SHARE, NONE = 1.2, 0.6, -1.5
FEW_SURE, FEW_SUSPECTS, FEW_WORDS = 0.3, 3.0, 60  # so that a few words alone do not decide
_ARRAYS = "bfI"  # the kinds of the three arrays, as `array` names them


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
    not put to the rest, and neither is what they hold to be clear.

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
        total, done = self.start, 0
        for number, least in self.limits:
            total += self.vote(features, done, number)
            if total < least or total >= CLEAR:
                return total
            done = number
        return total + self.vote(features, done, len(self.roots))

    def vote(self, features: Sequence[float], first: int, stop: int) -> float:
        """Return what the trees from `first` to before `stop` say together."""
        asked, values, more = self.columns
        total = 0.0
        for root in self.roots[first:stop]:
            node = root
            while (feature := asked[node]) >= 0:
                node = node + 1 if features[feature] <= values[node] else more[node]
            total += values[node]
        return total


class Model(NamedTuple):
    """What weighs the evidence for a split.

    `screen` looks at the quick features alone; what it holds to be below its limit is not put to `trees`.
    """

    screen: Trees
    trees: Trees

    def may_be(self, quick: Sequence[float]) -> bool:
        """Return whether the quick features of a place leave hope that it is a split."""
        return self.screen.log_odds(quick) >= self.screen.limits[-1][1]

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
