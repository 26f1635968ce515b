"""The whole FAQ as one page: for plain browsers, search engines, and for when the bot is away.

Pure: a build's entries and settings to HTML. The answers are the HTML that the build cleaned; the template escapes all
else. The page is whole without JavaScript; with it there is a search, `faq.js`, which needs no server.
"""

import json
from collections.abc import Sequence

from markupsafe import Markup

from chatbot.content.block_html import html_of
from chatbot.content.owner_texts import contact_of
from chatbot.core.blocks import Paragraph
from chatbot.core.locales import base_of, direction_of, locale_of
from chatbot.core.settings import BotSettings
from chatbot.core.templates import rendered
from chatbot.core.text import is_web_address
from chatbot.core.types import Entry
from chatbot.web.faq.sections import parts_of


def faq_page(entries: Sequence[Entry], settings: BotSettings, head: str, script: str = "", chat: str = "") -> str:
    """The page. `head`: a link to the stylesheet, or the stylesheet itself; `script`: the same of the script; `chat`:
    the address of the chat page, "" where there is none beside this page."""
    entries = sorted(entries, key=lambda entry: (entry.file, entry.line))  # as the editor put them; a build goes by id
    answered = [entry for entry in entries if not entry.is_gap]
    locale = locale_of(settings.lang)
    return rendered(
        "web/faq/templates/page.html.jinja",
        settings=settings,
        said=locale,
        words=locale.faq,
        head=Markup(head),
        script=Markup(script),
        chat=chat,
        parts=parts_of(answered),
        gaps=[entry for entry in entries if entry.is_gap],
        structured=_structured(answered, settings),
        contact=_contact(settings, locale.faq.contact),
        direction_of=direction_of,
        is_other_language=lambda lang: base_of(lang) != base_of(settings.lang),
        is_web_address=is_web_address,
    )


def stylesheet_link(address: str) -> str:
    return Markup('<link rel="stylesheet" href="{}">').format(address)


def script_link(address: str) -> str:
    return Markup('<script src="{}"></script>').format(address)


def inlined(stylesheet: str) -> str:
    """For a page that must stand alone."""
    return f"<style>\n{stylesheet}</style>"


def inlined_script(script: str) -> str:
    return f"<script>\n{script}</script>"


def _contact(settings: BotSettings, heading: str) -> Markup:
    contact = contact_of(settings.contact)
    if contact is None:
        return Markup()
    first, *others = contact.blocks
    named = Paragraph((f"{heading}: ", *first.content)) if isinstance(first, Paragraph) else first
    return Markup(html_of([named, *others]))


def _structured(answered: Sequence[Entry], settings: BotSettings) -> Markup:
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
    return Markup(json.dumps(page, ensure_ascii=False).replace("<", "\\u003c"))
