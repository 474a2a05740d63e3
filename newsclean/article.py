"""The parts of an article: headline, paragraphs, captions, agencies, and who the report is attributed to.

Read off the clean text, for the JSON form; nothing here changes it. Where the text does not show a part clearly, the
part is left out: a first line that could as well be a sentence, a byline or a label is no headline.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from newsclean import credits as photo
from newsclean.patterns import lazy

LONGEST_TITLE = 180  # characters
LONGEST_ATTRIBUTION = 500  # characters: a desk names many people
WITHOUT_SPACES = frozenset({"ja", "zh", "th"})  # languages in which a headline is one long word

_BLANK = lazy(r"\n(?:[ \t\r\xa0]*\n)+")
_SENTENCE = lazy(r"(?:[^.!?…]|[.!?…](?![\s\"”»)\]]))+[.!?…]*[\"”»)\]]*")
_DATELINE = lazy(r"[^()\n]{2,70}\(([^()\n]{2,40})\)\s{0,3}(?:[.:]\s{0,3})?[-–—]")
# A list item, a time or a score, a date, an address: no headline begins so.
_NO_TITLE = lazy(
    r"[a-z…](?![A-Z])|\d[\d.:/\s-]*(?:$|[ap]\.?m\b|\d)|[^\W\d_]{3,9}\.? \d{1,2},? \d{4}\b"
    r"|[•*·–—#@|<{\[(-]|https?:|www\."
)
_TWO_SENTENCES = lazy(r"[^\W\d_]{2}[.…] [^\W\d_a-z]")
_NO_TITLE_END = (".", ",", ";", ":", "…", "-", "–", "—", ")", "]")


@dataclass(frozen=True, slots=True)
class Caption:
    """What a caption says of its picture, and who is credited; either may be empty."""

    text: str
    credit: str


@dataclass(frozen=True, slots=True)
class Article:
    """The parts of a text; agencies go by one name each, in alphabetical order."""

    title: str | None
    paragraphs: tuple[str, ...]
    captions: tuple[Caption, ...]
    agencies: tuple[str, ...]
    attributions: tuple[str, ...]


def describe(text: str, *, language: str | None = None) -> Article:
    r"""Return the parts of an article. `language`, an ISO 639-1 code, tells a text whose words no space parts.

    Paragraphs are what blank lines part or, in a text without blank lines, the lines. Captions and attributions stay
    in them too; the headline does not.

    >>> article = describe("Storm hits the coast\n\nExa (AFP) - A storm hit on Monday.\n\n(With files from EFE)\n")
    >>> article.title, article.agencies, article.attributions
    ('Storm hits the coast', ('AFP', 'EFE'), ('(With files from EFE)',))
    """
    paragraphs = _paragraphs(text)
    title = _title(paragraphs, spaces=language not in WITHOUT_SPACES)
    lines = [line.strip() for paragraph in paragraphs[title is not None :] for line in paragraph.split("\n")]
    captions = tuple(_captions(lines))
    attributions = tuple(found for line in lines for found in _attributions(line))
    named = {name for line in lines for name in _agencies(line)}
    named.update(
        name for part in [*attributions, *(caption.credit for caption in captions)] for name in photo.agencies(part)
    )
    agencies = sorted(filter(photo.is_news_agency, named), key=str.casefold)
    return Article(title, tuple(paragraphs[title is not None :]), captions, tuple(agencies), attributions)


def _paragraphs(text: str) -> list[str]:
    body = text.replace("\r\n", "\n").strip()
    parts = _BLANK.split(body) if _BLANK.search(body) else body.split("\n")
    return [part.strip() for part in parts if part.strip()]


def _title(paragraphs: Sequence[str], *, spaces: bool) -> str | None:
    if len(paragraphs) < 2:
        return None
    first = paragraphs[0]
    words = first.split()
    long_enough = len(words) >= 3 if spaces else len(first) >= 6
    if not long_enough or len(first) > LONGEST_TITLE or "\n" in first or first.endswith(_NO_TITLE_END):
        return None
    if _NO_TITLE.match(first) or _TWO_SENTENCES.search(first) or _is_byline(first) or _is_set_apart(first):
        return None
    return first if any(len(paragraph) > len(first) for paragraph in paragraphs[1:]) else None


def _is_byline(line: str) -> bool:
    for word in photo.phrases("bylines", "all"):
        rest = line[len(word) :].lstrip(" :")
        if line.startswith((word + " ", word + ":")) and photo.name_like(rest) and len(rest.split()) <= 8:
            return True
    return False


def _is_set_apart(line: str) -> bool:
    """Whether the line is a caption, a credit, a dateline or an attribution."""
    return bool(
        photo.is_caption_line(line)
        or photo.is_credit_line(line)
        or photo.has_marker(line)
        or _DATELINE.match(line)
        or any(_attributions(line))
    )


def _captions(lines: Sequence[str]) -> Iterator[Caption]:
    """Yield the captions; a credit on a line of its own goes to the caption above, or below where a label says so."""
    above = ""  # a credit that waits for the caption below it
    taken = -1  # the line whose credit went to the caption above it
    for at, line in enumerate(lines):
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if photo.is_credit_line(line):
            if photo.is_source_line(line) and photo.leading_label(below)[1]:
                above = photo.credited(line)
            elif _is_sure(line) and at != taken:
                yield Caption("", photo.credited(line))
        elif photo.is_caption_line(line) or (_is_sure(below) and _awaits_credit(line)):
            parts = photo.caption(line)
            credit = " ".join(photo.credited(credit.text) for credit in parts.credits) or above
            if not credit and _is_sure(below) and not photo.is_source_line(below):
                credit, taken = photo.credited(below), at + 1
            above = ""
            yield Caption(parts.text, credit)


def _is_sure(line: str) -> bool:
    return photo.is_credit_line(line) and photo.weigh(line.strip("()[]")) != 1


def _awaits_credit(line: str) -> bool:
    """Whether the line is a caption whose credit may stand on the line below."""
    parts = photo.caption(line[: photo.LONGEST_CAPTION])
    return not parts.credits and bool(parts.label or photo.has_marker(line)) and len(line) < photo.LONGEST_CAPTION


def _agencies(line: str) -> Iterable[str]:
    """Return the agencies that a dateline, or a credit or sign-off at the end of the line, names."""
    dateline = _DATELINE.match(line)
    found = photo.agencies(dateline[1]) if dateline and photo.name_like(dateline[1]) else []
    for credit in photo.trailing_credits(line):
        found += photo.agencies(credit.text)
    return found + (photo.agencies(line) if photo.is_credit_line(line) else [])


def _attributions(line: str) -> Iterator[str]:
    """Yield the attributions in a line: all of it, a bracket at its end, or a sentence."""
    if _attributes(line.strip("()[]–—- \t*_")):
        yield line
        return
    if line.endswith((")", "]")):
        start = line.rfind("(" if line[-1] == ")" else "[")
        if start > 0 and _attributes(line[start + 1 : -1]):
            yield line[start:]
            return
    if any(phrase in line for phrase in photo.phrases("attribution", "inside")):
        for sentence in _SENTENCE.findall(line):
            if any(phrase in sentence for phrase in photo.phrases("attribution", "inside")):
                yield sentence.strip()


def _attributes(text: str) -> bool:
    first = text.partition(" ")[0].rstrip(":").casefold()
    if len(text) > LONGEST_ATTRIBUTION or first not in _first_words():
        return False
    if text.rstrip(". ").casefold() in {phrase.casefold() for phrase in photo.phrases("attribution", "alone")}:
        return True
    people = _behind(text, photo.phrases("attribution", "people"))
    if people:
        return people[0].isupper()
    rest = _behind(text, photo.phrases("attribution", "agencies"))
    return photo.name_like(rest) and bool(photo.agencies(rest))


@cache
def _first_words() -> frozenset[str]:
    phrases = (phrase for key in ("people", "agencies", "alone") for phrase in photo.phrases("attribution", key))
    return frozenset(phrase.partition(" ")[0].casefold() for phrase in phrases)


def _behind(text: str, phrases: Sequence[str]) -> str:
    """Return what stands behind the longest of the phrases with which the text begins, or nothing."""
    start = text[:60].casefold()
    found = [phrase for phrase in phrases if start.startswith((phrase.casefold() + " ", phrase.casefold() + ":"))]
    return text[len(max(found, key=len)) :].lstrip(" :") if found else ""
