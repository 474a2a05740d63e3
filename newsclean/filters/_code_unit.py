"""What the readers of CSS, JavaScript and JSON return."""

from typing import NamedTuple

SURE = 3  # the score at which a stretch is code beyond doubt


class Unit(NamedTuple):
    """A stretch of code that ends at `end`; `score` says how sure it is, `open` how many brackets it leaves open."""

    end: int
    rule: str
    score: int
    open: int = 0
