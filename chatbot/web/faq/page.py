"""The whole FAQ as one page: for plain browsers, search engines, and for when the bot is away.

Pure: a build's entries and settings to HTML. The answers are the HTML that the build cleaned; all else is escaped here.
The page is whole without JavaScript; with it there is a search, `static/faq.js`, which needs no server.
"""

import json
from collections.abc import Sequence
from html import escape
from typing import Literal
from urllib.parse import quote

from chatbot.content.drawn import html_of
from chatbot.content.owners_words import contact_of
from chatbot.core.blocks import Paragraph
from chatbot.core.settings import BotSettings
from chatbot.core.text import is_web_address
from chatbot.core.types import Entry
from chatbot.web.faq.sections import Part, parts_of

# The page's own words: contents, source, reviewed, not answered yet, contact, tags; the search, how many it found and
# that it found none; the link to the chat, and what stands under no heading.
_WORDS = {
    "en": (
        *("Contents", "Source", "Reviewed", "Not answered yet", "Contact", "Tags"),
        *("Search these questions", "{n} of {all} questions", "No question here holds these words."),
        *("Ask in the chat", "More questions"),
    ),
    "de": (
        *("Inhalt", "Quelle", "Geprüft", "Noch nicht beantwortet", "Kontakt", "Themen"),
        *("Diese Fragen durchsuchen", "{n} von {all} Fragen", "Keine Frage hier enthält diese Wörter."),
        *("Im Chat fragen", "Weitere Fragen"),
    ),
    "fr": (
        *("Sommaire", "Source", "Vérifié le", "Pas encore de réponse", "Contact", "Thèmes"),
        *("Chercher dans ces questions", "{n} questions sur {all}", "Aucune question ne contient ces mots."),
        *("Demander dans le chat", "Autres questions"),
    ),
    "es": (
        *("Contenido", "Fuente", "Revisado", "Aún sin respuesta", "Contacto", "Temas"),
        *("Buscar en estas preguntas", "{n} de {all} preguntas", "Ninguna pregunta contiene estas palabras."),
        *("Preguntar en el chat", "Más preguntas"),
    ),
    "it": (
        *("Indice", "Fonte", "Verificato", "Ancora senza risposta", "Contatto", "Temi"),
        *("Cerca tra queste domande", "{n} domande su {all}", "Nessuna domanda contiene queste parole."),
        *("Chiedi nella chat", "Altre domande"),
    ),
    "pt": (
        *("Conteúdo", "Fonte", "Revisto", "Ainda sem resposta", "Contacto", "Temas"),
        *("Procurar nestas perguntas", "{n} de {all} perguntas", "Nenhuma pergunta contém estas palavras."),
        *("Perguntar no chat", "Mais perguntas"),
    ),
    "nl": (
        *("Inhoud", "Bron", "Nagekeken", "Nog niet beantwoord", "Contact", "Onderwerpen"),
        *("Zoek in deze vragen", "{n} van {all} vragen", "Geen vraag bevat deze woorden."),
        *("Vraag het in de chat", "Meer vragen"),
    ),
    "pl": (
        *("Spis treści", "Źródło", "Sprawdzono", "Jeszcze bez odpowiedzi", "Kontakt", "Tematy"),
        *("Szukaj w pytaniach", "Pytania: {n} z {all}", "Żadne pytanie nie zawiera tych słów."),
        *("Zapytaj na czacie", "Inne pytania"),
    ),
    "tr": (
        *("İçindekiler", "Kaynak", "Gözden geçirme", "Henüz yanıtlanmadı", "İletişim", "Konular"),
        *("Bu sorularda ara", "{all} sorudan {n} tanesi", "Bu sözcükleri içeren soru yok."),
        *("Sohbette sor", "Diğer sorular"),
    ),
    "ar": (
        *("المحتويات", "المصدر", "تمت المراجعة", "لم تتم الإجابة بعد", "للتواصل", "المواضيع"),
        *("البحث في هذه الأسئلة", "{n} من {all} سؤالاً", "لا يوجد سؤال يحتوي على هذه الكلمات."),
        *("اسأل في المحادثة", "أسئلة أخرى"),
    ),
    "he": (
        *("תוכן", "מקור", "נבדק", "עדיין ללא תשובה", "יצירת קשר", "נושאים"),
        *("חיפוש בשאלות", "{n} מתוך {all} שאלות", "אין שאלה עם המילים האלה."),
        *("לשאול בצ'אט", "שאלות נוספות"),
    ),
}
_RIGHT_TO_LEFT = {"ar", "he", "fa", "ur"}


def faq_page(entries: Sequence[Entry], settings: BotSettings, head: str, script: str = "", chat: str = "") -> str:
    """The page. `head`: a link to the stylesheet, or the stylesheet itself; `script`: the same of the script; `chat`:
    the address of the chat page, "" where there is none beside this page."""
    words = _WORDS.get(_language(settings.lang), _WORDS["en"])
    entries = sorted(entries, key=lambda entry: (entry.file, entry.line))  # as the editor put them; a build goes by id
    answered = [entry for entry in entries if not entry.is_gap]
    gaps = [entry for entry in entries if entry.is_gap]
    parts = parts_of(answered)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(settings.lang)}" dir="{direction_of(settings.lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(settings.title)}</title>",
            head,
            f'<script type="application/ld+json">{_structured(answered, settings)}</script>',
            "</head>",
            "<body>",
            f"<header>\n<h1>{escape(settings.title)}</h1>",
            f"<p>{escape(settings.disclaimer)}</p>" if settings.disclaimer else "",
            f'<p class="chat"><a href="{escape(chat)}">{escape(words[9])}</a></p>' if chat else "",
            "</header>",
            _search(words, chat),
            _contents(parts, gaps, words),
            "<main>",
            *(_part(number, part, settings, words, len(parts) > 1) for number, part in enumerate(parts)),
            _not_answered(gaps, words[3]),
            "</main>",
            _hand_off(settings, words[4]),
            script,
            "</body>",
            "</html>\n",
        ]
    )


def stylesheet_link(address: str) -> str:
    return f'<link rel="stylesheet" href="{escape(address)}">'


def script_link(address: str) -> str:
    return f'<script src="{escape(address)}"></script>'


def inlined(stylesheet: str) -> str:
    """For a page that must stand alone."""
    return f"<style>\n{stylesheet}</style>"


def inlined_script(script: str) -> str:
    return f"<script>\n{script}</script>"


def direction_of(lang: str) -> Literal["rtl", "ltr"]:
    """How `lang`, a BCP 47 tag, is written."""
    return "rtl" if _language(lang) in _RIGHT_TO_LEFT else "ltr"


def _language(tag: str) -> str:
    return tag.split("-")[0].lower()


def _search(words: Sequence[str], chat: str) -> str:
    """Shown by the script alone. What it says when nothing is found leads to the chat."""
    return "\n".join(
        [
            f'<form role="search" hidden data-found="{escape(words[7])}" data-none="{escape(words[8])}">',
            f'<label for="find:">{escape(words[6])}</label>',
            '<input type="search" id="find:" autocomplete="off" enterkeyhint="search" maxlength="200">',
            '<p><span role="status"></span>',
            f'<a href="{escape(chat)}" hidden>{escape(words[9])}</a></p>' if chat else "</p>",
            "</form>",
        ]
    )


def _contents(parts: Sequence[Part], gaps: Sequence[Entry], words: Sequence[str]) -> str:
    title = f'<h2 id="contents:">{escape(words[0])}</h2>'  # no id of an entry holds a colon
    if len(parts) > 1:
        lines = [
            f'<li><a href="#part:{number}">{escape(_heading(part, words))}</a>\n{_listed(part.entries)}\n</li>'
            for number, part in enumerate(parts)
        ]
        lines += [f'<li><a href="#gaps:">{escape(words[3])}</a>\n{_listed(gaps)}\n</li>'] if gaps else []
        listed = "\n".join(['<ul class="parts">', *lines, "</ul>"])
    else:
        listed = _listed([*parts[0].entries, *gaps])
    return "\n".join(['<nav aria-labelledby="contents:">', title, listed, "</nav>"])


def _listed(entries: Sequence[Entry]) -> str:
    lines = [f'<li><a href="#{quote(entry.id)}">{escape(entry.question)}</a></li>' for entry in entries]
    return "\n".join(["<ol>", *lines, "</ol>"])


def _heading(part: Part, words: Sequence[str]) -> str:
    return part.heading or words[10]


def _part(number: int, part: Part, settings: BotSettings, words: Sequence[str], is_one_of_several: bool) -> str:
    level = 3 if is_one_of_several else 2
    articles = [_article(entry, settings, words, level) for entry in part.entries]
    if not is_one_of_several:
        return "\n".join(articles)
    title = f'<h2 id="part:{number}">{escape(_heading(part, words))}</h2>'
    return "\n".join([f'<section aria-labelledby="part:{number}">', title, *articles, "</section>"])


def _article(entry: Entry, settings: BotSettings, words: Sequence[str], level: int) -> str:
    origin = _origin(entry, words)
    also = f' data-also="{escape(" ".join(entry.alternates))}"' if entry.alternates else ""
    parts = [
        f'<article id="{escape(entry.id)}"{also}{_lang_attribute(entry, settings)}>',
        f"<h{level}>{escape(entry.question)}</h{level}>",
        f"<div>{entry.html}</div>",
        f'<p class="origin">{origin}</p>' if origin else "",
        f'<ul class="tags" aria-label="{escape(words[5])}">{_tags(entry)}</ul>' if entry.tags else "",
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _not_answered(gaps: Sequence[Entry], heading: str) -> str:
    if not gaps:
        return ""
    lines = [f'<li id="{escape(gap.id)}">{escape(gap.question)}</li>' for gap in gaps]
    return "\n".join(
        [f'<section class="gaps">\n<h2 id="gaps:">{escape(heading)}</h2>', "<ul>", *lines, "</ul>", "</section>"]
    )


def _lang_attribute(entry: Entry, settings: BotSettings) -> str:
    if not entry.lang:
        return ' dir="auto"'
    is_other = _language(entry.lang) != _language(settings.lang)
    return f' lang="{escape(entry.lang)}" dir="{direction_of(entry.lang)}"' if is_other else ""


def _origin(entry: Entry, words: Sequence[str]) -> str:
    label = escape(entry.source or entry.url)
    if is_web_address(entry.url):
        label = f'<a href="{escape(entry.url)}" rel="noopener noreferrer">{label}</a>'
    said_by = f"{escape(words[1])}: {label}" if label else ""
    date = escape(entry.reviewed)
    reviewed = f'{escape(words[2])} <time datetime="{date}">{date}</time>' if date else ""
    return " \u00b7 ".join(part for part in (said_by, reviewed) if part)


def _tags(entry: Entry) -> str:
    return "".join(f"<li>{escape(tag)}</li>" for tag in entry.tags)


def _hand_off(settings: BotSettings, heading: str) -> str:
    contact = contact_of(settings.contact)
    if contact is None:
        return ""
    first, *others = contact.blocks
    named = Paragraph((f"{heading}: ", *first.content)) if isinstance(first, Paragraph) else first
    return f"<footer>\n{html_of([named, *others])}\n</footer>"


def _structured(answered: Sequence[Entry], settings: BotSettings) -> str:
    """schema.org's FAQPage. It asks for an answer to each question, so gaps are left out."""
    page = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "name": settings.title,
        "inLanguage": settings.lang,
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question,
                "acceptedAnswer": {"@type": "Answer", "text": entry.html},
            }
            for entry in answered
        ],
    }
    # No "<" in it, so that nothing an answer holds can end the script element.
    return json.dumps(page, ensure_ascii=False).replace("<", "\\u003c")
