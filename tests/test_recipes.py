"""Each recipe of the README, run as it stands there, gives the texts that newsclean.clean gives."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import newsclean
from tests.cases import FIXTURES, read

RECIPES = dict(
    re.findall(r"<!-- recipe: (\w+) -->\n```python\n(.*?)```", read(FIXTURES.parent / "README.md"), re.DOTALL)
)
TEXTS = [
    *(read(path) for path in sorted(FIXTURES.glob("captions/*/dirty.txt"))[:20]),
    read(FIXTURES / "pipeline" / "kyrgyzstan" / "dirty.txt"),
    None,
    "",
]


def test_the_recipes_are_there() -> None:
    assert list(RECIPES) == ["pyspark", "ray", "duckdb", "polars", "datasets"]


@pytest.mark.parametrize("engine", RECIPES)
def test_the_recipe_cleans(engine: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip(engine)
    if engine == "pyspark" and not (shutil.which("java") or "JAVA_HOME" in os.environ):
        pytest.skip("Spark needs a Java runtime")
    import pyarrow as pa
    import pyarrow.parquet as pq

    articles = pa.table(
        {"id": range(len(TEXTS)), "text": pa.array(TEXTS, pa.string()), "tags": [["a", "b"]] * len(TEXTS)}
    )
    pq.write_table(articles, tmp_path / "articles.parquet", row_group_size=8)
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    command = [sys.executable, "-c", RECIPES[engine]]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=300)
    cleaned = sorted(pq.read_table(tmp_path / "clean.parquet").to_pylist(), key=lambda row: int(row["id"]))
    assert [{"id": row["id"], "tags": row["tags"]} for row in cleaned] == articles.select(["id", "tags"]).to_pylist()
    assert [row["text"] for row in cleaned] == [text and newsclean.clean(text, captions="drop") for text in TEXTS]
    assert [row["newsclean"] and json.loads(row["newsclean"])["counts"] for row in cleaned] == [
        None if text is None else newsclean.Pipeline(captions="drop").run(text).counts for text in TEXTS
    ]
