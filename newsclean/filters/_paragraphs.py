"""Telling paragraphs from headlines, buttons and labels, by their length and by how they end."""

from newsclean.patterns import lazy

LONGEST_LINE = 300  # characters of a headline or a button; more is a paragraph
MOST_WORDS = 22  # words of a headline; more is a paragraph
FINAL = ".。।۔"  # what ends a sentence and no headline; a headline may end with a question mark

QUOTES = "\"'“”„‟‘’«»"
_CJK = lazy(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def is_paragraph(text: str) -> bool:
    """Return whether a line is long, or ends as a sentence does.

    >>> is_paragraph("The storm hit the coast on Monday."), is_paragraph("Storm hits the coast")
    (True, False)
    """
    return len(text) > LONGEST_LINE or ends_sentence(text.rstrip()) or count_words(text) > MOST_WORDS


def ends_sentence(text: str) -> bool:
    """Return whether a text ends with a full stop, and not with an ellipsis.

    >>> ends_sentence("It ended.”"), ends_sentence("It goes on ...")
    (True, False)
    """
    bare = text.rstrip(QUOTES + ")]")
    return bare.endswith(tuple(FINAL)) and not bare.endswith("..")


def count_words(text: str) -> int:
    """Count the words; two characters of Chinese or Japanese count as one.

    >>> count_words("Storm hits the coast"), count_words("嵐が海岸を襲う")
    (4, 4)
    """
    words = len(text.split())
    return words if text.isascii() else words + len(_CJK.findall(text)) // 2
