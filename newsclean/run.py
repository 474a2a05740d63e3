"""A run of the command: read each input, clean it, write what became of it, and keep count of what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from newsclean.config import COMMAND_LINE, Settings
from newsclean.errors import ConfigError, FilterError, NewscleanError, ReadError, TooManyFailuresError, WriteError
from newsclean.files import names_folder, refuse_inputs, write, write_copy
from newsclean.filters import find_filter
from newsclean.pipeline import Pipeline, Result
from newsclean.readers import Source, read
from newsclean.render import Renderer, renderer
from newsclean.render.visible import visible_line
from newsclean.rules import Attribution, Boilerplate, Prose, Rule, RuleError, load_all
from newsclean.rules.book import RuleBook, make_book, shipped_book
from newsclean.storage import STANDARD_INPUT, is_folder, is_remote, read_bytes, replacing

if TYPE_CHECKING:
    from newsclean.batch.ledger import Failure
    from newsclean.batch.order import Order
    from newsclean.batch.work import Options

MOST_NAMES = 20  # of those that failed, in one line

Act = Callable[[Source, Result], None]


@dataclass
class Report:
    """What a run says, line by line, to `say`, and what its exit code comes from.

    `level` is 0 for errors alone, 1 for warnings too, 2 for a line about every document.
    """

    say: Callable[[str], None]
    level: int = 1
    done: int = 0
    failed: int = 0
    first_failed: list[str] = field(default_factory=list)  # the names of some
    emptied: bool = False
    would_change: bool = False

    @property
    def exit_code(self) -> int:
        """0: done. 1: some failed, or lost all their words, or would change. 2: nothing could be done."""
        if self.failed and not self.done:
            return 2
        return int(bool(self.failed) or self.emptied or self.would_change)

    def note(self, message: str, level: int = 1) -> None:
        """Say something, where the level asks for it."""
        if self.level >= level:
            self.say(message)

    def fail(self, name: str, error: NewscleanError) -> None:
        """Note that a document could not be cleaned, and why."""
        self.failed += 1
        if self.failed <= MOST_NAMES:
            self.first_failed.append(name)
        self.say(f"error: {visible_line(name)}: {visible_line(str(error).removeprefix(f'{name} '))}")

    def fail_to_look(self, error: OSError) -> None:
        """Note that a folder, or a file in it, could not be looked at."""
        self.fail(str(error.filename), ReadError(f"this cannot be read: {error.strerror or error}"))

    def succeed(self, source: Source, result: Result) -> None:
        """Note that a document was cleaned, and what its owner should look at."""
        self.emptied |= result.emptied
        self.tell_of(source.name, warnings_of(source, result), len(result.changes), result.counts)

    def tell_of(self, path: str, warnings: Iterable[str], changes: int, counts: Mapping[str, int]) -> None:
        """Note that the document of a path was cleaned, with warnings, and with so many changes by filter."""
        self.done += 1
        name = visible_line(path)
        for warning in warnings:
            self.note(f"warning: {name}: {warning}")
        listed = ", ".join(f"{step} {count}" for step, count in counts.items())
        self.note(f"{name}: {changes} changes{f' ({listed})' if listed else ''}", level=2)

    def finish(self) -> None:
        """Say, after several documents, which of them failed."""
        total = self.done + self.failed
        if self.failed and total > 1:
            names = [*map(visible_line, self.first_failed), *(["…"] if self.failed > MOST_NAMES else [])]
            self.say(f"{self.failed} of {total} documents failed: {', '.join(names)}")


@dataclass(frozen=True)
class Run:
    """What a run works with: the settings, the streams of the process, and the report.

    The methods that clean raise NewscleanError where nothing can be begun; an input that fails is reported, and the
    next one follows.
    """

    settings: Settings
    pipeline: Pipeline
    stdin: BinaryIO
    stdout: BinaryIO
    report: Report

    def to_stream(self, names: Sequence[str], output: str | None, render: Renderer | None = None) -> None:
        """Write what the inputs became one after another, to a file or to standard output."""
        if output is None:
            refuse_inputs([_number(self.stdout)], [_number(self.stdin), *names])
            self._each(names, self._writing(self.stdout, render or self._renderer(names)))
            return
        refuse_inputs([output], [_number(self.stdin), *names])
        try:
            with replacing(output) as stream:
                self._each(names, self._writing(stream, render or self._renderer(names)))
                if self.report.failed and not self.report.done:
                    raise _NothingDoneError
        except _NothingDoneError:
            return  # every failure has been reported, and the file that was there is left

    def to_folder(self, names: Sequence[str], folder: str, order: Order) -> None:
        """Write what each input became under its own name; what is in a folder, under the same tree.

        Many inputs, and large ones, are cleaned by several workers, and a ledger in the folder says what is done.
        """
        from newsclean.batch.order import carry_out

        if STANDARD_INPUT in names and self.settings.input != "jsonl":
            raise WriteError("standard input has no name to be written under: give -o FILE, or --input jsonl")
        if any(place.startswith("memory://") for place in (*names, folder)):
            raise ConfigError("each process has a memory:// of its own: give a place that all of them see")
        paths = [name if is_remote(name) or name == STANDARD_INPUT else str(Path(name)) for name in names]
        carry_out(order, self.settings, paths, folder, self.stdin, self.report)

    def lines(self, names: Sequence[str], output: str | None, order: Order) -> None:
        """Write what each line of JSON Lines became, to a file or to standard output."""
        from newsclean.batch.order import options_of
        from newsclean.batch.pool import memory_limit
        from newsclean.batch.streams import open_write

        if self.settings.format != "text" or order.summary != "text":
            raise ConfigError("JSON Lines come out as JSON Lines, and nothing else does: --record, or -o FOLDER/")
        refuse_inputs([_number(self.stdout) if output is None else output], [_number(self.stdin), *names])
        options = options_of(order, self.settings)
        try:
            with (
                open_write(output) if output else nullcontext(self.stdout) as target,
                memory_limit(order.max_memory or None),
            ):
                for name in names:
                    self._clean_lines(name, target, options, order.max_failures, at_once=output is None)
                if self.report.failed and not self.report.done:
                    raise _NothingDoneError
        except _NothingDoneError:
            pass  # every failure has been reported, and the file that was there is left
        self.report.finish()

    def _clean_lines(
        self, name: str, target: BinaryIO, options: Options, max_failures: int | None, *, at_once: bool
    ) -> None:
        from newsclean.batch.lines import clean_lines
        from newsclean.batch.streams import open_read
        from newsclean.batch.work import Counts

        def fail(failure: Failure) -> None:
            self.report.fail(f"{name}: {failure.place}", ReadError(failure.message))
            TooManyFailuresError.check(self.report.failed, max_failures)

        counts = Counts()
        try:
            if not self._is_lines(name):
                raise ReadError("this is no JSON Lines, and others are: clean them apart")
            with nullcontext(self.stdin) if name == STANDARD_INPUT else open_read(name, options.limits) as source:
                clean_lines(source, target, options, counts, fail, at_once=at_once)
        except ReadError as error:
            self.report.fail(name, error)
        finally:
            self.report.done += counts.documents
            self.report.emptied |= bool(counts.emptied)

    def has_lines(self, names: Iterable[str]) -> bool:
        """Tell whether there is JSON Lines among the inputs."""
        return any(map(self._is_lines, names))

    def _is_lines(self, name: str) -> bool:
        return self.settings.input == "jsonl" or self._data_format(name) == "jsonl"

    def _data_format(self, name: str) -> str | None:
        """Return the format that the name of data says it is of, unless the settings say otherwise."""
        if name == STANDARD_INPUT or self.settings.input != "auto":
            return None
        from newsclean.batch.names import format_of

        found = format_of(name)
        return None if found in {"text", "html"} else found

    def in_place(self, names: Sequence[str], backup: str | None) -> None:
        """Put the clean text in the place of each file that it differs from, in the encoding of the file."""

        def act(source: Source, result: Result) -> None:
            if source.input == "html":
                raise WriteError("this is HTML, and its text would take the place of the page: give -o")
            if result.text == result.original:
                return
            if result.emptied:
                self.report.note(f"warning: {visible_line(source.name)}: it was left as it was")
                return
            data = _encoded(source, result.text)
            if backup:
                write_copy(Path(source.name + backup), _encoded(source, result.original))
            links = Path(source.name).stat().st_nlink
            write(source.name, data)
            if links > 1:
                message = "it was one file under several names, of which the others keep the old text"
                self.report.note(f"warning: {visible_line(source.name)}: {message}")

        self._each(self._expanded(names), act)

    def check(self, names: Sequence[str]) -> None:
        """Say which inputs would change, and write nothing. HTML is compared as the text that is read from it."""

        def act(source: Source, result: Result) -> None:
            self._note_html(source)
            if result.text != result.original:
                self.report.would_change = True
                self.report.note(f"would change: {visible_line(source.name)}", level=0)

        self._each(self._expanded(names), act)

    def diff(self, names: Sequence[str], output: str | None, *, colour: bool, check: bool) -> None:
        """Write what would change as a unified diff; with `check`, say it in the exit code too.

        HTML is compared as the text that is read from it.
        """
        from newsclean.render.diff import to_diff

        if output and (names_folder(output) or is_folder(output)):
            raise WriteError(f"{output} is a folder, and a diff is one file: give -o FILE")

        def render(source: Source, result: Result) -> str:
            self._note_html(source)
            shown = to_diff(source, result, colour=colour)
            self.report.would_change |= check and bool(shown)
            return shown

        self.to_stream(self._expanded(names), output, render)

    def _each(self, names: Iterable[str], act: Act) -> None:
        for name in names:
            try:
                kind = self.settings.input
                if kind == "jsonl" or self._data_format(name):
                    raise ReadError(
                        "this is data: give -o FOLDER/ to clean its records, or --input text to take it as it is"
                    )
                source = read(self._bytes(name), name=name, encoding=self.settings.encoding, kind=kind)
                result = _cleaned(self.pipeline, source)
                act(source, result)
            except NewscleanError as error:
                self.report.fail(name, error)
            else:
                self.report.succeed(source, result)
        self.report.finish()

    def _expanded(self, names: Iterable[str]) -> list[str]:
        """Return the names, with the files of each folder in its place."""
        from newsclean.batch.plan import files_in

        found: list[str] = []
        for name in names:
            inside = files_in(name, self.report.fail_to_look) if is_folder(name) else None
            found += [name] if inside is None else sorted(each.path for each in inside)
        return found

    def _note_html(self, source: Source) -> None:
        if source.input == "html":
            self.report.note(f"{visible_line(source.name)}: this is HTML, compared as the text that is read from it")

    def _bytes(self, name: str) -> bytes:
        return self.stdin.read() if name == STANDARD_INPUT else file_bytes(name)

    def _renderer(self, names: Sequence[str]) -> Renderer:
        # Several indented objects in a row are no format that anything reads.
        several = self.settings.format == "json" and len(names) > 1
        return renderer("jsonl" if several else self.settings.format)

    @staticmethod
    def _writing(stream: BinaryIO, render: Renderer) -> Act:
        unfinished = False

        def act(source: Source, result: Result) -> None:
            nonlocal unfinished
            data = _utf8(render(source, result))
            # The last word of one document must not be glued to the first of the next.
            stream.write(b"\n" + data if unfinished and data else data)
            stream.flush()
            unfinished = not data.endswith(b"\n") if data else unfinished

        return act


def warnings_of(source: Source, result: Result) -> tuple[str, ...]:
    """Return what the owner of a document should look at."""
    doubt = source.encoding.doubt
    return (*(notice.message for notice in result.warnings), *([doubt[1]] if doubt else []))


def make_pipeline(settings: Settings) -> Pipeline:
    """Return the pipeline that the settings ask for. Raises ConfigError, which says where a wrong name stands."""
    for key in ("select", "ignore", "extend"):
        for name in getattr(settings, key) or ():
            try:
                find_filter(name)
            except ValueError as error:
                raise ConfigError(f"{settings.origin(key)}: {key}: {error}") from None
    return Pipeline(
        rules=read_rules(settings.rules, settings.origin("rules")),
        aggressive=settings.aggressive,
        select=settings.select,
        ignore=settings.ignore,
        extend=settings.extend,
        language=settings.language,
        captions=settings.captions,
        glue=settings.glue,
        never_split=settings.never_split,
        always_split=settings.always_split,
    )


def read_rules(names: Iterable[str], origin: str) -> tuple[Rule, ...]:
    """Return the rules of files and folders. Raises ConfigError, which says which file is wrong, and how."""
    try:
        return load_all(map(Path, names))
    except RuleError as error:
        raise ConfigError(f"{error}") from None
    except OSError as error:
        raise ConfigError(f"{origin}: rules: {error.filename}: {error.strerror}") from None


def check_rules(name: str, report: Report) -> None:
    """Run the examples of a file of rules, or of all in a folder, and report those that come out otherwise."""
    from newsclean.rules.check import failures, filters_of, trials

    rules = read_rules([name], COMMAND_LINE)
    if not rules:
        raise ConfigError(f"{name}: there is no rule in it")
    # What shows a sentence to be the reporter's is no matter of one file.
    prose = shipped_book().of(Prose)
    books = {aggressive: RuleBook([*prose, *rules], aggressive=aggressive) for aggressive in (False, True)}
    beside = make_book(rules)  # the examples of attributions stand under a label of the English pack

    def clean(text: str, rule: Rule) -> str:
        book = beside if isinstance(rule, Attribution) else books[isinstance(rule, Boilerplate) and rule.aggressive]
        return Pipeline(select=[*filters_of(rule), "whitespace"], rules=book).run(text).text

    tried = sum(1 for _ in trials(rules))
    for failure in failures(rules, clean):
        report.failed += 1
        what = "must go, and leaves" if failure.key == "removes" else "must stay, and comes out as"
        example = f"{failure.rule.name}: {failure.key}: {failure.example!r} {what} {failure.got!r}"
        report.say(f"error: {visible_line(example)}")
    report.done += 1
    report.note(f"{name}: {len(rules)} rules, {tried} trials of their examples, {report.failed} of which failed")


def restore(name: str, output: str | None, streams: tuple[BinaryIO, BinaryIO], report: Report) -> None:
    """Write the original of a JSON record, in its encoding, to a file or to standard output. Raises NewscleanError."""
    from newsclean.render.record import original

    stdin, stdout = streams
    target = _number(stdout) if output is None else output
    record = _number(stdin) if name == STANDARD_INPUT else name
    refuse_inputs([target], [record], "give -o with another file")
    try:
        text, encoding, from_html = original(stdin.read() if name == STANDARD_INPUT else file_bytes(name))
    except ReadError as error:
        raise ReadError(f"{name}: {error}") from None
    if from_html:
        report.note("warning: the document was HTML, of which the record holds the text that was read from it")
    restored = text.encode("utf-8") if from_html else encoding.encode(text)
    if output is None:
        stdout.write(restored)
        stdout.flush()
    else:
        write(output, restored)


def file_bytes(name: str) -> bytes:
    """Return what is in a file. Raises ReadError, ConfigError."""
    try:
        return read_bytes(name) if is_remote(name) else Path(name).read_bytes()
    except IsADirectoryError:
        raise ReadError("this is a folder: give -o FOLDER, for what becomes of the files in it") from None
    except FileNotFoundError:
        raise ReadError("there is no such file") from None
    except OSError as error:
        raise ReadError(f"this cannot be read: {error.strerror}") from None


class _NothingDoneError(Exception):
    """Every input failed, so that there is nothing to write."""


def _cleaned(pipeline: Pipeline, source: Source) -> Result:
    try:
        return pipeline.run(source.text)
    except Exception as error:
        # Filters may be anybody's: one that breaks on a document must not take the others down with it.
        raise FilterError(f"a filter failed: {type(error).__name__}: {error}") from error


def _encoded(source: Source, text: str) -> bytes:
    if not source.encoding.exact:
        raise WriteError(f"its encoding, {source.encoding.name}, would not give all its bytes back: give -o")
    return source.encoding.encode(text)


def _utf8(text: str) -> bytes:
    # Where no filter took them out, the stray bytes of a damaged document are handed on as they came.
    return text.encode("utf-8", "surrogateescape")


def _number(stream: BinaryIO) -> int:
    """Return the descriptor of a stream, or one that no file has."""
    try:
        return stream.fileno()
    except (OSError, AttributeError):
        return -1
