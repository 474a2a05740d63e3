import pytest

from newsclean.article import Caption, describe
from tests.cases import FIXTURES, read

BODY = "The council of Marden votes on the bridge next week, and both sides expect a narrow result.\n"


def test_the_seed() -> None:
    article = describe(read(FIXTURES / "pipeline" / "kyrgyzstan" / "clean.txt"))
    assert article.title is not None
    assert article.title.startswith("Putin imposes his military dominance")
    assert [caption.credit for caption in article.captions] == [
        "Sputnik / Mikhail Metzel / via REUTERS",
        "Sputnik/Mikhail Metzel/REUTERS",
    ]
    assert article.captions[1].text == "Putin and Japarov during their meeting on Monday."
    assert article.agencies == ("AFP", "AP", "Reuters", "Sputnik")
    assert article.attributions == ("(With information from AFP and AP)",)
    assert article.title not in article.paragraphs
    assert article.attributions[0] in article.paragraphs


@pytest.mark.parametrize(
    "title",
    [
        "Marden votes on its bridge",
        "iPhones were sold on the bridge",
        "5 reasons to walk over the bridge",
        "“Nobody has asked the river”",
        "Why did Marden wait so long?",
    ],
)
def test_titles(title: str) -> None:
    article = describe(f"{title}\n\n{BODY}")
    assert article.title == title
    assert article.paragraphs == (BODY.strip(),)


@pytest.mark.parametrize(
    "first",
    [
        "Marden voted on its bridge.",
        "By Ana Ruiz and Tomas Vael",
        "Business",
        "July 30, 2020 5 min read",
        "09:53",
        "- the first of three points",
        "A ship leaves the port of Exa (AFP/Ana Ruiz)",
        "FILE PHOTO: A ship leaves the port of Exa",
        "Photo: Ana Ruiz, The Marden Mail",
        "MARDEN (Reuters) - The council votes",
        "These are the points:",
        "The council met. Nobody came to hear it",
        "https://example.org/bridge in Marden",
        "The council of Marden " * 10,
    ],
)
def test_first_lines_that_are_no_titles(first: str) -> None:
    assert describe(f"{first}\n\n{BODY}").title is None


def test_a_line_alone_is_no_title() -> None:
    assert describe("Marden votes on its bridge\n").title is None
    assert describe("Marden votes on its bridge\nSo does Exa\n").title is None


def test_a_title_in_a_language_without_spaces() -> None:
    text = "東京で大きな橋が開通した\n\n" + "市長は月曜日、新しい橋の開通を祝う式典で長い演説を行った。" * 3
    assert describe(text).title is None
    assert describe(text, language="ja").title == "東京で大きな橋が開通した"


def test_paragraphs_are_what_blank_lines_part() -> None:
    assert describe("One line.\nAnd one.\r\n\r\n \nAnother.\n").paragraphs == ("One line.\nAnd one.", "Another.")


def test_paragraphs_are_lines_where_no_line_is_blank() -> None:
    assert describe("One line.\r\nAnother.\n").paragraphs == ("One line.", "Another.")


def test_an_empty_text() -> None:
    article = describe(" \n")
    assert (article.title, article.paragraphs, article.captions, article.attributions) == (None, (), (), ())


def test_credit_lines_go_to_their_captions() -> None:
    text = (
        f"{BODY}\nIlse Brandt, left, on the pier.\n\nPhoto: Ana Ruiz, AP\n\n{BODY}\nImage source, Getty Images\n\n"
        "Image caption, The bridge in May\n\nTomas Vael/Getty Images\n"
    )
    assert describe(text).captions == (
        Caption("Ilse Brandt, left, on the pier.", "Ana Ruiz, AP"),
        Caption("The bridge in May", "Getty Images"),
        Caption("", "Tomas Vael/Getty Images"),
    )


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("MARDEN (Reuters) - The council votes.", ("Reuters",)),
        ("PARIS, May 8 (Reuters/AFP) — The council votes.", ("AFP", "Reuters")),
        ("Madrid, 8 may (EFE).- El consejo vota.", ("EFE",)),
        ("Berlin (dpa/epd) – Der Rat stimmt ab.", ("dpa", "epd")),
        ("The council votes, it said. (ANSA)", ("ANSA",)),
        ("The council votes, it told AFP.", ()),
        ("Ilse Brandt in May (Getty Images)", ()),
    ],
)
def test_agencies(line: str, agencies: tuple[str, ...]) -> None:
    assert describe(f"{BODY}\n{line}\n").agencies == agencies


@pytest.mark.parametrize(
    "line",
    [
        "(With information from AFP and AP)",
        "With inputs from agencies",
        "Con información de EFE y Europa Press",
        "Avec AFP",
        "(avec Reuters)",
        "Com informações da Agência Brasil",
        "Con informazioni di ANSA",
        "Mit Material von dpa",
        "Quelle: APA",
        "(Reporting by Ana Ruiz in Exa; Editing by Tomas Vael)",
        "Additional reporting by Ana Ruiz",
        "The Associated Press contributed to this report.",
        "Ana Ruiz et l'AFP ont contribué à cet article.",
    ],
)
def test_attributions(line: str) -> None:
    article = describe(f"{BODY}\n{line}\n")
    assert article.attributions == (line,)
    assert line in article.paragraphs


def test_attributions_at_the_end_of_a_paragraph() -> None:
    article = describe(
        f"{BODY}\nThe vote is near.(Con información de AFP y EFE)\n\nIt may fail. Ana Ruiz contributed reporting.\n"
    )
    assert article.attributions == ("(Con información de AFP y EFE)", "Ana Ruiz contributed reporting.")
    assert article.agencies == ("AFP", "EFE")


@pytest.mark.parametrize(
    "line",
    [
        "With the votes of Exa, Reuters and AFP both expect a narrow result.",
        "Reporting by phone is not what he likes.",
        "Mit der Bahn nach Exa",
    ],
)
def test_lines_that_attribute_nothing(line: str) -> None:
    assert describe(f"{BODY}\n{line}\n").attributions == ()
