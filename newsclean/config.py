"""Settings: those of the command line, over those of a file, over the defaults, and where each comes from.

The file is the nearest `newsclean.toml`, or `pyproject.toml` with a table `[tool.newsclean]`, from the working folder
upward; in one folder `newsclean.toml` goes first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from newsclean.errors import ConfigError, ReadError

FILE = "newsclean.toml"
PROJECT_FILE = "pyproject.toml"
DEFAULT = "default"
COMMAND_LINE = "command line"

CHOICES: Mapping[str, tuple[str, ...]] = {
    "format": ("text", "json", "jsonl"),
    "input": ("auto", "text", "html", "jsonl"),
    "captions": ("keep", "drop"),
    "glue": ("strict", "normal", "eager"),
}
_LANGUAGE = re.compile(r"[a-z]{2}")
_LISTS = frozenset({"select", "ignore", "extend", "never_split", "always_split", "rules"})
_SWITCHES = frozenset({"aggressive"})


@dataclass(frozen=True)
class Settings:
    """What can be set in a file and on the command line; `origins` says where each that is set comes from."""

    format: Literal["text", "json", "jsonl"] = "text"
    input: Literal["auto", "text", "html", "jsonl"] = "auto"
    encoding: str | None = None
    language: str | None = None
    captions: Literal["keep", "drop"] = "keep"
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    glue: Literal["strict", "normal", "eager"] = "normal"
    never_split: tuple[str, ...] = ()
    always_split: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    aggressive: bool = False
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def origin(self, key: str) -> str:
        """Where a setting comes from: a file, the command line, or the defaults."""
        return self.origins.get(key, DEFAULT)

    def shown(self) -> str:
        """Return the settings in force as TOML, each with where it comes from; what is not set is a comment."""
        values = {key: getattr(self, key) for key in KEYS}
        return "".join(
            f"# {key} is not set\n" if value is None else f"{key} = {_toml(value)}  # {self.origin(key)}\n"
            for key, value in values.items()
        )


KEYS = tuple(each.name for each in fields(Settings) if each.name != "origins")


def load(folder: Path, given: Mapping[str, Any], file: Path | None = None) -> Settings:
    """Return the settings in force in a folder.

    `given` are those of the command line, where None and the empty list mean not given; `file` takes the place of
    the file that would be found. Raises ConfigError, which names the file, and the key.
    """
    path, table = _read(file) if file else _find(folder)
    values = {key: _checked(f"{path}", key, value) for key, value in table.items()}
    origins = dict.fromkeys(values, f"{path}")
    for key, value in given.items():
        if value is not None and value != () and value is not False:
            values[key] = value
            origins[key] = COMMAND_LINE
    language = values.get("language")
    if language is not None and not _LANGUAGE.fullmatch(language):
        remedy = 'two letters as in ISO 639-1, such as "en"'
        raise ConfigError(f'{origins["language"]}: "language" must be {remedy}, not {_toml(language)}')
    if values.get("encoding") is not None:
        _check_encoding(origins["encoding"], values["encoding"])
    return Settings(**values, origins=origins)


def _check_encoding(origin: str, name: str) -> None:
    from newsclean.readers.decoding import codec_name

    try:
        codec_name(name)
    except ReadError as error:
        raise ConfigError(f'{origin}: "encoding": {error}') from None


def _find(folder: Path) -> tuple[Path | None, Mapping[str, Any]]:
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return _read(place / FILE)
        project = place / PROJECT_FILE
        # Most of these are other people's; one that does not name newsclean need not even be read as TOML.
        if project.is_file() and b"newsclean" in _bytes(project):
            table = _project_table(project)
            if table is not None:
                return project, table
    return None, {}


def _read(path: Path) -> tuple[Path, Mapping[str, Any]]:
    table = _project_table(path) if path.name == PROJECT_FILE else _parsed(path)
    if table is None:
        raise ConfigError(f"{path}: there is no table [tool.newsclean] in it")
    return path, table


def _project_table(path: Path) -> Mapping[str, Any] | None:
    tools = _parsed(path).get("tool")
    table = tools.get("newsclean") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.newsclean must be a table")
    return table


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: this cannot be read: {error.strerror}") from None


def _parsed(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(_bytes(path).decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this is not UTF-8, as TOML must be, at byte {error.start}") from None
    except RecursionError:
        raise ConfigError(f"{path}: this is TOML nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is not TOML: {error}") from None


def _checked(path: str, key: str, value: object) -> Any:
    if key not in KEYS:
        raise ConfigError(f'{path}: unknown key "{key}"; {_hint(key, KEYS)}')
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ConfigError(f'{path}: "{key}" must be a list of strings, not {_toml(value)}')
        if key == "rules" and "" in value:
            raise ConfigError(f'{path}: "rules" names a file or a folder, not ""')
        return tuple(str(Path(path).parent / Path(each).expanduser()) if key == "rules" else each for each in value)
    if key in _SWITCHES:
        if not isinstance(value, bool):
            raise ConfigError(f'{path}: "{key}" must be true or false, not {_toml(value)}')
        return value
    if not isinstance(value, str):
        raise ConfigError(f'{path}: "{key}" must be a string, not {_toml(value)}')
    choices = CHOICES.get(key)
    if choices and value not in choices:
        raise ConfigError(f'{path}: "{key}" must be one of {", ".join(map(_toml, choices))}, not {_toml(value)}')
    return value


def _hint(word: str, words: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, words, n=1)
    return f'did you mean "{near[0]}"?' if near else f"the keys are {', '.join(words)}"


def _toml(value: object) -> str:
    """Write a value as TOML does, or as near to it as a message needs."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return str(value)
