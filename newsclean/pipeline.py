"""The pipeline: one loop over the filters, and the result that it leaves."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from newsclean.document import Document
from newsclean.edits import Change, Hunk, Track, restore
from newsclean.filters import BY_RULES, FILTERS, OFF, Filter, find_filter
from newsclean.filters import captions as captions_filter
from newsclean.filters import glued_words as glued_words_filter
from newsclean.filters.glued_words import CONFIDENCE, Glue
from newsclean.rules import Rule
from newsclean.rules.book import RuleBook, make_book

Captions = Literal["keep", "drop"]

# A pass that changes something is followed by another, since what it removed may have hidden more. Two passes are
# what real pages need; a text that has not settled after these was made to trouble us, and goes without the filters
# that it keeps busy.
PASSES = 8
MUCH = 0.4  # the share of the words above whose removal the result carries a warning

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a document that its owner should look at: `code` for programs, `message` for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """A cleaned text and the record of what was done to it; offsets are code points into `original`."""

    original: str
    text: str
    changes: tuple[Change, ...]
    hunks: tuple[Hunk, ...]
    warnings: tuple[Notice, ...]
    document: Document

    @property
    def language(self) -> str | None:
        """The language that was given, or else the guess for the original, made when it is first asked for."""
        return self.document.language

    def restore(self) -> str:
        r"""Return the original, rebuilt from the clean text and the hunks.

        >>> result = Pipeline().run("A  storm.<br>\n")
        >>> result.text, result.restore()
        ('A storm.\n', 'A  storm.<br>\n')
        """
        return restore(self.text, self.hunks)

    @property
    def counts(self) -> dict[str, int]:
        """How many changes each filter made, for the filters that made any."""
        return dict(Counter(change.filter for change in self.changes))

    @property
    def emptied(self) -> bool:
        """Whether the original had words and the clean text has none."""
        return any(notice.code == "nothing-left" for notice in self.warnings)


class Pipeline:
    """The filters to run, in order.

    `select` names the filters to run (all the shipped ones but bylines where it is None), `ignore` those not to run,
    `extend` those to run besides; a name is one of FILTERS or of an installed plug-in, and a function that takes a
    Document and yields Edits is as good as a name. `captions="drop"` removes every photo caption. `language` is an
    ISO 639-1 code; without it the language is guessed, document by document.

    `glue` says how sure the filter glued_words must be to split a word; `never_split` are words that it keeps,
    `always_split` words that it splits, as they come out ("of the"). `seen` is how often words stand in other
    documents of the same source, as `word_counts` counts them: evidence that a name stands alone. Whoever passes it
    gets another text than who does not. `rules` are rules of the user's own, as `newsclean.rules.load_rules` reads
    them; they go besides those of the shipped packs, of which a RuleBook takes the place. `aggressive` asks less of the
    evidence for boilerplate.

    Raises ValueError for a name that no filter has, and for an option that is none of its choices.

    >>> Pipeline(select=["whitespace"]).run("two  spaces").changes[0][:4]
    ('whitespace', 'whitespace.run', 4, 5)
    """

    def __init__(
        self,
        *,
        select: Iterable[str | Filter] | None = None,
        ignore: Iterable[str] | None = None,
        extend: Iterable[str | Filter] | None = None,
        language: str | None = None,
        captions: Captions = "keep",
        glue: Glue = "normal",
        never_split: Iterable[str] = (),
        always_split: Iterable[str] = (),
        seen: Mapping[str, int] | None = None,
        rules: Iterable[Rule] | RuleBook = (),
        aggressive: bool = False,
    ) -> None:
        _check_choice("captions", captions, ("keep", "drop"))
        _check_choice("glue", glue, CONFIDENCE)
        self.language = language
        book = make_book(rules, aggressive=aggressive)
        options: Mapping[Filter, Filter] = {
            **{step: partial(step, book=book) for step in BY_RULES},
            captions_filter: partial(captions_filter, drop=captions == "drop"),
            glued_words_filter: partial(
                glued_words_filter,
                glue=glue,
                never_split=_words("never_split", never_split),
                always_split=_words("always_split", always_split),
                seen=seen,
            ),
        }
        self.filters = tuple(
            (name, options.get(step, step)) for name, step in _chosen(select, ignore or (), extend or ())
        )

    def run(self, text: str) -> Result:
        r"""Clean one text, and return it with its record.

        >>> Pipeline().run("Talks go on .\n").text
        'Talks go on.\n'
        """
        track, changes, restless = self._run(text)
        warnings: list[Notice] = []
        if restless:
            left_out = f"{', '.join(sorted(restless))} found more to change after {PASSES} passes, and was left out"
            if self._run(track.text)[0].text != track.text:
                # Without these the text is another on each run: no text is better than the one that came.
                track, changes = Track(text), []
                left_out += ", with all others"
            warnings = [Notice("unsettled", left_out)]
        return _result(track, changes, Document(text, language=self.language), warnings)

    def _run(self, text: str) -> tuple[Track, list[Change], set[str]]:
        """Return what the filters make of a text, and those that were left out since they never come to an end."""
        filters, restless = self.filters, set[str]()
        while True:
            track, changes, last = self._settle(text, filters)
            names = {change.filter for change in last}
            if not names:
                return track, changes, restless
            # What these did would not be the same the second time: the text is better off without them.
            restless |= names
            filters = tuple((name, step) for name, step in filters if name not in restless)

    def _settle(self, text: str, filters: Sequence[tuple[str, Filter]]) -> tuple[Track, list[Change], list[Change]]:
        """Run passes until one changes nothing, and return what the last one that was run still changed."""
        track = Track(text)
        changes: list[Change] = []
        made: list[Change] = []
        for _ in range(PASSES):
            document = Document(track.text, language=self.language)
            made = _pass(track, document, filters)
            changes += made
            if not made or track.text == document.text:
                return track, changes, []
        return track, changes, made


def _pass(track: Track, original: Document, filters: Sequence[tuple[str, Filter]]) -> list[Change]:
    changes: list[Change] = []
    document = original
    for name, step in filters:
        edits = list(step(document))
        made = track.apply(name, edits) if edits else []
        if made:
            changes += made
            document = Document(track.text, original=original)
    return changes


def clean(
    text: str,
    *,
    language: str | None = None,
    select: Iterable[str | Filter] | None = None,
    ignore: Iterable[str] | None = None,
    extend: Iterable[str | Filter] | None = None,
    captions: Captions = "keep",
    glue: Glue = "normal",
    never_split: Iterable[str] = (),
    always_split: Iterable[str] = (),
    seen: Mapping[str, int] | None = None,
    rules: Iterable[Rule] | RuleBook = (),
    aggressive: bool = False,
) -> str:
    r"""Return the text without what the page and the scraper did to it. The options are those of Pipeline.

    >>> clean("Talks went on in Moscow.\n\n\n.ad{display:none}\n\nThey end on Friday.\n")
    'Talks went on in Moscow.\n\nThey end on Friday.\n'
    """
    pipeline = Pipeline(
        language=language,
        select=select,
        ignore=ignore,
        extend=extend,
        captions=captions,
        glue=glue,
        never_split=never_split,
        always_split=always_split,
        seen=seen,
        rules=rules,
        aggressive=aggressive,
    )
    return pipeline.run(text).text


def _check_choice(name: str, value: str, choices: Iterable[str]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {value!r}")


def _words(name: str, words: Iterable[str]) -> frozenset[str]:
    if isinstance(words, str):
        raise ValueError(f"{name} is given as a list: [{words!r}], not {words!r}")
    return frozenset(words)


def _chosen(
    select: Iterable[str | Filter] | None, ignore: Iterable[str], extend: Iterable[str | Filter]
) -> Sequence[tuple[str, Filter]]:
    for names in (select, ignore, extend):
        if isinstance(names, str):
            raise ValueError(f"filters are given as a list: [{names!r}], not {names!r}")
    named: dict[str, Filter] = {}
    shipped = [name for name in FILTERS if name not in OFF]
    for step in [*(shipped if select is None else select), *extend]:
        name, found = _named(step)
        if named.setdefault(name, found) is not found:
            raise ValueError(f"two filters are named {name!r}: give yours a __name__ of its own")
    unwanted = dict(map(_named, ignore))
    order = [name for name in FILTERS if name in named]
    others = [name for name in named if name not in FILTERS]
    # White space goes last, so that it tidies up after the user's own filters too.
    at = order.index("whitespace") if "whitespace" in order else len(order)
    return [(name, named[name]) for name in [*order[:at], *others, *order[at:]] if name not in unwanted]


def _named(step: str | Filter) -> tuple[str, Filter]:
    if isinstance(step, str):
        return step, find_filter(step)
    name = getattr(step, "__name__", type(step).__name__)
    if name in FILTERS and FILTERS[name] is not step:
        raise ValueError(f"{name!r} is the name of a shipped filter: give yours a __name__ of its own")
    return name, step


def _result(track: Track, changes: list[Change], first: Document, warnings: list[Notice]) -> Result:
    if not changes:
        return Result(track.original, track.original, (), (), tuple(warnings), first)
    warnings += _warnings(track.original, track.text)
    return Result(track.original, track.text, tuple(changes), track.hunks(), tuple(warnings), first)


def _warnings(original: str, text: str) -> Iterable[Notice]:
    if len(text) > len(original) * (1 - MUCH / 2):
        return  # too little has gone to count words for it
    before, after = len(_WORD.findall(original)), len(_WORD.findall(text))
    if before and not after:
        yield Notice("nothing-left", f"all {before} words were removed")
    elif after < before * (1 - MUCH):
        yield Notice("much-removed", f"{1 - after / before:.0%} of the {before} words were removed")
