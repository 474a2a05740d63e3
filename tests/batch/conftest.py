"""What the tests of batches share."""

import pytest

from newsclean.batch.streams import PACKINGS


@pytest.fixture(params=["", *PACKINGS])
def packing(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name == ".zst":
        pytest.importorskip("zstandard")
    return name
