"""The model that weighs the evidence for a split: boosted decision trees, kept as questions and as leaves.

To walk hundreds of trees node by node is slow. Here every tree has a field of bits, one for each of its leaves from
left to right, and a question ("is this feature more than that?") knows which leaves are out if the answer is yes. The
answers of one feature to all of its questions are one number of thousands of bits, found by bisection; what all
features leave of a field begins with the leaf that the tree ends at. This is QuickScorer (Lucchese and others, 2015,
https://doi.org/10.1145/2766462.2767733), with Python's long integers as its vectors.

The file is a line of JSON (the features, the numbers) and arrays for each stage: of each question the feature, the
threshold, the tree and the leaves that are out; of the leaves the bits of their values, one plane of bits for each.
"""

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from itertools import groupby
from math import log
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.lexicon import FOLDER
from newsclean.lexicon.splits import FEATURES, Candidate

MODEL = FOLDER / "splits.model"

MOST_LEAVES = 32  # of a tree: the bits of its field
ALL_LEAVES = (1 << MOST_LEAVES) - 1
SURE = log(0.97 / 0.03)  # what the trees say of a place in a word that is surely glued
CLEAR = 5.0  # and what some trees say of a place that the rest need not be asked about: less does harm

# How the rest of a text moves what the trees say. Tried out on texts with and without glue: a logistic regression over
# both moves short texts too far, since those in which one place is all the glue there is are rare among texts that a
# machine glues.
WEIGHT, SHARE, NONE = 1.4, 0.8, -2.0
FEW_SURE, FEW_SUSPECTS, FEW_WORDS = 0.3, 3.0, 60  # so that a few words alone do not decide
_ARRAYS = "BfHI"  # the kinds of the arrays of questions, as `array` names them


# A node of a tree: the feature that it asks for, the threshold, the tree, and its leaves (bits) that are out where the
# feature is more. Plain tuples, since there are thousands to read before the first text.
Question = tuple[int, float, int, int]


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


class Stage:
    """Some of the trees, which vote together; `least` is the least that they and those before them must say.

    `planes` are the values of all leaves, cut into bits: the n-th plane has the bits that stand for 2**n times `step`.
    The values start at zero; `base` is what that takes off the sum.

    >>> yes_or_no = Stage(1, [(0, 2.5, 0, 0b01)], [0b10], base=-3.0, step=6.0)
    >>> yes_or_no.votes([3.0]), yes_or_no.votes([1.0])
    (3.0, -3.0)
    """

    def __init__(
        self,
        trees: int,
        questions: Sequence[Question],
        planes: Sequence[int],
        *,
        base: float,
        step: float,
        least: float | None = None,
    ) -> None:
        self.trees, self.questions, self.planes = trees, sorted(questions), list(planes)
        self.base, self.step, self.least = base, step, least
        self._ones = _number(array("I", [1]) * trees)
        self._all = _number(array("I", [ALL_LEAVES]) * trees)
        self._asked = [_asked(feature, list(asked)) for feature, asked in groupby(self.questions, itemgetter(0))]
        self._weighed = [(1 << bit, plane) for bit, plane in enumerate(planes)]

    def _left(self, questions: Iterable[Question], most: float) -> int:
        """Return the leaves that are left where a feature is more than `most`, and no more than the next threshold."""
        left = array("I", [ALL_LEAVES]) * self.trees
        for _, threshold, tree, out in questions:
            if threshold > most:
                break
            left[tree] &= ~out
        return _number(left)

    def votes(self, features: Sequence[float]) -> float:
        """Return what the trees say together of something with these features."""
        left = self._all
        for feature, thresholds, answers, questions in self._asked:
            if place := bisect_left(thresholds, features[feature]):
                answer = answers[place]
                if answer is None:  # a short text needs a few of thousands
                    answer = answers[place] = self._left(questions, thresholds[place - 1])
                left &= answer
        # A field is never empty, so that no borrow leaves it: what goes is its lowest bit.
        ends = left ^ (left & (left - self._ones))
        return self.base + self.step * sum([weight * (ends & plane).bit_count() for weight, plane in self._weighed])


def _asked(feature: int, questions: list[Question]) -> "tuple[int, list[float], list[int | None], list[Question]]":
    """Return the thresholds of a feature, room for the leaves that are left from each of them on, and its questions."""
    thresholds = list(dict.fromkeys([threshold for _, threshold, _, _ in questions]))
    return feature, thresholds, [None] * (len(thresholds) + 1), questions


class Trees:
    """Boosted trees in stages, and what they start from.

    What a stage holds to be less than its least is settled and not put to the rest, and neither is what it holds to be
    clear.

    >>> trees = Trees(0.5, [Stage(1, [(0, 2.5, 0, 0b01)], [0b10], base=-3.0, step=6.0, least=-2.0)])
    >>> trees.look([3.0]), trees.look([1.0])
    ((3.5, False), (-2.5, True))
    """

    def __init__(self, start: float, stages: Sequence[Stage]) -> None:
        self.start, self.stages = start, list(stages)

    def look(self, features: Sequence[float]) -> tuple[float, bool]:
        """Return the natural logarithm of the odds that a split is right, and whether a stage settled it."""
        total = self.start
        for stage in self.stages:
            total += stage.votes(features)
            if stage.least is not None and not stage.least <= total < CLEAR:
                return total, True
        return total, False


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
        return self.trees.look(place.features)[0] if place.log_odds is None else place.log_odds

    def save(self, path: Path) -> None:
        """Write the file of the model; the same model gives the same bytes."""
        head = {
            "features": FEATURES,
            "trees": [
                {
                    "start": trees.start,
                    "stages": [
                        {
                            "trees": stage.trees,
                            "questions": len(stage.questions),
                            "planes": len(stage.planes),
                            "base": stage.base,
                            "step": stage.step,
                            "least": stage.least,
                        }
                        for stage in trees.stages
                    ],
                }
                for trees in self
            ],
        }
        stages = [stage for trees in self for stage in trees.stages]
        path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(map(_stage_bytes, stages)))

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read the file of a model. Raises ValueError where it was trained on other features."""
        line, _, data = path.read_bytes().partition(b"\n")
        head = json.loads(line)
        if head["features"] != list(FEATURES):
            raise ValueError(f"{path.name}: trained on other features; train it again")
        file = BytesIO(data)
        return cls(
            *(Trees(each["start"], [_read_stage(file, **about) for about in each["stages"]]) for each in head["trees"])
        )


def _stage_bytes(stage: Stage) -> bytes:
    columns = [array(kind, column) for kind, column in zip(_ARRAYS, zip(*stage.questions, strict=True), strict=True)]
    planes = [plane.to_bytes(_size(stage.trees), "little") for plane in stage.planes]
    return b"".join([*(_little(column).tobytes() for column in columns), *planes])


def _read_stage(file: BytesIO, *, questions: int, planes: int, trees: int, **about: Any) -> Stage:
    columns = []
    for kind in _ARRAYS:
        column = array(kind)
        column.frombytes(file.read(column.itemsize * questions))
        columns.append(_little(column).tolist())
    bits = [int.from_bytes(file.read(_size(trees)), "little") for _ in range(planes)]
    return Stage(trees, list(zip(*columns, strict=True)), bits, **about)


def _size(trees: int) -> int:
    return trees * MOST_LEAVES // 8


def _number(fields: "array[int]") -> int:
    return int.from_bytes(fields if sys.byteorder == "little" else _little(fields[:]), "little")


def _little(column: "array[Any]") -> "array[Any]":
    """Return a column with the bytes of its numbers swapped where the machine is not little-endian, as the file is."""
    if sys.byteorder != "little":
        column.byteswap()
    return column


@cache
def open_model() -> Model:
    """Return the shipped model, read at its first use.

    >>> sum(stage.trees for stage in open_model().trees.stages)
    400
    """
    return Model.load(MODEL)
