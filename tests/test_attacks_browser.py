"""Content that attacks its readers (tests/attacks.py), shown in a real Chromium wherever content is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.faq.page import faq_page, inlined
from chatbot.web.static_files import static_text
from tests.attacks import attacking_bot, messages
from tests.browser import in_chromium
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server
from tests.test_attacks import TAGS
from tests.widget_site import OPEN_FOR_TESTS

pytestmark = [*in_chromium, pytest.mark.filterwarnings("ignore")]  # Gradio and the libraries below it warn

# What stands in `root`, by element, with every attribute that could act.
LOOK = """root => {
  const nodes = [...root.querySelectorAll("*")];
  const leads = ["href", "src", "srcset", "action", "formaction", "data", "ping", "poster", "xlink:href", "style", "srcdoc"];
  return {
    tags: [...new Set(nodes.map(node => node.localName))],
    handlers: nodes.flatMap(node => node.getAttributeNames()).filter(name => name.startsWith("on")),
    leads: nodes.flatMap(node => leads.filter(name => node.hasAttribute(name)).map(name => [name, node.getAttribute(name)])),
  };
}"""  # noqa: E501


@dataclass
class Trap:
    """A page that notes every sign of an attack that worked."""

    page: Page
    own: tuple[str, ...]  # what addresses may begin with
    requests: list[str]
    dialogs: list[str]

    def check(self) -> None:
        assert self.dialogs == []
        assert [url for url in self.requests if not url.startswith((*self.own, "data:", "blob:"))] == []
        assert self.page.evaluate("window.verbatimHit ?? null") is None
        assert len(self.page.frames) == 1
        assert self.page.url.startswith(self.own)


def trap(browser: Browser, *own: str) -> Trap:
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.add_init_script(OPEN_FOR_TESTS)
    found = Trap(page, own, [], [])
    page.on("request", lambda request: found.requests.append(request.url))

    def note(dialog) -> None:  # type: ignore[no-untyped-def]
        found.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return found


@dataclass
class Attacked:
    bot: Bot
    url: str
    host: str


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Attacked]:
    with host_site() as host:
        bot = attacking_bot(tmp_path_factory.mktemp("attacked"), address(host))
        with running_server(create_app(bot, settings=UNLIMITED)) as host.bot:
            yield Attacked(bot, host.bot, address(host))


def safe(look: dict[str, list[str]], tags: set[str], pages: tuple[str, ...] = ()) -> None:
    assert set(look["tags"]) <= tags
    assert look["handlers"] == []
    for name, value in look["leads"]:
        assert name == "href"
        assert value.startswith(("https://", "http://", "mailto:", "tel:", *pages)), value


def answered(bot: Bot) -> dict[str, str]:
    """The answers by id. Of one that is a picture and nothing else no word is left: that is a gap."""
    return {entry.id: entry.answer for entry in bot.build.entries if not entry.is_gap}


@pytest.mark.parametrize("kind", ["served", "exported"])
def test_the_whole_faq_as_a_page(attacked: Attacked, browser: Browser, tmp_path: Path, kind: str) -> None:
    """The exported page has no policy that would stop a script, so that only what is in it counts.

    Red without: cleaning at build; `escape` of a question in faq_page.py.
    """
    file = tmp_path / "faq.html"
    file.write_text(
        faq_page(attacked.bot.build.entries, attacked.bot.build.settings, inlined(static_text("faq/faq.css")))
    )
    where = f"{attacked.url}/faq" if kind == "served" else file.as_uri()
    trapped = trap(browser, attacked.url if kind == "served" else where)
    trapped.page.goto(where)
    expect(trapped.page.locator("article")).to_have_count(len(answered(attacked.bot)))
    own = TAGS | set("header h1 main nav article section time footer form label input script".split())
    look = trapped.page.locator("body").evaluate(LOOK)
    look["leads"] = [lead for lead in look["leads"] if not (lead[0] == "src" and lead[1].startswith("faq.js?v="))]
    safe(look, own, ("#", "./"))
    trapped.check()
    trapped.page.close()


def show_in_widget(attacked: Attacked, browser: Browser, asked: list[str]) -> set[str]:
    """Asks them all, a new conversation every 20; returns the ids of entries and notices that were shown."""
    trapped = trap(browser, attacked.url, attacked.host)
    page = trapped.page
    page.goto(f"{attacked.host}/app.html")
    page.evaluate("include({})")
    page.evaluate("""() => {
      window.shown = [];
      Verbatim.on("answer", ({ replies }) => shown.push(...replies.map(({ answer }) => answer?.entry_id)));
      Verbatim.open();
    }""")
    widget = page.locator("verbatim-widget")
    own = set(
        "div header h2 h3 button svg path footer form textarea p span a strong em code ul ol li br mark i".split()
    )
    own |= set("h4 blockquote pre table tr th td hr s sub sup".split())
    for at in range(0, len(asked), 20):
        page.evaluate("list => list.forEach(Verbatim.ask)", asked[at : at + 20])
        expect(widget.locator(".turn")).to_have_count(len(asked[at : at + 20]))
        expect(widget.locator(".wait")).to_have_count(0)
        look = page.evaluate(f"({LOOK})(document.querySelector('verbatim-widget').shadowRoot)")
        look["leads"] = [lead for lead in look["leads"] if lead[0] != "style"]  # the colours of its root
        safe(look, own)
        widget.get_by_role("button", name="New conversation").click()
    trapped.check()
    shown: list[str] = page.evaluate("shown")
    page.close()
    return set(shown)


def test_the_widget(attacked: Attacked, browser: Browser) -> None:
    """A slice: every payload as an answer and as a notice. Red without: the test of the scheme in `link`."""
    assert len(show_in_widget(attacked, browser, messages(("answer", "notice")))) > 30


@pytest.mark.long
def test_the_widget_with_all_of_them(attacked: Attacked, browser: Browser) -> None:
    answers = answered(attacked.bot)  # two questions with one answer get one reply
    assert {answers.get(entry) for entry in show_in_widget(attacked, browser, messages())} >= set(answers.values())


def some(locator: Locator) -> list[Locator]:
    locator.first.wait_for(state="attached")
    found = locator.all()
    assert found
    return found


def show_in_chat(attacked: Attacked, browser: Browser, asked: list[str]) -> None:
    trapped = trap(browser, attacked.url)
    page = trapped.page
    page.add_init_script("sessionStorage.clear()")  # no conversation of the round before
    for at in range(0, len(asked), 15):
        page.goto(attacked.url)
        page.locator("body[data-gradio]").wait_for()
        log = page.locator("#conversation [role=log]")
        for so_far, question in enumerate(asked[at : at + 15], 1):
            page.get_by_role("textbox", name="Your question").fill(question)
            page.get_by_role("button", name="Send").click()
            expect(log.locator("[data-testid=user]")).to_have_count(so_far)
        for part in ("#top h1", "#greeting", "#disclaimer", "#conversation [data-testid=bot] .prose"):
            for shown in some(page.locator(part)):
                safe(shown.evaluate(LOOK), TAGS | {"h1"})
        assert page.evaluate("[...document.querySelectorAll('*')].flatMap(n => n.getAttributeNames())"
                             ".filter(name => name.startsWith('on'))") == []  # fmt: skip
        trapped.check()
    page.close()


def test_the_chat_page(attacked: Attacked, browser: Browser) -> None:
    """A slice: every payload as an answer and as a notice. Red without: the HTML of the build in `_shown`."""
    show_in_chat(attacked, browser, messages(("answer", "notice")))


@pytest.mark.long
def test_the_chat_page_with_all_of_them(attacked: Attacked, browser: Browser) -> None:
    show_in_chat(attacked, browser, messages())
