r"""Headlines that a page prints more than once: as its title, in the path to the page and over the article.

Removes, above the first paragraph alone, a line that says the first line of the text again; the headline with the name
of the site behind it ("Storm hits the coast of Exa | Lakeside News"); and the path that leads to it ("Home » News »
Storm hits the coast of Exa"). One copy always stays. Leaves alone short lines, lists, quotes, other lines that come
again, as those of a song do, and a headline to which more is added than a name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from newsclean.credits import name_like
from newsclean.document import Document, Line
from newsclean.edits import Edit
from newsclean.filters._paragraphs import LONGEST_LINE, QUOTES, count_words, is_paragraph
from newsclean.patterns import lazy

RULES: Mapping[str, str] = {
    "headlines.repeated": "The headline that the text begins with; the page printed it as its title too.",
    "headlines.with-site": "The headline with the name of the site behind it; it stands by itself beside.",
    "headlines.path": "The path that leads to the page, with the headline at its end; that stands by itself beside.",
}

MOST_LINES = 12  # above the first paragraph that are looked at
LEAST_WORDS, SHORTEST = 4, 20  # words and characters of a headline; what is shorter may be a label or a chant
MOST_WORDS_OF_SITE, MOST_WORDS_OF_PATH = 5, 8
LONGEST_SITE = 40  # characters
LONG_WORD = 4  # letters; shorter words are small in a headline of capitals too

_BAR = lazy(r"\s*[|»·•]\s*")
_DASH = lazy(r"\s+[-–—]\s+")
_DOMAIN = lazy(r"\w\.[a-z]{2,6}\Z")
_ARROWS = ("»", "›", ">", "→", "/")
_HOME = lazy(
    r"(?i:home|home ?page|startseite|accueil|inicio|início|portada|hem|forside|hjem|главная|головна|strona główna|"
    r"ana ?sayfa|beranda|trang chủ|الرئيسية|होम|首页|首頁|ホーム|トップ)(?![^\W_])"
)
_WORDS = lazy(r"[^\W_]+")
_NO_HEADLINE = tuple(QUOTES + "-–—•*#([" + "0123456789")
_OPEN_ENDS = (":", ",", ";")


def headlines(document: Document) -> Iterable[Edit]:
    r"""Yield edits that leave a headline once.

    >>> text = "Storm hits the coast of Exa | Lakeside News\nStorm hits the coast of Exa\n\nIt came on Monday night.\n"
    >>> [text[edit.start : edit.end] for edit in headlines(Document(text))]
    ['Storm hits the coast of Exa | Lakeside News\n']
    """
    return _edits([document.lines[number] for number in _numbers_above(document.line_texts)])


def _numbers_above(texts: Sequence[str]) -> list[int]:
    """Return the numbers of the lines above the first paragraph, if there is one and they are no list."""
    found: list[int] = []
    for number, text in enumerate(texts):
        if not text or text.isspace():
            continue
        if is_paragraph(text):
            return found
        if len(found) == MOST_LINES:
            break
        found.append(number)
    return []


def _edits(lines: Sequence[Line]) -> Iterator[Edit]:
    texts = [line.text.strip() for line in lines]
    keys = [" ".join(_WORDS.findall(text.casefold())) for text in texts]
    heads = [at for at, text in enumerate(texts) if _may_be_headline(text)]
    for at, (line, text) in enumerate(zip(lines, texts, strict=True)):
        others = [other for other in heads if other != at]
        if at > 0 and at in heads and keys[at] == keys[0]:
            rule = "headlines.repeated"
        elif any(_adds_site(text, texts[other]) for other in others):
            rule = "headlines.with-site"
        elif any(_leads_to(text, texts[other]) for other in others):
            rule = "headlines.path"
        else:
            continue
        yield Edit(line.start, line.stop, "", rule)


def _may_be_headline(text: str) -> bool:
    long = SHORTEST <= len(text) <= LONGEST_LINE and count_words(text) >= LEAST_WORDS
    return long and not text.startswith(_NO_HEADLINE) and not text.endswith(_OPEN_ENDS)


def _adds_site(text: str, headline: str) -> bool:
    """Return whether a text is the headline and the name of a site."""
    if not text.startswith(headline) or len(text) > len(headline) + LONGEST_SITE:
        return False
    rest = text[len(headline) :]
    bar, dash = _BAR.match(rest), _DASH.match(rest)
    if bar:
        return 0 < count_words(rest[bar.end() :]) <= MOST_WORDS_OF_SITE
    if not dash:
        return False
    # Behind a dash a headline may go on: of words that begin with capitals only where the headline has others.
    site = rest[dash.end() :]
    plain = any(word.islower() and len(word) >= LONG_WORD for word in headline.split())
    return bool(_DOMAIN.search(site)) or (plain and count_words(site) <= MOST_WORDS_OF_SITE and name_like(site))


def _leads_to(text: str, headline: str) -> bool:
    """Return whether a text is a path of links and the headline."""
    path = text.removesuffix(headline)
    if path == text or not path.strip() or count_words(path) > MOST_WORDS_OF_PATH:
        return False
    return path.rstrip().endswith(_ARROWS) or _HOME.match(path) is not None
