import pytest

from newsclean.lexicon import FOLDER, WordTable, build
from newsclean.lexicon.build import is_glue, table_values
from newsclean.lexicon.table import table_bytes

WORDS = {"storm": 4.5, "storms": 4.0, "coast": 4.4, "coasts": 3.2, "reef": 3.6, "reefs": 3.3, "ship": 4.6, "ships": 4.4}


def test_building_twice_gives_the_same_bytes() -> None:
    backwards = dict(reversed(WORDS.items()))
    assert table_bytes(table_values(WORDS)) == table_bytes(table_values(backwards))


def test_a_table_counts_endings_and_letters() -> None:
    table = WordTable(table_bytes(table_values(WORDS)))
    assert table.zipf("storm") == 4.5
    assert table.endings("s") == 2  # four words are a known word and an s
    assert table.letters("efs$") == table.letters("^coa") == 0  # too few words


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


def test_the_shipped_table_is_what_the_script_builds() -> None:
    pytest.importorskip("wordfreq")
    found = build.wordfreq_list("pt")
    assert table_bytes(table_values(found)) == (FOLDER / "pt.words").read_bytes()
