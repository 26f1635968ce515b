"""The chat page as it is sent: readable and usable at once, while Gradio, 280 KB of scripts, is still on its way.

Header, greeting, starter questions, counter and disclaimer are ours and stay; the conversation and the box are taken
over by Gradio's when they are there (`chat.js`). Pure: settings, and what Gradio needs, to HTML.
"""

import json
import re
from dataclasses import asdict

from markupsafe import Markup

from chatbot.content.block_html import html_of
from chatbot.content.owner_texts import owner_blocks
from chatbot.core.locales import FALLBACK, direction_of, locale_of, speaks
from chatbot.core.logo import picture_of
from chatbot.core.settings import BotSettings
from chatbot.core.templates import rendered
from chatbot.web.static_files import sent_text, static_text, version_of

# Of Gradio's own page: what loads it, and the element that it fills.
_PARTS = re.compile(
    r"<script\b[^>]*>.*?</script>|<link\b[^>]*\brel=\"stylesheet\"[^>]*>|<gradio-app\b.*?</gradio-app>", re.DOTALL
)
# It loads a script for pages that show this one in a frame of their height.
_NEEDLESS = "iframeResizer.contentWindow"


def gradio_parts(page: str) -> str:
    """What of Gradio's page `first_page` takes, in its order and at its end: nothing of it holds up the first paint.

    The cards for other sites (og:, twitter:), which name Gradio, and its icons are left out.
    """
    return "\n".join(part for part in _PARTS.findall(page) if _NEEDLESS not in part)


def first_page(settings: BotSettings, gradio: str = "") -> str:
    """`gradio`: from `gradio_parts`; without it the page asks the server for it from time to time."""
    said = locale_of(settings.lang)
    own_lang = "" if speaks(settings.lang) else FALLBACK
    direction = direction_of(settings.lang)
    return rendered(
        "web/gradio_page/templates/first_page.html.jinja",
        settings=settings,
        direction=direction,
        said=said,
        own_lang=own_lang,
        icon=_icon(settings),
        stylesheet=_versioned("chat.css"),
        script=_versioned("chat.js"),
        data={
            "lang": settings.lang,
            "dir": direction,
            "own-lang": own_lang,
            "words": json.dumps(asdict(said.shared) | asdict(said.chat), ensure_ascii=False),
            "reasons": json.dumps(settings.reasons, ensure_ascii=False),
            "limit": str(settings.question_limit),
            "remembers": "yes" if settings.remember_conversation else "",
        },
        greeting=_said(settings.greeting),
        disclaimer=_said(settings.disclaimer),
        gradio=Markup(gradio),
    )


def _said(text: str) -> Markup:
    return Markup(html_of(owner_blocks(text)))


def _versioned(name: str) -> str:
    return f"{name}?v={version_of(sent_text(f'gradio_page/{name}'))}"


def _icon(settings: BotSettings) -> str:
    content = picture_of(settings.logo)[1] if settings.logo else static_text("icon.svg")
    return f"favicon.ico?v={version_of(content)}"
