import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write what comes out today as the clean.txt of every case that has one, if the invariants hold",
    )
