"""The code filter on what fixtures cannot show: each kind beside prose in every position, its rules, hostile input."""

import pytest

from newsclean.document import Document
from newsclean.edits import Edit, apply_edits
from newsclean.filters import code
from newsclean.filters.code import RULES

BEFORE = "The mayor of Hallerby opened the new bridge on Monday."
AFTER = "Work on a second bridge is to begin in the spring."

SNIPPETS = {
    "code.css": [
        ".story-frame { overflow: hidden; content: ”; }",
        "@media screen and (max-width:600px){.ad{display:none}}",
        "@font-face{font-family:'H';src:url(/h.woff2) format('woff2')}",
        ":root{--gap:1rem}",
        "#teaser > p:not(.lead)::before{content:'';width:100%}",
        "html body .box, html body a.box:hover{color:#333}",
    ],
    "code.javascript": [
        "window.siteId = 4;",
        "(function(){var a=1;window.b=a})();",
        "!function(d,l){d.x=l}(window,document);",
        "googletag.cmd.push(function() { googletag.display('slot-1'); });",
        "if (window.adverts) { adverts.add({pos: 1}); }",
        "jQuery(document).ready(function($){ $('.ad').hide(); });",
        'document.write ("<p>Read on</p>");',
        "var list = ['a', 'b'].map(x => x + 1);",
        "try { player.load(); } catch (error) { console.log(error) }",
    ],
    "code.json": [
        '{"@context":"http://schema.org","@type":"Person","name":"Ann Lee"}',
        '[{"id":1,"tags":["a","b"]},{"id":2,"tags":[]}]',
        '{"title":"The mayor: "It is done"","id":4}',
    ],
    "code.element": ["<script>var a = 1;</script>", '<style type="text/css">.a{color:red}</style>'],
}
PAIRS = [(rule, snippet) for rule, snippets in SNIPPETS.items() for snippet in snippets]


def run(text: str) -> tuple[str, list[Edit]]:
    edits = list(code(Document(text)))
    return apply_edits(text, edits), edits


@pytest.mark.parametrize(("rule", "snippet"), PAIRS)
def test_a_snippet_goes_and_the_prose_on_either_side_stays(rule: str, snippet: str) -> None:
    for left, right, expected in [
        ("\n\n", "\n\n", f"{BEFORE}\n\n\n{AFTER}"),
        ("\n", "\n", f"{BEFORE}\n{AFTER}"),
        (" ", " ", f"{BEFORE} {AFTER}"),
        ("", "", f"{BEFORE} {AFTER}"),
        ("", "\n", f"{BEFORE}\n{AFTER}"),
        ("\n", "", f"{BEFORE}\n{AFTER}"),
    ]:
        text, edits = run(f"{BEFORE}{left}{snippet}{right}{AFTER}")
        assert text == expected
        assert {edit.rule for edit in edits} == {rule}
        assert run(text)[1] == []


@pytest.mark.parametrize(("rule", "snippet"), PAIRS)
def test_a_snippet_goes_whatever_code_stands_next_to_it(rule: str, snippet: str) -> None:
    for _, other in PAIRS:
        text, edits = run(f"{BEFORE}\n{snippet}\n{other}\n{AFTER}\n")
        assert text == f"{BEFORE}\n{AFTER}\n"
        assert rule in {edit.rule for edit in edits}


# What nobody quotes in mid-sentence without quotation marks: a vendor's names, data for search engines, minified rules.
MACHINERY = ("googletag", "@context", "@font-face{", "#teaser")


@pytest.mark.parametrize("snippet", [snippet for _, snippet in PAIRS if len(snippet) < 80])
def test_code_that_a_sentence_quotes_stays(snippet: str) -> None:
    quoted = f"She wrote `{snippet}` on the board"
    beyond_doubt = any(mark in snippet for mark in MACHINERY)
    left = f"{quoted}, and then below it" if beyond_doubt else f"{quoted}, and then {snippet} below it"
    assert run(f"{quoted}, and then {snippet} below it, which nobody read.\n")[0] == f"{left}, which nobody read.\n"


@pytest.mark.parametrize("snippet", [snippet for _, snippet in PAIRS if len(snippet) < 80])
@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
def test_code_that_a_colon_announces_stays(snippet: str, gap: str) -> None:
    beyond_doubt = any(mark in snippet for mark in MACHINERY)
    text = f"She showed them this:{gap}{snippet}\nNobody read it.\n"
    assert (run(text)[0] == text) is not beyond_doubt


def test_every_rule_is_explained() -> None:
    assert set(SNIPPETS) == set(RULES)


@pytest.mark.parametrize(
    "unit",
    [
        *"{([\"'`",
        "//",
        "/*",
        "var x = {\n",
        "window.a(",
        '{"a":',
        "a.b(",
        ".a{",
        "color:red;",
        "});\n",
        "/[",
        "/* {",
        ".a{b:c} x",
    ],
)
def test_input_made_to_hurt_is_read_to_its_end(unit: str) -> None:
    left = run(unit * 5_000)[0]
    assert run(left) == (left, [])


def test_brackets_may_be_nested_deeper_than_python_recurses() -> None:
    text = f"{BEFORE}\nvar x = {'[' * 50_000}{']' * 50_000};\n{AFTER}\n"
    assert run(text)[0] == f"{BEFORE}\n{AFTER}\n"
