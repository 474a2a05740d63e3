"""Measures newsclean's speed, each figure as a ratio to something else in the same run, and its glue repair.

    python -m tests.benchmarks            all of its speed
    python -m tests.benchmarks speed      the pipeline and each filter beside ftfy.fix_text, on clean English text
    python -m tests.benchmarks packs      the pipeline with all rule packs, with one, without phrases, without filters
    python -m tests.benchmarks start      the command beside `python -c "import click"`
    python -m tests.benchmarks growth     the time for twice the input over the time for once, for nasty inputs
    python -m tests.benchmarks batches    a batch of synthetic news in four forms: speed, cores, memory, the plain pool
    python -m tests.benchmarks broken     a million lines of JSON of which a thousand are broken
    python -m tests.benchmarks peers      the glue repair beside that of its peers (the extra `bench`)
                                          `--readme` puts the table into the README, here and of `batches`

`--texts FILE` names JSON Lines with English texts in a field "text", which are cleaned before any speed is measured;
without it the paragraphs of the clean seed stand in many orders. `--megabytes N` is the size of the batches (100),
`--jobs N` the processes they are run with (once 1, once 2), `--forms NAME` what they are stored as (all),
`--filters A,B` what they are cleaned by (all), `--rounds N` how often (once); `--lines N` is the number of the lines
(1,000,000).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import ftfy

from newsclean import Document, Pipeline, clean
from newsclean.filters import BY_RULES, FILTERS
from newsclean.filters._glue_letters import forget_words
from newsclean.readers.html import html_to_text
from newsclean.rules import shipped_rules
from newsclean.rules.book import RuleBook
from tests.benchmarks.batches import FORMS, batches, broken
from tests.benchmarks.peers import damaged, peers
from tests.benchmarks.readme import rewritten
from tests.cases import FIXTURES
from tests.nasty import NASTY, nested

SEED = FIXTURES / "pipeline" / "kyrgyzstan" / "dirty.txt"

README = FIXTURES.parent / "README.md"

BASELINE = "ftfy.fix_text"

# Characters, where 60,000 are too few to be nasty.
LENGTHS = {"one long line": 5_000_000, "one-word lines": 800_000, "nested tags": 400_000}


def best(work: Callable[[], object], tries: int) -> float:
    """The least wall time of some tries, in seconds."""
    times = []
    for _ in range(tries):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def published_texts(path: Path | None) -> list[str]:
    if path is not None:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line)["text"] for line in lines]
    # The paragraphs of the seed in many orders, so that no two texts are the same.
    paragraphs = SEED.with_name("clean.txt").read_text(encoding="utf-8").split("\n\n")
    chance = random.Random(0)  # noqa: S311
    return ["\n\n".join(chance.sample(paragraphs, len(paragraphs))) for _ in range(500)]


def clean_texts(path: Path | None) -> list[str]:
    texts = published_texts(path)
    # Published text is never quite clean: what is measured here is text with nothing left to do.
    return texts if path is None else [clean(text) for text in texts]


def run_filter(name: str, texts: Iterable[str]) -> None:
    # Fresh documents, so that each filter pays for the lines that it asks for.
    for text in texts:
        list(FILTERS[name](Document(text)))


def run_afresh(texts: Iterable[str]) -> None:
    """Run glued_words as on the first texts of a run, when no word has been looked up before."""
    forget_words()
    run_filter("glued_words", texts)


def with_glue(texts: Iterable[str]) -> list[str]:
    """The texts with two places glued in each paragraph, and with one more for every 200 characters."""
    kind = "between any two words"
    return [damaged(damaged(text, kind, seed), kind, seed + 1) for seed, text in enumerate(texts)]


def speed(texts: list[str]) -> None:
    glued = with_glue(texts)
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"speed on {size:.1f} MB of clean English text")
    without, whole = Pipeline(ignore=["glued_words"]), Pipeline()
    works: dict[str, Callable[[], object]] = {
        BASELINE: lambda: [ftfy.fix_text(text) for text in texts],
        "pipeline without glued_words": lambda: [without.run(text) for text in texts],
        "pipeline": lambda: [whole.run(text) for text in texts],
        **{f"  {name}": partial(run_filter, name, texts) for name in FILTERS},
        "  glued_words, words not seen before": partial(run_afresh, texts),
        "  glued_words, two places a paragraph": partial(run_filter, "glued_words", glued),
    }
    times = in_turns(works, 4, min)
    for name, seconds in times.items():
        print(f"  {name:36} {size / seconds:8.1f} MB/s   {times[BASELINE] / seconds:7.2f} times {BASELINE}")


def in_turns(
    works: Mapping[str, Callable[[], object]], rounds: int, middle: Callable[[list[float]], float]
) -> dict[str, float]:
    """Run the works one after another, some rounds, so that a slow moment of the machine falls on all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(best(work, 1))
    return {name: middle(found) for name, found in times.items()}


def packs(texts: list[str]) -> None:
    """The pipeline with all rule packs, with the English one, with filters that have no phrase, and without these."""
    by_rules = [step.__name__ for step in BY_RULES]
    english = RuleBook(rule for rule in shipped_rules() if rule.pack == "en")
    size = sum(len(text.encode()) for text in texts) / 1e6
    pipelines = {
        "pipeline, all packs": Pipeline(),
        "pipeline, the English pack": Pipeline(rules=english),
        "pipeline, no phrase in any pack": Pipeline(rules=RuleBook([])),
        "pipeline, no filter that has rules": Pipeline(ignore=by_rules),
    }
    works: dict[str, Callable[[], object]] = {
        name: partial(run_all, pipeline, texts) for name, pipeline in pipelines.items()
    }
    times = in_turns(works, 5, min)
    whole = times["pipeline, all packs"]
    print(f"rule packs on {size:.1f} MB of clean English text")
    for name, seconds in times.items():
        print(f"  {name:36} {size / seconds:8.1f} MB/s   {seconds / whole:7.2f} of the time with all packs")


def run_all(pipeline: Pipeline, texts: Iterable[str]) -> None:
    for text in texts:
        pipeline.run(text)


def start() -> None:
    print("start of a fresh process")
    # As pip leaves an installed package: with its modules compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    commands = {
        'python -c "import click"': ["-c", "import click"],
        "newsclean --version": ["-m", "newsclean", "--version"],
        "newsclean on the seed": ["-m", "newsclean", str(SEED)],
        "newsclean on the seed, no glued_words": ["-m", "newsclean", "--ignore", "glued_words", str(SEED)],
    }
    works = {
        name: partial(subprocess.run, [sys.executable, *arguments], check=True, capture_output=True, env=environment)
        for name, arguments in commands.items()
    }
    times = in_turns(works, 25, statistics.median)
    for name, seconds in times.items():
        print(f"  {name:38} {seconds * 1000:7.1f} ms   {seconds / next(iter(times.values())):5.2f} times")


def growth() -> None:
    print("time for twice the input over the time for once (2 is linear, 4 is quadratic)")
    pipeline = Pipeline()
    for name, make in NASTY.items():
        length = LENGTHS.get(name, 60_000)
        _growth_row(name, make(length // 2), make(length), pipeline.run)
    pages = nested("<div>", "</div>")
    _growth_row("nested tags, as HTML", pages(200_000), pages(400_000), html_to_text)


def _growth_row(name: str, half: str, whole: str, work: Callable[[str], object]) -> None:
    once, twice = (best(partial(work, text), 2) for text in (half, whole))
    print(f"  {name:28} {len(whole):9,} characters   {twice * 1000:9.1f} ms   ratio {twice / once:5.2f}")


def shown(name: str, block: str, *, readme: bool) -> None:
    """Print a block, and put it into the README where that is asked for."""
    print(block, end="")
    if readme:
        README.write_text(rewritten(README.read_text(encoding="utf-8"), name, block), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", nargs="*", choices=["speed", "packs", "start", "growth", "batches", "broken", "peers", []]
    )
    parser.add_argument("--texts", type=Path, metavar="FILE")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--filters", metavar="A,B")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    arguments = parser.parse_args()
    what = arguments.what or ["speed", "packs", "start", "growth"]
    if "speed" in what:
        speed(clean_texts(arguments.texts))
    if "packs" in what:
        packs(clean_texts(arguments.texts))
    if "start" in what:
        start()
    if "growth" in what:
        growth()
    with tempfile.TemporaryDirectory() as place:
        if "batches" in what:
            size = int(arguments.megabytes * 1e6)
            found = batches(size, Path(place), arguments.jobs, arguments.forms, arguments.filters, arguments.rounds)
            shown("batches", found, readme=arguments.readme)
        if "broken" in what:
            broken(arguments.lines, arguments.lines // 1000, Path(place), arguments.jobs[-1])
    if "peers" in what:
        # Not cleaned first: newsclean would have made its own splits, and its peers be blamed for not making them.
        shown("peers", peers(published_texts(arguments.texts)), readme=arguments.readme)


if __name__ == "__main__":
    main()
