"""The command: options to arguments, errors to messages and exit codes, and nothing else.

Only click and what is cheap is imported here; everything else where it is needed.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import click

from newsclean import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsclean.batch.order import Order
    from newsclean.config import Settings
    from newsclean.run import Run

CLOSED_PIPE = 141  # what a shell says of a program that a closed pipe ended
INTERRUPTED = 130

EPILOG = """\b
Exit code: 0 done; 1 something would change (--check), or some files failed, or nothing is left of a
document that had words; 2 wrong use, or nothing could be done; 141 the output was closed.

Settings are read from newsclean.toml, or [tool.newsclean] in pyproject.toml, in the working folder or one
above it. Standard output is UTF-8.

\b
Completion of options and filters, for bash (also zsh, fish):
  eval "$(_NEWSCLEAN_COMPLETE=bash_source newsclean)"
"""


class _Failure(click.ClickException):
    """What could not be done at all."""

    exit_code = 2


def _joined(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    names = [[name.strip() for name in value.split(",") if name.strip()] for value in values]
    if not all(names):
        raise click.BadParameter("it is empty: name filters, a,b")
    return tuple(name for part in names for name in part)


def _complete_filters(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from newsclean.about import filter_names

    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in filter_names() if name.startswith(last)]


def _complete_rules(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from newsclean.about import rule_names

    return [name for name in rule_names() if name.startswith(incomplete)]


# What cannot be read is reported by the run, which goes on with the next file.
_PATH = click.Path(readable=False)

_filters: dict[str, Any] = {
    "multiple": True,
    "metavar": "FILTER",
    "callback": _joined,
    "shell_complete": _complete_filters,
}


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=_PATH)
@click.option("-o", "--output", type=_PATH, help="Write to this file, or into this folder.")
@click.option("--format", type=click.Choice(["text", "json", "jsonl"]), help="What comes out.  [default: text]")
@click.option("--in-place", is_flag=True, help="Put the clean text in the place of each file.")
@click.option("--backup", metavar="SUFFIX", help="With --in-place: keep the original under its name and this.")
@click.option("--diff", is_flag=True, help="Show what would change, as a unified diff; write nothing else.")
@click.option("--check", is_flag=True, help="Name the files that would change, and exit with 1 if there are any.")
@click.option("--select", **_filters, help="Run these filters alone: a,b or repeated.")
@click.option("--ignore", **_filters, help="Do not run these filters.")
@click.option("--extend", **_filters, help="Run these filters besides: bylines, or some of installed plug-ins.")
@click.option("--captions", type=click.Choice(["keep", "drop"]), help="Keep photo captions, or drop them all.")
@click.option(
    "--glue",
    type=click.Choice(["strict", "normal", "eager"]),
    help="How readily glued words are split.  [default: normal]",
)
@click.option("--aggressive", is_flag=True, help="Remove what is boilerplate most of the time, and prose at times.")
@click.option(
    "--rules", type=_PATH, multiple=True, metavar="FILE", help="Go by the rules in this file, or folder, too."
)
@click.option("--language", metavar="CODE", help="The language, as ISO 639-1 has it: en, es.  [default: guessed]")
@click.option("--encoding", metavar="NAME", help="The encoding of the input.  [default: found by looking]")
@click.option(
    "--input", type=click.Choice(["auto", "text", "html", "jsonl"]), help="What the input is.  [default: auto]"
)
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Into a folder: how many processes.  [default: the cores]"
)
@click.option("--include", multiple=True, metavar="GLOB", help="Of a folder: clean the files that fit this alone.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Of a folder: do not clean the files that fit this.")
@click.option("--follow-links", is_flag=True, help="Of a folder: follow the links that lead out of it.")
@click.option(
    "--text-field", metavar="NAME", help="Of data: the key or column with the text.  [default: text, body, ...]"
)
@click.option("--record", is_flag=True, help="Of data: add the whole record of each document, not its counts.")
@click.option(
    "--warc-as",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    help="Of WARC: what its texts are written as.  [default: jsonl]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=60.0,
    metavar="SECONDS",
    help="Give a document up after this; 0 for never.  [default: 60]",
)
@click.option("--max-failures", type=click.IntRange(0), metavar="N", help="Stop after more failures than these.")
@click.option("--max-bytes", type=click.IntRange(1), metavar="N", help="Refuse an input that unpacks to more bytes.")
@click.option(
    "--max-memory",
    type=click.IntRange(0),
    default=2 << 30,
    metavar="N",
    help="Give a document up that needs more bytes; 0 for no limit.  [default: 2 GiB]",
)
@click.option(
    "--resume/--force",
    default=True,
    help="Into a folder: go on by the ledger that is there, or do all again.  [default: resume]",
)
@click.option(
    "--summary",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Into a folder: how the summary is written.  [default: text]",
)
@click.option("--dask", metavar="ADDRESS", help="Clean on a Dask cluster: tcp://host:8786, or local:4 to start one.")
@click.option("--config", type=_PATH, help="Read the settings from this file.")
@click.option("--show-config", is_flag=True, help="Show the settings in force, and where each comes from.")
@click.option("--list-filters", is_flag=True, help="List the filters, in running order.")
@click.option(
    "--explain",
    metavar="RULE",
    shell_complete=_complete_rules,
    help="Say what a rule, or each rule of a filter, removes and why.",
)
@click.option("--check-rules", type=_PATH, metavar="FILE", help="Run the examples of a file of rules; say which fail.")
@click.option("--restore", type=_PATH, metavar="FILE.json", help="Rebuild the original from its JSON record.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say what was done to each document.")
@click.version_option(__version__, prog_name="newsclean")
@click.pass_context
def main(ctx: click.Context, /, **options: Any) -> None:
    """Clean scraped news text: of what the page and the scraper did to it, and of nothing else.

    Without PATH, or with -, it goes from standard input to standard output. Several files follow one another. What
    is in a folder goes under the same tree of the folder that -o names.
    """
    _refuse_empty(options)
    _refuse_clashes(options)
    _make_plain(options)
    with _reported(ctx):
        ctx.exit(_answer(options) if _is_question(options) else _clean(ctx, options))


def _refuse_empty(options: dict[str, Any]) -> None:
    # An unset variable of the shell must not mean the defaults, or the working folder.
    for option in ("output", "language", "encoding", "config", "restore", "check_rules"):
        if options[option] == "":
            raise click.UsageError(f"{_named(option)} is empty")
    if "" in (*options["paths"], *options["rules"]):
        raise click.UsageError("one PATH is empty")


def _refuse_clashes(options: dict[str, Any]) -> None:
    clashes = (
        ("in_place", "output"), ("in_place", "diff"), ("in_place", "check"), ("check", "output"), ("quiet", "verbose"),
        ("format", "in_place"), ("format", "diff"), ("format", "check"),
        ("check_rules", "paths"), ("check_rules", "restore"), ("check_rules", "output"), ("restore", "paths"),
        ("check_rules", "check"), ("check_rules", "diff"), ("check_rules", "in_place"), ("check_rules", "rules"),
        ("restore", "in_place"), ("restore", "diff"), ("restore", "check"),
    )  # fmt: skip
    for one, other in clashes:
        if options[one] and options[other] and not (other == "output" and options["diff"]):
            raise click.UsageError(f"{_named(one)} and {_named(other)} exclude each other")
    if options["backup"] is not None and not options["in_place"]:
        raise click.UsageError("--backup goes with --in-place")
    if options["backup"] == "" or os.sep in (options["backup"] or ""):
        raise click.UsageError("--backup needs a suffix, such as .orig")
    if options["in_place"] and (not options["paths"] or "-" in options["paths"]):
        raise click.UsageError("--in-place needs files")


def _make_plain(options: dict[str, Any]) -> None:
    from newsclean.storage import plain

    options["paths"] = tuple(map(plain, options["paths"]))
    options["output"] = options["output"] and plain(options["output"])


def _named(option: str) -> str:
    return "PATH" if option == "paths" else f"--{option.replace('_', '-')}"


def _is_question(options: dict[str, Any]) -> bool:
    return bool(options["list_filters"] or options["explain"] is not None or options["show_config"])


def _answer(options: dict[str, Any]) -> int:
    from newsclean.about import explain, list_filters

    if options["list_filters"]:
        click.echo(list_filters(), nl=False)
    elif options["explain"] is not None:
        click.echo(explain(options["explain"]), nl=False)
    else:
        click.echo(_settings(options).shown(), nl=False)
    return 0


def _settings(options: dict[str, Any]) -> Settings:
    from pathlib import Path

    from newsclean.config import KEYS, load

    file = Path(options["config"]) if options["config"] else None
    return load(Path.cwd(), {key: options.get(key) for key in KEYS}, file)


def _clean(ctx: click.Context, options: dict[str, Any]) -> int:
    if sys.stdout is None:
        raise _Failure("standard output is closed")
    stdin, stdout = sys.stdin.buffer if sys.stdin else BytesIO(), sys.stdout.buffer
    if not options["paths"] and not options["restore"] and not options["check_rules"] and stdin.isatty():
        click.echo(ctx.get_help())
        return 0
    from newsclean.run import Report, Run, check_rules, make_pipeline, restore

    report = Report(_say, level=0 if options["quiet"] else 2 if options["verbose"] else 1)
    output = None if options["output"] in {"-", "/dev/stdout"} else options["output"]
    if options["check_rules"]:
        check_rules(options["check_rules"], report)
    elif options["restore"]:
        restore(options["restore"], output, (stdin, stdout), report)
    else:
        settings = _settings(options)
        _dispatch(Run(settings, make_pipeline(settings), stdin, stdout, report), output, options)
    return report.exit_code


def _dispatch(run: Run, output: str | None, options: dict[str, Any]) -> None:
    from newsclean.files import names_folder
    from newsclean.storage import is_folder

    names = options["paths"] or ("-",)
    if options["in_place"]:
        run.in_place(names, options["backup"])
    elif options["diff"]:
        run.diff(names, output, colour=not output and _has_colour(), check=options["check"])
    elif options["check"]:
        run.check(names)
    elif output and (names_folder(output) or any(map(is_folder, (output, *names)))):
        run.to_folder(names, output, _order(options))
    elif run.has_lines(names):
        run.lines(names, output, _order(options))
    else:
        run.to_stream(names, output)


def _order(options: dict[str, Any]) -> Order:
    from dataclasses import fields

    from newsclean.batch.order import Order

    return Order(**{each.name: options[each.name] for each in fields(Order)})


def _has_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _say(message: str) -> None:
    click.echo(f"newsclean: {message}", err=True)


@contextmanager
def _reported(ctx: click.Context) -> Iterator[None]:
    """Turn what the library raises into messages and exit codes."""
    from newsclean.errors import NewscleanError
    from newsclean.render.visible import visible_line

    try:
        yield
    except NewscleanError as error:
        raise _Failure(visible_line(str(error))) from None
    except KeyboardInterrupt:
        ctx.exit(INTERRUPTED)
    except BrokenPipeError:
        # What is still buffered would be written, and would fail again, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        ctx.exit(CLOSED_PIPE)
    except OSError as error:
        raise _Failure(visible_line(f"{error.strerror or error}")) from None
