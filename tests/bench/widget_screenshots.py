"""Pictures of the widget on a page of another site, and of the FAQ page.

    python -m tests.bench.widget_screenshots             the pictures of the documents, into docs/screenshots
    python -m tests.bench.widget_screenshots FOLDER      every state, in every look

Builds the shipped corpus into a temporary index and serves it.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.health import Health
from chatbot.web.lifecycle import prepare
from tests.bench.screenshots import QUESTIONS
from tests.browser import chromium
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server
from tests.widget_site import OPEN_FOR_TESTS


def box(page: Page) -> Locator:
    return page.locator("verbatim-widget textarea")


def go_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.evaluate("Verbatim.ask('Does it work without a connection?')")


def clear(page: Page) -> None:
    page.context.set_offline(False)
    box(page).fill("")
    page.locator("verbatim-widget header .icon").first.click()


DOINGS: dict[str, Callable[[Page], None]] = {
    "start": lambda page: page.evaluate("Verbatim.open()"),
    "reasons": lambda page: page.locator("verbatim-widget .down").last.click(),
    "suggestions": lambda page: box(page).press_sequentially("how do i"),
    "long": lambda page: box(page).fill("My back hurts when I run.\n" * 30),
    "offline": go_offline,
    "undo": clear,
    "empty": lambda page: box(page).press("Enter"),
}
STATES = [
    *("closed", "start", "answer", "reasons", "unknown", "notice", "list", "suggestions", "long", "offline", "undo"),
    *("empty", "faq"),
]
WIDE = (1000, 800)
LOOKS = {"light": WIDE, "dark": WIDE, "forced": WIDE, "phone": (390, 844), "rtl": WIDE, "inline": WIDE}


def open_page(browser: Browser, look: str) -> Page:
    width, height = LOOKS[look]
    return browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if look == "phone" else 1,
        has_touch=look == "phone",
        color_scheme="dark" if look in ("dark", "forced") else "light",
        forced_colors="active" if look == "forced" else "none",
    )


def take(page: Page, host: str, folder: Path, look: str, states: Sequence[str]) -> None:
    page.add_init_script(OPEN_FOR_TESTS)
    page.goto(f"{host}/app.html")
    attributes = {"rtl": {"lang": "ar"}, "inline": {"mode": "inline", "target": "#help", "color": "#7c3aed"}}
    page.evaluate("attributes => include(attributes)", attributes.get(look, {}))
    for state in [state for state in states if state != "faq"]:
        if state in DOINGS:
            DOINGS[state](page)
        elif state in QUESTIONS:
            page.evaluate("question => Verbatim.ask(question)", QUESTIONS[state])
        page.wait_for_timeout(300)
        page.locator("verbatim-widget .wait").first.wait_for(state="detached")
        page.wait_for_timeout(1500)  # answering, scrolling and rising
        page.screenshot(path=folder / f"widget-{state}-{look}.png")
    page.context.set_offline(False)


def take_faq(page: Page, bot: str, folder: Path, look: str) -> None:
    page.goto(f"{bot}/faq")
    page.screenshot(path=folder / f"faq-{look}.png")


def main(folder: Path, states: Sequence[str], looks: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index, host_site() as host:
        os.environ["CHATBOT_ALLOWED_ORIGINS"] = address(host)
        bot = Bot(prepare(ServerSettings(corpus=Path("corpus"), index=Path(index)), Health()))
        app = create_app(bot, chat_page=False, settings=UNLIMITED)
        with running_server(app) as url, chromium() as browser:
            host.bot = url
            for look in looks:
                page = open_page(browser, look)
                take(page, address(host), folder, look, states)
                if "faq" in states:
                    take_faq(page, url, folder, look)
                page.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), STATES, list(LOOKS))
    else:
        main(Path("docs/screenshots"), ["answer"], ["light", "phone"])
