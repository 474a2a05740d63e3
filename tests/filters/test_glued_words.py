import pytest

from newsclean import Document, Pipeline, word_counts
from newsclean.filters import glued_words
from newsclean.lexicon import languages
from newsclean.lexicon.word_lists import never_split

PARAGRAPHS = {
    "en": "The minister said on Monday that the government would look again at the plans for housing in the towns. "
    "The mayors had warned that there was no money for the roads, and that the schools were full.",
    "es": "El ministro dijo el lunes que el gobierno revisará los planes de vivienda en las ciudades. Los alcaldes "
    "habían advertido de que no hay dinero para las carreteras y de que las escuelas están llenas.",
    "fr": "Le ministre a déclaré lundi que le gouvernement allait revoir les projets de logement dans les villes. Les "
    "maires avaient prévenu que l'argent manquait pour les routes et que les écoles étaient pleines.",
    "de": "Der Minister sagte am Montag, die Regierung werde die Pläne für den Wohnungsbau in den Städten noch einmal "
    "prüfen. Die Bürgermeister hatten gewarnt, dass für die Straßen das Geld fehle und die Schulen voll seien.",
    "pt": "O ministro disse na segunda-feira que o governo vai rever os planos de habitação nas cidades. Os prefeitos "
    "tinham avisado que não há dinheiro para as estradas e que as escolas estão cheias.",
    "it": "Il ministro ha detto lunedì che il governo rivedrà i piani per gli alloggi nelle città. I sindaci avevano "
    "avvertito che non ci sono soldi per le strade e che le scuole sono piene.",
    "nl": "De minister zei maandag dat het kabinet de plannen voor de woningbouw opnieuw bekijkt. De burgemeesters "
    "hadden gewaarschuwd dat er geen geld is voor de wegen en dat de scholen overvol zitten.",
    "pl": "Minister powiedział w poniedziałek, że rząd ponownie rozważy plany budowy mieszkań. Burmistrzowie "
    "ostrzegali, że brakuje pieniędzy na drogi, a szkoły są przepełnione.",
    "tr": "Bakan pazartesi günü hükümetin konut planlarını yeniden gözden geçireceğini söyledi. Belediye başkanları "
    "yollar için para olmadığı ve okulların dolu olduğu konusunda uyarmıştı.",
    "vi": "Bộ trưởng cho biết hôm thứ Hai rằng chính phủ sẽ xem lại kế hoạch xây dựng nhà ở tại các thành phố, vì "
    "các thị trưởng đã cảnh báo rằng không có tiền cho đường sá và trường học đã quá tải.",
    "ca": "El ministre va dir dilluns que el govern revisarà els plans d'habitatge a les ciutats. Els alcaldes havien "
    "advertit que no hi ha diners per a les carreteres i que les escoles estan plenes.",
    "gl": "O ministro dixo o luns que o goberno revisará os plans de vivenda nas cidades. Os alcaldes advertiran de "
    "que non hai cartos para as estradas e de que as escolas están cheas.",
    "da": "Ministeren sagde mandag, at regeringen vil se på planerne for boligbyggeriet igen. Borgmestrene havde "
    "advaret om, at der ikke er penge til vejene, og at skolerne er fyldte.",
    "ar": "قال الوزير يوم الاثنين إن الحكومة ستراجع خطط الإسكان في المدن، وكان رؤساء البلديات قد حذروا من نقص المال "
    "للطرق ومن أن المدارس ممتلئة.",
}


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("other", PARAGRAPHS)
def test_a_table_leaves_text_in_other_languages_alone(code: str, other: str) -> None:
    assert list(glued_words(Document(PARAGRAPHS[other], language=code))) == []


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("other", PARAGRAPHS)
def test_a_table_leaves_short_lines_and_capitals_in_other_languages_alone(code: str, other: str) -> None:
    words = PARAGRAPHS[other].split()
    lines = "\n".join(" ".join(words[at : at + 6]) for at in range(0, len(words), 6))
    for text in (lines, lines.upper()):
        assert list(glued_words(Document(text, language=code))) == []


def test_an_edit_is_an_insertion_with_its_probability() -> None:
    text = PARAGRAPHS["en"].replace("government would", "governmentwould")
    (edit,) = glued_words(Document(text))
    assert (edit.start, edit.end, edit.replacement) == (text.index("would"), text.index("would"), " ")
    assert 0.9 <= edit.confidence < 1


def test_the_original_is_evidence() -> None:
    text = PARAGRAPHS["en"] + " Ostrandincarver was there."
    original = Document(text + "\n" + "Ostrandin spoke, and carver Ostrandin, the carver. " * 3, language="en")
    alone = [edit.confidence for edit in glued_words(Document(text, language="en"), glue="eager")]
    assert alone < [edit.confidence for edit in glued_words(Document(text, original=original), glue="eager")]


RESULTS = (
    "Ostrand Bay (1-0):Tolman 25 points. Davis 17 points. Burger 10 points and 3 steals. Harper 9 assists, 4 blocks.\n"
    "Rockhaven (0-1):Armand 12 points, 6 rebounds. Kessler 4 saves. Olsen 2 goals, 1 penalty. Boyd 3 turnovers.\n"
)


def test_lists_without_a_word_that_tells_are_in_the_language_of_their_words() -> None:
    assert Document(RESULTS).language is None
    assert [RESULTS[edit.start :].split(maxsplit=1)[0] for edit in glued_words(Document(RESULTS))] == [
        "Tolman",
        "Armand",
    ]


@pytest.mark.parametrize("text", [RESULTS.partition("\n")[0], "Ostrand (1-0):Tolman 25 lupul. Casimir 17 pesti. " * 9])
def test_few_words_or_words_of_no_table_are_in_no_language(text: str) -> None:
    assert list(glued_words(Document(text))) == []


def test_every_occurrence_is_repaired() -> None:
    text = PARAGRAPHS["en"].replace("government would", "governmentwould")
    result = Pipeline(select=["glued_words"]).run(f"{text}\n{text}\n")
    assert result.text.count("government would") == 2


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "Moscowannounced" * 20_000,
        "Moscowannounced " * 100_000,
        "the " * 300_000,
        "theofin'" * 20_000,
        "a" * 100_000 + "workin' " * 100_000,
        "The it's" * 20_000,
        "theship 3Mayor It'san 4Kmonitor " * 10_000,
        "THE IT'S" * 20_000,
        "ThE" * 50_000,
        "\n".join(["theship"] * 50_000),
    ],
    ids=[
        "letters",
        "no spaces",
        "one glued word",
        "one word",
        "apostrophes",
        "letters left out",
        "contractions",
        "marks",
        "shouted",
        "capitals",
        "lines",
    ],
)
def test_bad_input_is_read_in_reasonable_time(text: str) -> None:
    first = list(glued_words(Document(text, language="en")))
    assert all(edit.replacement == " " for edit in first)


def split_words(text: str, **options: object) -> list[str]:
    return Pipeline(select=["glued_words"], language="en", **options).run(text).text.split()  # type: ignore[arg-type]


def test_a_mode_says_how_sure_a_split_must_be() -> None:
    text = PARAGRAPHS["en"].replace("government would", "governmentwould").replace("the roads", "theroads")
    text += " They said that the riverhad was lost, and that the jumpon was not."
    strict, normal, eager = (
        {edit.start: edit.confidence for edit in glued_words(Document(text, language="en"), glue=mode)}
        for mode in ("strict", "normal", "eager")
    )
    assert strict.keys() < normal.keys() < eager.keys()
    assert all(0.97 <= confidence < 1 for confidence in strict.values())
    assert all(0.5 <= confidence < 1 for confidence in eager.values())


def test_a_mode_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="glue must be 'strict' or 'normal' or 'eager', not 'bold'"):
        Pipeline(glue="bold")  # type: ignore[arg-type]


def test_words_of_the_user_are_kept() -> None:
    text = "They met in the town and the thecouncil spoke of peace. The thecouncil was a newspaper, as thetown knew."
    assert "thecouncil" not in split_words(text)
    assert "thecouncil" in split_words(text, never_split=["thecouncil"])


def test_words_of_the_user_are_split_whatever_the_evidence() -> None:
    text = "The stockmarket fell, and a Stockmarket crash came."
    assert "stockmarket" in split_words(text)
    assert split_words(text, always_split=["stock market"]).count("market") == 2


def test_a_string_is_no_list_of_words() -> None:
    with pytest.raises(ValueError, match="never_split is given as a list"):
        Pipeline(never_split="YouTube")


def test_names_seen_in_other_documents_are_evidence_where_they_are_passed() -> None:
    text = "The mayor met Farwenunder the hall on Monday with two of his friends, who left for the coast on Tuesday."
    seen = word_counts(["Farwen spoke. On Friday Farwen left.", "The rest of Farwen's friends stayed."])
    with_evidence = [edit.confidence for edit in glued_words(Document(text, language="en"), glue="eager", seen=seen)]
    without = [edit.confidence for edit in glued_words(Document(text, language="en"), glue="eager")]
    assert with_evidence > without
    assert "Farwen" not in split_words(text)
    assert "Farwen" in split_words(text, seen=seen)


def test_a_text_with_more_glue_is_believed_sooner() -> None:
    sentence = "The mayor met Ostrandinwho came from the coast with two of his friends on Monday."
    more = " The ministerspoke of peace, the townsagreed, and the governmentwould pay for theroads and theschools."
    alone = [edit.confidence for edit in glued_words(Document(sentence, language="en"), glue="eager")]
    beside = [edit.confidence for edit in glued_words(Document(sentence + more, language="en"), glue="eager")]
    assert alone[:1] < beside[:1]


def test_what_is_split_stays_split_the_second_time() -> None:
    text = "The ministerspoke of peace,and the townsagreed.They met ofthe 3May plan."
    once = Pipeline(select=["glued_words"], language="en").run(text).text
    assert once != text
    assert Pipeline(select=["glued_words"], language="en").run(once).text == once


@pytest.mark.parametrize("text", ["word.Next" * 20_000, 'a,"b' * 20_000, "1May" * 20_000, ")x" * 50_000, '"a' * 50_000])
def test_marks_are_read_in_reasonable_time(text: str) -> None:
    assert all(edit.replacement == " " for edit in glued_words(Document(text, language="en")))


def test_words_to_keep_are_kept_in_capitals() -> None:
    kept = [word.upper() for word in sorted(never_split("en").words) if word.isascii() and word.isalpha()][::7]
    for at in range(0, len(kept), 40):
        lines = "\n".join(f"{word} TO CUT JOBS IN JUNE" for word in kept[at : at + 40])
        assert list(glued_words(Document(f"{PARAGRAPHS['en']}\n{lines}\n"))) == []
