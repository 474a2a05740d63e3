"""The names of the web's languages, read from web_names.toml when a text first shows a sign of code or markup."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def web_names(language: str, table: str) -> frozenset[str]:
    """Return one list of names: of `html`, `css`, `javascript` or `programming`.

    >>> "font-size" in web_names("css", "properties"), "fontsize" in web_names("css", "properties")
    (True, False)
    """
    return frozenset(_tables()[language][table].split())


@cache
def css_keywords() -> Mapping[str, frozenset[str]]:
    """Return, for some CSS properties, the values that are beyond doubt.

    >>> sorted(css_keywords()["float"])
    ['left', 'none', 'right']
    """
    return {name: frozenset(values.split()) for name, values in _tables()["css"]["keywords"].items()}


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("web_names.toml").read_text(encoding="utf-8"))
