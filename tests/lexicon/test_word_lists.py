import pytest

from newsclean.lexicon import FOLDER, languages, open_table
from newsclean.lexicon.splits import WORD
from newsclean.lexicon.word_lists import NeverSplit, always_split, mark_lists, never_split

BRANDS = ["YouTube", "BioNTech", "WeWork", "CloudSimple", "CarPlay", "eBay", "HuggingFace", "JohnPaul", "onshoring"]


@pytest.mark.parametrize("word", BRANDS)
def test_brands_and_new_words_are_kept_in_every_language(word: str) -> None:
    assert all(word in never_split(code) for code in languages())


@pytest.mark.parametrize("word", ["DeSantis", "McDonald", "LaGuardia"])
def test_names_that_begin_so_are_kept(word: str) -> None:
    assert never_split("en").beginning(word)


def test_a_small_word_is_kept_at_the_start_of_a_sentence_too() -> None:
    kept = NeverSplit(["doomscrolling"])
    assert "Doomscrolling" in kept
    assert "DOOMSCROLLING" not in kept


def test_the_list_is_of_words_each_once_with_a_comment_for_each_group() -> None:
    text = (FOLDER / "never_split.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    assert len(words) == len(set(words)) > 4000
    assert all(WORD.fullmatch(word) for word in words)
    assert all(group.lstrip().startswith("#") for group in text.split("\n\n"))


@pytest.mark.parametrize("code", languages())
def test_no_word_is_both_split_and_kept(code: str) -> None:
    assert not [word for word in always_split(code) if word in never_split(code)]


@pytest.mark.parametrize("code", languages())
def test_no_word_of_a_dictionary_is_always_split(code: str) -> None:
    table = open_table(code)
    small = [word for word in always_split(code) if word.islower()]
    assert small
    assert [word for word in small if table.word(word).dictionary] == []


def test_a_user_adds_words_to_split_and_to_keep() -> None:
    assert always_split("en", frozenset({"stock market"}))["Stockmarket"] == (5,)
    assert "stockmarket" not in always_split("en")
    assert "CloudHarbour" in never_split("en", frozenset({"CloudHarbour"}))


def test_endings_of_names_and_abbreviations_are_small_words() -> None:
    assert all(word == word.lower() for words in mark_lists().values() for word in words)
