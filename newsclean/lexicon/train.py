"""Trains the model that weighs splits: `python -m newsclean.lexicon.train CODE=PATH...`.

Each path holds clean articles of a language: JSON Lines, a folder of HTML pages, or a file of fortunes. Words are glued
by machine as scrapers do it: at the edges of a link of one to four words, at those of a name, between a small letter
and a capital, between two words with a capital, beside words in capitals, and anywhere. The words of the articles as
they are, rare words of dictionaries, brands, and words that are held back from the tables so as to be as unknown as
tomorrow's names show what must not be split. scikit-learn is needed to train, never to run; the same articles give the
same trees.

The shipped model was trained on 1,000 articles of BBC news (English), 500 each of the Spanish fake news corpus, French
articles on the gilets jaunes and Fake.br (Portuguese), 24 Italian ones, and the articles in these languages and in
German of the test pages of fundus; German besides on 500 pages of the manual of GIMP and on the sayings of Debian's
package fortunes-de, since nothing larger in German was free to use. Where there are few articles, each is damaged up
to eight times over, each time in other places. Seeds are fixed; scikit-learn 1.9.1 grew the trees from 2,239,730
examples, in this order: en, es, fr, pt, it of the articles, the same of fundus, German of fundus, the manual, the
sayings. The README has figures on texts that it did not see.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.lexicon import NAMES, Language, WordTable, languages, open_table
from newsclean.lexicon.model import MODEL, MOST_LEAVES, Model, Question, Stage, Trees
from newsclean.lexicon.sources import camel_words, dictionary, frequencies
from newsclean.lexicon.splits import QUICK_FEATURES, SHORTEST, WORD, Evidence, is_suspect, with_neighbours
from newsclean.lexicon.table import Word
from newsclean.lexicon.word_lists import NeverSplit
from newsclean.readers.html import html_to_text


class Shape(NamedTuple):
    """How many trees there are, how many leaves each has, how much each learns of what is left to learn.

    `looks` are numbers of trees after which what is settled goes no further.
    """

    trees: int
    leaves: int
    rate: float
    looks: tuple[int, ...]


TREES = Shape(400, 31, 0.1, (64,))
SCREEN = Shape(40, 16, 0.3, (40,))  # on the quick features
LIKELY = 1.5  # log-odds: what is less likely is split by no run but an eager one
SAMPLE = 10  # one example in so many is asked for that
LOST = 0.002  # share of the likely splits that each look may lose
PLANES = 13  # bits that the value of a leaf is kept in
SEED = 20230508
WORDS_PER_PLACE = 40  # a glued copy has a place about as often
HELD_BACK = 0.2  # share of the words of middling frequency that are held back from the table
HELD_BACK_BELOW = 4.2  # Zipf
RARE = 2.6  # Zipf
STRANGERS, STRANGERS_COMPOUND = 0.03, 0.1  # share of the words that a rare word of dictionaries takes the place of
BRANDS, BRANDS_COMPOUND = 0.05, 0.02  # share of the capitalised words that a brand takes the place of
SMALL_WORD = 4.5  # Zipf; what has a capital behind a small word that is so common is no brand: `saidJohn`
NEW_BRANDS = 0.8  # share of these that the tables do not know
SAYINGS = 15  # sayings that make a text
NONE_KEPT = NeverSplit(())
ARTICLES = 1000  # of each language; where there are fewer, each is damaged several times, in other places
TIMES = 8  # at most


class Example(NamedTuple):
    """The evidence for one candidate split, whether it is right, and how much it counts."""

    features: tuple[float, ...]
    right: bool
    weight: float


class HoldingBack(WordTable):
    """A table that does not know some of its words, as if they were younger than it."""

    def __init__(self, table: WordTable, words: Iterable[str]) -> None:
        self.keys, self._slots, self._table = table.keys, table._slots, table._table
        self._held_back = {word.casefold() for word in words}

    def word(self, word: str) -> Word:
        """Return what is known of a word: nothing of one that is held back."""
        return Word(0.0, 0, False) if word.casefold() in self._held_back else super().word(word)

    def pair(self, left: str, right: str) -> float:
        """Return what is known of two words: nothing where one is held back."""
        return 0.0 if {left.casefold(), right.casefold()} & self._held_back else super().pair(left, right)

    def has(self, kind: str, word: str) -> bool:
        """Return whether a word is there as one of this kind, and not held back."""
        return word.casefold() not in self._held_back and super().has(kind, word)


def main(arguments: Sequence[str]) -> None:
    """Train on the articles of these files, and write the model."""
    with ProcessPoolExecutor() as executor:
        examples = [example for found in executor.map(language_examples, arguments) for example in found]
    model = fitted(examples)
    model.save(MODEL)
    right = sum(example.right for example in examples)
    least = [stage.least for trees in model for stage in trees.stages]
    sys.stdout.write(f"{len(examples)} examples, {right} right; least of the stages {least}\n")


def fitted(examples: list[Example]) -> Model:
    """Return the model that the examples make."""
    quick = [example._replace(features=example.features[: len(QUICK_FEATURES)]) for example in examples]
    trees, screen = trained(examples, TREES), trained(quick, SCREEN)
    likely = [example for example in examples[::SAMPLE] if example.right and trees.look(example.features)[0] > LIKELY]
    set_limits(trees, likely, TREES.looks)
    set_limits(screen, likely, SCREEN.looks)
    return Model(screen, trees)


def language_examples(argument: str) -> list[Example]:
    """Return what the articles of a language show, some as they are, some with words glued, new or both."""
    code, _, name = argument.partition("=")
    language, texts = languages()[code], read_texts(Path(name), code)
    chance = random.Random(f"{SEED} {code}")  # noqa: S311
    chance.shuffle(texts)
    lesson = Lesson(language, chance)
    return [
        example
        for number, text in enumerate((texts * TIMES)[:ARTICLES])
        for example in lesson.examples(text, first=number < len(texts))
    ]


def read_texts(path: Path, code: str) -> list[str]:
    """Return the texts of a file of JSON Lines, of the HTML pages of a folder, or of a file of fortunes.

    A line of JSON has the text in "text", or in "clean" beside the language that it is in.
    """
    if path.suffix == ".jsonl":
        records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        texts = [record.get("text") or record["clean"] for record in records if record.get("language", code) == code]
        return list(dict.fromkeys(texts))
    if path.is_dir():
        return [html_to_text(page.read_text(encoding="utf-8")) for page in sorted(path.glob("*.html"))]
    sayings = [" ".join(saying.split()) for saying in path.read_text(encoding="utf-8").split("\n%\n")]
    return ["\n".join(sayings[at : at + SAYINGS]) for at in range(0, len(sayings), SAYINGS)]


class Lesson:
    """Makes examples of the texts of one language."""

    def __init__(self, language: Language, chance: random.Random) -> None:
        self.language, self.chance = language, chance
        self.table, self.names = open_table(language.code), open_table(NAMES)
        self.camel = sorted(filter(self._may_be_brand, camel_words()))
        rare = rare_words(language.code, nouns_apart=language.compounds)
        self.rare_small = [word for word in rare if word[0].islower()]
        self.rare_titled = [word for word in rare if word[0].isupper()] or [word.capitalize() for word in rare]
        self.strangers, self.brands = (
            (STRANGERS_COMPOUND, BRANDS_COMPOUND) if language.compounds else (STRANGERS, BRANDS)
        )

    def examples(self, text: str, *, first: bool) -> Iterator[Example]:
        """Yield what a text shows, as it is (the first time), with new words, and with words glued."""
        words, gaps = spaced_words(text)
        if first:
            yield from self._shown(words, {}, 1.0)
        brands = self._with(words, self.camel, self.brands, str.istitle)
        self.chance.shuffle(new := sorted(set(brands) - set(words)))
        yield from self._shown(brands, {}, 0.5, new, held_back=new[: int(len(new) * NEW_BRANDS)])
        strange = self._with_strangers(words)
        new = sorted(set(strange) - set(words))
        yield from self._shown(strange, {}, 0.5, new, held_back=new)
        held_back = self._held_back(words)
        yield from self._shown(words, {}, 0.5, held_back, held_back=held_back)
        for number, places in enumerate(
            (name_places, link_places, any_places, case_places, capitals_places, dense_places, titled_places)
        ):
            glued, joints = glue(words, places(words, gaps, self.chance))
            yield from self._shown(glued, joints, 1.0, joints, held_back=self._held_back(words) if number % 2 else [])

    def _held_back(self, words: Iterable[str]) -> list[str]:
        return [word for word in sorted(set(words)) if self._to_hold_back(word, self.chance.random())]

    def _to_hold_back(self, word: str, draw: float) -> bool:
        if any(a.islower() and b.isupper() for a, b in pairwise(word)):
            return True  # a brand, and there are too few of them
        return draw < HELD_BACK and RARE <= self.table.known[word].zipf < HELD_BACK_BELOW

    def _may_be_brand(self, word: str) -> bool:
        first = "".join(takewhile(str.islower, word))
        return len(first) < 2 or self.table.zipf(first) < SMALL_WORD

    def _with_strangers(self, words: list[str]) -> list[str]:
        """Put rare words in the place of a share of the words, each where one is written as it is.

        Where nouns have a capital, no verb stands in the place of one.
        """
        found = self._with(
            words, self.rare_titled, self.strangers, lambda word: len(word) >= SHORTEST and word[0].isupper()
        )
        return self._with(
            found, self.rare_small, self.strangers, lambda word: len(word) >= SHORTEST and word[0].islower()
        )

    def _with(self, words: list[str], others: list[str], share: float, fits: Callable[[str], bool]) -> list[str]:
        """Put other words in the place of a share of the words that they fit."""
        return [self.chance.choice(others) if fits(word) and self.chance.random() < share else word for word in words]

    def _shown(
        self,
        words: list[str],
        joints: Mapping[str, set[int]],
        weight: float,
        only: Iterable[str] | None = None,
        held_back: Iterable[str] = (),
    ) -> Iterator[Example]:
        """Yield the candidate splits of a text's rare words, or of `only` these."""
        table, names = HoldingBack(self.table, held_back), HoldingBack(self.names, held_back)
        evidence = Evidence(self.language, table, Counter(words), words, NONE_KEPT, names)
        suspects = {word for word in (words if only is None else only) if is_suspect(table, word)}
        for suspect in with_neighbours(words, suspects):
            for candidate in evidence.candidates(suspect):
                yield Example(candidate.features, candidate.at in joints.get(suspect.word, ()), weight)


def rare_words(code: str, *, nouns_apart: bool) -> list[str]:
    """Return the words of dictionaries that are too rare for the filter to take them for granted.

    They are in small letters but for the nouns of a language that gives them a capital.
    """
    found = frequencies(code)
    rare = {word for word in dictionary(code) if len(word) > 5}
    if not nouns_apart:
        rare = {word.lower() for word in rare}
    return sorted(word for word in rare if found.get(word.lower(), 0) < RARE)


def spaced_words(text: str) -> tuple[list[str], list[int]]:
    """Return the words of a text, and the numbers of those that a single space parts from the word before."""
    found = list(WORD.finditer(text))
    gaps = [
        number
        for number in range(1, len(found))
        if found[number].start() == found[number - 1].end() + 1 and text[found[number].start() - 1] == " "
    ]
    return [match[0] for match in found], gaps


def _some(gaps: list[int], words: Sequence[str], chance: random.Random) -> set[int]:
    return set(chance.sample(gaps, min(len(gaps), 1 + len(words) // WORDS_PER_PLACE)))


def any_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps at random."""
    return _some(gaps, words, chance)


def name_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps at the edges of capitalised words."""
    edges = [gap for gap in gaps if words[gap][0].isupper() != words[gap - 1][0].isupper()]
    return _some(edges, words, chance)


def capitals_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps beside words in capitals."""
    edges = [gap for gap in gaps if any(len(word) > 1 and word.isupper() for word in words[gap - 1 : gap + 1])]
    return _some(edges, words, chance)


def dense_places(_words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick many gaps, so that three words or more are glued."""
    return set(chance.sample(gaps, len(gaps) // 6))


def case_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps between a small letter and a capital."""
    edges = [gap for gap in gaps if words[gap][0].isupper() and words[gap - 1][-1].islower()]
    return _some(edges, words, chance)


def titled_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps between two words with a capital: those of names, and where nouns have one, of a noun and a name."""
    edges = [gap for gap in gaps if words[gap][0].isupper() and words[gap - 1].istitle()]
    return _some(edges, words, chance)


def link_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick the two edges of stretches of one to four words."""
    places = set()
    for first in any_places(words, gaps, chance):
        places |= {first, first + chance.choice((1, 1, 2, 2, 3, 4))}
    return places & set(gaps)


def glue(words: list[str], places: set[int]) -> tuple[list[str], dict[str, set[int]]]:
    """Join each word of these numbers to the one before; return the words, and where the new ones were joined."""
    glued: list[str] = []
    joints: dict[str, set[int]] = {}
    inner: set[int] = set()
    for number, word in enumerate(words):
        if number in places:
            inner.add(len(glued[-1]))
            glued[-1] += word
            continue
        if inner:
            joints[glued[-1]] = inner
            inner = set()
        glued.append(word)
    if inner:
        joints[glued[-1]] = inner
    return glued, joints


def trained(examples: list[Example], shape: Shape) -> Trees:
    """Return the trees that the examples make, in stages that end at the looks of the shape."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=shape.trees,
        max_leaf_nodes=shape.leaves,
        learning_rate=shape.rate,
        min_samples_leaf=100,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=SEED,
    )
    model.fit(
        np.array([example.features for example in examples], dtype=np.float32),
        np.array([example.right for example in examples]),
        sample_weight=np.array([example.weight for example in examples]),
    )
    trees = [predictor[0].nodes for predictor in model._predictors]
    ends = [*shape.looks, *([shape.trees] if shape.trees not in shape.looks else [])]
    stages = [stage_of(trees[first:end]) for first, end in pairwise([0, *ends])]
    return Trees(float(model._baseline_prediction.ravel()[0]), stages)


def stage_of(trees: Sequence[Any]) -> Stage:
    """Return trees of scikit-learn (arrays of nodes, the root first) as a stage."""
    grown = [read_tree(tree, number) for number, tree in enumerate(trees)]
    values = [leaves for _, leaves in grown]
    least, most = min(map(min, values)), max(map(max, values))
    step = (most - least) / ((1 << PLANES) - 1)
    planes = [0] * PLANES
    for number, leaves in enumerate(values):
        for leaf, value in enumerate(leaves):
            steps = round((value - least) / step)
            for bit in range(PLANES):
                planes[bit] |= (steps >> bit & 1) << (number * MOST_LEAVES + leaf)
    questions = [question for asked, _ in grown for question in asked]
    return Stage(len(trees), questions, planes, base=least * len(trees), step=step)


def read_tree(tree: Any, number: int) -> tuple[list[Question], list[float]]:
    """Return the questions of a tree and the values of its leaves, from left to right."""
    questions: list[Question] = []
    leaves: list[float] = []

    def read(place: int) -> None:
        node, first = tree[place], len(leaves)
        if node["is_leaf"]:
            leaves.append(float(node["value"]))
            return
        read(node["left"])
        out = (1 << len(leaves)) - (1 << first)
        questions.append((int(node["feature_idx"]), float(node["num_threshold"]), number, out))
        read(node["right"])

    read(0)
    return questions, leaves


def set_limits(trees: Trees, likely: list[Example], looks: Sequence[int]) -> None:
    """Give the stages that end at a look the least that they say of examples that all trees make likely."""
    totals = [trees.start] * len(likely)
    for stage in trees.stages[: len(looks)]:
        totals = [total + stage.votes(example.features) for total, example in zip(totals, likely, strict=True)]
        stage.least = round(sorted(totals)[int(len(totals) * LOST)], 4)


if __name__ == "__main__":
    main(sys.argv[1:])
