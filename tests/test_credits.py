import pytest

from newsclean import credits as photo


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Photo: Ana Ruiz", 2),
        ("photo by Ana Ruiz/AFP", 2),
        ("Image credit: All About Rivers", 2),
        ("Foto: Ana Ruiz (Keystone)", 2),
        ("Ana Ruiz/Exa Times/Getty Images", 2),
        ("Ana Ruiz, Associated Press", 2),
        ("REUTERS/Ana Ruiz/File Photo", 2),
        ("Sputnik / Ana Ruiz / via REUTERS", 2),
        ("© Ana Ruiz", 2),
        ("ANA RUIZ/", 2),
        ("AP Photo", 2),
        ("Reuters", 1),
        ("dpa", 1),
        ("APA/Reuters, 16.7.2015", 1),
        ("", 0),
        ("SCO", 0),
        ("PhD", 0),
        ("right now", 0),
        ("Allentown, PA", 0),
        ("Photo finish", 0),
        ("she told Reuters on Monday", 0),
        ("1/2", 0),
    ],
)
def test_weigh(text: str, weight: int) -> None:
    assert photo.weigh(text) == weight


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("A ship leaves port. Ana Ruiz/AFP/Getty Images", ["Ana Ruiz/AFP/Getty Images"]),
        ("A ship leaves port.Foto: Ana Ruiz/dpa", ["Foto: Ana Ruiz/dpa"]),
        ("A ship leaves portFoto: Ana Ruiz/dpa", ["Foto: Ana Ruiz/dpa"]),
        ("A ship leaves port (AP Photo/J. J. Ruiz)", ["AP Photo/J. J. Ruiz"]),
        ("A ship leaves port. J. J. Ruiz/AP", ["J. J. Ruiz/AP"]),
        ("A ship leaves port (REUTERS) (ANA RUIZ/)", ["REUTERS", "ANA RUIZ/"]),
        ("A ship leaves port (AP Photo/Ruiz) Photo: Ruiz, AP", ["AP Photo/Ruiz", "Photo: Ruiz, AP"]),
        ("A ship leaves port – Ảnh: Facebook", ["Ảnh: Facebook"]),
        ("A ship leaves port. © Ana Ruiz", ["© Ana Ruiz"]),
        ("A ship leaves port. 연합뉴스", ["연합뉴스"]),
        ("A ship leaves port ()", []),
        ("A ship leaves the port of the League of River Towns (LRT)", []),
        ("The ship left at nine, the captain told Reuters.", []),
        ("He lives in Allentown, PA", []),
        ("", []),
    ],
)
def test_trailing_credits(line: str, found: list[str]) -> None:
    credits_found = photo.trailing_credits(line)
    assert [credit.text for credit in credits_found] == found
    for credit in credits_found:
        assert credit.text in line[credit.start : credit.end]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Image caption, The bridge in May", ("The bridge in May", "Image caption", "")),
        ("Media captionThe mayor speaks", ("The mayor speaks", "Media caption", "")),
        ("(FILES) - The bridge in May (AFP)", ("The bridge in May", "FILES", "AFP")),
        ("Foto de archivo: El puente en mayo. EFE/Ana Ruiz", ("El puente en mayo.", "Foto de archivo", "EFE/Ana Ruiz")),
        ("Image: Ana Ruiz, left, has replaced Tomas Vael as mayor", None),
        ("File sharing is back", ("File sharing is back", "", "")),
    ],
)
def test_caption(line: str, expected: tuple[str, str, str] | None) -> None:
    parts = photo.caption(line)
    if expected is None:
        assert parts.label == "Image"
        return
    assert (parts.text, parts.label, parts.credit) == expected


@pytest.mark.parametrize(
    ("line", "is_caption"),
    [
        ("A ship leaves port in May. (Sputnik/Ana Ruiz/REUTERS)", True),
        ("Fans console each other outside the ground (Getty)", True),
        ("Fans console each other outside the ground (AFP)", True),
        ("FILE PHOTO: A ship leaves port in May.", True),
        ("© Ana Ruiz A ship leaves port in May.", True),
        ("KYIV (Reuters) - A ship left port in May", False),
        ("He would not say more, the paper was told. (AFP)", False),
        ("He would not say more, the paper was told. (APA/Reuters, 16.7.2015)", False),
        ("He was a member of the League of River Towns (LRT)", False),
        ("© 2019 The Marden Mail", False),
        ("He would not say more. " * 20 + "(AFP/Ana Ruiz)", False),
    ],
)
def test_is_caption_line(line: str, *, is_caption: bool) -> None:
    assert photo.is_caption_line(line) is is_caption


@pytest.mark.parametrize(
    "line", ["Getty Images", "(Image credit: Exa Rivers)", "Image copyrightEPA", "Marc Ruiz/Getty Images"]
)
def test_credit_lines(line: str) -> None:
    assert photo.is_credit_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "June 26 -- River Center, Allentown, PA",
        "The Associated Press contributed to this report.",
        "Crédito Agrícola",
        "",
    ],
)
def test_lines_that_are_no_credits(line: str) -> None:
    assert not photo.is_credit_line(line)


def test_an_agency_goes_by_one_name() -> None:
    assert photo.agencies("Agence France-Presse, AFP; THE ASSOCIATED PRESS and Efe") == ["AFP", "AP", "EFE"]
    assert photo.agencies("The API, the NAPA valley and apas") == []


@pytest.mark.parametrize(
    ("credit", "others"),
    [
        ("REUTERS", "REUTERS/Ana Ruiz"),
        ("Photo: Ana Ruiz, AP", "AP Photo/Ana Ruiz"),
        ("SPUTNIK /", "Sputnik / Ana Ruiz"),
    ],
)
def test_names_that_a_fuller_credit_holds(credit: str, others: str) -> None:
    assert photo.names(credit) <= photo.names(others)


def test_names_of_different_people() -> None:
    assert not photo.names("TOMAS VAEL/") <= photo.names("REUTERS")
