import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.errors import ReadError, WriteError
from newsclean.readers import read
from newsclean.readers.decoding import Encoding, decode

SPANISH = "La reunión empezó mañana en Málaga, según dijo el año pasado el señor Muñoz. ¿Qué pasó después? Será así."
FRENCH = "L’été dernier, les élèves ont été reçus à l’école où l’on préparait la fête. Ça va être très différent."
POLISH = "Wczoraj w Łodzi odbyło się spotkanie, na którym był także prezydent; później wszyscy się rozjechali do domów."
RUSSIAN = "Вчера в городе прошла встреча, на которой был и президент, а потом все разъехались по домам до утра."


@pytest.mark.parametrize("text", ["", "plain", "Straße – 漢字 😀", "a\r\nb\n"])
def test_utf8_goes_first(text: str) -> None:
    assert decode(text.encode()) == (text, Encoding("utf-8"))


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("text", ["", "Straße – 漢字 😀\r\n"])
def test_a_byte_order_mark_says_it(mark: bytes, name: str, text: str) -> None:
    data = mark + text.encode(name)
    found, encoding = decode(data)
    assert (found, encoding) == (text, Encoding(name, bom=True))
    assert encoding.encode(found) == data


@pytest.mark.parametrize(
    ("text", "name"),
    [(SPANISH, "cp1252"), (FRENCH, "cp1252"), (SPANISH, "mac_roman"), (SPANISH, "cp850"), (RUSSIAN, "cp1251")],
)
def test_other_encodings_are_guessed(text: str, name: str) -> None:
    data = text.encode(name)
    found, encoding = decode(data)
    assert found == text
    assert encoding.guessed
    assert encoding.exact
    assert encoding.encode(found) == data


def test_polish_is_not_taken_for_western() -> None:
    found, encoding = decode((POLISH * 3).encode("cp1250"))
    assert (found, encoding.name) == (POLISH * 3, "cp1250")


@pytest.mark.parametrize(
    ("data", "text", "strays"),
    [
        (("Ein schöner Tag für München. " * 20).encode() + b"\xc3", "Ein schöner Tag für München. " * 20 + "\udcc3", 1),
        ("“We left,” she said. “It was late.”".encode()[:-1], "“We left,” she said. “It was late.\udce2\udc80", 2),
        ("She said: “".encode()[:-1], "She said: \udce2\udc80", 2),
        (b"She said: \xe2", "She said: \udce2", 1),
        ("A smile 😀".encode()[:-1], "A smile \udcf0\udc9f\udc98", 3),
        ("Über café".encode() + b"\xff", "Über café\udcff", 1),
        (
            "Der Rest ist gut, süß und \ufffd schön".encode() + b"\xe9.",
            "Der Rest ist gut, süß und \ufffd schön\udce9.",
            1,
        ),
    ],
)
def test_damaged_utf8_keeps_every_byte(data: bytes, text: str, strays: int) -> None:
    for mark, guessed in ((b"", True), (codecs.BOM_UTF8, False)):
        found, encoding = decode(mark + data)
        assert (found, encoding) == (text, Encoding("utf-8", bool(mark), guessed, strays=strays))
        assert encoding.encode(found) == mark + data
        assert encoding.doubt is not None
        assert encoding.doubt[0] == "damaged-encoding"


@pytest.mark.parametrize(
    "text",
    [
        "Wir treffen uns im Café",
        "«É», así lo dijo él al llegar allí",
        "El año que viene",
        "A MINHA IRMÃ",
        SPANISH,
        FRENCH,
    ],
)
def test_other_encodings_are_not_taken_for_damaged_utf8(text: str) -> None:
    found, encoding = decode(text.encode("cp1252"))
    assert (found, encoding.strays) == (text, 0)
    assert encoding.doubt == ("guessed-encoding", "the encoding was guessed to be cp1252; --encoding names another")


def test_a_damaged_page_shows_where() -> None:
    source = read("<!doctype html><p>“Über”</p><p>café".encode() + b"\xff</p>")
    assert (source.text, source.encoding.strays) == ("“Über”\n\ncafé\ufffd\n", 1)


def test_no_stray_bytes_in_other_encodings() -> None:
    with pytest.raises(WriteError, match="cp1252 cannot spell"):
        Encoding("cp1252").encode("\udcff")


@pytest.mark.parametrize(
    ("data", "told", "text", "name"),
    [
        (b"caf\xe9", "latin-1", "café", "iso8859-1"),
        (b"caf\xe9", "CP1252", "café", "cp1252"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "utf-8", "café", "utf-8"),
        (b"caf\xc3\xa9", "utf-8-sig", "café", "utf-8"),
        ("café".encode("utf-16-le"), "utf-16", "café", "utf-16-le"),
        (codecs.BOM_UTF16_BE + "café".encode("utf-16-be"), "utf-16", "café", "utf-16-be"),
        ("café".encode("utf-16-be"), "utf-16-be", "café", "utf-16-be"),
        ("漢字".encode("big5"), "big5", "漢字", "big5"),
    ],
)
def test_the_option_overrules(data: bytes, told: str, text: str, name: str) -> None:
    found, encoding = decode(data, told)
    assert (found, encoding.name, encoding.guessed) == (text, name, False)
    assert encoding.encode(found) == data


@pytest.mark.parametrize("name", ["utf8x", "x\0y", "base64", "rot13"])
def test_what_is_no_encoding(name: str) -> None:
    with pytest.raises(ReadError, match="no encoding"):
        decode(b"x", name)


@pytest.mark.parametrize(
    ("data", "told", "message"),
    [
        (b"caf\xe9 au lait", "utf-8", r"not utf-8: .* at byte 3; give --encoding"),
        (b"caf\xe9", "ascii", "at byte 3"),
        (codecs.BOM_UTF8 + b"caf\xe9", None, "at byte 6"),
        (codecs.BOM_UTF16_LE + b"a", None, "not utf-16-le: truncated data at byte 2"),
        (b"a+2AA-", "utf-7", "half a surrogate pair at character 1"),
    ],
)
def test_bytes_that_are_not_of_the_encoding(data: bytes, told: str | None, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        decode(data, told)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a\1\0", "a GIF image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x1f\x8b\x08", "gzip-compressed data"),
        (b"PK\x03\x04\x14", "a ZIP archive or an Office document"),
        (b"\0\0\0\x18ftypmp42", "MP4 video"),
        (b"x" * 257 + b"ustar\0", "a tar archive"),
        (b"some text\0more", "binary data"),
        ("Storm hits the coast".encode("utf-16-le"), "utf-16-le without a byte order mark: give --encoding utf-16-le"),
        ("Storm hits the coast".encode("utf-16-be"), "utf-16-be without a byte order mark"),
        (codecs.BOM_UTF16_LE + b"a\0\0\0", "NUL characters"),
    ],
)
def test_binary_data(data: bytes, what: str) -> None:
    with pytest.raises(ReadError, match=what):
        decode(data)


def test_binary_data_is_refused_whatever_the_option_says() -> None:
    with pytest.raises(ReadError, match="a PNG image"):
        decode(b"\x89PNG\r\n\x1a\n", "latin-1")
    with pytest.raises(ReadError, match="NUL characters"):
        decode(b"a\0b", "latin-1")


@pytest.mark.parametrize("text", ["BM is a letter pair", "ID3 tags explained", "GIF images are old", "{ \\rtf }"])
def test_text_that_begins_like_binary_data(text: str) -> None:
    assert decode(text.encode())[0] == text


def test_an_encoding_that_cannot_spell_a_sign() -> None:
    with pytest.raises(WriteError, match=r"cp1252 cannot spell '\\u20b9' at character 2"):
        Encoding("cp1252").encode("a ₹")
    with pytest.raises(WriteError, match="nothing can be written"):
        Encoding("nonsense").encode("a")


def test_several_spellings_are_noted() -> None:
    data = b"\x1b$B4A\x1b(B\x1b(B"  # a shift that shifts nothing
    text, encoding = decode(data, "iso2022_jp")
    assert (text, encoding.exact) == ("漢", False)


@pytest.mark.parametrize(
    ("page", "text", "name"),
    [
        ("<meta charset=iso-8859-2><p>Łódź", "Łódź\n", "iso8859-2"),
        ("<meta charset=windows-1251><p>Москва", "Москва\n", "cp1251"),
        ("<meta charset=iso-2022-jp><p>漢字", "漢字\n", "iso2022_jp"),
        ("<meta charset=iso-8859-1><p>“été”", "“été”\n", "cp1252"),
    ],
)
def test_a_page_declares_its_encoding(page: str, text: str, name: str) -> None:
    source = read(("<!doctype html>" + page).encode(name))
    assert (source.text, source.encoding.name, source.encoding.guessed) == (text, name, False)


def test_a_page_that_was_saved_as_utf8_is_utf8_whatever_it_declares() -> None:
    source = read("<!doctype html><meta charset=iso-8859-1><p>été 漢".encode())
    assert (source.text, source.encoding.name) == ("été 漢\n", "utf-8")


def test_a_page_that_declares_what_it_is_not() -> None:
    source = read(b"<!doctype html><meta charset=big5><p>" + SPANISH.encode("cp1252"))
    assert (source.text, source.encoding.guessed) == (SPANISH + "\n", True)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_what_was_written_is_read(text: str) -> None:
    for encoding in (Encoding(), Encoding("utf-8", bom=True), Encoding("utf-16-be", bom=True)):
        # A text that begins with a mark of its own cannot be told from one with a mark before it.
        if not text.startswith("\ufeff"):
            assert read(encoding.encode(text), kind="text").text == text
