import pytest

from newsclean.filters._glue_marks import Page, mark_edits, rules_for
from newsclean.lexicon import languages, open_table

SPLIT = {
    "en": [
        "The talks failed.|Next week they meet again.",
        "They left in 1992.|Since then the town has grown.",
        "He flew to Moscow.|The talks failed.",
        "Why not?|Because they can.",
        "“We know,”|he said at last.",
        '"We know,"|he said at last.',
        'The mayor said,|"We know."',
        "He knew.”|The town did not.",
        "The house,|water and land were sold.",
        "Twitter,|and then the papers, had it.",
        "They met;|nothing came of it.",
        "Note:|The offer ends on Friday.",
        "They read it (page 3)|and laughed.",
        "They put it into a 401(k)|and forgot it.",
        "The score (3-1):|Kylie had two, and in 1958:|Dodgers fans came, in 2019,|Final or not.",
        "It hurt the U.S.|farmers, and Fluor Inc.|said so; Granny (78)|and Elizabeth II.|was there.",
        "Shares (HSI)|fell, said Rep.|Ocasio, and he asked: why?|and when?",
        "By 3|May they had gone, on May|2019 and since in|2016 it rained.",
        "Some 200|people came.",
        "They play at the Music Center|July 19 and in Charlotte, NC|June 20, then rest.",
        "We are on it.|https://example.org/now",
        "They never needed it|www.example.org has more.",
        "See the picture|pic.twitter.com/abc",
        "(CNN)|The minister left.",
        "She is right (he said.)|Then they went.",
        "After 1972’s|The Harbour came 1980's|Top of the Hill.",
        "It cost $150|and more, then £200|for two, and some 200|people came.",
        "They play Harbour 2.|While it is slow, at the end of 2017.|Ostrand Tools was sold; in 2022:|NATO met.",
        "They 'do not care':|Federal rules changed. See|www.Example.org",
    ],
    "de": ["Sie kamen.|Dann gingen sie.", "„Wir kommen“|sagte er.", "Am 3|Mai kamen sie.", "Das sagte er:|Wir kommen."],
    "es": ["Se fueron.|Luego volvieron.", "El 3|mayo salieron.", "Dijo que no,|pero vino."],
    "fr": ["Ils partent.|C'est fini.", "Le 21|novembre, ils partent."],
    "pt": ["Saíram.|É tarde.", "No dia 3|maio saíram."],
    "it": ["Sono usciti.|È tardi.", "Il 3|maggio sono usciti."],
}

KEPT = {
    "en": [
        "Amazon.com and Booking.Com and Plus.net and fbi.gov and example.co.uk and www.Ostrand-Times.Example.org",
        "J.K. Rowling, U.S.A., a.m., p.m., e.g. this, i.e. that, J.Crew, Ph.D. and St.Helens",
        "It won 3-1 at 10:30am, 9pm, 20th, 4K, 100mbps, 5G, 2x and 1.5m, £1.3bn, 30.1m, 4x4, the 1990s",
        "node.js, Readme.Md, file.Txt, e.manager.zip, std::vector, key=value, a.B(c), x.Y = 3",
        "CSI:NY, CD:UK, Re:Invent, http://a.example/b.C, user@example.Com, @handle.Name, #tag.Two",
        "colo(u)r, (re)build, (un)fair, f(x)dx, s(he), word(s), (s)he",
        "Wait...what, Yahoo!, Jeopardy!Today, 'tis, rock'n'roll, O'Neill, l'Oréal",
        "a,b,c,d and 1,000m and 1,5x and tags: politics,economy,news,world",
        "Covid19, Apollo11, MP3, G20, H5N1, iPhone7, Windows10, PS2, C1, ITV1, M25, 4Cast, 9to5Mac, F-22, DeMarco 3",
        'He said "yes" and "no", 5"x7" and 6\'2"',
        "the 1980's, 90's kids, 1.No, at 3:PM, £5bn, $3m, €20k, $100pp, £38million, TL;DR",
    ],
    "de": [
        "Bürger:innen, Lehrer:in, jede:r, der:die, z.B., d.h., e.V., 3.Liga, dt.Spion",
        "(Kurz-)Filme, 14-jährige, 60er, FRITZ!Box, »Ja«",
    ],
    "es": ["EE.UU., S.A., 4x4, 20minutos.es, el 15M, 1º, 2ª"],
    "fr": ["M. Dupont, 2ème, 21h, 30e, l’État, aujourd’hui, (s)es, J.-C., S.N.C.F."],
    "pt": ["S.Paulo, (des)governo, 4x4, R$5,00, 1ª"],
    "it": ["14enne, 4mila, l’81enne, D.Lgs., Tg1, 18a"],
}


def insertions(line: str, code: str) -> list[int]:
    return [edit.start for edit in mark_edits(Page(line, languages()[code], open_table(code), {}), rules_for(line))]


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in SPLIT.items() for line in lines])
def test_a_space_is_put_back(code: str, line: str) -> None:
    pieces = line.split("|")
    wanted = [len("".join(pieces[: number + 1])) for number in range(len(pieces) - 1)]
    glued = line.replace("|", "")
    assert rules_for(glued)
    assert insertions(glued, code) == wanted


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in KEPT.items() for line in lines])
def test_what_is_whole_is_kept(code: str, line: str) -> None:
    assert insertions(line, code) == []


def test_a_quick_look_finds_no_mark_in_clean_text() -> None:
    assert not rules_for('In 2019, "the end," he said. (It was.) “Yes,” said she; £3.5bn – or l’Élysée.')
