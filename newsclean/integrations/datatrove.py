"""A block for datatrove pipelines: clean texts, a note in the metadata of each document, and counts in the stats."""

import json
from typing import Any

from datatrove.data import DocumentsPipeline
from datatrove.pipeline.formatters.base import BaseFormatter
from datatrove.utils.typeshelper import StatHints

from newsclean.guarded import COLUMN, Guarded, clean_or_keep, pipeline_for


class NewscleanFormatter(BaseFormatter):  # type: ignore[misc]  # datatrove has no types
    """Puts the clean text in the place of each document's text. The options are those of newsclean.Pipeline.

    `metadata["newsclean"]` is the note on the document, as JSON, which is what `newsclean.arrow.clean_batch` puts into
    its column: the schema of a Parquet file is made of its first documents, and would not take the counts of filters
    that found nothing in those. A document that a filter fails on keeps its text. The stats are how many documents
    `changed` and `failed`, and the edits of each filter. Raises ValueError for options that Pipeline does not take.
    """

    name = "📰 newsclean"

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        pipeline_for(options)  # for what it raises: here, and not in the workers

    def format(self, text: str) -> str:
        """Return the clean text, or the text as it came where a filter fails on it."""
        return self._cleaned(text).text

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:  # noqa: ARG002
        """Clean the documents one after another."""
        for document in data:
            self.stat_update(StatHints.total)
            with self.track_time():
                cleaned = self._cleaned(document.text)
            self._count(cleaned, changed=cleaned.text != document.text)
            document.text = cleaned.text
            document.metadata[COLUMN] = json.dumps(cleaned.note)
            yield document

    def _cleaned(self, text: str) -> Guarded:
        # Looked up and not kept: a block is pickled on its way to the workers, and a pipeline is quick to build there.
        return clean_or_keep(text, pipeline_for(self.options))

    def _count(self, cleaned: Guarded, *, changed: bool) -> None:
        if changed:
            self.stat_update("changed")
        if cleaned.failed:
            self.stat_update("failed")
        for name, edits in cleaned.note["counts"].items():
            self.stat_update(f"edits_{name}", value=edits)
