"""Word tables: how common each word, affix and letter sequence of a language is, read in place from one small file.

A file is a header and an open-addressing hash table of 32-bit slots: 20 bits of the key's fingerprint, four of what is
known of a word besides, and one byte of value. It is memory-mapped, so that opening it costs a fraction of a
millisecond and processes share its pages. Keys are not kept: one look-up of a word that is not there in about 200,000
finds a value all the same.
"""

import mmap
import struct
import sys
from array import array
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar
from unicodedata import normalize
from zlib import crc32

MAGIC = b"NCWT"
VERSION = 2
HEADER = struct.Struct("<4sHHII")  # magic, version, unused, slots, keys

ZIPF_STEPS = 30  # one step of the byte is 1/30 of a Zipf unit; 255 stands for 8.5
TYPE_STEPS = 12  # one step of the byte is 1/12 of a doubling of a count of word types
LOAD = 0.7  # share of slots in use: higher makes for smaller files and longer probing

# What a key is: a word, an ending or a beginning of words, a sequence of letters within words, two words that belong
# together, a word as it is written with a capital inside, or part of a person's name. The first characters are control
# characters, which no word holds.
WORD, ENDING, BEGINNING, LETTERS, PAIR, CAMEL, GIVEN, SURNAME = (
    "",
    "\x01",
    "\x02",
    "\x03",
    "\x04",
    "\x05",
    "\x06",
    "\x07",
)

PAIR_STEPS = 40  # one step of the byte is 1/40 of a power of ten by which two words stand together more than by chance

# What is known of a word besides: whether dictionaries have it, and how it is written, from 0 (not known) by
# 1 (never with a capital) to 6 (always); 7 is in capitals throughout.
DICTIONARY = 8
CAPITALS = 7


MOST_KEPT = 1 << 16  # of what was looked up

Found = TypeVar("Found")


class TableError(ValueError):
    """A word table that cannot be read: not one, or of another version."""


class Memo(dict[str, Found]):
    """What a function returned for some strings, so that to ask again is a look-up in a dictionary, and no call.

    >>> lengths = Memo(len)
    >>> lengths["storm"], lengths
    (5, {'storm': 5})
    """

    def __init__(self, make: Callable[[str], Found]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: str) -> Found:
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[key] = self.make(key)
        return found


class WordTable:
    """One language's table.

    `zipf` is the logarithm (base 10) of a word's occurrences in a billion words, 0.0 for a word that is not there.
    `endings` and `beginnings` are the logarithm (base 2) of the number of word types that are a known word and this
    ending, or this beginning and a known word; `letters` that of the number of types that hold these letters, "^" and
    "$" being the two ends of a word.

    >>> from newsclean.lexicon import open_table
    >>> table = open_table("en")
    >>> table.zipf("the") > table.zipf("aerodrome") > table.zipf("aerodromea")
    True
    >>> table.endings("ness") > table.endings("which")
    True
    """

    def __init__(self, data: "mmap.mmap | bytes", name: str = "table") -> None:
        if len(data) < HEADER.size:
            raise TableError(f"{name}: not a word table; build it again with python -m newsclean.lexicon.build")
        magic, version, _, slots, keys = HEADER.unpack_from(data)
        if magic != MAGIC or version != VERSION or len(data) != HEADER.size + 4 * slots:
            raise TableError(f"{name}: not a word table of version {VERSION}; build it again")
        self.keys: int = keys
        self._slots: int = slots
        body = memoryview(data)[HEADER.size :]
        self._table = body.cast("I") if sys.byteorder == "little" else _swapped(body)

    @classmethod
    def open(cls, path: Path) -> "WordTable":
        """Map a table file into memory. Raises TableError, naming the file, where it is not one."""
        with path.open("rb") as file:
            if not path.stat().st_size:
                raise TableError(f"{path}: empty")
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), str(path))

    def word(self, word: str) -> "Word":
        """Return what is known of a word, whatever its case."""
        return _WORDS[self._entry(word.casefold()) & 0xFFF]

    @cached_property
    def known(self) -> "Memo[Word]":
        """What is known of each word; one with an apostrophe is at least as common as the rarest of its parts."""
        return Memo(self._known)

    def forget(self) -> None:
        """Forget what was looked up."""
        self.known.clear()
        self._entries.clear()

    def _known(self, word: str) -> "Word":
        word = word if word.isascii() else normalize("NFC", word)
        if "'" not in word and "’" not in word:
            return self.word(word)
        plain = word.replace("’", "'")
        whole = self.word(plain)
        rarest = min((self.word(part) for part in plain.split("'") if len(part) > 1), default=whole)
        return Word(
            max(whole.zipf, rarest.zipf), rarest.capital or whole.capital, whole.dictionary or rarest.dictionary
        )

    def zipf(self, word: str) -> float:
        """Return how common a word is, whatever its case."""
        return self.word(word).zipf

    def endings(self, ending: str) -> float:
        """Return how many words end so, in doublings."""
        return self._value(ENDING + ending.casefold()) / TYPE_STEPS

    def beginnings(self, beginning: str) -> float:
        """Return how many words begin so, in doublings."""
        return self._value(BEGINNING + beginning.casefold()) / TYPE_STEPS

    def letters(self, sequence: str) -> float:
        """Return how many words hold these letters, in doublings."""
        return self._value(LETTERS + sequence.casefold()) / TYPE_STEPS

    def pair(self, left: str, right: str) -> float:
        """Return by what power of ten two words stand side by side more often than by chance."""
        return self._value(f"{PAIR}{left} {right}".casefold()) / PAIR_STEPS

    def has(self, kind: str, word: str) -> bool:
        """Return whether a word is there as one of this kind, written just so."""
        return self._entries[kind + word] != 0

    def _value(self, key: str) -> int:
        return self._entries[key] & 255

    @cached_property
    def _entries(self) -> "Memo[int]":
        return Memo(self._entry)

    def _entry(self, key: str) -> int:
        table, slots = self._table, self._slots
        # As `_hashed` does it; a call of it takes as long as the look.
        data = key.encode("utf-8", "surrogatepass")
        slot, fingerprint = crc32(data) % slots, crc32(data[::-1]) >> 12
        while entry := table[slot]:
            if entry >> 12 == fingerprint:
                return entry
            slot += 1
            if slot == slots:
                slot = 0
        return 0


class Word(NamedTuple):
    """What a table knows of a word: how common it is (Zipf), how it is written, and whether dictionaries have it."""

    zipf: float
    capital: int
    dictionary: bool


_WORDS = [
    Word((bits & 255) / ZIPF_STEPS, bits >> 8 & CAPITALS, bool(bits >> 8 & DICTIONARY)) for bits in range(1 << 12)
]


def _hashed(key: str, slots: int) -> tuple[int, int]:
    # A CRC is linear: the same CRC with another start tells nothing new, that of the reversed bytes does.
    data = key.encode("utf-8", "surrogatepass")
    return crc32(data) % slots, crc32(data[::-1]) >> 12


def _swapped(body: memoryview) -> memoryview:
    table = array("I", body.tobytes())
    table.byteswap()
    return memoryview(table)


def table_bytes(values: Mapping[str, int], besides: Mapping[str, int] | None = None) -> bytes:
    """Return the file that holds these keys and their values of 1 to 255; the same mapping gives the same bytes.

    `besides` is what is known of words besides, from 0 to 15.

    >>> table = WordTable(table_bytes({"storm": 135, ENDING + "ing": 150}, {"storm": DICTIONARY + 1}))
    >>> table.word("Storm"), table.zipf("coast"), table.endings("ing"), table.keys
    (Word(zipf=4.5, capital=1, dictionary=True), 0.0, 12.5, 2)
    """
    known = besides or {}
    slots = int(len(values) / LOAD) + 1
    table = array("I", bytes(4 * slots))
    for key in sorted(values):
        slot, fingerprint = _hashed(key, slots)
        while table[slot]:
            slot = (slot + 1) % slots
        table[slot] = fingerprint << 12 | known.get(key, 0) << 8 | values[key]
    if sys.byteorder != "little":
        table.byteswap()
    return HEADER.pack(MAGIC, VERSION, 0, slots, len(values)) + table.tobytes()
