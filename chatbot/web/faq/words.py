"""The FAQ page's own words in its languages, and how a language is written."""

from typing import Literal, NamedTuple


class Words(NamedTuple):
    """Those of one language. `found`: of a search, how many there are."""

    contents: str
    source: str
    reviewed: str
    not_answered: str
    contact: str
    tags: str
    search: str
    found: str
    none_found: str
    chat: str
    more: str  # the heading of questions that stand under none


_WORDS = {
    "en": Words(
        *("Contents", "Source", "Reviewed", "Not answered yet", "Contact", "Tags"),
        *("Search these questions", "{n} of {all} questions", "No question here holds these words."),
        *("Ask in the chat", "More questions"),
    ),
    "de": Words(
        *("Inhalt", "Quelle", "Geprüft", "Noch nicht beantwortet", "Kontakt", "Themen"),
        *("Diese Fragen durchsuchen", "{n} von {all} Fragen", "Keine Frage hier enthält diese Wörter."),
        *("Im Chat fragen", "Weitere Fragen"),
    ),
    "fr": Words(
        *("Sommaire", "Source", "Vérifié le", "Pas encore de réponse", "Contact", "Thèmes"),
        *("Chercher dans ces questions", "{n} questions sur {all}", "Aucune question ne contient ces mots."),
        *("Demander dans le chat", "Autres questions"),
    ),
    "es": Words(
        *("Contenido", "Fuente", "Revisado", "Aún sin respuesta", "Contacto", "Temas"),
        *("Buscar en estas preguntas", "{n} de {all} preguntas", "Ninguna pregunta contiene estas palabras."),
        *("Preguntar en el chat", "Más preguntas"),
    ),
    "it": Words(
        *("Indice", "Fonte", "Verificato", "Ancora senza risposta", "Contatto", "Temi"),
        *("Cerca tra queste domande", "{n} domande su {all}", "Nessuna domanda contiene queste parole."),
        *("Chiedi nella chat", "Altre domande"),
    ),
    "pt": Words(
        *("Conteúdo", "Fonte", "Revisto", "Ainda sem resposta", "Contacto", "Temas"),
        *("Procurar nestas perguntas", "{n} de {all} perguntas", "Nenhuma pergunta contém estas palavras."),
        *("Perguntar no chat", "Mais perguntas"),
    ),
    "nl": Words(
        *("Inhoud", "Bron", "Nagekeken", "Nog niet beantwoord", "Contact", "Onderwerpen"),
        *("Zoek in deze vragen", "{n} van {all} vragen", "Geen vraag bevat deze woorden."),
        *("Vraag het in de chat", "Meer vragen"),
    ),
    "pl": Words(
        *("Spis treści", "Źródło", "Sprawdzono", "Jeszcze bez odpowiedzi", "Kontakt", "Tematy"),
        *("Szukaj w pytaniach", "Pytania: {n} z {all}", "Żadne pytanie nie zawiera tych słów."),
        *("Zapytaj na czacie", "Inne pytania"),
    ),
    "tr": Words(
        *("İçindekiler", "Kaynak", "Gözden geçirme", "Henüz yanıtlanmadı", "İletişim", "Konular"),
        *("Bu sorularda ara", "{all} sorudan {n} tanesi", "Bu sözcükleri içeren soru yok."),
        *("Sohbette sor", "Diğer sorular"),
    ),
    "ar": Words(
        *("المحتويات", "المصدر", "تمت المراجعة", "لم تتم الإجابة بعد", "للتواصل", "المواضيع"),
        *("البحث في هذه الأسئلة", "{n} من {all} سؤالاً", "لا يوجد سؤال يحتوي على هذه الكلمات."),
        *("اسأل في المحادثة", "أسئلة أخرى"),
    ),
    "he": Words(
        *("תוכן", "מקור", "נבדק", "עדיין ללא תשובה", "יצירת קשר", "נושאים"),
        *("חיפוש בשאלות", "{n} מתוך {all} שאלות", "אין שאלה עם המילים האלה."),
        *("לשאול בצ'אט", "שאלות נוספות"),
    ),
}
_RIGHT_TO_LEFT = {"ar", "he", "fa", "ur"}


def words_of(lang: str) -> Words:
    """Those for an FAQ in `lang`, a BCP 47 tag: English where the page speaks no other."""
    return _WORDS.get(language_of(lang), _WORDS["en"])


def direction_of(lang: str) -> Literal["rtl", "ltr"]:
    """How `lang`, a BCP 47 tag, is written."""
    return "rtl" if language_of(lang) in _RIGHT_TO_LEFT else "ltr"


def language_of(tag: str) -> str:
    return tag.split("-")[0].lower()
