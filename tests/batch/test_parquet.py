import datetime as dt
import decimal
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from newsclean.batch.formats import join_parts, parquet, read_records, shards_of, write_part
from newsclean.batch.records import Limits, Record, Shard
from newsclean.batch.streams import open_write
from newsclean.errors import ReadError
from tests.batch.test_formats import NOTE, cleaned, converted, faults, records

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

NOTE_SPELLED = '{"changes":1,"words":["é"]}'


def stored(path: Path, table: Any, rows: int = 1000, **options: Any) -> str:
    with open_write(str(path)) as stream:
        pq.write_table(table, stream, row_group_size=rows, **options)
    return str(path)


def rich(count: int) -> Any:
    """A table of types that Python's own do not hold."""
    return pa.table(
        {
            "id": pa.array(range(count), pa.uint64()),
            "body": pa.array([f"Ad. text {number}" for number in range(count)]),
            "when": pa.array(
                [1_700_000_000_000_000_001 + number for number in range(count)], pa.timestamp("ns", "UTC")
            ),
            "price": pa.array([decimal.Decimal("1.10")] * count, pa.decimal128(30, 2)),
            "tags": pa.array([["a", None]] * count, pa.list_(pa.string())),
            "who": pa.array([{"name": "x", "n": 1.5}] * count),
            "kind": pa.array(["news"] * count).dictionary_encode(),
            "raw": pa.array([b"\xff"] * count, pa.binary()),
            "day": pa.array([dt.date(2024, 1, 1)] * count),
        },
    ).replace_schema_metadata({"made by": "a test"})


def test_all_other_columns_are_the_same(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.parquet", rich(2500), compression="zstd")
    out = pq.read_table(converted(path, tmp_path / "b.parquet"))
    source = pq.read_table(path)
    assert out.column_names == [*source.column_names, "newsclean"]
    assert out.drop_columns(["body", "newsclean"]).equals(source.drop_columns(["body"]), check_metadata=True)
    assert out["body"].to_pylist() == [f"text {number}" for number in range(2500)]
    assert set(out["newsclean"].to_pylist()) == {NOTE_SPELLED}
    assert pq.ParquetFile(tmp_path / "b.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_packed_parquet(tmp_path: Path, packed: str) -> None:
    path = stored(tmp_path / f"a.parquet{packed}", rich(10))
    assert shards_of(path, "parquet", 1, total=7) == [Shard(path, "parquet", stored=7)]
    assert [record.place for record in records(path)][-1] == "row 10"
    assert len(records(converted(path, tmp_path / f"b.parquet{packed}"))) == 10
    with pytest.raises(ReadError, match="--max-bytes"):
        list(read_records(Shard(path, "parquet"), limits=Limits(expanded=100)))


@pytest.mark.parametrize("size", [1, 20_000, 60_000, 1 << 30])
def test_every_row_once_for_any_shards(tmp_path: Path, size: int) -> None:
    path = stored(tmp_path / "a.parquet", rich(2500), rows=200)
    shards = list(shards_of(path, "parquet", size, total=1000))
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert 1000 - len(shards) < sum(shard.stored for shard in shards) <= 1000
    found = [record for shard in shards for record in read_records(shard)]
    assert [record.text for record in found] == [f"Ad. text {number}" for number in range(2500)]
    assert [record.place for record in found] == [f"row {number + 1}" for number in range(2500)]
    out = pq.read_table(converted(path, tmp_path / "b.parquet", size=size))
    assert out["id"].to_pylist() == list(range(2500))
    assert out["body"].to_pylist() == [f"text {number}" for number in range(2500)]


def test_shards_are_of_about_the_size(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.parquet", rich(1000), rows=100)
    assert [(shard.start, shard.stop) for shard in shards_of(path, "parquet", 1)] == [(n, n + 1) for n in range(10)]
    group = pq.ParquetFile(path).metadata.row_group(0).total_byte_size
    assert [(s.start, s.stop) for s in shards_of(path, "parquet", 3 * group - 200)] == [(0, 3), (3, 6), (6, 9), (9, 10)]
    assert shards_of(path, "parquet", 100 * group) == [Shard(path, "parquet")]


def test_rows_that_failed_are_left_out(tmp_path: Path) -> None:
    texts = ["Ad. a", None, "x" * 300, "Ad. b", None]
    path = stored(tmp_path / "a.parquet", pa.table({"n": range(5), "text": texts}), rows=2)
    found = records(path, Limits(record=200))
    assert faults(found) == [("row 2", "no-text"), ("row 3", "too-long"), ("row 5", "no-text")]
    assert json.loads(found[1].raw) == {"n": 1, "text": None}
    write_part(str(tmp_path / "b.parquet"), "parquet", cleaned(found), shard=Shard(path, "parquet"))
    assert pq.read_table(tmp_path / "b.parquet").to_pylist() == [
        {"n": 0, "text": "a", "newsclean": NOTE_SPELLED},
        {"n": 3, "text": "b", "newsclean": NOTE_SPELLED},
    ]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.string())]
)
def test_types_of_text(tmp_path: Path, kind: Any) -> None:
    values = (
        pa.array(["Ad. é", "b", None]).cast(kind) if not pa.types.is_binary(kind) else [b"Ad. \xc3\xa9", b"b", None]
    )
    path = stored(tmp_path / "a.parquet", pa.table({"text": pa.array(values, kind)}))
    assert [record.text for record in records(path)] == ["Ad. é", "b", None]
    column = pq.read_table(converted(path, tmp_path / "b.parquet"))["text"]
    assert column.cast(pa.string()).to_pylist() == ["é", "b"]
    assert column.type == (pa.string() if pa.types.is_dictionary(kind) else kind)


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    bad = pa.array([b"a", b"\xff", b"b"]).cast(pa.binary()).view(pa.string())
    path = stored(tmp_path / "a.parquet", pa.table({"x": bad, "text": bad}))
    found = records(path)
    assert [(record.text, record.reason) for record in found] == [("a", ""), (None, "encoding"), ("b", "")]
    assert found[1].raw == b"\xff"


def test_which_column(tmp_path: Path) -> None:
    table = pa.table({"text": [1, 2], "Content": ["a", "b"], "story": ["c", "d"]})
    path = stored(tmp_path / "a.parquet", table)
    assert [record.key for record in records(path)] == ["Content", "Content"]
    assert [record.text for record in records(path, text_field="story")] == ["c", "d"]
    assert faults(records(path, text_field="text")) == [("row 1", "no-text"), ("row 2", "no-text")]
    assert records(path)[0].fields == {"text": 1, "Content": "a", "story": "c"}


def test_a_note_of_before_is_replaced(tmp_path: Path) -> None:
    path = converted(stored(tmp_path / "a.parquet", rich(3)), tmp_path / "b.parquet")
    again = pq.read_table(converted(path, tmp_path / "c.parquet"))
    assert again.equals(pq.read_table(path))


def test_nothing_cleaned_and_no_rows(tmp_path: Path) -> None:
    for table in (pa.table({"n": [1, 2]}), rich(0)):
        path = stored(tmp_path / "a.parquet", table)
        out = pq.read_table(converted(path, tmp_path / "b.parquet"))
        assert (out.num_rows, out.column_names) == (0, [*table.column_names, "newsclean"])


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1 no such thing PAR1", b"x" * 1000])
def test_files_that_are_no_parquet(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(data)
    with pytest.raises(ReadError, match=r"a\.parquet is no Parquet file"):
        shards_of(str(tmp_path / "a.parquet"), "parquet", 1)
    with pytest.raises(ReadError, match=r"a\.parquet is no Parquet file"):
        records(str(tmp_path / "a.parquet"))


def test_a_damaged_row_group(tmp_path: Path) -> None:
    path = Path(stored(tmp_path / "a.parquet", rich(2000), rows=1000, compression="zstd", use_dictionary=False))
    data = bytearray(path.read_bytes())
    at = pq.ParquetFile(path).metadata.row_group(1).column(1).data_page_offset
    data[at : at + 400] = b"\xff" * 400
    path.write_bytes(data)
    found: list[Record] = []
    with pytest.raises(ReadError, match="damaged in row group 1"):
        found.extend(read_records(Shard(str(path), "parquet")))
    assert [record.text for record in found] == [f"Ad. text {number}" for number in range(1000)]


def test_row_groups_are_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(tmp_path / "a.parquet", rich(3000), rows=10)
    groups = pq.ParquetFile(converted(path, tmp_path / "b.parquet")).metadata
    assert (groups.num_row_groups, groups.num_rows) == (1, 3000)
    monkeypatch.setattr(parquet, "_WRITE", 50_000)
    assert pq.ParquetFile(converted(path, tmp_path / "c.parquet")).metadata.num_row_groups > 3


def test_a_large_row_group_is_read_in_pieces(tmp_path: Path) -> None:
    table = pa.table({"text": [f"{number}" * 40_000 for number in range(1000, 2000)]})
    path = stored(tmp_path / "a.parquet", table, rows=1000, use_dictionary=False, write_batch_size=16)
    before = pa.total_allocated_bytes()
    peak = 0
    for number, record in enumerate(read_records(Shard(path, "parquet"))):
        assert record.text == f"{number + 1000}" * 40_000
        peak = max(peak, pa.total_allocated_bytes() - before)
    assert table.nbytes > 160_000_000
    assert peak < 64 << 20


def test_parts_of_one_schema(tmp_path: Path) -> None:
    # Of the first shard nothing is cleaned, of the second all.
    texts = pa.array([None, "Ad. b"]).dictionary_encode()
    path = stored(tmp_path / "a.parquet", pa.table({"text": texts}), rows=1)
    out = pq.read_table(converted(path, tmp_path / "b.parquet", size=1))
    assert out["text"].to_pylist() == ["b"]


def test_parts_far_away(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    local = stored(tmp_path / "a.parquet", rich(5))
    write_part("memory://parquet/0.parquet", "parquet", cleaned(records(local)), shard=Shard(local, "parquet"))
    join_parts(
        "parquet", ["memory://parquet/0.parquet"] * 2, "memory://parquet/all.parquet", shard=Shard(local, "parquet")
    )
    assert _texts(records("memory://parquet/all.parquet")) == [f"text {number}" for number in range(5)] * 2


def _texts(found: Sequence[Record]) -> list[str | None]:
    return [record.text for record in found]


def test_the_note_is_json(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.parquet", rich(1))
    assert json.loads(pq.read_table(converted(path, tmp_path / "b.parquet"))["newsclean"][0].as_py()) == NOTE
