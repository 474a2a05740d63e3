import pytest

from newsclean.language import guess_language

SENTENCES = {
    "en": "The minister said that the talks would go on, and that they were not in a hurry to end them.",
    "es": "El ministro dijo que las conversaciones seguirán y que no hay prisa por terminar.",
    "pt": "O ministro disse que as conversas vão continuar e que não há pressa para terminar.",
    "fr": "Le ministre a dit que les discussions vont se poursuivre et qu'il n'est pas pressé d'en finir.",
    "de": "Der Minister sagte, dass die Gespräche weitergehen und man es mit dem Ende nicht eilig habe.",
    "it": "Il ministro ha detto che i colloqui continueranno e che non c'è fretta di finire.",
    "nl": "De minister zei dat de gesprekken doorgaan en dat er geen haast is om ze af te ronden.",
    "pl": "Minister powiedział, że rozmowy będą trwały i że nie ma pośpiechu, aby je zakończyć.",
    "tr": "Bakan, görüşmelerin devam edeceğini ve bitirmek için bir acele olmadığını söyledi, çok net oldu.",
    "ru": "Министр сказал, что переговоры продолжатся и что он не спешит их закончить.",
    "uk": "Міністр сказав, що переговори триватимуть і що він не поспішає їх закінчити.",
    "ar": "قال الوزير إن المحادثات ستستمر في العاصمة وأنه لا داعي إلى التسرع.",
    "fa": "وزیر گفت که این گفتگوها در پایتخت ادامه خواهد داشت و برای آن عجله نیست.",
    "hi": "मंत्री ने कहा कि बातचीत जारी रहेगी।",
    "ja": "大臣は会談を続けると述べた。",
    "zh": "部长表示会谈将继续进行。",
    "ko": "장관은 회담이 계속될 것이라고 말했다.",
    "el": "Ο υπουργός είπε ότι οι συνομιλίες θα συνεχιστούν.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_one_sentence_is_enough(code: str) -> None:
    assert guess_language(SENTENCES[code]) == code


@pytest.mark.parametrize("text", ["", "3-1, 2-2", "Sadyr Japarov", "x" * 100_000, "{};" * 1000])
def test_silent_when_unsure(text: str) -> None:
    assert guess_language(text) is None


def test_a_long_text_is_judged_by_its_beginning_middle_and_end() -> None:
    code = ".ad { display: none }\n" * 200
    assert guess_language(code + SENTENCES["es"] * 60 + code) == "es"
