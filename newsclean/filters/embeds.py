r"""Embeds: what is left of posts that were embedded, beside their words.

Removed are the addresses of pictures (`pic.twitter.com/...`) at the end of a line, the signature "— Ana Hale (@anahale)
May 5, 2024" where such an address shows that it belongs to an embedded post, an address of a post or a video on a line
of its own, and the labels of the rule packs (`[[embeds]]`: "View this post on Instagram"). The words of the post stay
with their links, and so does a signature that nothing proves to be that of an embedded post.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from newsclean.document import Document, Line
from newsclean.edits import Edit, disjoint
from newsclean.filters._boilerplate import boilerplate
from newsclean.patterns import holds_any, lazy
from newsclean.rules import Embed
from newsclean.rules.book import Reasons, RuleBook

_OWN: Mapping[str, str] = {
    "embeds.picture": "The address of a picture, which an embedded post carries behind its words.",
    "embeds.signature": "Who posted an embedded post and when, behind what shows that it was embedded.",
    "embeds.address": "The address of a post or a video on a line of its own, where it was embedded.",
}

LONGEST_ADDRESS = 300  # characters

_SIGNS = ("pic.twitter.com/", "pic.x.com/")
_HOSTS = (
    "youtu",
    "twitter.com/",
    "x.com/",
    "instagram.com/",
    "facebook.com/",
    "tiktok.com/",
    "vimeo.com/",
    "dailymotion.",
)
_LINKS = lazy(r"(?:[ \t\xa0]{0,3}\[?pic\.(?:twitter|x)\.com/[A-Za-z0-9]{6,12}(?:\]\[\d{1,4}\])?)+")
_SIGNATURE = lazy(
    r"[ \t\xa0]{0,3}(?:—|–|--?|&mdash;)[ \t\xa0]{0,3}[^\n()@]{1,80}\(@\w{1,20}\)[ \t\xa0]{0,3}"
    r"(?:[^\W\d_]{3,12}\.? \d{1,2}, \d{4}|\d{1,2}\.? (?:de )?[^\W\d_]{3,12}\.?(?: de)? \d{4})?[ \t\xa0]{0,3}$"
)
_ADDRESS = lazy(
    r"https?://(?:[a-z]{1,6}\.)?(?:youtube\.com/(?:watch|embed/|shorts/)|youtu\.be/|(?:twitter|x)\.com/\w{1,20}/status/"
    r"|instagram\.com/(?:p|reel|tv)/|facebook\.com/\S{1,100}/(?:posts|videos)/|tiktok\.com/@|vimeo\.com/\d"
    r"|dailymotion\.com/video/)\S{0,300}\s*\Z"
)

RULES: Mapping[str, str] = Reasons(Embed, own=_OWN)


def embeds(document: Document, *, book: RuleBook | None = None) -> Iterable[Edit]:
    r"""Yield edits that remove what is left of embedded posts.

    >>> text = "The harbour is open. pic.twitter.com/Ab12Cd34Ef\n— Ana Hale (@anahale) May 5, 2024\n"
    >>> [(text[edit.start : edit.end], edit.rule) for edit in embeds(Document(text))]
    [(' pic.twitter.com/Ab12Cd34Ef', 'embeds.picture'), ('— Ana Hale (@anahale) May 5, 2024\n', 'embeds.signature')]
    """
    return disjoint([*boilerplate(document, Embed, book), *_own_edits(document)])


def _own_edits(document: Document) -> Iterator[Edit]:
    if holds_any(document.text, _SIGNS):
        yield from _post_edits([line for line in document.lines if not line.blank])
    if "http" in document.text and holds_any(document.text, _HOSTS):
        for line in document.lines:
            if len(line.text) <= LONGEST_ADDRESS and _ADDRESS.match(line.text.strip()):
                yield Edit(line.start, line.stop, "", "embeds.address")


def _post_edits(lines: Sequence[Line]) -> Iterator[Edit]:
    """Yield the removal of addresses at the end of a post, and of the signature behind them or on the line below."""
    shown = False
    for line in lines:
        length = len(line.text.rstrip())
        for links in _LINKS.finditer(line.text):
            signature = _SIGNATURE.match(line.text, links.end())
            if signature or links.end() >= length:
                whole = not line.text[: links.start()].strip(" \t\xa0>")  # "> " is left of a quotation
                yield Edit(line.start + (0 if whole else links.start()), line.start + links.end(), "", "embeds.picture")
                if signature:
                    end = line.stop if whole else line.end
                    yield Edit(line.start + links.end(), end, "", "embeds.signature")
                shown = not signature
                break
        else:
            if shown and _SIGNATURE.match(line.text):
                yield Edit(line.start, line.stop, "", "embeds.signature")
            shown = False
