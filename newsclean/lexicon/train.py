"""Trains the model that weighs splits: `python -m newsclean.lexicon.train CODE=FILE.jsonl...`.

Each file holds clean articles of a language, records with a field "text". Words are glued by machine as scrapers do
it: at the edges of a link of one to four words, at those of a name, and anywhere. The words of the articles as they
are, and words that are held back from the table so as to be as unknown as tomorrow's names, show what must not be
split. scikit-learn is needed to train, never to run; the same articles give the same trees.

The shipped model was trained on 500 articles each of BBC news (English), the Spanish fake news corpus, French articles
on the gilets jaunes and Fake.br (Portuguese), 24 Italian ones, and 20 German ones from the publishers whose names (up
to the first underscore of the record) have an even CRC-32 in fundus' test pages: Italian and German are damaged eight
times over, each time in other places. Seeds are fixed; scikit-learn 1.9.1 wrote the trees.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from newsclean.lexicon import Language, WordTable, languages, open_table
from newsclean.lexicon.build import is_glue, wordfreq_list
from newsclean.lexicon.model import MODEL, vote
from newsclean.lexicon.splits import FEATURES, RARE, SHORTEST, WORD, Evidence, is_rare, with_neighbours, zipf

TREES = 160
SCREEN = 16  # trees that are asked first
LEAVES = 24
LEARNING_RATE = 0.1
LIKELY = 1.7  # log-odds of 0.85: what is less likely is never split
LOST = 0.004  # share of the likely splits that the screen may lose
SEED = 20230508
WORDS_PER_PLACE = 40  # a glued copy has a place about as often
HELD_BACK = 0.2  # share of the words of middling frequency that are held back from the table
HELD_BACK_BELOW = 4.2  # Zipf
STRANGERS = 0.1  # share of the words that a rare word of the list takes the place of, in a language of compounds
ARTICLES = 500  # of each language; where there are fewer, each is damaged several times, in other places
TIMES = 8  # at most


class Example(NamedTuple):
    """The evidence for one candidate split, whether it is right, and how much it counts."""

    features: tuple[float, ...]
    right: bool
    weight: float


class HoldingBack(WordTable):
    """A table that does not know some of its words, as if they were younger than it."""

    def __init__(self, table: WordTable, words: Collection[str]) -> None:
        self.keys, self._slots, self._table = table.keys, table._slots, table._table
        self._held_back = {word.casefold() for word in words}

    def zipf(self, word: str) -> float:
        """Return how common a word is, and 0.0 for one that is held back."""
        return 0.0 if word.casefold() in self._held_back else super().zipf(word)


def main(arguments: Iterable[str]) -> None:
    """Train on the articles of these files, and write the model."""
    examples: list[Example] = []
    for argument in arguments:
        code, _, name = argument.partition("=")
        examples += language_examples(languages()[code], Path(name))
    start, trees = trained(examples)
    hopeless = screen_limit(start, trees, examples)
    data = {"features": FEATURES, "start": start, "screen": SCREEN, "hopeless": hopeless, "trees": trees}
    MODEL.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(examples)} examples, {sum(example.right for example in examples)} right\n")


def language_examples(language: Language, path: Path) -> Iterator[Example]:
    """Yield what the articles of a language show, some as they are, some with words glued or held back."""
    chance = random.Random(f"{SEED} {language.code}")  # noqa: S311
    table = open_table(language.code)
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    chance.shuffle(texts)
    strangers = rare_words(language) if language.compounds else []
    for number, text in enumerate((texts * TIMES)[:ARTICLES]):
        words, gaps = spaced_words(text)
        if number < len(texts):
            yield from text_examples(language, table, words, {}, 1.0)
        if strangers:
            strange, new = with_strangers(words, strangers, chance)
            yield from text_examples(language, HoldingBack(table, new), strange, {}, 0.5, new)
        held_back = {word for word in sorted(set(words)) if _to_hold_back(table, word, chance.random())}
        yield from text_examples(language, HoldingBack(table, held_back), words, {}, 0.5, held_back)
        for places in (name_places, link_places, any_places):
            glued, joints = glue(words, places(words, gaps, chance))
            yield from text_examples(language, table, glued, joints, 1.0, joints)


def _to_hold_back(table: WordTable, word: str, draw: float) -> bool:
    if any(a.islower() and b.isupper() for a, b in pairwise(word)):
        return True  # a brand, and there are too few of them
    return draw < HELD_BACK and RARE <= zipf(table, word) < HELD_BACK_BELOW


def rare_words(language: Language) -> list[str]:
    """Return the words of the list that are too rare for the filter to take them for granted."""
    found = wordfreq_list(language.code)
    return sorted(word for word, value in found.items() if value < RARE and len(word) > 5 and not is_glue(word, found))


def with_strangers(words: list[str], strangers: list[str], chance: random.Random) -> tuple[list[str], set[str]]:
    """Put rare words of the list in the place of some words, with their capital; return the words, and the new ones."""
    new = {}
    for number, word in enumerate(words):
        if len(word) >= SHORTEST and chance.random() < STRANGERS:
            stranger = chance.choice(strangers)
            new[number] = stranger.capitalize() if word[0].isupper() else stranger
    return [new.get(number, word) for number, word in enumerate(words)], set(new.values())


def spaced_words(text: str) -> tuple[list[str], list[int]]:
    """Return the words of a text, and the numbers of those that a single space parts from the word before."""
    found = list(WORD.finditer(text))
    gaps = [
        number
        for number in range(1, len(found))
        if found[number].start() == found[number - 1].end() + 1 and text[found[number].start() - 1] == " "
    ]
    return [match[0] for match in found], gaps


def any_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps at random."""
    return set(chance.sample(gaps, min(len(gaps), 1 + len(words) // WORDS_PER_PLACE)))


def name_places(words: list[str], gaps: list[int], chance: random.Random) -> set[int]:
    """Pick gaps at the edges of capitalised words."""
    edges = [gap for gap in gaps if words[gap][0].isupper() != words[gap - 1][0].isupper()]
    return set(chance.sample(edges, min(len(edges), 1 + len(words) // WORDS_PER_PLACE)))


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


def text_examples(
    language: Language,
    table: WordTable,
    words: list[str],
    joints: dict[str, set[int]],
    weight: float,
    only: Collection[str] | None = None,
) -> Iterator[Example]:
    """Yield the candidate splits of a text's rare words, or of `only` these."""
    evidence = Evidence(language, table, Counter(words))
    suspects = {word for word in (words if only is None else only) if is_rare(table, word)}
    for suspect in with_neighbours(words, suspects):
        for candidate in evidence.candidates(suspect):
            yield Example(candidate.features, candidate.at in joints.get(suspect.word, ()), weight)


def trained(examples: list[Example]) -> tuple[float, list[Any]]:
    """Return the model's start and its trees."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=LEARNING_RATE,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    )
    model.fit(
        np.array([example.features for example in examples], dtype=float),
        np.array([example.right for example in examples]),
        sample_weight=np.array([example.weight for example in examples]),
    )
    trees = [_tree(predictor[0].nodes, 0) for predictor in model._predictors]
    return float(model._baseline_prediction.ravel()[0]), trees


def screen_limit(start: float, trees: list[Any], examples: list[Example]) -> float:
    """Return the least sum of the first trees from which a split still gets past 0.85 with the others."""
    sums = [(start + vote(trees[:SCREEN], example.features), example.features) for example in examples]
    likely = sorted(first for first, features in sums if first + vote(trees[SCREEN:], features) > LIKELY)
    return round(likely[int(len(likely) * LOST)], 4) if likely else 0.0


def _tree(nodes: Any, number: int) -> Any:
    node = nodes[number]
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    low, high = _tree(nodes, node["left"]), _tree(nodes, node["right"])
    return [int(node["feature_idx"]), round(float(node["num_threshold"]), 4), low, high]


if __name__ == "__main__":
    main(sys.argv[1:])
