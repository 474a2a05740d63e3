import os
from pathlib import Path

import pytest

from newsclean.config import COMMAND_LINE, DEFAULT, KEYS, Settings, load
from newsclean.errors import ConfigError


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Settings()
    assert {load(tmp_path, {}).origin(key) for key in KEYS} == {DEFAULT}


def test_found_upward(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'captions = "drop"')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    settings = load(below, {})
    assert settings.captions == "drop"
    assert settings.origin("captions") == str(tmp_path / "newsclean.toml")
    assert settings.origin("language") == DEFAULT


def test_the_nearest_file_goes_alone(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'captions = "drop"')
    written(tmp_path / "a" / "newsclean.toml", 'language = "es"')
    settings = load(tmp_path / "a", {})
    assert (settings.captions, settings.language) == ("keep", "es")


def test_newsclean_toml_goes_before_pyproject(tmp_path: Path) -> None:
    written(tmp_path / "pyproject.toml", '[tool.newsclean]\nlanguage = "de"')
    assert load(tmp_path, {}).language == "de"
    written(tmp_path / "newsclean.toml", 'language = "es"')
    assert load(tmp_path, {}).language == "es"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.ruff]\nline-length = 120",
        '[project]\nname = "newsclean"',
        "newsclean_is_not = 'here'",
        "this is = = broken",
    ],
)
def test_a_pyproject_of_others_is_passed_over(tmp_path: Path, text: str) -> None:
    written(tmp_path / "newsclean.toml", 'language = "es"')
    written(tmp_path / "a" / "pyproject.toml", text)
    assert load(tmp_path / "a", {}).language == "es"


def test_the_command_line_wins(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'select = ["code"]\nignore = ["code"]\nlanguage = "es"')
    settings = load(tmp_path, {"select": ("markup", "whitespace"), "ignore": (), "language": None, "captions": "drop"})
    assert settings.select == ("markup", "whitespace")
    assert settings.ignore == ("code",)
    assert settings.language == "es"
    assert settings.origin("select") == settings.origin("captions") == COMMAND_LINE


def test_a_given_file_takes_the_place_of_the_one_found(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'captions = "drop"')
    other = written(tmp_path / "other.toml", 'language = "es"')
    settings = load(tmp_path, {}, other)
    assert (settings.captions, settings.language) == ("keep", "es")
    project = written(tmp_path / "x" / "pyproject.toml", '[tool.newsclean]\nlanguage = "de"')
    assert load(tmp_path, {}, project).language == "de"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["code"]', 'newsclean.toml: unknown key "selct"; did you mean "select"?'),
        ("zzz = 1", 'unknown key "zzz"; the keys are format, input, '),
        ("origins = 1", 'unknown key "origins"'),
        ("select = 3", '"select" must be a list of strings, not 3'),
        ('select = "code"', '"select" must be a list of strings, not "code"'),
        ('ignore = ["code", 4]', '"ignore" must be a list of strings, not ["code", 4]'),
        ("language = true", '"language" must be a string, not true'),
        ('language = "english"', '"language" must be two letters'),
        ('glue = "bold"', '"glue" must be one of "strict", "normal", "eager", not "bold"'),
        ('never_split = "eBay"', '"never_split" must be a list of strings, not "eBay"'),
        ('captions = "hide"', '"captions" must be one of "keep", "drop", not "hide"'),
        ('encoding = "utf9"', "newsclean.toml: \"encoding\": there is no encoding 'utf9'"),
        ('encoding = ""', '"encoding": there is no encoding'),
        ('encoding = "rot13"', "\"encoding\": 'rot13' is no encoding of text"),
        ("select = " + "[" * 100_000, "newsclean.toml: this is TOML nested too deep"),
        ('format = "xml"', '"format" must be one of "text", "json", "jsonl", not "xml"'),
        ('captions = "keep"\nselect = [', "newsclean.toml: this is not TOML"),
        ('captions = "keep"\nselect = = 1', "line 2"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, text: str, message: str) -> None:
    written(tmp_path / "newsclean.toml", text)
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, {})
    assert message in str(raised.value)
    assert str(tmp_path) in str(raised.value)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "newsclean.toml").write_bytes(b'language = "\xff"')
    with pytest.raises(ConfigError, match="not UTF-8, as TOML must be, at byte 12"):
        load(tmp_path, {})


def test_line_breaks_and_marks_of_windows(tmp_path: Path) -> None:
    (tmp_path / "newsclean.toml").write_bytes(b'\xef\xbb\xbflanguage = "es"\r\ncaptions = "drop"\r\n')
    assert load(tmp_path, {}).captions == "drop"


def test_a_broken_table(tmp_path: Path) -> None:
    written(tmp_path / "pyproject.toml", "[tool]\nnewsclean = 3")
    with pytest.raises(ConfigError, match=r"tool\.newsclean must be a table"):
        load(tmp_path, {})
    written(tmp_path / "pyproject.toml", "tool = 3  # newsclean")
    assert load(tmp_path, {}) == Settings()


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path, {}, tmp_path / "no.toml")
    with pytest.raises(ConfigError, match=r"no table \[tool\.newsclean\]"):
        load(tmp_path, {}, written(tmp_path / "pyproject.toml", ""))


def test_the_language_of_the_command_line_is_checked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'^command line: "language" must be'):
        load(tmp_path, {"language": "English"})


def test_shown_as_toml_that_can_be_read_again(tmp_path: Path) -> None:
    text = 'language = "es"\nselect = ["code", "a\\"b"]\n'
    first = load(tmp_path, {}, written(tmp_path / "one.toml", text))
    assert f'language = "es"  # {tmp_path / "one.toml"}\n' in first.shown()
    assert "# encoding is not set\n" in first.shown()
    second = load(tmp_path, {}, written(tmp_path / "two.toml", first.shown()))
    assert {key: getattr(second, key) for key in KEYS} == {key: getattr(first, key) for key in KEYS}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", "").chmod(0)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load(tmp_path, {})


def test_words_to_keep_and_to_split_come_from_the_file(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'never_split = ["CloudHarbour"]\nalways_split = ["stock market"]')
    settings = load(tmp_path, {"glue": "eager"})
    assert (settings.never_split, settings.always_split) == (("CloudHarbour",), ("stock market",))
    assert settings.origin("glue") == COMMAND_LINE


def test_rules_are_found_from_the_folder_of_the_file(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'rules = ["mine.toml"]\naggressive = true')
    below = tmp_path / "a"
    below.mkdir()
    assert load(below, {}).rules == (str(tmp_path / "mine.toml"),)
    assert load(below, {}).aggressive
    assert load(below, {"rules": ("other.toml",), "aggressive": False}).rules == ("other.toml",)


def test_a_switch_is_true_or_false(tmp_path: Path) -> None:
    written(tmp_path / "newsclean.toml", 'aggressive = "yes"')
    with pytest.raises(ConfigError, match='"aggressive" must be true or false, not "yes"'):
        load(tmp_path, {})
