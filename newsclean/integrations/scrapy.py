"""An item pipeline for Scrapy: clean texts, with a note on each where the item has a field for it.

In the settings of the project:

    ITEM_PIPELINES = {"newsclean.integrations.scrapy.NewscleanPipeline": 300}
    NEWSCLEAN_FIELD = "body"                    # found by itself where it has a usual name
    NEWSCLEAN_OPTIONS = {"captions": "drop"}    # those of newsclean.Pipeline
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter

from newsclean.batch.records import TEXT_FIELDS
from newsclean.guarded import COLUMN, Guarded, clean_or_keep, pipeline_for

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class NewscleanPipeline:
    """Puts the clean text in the place of the text of each item, whatever ItemAdapter takes for one.

    An item that has a field `newsclean`, or is a dict, gets the note there: `counts`, the edits that each filter made,
    `warnings`, and `error` where the text is as it came, since a filter failed on it. An item without a text passes as
    it is. The stats `newsclean/…` count what became of the items, and the edits of each filter.

    `field` is where the text is; without it, it is in the first of TEXT_FIELDS that the item has. Raises ValueError for
    options that newsclean.Pipeline does not take, so that the crawl does not start.
    """

    def __init__(self, crawler: Crawler, field: str | None = None, options: Mapping[str, Any] | None = None) -> None:
        self.crawler = crawler
        self.fields = (field,) if field else TEXT_FIELDS
        self.pipeline = pipeline_for(options or {})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> NewscleanPipeline:
        """Make the pipeline that the settings of a crawler ask for."""
        settings = crawler.settings
        return cls(crawler, settings.get("NEWSCLEAN_FIELD"), settings.getdict("NEWSCLEAN_OPTIONS"))

    def process_item(self, item: Any, spider: object = None) -> Any:  # noqa: ARG002 - passed by older Scrapys
        """Clean the text of an item in its place, and return the item."""
        adapter = ItemAdapter(item)
        name = next((name for name in self.fields if isinstance(adapter.get(name), str)), None)
        if name is None:
            self._count("without_text")
            return item
        cleaned = clean_or_keep(adapter[name], self.pipeline)
        self._record(cleaned, changed=cleaned.text != adapter[name])
        adapter[name] = cleaned.text
        if isinstance(item, dict) or COLUMN in adapter.field_names():
            adapter[COLUMN] = cleaned.note
        return item

    def _record(self, cleaned: Guarded, *, changed: bool) -> None:
        self._count("documents")
        if changed:
            self._count("changed")
        if cleaned.failed:
            self._count("failed")
            logger.error("a text is kept as it came: %s", cleaned.note["error"])
        for name, edits in cleaned.note["counts"].items():
            self._count(f"edits/{name}", edits)

    def _count(self, name: str, value: int = 1) -> None:
        self.crawler.stats.inc_value(f"newsclean/{name}", value)
