"""Finding the phrases of boilerplate in a line: by its normal form, in which signs, numbers and spaces are all alike.

What a lookup costs hangs on the few phrases that share a key, not on how many phrases there are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import TypedDict

from newsclean.patterns import CAPITAL, lazy
from newsclean.rules import Boilerplate
from newsclean.rules.match import KEY, Keys, Phrases, fold, is_letter

LONGEST_BUTTON = 160  # characters of a line of buttons
LONGEST_REMEMBERED = 1_000  # characters
MOST_WILD = 6  # words that a * stands for
MOST_WORDS = 7  # words of a button that stands beside others on its line
HEAD = 8  # letters of a line by which many lines are ruled out at once
NO_LETTERS = "*"  # stands among such letters for a phrase that has none
WINDOW = 20  # characters of a line that are looked at for these letters

_KEPT = "\"'«»@©#"  # signs at the ends of a line that say what it is
_SPEECH = ("—", "–")
# It begins with one digit since a search for a class is quicker than one for a run of it.
_NUMBER = re.compile(r"\d\d*(?:[.,]\d+)*(?:[km]\b)?")
_LINK = lazy(r"\]\[\d{1,4}\]|\]\([^\s()]{1,300}\)")
# A stop behind a word or a closing mark, not an initial or the day of a date, with a space or a capital behind it.
_BREAK = re.compile(
    r"[.!?…。！？।۔؟](?:(?<=[。！？।۔؟])[ \t\xa0]{0,3}(?=\S)"
    r"|(?<!\s\d\d.)(?:(?<=\w\w.)|(?<=[^\w\s].)|(?<=\w[ \xa0\u202f][!?]))[\"'”’»)\]]{0,2}"
    rf"(?:[ \t\xa0]{{1,9}}(?=\S)|(?=[{CAPITAL}])))"
)
_STOPS = "….!?。！？।۔؟"  # those of _BREAK
# Signs that the normal form has where the text has them, or not at all. Those of links and numbers are not among them.
_SIGNS = " ,'\"`-.:"
# It begins with the capital since a search for a class is quicker than one for what stands before it.
_GLUE = lazy(rf"[{CAPITAL}](?:(?<=[^\W\d_{CAPITAL}].)|(?<=\+.))")


def normal(text: str) -> str:
    """Return the text folded, without the signs around it, every number as # and white space as one space.

    >>> normal("» 1,204 Comments (+)"), normal("[Share this][1]"), normal("“Print”")
    ('# comments', 'share this', '"print"')
    """
    if text.replace(" ", "").isalpha() and "  " not in text:
        return fold(text).strip()
    # The rules that find something in a line ask for it again; long lines would fill the memory.
    return _remembered_normal(text) if len(text) <= LONGEST_REMEMBERED else _normal(text)


def _normal(text: str) -> str:
    if "][" in text or "](" in text:
        text = _LINK.sub("", text)
    folded = _spaced(_NUMBER.sub("#", fold(text).replace("#", " "))).replace(" :", ":").replace(" |", "|")
    start, end = 0, len(folded)
    # A quote with a space behind it is an arrow: "» Print".
    while start < end and (not _is_kept(folded[start]) or folded.startswith("» ", start)):
        start += 1
    while start < end and (not _is_kept(folded[end - 1]) or folded.endswith(" »", start, end)):
        end -= 1
    # A dash opens what somebody says, in many languages; a hyphen is a bullet.
    said = start < end and text.lstrip().startswith(_SPEECH) and not text.rstrip().endswith(_SPEECH)
    return "- " * said + folded[start:end]


_remembered_normal = lru_cache(maxsize=64)(_normal)


def _spaced(text: str) -> str:
    """Return the text with white space as one space each, and none around it."""
    # What is printable has no other space than the common one.
    return text.strip(" ") if "  " not in text and text.isprintable() else " ".join(text.split())


def _is_kept(sign: str) -> bool:
    return sign.isalnum() or sign in _KEPT or is_letter(sign)


def sentence_starts(text: str, start: int = 0) -> list[int]:
    """Return where the sentences of a line start after its first, also those glued to the stop before them.

    >>> sentence_starts("It ended.Sign up now! He met J. Doe of NJ.com. So what?")
    [9, 22, 47]
    """
    return [match.end() for match in _BREAK.finditer(text, start)]


def stops_in(text: str) -> str:
    """Return the marks that may end a sentence, of those that a text has.

    >>> stops_in("It ended. So what?")
    '.?'
    """
    return "".join([stop for stop in _STOPS if stop in text])


def second_sentence(text: str) -> int:
    """Return where the second sentence of a line starts, or the line's length.

    >>> second_sentence("It ended. Sign up now! So what?")
    10
    """
    found = _BREAK.search(text)
    return found.end() if found else len(text)


def _end_of(parts: Sequence[str], sentence: str) -> int:
    """Return where a phrase, cut at each *, ends at the beginning of a sentence in its normal form, or -1."""
    if not sentence.startswith(parts[0]):
        return -1
    at = len(parts[0])
    for part in parts[1:]:
        found = sentence.find(part, at + 1) if part else len(sentence)
        if found < 0 or not _is_wild(sentence[at:found]):
            return -1
        at = found + len(part)
    inside = at < len(sentence) and _is_spelled(sentence[at - 1]) and _is_spelled(sentence[at])
    return -1 if inside else at


def _is_wild(text: str) -> bool:
    return bool(text.strip()) and text.strip().count(" ") < MOST_WILD


def _is_spelled(letter: str) -> bool:
    """Whether this is a letter of a script that parts words by spaces."""
    return letter < "\u2e80" and is_letter(letter)


class Heads:
    """The first letters of phrases, to rule nearly all lines and sentences out at once, which begin with none of them.

    `full` are the first `HEAD` letters of phrases that open a line, `short` all the letters of those that have fewer.
    `buttons` are short, too, and fill a line, alone or beside others: no line of prose begins with one.

    >>> heads = Heads(["readmore", "sharethi"], ["live"], ["print"])
    >>> heads.of_lines(["He read more books.", "Read more: Storm", "Live from Exa", "Print media are gone, he said."])
    [1, 2]
    """

    def __init__(self, full: Iterable[str], short: Iterable[str], buttons: Iterable[str] = ()) -> None:
        self._full, self._short, self._buttons = frozenset(full), frozenset(short), frozenset(buttons)
        # The short ones are few: their first letters rule most out.
        self._stems = frozenset([key[:3] for key in self._short])
        # A phrase of one letter, or of signs alone, is told by none of this.
        self._tells = not any(key == NO_LETTERS or (len(key) == 1 and key.isalpha()) for key in self._short)

    def of_lines(self, lines: Sequence[str]) -> list[int]:
        """Return the numbers of the lines that may begin with a phrase."""
        full = [number for number, line in enumerate(lines) if line]
        texts = [lines[number] for number in full]
        heads = _heads(texts)
        return [
            full[at]
            for at in self._unsure(heads, texts)
            if self._may_begin(heads[at], prose=texts[at][-1] == "." or "," in texts[at])
        ]

    def of_sentences(self, sentences: Sequence[str]) -> list[int]:
        """Return the numbers of the sentences within lines that may begin with a phrase."""
        heads = _heads(sentences)
        return [number for number in self._unsure(heads) if self._may_begin(heads[number], prose=True)]

    def _unsure(self, heads: Sequence[str], lines: Iterable[str] = repeat(".")) -> Sequence[int]:
        """Return the numbers of all but sentences that begin with letters which are those of no phrase."""
        if not self._tells:
            return range(len(heads))
        full, stems = self._full, self._stems
        # Asked of all lines at once, and first what most differ in.
        return [
            number
            for number, (head, line) in enumerate(zip(heads, lines, strict=False))
            if line[-1:] != "."
            or head[:3] in stems
            or head in full
            or head[:2] in stems
            or not head.isalpha()
            or len(head) < HEAD
        ]

    def _may_begin(self, head: str, *, prose: bool) -> bool:
        # Of numbers, and of signs that are not left out, the head does not tell what the normal form makes.
        if not self._tells or len(head) < HEAD or not head.isalpha() or head in self._full:
            return True
        beginnings = [head[:end] for end in range(2, HEAD)]
        return not (self._short.isdisjoint(beginnings) and (prose or self._buttons.isdisjoint([head[:1], *beginnings])))


def _heads(lines: Sequence[str]) -> list[str]:
    """Return the first letters of lines, folded; of all at once, which takes a third of the time."""
    if not lines:
        return []
    return [head[:HEAD] for head in lettered(fold("\n".join([line[:WINDOW] for line in lines]))).split("\n")]


def lettered(folded: str) -> str:
    """Return a folded text without spaces, and without the signs that the normal form keeps or takes away as they are.

    >>> lettered(fold("“It’s over,” he said."))
    'itsoverhesaid'
    """
    for sign in _SIGNS:
        folded = folded.replace(sign, "")
    return folded


class Sentences:
    r"""The phrases of boilerplate rules, to be found in lines and sentences.

    >>> from newsclean.rules import ShareBar
    >>> words = {"why": "A button.", "removes": ("Share",), "keeps": ("Share it",)}
    >>> rule = ShareBar(pack="en", id="share", match="line", phrases=("# shares", "Tweet"), **words)
    >>> sentences = Sentences([rule])
    >>> [rule.id for rule in sentences.whole(normal("1,204 shares"))]
    ['share']
    >>> [[rule.id for rule in rules] for rules in sentences.side_by_side("858shares | Tweet")]
    [['share'], ['share']]
    """

    def __init__(
        self, rules: Sequence[Boilerplate], tables: "Tables | None" = None, *, aggressive: bool = False
    ) -> None:
        found = tables or make_tables(rules)
        self._rules = [rule if aggressive or not rule.aggressive else None for rule in rules]
        self._whole, self._ends, self._starts = found["whole"], found["ends"], found["starts"]
        self._lengths = sorted({len(key) for key in self._starts}, reverse=True)
        self._buttons, self._openings, self._inner = (
            Keys(found[name].split()) for name in ("buttons", "openings", "inner")
        )
        self._heads = Heads(*(found[name].split() for name in ("heads", "short_heads", "short_buttons")))
        self._inner_heads = Heads(*(found[name].split() for name in ("inner_heads", "short_inner_heads")))
        self._names: dict[str, list[tuple[list[str], Boilerplate]]] = defaultdict(list)
        for phrase, at in found["names"]:
            words, rule = phrase.split(), self._rules[at]
            if rule:
                self._names[words[0]].append((words, rule))
        self.labels = Phrases.of_folded((phrase, rule) for phrase, at in found["labels"] if (rule := self._rules[at]))

    def _wanted(self, numbers: int | Sequence[int]) -> list[Boilerplate]:
        some = (numbers,) if isinstance(numbers, int) else numbers
        return [rule for at in some if (rule := self._rules[at])]

    def openings(self, lines: Sequence[str]) -> list[int]:
        """Return the numbers of the lines that may begin with a phrase."""
        return [number for number in self._heads.of_lines(lines) if self.may_open(lines[number])]

    def openings_inside(self, sentences: Sequence[str]) -> list[int]:
        """Return the numbers of the sentences within lines that may begin with a phrase that stands there."""
        return [
            number for number in self._inner_heads.of_sentences(sentences) if self.may_open_inside(sentences[number])
        ]

    def may_open(self, text: str) -> bool:
        """Return whether a line may begin with a phrase: a quick look."""
        opening = _opening(text)
        return self._openings.holds(opening) or (len(text) <= LONGEST_BUTTON and self._buttons.holds(opening))

    def may_open_inside(self, text: str) -> bool:
        """Return whether a sentence within a line may begin with a phrase that stands there."""
        return self._inner.holds(_opening(text))

    def whole(self, line: str) -> Sequence[Boilerplate]:
        """Return the rules of which a line, in its normal form, is a phrase."""
        return self._wanted(self._whole.get(_squeezed(line), ()))

    def closing(self, sentence: str) -> Sequence[Boilerplate]:
        """Return the rules of which a last sentence, in its normal form, is a phrase."""
        return self._wanted(self._ends.get(_squeezed(sentence), ()))

    def starting(self, sentence: str) -> Iterator[tuple[Boilerplate, int]]:
        """Yield the rules of which a phrase begins a sentence in its normal form, and where that ends."""
        for length in self._lengths:
            if length > len(sentence):
                continue
            for phrase in self._starts.get(sentence[:length], "").split("\n"):
                at, *parts = phrase.split("*")
                end = _end_of(parts, sentence) if parts else -1
                if end >= 0 and (rule := self._rules[int(at)]):
                    yield rule, end

    def after_name(self, words: Sequence[str]) -> Iterator[tuple[int, Boilerplate]]:
        """Yield the rules of which a phrase follows a name with which folded words begin, and how long that name is."""
        if self._names.keys().isdisjoint(words[1:MOST_WORDS]):
            return
        for at in range(1, min(MOST_WORDS, len(words))):
            following = words[at + 1] if at + 1 < len(words) else ""
            for phrase, rule in self._names.get(words[at], ()):
                if len(phrase) > 1 and not following.startswith(phrase[1]):
                    continue
                if [word.rstrip(".,;:!?") for word in words[at : at + len(phrase)]] == phrase:
                    yield at, rule

    def side_by_side(self, line: str) -> Sequence[Sequence[Boilerplate]]:
        """Return the rules of each of the phrases of which a line consists, or nothing where it holds anything else."""
        # Most lines have no words run together, and a template takes longer to be filled than they are to be looked at.
        parted = _GLUE.sub(r" \g<0>", line) if _GLUE.search(line) else line
        words = [word for word in parted.split() if word.isalpha() or any(map(str.isalnum, word))]
        found: list[Sequence[Boilerplate]] = []
        at = 0
        while at < len(words):
            # Of most lines not even the first word is one: no more of them is looked at.
            some = [fold(word) if word.isalpha() else _squeezed(normal(word)) for word in words[at : at + MOST_WORDS]]
            for end in range(len(some), 0, -1):
                rules = self._wanted(self._whole.get("".join(some[:end]), ()))
                if rules:
                    found.append(rules)
                    at += end
                    break
            else:
                return ()
        return found


class Tables(TypedDict):
    """The phrases of some rules, which go by their numbers, sorted by where they are looked up.

    `whole` and `ends` go by a phrase without its spaces; `starts` by the first characters, to lines of the number of a
    rule and a phrase, parted by *: strings are read faster than lists. `names` and `labels` hold phrases with the
    numbers of their rules, and the others, parted by spaces, first characters of phrases: of those that fill a line,
    open it, or stand within it, and their letters as `Heads` wants them.
    """

    whole: dict[str, int | list[int]]
    ends: dict[str, int | list[int]]
    starts: dict[str, str]
    buttons: str
    openings: str
    inner: str
    heads: str
    short_heads: str
    short_buttons: str
    inner_heads: str
    short_inner_heads: str
    names: list[tuple[str, int]]
    labels: list[tuple[str, int]]


def make_tables(rules: Sequence[Boilerplate]) -> Tables:
    """Return the tables of rules, which is what takes the time: of the shipped packs they are kept in a file."""
    whole: dict[str, list[int]] = defaultdict(list)
    ends: dict[str, list[int]] = defaultdict(list)
    starts: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    buttons, openings, inner = set[str](), set[str](), set[str]()
    lone, opening, within = set[str](), set[str](), set[str]()
    names: list[tuple[str, int]] = []
    for at, rule in enumerate(rules):
        for phrase in rule.phrases:
            if phrase.startswith("*"):
                names.append((fold(phrase[1:]), at))
                continue
            parts = _parts(phrase, rule)
            key = _squeezed(parts[0])[:KEY]
            head = lettered(parts[0])[:HEAD] or NO_LETTERS
            if rule.match == "line-end":
                ends[_squeezed(parts[0])].append(at)
            elif rule.match == "line" and len(parts) == 1:
                whole[_squeezed(parts[0])].append(at)
                (openings if rule.label or rule.items else buttons).add(key)
            else:
                starts[parts[0][:KEY]].append((str(at), *parts))
                openings.add(key)
            if rule.match in {"line-end", "anywhere"}:
                inner.add(key)
                within.add(head)
            if rule.label or rule.items or len(parts) > 1 or rule.match not in {"line", "line-end"}:
                opening.add(head)
            elif rule.match == "line":
                lone.add(head)
    for phrases in starts.values():
        phrases.sort(key=lambda phrase: -sum(map(len, phrase[1:])))
    numbers = {id(rule): at for at, rule in enumerate(rules)}
    labels = [(text, numbers[id(rule)]) for text, rule in Phrases.pairs(r for r in rules if r.label or r.items)]
    return Tables(
        whole={phrase: found[0] if len(found) == 1 else found for phrase, found in whole.items()},
        ends={phrase: found[0] if len(found) == 1 else found for phrase, found in ends.items()},
        starts={key: "\n".join(map("*".join, phrases)) for key, phrases in starts.items()},
        buttons=" ".join(sorted(buttons)),
        openings=" ".join(sorted(openings)),
        inner=" ".join(sorted(inner)),
        heads=" ".join(sorted(head for head in opening | lone if len(head) == HEAD)),
        short_heads=" ".join(sorted(head for head in opening if len(head) < HEAD)),
        short_buttons=" ".join(sorted(head for head in lone if len(head) < HEAD)),
        inner_heads=" ".join(sorted(head for head in within if len(head) == HEAD)),
        short_inner_heads=" ".join(sorted(head for head in within if len(head) < HEAD)),
        names=names,
        labels=labels,
    )


def _opening(text: str) -> str:
    head = text[: 4 * KEY]
    # Most lines begin with plain letters, of which the normal form is no more than small letters.
    plain = fold(head[: 2 * KEY]).replace(" ", "")[:KEY]
    return plain if len(plain) == KEY and plain.isalpha() else _squeezed(normal(head))[:KEY]


def _parts(phrase: str, rule: Boilerplate) -> tuple[str, ...]:
    """Return a phrase in its normal form, cut at each *; at the beginning of a line the signs at its end count too."""
    if phrase[-1].isalpha() and "*" not in phrase:
        return (normal(phrase.replace("#", "0")),)
    bare = phrase.rstrip()
    parts = [normal(part.replace("#", "0")) for part in bare.split("*")]
    signs = fold(bare[len(bare.rstrip(" :：|,-–—")) :]).strip() if rule.match in {"line-start", "anywhere"} else ""
    return (*parts[:-1], f"{parts[-1]} {signs}" if signs.startswith("-") else parts[-1] + signs)


def _squeezed(text: str) -> str:
    return text.replace(" ", "")
