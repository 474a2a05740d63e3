"""What the tests of batches share."""

import os
from pathlib import Path

import pytest

from newsclean.batch.names import PACKINGS
from tests.cases import FIXTURES

POISON = '''
import os, time

def poison(document):
    """Do what a filter must not."""
    if "POISON EXIT" in document.text:
        os._exit(3)
    if "POISON LOOP" in document.text:
        while True:
            pass
    if "POISON ERROR" in document.text:
        raise KeyError("no such word")
    if "POISON MEMORY" in document.text:
        bytearray(3 << 30)
    if "SLOWLY" in document.text:
        time.sleep(0.002)
    return []
'''


def _checked(name: str) -> str:
    if name == ".zst":
        pytest.importorskip("zstandard")
    return name


@pytest.fixture(params=["", *PACKINGS])
def packing(request: pytest.FixtureRequest) -> str:
    """How a file is packed, if it is."""
    return _checked(request.param)


@pytest.fixture(params=PACKINGS)
def packed(request: pytest.FixtureRequest) -> str:
    """How a file is packed."""
    return _checked(request.param)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, and an installed package that offers a filter which is poison."""
    package = tmp_path / "site"
    (package / "poison-1.0.dist-info").mkdir(parents=True)
    (package / "poison.py").write_text(POISON, encoding="utf-8")
    (package / "poison-1.0.dist-info" / "METADATA").write_text("Name: poison\nVersion: 1.0\n", encoding="utf-8")
    entry = "[newsclean.filters]\npoison = poison:poison\n"
    (package / "poison-1.0.dist-info" / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FIXTURES.parent), str(package)]))
    monkeypatch.chdir(tmp_path)
    return tmp_path
