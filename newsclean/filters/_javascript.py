"""Reading a stretch of JavaScript in a scraped text: where a statement ends, and how sure it is that it is one.

There is no grammar here, since what is scraped is cut off, flattened and has lost its quotes. What tells code from
prose is that in code two words do not follow each other with nothing but a space between them, unless the first is
one of a few words such as `var` or `return`.
"""

import re
from functools import cache

from newsclean.filters._code_unit import SURE, Unit
from newsclean.filters._json import DATA, read_json
from newsclean.filters._web_names import web_names
from newsclean.patterns import lazy

_LONGEST = 400_000  # characters of one statement
_HEAD = 5_000  # characters of a statement that are looked at to tell how sure it is
_HOPE = 400  # characters after a sign of prose within which a bracket may still close on the first line
_PROSE = 3  # signs of prose in one line, outside strings and comments, that no line of code has

_TOKEN = lazy(
    r"""
    (?P<space>[^\S\n]++)
    | (?P<newline>\n)
    | (?P<comment>//[^\n]*+)
    | (?P<block>/\*)
    | (?P<quote>["'`‘’“”„″′])
    | (?P<word>[A-Za-z_$][A-Za-z0-9_$]*+)
    | (?P<number>[0-9][0-9A-Za-z_.]*+)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<stop>;)
    | (?P<operator>[-+*/%=<>!&|^~?:.,@#\\]++)
    | (?P<letters>[^\W\d_]++)
    | (?P<other>.)
    """,
    re.VERBOSE,
)
_STRINGS = {
    '"': re.compile(r'"(?:[^"\\\n]|\\[\s\S])*+"'),
    "'": re.compile(r"'(?:[^'\\\n]|\\[\s\S])*+'"),
    "`": re.compile(r"`[^`]{0,20000}+`"),
}
# Quotes that a typesetter has put in place of straight ones, with what may close them.
_CURLY = {
    **dict.fromkeys("“”„″", re.compile(r"[“”„″][^“”„″\n]{0,300}+[“”″]")),
    **dict.fromkeys("‘’′", re.compile(r"[‘’′][^‘’′\n]{0,300}+[’′]")),
}
# What may stand after the closing quote of a string; a quote before anything else is one that lost its backslash.
_AFTER_STRING = lazy(r"[^\S\n]*+(?:[,:;}\])+.?=!<>&|-]|//|/\*|\n|\Z|\b(?:in|of)\b)")
_LOOSE_STRING = lazy(r'"[^"\n]{0,5000}+(?:"(?![^\S\n]*+[,:}\]])[^"\n]{0,5000}+){0,200}+"')

_CALL = lazy(r"(?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)[^\S\n]?\(")
_ASSIGNMENT = lazy(
    r"""(?:(?:var|let|const)\s+)?
    (?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[['"]?[\w$ -]*['"]?\])*)\s*
    [-+|]?=(?![=>])""",
    re.VERBOSE,
)
_DECLARATION = lazy(r"(?:var|let|const)\s+[A-Za-z_$][\w$]*\s*[;,]")
_CONTROL = lazy(r"(?:else\s+)?(?:if|for|while|switch)\s*\([^;{}]{1,500}\)\s*\{")
# What other files give and get; with a path, or names in braces, it is no sentence about trade.
_MODULE = lazy(
    r"""import\s*(?:(?:[\w$]{1,80}+\s*,\s*)?(?:\{[\w$\s,]{0,500}\}|\*\s*as\s+[\w$]{1,80}+)\s*from\s*)["'][\w@~./-]{1,200}+["'];?
    | import\s*(?:[\w$]{1,80}+\s+from\s*)?["'][\w@~./-]{1,200}+["'];
    | export\s*(?:\{[\w$\s,]{1,500}\}|\*)\s*(?:from\s*["'][\w@~./-]{1,200}+["'];?|;)""",
    re.VERBOSE,
)
_FIRST_WORD = lazy(r"[A-Za-z]+")
# An item of a list that ends with a semicolon; `break;` is one of few statements so short.
_ITEM = lazy(r"[\w\s:,.'’-]{1,200}+;")
_PROSE_MARKS = frozenset({",", ".", ":", "-", "?", "!"})
_CONTROL_WORDS = frozenset({"if", "for", "while", "switch", "catch", "with"})
_REGEX = lazy(r"/(?![*/\s=])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,300}+\]){1,500}+/[a-z]{0,6}+")
_SHAPED_NAME = lazy(r"[_$.\[]|[a-z0-9][A-Z]")


@cache
def strong_signs() -> re.Pattern[str]:
    """Return a pattern of what only JavaScript has."""
    names = "|".join(sorted(map(re.escape, web_names("javascript", "page_globals") - {"$"}), reverse=True))
    return re.compile(
        rf"""
        (?<![\w$.])(?:{names})\s*(?:\.\s*[A-Za-z_$]|=(?!=)|\[\s*['"\w])
        | (?<![\w$.])(?:{names})(?:\(\s*["'\w(]|\s+\(\s*(?:["'(]|[A-Za-z_$][\w$]*\s*[),.]))
        | (?<![\w$])function\s*+[\w$]*+\s*\([\w$,\s=]{{0,200}}\)\s*\{{
        | (?<![\w$])console\.\w+\s*\(
        | (?<![\w$])export\s+default\s+(?:async\s+function|function|class|new)\b|(?<![\w$])export\s+default\s*\{{
        | \)\s*=>|=>\s*[{{(]
        | [=!]==(?!=)
        | (?<![\w$])typeof[\s(]|\}}\s*catch\s*\(|["']use\ strict["']
        | (?<![\w$])\$\s*\(\s*['"\w(]|(?<![\w$])\$\.\w+\s*\(
        | (?<![\w$])(?:var|let|const)\s+[A-Za-z_$][\w$]*\s*=\s*[\w$"'`\[{{(!/-]
        | \|\|\s*(?:\[\s*\]|\{{\s*\}})
        | \.(?:push|forEach|querySelector|addEventListener|appendChild|getElementById|setAttribute|then)\s*\(
        | \.innerHTML\s*=
        | (?<![\w$])new\s+(?:Date|Image|XMLHttpRequest|Event|[A-Z]\w+)\s*\(
        """,
        re.VERBOSE,
    )


def read_javascript(text: str, start: int) -> Unit | None:
    """Read one statement, with the blocks that belong to it, and return None where none starts.

    >>> text = "window.dataLayer = window.dataLayer || [];The minister said so."
    >>> text[read_javascript(text, 0).end:]
    'The minister said so.'
    >>> read_javascript("The minister (42) said so;", 0) is None
    True
    """
    module = _MODULE.match(text, start) if text.startswith(("import", "export"), start) else None
    if module:
        return Unit(module.end(), "code.javascript", SURE)
    reader = _Reader(text, start)
    reader.read()
    if reader.end == start:
        return None
    score = _score(text, start, reader)
    return Unit(reader.end, "code.javascript", score, reader.depth_at_end)


class _Reader:
    """The state of one forward scan. `end` is how far the text is code for sure."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start = text, start
        self.end = self.position = start
        self.depth = self.depth_at_end = 0
        self.controls: list[bool] = []  # for each open bracket, whether it holds the condition of an `if` or a loop
        self.no_json_before = start
        self.before = "start"  # the kind of the last token that counts
        self.signs = 0  # signs of prose in the line
        self.punctuated = False  # whether the line has punctuation that prose has not
        self.first_line = True
        self.unsure_lines = 0
        self.cut: int | None = None  # where the first sign of prose in the first line stands
        self.prose = 0  # signs of prose in all
        self.no_close: dict[str, int] = {}

    def read(self) -> None:
        limit = min(len(self.text), self.start + _LONGEST)
        prefixes = web_names("javascript", "prefixes")
        while self.position < limit:
            token = _TOKEN.match(self.text, self.position)
            if token is None or self._step(token, prefixes):
                return
            if self.cut is not None and self.position - self.cut > _HOPE:
                self._cut_off()
                return
        self._newline(final=True)

    def _step(self, token: re.Match[str], prefixes: frozenset[str]) -> bool:
        """Take one token, and say whether the statement is at its end."""
        kind = token.lastgroup or "other"
        if kind == "space":
            self.position = token.end()
            return False
        if kind == "newline":
            return self._newline()
        if kind == "quote":
            return self._string(token)
        if kind in {"comment", "block"}:
            return self._comment(token)
        if kind in {"word", "letters"}:
            return self._word(token, prefixes)
        return self._mark(kind, token)

    def _mark(self, kind: str, token: re.Match[str]) -> bool:
        self.position = token.end()
        if kind == "other":
            return self._sign(token.start())
        if kind == "number":
            juxtaposed, self.before = self.before == "value", "value"
            return juxtaposed and self._sign(token.start())
        if kind == "operator" and self.before == "start" and token.group()[0] not in "!+-~/":
            return True
        self.punctuated = self.punctuated or kind != "operator" or token.group() not in _PROSE_MARKS
        if kind == "close":
            return self._close(token.group())
        return self._stop() if kind == "stop" else self._opening(kind, token)

    def _stop(self) -> bool:
        self.before = "stop"
        return not self.depth and self._finish()

    def _opening(self, kind: str, token: re.Match[str]) -> bool:
        if kind == "open":
            self._open(token)
        else:
            self._operator(token)
        return False

    def _operator(self, token: re.Match[str]) -> None:
        slash = token.group().find("/")
        expects = self.before in {"operator", "open", "control", "start"} or slash > 0
        regex = _REGEX.match(self.text, token.start() + slash) if slash >= 0 and expects else None
        if regex:
            self.position = regex.end()
        self.before = "value" if regex else "operator"

    def _open(self, token: re.Match[str]) -> None:
        if token.start() >= self.no_json_before and DATA.match(self.text, token.start()):
            data = read_json(self.text, token.start())
            if data and not data.open:
                self.position = data.end
                self.before = "value"
                if not self.depth:
                    self._advance()
                return
            self.no_json_before = data.end if data else token.end()
        self.depth += 1
        self.controls.append(self.before == "control")
        self.before = "open"

    def _close(self, bracket: str) -> bool:
        if not self.depth:
            self.position -= 1
            return True
        self.depth -= 1
        condition = self.controls.pop()
        self.before = "block" if bracket == "}" else "condition" if condition else "value"
        if not self.depth and (self.cut is None or self.position - self.cut <= _HOPE):
            self.cut = None
            self.signs = 0
            self._advance()
        return False

    def _word(self, token: re.Match[str], prefixes: frozenset[str]) -> bool:
        word = token.group()
        glued = token.start() == self.position and self.before == "block" and not self.depth
        if (self.before == "block" and not self.depth) and word not in {"else", "catch", "finally", "while"}:
            return True
        if glued and word not in prefixes:
            return True
        self.position = token.end()
        if token.lastgroup == "letters":
            self.before = "value"
            return self._sign(token.start())
        if self.before == "value":
            operator = word in {"in", "of", "instanceof", "as", "from"} or word == "else"
            self.before = "operator" if operator else "value"
            return False if operator and self.signs == 0 else self._sign(token.start())
        self.before = "control" if word in _CONTROL_WORDS else "operator" if word in prefixes else "value"
        return False

    def _string(self, token: re.Match[str]) -> bool:
        quote = token.group()
        end = self._string_end(quote, token.start())
        juxtaposed = self.before == "value"
        assigned = self.before == "operator"
        self.before = "value"
        if end is None:
            self.position = token.end()
            return self._sign(token.start()) if quote not in "\"'`" or juxtaposed else False
        self.position = end
        self.punctuated = True
        if juxtaposed:
            return self._sign(token.start())
        if assigned and not self.depth:
            self._advance()
        return False

    def _string_end(self, quote: str, start: int) -> int | None:
        if self.no_close.get(quote, -1) > start:
            return None
        pattern = _STRINGS.get(quote) or _CURLY[quote]
        found = pattern.match(self.text, start)
        if found and quote == '"' and not _AFTER_STRING.match(self.text, found.end()):
            found = _LOOSE_STRING.match(self.text, start) or found
        if found is None:
            stop = self.text.find("\n", start)
            self.no_close[quote] = stop if stop >= 0 else len(self.text)
            return None
        return found.end()

    def _comment(self, token: re.Match[str]) -> bool:
        if token.lastgroup == "comment":
            # What follows a colon or a word without a space is the rest of an address.
            address = self.text[token.start() - 1 : token.start()] == ":" and token.start() > self.start
            self.position = token.start() + 2 if address else token.end()
            self.before = "operator" if address else self.before
            return False
        close = self.text.find("*/", token.end(), token.end() + 5_000)
        self.position = token.end() if close < 0 else close + 2
        return False

    def _sign(self, where: int) -> bool:
        self.signs += 1
        self.prose += 1
        if not self.depth:
            return True
        if self.first_line:
            if self.cut is None:
                self.cut = where
            return False
        return self.signs > _PROSE + 2

    def _newline(self, *, final: bool = False) -> bool:
        line_end = self.position
        self.position += not final
        if self.cut is not None and self.depth and self.first_line:
            self._cut_off()
            return True
        self.first_line = False
        prose = self.signs >= _PROSE or (self.signs and not self.punctuated)
        if self.depth and prose:
            return True
        if self.depth and not self.punctuated:
            self.unsure_lines += 1
            if self.unsure_lines > 10:
                return True
        else:
            self._advance(line_end)
        self.signs, self.punctuated = 0, False
        if self.depth or self.before in {"operator", "open", "condition"}:
            return False
        return not _continues(self.text, self.position)

    def _advance(self, position: int | None = None) -> None:
        self.end, self.depth_at_end = self.position if position is None else position, self.depth
        self.unsure_lines = 0

    def _finish(self) -> bool:
        self._advance()
        return True

    def _cut_off(self) -> None:
        """End a first line whose bracket never closes before the prose in it."""
        stop = max(self.text.rfind(mark, self.start, self.cut) for mark in ";{}()[],")
        self.end = max(self.end, stop + 1)


def _continues(text: str, position: int) -> bool:
    """Say whether the next line goes on with the statement: `.then(`, `|| []`, `? a : b`."""
    after = re.compile(r"\s{0,200}+(?:\.\w|\|\||&&|\?\s|:\s|else\b|catch\b|\{[^\S\n]*\n)").match(text, position)
    return after is not None


def _score(text: str, start: int, reader: _Reader) -> int:
    head = text[start : min(reader.end, start + _HEAD)].strip()
    if strong_signs().search(head):
        return SURE
    if reader.prose:
        return 0
    closed = head.endswith((";", "}"))
    assignment = _ASSIGNMENT.match(head)
    if assignment:
        return _assignment_score(assignment, head, closed=closed)
    call = _CALL.match(head)
    if call and head.endswith((")", ");")):
        return _call_score(call, head, closed=closed)
    if _DECLARATION.match(head) or _CONTROL.match(head):
        return 2
    first = _FIRST_WORD.match(head)
    plain = first is not None and first.group() not in web_names("javascript", "prefixes")
    return int(closed and not (plain and _ITEM.fullmatch(head)))


def _assignment_score(assignment: re.Match[str], head: str, *, closed: bool) -> int:
    shaped = _SHAPED_NAME.search(assignment["name"])
    if shaped and closed:
        return SURE
    value = head[assignment.end() :].lstrip()[:1]
    named = shaped or (assignment["name"].islower() and len(assignment["name"]) > 1)
    return 2 if (named and closed) or (shaped and value in set("\"'[{`")) else 1


def _call_score(call: re.Match[str], head: str, *, closed: bool) -> int:
    """Tell `view_form();` and `render("https://…")` from a word with a remark in brackets."""
    shaped = _SHAPED_NAME.search(call["name"])
    arguments = head[call.end() : head.rfind(")")].strip()
    if closed and (not arguments or shaped or arguments[0] in "\"'{["):
        return SURE
    if shaped and call["name"] + "(" == call.group() and arguments[:1] in {'"', "'", "{", "["}:
        return SURE
    return int(closed)
