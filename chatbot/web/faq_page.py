"""The whole FAQ as one page without JavaScript: for plain browsers, search engines, and for when the bot is away.

Pure: a build's entries and settings to HTML. The answers are the HTML that the build cleaned; all else is escaped here.
"""

import json
from collections.abc import Sequence
from html import escape
from typing import Literal
from urllib.parse import quote

from chatbot.config import BotSettings
from chatbot.text import is_web_address
from chatbot.types import Entry
from chatbot.web.messages import addressed

# The page's own words: contents, source, reviewed, not answered yet, contact, tags.
_WORDS = {
    "en": ("Contents", "Source", "Reviewed", "Not answered yet", "Contact", "Tags"),
    "de": ("Inhalt", "Quelle", "Geprüft", "Noch nicht beantwortet", "Kontakt", "Themen"),
    "fr": ("Sommaire", "Source", "Vérifié le", "Pas encore de réponse", "Contact", "Thèmes"),
    "es": ("Contenido", "Fuente", "Revisado", "Aún sin respuesta", "Contacto", "Temas"),
    "it": ("Indice", "Fonte", "Verificato", "Ancora senza risposta", "Contatto", "Temi"),
    "pt": ("Conteúdo", "Fonte", "Revisto", "Ainda sem resposta", "Contacto", "Temas"),
    "nl": ("Inhoud", "Bron", "Nagekeken", "Nog niet beantwoord", "Contact", "Onderwerpen"),
    "pl": ("Spis treści", "Źródło", "Sprawdzono", "Jeszcze bez odpowiedzi", "Kontakt", "Tematy"),
    "tr": ("İçindekiler", "Kaynak", "Gözden geçirme", "Henüz yanıtlanmadı", "İletişim", "Konular"),
    "ar": ("المحتويات", "المصدر", "تمت المراجعة", "لم تتم الإجابة بعد", "للتواصل", "المواضيع"),
    "he": ("תוכן", "מקור", "נבדק", "עדיין ללא תשובה", "יצירת קשר", "נושאים"),
}
_RIGHT_TO_LEFT = {"ar", "he", "fa", "ur"}


def faq_page(entries: Sequence[Entry], settings: BotSettings, style: str) -> str:
    """The page. `style` is what its head says of looks: a link to the stylesheet, or the stylesheet itself."""
    words = _WORDS.get(_language(settings.lang), _WORDS["en"])
    entries = sorted(entries, key=lambda entry: (entry.file, entry.line))  # as the editor put them; a build goes by id
    answered = [entry for entry in entries if not entry.is_gap]
    gaps = [entry for entry in entries if entry.is_gap]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(settings.lang)}" dir="{direction_of(settings.lang)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(settings.title)}</title>",
            style,
            f'<script type="application/ld+json">{_structured(answered, settings)}</script>',
            "</head>",
            "<body>",
            f"<header>\n<h1>{escape(settings.title)}</h1>",
            f"<p>{escape(settings.disclaimer)}</p>" if settings.disclaimer else "",
            "</header>",
            _contents([*answered, *gaps], words[0]),
            "<main>",
            *(_article(entry, settings, words) for entry in answered),
            _not_answered(gaps, words[3]),
            "</main>",
            f"<footer>\n<p>{escape(words[4])}: {with_links(settings.contact)}</p>\n</footer>"
            if settings.contact
            else "",
            "</body>",
            "</html>\n",
        ]
    )


def stylesheet_link(address: str) -> str:
    return f'<link rel="stylesheet" href="{escape(address)}">'


def inlined(stylesheet: str) -> str:
    """For a page that must stand alone."""
    return f"<style>\n{stylesheet}</style>"


def direction_of(lang: str) -> Literal["rtl", "ltr"]:
    """How `lang`, a BCP 47 tag, is written."""
    return "rtl" if _language(lang) in _RIGHT_TO_LEFT else "ltr"


def _language(tag: str) -> str:
    return tag.split("-")[0].lower()


def _contents(entries: Sequence[Entry], heading: str) -> str:
    lines = [f'<li><a href="#{quote(entry.id)}">{escape(entry.question)}</a></li>' for entry in entries]
    title = f'<h2 id="contents:">{escape(heading)}</h2>'  # no id of an entry holds a colon
    return "\n".join(['<nav aria-labelledby="contents:">', title, "<ol>", *lines, "</ol>", "</nav>"])


def _article(entry: Entry, settings: BotSettings, words: Sequence[str]) -> str:
    origin = _origin(entry, words)
    parts = [
        f'<article id="{escape(entry.id)}"{_lang_attribute(entry, settings)}>',
        f"<h2>{escape(entry.question)}</h2>",
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
    return "\n".join([f'<section class="gaps">\n<h2>{escape(heading)}</h2>', "<ul>", *lines, "</ul>", "</section>"])


def _lang_attribute(entry: Entry, settings: BotSettings) -> str:
    is_other = entry.lang and _language(entry.lang) != _language(settings.lang)
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


def with_links(text: str) -> str:
    """`text` as HTML, with its web and mail addresses as links."""
    return "".join(
        f'<a href="{escape(url)}">{escape(part)}</a>' if url else escape(part) for part, url in addressed(text)
    )


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
