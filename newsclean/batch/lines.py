"""JSON Lines on a pipe: a record in, a record out, at once and in order, in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from newsclean.batch.formats.jsonl import read_stream, respelled_line
from newsclean.batch.ledger import Failure
from newsclean.batch.work import Counts, Options, cleaned


def clean_lines(
    source: BinaryIO,
    target: BinaryIO,
    options: Options,
    counts: Counts,
    failed: Callable[[Failure], None],
    *,
    at_once: bool,
) -> None:
    """Write the line of each record with its text replaced as soon as it is clean, and `at_once` where so asked.

    Lines that cannot be cleaned are left out, and `failed` is told of each. Raises ReadError, WriteError.
    """
    records = read_stream(source, options.text_field, options.settings.encoding, options.limits)
    for each in cleaned(records, options, counts, failed):
        target.write(respelled_line(each))
        if at_once:
            target.flush()
