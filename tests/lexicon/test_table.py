import subprocess
import sys
from pathlib import Path

import pytest

from newsclean.lexicon import FOLDER, NAMES, TableError, WordTable, languages, open_table
from newsclean.lexicon.splits import is_suspect
from newsclean.lexicon.table import (
    BEGINNING,
    CAMEL,
    DICTIONARY,
    ENDING,
    GIVEN,
    LETTERS,
    PAIR,
    SURNAME,
    Word,
    table_bytes,
)

COMMON = {"en": "the", "es": "que", "fr": "les", "de": "und", "pt": "não", "it": "che"}


@pytest.mark.parametrize("code", languages())
def test_shipped_table_knows_its_language(code: str) -> None:
    table = open_table(code)
    assert table.keys > 200_000
    assert table.zipf(COMMON[code]) > 7
    assert table.zipf("Moscowannounced") == 0
    assert table.endings("s") > table.endings("qx")


@pytest.mark.parametrize("code", [*languages(), NAMES])
def test_shipped_table_is_small(code: str) -> None:
    assert (FOLDER / f"{code}.words").stat().st_size < 5_000_000


def test_the_installed_tables_carry_their_licence() -> None:
    assert "CC BY-SA 4.0" in (FOLDER / "LICENSE-tables.txt").read_text(encoding="utf-8")


def test_every_table_belongs_to_a_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.words")} == {*languages(), NAMES}


def test_a_language_without_a_table_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="xx"):
        open_table("xx")


def test_many_keys_are_all_found_and_no_others() -> None:
    values = {f"wort{number}": 1 + number % 255 for number in range(20_000)}
    table = WordTable(table_bytes(values))
    assert all(round(table.zipf(word) * 30) == value for word, value in values.items())
    # Keys are not kept: a few that are not there look as if they were.
    assert sum(table.zipf(f"word{number}") > 0 for number in range(20_000)) < 5


def test_kinds_of_keys_do_not_mix() -> None:
    table = WordTable(table_bytes({ENDING + "ing": 12, BEGINNING + "un": 24, LETTERS + "^str": 36}))
    assert (table.endings("ing"), table.beginnings("un"), table.letters("^str")) == (1, 2, 3)
    assert (table.zipf("ing"), table.beginnings("ing"), table.endings("un")) == (0, 0, 0)


def test_case_and_broken_characters() -> None:
    table = WordTable(table_bytes({"strasse": 150}))
    assert table.zipf("STRASSE") == table.zipf("Straße") == 5
    assert table.zipf("\ud800") == 0


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + bytes(40), table_bytes({"storm": 1})[:-1]])
def test_what_is_no_table_is_refused_by_name(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "xx.words"
    path.write_bytes(data)
    with pytest.raises(TableError, match=r"xx\.words"):
        WordTable.open(path)


def test_importing_the_filter_opens_no_table() -> None:
    code = (
        "import newsclean.filters.glued_words, newsclean.lexicon as lexicon; "
        "print(lexicon.open_table.cache_info().currsize, lexicon.languages.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]


def test_a_language_adds_less_than_40_megabytes() -> None:
    code = (
        "import resource, newsclean; newsclean.clean('a', language='en', select=['whitespace']); "
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; before = peak(); "
        "newsclean.clean('The ally of Moscowannounced that ' + 'the Kremlinwill meet them. ' * 999, language='en'); "
        "print((peak() - before) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 40


def test_what_is_known_of_words_besides() -> None:
    table = WordTable(table_bytes({"storm": 135, "coast": 120}, {"storm": DICTIONARY + 1, "coast": 6}))
    assert table.word("Storm") == Word(4.5, 1, dictionary=True)
    assert table.word("coast") == Word(4.0, 6, dictionary=False)
    assert table.word("reef") == Word(0.0, 0, dictionary=False)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("fr", "toujours"),
        ("fr", "autrefois"),
        ("it", "soprattutto"),
        ("it", "città"),
        ("es", "hacerlo"),
        ("pt", "infelizmente"),
    ],
)
def test_dictionaries_have_words_of_one_form_and_words_made_of_words(code: str, word: str) -> None:
    assert open_table(code).known[word].dictionary
    assert not is_suspect(open_table(code), word)


def test_kinds_of_names() -> None:
    table = open_table(NAMES)
    assert table.has(GIVEN, "peter")
    assert table.has(SURNAME, "martin")
    assert table.has(CAMEL, "YouTube")
    assert table.pair("Buenos", "Aires") > 1
    assert not table.has(CAMEL, "Youtube")
    assert not table.has(GIVEN, "the")


def test_names_of_places_are_no_words_with_a_capital_inside() -> None:
    assert not any(open_table(NAMES).has(CAMEL, word) for word in ("NewYork", "HongKong", "LosAngeles"))


def test_english_pairs() -> None:
    table = WordTable(table_bytes({PAIR + "wall street": 80}))
    assert table.pair("Wall", "Street") == 2
    assert table.pair("Street", "Wall") == 0
    assert open_table("en").pair("prime", "minister") > 1


def test_the_package_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.parent.rglob("*") if path.is_file()) < 30_000_000
