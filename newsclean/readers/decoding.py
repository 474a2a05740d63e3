"""Bytes to text: which encoding it is, and what is no text at all."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsclean.errors import ReadError, WriteError
from newsclean.language import SAMPLE, guess_language

# The longer mark first: that of UTF-32 begins like that of UTF-16.
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings whose name says no byte order, or that a mark is looked for; the mark then decides, else these do.
_UNMARKED = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

# How files that hold no text begin.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BZh91AY&SY", "bzip2-compressed data"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"\x00asm", "a WebAssembly program"),
    (b"OggS", "Ogg audio or video"),
    (b"fLaC", "FLAC audio"),
    (b"ID3\x03", "MP3 audio"),
    (b"ID3\x04", "MP3 audio"),
)
# Containers that are named some bytes after the beginning: offset, name there, what it is.
_CONTAINERS: tuple[tuple[int, bytes, str], ...] = (
    (8, b"WEBP", "a WebP image"),
    (8, b"WAVE", "WAV audio"),
    (8, b"AVI ", "AVI video"),
    (4, b"ftyp", "MP4 video or a HEIF image"),
    (257, b"ustar", "a tar archive"),
)

# Languages that are written in Windows-1252, with the letters and signs outside ASCII that their newspapers use.
_WESTERN = frozenset({"ca", "da", "de", "en", "es", "fi", "fr", "is", "it", "nl", "no", "pt", "sv"})
_WESTERN_SIGNS = frozenset(
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßœ" + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒ" + "“”‘’„‚«»‹›–—…•·¿¡ªº°€£§©®™½¼¾²³´\xa0\xad"
)
# How a text ends that was cut within its last character: with two or three bytes of a sequence, or with the first byte
# of one for a letter or a quote of these languages, which as a letter of its own would be a capital, or â.
_CUT_SEQUENCE = rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2}|(?<![A-Z])[\xc2\xc3\xe2])\Z"
_WESTERN_ENCODINGS = ("cp1252", "mac_roman", "cp850")  # the likeliest first


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text was stored: a Python codec `name`, whether a byte order `mark` stood before it, and three doubts.

    `guessed` says that nothing in the bytes or the options named the encoding; `exact` that encoding the text again
    gives the very bytes; `strays` how many bytes are none of UTF-8, which the rest is. In the text each of them is
    half a surrogate pair, U+DC80 to U+DCFF, as Python's "surrogateescape" has it.
    """

    name: str = "utf-8"
    bom: bool = False
    guessed: bool = False
    exact: bool = True
    strays: int = 0

    @property
    def doubt(self) -> tuple[str, str] | None:
        """What the owner of the document should look at: a code for programs, a message for people."""
        if self.strays:
            return (
                "damaged-encoding",
                f"the document is UTF-8, but damaged or cut off (stray bytes: {self.strays})",
            )
        if self.guessed:
            return "guessed-encoding", f"the encoding was guessed to be {self.name}; --encoding names another"
        return None

    def encode(self, text: str) -> bytes:
        """Return the text as bytes of this encoding, after its mark. Raises WriteError."""
        mark = next((mark for mark, name in MARKS if name == self.name), b"") if self.bom else b""
        try:
            return mark + text.encode(self.name, "surrogateescape" if self.name == "utf-8" else "strict")
        except UnicodeEncodeError as error:
            sign = ascii(text[error.start])
            raise WriteError(f"{self.name} cannot spell {sign} at character {error.start}") from None
        except (LookupError, ValueError) as error:
            raise WriteError(f"nothing can be written in the encoding {self.name!r}: {error}") from None


def decode(data: bytes, encoding: str | None = None, declared: str | None = None) -> tuple[str, Encoding]:
    r"""Return the text, without a byte order mark, and how it was stored.

    A given `encoding` rules. Otherwise a byte order mark says what it is; else it is UTF-8 if it can be; else what
    the document itself has `declared`; else UTF-8 with some damage, or a guess. Raises ReadError for what is not text,
    or not in the encoding.

    >>> decode("Straße".encode("utf-16"))
    ('Straße', Encoding(name='utf-16-le', bom=True, guessed=False, exact=True, strays=0))
    >>> decode(b"\x1f\x8b\x08")
    Traceback (most recent call last):
        ...
    newsclean.errors.ReadError: this is gzip-compressed data, not text
    """
    mark, marked = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", None))
    _refuse_binary(data, is_wide=bool(encoding) or marked not in {None, "utf-8"})
    if encoding:
        text, found = _as_told(data, codec_name(encoding), mark, marked)
    elif marked == "utf-8" and _is_damaged_utf8(data[len(mark) :]):
        text, found = _damaged_utf8(data[len(mark) :], bom=True)
    elif marked:
        text, found = _strict(data[len(mark) :], marked, len(mark)), Encoding(marked, bom=True)
    else:
        text, found = _unmarked(data, declared)
    if "\0" in text:
        raise ReadError("this is binary data, not text: it holds NUL characters")
    return text, found


def kind_of_binary(data: bytes) -> str | None:
    r"""Say what the bytes are by how they begin, or None where they may be text.

    >>> kind_of_binary(b"%PDF-1.7\n%..."), kind_of_binary(b"Storm hits the coast")
    ('a PDF document', None)
    """
    named = (what for start, what in _SIGNATURES if data.startswith(start))
    inside = (what for at, name, what in _CONTAINERS if data[at : at + len(name)] == name and b"\0" in data[:512])
    return next(named, None) or next(inside, None)


def _refuse_binary(data: bytes, *, is_wide: bool) -> None:
    kind = kind_of_binary(data)
    if kind:
        raise ReadError(f"this is {kind}, not text")
    if is_wide or b"\0" not in data:
        return
    # Latin letters in UTF-16 are every other byte a NUL; in other files NULs come in runs or at random.
    for name, zeros, letters in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        if zeros.count(0) > len(zeros) * 0.7 and letters.count(0) < len(letters) * 0.05:
            raise ReadError(f"this looks like {name} without a byte order mark: give --encoding {name}")
    raise ReadError("this is binary data, not text: it holds NUL bytes")


def codec_name(name: str) -> str:
    """Return what Python calls an encoding of text. Raises ReadError where there is none of that name.

    >>> codec_name("Latin-1")
    'iso8859-1'
    """
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        raise ReadError(f"there is no encoding {name!r}; names are those of Python: utf-8, cp1252, big5, …") from None
    if not found._is_text_encoding:
        raise ReadError(f"{name!r} is no encoding of text")
    return found.name


def _as_told(data: bytes, name: str, mark: bytes, marked: str | None) -> tuple[str, Encoding]:
    plain = _UNMARKED.get(name, name)
    # "utf-16" leaves the byte order to the mark.
    if marked and (marked == plain or marked.startswith(f"{name}-")):
        return _strict(data[len(mark) :], marked, len(mark)), Encoding(marked, bom=True)
    text = _strict(data, plain)
    return text, Encoding(plain, exact=_is_exact(data, text, plain))


def _strict(data: bytes, name: str, before: int = 0) -> str:
    try:
        text = data.decode(name)
        if name != "utf-8":
            text.encode("utf-8")  # some encodings can spell half a surrogate pair, which is no text
    except UnicodeEncodeError as error:
        raise ReadError(f"these bytes are not {name}: half a surrogate pair at character {error.start}") from None
    except UnicodeDecodeError as error:
        where = before + error.start
        remedy = "give --encoding with the right one"
        raise ReadError(f"these bytes are not {name}: {error.reason} at byte {where}; {remedy}") from None
    except UnicodeError as error:
        raise ReadError(f"these bytes are not {name}: {error}") from None
    return text


def _is_exact(data: bytes, text: str, name: str) -> bool:
    try:
        return text.encode(name) == data
    except UnicodeError:
        return False


def _unmarked(data: bytes, declared: str | None) -> tuple[str, Encoding]:
    # Bytes outside ASCII that happen to be UTF-8 are UTF-8, whatever a page that was saved anew says of itself. Of
    # bytes that are all ASCII only the escaping encodings of East Asia are another reading.
    names = [declared, "utf-8"] if declared and data.isascii() else ["utf-8", declared]
    for name in names:
        if name:
            try:
                text = _strict(data, name)
            except ReadError:
                continue
            return text, Encoding(name, exact=name == "utf-8" or _is_exact(data, text, name))
    if _is_damaged_utf8(data):
        return _damaged_utf8(data, bom=False)
    name = _guess(data)
    text = _strict(data, name)
    return text, Encoding(name, guessed=True, exact=_is_exact(data, text, name))


def _guess(data: bytes) -> str:
    high = b"".join(re.findall(rb"[\x80-\xff]+", data))
    language = guess_language(data[:SAMPLE].decode("iso8859-1"))
    # These languages are nearly all ASCII; a text too short for its language to show is taken for one of them.
    if (language is None or language in _WESTERN) and len(high) * 4 < len(data):
        western = max(_western_readings(high), default=None)
        if western:
            return western[2]
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise ReadError("this is binary data, or text of an encoding that could not be guessed: give --encoding")
    return codecs.lookup(best.encoding).name


def _is_damaged_utf8(data: bytes) -> bool:
    """Tell whether the bytes, which are not UTF-8, have at least as many whole sequences of it as broken ones."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd") - data.count("\ufffd".encode())  # which good UTF-8 may hold too
    whole = sum(map(len, re.findall(r"[^\x00-\x7f]+", text))) - broken
    is_cut = re.search(_CUT_SEQUENCE, data[-3:]) is not None
    return broken > 0 and (whole >= broken or (is_cut and broken == 1))


def _damaged_utf8(data: bytes, *, bom: bool) -> tuple[str, Encoding]:
    text = data.decode("utf-8", "surrogateescape")
    return text, Encoding("utf-8", bom=bom, guessed=not bom, strays=len(re.findall(r"[\udc80-\udcff]", text)))


def _western_readings(high: bytes) -> Iterator[tuple[float, int, str]]:
    """Yield (share of likely signs, rank, name) for each encoding in which nearly all the bytes above ASCII are such.

    The common words of these languages are ASCII, so statistics of letters, which a guesser goes by, tell Spanish in
    Windows-1252 badly from Polish in Windows-1250; the signs of the language, once it is known, tell them well.
    """
    for rank, name in enumerate(_WESTERN_ENCODINGS):
        try:
            signs = high.decode(name)
        except UnicodeDecodeError:
            continue
        share = sum(sign in _WESTERN_SIGNS for sign in signs) / len(signs)
        if share > 0.95:
            yield share, -rank, name
