import pytest

from newsclean import Document, Pipeline
from newsclean.filters import glued_words
from newsclean.lexicon import languages

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
    "ar": "قال الوزير يوم الاثنين إن الحكومة ستراجع خطط الإسكان في المدن، وكان رؤساء البلديات قد حذروا من نقص المال "
    "للطرق ومن أن المدارس ممتلئة.",
}


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("other", PARAGRAPHS)
def test_a_table_leaves_text_in_other_languages_alone(code: str, other: str) -> None:
    assert list(glued_words(Document(PARAGRAPHS[other], language=code))) == []


def test_an_edit_is_an_insertion_with_its_probability() -> None:
    text = PARAGRAPHS["en"].replace("government would", "governmentwould")
    (edit,) = glued_words(Document(text))
    assert (edit.start, edit.end, edit.replacement) == (text.index("would"), text.index("would"), " ")
    assert 0.9 <= edit.confidence < 1


def test_the_original_is_evidence() -> None:
    text = PARAGRAPHS["en"] + " Ostrandincarver was there."
    original = Document(text + "\n" + "Ostrandin spoke, and carver Ostrandin, the carver. " * 3, language="en")
    alone = [edit.confidence for edit in glued_words(Document(text, language="en"))]
    assert alone < [edit.confidence for edit in glued_words(Document(text, original=original))]


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
        "ThE" * 50_000,
        "\n".join(["theship"] * 50_000),
    ],
    ids=["letters", "no spaces", "one glued word", "one word", "apostrophes", "capitals", "lines"],
)
def test_bad_input_is_read_in_reasonable_time(text: str) -> None:
    first = list(glued_words(Document(text, language="en")))
    assert all(edit.replacement == " " for edit in first)
