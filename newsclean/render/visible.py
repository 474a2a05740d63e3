"""Text made safe to show: control characters are written out, so that no text commands a terminal."""

import re

# Patterns are strings, compiled at first use: most runs show nothing.
# What a terminal may obey, and what reorders the text around it; tabs stay, and so does a CR that ends a line.
_CONTROLS = r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n?\Z)"
# What cannot be seen, besides: a line that changed in these alone would look the same before and after.
_UNSEEN = r"[\xa0\xad\u034f\u061c\u115f\u1680\u180e\u2000-\u200f\u202f\u205f-\u2065\u206a-\u206f\u3000\ufeff]"


def visible(text: str) -> str:
    r"""Write out the control characters of a line or a name, as Python would.

    >>> print(visible("a\x1b[31mred\u202eder"))
    a\x1b[31mred\u202eder
    """
    return re.sub(_CONTROLS, _written_out, text)


def visible_line(text: str) -> str:
    r"""Write out line breaks and tabs too, which a file's name may hold and the line that names it may not.

    >>> print(visible_line("a\nerror: b.txt"))
    a\nerror: b.txt
    """
    return re.sub(r"[\t\r\n]", _written_out, visible(text))


def all_visible(text: str) -> str:
    r"""Write out what cannot be seen too: special spaces, soft hyphens, zero-width characters.

    >>> print(all_visible("10\xa0000 eu\xadros"))
    10\xa0000 eu\xadros
    """
    return re.sub(_UNSEEN, _written_out, visible(text))


def _written_out(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
