import subprocess
import sys

import pytest

from tests.cases import FIXTURES

HEAVY = {"bs4", "lxml", "ftfy", "regex", "rapidfuzz", "charset_normalizer", "wordfreq"}


def loaded(code: str, stdin: bytes = b"") -> set[str]:
    """The top-level modules that a new interpreter has loaded after the code."""
    report = "import sys; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], input=stdin, capture_output=True, cwd=FIXTURES.parent, check=True
    )
    return set(done.stderr.decode().splitlines()[-1].split())


def command(*arguments: str) -> str:
    return f"from newsclean.cli import main; main({list(arguments)!r}, standalone_mode=False)"


def test_import_loads_the_package_alone() -> None:
    modules = loaded("import newsclean")
    assert not modules & {*HEAVY, "click", "json", "newsclean.pipeline", "newsclean.filters"}


def test_version_loads_click_alone() -> None:
    modules = loaded(command("--version"))
    assert "click" in modules
    assert not modules & {*HEAVY, "newsclean.pipeline", "newsclean.filters", "newsclean.config", "newsclean.run"}


@pytest.mark.parametrize("arguments", [(), ("--check",), ("--list-filters",)])
def test_clean_text_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    text = b"The talks in the capital went on. They are to end on Friday.\n"
    assert not loaded(command(*arguments), text) & {"bs4", "lxml", "ftfy", "charset_normalizer", "wordfreq"}


def test_text_needs_neither_html_nor_json() -> None:
    modules = loaded(command("--select", "whitespace"), b"a  b")
    assert not modules & {
        "newsclean.readers.html",
        "newsclean.render.record",
        "newsclean.render.diff",
        "newsclean.batch",
    }


def test_arrow_waits_for_the_first_batch() -> None:
    assert not loaded("import newsclean.arrow") & {*HEAVY, "pyarrow", "newsclean.pipeline", "newsclean.filters"}
