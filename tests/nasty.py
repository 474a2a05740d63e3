"""Inputs that make careless patterns take quadratic time, each as a function of its length in characters or so."""

from collections.abc import Callable, Mapping


def _repeated(piece: str) -> Callable[[int], str]:
    return lambda length: piece * (length // len(piece) + 1)


def _one_word_lines(length: int) -> str:
    return "".join(f"word{number}\n" for number in range(length // 8))


def nested(opening: str, closing: str) -> Callable[[int], str]:
    return lambda length: opening * (length // 8) + "text" + closing * (length // 8)


def _article_on_one_line(length: int) -> str:
    return "The talks in the capital went on until Friday, the minister said. " * (length // 66 + 1)


def _many_names(length: int) -> str:
    """English sentences, each with another name that no list has, joined to its neighbour."""
    letters = "bdfgklmnprst"
    sentence = "The minister said that the town of {}zmowas to have the money for the roads and the schools. "
    names = ("".join(letters[number // 12**power % 12] + "o" for power in range(4)) for number in range(length // 90))
    return "".join(sentence.format(name.capitalize()) for name in names)


NASTY: Mapping[str, Callable[[int], str]] = {
    "spaces": _repeated(" "),
    "spaces and a letter": lambda length: " " * length + "x",
    "blank lines": _repeated(" \n"),
    "opening braces": _repeated("{"),
    "closing braces": _repeated("}"),
    "angles": _repeated("<"),
    "open tags": _repeated("<a "),
    "comments": _repeated("<!--"),
    "brackets": _repeated("("),
    "at signs": _repeated("a@"),
    "double quotes": _repeated('"'),
    "curly quotes": _repeated("”"),
    "ampersands": _repeated("&"),
    "escaped ampersands": _repeated("&amp;"),
    "mojibake": _repeated("Ã©"),
    "joiners": _repeated("\u200d"),
    "escaped comments": _repeated("&lt;!-- "),
    "tabs": _repeated("\t"),
    "slashes": _repeated("/*"),
    "rules": _repeated(".a{b:c;"),
    "json": _repeated('{"a":['),
    "script": _repeated("var x = {"),
    "placeholders": _repeated("{{"),
    "one long word": _repeated("newspaper"),
    "capitalised words": _repeated("NewsPaper"),
    "one word again and again": _repeated("word "),
    "one-word lines": _one_word_lines,
    "one long line": _article_on_one_line,
    "nested tags": nested("<div>", "</div>"),
    "trailers": _repeated("Keep reading:\n"),
    "trailers on one line": _repeated("Read more: "),
    "names up to MORE": _repeated("Ana Hale Ana Maria Hale storm at sea again MORE "),
    "names without an end": _repeated("Hale Ana "),
    "keywords": _repeated("storm,"),
    "elisions": _repeated("del'ordre "),
    "buttons": _repeated("Facebook\n"),
    "buttons and a label": _repeated("Share this article\nPrint\n"),
    "buttons between paragraphs": _repeated("The storm hit the coast on Monday and cut off a village.\nEmail\n"),
    "numbers": _repeated("12\n"),
    "labels on one line": _repeated("Advertisement | "),
    "promotions on one line": _repeated("Sign up for our newsletter. "),
    "tags": _repeated("Tags\nferry\n"),
    "embedded pictures": _repeated("pic.twitter.com/Ab12Cd34Ef x "),
    "notes on authors": _repeated("Ana Hale is a staff writer at the Post.\n"),
    "captions": _repeated("A caption of a photo (REUTERS)\n"),
    "credits on one line": _repeated("(REUTERS) "),
    "colons": _repeated("a: b; "),
    "full stops": _repeated("Ab."),
    "many names": _many_names,
    "commas and quotes": _repeated('ab,"cd'),
    "numbers and words": _repeated("3May "),
    "brackets and words": _repeated("(AB)the "),
    "addresses": _repeated("nowhttps://a.b "),
}
