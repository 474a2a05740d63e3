"""Reading a stretch of scraped CSS, which is not valid CSS: rules begin in the middle, quotes do not close."""

import re
from functools import lru_cache

from newsclean.filters._code_unit import SURE, Unit
from newsclean.filters._web_names import css_keywords, web_names
from newsclean.patterns import lazy

_DEEPEST = 12  # blocks within blocks
_LONGEST = 400_000  # characters of one rule

_SPACE = lazy(r"\s*+")
_VALUE = (
    r"""(?:url\([^)\n]{0,100000}+\)|"[^"\n{}]{0,100000}+"|'[^'\n{}]{0,20000}+'|\\.|,\s{0,200}+|[^{};\n]){1,20000}+"""
)
DECLARATION = lazy(
    rf"(?P<name>--[\w-]+|[*_]?-?[a-zA-Z][a-zA-Z-]{{1,40}})[^\S\n]*:(?![/:])(?P<value>[^\S\n]*(?:{_VALUE})?)(?P<stop>;++|(?=\}})|(?=\n)|\Z)"
)
_CUSTOM = lazy(r"--[\w-]+\s*:\s*[^;{}]{0,20000}+(?:;|(?=\}))")
_PRELUDE = lazy(r"(?:[^{};\"'\n]|\"[^\"\n]{0,300}+\"|'[^'\n]{0,300}+'|\n(?![^\S\n]*\n)){1,1000}+\{|\{")
_AT_RULE = lazy(r"@(?P<name>-?[a-zA-Z-]+)(?P<prelude>[^{};]{0,500}+)(?P<stop>[{;])")
_COMMENT = lazy(r"/\*")
_RULE_TAIL = lazy(r"[^{}\n]{1,3000}+\}")
_JUNK = lazy(r"[^{}\n;]{1,200}+[;}]")
_BEGINS_PROPERTY = lazy(r"[a-z_*.#&/:@$-]")
_WORDS = lazy(r"(?:[^\W\d_]{2,}+[^\S\n]++){3}[^\W\d_]{2,}+")

_PSEUDO = r"::?-?[a-zA-Z-]+(?:\((?:[^()\n]|\([^()\n]{0,200}+\)){0,300}+\))?"
_PART = rf"(?:[.#](?![0-9])(?:[\w-]|\\.)++|\[[^\]\n]{{1,200}}+\]|{_PSEUDO})"
_COMPOUND = lazy(rf"(?P<element>\*|&|[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*+|\d+(?:\.\d+)?%)?(?P<parts>{_PART}*+)")
_SELECTOR_MARKS = lazy(r"[.#:\[]")
_NO_SELECTOR = lazy(r"[^\w\s.#:>+~,*\[\]()\"'=^$|-]")
_BOUNDARIES = ".!?:;…”»)}\"'`“‘«("  # characters that no selector follows within a sentence of prose
_COMBINATOR = lazy(r"\s*+(?:(?:[>+~,]|&gt;)\s*+)?")
# A value that only a machine writes: a length, a share, a colour, a call.
_MACHINE_VALUE = lazy(
    r"(?<![\w.])-?(?:\d*\.)?\d+(?:px|r?em|vh|vw|pt|deg|m?s|fr|ch)\b|\d%|#[0-9a-fA-F]{3,8}\b|!\s*important|\b(?:rgba?|hsla?|url|var|calc|translate\w*)\("
)


def read_css(text: str, start: int) -> Unit | None:
    """Read one rule with its block, one at-rule, or one declaration on its own; None where none starts.

    >>> text = ".video { content: ”; } .video iframe { top: 0 }"
    >>> text[read_css(text, 0).end:]
    ' .video iframe { top: 0 }'
    >>> read_css("The list { of names }", 0) is None
    True
    """
    at_rule = _AT_RULE.match(text, start) if text.startswith("@", start) else None
    if at_rule:
        if at_rule["name"].lower() not in web_names("css", "at_rules"):
            return None
        if at_rule["stop"] == ";":
            return Unit(at_rule.end(), "code.css", SURE)
        return _block(text, at_rule.end(), SURE)
    declaration = DECLARATION.match(text, start)
    if declaration and known(declaration):
        return Unit(declaration.end(), "code.css", _weight(declaration))
    prelude = _PRELUDE.match(text, start)
    if prelude and is_selector(prelude.group()[:-1]):
        return _block(text, prelude.end(), 2 if _SELECTOR_MARKS.search(prelude.group()) else 1)
    return None


def read_rule_tail(text: str, start: int) -> Unit | None:
    """Read the end of a rule whose beginning is lost, up to its closing brace.

    >>> text = '") no-repeat center;color:red;width:1px}@media print{}'
    >>> text[read_rule_tail(text, 0).end:]
    '@media print{}'
    """
    tail = _RULE_TAIL.match(text, start)
    if tail is None:
        return None
    first, *others = tail.group()[:-1].split(";")
    declarations = [DECLARATION.fullmatch(piece.strip()) for piece in others if piece.strip()]
    if not declarations or not all(found and known(found) for found in declarations):
        return None
    whole = DECLARATION.fullmatch(first.strip())
    if not (whole and known(whole)) and (_WORDS.search(first) or not re.search(r"[)\"'%\d]", first)):
        return None
    return Unit(tail.end(), "code.css", SURE if len(declarations) > 1 or _MACHINE_VALUE.search(tail.group()) else 2)


def known(declaration: re.Match[str]) -> bool:
    """Say whether a declaration sets a property that there is, to something that is no sentence."""
    name = declaration["name"].lstrip("*_")
    if (
        not declaration["value"].strip()
        and declaration["stop"] != ";"
        and not declaration.string.startswith("}", declaration.end())
    ):
        return False
    if name.startswith(("--", "-webkit-", "-moz-", "-ms-", "-o-")):
        return True
    if name not in web_names("css", "properties"):
        return False
    value = declaration["value"]
    return (
        not _WORDS.search(value)
        or bool(re.search(r"[()\"'&]|-\w", value))
        or name.startswith(("font", "grid", "trans"))
    )


@lru_cache(maxsize=256)
def is_selector(prelude: str) -> bool:
    """Say whether this is a list of selectors, and nothing else.

    >>> is_selector(".a > p:first-child, amp-ad::before "), is_selector("the article .a")
    (True, False)
    """
    prelude = re.sub(r"/\*.{0,500}?\*/", " ", prelude, flags=re.DOTALL).strip()
    position = 0
    elements = web_names("html", "elements")
    while position < len(prelude):
        compound = _COMPOUND.match(prelude, position)
        if compound is None or compound.end() == position:
            return False
        element = compound["element"]
        if element and not (
            element[0] in "*&0123456789" or element.lower() in elements | {"from", "to"} or "-" in element
        ):
            return False
        position = compound.end()
        gap = _COMBINATOR.match(prelude, position)
        if position < len(prelude) and (gap is None or gap.end() == position):
            return False
        position = gap.end() if gap else position
    return bool(prelude)


def selector_before(text: str, brace: int, floor: int) -> int | None:
    """Return where the selector before the brace starts, as far as it is surely none of the prose before it.

    >>> text = "said the minister..video-container p{"
    >>> text[selector_before(text, len(text) - 1, 0):]
    '.video-container p{'
    """
    tail = text[max(floor, brace - 400) : brace]
    tail = tail[max(map(tail.rfind, "{};\n")) + 1 :]
    starts = [m.start() for m in re.finditer(r"(?<![\w#.-])[A-Za-z*@&]|[.#:](?=[\w:-])|\[", tail)]
    best = None
    for start in reversed(starts[-60:]):
        if is_selector(tail[start:]):
            best = start
        elif best is not None and _NO_SELECTOR.search(tail[start:best]):
            break
    if best is None:
        return None
    return brace - len(tail) + _without_prose(tail, best)


def _without_prose(tail: str, best: int) -> int:
    """Give back to the prose before a selector the words that may be elements but are words too: `the article .a`."""
    before = tail[:best].rstrip()
    full_stop = re.compile(r"\.(?=([A-Za-z][A-Za-z0-9]*)[\s.#:,\[>]|([A-Za-z][A-Za-z0-9]*)$|\*)").match(tail, best)
    if (
        tail[:best][-1:].isalpha()
        and full_stop
        and (full_stop[1] or full_stop[2] or "a") in web_names("html", "elements")
    ):
        return best + 1
    if not before or before[-1] in _BOUNDARIES:
        return best
    bare = re.compile(r"(?:[A-Za-z]+[^\S\n]++)++(?=[.#:\[*@])").match(tail, best)
    return bare.end() if bare else best


def _weight(declaration: re.Match[str]) -> int:
    """How sure a declaration with no block around it is to be one."""
    name, value = declaration["name"], declaration["value"].strip()
    if declaration["stop"] != ";" and not declaration.string.startswith("}", declaration.end()):
        return 1
    if name.startswith("-") or value in css_keywords().get(name, ()):
        return SURE
    if _MACHINE_VALUE.search(value):
        return SURE if "-" in name else 2
    return 1


def _block(text: str, start: int, score: int) -> Unit | None:
    """Read on from an opening brace to the one that closes it, or to the first thing that is no CSS."""
    position = end = start
    depth, found, junked = 1, 0, False
    certain: int | None = None  # where the first stretch starts that is CSS only if the block is closed
    limit = min(len(text), start + _LONGEST)
    while depth and position < limit:
        position = _skip(text, position)
        if text.startswith("}", position):
            depth -= 1
            position = end = position + 1
            continue
        declaration = DECLARATION.match(text, position)
        if declaration and known(declaration):
            found += 1
            position = end = declaration.end()
            continue
        opened = _opened(text, position) if depth < _DEEPEST else None
        if opened is not None:
            depth += 1
            position = end = opened
            continue
        unknown = _unknown_end(text, position, declaration, found)
        if unknown is None:
            break
        begins_line = _begins_line(text, position, start)
        lower_case = _BEGINS_PROPERTY.match(text, position) is not None
        if begins_line and not lower_case:
            break
        if certain is None and (begins_line or not lower_case):
            certain = end
        junked = True
        position = end = unknown
    if depth and certain is not None:
        end = certain
    if found or (depth == 0 and score >= 2 and not junked):
        return Unit(end, "code.css", max(SURE, score), depth)
    return None


def _unknown_end(text: str, position: int, declaration: re.Match[str] | None, found: int) -> int | None:
    """Return the end of what may be CSS in a block: a property that is not known, or what is left of one."""
    if declaration and found and declaration["stop"] == ";" and not _WORDS.search(declaration["value"]):
        return declaration.end()
    junk = _JUNK.match(text, position)
    if junk is None or _WORDS.search(junk.group()) or not (found or ":" in junk.group()):
        return None
    return junk.end() - junk.group().endswith("}")


def _begins_line(text: str, position: int, floor: int) -> bool:
    """Say whether a line break and nothing else stands before the position, in the block that starts at the floor."""
    before = text[max(floor, position - 200) : position]
    return "\n" in before[len(before.rstrip()) :]


def _opened(text: str, position: int) -> int | None:
    at_rule = _AT_RULE.match(text, position) if text.startswith("@", position) else None
    if at_rule:
        return at_rule.end()
    prelude = _PRELUDE.match(text, position)
    return prelude.end() if prelude and is_selector(prelude.group()[:-1]) else None


def _skip(text: str, position: int) -> int:
    """Skip white space, comments and stray semicolons."""
    while True:
        space = _SPACE.match(text, position)
        position = space.end() if space else position
        if text.startswith("/*", position):
            close = text.find("*/", position, position + 5_000)
            if close < 0:
                return position
            position = close + 2
        elif text.startswith(";", position):
            position += 1
        else:
            return position
