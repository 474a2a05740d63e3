import bz2
import gzip
import io
import lzma
import sys
from pathlib import Path

import pytest

from newsclean.batch.names import is_packed, packing_of, unpacked_name, unpacked_suffix
from newsclean.batch.records import Limits
from newsclean.batch.streams import concatenate, open_read, open_write
from newsclean.errors import ConfigError, ReadError, WriteError
from newsclean.storage import is_remote, size_of

TEXT = "".join(f"{number}: The storm hit the coast.\n" for number in range(5000)).encode()


def written(path: Path, data: bytes) -> str:
    with open_write(str(path)) as stream:
        stream.write(data)
    return str(path)


def read(path: str, limits: Limits | None = None) -> bytes:
    with open_read(path, limits) as stream:
        return stream.read()


def read_in_pieces(path: str, limits: Limits, pieces: list[int]) -> None:
    with open_read(path, limits) as stream:
        while data := stream.read(1 << 16):
            pieces.append(len(data))


def fail_to_write(path: str) -> None:
    with open_write(path) as stream:
        stream.write(TEXT)
        raise KeyError


def without(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.parametrize("data", [b"", b"a", TEXT])
def test_what_is_written_is_read(tmp_path: Path, packing: str, data: bytes) -> None:
    assert read(written(tmp_path / f"a.jsonl{packing}", data)) == data


def test_packed_files_are_what_they_are_called(tmp_path: Path) -> None:
    assert gzip.decompress(Path(written(tmp_path / "a.gz", TEXT)).read_bytes()) == TEXT
    assert bz2.decompress(Path(written(tmp_path / "a.bz2", TEXT)).read_bytes()) == TEXT
    assert lzma.decompress(Path(written(tmp_path / "a.xz", TEXT)).read_bytes()) == TEXT
    zstandard = pytest.importorskip("zstandard")
    stored = Path(written(tmp_path / "a.zst", TEXT)).read_bytes()
    assert zstandard.ZstdDecompressor().decompressobj().decompress(stored) == TEXT
    assert len(stored) < len(TEXT) / 2


def test_the_same_bytes_give_the_same_file(tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Path(written(tmp_path / f"a{packing}", TEXT)).read_bytes()
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert Path(written(tmp_path / f"other{packing}", TEXT)).read_bytes() == first


def test_members_one_after_another(tmp_path: Path, packing: str) -> None:
    parts = [written(tmp_path / f"{name}{packing}", data) for name, data in [("a", TEXT), ("b", b""), ("c", b"end")]]
    concatenate(parts, str(tmp_path / f"all{packing}"))
    assert read(str(tmp_path / f"all{packing}")) == TEXT + b"end"


def test_padding_between_members(tmp_path: Path, packed: str) -> None:
    path = Path(written(tmp_path / f"a{packed}", TEXT))
    stored = path.read_bytes()
    path.write_bytes(stored + bytes(4) + stored + bytes(8))
    assert read(str(path)) == TEXT * 2


def test_without_isal_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(written(tmp_path / "a.gz", TEXT))
    without(monkeypatch, "isal", "isal.igzip", "isal.isal_zlib")
    assert read(str(path)) == TEXT
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReadError, match="cut off"):
        read(str(path))


def test_a_file_that_is_cut_off(tmp_path: Path, packed: str) -> None:
    path = Path(written(tmp_path / f"a{packed}", TEXT))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ReadError, match=r"a\.\w+ is cut off"):
        read(str(path))


@pytest.mark.parametrize("at", [0, 200])
def test_a_file_that_is_damaged(tmp_path: Path, packed: str, at: int) -> None:
    path = Path(written(tmp_path / f"a{packed}", TEXT))
    stored = path.read_bytes()
    path.write_bytes(stored[:at] + b"no such bytes, no such bytes" + stored[at + 28 :])
    with pytest.raises(ReadError, match=r"a\.\w+ is (damaged|cut off)"):
        read(str(path))


def test_a_bomb(tmp_path: Path, packed: str) -> None:
    path = written(tmp_path / f"a{packed}", bytes(80 << 20))
    assert Path(path).stat().st_size < 100_000
    pieces: list[int] = []
    with pytest.raises(ReadError, match="unpacks to more than 100 times its size"):
        read_in_pieces(path, Limits(ratio=100), pieces)
    assert sum(pieces) <= 40 << 20


def test_a_small_file_may_shrink_a_lot(tmp_path: Path, packed: str) -> None:
    path = written(tmp_path / f"a{packed}", bytes(1 << 20))
    assert len(read(path, Limits(ratio=2))) == 1 << 20


def test_the_limit_of_the_size(tmp_path: Path, packing: str) -> None:
    path = written(tmp_path / f"a{packing}", TEXT)
    assert read(path, Limits(expanded=len(TEXT))) == TEXT
    with pytest.raises(ReadError, match="--max-bytes"):
        read(path, Limits(expanded=len(TEXT) - 1))


def test_nothing_is_left_of_what_failed(tmp_path: Path, packing: str) -> None:
    with pytest.raises(KeyError):
        fail_to_write(str(tmp_path / f"a{packing}"))
    assert not list(tmp_path.iterdir())


def test_places_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.gz cannot be read: No such file"):
        read(str(tmp_path / "none.gz"))
    with pytest.raises(ReadError, match="cannot be read"):
        read(str(tmp_path))
    with pytest.raises(ReadError, match="cannot be read"):
        size_of(str(tmp_path / "none"))
    with pytest.raises(WriteError, match="missing"):
        written(tmp_path / "none" / "a.gz", b"")


def test_names() -> None:
    assert [packing_of(name) for name in ("a.gz", "a.BZ2", "a.xz", "a.zst", "a.tgz", "gz")] == [
        ".gz", ".bz2", ".xz", ".zst", "", "",
    ]  # fmt: skip
    assert is_packed("https://a.org/b.csv.gz?sign=1")
    assert not is_packed("https://a.org/b.csv?as=c.gz")
    assert [unpacked_suffix(name) for name in ("/a.b/c", "a.warc.GZ", ".gz", "a.json")] == ["", ".warc", "", ".json"]
    assert unpacked_name("/a/b.html.gz") == "b.html"
    assert [is_remote(name) for name in ("gs://a/b", "a/b://c", "C:\\a")] == [True, False, False]


def test_missing_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zst").write_bytes(b"(\xb5/\xfd")
    without(monkeypatch, "zstandard", "fsspec")
    with pytest.raises(ConfigError, match=r"zstandard is missing: pip install 'newsclean\[zstd\]'"):
        read(str(tmp_path / "a.zst"))
    with pytest.raises(ConfigError, match=r"newsclean\[zstd\]"):
        written(tmp_path / "b.zst", b"")
    assert not (tmp_path / "b.zst").exists()
    for act in (read, size_of, lambda path: written(path, b"")):
        with pytest.raises(ConfigError, match=r"fsspec is missing: pip install 'newsclean\[remote\]'"):
            act("s3://bucket/a.jsonl")


def test_remote_files(packing: str) -> None:
    fsspec = pytest.importorskip("fsspec")
    path = f"memory://streams/a.jsonl{packing}"
    with open_write(path) as stream:
        stream.write(TEXT)
    assert read(path) == TEXT
    assert size_of(path) == fsspec.filesystem("memory").size("/streams/a.jsonl" + packing)
    with pytest.raises(ReadError, match="larger than"):
        read(path, Limits(expanded=10))


def test_nothing_is_left_of_what_failed_far_away() -> None:
    fsspec = pytest.importorskip("fsspec")
    with pytest.raises(KeyError):
        fail_to_write("memory://streams/failed.gz")
    assert not fsspec.filesystem("memory").exists("/streams/failed.gz")


def test_a_protocol_that_nothing_knows() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(ReadError, match="Protocol not known"):
        read("nonsense://a/b")


def test_a_protocol_whose_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    without(monkeypatch, "s3fs", "fsspec.implementations.s3")
    with pytest.raises(ConfigError, match=r"s3fs.*pip install 'newsclean\[remote\]'"):
        read("s3://bucket/a")


def test_a_zstd_member_of_huge_window_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("zstandard")
    # A frame header that asks for a window of 3.75 TB.
    (tmp_path / "a.zst").write_bytes(b"\x28\xb5\x2f\xfd\x00\xff" + bytes(100))
    with pytest.raises(ReadError, match="damaged"):
        read(str(tmp_path / "a.zst"))


def test_failures_of_the_disk_are_told_from_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error", size)

    path = written(tmp_path / "a.gz", TEXT)
    monkeypatch.setattr(Path, "open", lambda *_: Broken())
    with pytest.raises(ReadError, match=r"a\.gz cannot be read: Input/output error"):
        read(path)
