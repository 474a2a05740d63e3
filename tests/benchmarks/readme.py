"""What benchmarks write into the README: tables, each between comments with its name."""

import re
from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as Markdown, the first of them as the heading.

    >>> print(table([("method", "f1"), ("none", "0")]))
    | method | f1  |
    | ------ | --- |
    | none   | 0   |
    """
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in ruled)


def rewritten(readme: str, name: str, block: str) -> str:
    """The README with this block between the comments of its name.

    Raises ValueError where it has no such comments, or more than one pair.

    >>> rewritten("<!-- peers -->\\nold\\n<!-- /peers -->", "peers", "new\\n")
    '<!-- peers -->\\nnew\\n<!-- /peers -->'
    """
    place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    text, count = place.subn(lambda _: block, readme)
    if count != 1:
        raise ValueError(f"{count} blocks between <!-- {name} --> and <!-- /{name} --> in the README, not 1")
    return text
