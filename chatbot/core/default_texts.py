"""Default texts of a page in all interface languages: title, greeting, placeholder of the question box, and the reasons
offered to a visitor who finds a reply not helpful."""

from collections.abc import Mapping

NAMES = ("title", "greeting", "placeholder", "reasons")
Texts = tuple[str, str, str, tuple[str, ...]]

ENGLISH: Texts = (
    "Questions and answers",
    "Ask a question in your own words. I answer with this site's own text.",
    "Type your question",
    ("Wrong answer", "Out of date", "Hard to understand", "Something is missing"),
)
TEXTS: Mapping[str, Texts] = {
    "en": ENGLISH,
    "de": (
        "Fragen und Antworten",
        "Stellen Sie Ihre Frage in eigenen Worten. Ich antworte mit den Texten dieser Website.",
        "Ihre Frage eingeben",
        ("Falsche Antwort", "Veraltet", "Schwer verständlich", "Etwas fehlt"),
    ),
    "fr": (
        "Questions et réponses",
        "Posez votre question avec vos propres mots. Je réponds avec les textes de ce site.",
        "Écrivez votre question",
        ("Mauvaise réponse", "Plus à jour", "Difficile à comprendre", "Il manque quelque chose"),
    ),
    "es": (
        "Preguntas y respuestas",
        "Haga su pregunta con sus propias palabras. Respondo con los textos de este sitio.",
        "Escriba su pregunta",
        ("Respuesta incorrecta", "Desactualizada", "Difícil de entender", "Falta algo"),
    ),
    "it": (
        "Domande e risposte",
        "Fai una domanda con parole tue. Rispondo con i testi di questo sito.",
        "Scrivi la tua domanda",
        ("Risposta sbagliata", "Non aggiornata", "Difficile da capire", "Manca qualcosa"),
    ),
    "pt": (
        "Perguntas e respostas",
        "Faça a sua pergunta por palavras suas. Respondo com os textos deste site.",
        "Escreva a sua pergunta",
        ("Resposta errada", "Desatualizada", "Difícil de entender", "Falta algo"),
    ),
    "nl": (
        "Vragen en antwoorden",
        "Stel uw vraag in uw eigen woorden. Ik antwoord met de teksten van deze site.",
        "Typ uw vraag",
        ("Verkeerd antwoord", "Verouderd", "Moeilijk te begrijpen", "Er ontbreekt iets"),
    ),
    "pl": (
        "Pytania i odpowiedzi",
        "Zadaj pytanie własnymi słowami. Odpowiadam tekstami z tej strony.",
        "Wpisz swoje pytanie",
        ("Błędna odpowiedź", "Nieaktualna", "Trudna do zrozumienia", "Czegoś brakuje"),
    ),
    "ar": (
        "أسئلة وأجوبة",
        "اطرح سؤالك بكلماتك. أجيب بنصوص هذا الموقع.",
        "اكتب سؤالك",
        ("إجابة خاطئة", "معلومات قديمة", "صعبة الفهم", "ينقصها شيء"),
    ),
    "he": (
        "שאלות ותשובות",
        "אפשר לשאול במילים שלכם. אני עונה בטקסטים של האתר הזה.",
        "כתבו את השאלה",
        ("תשובה שגויה", "לא מעודכן", "קשה להבנה", "חסר משהו"),
    ),
}


def in_language(name: str, text: object, tag: str) -> object:
    """`text` for the setting `name`. A default text, in any language, is replaced by the one for `tag`."""
    at = NAMES.index(name)
    if all(text != texts[at] for texts in TEXTS.values()):
        return text
    return TEXTS.get(tag.split("-")[0].lower(), ENGLISH)[at]
