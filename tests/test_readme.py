"""The README says what the code says: options, filters, keys, the form of a rule, examples, before and after."""

import doctest
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

import newsclean
from newsclean.batch.names import FORMATS, PACKINGS
from newsclean.batch.plan import SUFFIXES
from newsclean.cli import main
from newsclean.filters import FILTERS
from newsclean.filters.glued_words import CONFIDENCE
from newsclean.render.record import schema
from newsclean.rules import Boilerplate, parse_rules
from newsclean.rules.check import failures
from tests.benchmarks.batches import FORMS
from tests.benchmarks.batches import HEADINGS as BATCH_HEADINGS
from tests.benchmarks.peers import HEADINGS
from tests.cases import FIXTURES, read

ROOT = Path(__file__).parent.parent
README = read(ROOT / "README.md")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def block(name: str) -> str:
    """The fenced block under the comment of this name."""
    found = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, name
    return found[1]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def option_row(option: click.Option, context: click.Context) -> list[str]:
    metavar = "" if option.is_flag else f" {option.make_metavar(context)}"
    names = [*option.opts[:-1], f"{option.opts[-1]}{metavar}", *option.secondary_opts]
    return [", ".join(f"`{name}`" for name in names).replace("|", "\\|"), (option.help or "").strip()]


def test_the_options_are_those_of_the_command() -> None:
    context = click.Context(main)
    options = [parameter for parameter in main.params if isinstance(parameter, click.Option)]
    assert rows(section("The command"))[1:] == [option_row(option, context) for option in options]


def test_the_filters_are_those_of_the_table_in_their_order() -> None:
    found = rows(section("The filters"))[1:]
    assert [row[0] for row in found] == [f"`{name}`" for name in FILTERS]
    assert all(len(row) == 3 and row[1] and row[2] for row in found)


def test_the_keys_are_those_of_the_schema() -> None:
    wanted = [[f"`{key}`", value["description"]] for key, value in schema()["properties"].items()]
    assert rows(section("The JSON"))[1:] == wanted


def test_the_options_of_the_library_are_those_of_clean() -> None:
    wanted = [name for name in newsclean.clean.__annotations__ if name not in {"text", "return"}]
    assert [row[0].strip("`") for row in rows(section("The library"))[1:]] == wanted


def test_the_layout_names_what_there_is() -> None:
    found = re.findall(r"`([\w./]+)`", " ".join(row[0] for row in rows(section("How the code is laid out"))))
    for name in found:
        assert (ROOT / name).exists() or (ROOT / "newsclean" / name).exists(), name
    named = {Path(name.rstrip("/")).name for name in found}
    folders = {path.parent.name for path in (ROOT / "newsclean").glob("*/*.py")}
    assert folders <= named


def test_the_rule_is_one_that_the_loader_takes() -> None:
    (rule,) = parse_rules(block("rule"), "README")
    assert rule.name == "README.promotions.harbour-letter"
    assert not list(failures([rule], lambda text, _: newsclean.clean(text, rules=[rule])))


def test_the_keys_of_a_rule_are_those_of_the_loader() -> None:
    told = {name for row in rows(section("Adding phrases or a language")) for name in re.findall(r"`(\w+)`", row[0])}
    assert told >= {each.name for each in fields(Boilerplate)} - {"pack", "id", "why", "removes", "keeps"}


def test_the_kinds_of_file_are_those_of_a_folder_run() -> None:
    assert f"({', '.join(f'`{suffix}`' for suffix in SUFFIXES)})" in section("The command")


def test_the_modes_of_glue_are_as_sure_as_the_code_says() -> None:
    wanted = ", ".join(f"{mode} {confidence}" for mode, confidence in CONFIDENCE.items())
    assert wanted in " ".join(section("Glued words").split())


def test_the_table_of_peers_is_the_benchmarks() -> None:
    table = rows(section("Glued words"))
    assert tuple(table[0]) == HEADINGS
    methods = [row[0] for row in table[1:]]
    assert all(any(mode in method for method in methods) for mode in CONFIDENCE)
    assert all(
        any(peer in method for method in methods) for peer in ("wordninja-enhanced", "wordsegment", "symspellpy")
    )


def test_the_formats_are_those_of_batches() -> None:
    names = [set(re.findall(r"`(\.\w+)`", row[0])) for row in rows(section("Batches").split("```")[0])[1:8]]
    texts, *others = names
    assert texts == set(SUFFIXES)
    assert others[-1] == set(PACKINGS)
    assert set().union(*others[:-1]) == {
        suffix for kind, suffixes in FORMATS.items() if kind not in {"text", "html"} for suffix in suffixes
    }


def test_the_extras_are_those_of_the_project() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    assert set(re.findall(r"newsclean\[(\w+)\]", README)) <= project["optional-dependencies"].keys()


def test_the_table_of_batches_is_the_benchmarks() -> None:
    table = rows(section("Batches").split("<!-- batches -->")[1])
    assert tuple(table[0]) == BATCH_HEADINGS
    assert {row[0] for row in table[1:]} == FORMS.keys()


def test_before_becomes_after() -> None:
    assert newsclean.clean(block("before")) == block("after")
    seed = read(FIXTURES / "pipeline" / "kyrgyzstan" / "dirty.txt")
    assert all(line in seed for line in block("before").splitlines())


def test_the_examples_run() -> None:
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert results.attempted
    assert not results.failed


def test_the_run_command_cleans_the_fixture(capfd: pytest.CaptureFixture[str]) -> None:
    named = re.search(r"newsclean (fixtures/\S+)", block("run"))
    assert named
    path = ROOT / named[1]
    with pytest.raises(SystemExit) as ended:
        main([str(path)])
    assert not ended.value.code
    assert capfd.readouterr().out == read(path.with_name("clean.txt"))
