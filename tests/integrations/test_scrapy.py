from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import newsclean
from newsclean import Document, Edit

pytest.importorskip("scrapy")

import scrapy
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.misc import load_object

from newsclean.integrations.scrapy import NewscleanPipeline
from tests.cases import FIXTURES, read

DIRTY = "Talks go on .<br>\n"
CLEAN = newsclean.clean(DIRTY)
COUNTS = newsclean.Pipeline().run(DIRTY).counts


class Item(scrapy.Item):  # type: ignore[misc]
    url = scrapy.Field()
    body = scrapy.Field()


class NotedItem(Item):
    newsclean = scrapy.Field()


@dataclass
class Article:
    body: str


@dataclass
class NotedArticle:
    body: str
    newsclean: dict[str, Any] = field(default_factory=dict)


def fussy(_: Document) -> Iterator[Edit]:
    raise ValueError("no talks")
    yield


def crawler_of(settings: dict[str, Any]) -> Any:
    """As much of a crawler as the pipeline uses; a whole one wants an event loop in some versions of Scrapy."""
    crawler = SimpleNamespace(settings=Settings(settings))
    crawler.stats = MemoryStatsCollector(crawler)
    return crawler


def make(**settings: Any) -> NewscleanPipeline:
    return NewscleanPipeline.from_crawler(crawler_of(settings))


def stats(pipeline: NewscleanPipeline) -> dict[str, int]:
    found = pipeline.crawler.stats.get_stats()
    return {name: value for name, value in found.items() if name.startswith("newsclean/")}


@pytest.mark.parametrize("kind", [dict, Item, NotedItem, Article, NotedArticle])
def test_an_item_comes_out_clean_in_its_place(kind: Any) -> None:
    item = kind(body=DIRTY)
    assert make().process_item(item) is item
    adapter = item if isinstance(item, dict | scrapy.Item) else vars(item)
    assert adapter["body"] == CLEAN
    if kind in (Item, Article):
        assert "newsclean" not in adapter
    else:
        assert adapter["newsclean"] == {"counts": COUNTS}


def test_the_text_is_where_the_settings_say() -> None:
    item = make(NEWSCLEAN_FIELD="lead").process_item({"lead": DIRTY, "body": DIRTY})
    assert (item["lead"], item["body"]) == (CLEAN, DIRTY)


def test_the_options_are_those_of_the_settings() -> None:
    item = make(NEWSCLEAN_OPTIONS={"select": ["markup"]}).process_item({"body": DIRTY})
    assert item["body"] == "Talks go on .\n"
    # On a command line, a setting is JSON.
    item = make(NEWSCLEAN_OPTIONS='{"select": ["markup"]}').process_item({"body": DIRTY})
    assert item["body"] == "Talks go on .\n"


@pytest.mark.parametrize("item", [{"price": 3}, {"body": None}, {"body": b"a  b"}, Item(url="x"), {}])
def test_an_item_without_a_text_passes(item: Any) -> None:
    pipeline = make()
    before = dict(item)
    assert pipeline.process_item(item) is item
    assert dict(item) == before
    assert stats(pipeline) == {"newsclean/without_text": 1}


def test_what_a_filter_fails_on_stays_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    pipeline = make(NEWSCLEAN_OPTIONS={"extend": [fussy]})
    item = pipeline.process_item({"body": DIRTY})
    assert item["body"] == DIRTY
    assert "no talks" in item["newsclean"]["error"]
    assert "no talks" in caplog.text
    assert stats(pipeline) == {"newsclean/documents": 1, "newsclean/failed": 1}


def test_edits_are_counted_by_filter() -> None:
    pipeline = make()
    pipeline.process_item({"body": DIRTY})
    pipeline.process_item({"body": "Clean.\n"})
    wanted = {f"newsclean/edits/{name}": edits for name, edits in COUNTS.items()}
    assert stats(pipeline) == {"newsclean/documents": 2, "newsclean/changed": 1, **wanted}


def test_the_settings_of_the_readme_clean() -> None:
    found = re.search(r"<!-- scrapy -->\n```python\n(.*?)```", read(FIXTURES.parent / "README.md"), re.DOTALL)
    assert found
    settings: dict[str, Any] = {}
    exec(found[1], settings)  # noqa: S102
    (named,) = settings["ITEM_PIPELINES"]
    pipeline = load_object(named).from_crawler(crawler_of(settings))
    assert pipeline.process_item({"body": DIRTY, "text": DIRTY})["body"] == CLEAN


def test_wrong_options_are_told_before_the_crawl() -> None:
    with pytest.raises(ValueError, match="captions must be"):
        make(NEWSCLEAN_OPTIONS={"captions": "lose"})


SPIDER = """
import scrapy

class Spider(scrapy.Spider):
    name = "articles"
    start_urls = ["PAGE"]
    custom_settings = {"ITEM_PIPELINES": {"newsclean.integrations.scrapy.NewscleanPipeline": 300}}

    def parse(self, response):
        yield {"body": response.css("pre::text").get()}
"""


def test_a_crawl(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<pre>Talks go on .&lt;br&gt;\n</pre>")
    (tmp_path / "spider.py").write_text(SPIDER.replace("PAGE", (tmp_path / "page.html").as_uri()))
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "runspider",
        "spider.py",
        "-O",
        "out.jsonl",
        "-s",
        "TELNETCONSOLE_ENABLED=0",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line) == {"body": CLEAN, "newsclean": {"counts": COUNTS}}
    assert "'newsclean/documents': 1" in done.stderr
    assert "ScrapyDeprecationWarning" not in done.stderr
