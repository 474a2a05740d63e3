import pytest

from newsclean.lexicon import languages, open_table
from newsclean.lexicon.model import MODEL, open_model
from newsclean.lexicon.never_split import NeverSplit
from newsclean.lexicon.splits import BEST, FEATURES, LONGEST, Evidence, Suspect, zipf


def evidence(counts: dict[str, int] | None = None, kept: NeverSplit | None = None, code: str = "en") -> Evidence:
    return Evidence(languages()[code], open_table(code), counts or {}, kept)


def probability(found: Evidence, word: str, before: str = "", after: str = "") -> float:
    return max(
        (open_model().probability(place.features) for place in found.candidates(Suspect(word, before, after))),
        default=0.0,
    )


def test_features_are_as_many_as_their_names() -> None:
    for place in evidence().candidates(Suspect("Moscowannounced")):
        assert len(place.features) == len(FEATURES)


def test_a_name_of_the_text_makes_a_split_likelier() -> None:
    alone = probability(evidence(), "Ostrandinwas", "Arvo", "received")
    assert probability(evidence({"Ostrandin": 3}), "Ostrandinwas", "Arvo", "received") > alone


def test_a_possessive_counts_as_its_name() -> None:
    places = evidence({"Ostrandin's": 2}).candidates(Suspect("Ostrandinwas"))
    assert dict(zip(FEATURES, places[0].features, strict=True))["text_left"] == 2


def test_the_user_may_name_words_to_keep() -> None:
    assert evidence().candidates(Suspect("CloudHarbour"))
    kept = NeverSplit(["CloudHarbour"])
    assert not evidence(kept=kept).candidates(Suspect("CloudHarbour"))
    places = evidence(kept=kept).candidates(Suspect("CloudHarbourannounced"))
    assert places[0].at == 12
    assert not {place.at for place in places} & set(range(1, 12))


@pytest.mark.parametrize("word", ["", "a", "ab", "x" * (LONGEST + 1), "'" * 5, "x" * 100_000])
def test_odd_words_have_no_candidates(word: str) -> None:
    assert evidence().candidates(Suspect(word)) == []


def test_no_token_has_many_candidates() -> None:
    assert len(evidence().candidates(Suspect("theinofatoandthatisonhewasforitwithas"))) <= BEST


def test_elision_and_possessive_are_as_common_as_their_word() -> None:
    assert zipf(open_table("fr"), "l’annonce") >= open_table("fr").zipf("annonce") > 4
    assert zipf(open_table("en"), "Ostrandin's") == 0


def test_the_model_is_small() -> None:
    assert MODEL.stat().st_size < 200_000
