"""Pictures of the widget on a page of another site, and of the FAQ page.

    python -m tests.bench.widget_screenshots             the pictures of the documents, into docs/screenshots
    python -m tests.bench.widget_screenshots FOLDER      every state, in light, dark, on a phone and right to left

Builds the shipped corpus into a temporary index and serves it.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from chatbot.config import ServerSettings
from chatbot.web.server import create_app, prepare
from tests.bench.screenshots import QUESTIONS
from tests.browser import chromium
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server

STATES = ["closed", "start", "answer", "unknown", "notice", "list", "faq"]
LOOKS = {"light": (1000, 800), "dark": (1000, 800), "phone": (390, 844), "rtl": (1000, 800), "inline": (1000, 800)}


def open_page(browser: Browser, look: str) -> Page:
    width, height = LOOKS[look]
    return browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if look == "phone" else 1,
        has_touch=look == "phone",
        color_scheme="dark" if look == "dark" else "light",
    )


def take(page: Page, host: str, folder: Path, look: str, states: Sequence[str]) -> None:
    page.goto(f"{host}/app.html")
    attributes = {"rtl": {"lang": "ar"}, "inline": {"mode": "inline", "target": "#help", "color": "#7c3aed"}}
    page.evaluate("attributes => include(attributes)", attributes.get(look, {}))
    for state in [state for state in states if state != "faq"]:
        if state == "start":
            page.evaluate("Verbatim.open()")
        elif state in QUESTIONS:
            page.evaluate("question => Verbatim.ask(question)", QUESTIONS[state])
        page.wait_for_timeout(1500)  # answering, scrolling and rising
        page.screenshot(path=folder / f"widget-{state}-{look}.png")


def take_faq(page: Page, bot: str, folder: Path, look: str) -> None:
    page.goto(f"{bot}/faq")
    page.screenshot(path=folder / f"faq-{look}.png")


def main(folder: Path, states: Sequence[str], looks: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index, host_site() as host:
        os.environ["CHATBOT_ALLOWED_ORIGINS"] = address(host)
        bot = prepare(ServerSettings(corpus=Path("corpus"), index=Path(index)))
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
