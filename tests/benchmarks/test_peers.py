import pytest

from tests.benchmarks.peers import KINDS, MODES, Score, breaks, damaged, repair_with, score, total

TEXT = (
    "The mayor of Lisbon met Ana Costa's lawyers on Friday. They spoke for an hour, and Costa left without a word.\n\n"
    "Nobody in Porto had heard of it."
)
GIVEN = "The mayor ofLisbon met her."
CLEAN = "The mayor of Lisbon met her."


def solid(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("kind", KINDS)
def test_damage_keeps_the_letters_and_takes_single_spaces(kind: str) -> None:
    for seed in range(20):
        found = damaged(TEXT, kind, seed)
        assert solid(found) == solid(TEXT)
        assert breaks(found) < breaks(TEXT)
        assert found.count("\n") == TEXT.count("\n")


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_the_same_for_the_same_seed(kind: str) -> None:
    assert damaged(TEXT, kind, 7) == damaged(TEXT, kind, 7)


def test_one_place_a_paragraph_and_one_for_every_400_characters() -> None:
    text = "\n".join(["word " * 20, "word " * 200, "one"])
    found = damaged(text, "between any two words", 0)
    pairs = zip(text.split("\n"), found.split("\n"), strict=True)
    assert [len(line) - len(broken) for line, broken in pairs] == [1, 1 + 1000 // 400, 0]


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        (
            "at an edge of a name",
            {"ofLisbon", "Lisbonmet", "metAna", "Costa'slawyers", "onFriday", "andCosta", "Costaleft"},
        ),
        ("between a small letter and a capital", {"ofLisbon", "metAna", "AnaCosta's", "onFriday", "andCosta"}),
    ],
)
def test_each_kind_loses_its_own_places(kind: str, places: set[str]) -> None:
    line, _, _ = TEXT.partition("\n")
    seen = {damaged(line, kind, seed) for seed in range(200)}
    words = {word.strip(".,") for text in seen for word in text.split()} - {word.strip(".,") for word in line.split()}
    assert words == places


def test_a_perfect_repair() -> None:
    found = score(CLEAN, GIVEN, CLEAN)
    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_doing_nothing() -> None:
    found = score(CLEAN, GIVEN, GIVEN)
    assert (found.recall, found.f1) == (0.0, 0.0)


def test_a_wrong_split_lowers_precision_alone() -> None:
    found = score(CLEAN, GIVEN, "The may or of Lisbon met her.")
    assert found == Score(lost=1, inserted=2, right=1)
    assert (found.precision, found.recall) == (0.5, 1.0)
    assert found.f1 == pytest.approx(2 / 3)


def test_scores_add_up() -> None:
    assert total([Score(2, 1, 1), Score(3, 4, 2)]) == Score(5, 5, 3)


@pytest.mark.parametrize("repaired", ["The mayor of Lisboa met her.", "Themayor of Lisbon met her."])
def test_a_repair_that_does_more_than_insert_spaces_is_refused(repaired: str) -> None:
    with pytest.raises(ValueError, match="more than spaces"):
        score(CLEAN, GIVEN, repaired)


def test_a_peer_is_asked_about_words_that_it_does_not_know() -> None:
    asked: list[str] = []

    def split(token: str) -> list[str]:
        asked.append(token)
        return [token[:2], token[2:]]

    repair = repair_with(split, {"mayor", "lisbon", "oflisbon"})
    text = "Mayor ofLisbon wouldn't say: ofthe Mayor, Ofthe 2ofthe ofthe"
    assert repair(text) == "Mayor of Lisbon wouldn't say: of the Mayor, Of the 2of the of the"
    assert asked == ["ofLisbon", "ofthe", "Ofthe"]


@pytest.mark.parametrize("pieces", [["of", "that"], ["of", "th"], ["ofthe"], []])
def test_a_peer_that_changes_letters_changes_nothing(pieces: list[str]) -> None:
    assert repair_with(lambda _: pieces, set())("ofthe Ofthe") == "ofthe Ofthe"


def test_the_modes_go_from_the_careful_to_the_bold() -> None:
    assert list(MODES) == ["strict", "normal", "eager"]
