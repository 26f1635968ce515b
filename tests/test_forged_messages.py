"""Messages between windows (postMessage) that pretend to be ours: neither widget nor chat page listens to any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from chatbot.web.asgi import create_app
from chatbot.web.static_files import static_text
from tests.browser import in_chromium
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import pets_bot
from tests.widget_site import Open, Sites

pytestmark = [*in_chromium, pytest.mark.filterwarnings("ignore")]  # Gradio and the libraries below it warn

# 40 messages as one expression; BOT is the server's own origin, as a forger would name it.
FORGED = """[
  ...["open", "close", "ask", "show", "hide", "destroy", "resize", "navigate", "eval", "feedback", "ready", "verbatim",
      "SET_SCROLLING", "[iFrameSizer]x:0:0:init", "[iFrameSizer]message:{}", "theme", "dark", "setImmediate$0$"]
    .flatMap(type => [type, { v: 1, type, source: "verbatim", origin: "BOT", height: 99999, url: "https://evil.example",
      text: "May dogs eat chocolate?", html: "<img src=x onerror=window.verbatimHit=1>", code: "verbatimHit=1" }]),
  JSON.parse('{"__proto__": {"verbatimHit": 1, "type": "open"}}'),
  JSON.parse('{"constructor": {"prototype": {"verbatimHit": 1}}, "type": "open"}'),
  [{ type: "open" }, "ask", "May dogs eat chocolate?"],
  null,
]"""
SEEN = """() => ({
  marks: [window.verbatimHit ?? null, ({}).verbatimHit ?? null, ({}).type ?? null],
  where: location.href,
  theme: document.body.className + document.documentElement.className,
  frames: frames.length,
  stored: [localStorage.length, sessionStorage.length, document.cookie],
  text: document.body.innerText,
  widget: document.querySelector("verbatim-widget")?.shadowRoot?.innerHTML ?? null,
  size: [document.documentElement.scrollWidth, document.documentElement.clientHeight],
})"""


def at_rest(page: Page) -> Any:
    """What is seen once it has been the same for half a second: on a busy machine what was begun takes its time."""
    seen = page.evaluate(SEEN)
    same = 0
    for _ in range(200):
        page.wait_for_timeout(100)
        last, seen = seen, page.evaluate(SEEN)
        same = same + 1 if seen == last else 0
        if same == 5:
            return seen
    raise AssertionError(f"it does not come to rest: {seen}")


def test_the_widget_has_nothing_to_do_with_messages() -> None:
    """Red with a listener for "message" in widget.js."""
    script = static_text("widget/widget.js")
    for word in (
        "postMessage",
        "onmessage",
        '"message"',
        "'message'",
        "MessageChannel",
        "BroadcastChannel",
        "window.opener",
    ):
        assert word not in script


def test_forged_messages_do_nothing_to_the_widget(visit: Open, sites: Sites) -> None:
    """Closed, and open with an answer in it. Red with a listener for "message" in widget.js that opens it."""
    with host_site() as stranger:
        stranger.bot = sites.bot
        seen = visit("plain.html")
        forged = FORGED.replace("BOT", sites.bot)
        assert seen.page.evaluate(f"{forged}.length") == 40
        for is_open in (False, True):
            if is_open:
                seen.launcher.click()
                seen.ask("What do goldfish eat?")
            before = at_rest(seen.page)
            asked, requests = len(sites.asked), len(seen.requests)
            seen.page.evaluate(f"for (const message of {forged}) window.postMessage(message, '*')")
            seen.page.wait_for_timeout(300)
            assert seen.page.evaluate(SEEN) == before
            assert (len(sites.asked), len(seen.requests)) == (asked, requests)
        other = seen.page.context.new_page()
        other.goto(f"{address(stranger)}/plain.html")  # another site, which opened ours
        with other.expect_popup() as opened:
            other.evaluate("url => { window.ours = window.open(url); }", f"{sites.host}/plain.html")
        ours = opened.value
        expect(ours.locator("verbatim-widget")).to_have_count(1)
        before = at_rest(ours)
        other.evaluate(f"for (const message of {forged}) ours.postMessage(message, '*')")
        ours.wait_for_timeout(300)
        assert ours.evaluate(SEEN) == before
        ours.close()
        other.close()


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[str]:
    with running_server(create_app(pets_bot(tmp_path), settings=UNLIMITED)) as url:
        yield url


def test_forged_messages_do_nothing_to_the_chat_page(browser: Browser, chat: str) -> None:
    """From itself, and from the site that opened it. Red with a listener in the page's head that changes a class."""
    with host_site() as stranger:
        other = browser.new_page()
        other.goto(f"{address(stranger)}/app.html")
        with other.expect_popup() as opened:
            other.evaluate("url => { window.ours = window.open(url); }", chat)
        page = opened.value
        page.locator("body[data-gradio]").wait_for()
        page.get_by_role("textbox", name="Your question").fill("What do goldfish eat?")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Flakes, once a day")).to_be_visible()
        before = at_rest(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        forged = FORGED.replace("BOT", chat)
        page.evaluate(f"for (const message of {forged}) window.postMessage(message, '*')")
        other.evaluate(f"for (const message of {forged}) ours.postMessage(message, '*')")
        page.wait_for_timeout(500)
        assert page.evaluate(SEEN) == before
        assert asked == []
        page.close()
        other.close()
