import pytest
from hypothesis import settings

# The machine may be busy: how long an example takes says nothing.
settings.register_profile("newsclean", deadline=None)
settings.load_profile("newsclean")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write what comes out today as the clean.txt of every case that has one, if the invariants hold",
    )
