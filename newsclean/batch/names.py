"""What the name of a file says: its format, and how it is packed."""

from __future__ import annotations

from posixpath import splitext

from newsclean.readers import HTML_SUFFIXES
from newsclean.storage import name_of

PACKINGS = (".gz", ".bz2", ".xz", ".zst")

# The suffixes of each format, under that of a packing too.
FORMATS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ".md"),
    "html": HTML_SUFFIXES,
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "parquet": (".parquet",),
    "warc": (".warc", ".wet"),
}
_BY_SUFFIX = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}


def format_of(path: str) -> str | None:
    """Return the format that a name says, or None.

    >>> format_of("a.jsonl.gz"), format_of("CC-MAIN-2024.warc.wet.gz"), format_of("a.HTM"), format_of("a.pdf")
    ('jsonl', 'warc', 'html', None)
    """
    return _BY_SUFFIX.get(unpacked_suffix(path))


def packing_of(path: str) -> str:
    """Return the suffix that says how a file is packed, or nothing.

    >>> packing_of("news.jsonl.GZ"), packing_of("news.jsonl")
    ('.gz', '')
    """
    suffix = splitext(name_of(path))[1].lower()
    return suffix if suffix in PACKINGS else ""


def is_packed(path: str) -> bool:
    """Tell by its name whether a file is packed."""
    return bool(packing_of(path))


def unpacked_name(path: str) -> str:
    """Return the name of a file as it would be unpacked, without its folders.

    >>> unpacked_name("s3://dumps/2026/news.jsonl.gz")
    'news.jsonl'
    """
    name = name_of(path)
    return splitext(name)[0] if is_packed(path) else name


def unpacked_suffix(path: str) -> str:
    """Return the suffix below that of the packing, in small letters.

    >>> unpacked_suffix("news.JSONL.gz"), unpacked_suffix("news.csv"), unpacked_suffix("https://a.org/b.txt?c=d.gz")
    ('.jsonl', '.csv', '.txt')
    """
    return splitext(unpacked_name(path))[1].lower()
