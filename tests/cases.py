"""The fixtures: `fixtures/<filter>/<case>/dirty.txt`, and beside it what must come out.

No clean.txt means that the text must not change. `case.toml` may hold `why` (what the case shows), `language`,
`captions`, and `xfail` (the reason why the case fails today; it must then fail). A folder named after a filter runs
that filter alone, `pipeline` runs all of them.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsclean import Pipeline

FIXTURES = Path(__file__).parent.parent / "fixtures"


@dataclass(frozen=True)
class Case:
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def dirty(self) -> str:
        return read(self.folder / "dirty.txt")

    @property
    def clean(self) -> str:
        path = self.folder / "clean.txt"
        return read(path) if path.exists() else self.dirty

    @property
    def pipeline(self) -> Pipeline:
        group = self.folder.parent.name
        options = {key: value for key, value in self.settings.items() if key not in {"why", "xfail"}}
        return Pipeline(select=None if group == "pipeline" else [group], **options)


def read(path: Path) -> str:
    """The text with its own line breaks, which text mode would rewrite."""
    return path.read_bytes().decode("utf-8")


def cases() -> list[Case]:
    found = []
    for path in sorted(FIXTURES.glob("*/*/dirty.txt")):
        settings = path.parent / "case.toml"
        found.append(Case(path.parent, tomllib.loads(read(settings)) if settings.exists() else {}))
    return found
