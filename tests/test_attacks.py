"""Content that attacks its readers (tests/attacks.py): what the build makes of it, by a checker of our own."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from chatbot.content.render import cleaned
from chatbot.dialogue.bot import Bot
from chatbot.web.faq.page import faq_page, inlined, inlined_script, script_link, stylesheet_link
from chatbot.web.gradio_page.messages import literal, noticed, said_by_bot
from chatbot.web.static_files import sent_text
from tests.attacks import PAYLOADS, PLACES, attacking_bot, attacks, messages

pytestmark = pytest.mark.slow  # each attack goes through every door

# What an answer may hold, said once more and not imported: a change there must be a change here.
TAGS = set(
    "a abbr b blockquote br code dd del details div dl dt em h2 h3 h4 h5 h6 hr i kbd li mark ol p pre q s small span"
    " strong sub summary sup table tbody td tfoot th thead tr u ul".split()
)
ATTRIBUTES = {
    "a": {"href", "rel"}, "ol": {"start"}, "td": {"align"}, "th": {"align"},
    "div": {"tabindex"},
}  # fmt: skip
VOID = {"br", "hr", "meta", "link", "input"}


class Strict(HTMLParser):
    """Fails on whatever is not on the lists. `also`: element -> attributes that this place may hold besides."""

    def __init__(self, markup: str, also: dict[str, set[str]] | None = None) -> None:
        super().__init__()
        self._also = also or {}
        self._open: list[str] = []
        self.scripts: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS | self._also.keys(), tag
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()) | self._also.get(tag, set()), (tag, name)
            if name == "href":
                self._check_address(value or "")
            elif name == "rel":
                assert {"noopener", "noreferrer"} <= set((value or "").split()) or value == "stylesheet"
        if tag not in VOID:
            self._open.append(tag)

    def _check_address(self, address: str) -> None:
        """Absolute, of a scheme that only opens something elsewhere; or, where the place allows it, within the page."""
        if "id" in self._also.get("a", set()) and address.startswith(("#", "./", "faq.css", "faq.js")):
            return
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https", "mailto", "tel"), address
        assert parts.netloc or parts.scheme in ("mailto", "tel"), address
        assert not set(address) & set("\t\r\n"), address

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)

    def _never(self, data: str) -> NoReturn:
        raise AssertionError(f"no place for {data!r}")

    handle_comment = handle_pi = unknown_decl = _never

    def handle_decl(self, decl: str) -> None:
        assert self._also, decl
        assert decl == "DOCTYPE html"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return attacking_bot(tmp_path_factory.mktemp("attacks"))


def test_there_are_742_of_them_and_all_are_served(bot: Bot) -> None:
    assert (len(set(PAYLOADS)), len(PLACES), len(attacks())) == (53, 14, 742)
    replies = [bot.ask(attack.message) for attack in attacks() if attack.message]
    shown = {reply.answer.entry_id for each in replies for reply in each.replies if reply.answer}
    # Of an answer that is a picture and nothing else no word is left: it is a gap.
    answered = {entry.id for entry in bot.build.entries if not entry.is_gap}
    assert shown >= answered
    assert (len(bot.build.entries), len(answered)) == (12 * 53, 12 * 53 - 10)
    assert len({notice.id for each in replies for notice in each.notices}) == 53


def test_the_html_of_an_answer_holds_nothing_that_is_not_allowed(bot: Bot) -> None:
    """Red without: `url_relative="deny"`; cleaning at all; "img" or "style" added to the lists of render.py."""
    for entry in bot.build.entries:
        Strict(entry.html)
        assert cleaned(entry.html) == entry.html


def test_the_faq_page_holds_nothing_that_is_not_its_own(bot: Bot) -> None:
    """Red without: `escape` of question or contact; "\\u003c" in the data; `is_web_address` before a link."""
    own = {
        "html": {"lang", "dir"}, "head": set(), "meta": {"charset", "name", "content"}, "title": set(), "style": set(),
        "link": {"rel", "href"}, "script": {"type", "src"}, "body": set(), "header": set(), "h1": set(), "main": set(),
        "nav": {"aria-labelledby"}, "h2": {"id"}, "a": {"id", "hidden"}, "article": {"id", "data-also", "lang", "dir"},
        "p": {"class"}, "ul": {"class", "aria-label"}, "section": {"class", "aria-labelledby"}, "li": {"id"},
        "time": {"datetime"}, "footer": set(), "form": {"role", "hidden", "data-found", "data-none"}, "label": {"for"},
        "input": {"type", "id", "autocomplete", "enterkeyhint", "maxlength"}, "span": {"role"}, "h3": set(),
    }  # fmt: skip
    linked = stylesheet_link("faq.css?v=1"), script_link("faq.js?v=1"), "./"
    for head, script, chat in (
        linked,
        (inlined(sent_text("faq/faq.css")), inlined_script(sent_text("faq/faq.js")), ""),
    ):
        page = faq_page(bot.build.entries, bot.build.settings, head, script, chat)
        parsed = Strict(page, own)
        structured = parsed.scripts[0]
        assert parsed.scripts[1:] == ([] if chat else [f"\n{sent_text('faq/faq.js')}"])
        assert "<" not in structured
        found = json.loads(structured)
        assert found["name"] == bot.build.settings.title
        answered = [entry for entry in bot.build.entries if not entry.is_gap]
        entries = sorted(answered, key=lambda entry: entry.line)
        assert [each["name"] for each in found["mainEntity"]] == [entry.question for entry in entries]
        assert [each["acceptedAnswer"]["text"] for each in found["mainEntity"]] == [entry.html for entry in entries]


def test_a_message_of_the_chat_page_is_safe_before_gradio_cleans_it(bot: Bot) -> None:
    """Rendered as it stands, by a reader of Markdown that lets all HTML through.

    Red without: `literal` of the question; `_target` in `_origin`; the HTML of the build in `_shown`.
    """
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    settings = bot.build.settings
    shown = [literal(settings.title), literal(settings.greeting), literal(settings.disclaimer)]
    for message in messages():
        found = bot.ask(message)
        several = len(found.replies) > 1
        said = [
            *(noticed(notice, settings) for notice in found.notices),
            *(said_by_bot(reply, settings, several) for reply in found.replies),
        ]
        shown += [each["content"][0]["text"] for each in said]
    for text in shown:
        Strict(
            markdown.render(text), {"a": {"href"}, "code": {"class"}, "h1": set(), "span": {"lang", "dir"}, "p": set()}
        )


def test_what_is_exported_is_the_same_page(bot: Bot, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    from chatbot.cli.main import main

    index = next(tmp_path_factory.getbasetemp().glob("attacks*/index"))
    assert main(["export", "--index", str(index), "--html", str(tmp_path / "faq.html")]) == 0
    style, script = inlined(sent_text("faq/faq.css")), inlined_script(sent_text("faq/faq.js"))
    page = faq_page(bot.build.entries, bot.build.settings, style, script)
    assert (tmp_path / "faq.html").read_text(encoding="utf-8") == page
