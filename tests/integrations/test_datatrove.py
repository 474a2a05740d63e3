from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import newsclean
from newsclean import Document, Edit

pytest.importorskip("datatrove")

from datatrove.data import Document as TroveDocument
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from newsclean.integrations.datatrove import NewscleanFormatter

TEXTS = ["Talks go on .\n", "Clean.\n", "A storm.<br>\n\n\n\nIt  goes on.\n"]


def fussy(document: Document) -> Iterator[Edit]:
    if "Talks" in document.text:
        raise ValueError("no talks")
    yield from ()


def run(block: Any) -> list[Any]:
    documents = (TroveDocument(text=text, id=str(at), metadata={"url": "x"}) for at, text in enumerate(TEXTS))
    return list(block.run(documents))


def test_documents_come_out_clean_with_notes() -> None:
    documents = run(NewscleanFormatter())
    assert [document.text for document in documents] == [newsclean.clean(text) for text in TEXTS]
    assert [document.id for document in documents] == ["0", "1", "2"]
    assert all(document.metadata["url"] == "x" for document in documents)
    counts = [json.loads(document.metadata["newsclean"])["counts"] for document in documents]
    assert counts == [newsclean.Pipeline().run(text).counts for text in TEXTS]


def test_what_a_filter_fails_on_stays_and_is_counted() -> None:
    block = NewscleanFormatter(extend=[fussy])
    first, *others = run(block)
    assert first.text == TEXTS[0]
    assert "no talks" in json.loads(first.metadata["newsclean"])["error"]
    assert [document.text for document in others] == [newsclean.clean(text) for text in TEXTS[1:]]
    stats = {name: block.stats[name].total for name in ("total", "changed", "failed")}
    assert stats == {"total": 3, "changed": 1, "failed": 1}


def test_edits_are_counted_by_filter() -> None:
    block = NewscleanFormatter(select=["whitespace"])
    documents = run(block)
    edits = sum(json.loads(document.metadata["newsclean"])["counts"].get("whitespace", 0) for document in documents)
    assert block.stats["edits_whitespace"].total == edits > 0


def test_it_formats_a_text_and_goes_to_a_worker() -> None:
    block = pickle.loads(pickle.dumps(NewscleanFormatter(select=["whitespace"])))  # noqa: S301
    assert block.format("Talks go on .\n") == "Talks go on.\n"


def test_wrong_options_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="captions must be"):
        NewscleanFormatter(captions="lose")


@pytest.mark.filterwarnings("default")  # of datatrove and what it imports
def test_a_run_over_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    lines = [json.dumps({"text": text, "id": str(at)}) + "\n" for at, text in enumerate(TEXTS)]
    (tmp_path / "in" / "a.jsonl").write_text("".join(lines))
    steps = [
        JsonlReader(str(tmp_path / "in")),
        NewscleanFormatter(),
        JsonlWriter(str(tmp_path / "out"), compression=None),
    ]
    LocalPipelineExecutor(steps, tasks=1, logging_dir=str(tmp_path / "logs")).run()
    written = [json.loads(line) for line in (tmp_path / "out" / "00000.jsonl").read_text().splitlines()]
    assert [row["text"] for row in written] == [newsclean.clean(text) for text in TEXTS]
    assert "counts" in json.loads(written[0]["metadata"]["newsclean"])
    stats = json.loads((tmp_path / "logs" / "stats.json").read_text())
    assert any("newsclean" in block["name"] and "changed" in block["stats"] for block in stats)
