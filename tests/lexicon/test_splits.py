from collections.abc import Sequence

import pytest

from newsclean.lexicon import WordTable, languages, open_table
from newsclean.lexicon.model import open_model
from newsclean.lexicon.splits import (
    BEST,
    FEATURES,
    LONGEST,
    QUICK_FEATURES,
    Evidence,
    Suspect,
    is_suspect,
    with_neighbours,
)
from newsclean.lexicon.table import DICTIONARY, ZIPF_STEPS, table_bytes
from newsclean.lexicon.word_lists import NeverSplit


def evidence(counts: dict[str, int] | None = None, kept: NeverSplit | None = None, code: str = "en") -> Evidence:
    return Evidence(languages()[code], open_table(code), counts or {}, kept=kept)


def log_odds(found: Evidence, word: str, before: str = "", after: str = "") -> float:
    places = found.candidates(Suspect(word, before, after))
    return max((open_model().trees.look(place.features)[0] for place in places), default=-99.0)


def places(found: Evidence, word: str) -> set[int]:
    return {place.at for place in found.candidates(Suspect(word))}


def test_features_are_as_many_as_their_names() -> None:
    for place in evidence().candidates(Suspect("Moscowannounced")):
        assert len(place.features) == len(FEATURES)


@pytest.mark.parametrize(("log_odds", "found"), [(-2.0, []), (6.0, [(6, 6.0)])])
def test_a_glance_sees_the_quick_features_and_saves_the_others(log_odds: float, found: list[tuple[int, float]]) -> None:
    asked = []

    def glance(quick: Sequence[float]) -> float:
        asked.append(len(quick))
        return log_odds

    glanced_at = Evidence(languages()["en"], open_table("en"), {}, glance=glance)
    places = glanced_at.candidates(Suspect("Moscowannounced"))
    assert [(place.at, place.log_odds) for place in places] == found
    assert {len(place.features) for place in places} <= set(asked) == {len(QUICK_FEATURES)}


def test_a_name_of_the_text_makes_a_split_likelier() -> None:
    alone = log_odds(evidence(), "Ostrandinwas", "Arvo", "received")
    assert log_odds(evidence({"Ostrandin": 3}), "Ostrandinwas", "Arvo", "received") > alone


def test_a_possessive_counts_as_its_name() -> None:
    found = evidence({"Ostrandin's": 2}).candidates(Suspect("Ostrandinwas"))
    assert dict(zip(FEATURES, found[0].features, strict=True))["text_left"] == 2


def test_three_words_are_looked_at_two_by_two() -> None:
    assert {8, 11} <= places(evidence({"Grapnell": 2}), "Grapnellandthe")


def test_what_is_said_of_two_words_of_three_holds_where_they_end() -> None:
    ends = {(place.at, tuple(place.ends)) for place in evidence({"Grapnell": 2}).candidates(Suspect("Grapnellandthe"))}
    assert {(8, (11,)), (11, (8,)), (8, ())} <= ends


def test_the_user_may_name_words_to_keep() -> None:
    assert places(evidence(), "CloudHarbour")
    kept = NeverSplit(["CloudHarbour"])
    assert not places(evidence(kept=kept), "CloudHarbour")
    assert not places(evidence(kept=kept), "CloudHarbour's")
    assert places(evidence(kept=kept), "CloudHarbourannounced") == {12}
    assert places(evidence(kept=kept), "theCloudHarbour") == {3}
    assert places(evidence(kept=kept), "ofCloudHarbour") == {2}
    assert 12 in places(evidence(kept=kept), "CloudHarboursaid")


def test_a_word_to_keep_does_not_hide_in_another() -> None:
    assert 2 in places(evidence(kept=NeverSplit(["InP"])), "InParis")


def test_a_brand_in_small_letters_takes_none_of_the_word_before_it() -> None:
    assert 3 in places(evidence(kept=NeverSplit(["eCommerce"])), "theCommerce")
    assert places(evidence(kept=NeverSplit(["eToro"])), "ateToro") == {1, 2}


def test_a_known_brand_loses_its_neighbour_alone() -> None:
    assert places(evidence(), "YouTubewas") == {7}


def test_german_plurals_with_a_capital_are_one_word() -> None:
    assert not places(evidence(code="de"), "TeilnehmerInnen")


@pytest.mark.parametrize("word", ["", "a", "ab", "x" * (LONGEST + 1), "'" * 5, "x" * 100_000])
def test_odd_words_have_no_candidates(word: str) -> None:
    assert evidence().candidates(Suspect(word)) == []


def test_no_token_has_many_candidates() -> None:
    word = "theinofatoandthatisonhewasforitwithas"
    assert len(evidence().candidates(Suspect(word))) <= BEST + len(word)


def test_elision_and_possessive_are_as_common_as_their_word() -> None:
    assert open_table("fr").known["l’annonce"].zipf >= open_table("fr").zipf("annonce") > 4
    assert open_table("en").known["Ostrandin's"].zipf == 0


@pytest.mark.parametrize("word", ["announced", "outspend", "Moscow", "NATO", "they’re", "O'Neill", "x" * (LONGEST + 1)])
def test_words_and_names_are_no_suspects(word: str) -> None:
    assert not is_suspect(open_table("en"), word)


@pytest.mark.parametrize("word", ["Moscowannounced", "theUS", "ofthe", "BBCinterviewer", "Zymkowicz"])
def test_what_may_be_two_words_is_suspect(word: str) -> None:
    assert is_suspect(open_table("en"), word)


def test_a_suspect_comes_with_the_words_beside_its_first_place() -> None:
    words = ["a", "glued", "b", "c", "glued"]
    assert list(with_neighbours(words, {"glued", "a"})) == [Suspect("a", "", "glued"), Suspect("glued", "a", "b")]


def test_another_language_is_a_line_and_a_table() -> None:
    """Ukrainian, of a dozen words: what decides is the table, not the script."""
    zipf = {"київ": 5.5, "оголосив": 4.5, "президент": 5.2, "уряд": 5.0, "у": 7.0, "та": 7.0}
    values = {word: round(value * ZIPF_STEPS) for word, value in zipf.items()}
    table = WordTable(table_bytes(values, {"київ": 6, "оголосив": DICTIONARY + 1}))
    language = languages()["en"]._replace(code="uk", short=frozenset("у"), months=frozenset())
    kept = NeverSplit(())
    assert is_suspect(table, "Київоголосив")
    found = Evidence(language, table, {"Київ": 2, "Київоголосив": 1}, kept=kept)
    best = max(found.candidates(Suspect("Київоголосив", "у", "уряд")), key=lambda place: log_odds_of(place.features))
    assert best.at == 4
    assert log_odds_of(best.features) > 2


def log_odds_of(features: Sequence[float]) -> float:
    return open_model().trees.look(features)[0]
