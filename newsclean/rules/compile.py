"""Writes `packs.json`, the rule packs in a form that is read in a twentieth of the time that TOML takes.

    python -m newsclean.rules.compile

Nothing hangs on its being run: a pack that was changed since is read from its TOML.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from newsclean.rules import COMPILED, FOLDER, check_sum, pack_files, parse_rules


def compiled(files: Iterable[Path]) -> Mapping[str, Any]:
    """Return the tables of packs by file name, each with the check sum of its file. Raises RuleError.

    >>> sorted(compiled(pack_files())["en.toml"])
    ['sum', 'tables']
    """
    packs = {}
    for file in files:
        source = file.read_bytes()
        text = source.decode("utf-8")
        parse_rules(text, file.name)
        packs[file.name] = {"sum": check_sum(source), "tables": tomllib.loads(text)}
    return packs


if __name__ == "__main__":
    (FOLDER / COMPILED).write_text(
        json.dumps(compiled(pack_files()), ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8"
    )
