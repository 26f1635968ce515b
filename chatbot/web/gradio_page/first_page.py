"""The chat page as it is sent: readable and usable at once, while Gradio, 280 KB of scripts, is still on its way.

Header, greeting, starter questions, counter and disclaimer are ours and stay; the conversation and the box are taken
over by Gradio's when they are there (`static/chat.js`). Pure: settings, and what Gradio needs, to HTML.
"""

import json
import re
from html import escape

from chatbot.content.drawn import html_of
from chatbot.content.owners_words import said_by_owner
from chatbot.core.logo import picture_of
from chatbot.core.settings import BotSettings
from chatbot.web.faq.page import direction_of
from chatbot.web.gradio_page.words import ENGLISH, language_of, speaks, words_in
from chatbot.web.static_files import static_text, version_of

# Of Gradio's own page: what loads it, and the element that it fills.
_PARTS = re.compile(
    r"<script\b[^>]*>.*?</script>|<link\b[^>]*\brel=\"stylesheet\"[^>]*>|<gradio-app\b.*?</gradio-app>", re.DOTALL
)
_ANEW = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12a7 7 0 1 0 2-5M4 4v4h4"/></svg>'
# It loads a script for pages that show this one in a frame of their height.
_NEEDLESS = "iframeResizer.contentWindow"


def gradio_parts(page: str) -> str:
    """What of Gradio's page `first_page` takes, in its order and at its end: nothing of it holds up the first paint.

    The cards for other sites (og:, twitter:), which name Gradio, and its icons are left out.
    """
    return "\n".join(part for part in _PARTS.findall(page) if _NEEDLESS not in part)


def first_page(settings: BotSettings, gradio: str = "") -> str:
    """`gradio`: from `gradio_parts`; without it the page asks the server for it from time to time."""
    language = language_of(settings.lang)
    words = words_in(language)

    def ours(text: str) -> str:
        return escape(words.get(text, text))

    data = {
        "lang": settings.lang,
        "dir": direction_of(settings.lang),
        "own-lang": language,
        "words": json.dumps(words, ensure_ascii=False),
        "reasons": json.dumps(settings.reasons, ensure_ascii=False),
        "limit": str(settings.question_limit),
        "remembers": "yes" if settings.remember_conversation else "",
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    # In a page whose language we do not speak, our own words are marked as English.
    own = "" if speaks(settings.lang) else f' lang="{ENGLISH}" dir="ltr"'
    starters = "".join(
        f'<li><button type="button" class="starter" dir="auto">{escape(text)}</button></li>'
        for text in settings.starters
    )
    return f"""<!doctype html>
<html lang="{escape(settings.lang)}" dir="{direction_of(settings.lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="{escape(settings.greeting)}">
<title>{escape(settings.title)}</title>
<link rel="icon" href="{_icon(settings)}">
<link rel="stylesheet" href="{_versioned("chat.css")}">
<script src="{_versioned("chat.js")}" defer {attributes}></script>
</head>
<body>
<header id="top">
<img src="{_icon(settings)}" alt="" width="36" height="36"><h1 dir="auto">{escape(settings.title)}</h1>
<nav{own}><a href="faq">{ours("All questions")}</a></nav>
<button type="button" id="new" title="{ours("New conversation")}" hidden{own}>{_ANEW}{ours("New conversation")}</button>
</header>
<section id="welcome" aria-label="{escape(settings.title)}">
<p id="cleared" role="status"{own}></p>
<div id="greeting" dir="auto">{_said(settings.greeting)}</div>
<ul id="starters" aria-label="{ours("You may ask, for example")}">{starters}</ul>
<noscript><p{own}>{ours("This chat needs JavaScript.")} <a href="faq">{ours("Read the whole FAQ")}</a></p></noscript>
</section>
<main id="first">
<div class="log" role="log" aria-label="{ours("Conversation")}" tabindex="0"></div>
<form class="ask">
<textarea rows="1" aria-label="{ours("Your question")}"
 placeholder="{escape(settings.placeholder)}"></textarea>
<button{own}>{ours("Send")}</button>
</form>
</main>
<div id="gradio">
{gradio}
</div>
<footer id="below">
<p id="hint"{own}><span role="status"></span> <span id="counter"></span></p>
{f'<div id="disclaimer" dir="auto">{_said(settings.disclaimer)}</div>' if settings.disclaimer else ""}
</footer>
</body>
</html>
"""


def _said(text: str) -> str:
    return html_of(said_by_owner(text))


def _versioned(name: str) -> str:
    return f"{name}?v={version_of(static_text(name))}"


def _icon(settings: BotSettings) -> str:
    content = picture_of(settings.logo)[1] if settings.logo else static_text("icon.svg")
    return f"favicon.ico?v={version_of(content)}"
