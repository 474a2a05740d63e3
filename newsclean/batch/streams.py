"""Opening what is read and written as bytes: packed or not, within limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from types import ModuleType
from typing import IO, Any, BinaryIO, Protocol, cast

from newsclean.batch.names import packing_of
from newsclean.batch.records import Limits
from newsclean.errors import ReadError
from newsclean.storage import need, open_stored, reading, replacing

BUFFER = 1 << 20
# Even a small honest file may shrink a lot, and one of this size harms nobody.
HARMLESS = 16 << 20
_CHUNK = 1 << 16
# zstd gives all that a chunk unpacks to at once: a chunk this small gives 16 MB at the worst.
_ZSTD_CHUNK = 512
_ZSTD_WINDOW = 128 << 20
_XZ_MEMORY = 256 << 20

_DAMAGE = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, ValueError)


class _Member(Protocol):
    """What unpacks one member of a packed file, as the decompressors of bz2 and lzma do."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


@contextmanager
def open_read(path: str, limits: Limits | None = None) -> Iterator[BinaryIO]:
    """Open a file for reading from its beginning, unpacked where its name says that it is packed.

    Several members one after another are read as one. Raises ReadError where the file cannot be read, and from the
    reads where it is damaged or cut off, or unpacks to more than the limits allow; ConfigError where a package is
    missing.
    """
    with open_stored(path) as stored:
        packing = packing_of(path)
        packed = _Counted(stored, path)
        unpacked = _UNPACKERS[packing](io.BufferedReader(packed, _CHUNK)) if packing else packed
        guarded = _Guarded(unpacked, packed, path, limits or Limits())
        with io.BufferedReader(guarded, BUFFER) as stream:
            yield cast(BinaryIO, stream)


def stored_bytes(stream: BinaryIO) -> int:
    """Return how many bytes of a file that `open_read` opened were read so far, as it is stored."""
    return cast(_Guarded, cast(io.BufferedReader, stream).raw).packed.count


@contextmanager
def open_write(path: str) -> Iterator[BinaryIO]:
    """Open a file that is packed as its name says and there only once the block has ended well.

    The same bytes written give the same file, whenever and wherever. Raises WriteError, ConfigError.
    """
    with ExitStack() as stack:
        raw = stack.enter_context(replacing(path))
        packing = packing_of(path)
        yield stack.enter_context(_PACKERS[packing](raw)) if packing else raw


def concatenate(parts: Sequence[str], target: str) -> None:
    """Write files one after another into one that is packed as they are. Raises ReadError, WriteError, ConfigError.

    Packed members one after another are a packed file, so nothing is unpacked.
    """
    with replacing(target) as stream:
        for part in parts:
            with open_stored(part) as stored:
                copy(stored, stream)


class _Counted(io.RawIOBase):
    """The stored bytes, counted, and failures of the storage told from damage in what is stored."""

    def __init__(self, stream: BinaryIO, path: str) -> None:
        self.stream, self.path, self.count = stream, path, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with reading(self.path):
            data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Guarded(io.RawIOBase):
    """The unpacked bytes, up to what the limits allow."""

    def __init__(self, stream: Any, packed: _Counted, path: str, limits: Limits) -> None:
        self.stream, self.packed, self.path, self.limits, self.count = stream, packed, path, limits, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            count: int = self.stream.readinto(buffer)
        except EOFError:
            raise ReadError(f"{self.path} is cut off: its packed data has no end") from None
        except _damage() as error:
            raise ReadError(f"{self.path} is damaged: {error}") from None
        self.count += count
        self._check()
        return count

    def _check(self) -> None:
        if self.count > self.limits.expanded:
            raise ReadError(f"{self.path} is larger than {self.limits.expanded} bytes: raise --max-bytes to read it")
        # The name says that it is packed, so what is stored is less than what is read.
        if self.stream is not self.packed and self.count > max(HARMLESS, self.packed.count * self.limits.ratio):
            raise ReadError(f"{self.path} unpacks to more than {self.limits.ratio} times its size: it may be a bomb")


class _Members(io.RawIOBase):
    """What the members of a packed file hold, one after another, in bounded memory."""

    def __init__(self, stream: BinaryIO, new: Callable[[], _Member], chunk: int = _CHUNK) -> None:
        self.stream, self.new, self.chunk = stream, new, chunk
        self.member: _Member | None = None
        self.ready = memoryview(b"")
        self.count = 0  # of members that have begun

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.ready and self._advance(len(buffer)):
            pass
        piece = self.ready[: len(buffer)]
        buffer[: len(piece)] = piece
        self.ready = self.ready[len(piece) :]
        return len(piece)

    def _advance(self, size: int) -> bool:
        """Unpack a little more, and tell whether there may be more still."""
        data = b""
        if self.member is None or self.member.eof:
            data = self._start()
            if not data:
                return False
        elif self.member.needs_input:
            data = self.stream.read(self.chunk)
            if not data:
                raise EOFError
        assert self.member is not None  # noqa: S101  # _start has made one
        self.ready = memoryview(self.member.decompress(data, size))
        return True

    def _start(self) -> bytes:
        data = self.member.unused_data if self.member else b""
        while True:
            # Zeros between members and at the end are padding.
            data = data.lstrip(b"\0") if self.count else data
            if data:
                break
            data = self.stream.read(self.chunk)
            if not data:
                return b""
        self.member = self.new()
        self.count += 1
        return data


class _ZstdMember:
    """A member of zstd with the manners of the others."""

    def __init__(self) -> None:
        zstandard = need("zstandard", "zstd")
        self._member = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._member.unused_data)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002  # it knows no length
        unpacked: bytes = self._member.decompress(data)
        return unpacked


def _gunzip(stream: BinaryIO) -> Any:
    igzip = _installed("isal.igzip")
    return igzip.IGzipFile(fileobj=stream, mode="rb") if igzip else gzip.GzipFile(fileobj=stream, mode="rb")


def _zstd_writer(raw: BinaryIO) -> Any:
    return need("zstandard", "zstd").ZstdCompressor(write_checksum=True).stream_writer(raw, closefd=False)


_UNPACKERS: dict[str, Callable[[Any], Any]] = {
    ".gz": _gunzip,
    ".bz2": lambda stream: _Members(stream, bz2.BZ2Decompressor),
    ".xz": lambda stream: _Members(stream, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
    ".zst": lambda stream: _Members(stream, _ZstdMember, _ZSTD_CHUNK),
}
_PACKERS: dict[str, Callable[[Any], Any]] = {
    # No name and no time in the header, nor a library that packs otherwise: the same input gives the same bytes.
    ".gz": lambda raw: gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0),
    ".bz2": lambda raw: bz2.BZ2File(raw, "wb"),
    ".xz": lambda raw: lzma.LZMAFile(raw, "wb"),  # noqa: SIM115
    ".zst": _zstd_writer,
}


def _damage() -> tuple[type[BaseException], ...]:
    zstandard, isal = _installed("zstandard"), _installed("isal.isal_zlib")
    own = ([zstandard.ZstdError] if zstandard else []) + ([isal.error] if isal else [])
    return (*_DAMAGE, *own, OSError)


def _installed(module: str) -> ModuleType | None:
    try:
        return import_module(module)
    except ImportError:
        return None


def unpack(path: str, target: IO[bytes], limits: Limits) -> None:
    """Write what a packed file holds to a stream, and go back to its beginning. Raises as `open_read` does."""
    with open_read(path, limits) as stream:
        copy(stream, target)
    target.seek(0)


def copy(source: IO[bytes], target: IO[bytes]) -> None:
    """Write all that is left of one stream to another."""
    while piece := source.read(BUFFER):
        target.write(piece)
