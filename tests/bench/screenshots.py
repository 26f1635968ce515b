"""Pictures of the chat page, as visitors see it, in light, dark and phone width.

    python -m tests.bench.screenshots             the pictures of the README, into docs/screenshots
    python -m tests.bench.screenshots FOLDER      every state of the page

Builds the shipped corpus into a temporary index and serves it.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from chatbot.config import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.health import Health
from chatbot.web.lifecycle import prepare
from chatbot.web.server import create_app
from tests.browser import chromium
from tests.serving import UNLIMITED, running_server

QUESTIONS = {
    "start": "",
    "answer": "is it worth wearing a back belt when I jog?",
    "unknown": "what is the capital of France?",
    "notice": "my back hurts and my legs went weak and numb",
    "talk": "thanks!",
    "gap": "do weighted vests change the load on my back",
    "list": "how do I make my back stronger for running",
    "several": "What causes back pain? And can I claim it from my insurance?",
    "context": "and when jumping?",
    "unsure": "driving all day",
}


def rate(page: Page) -> None:
    page.get_by_role("button", name="Not helpful").last.click()


def reject(page: Page) -> None:
    page.get_by_role("button", name="None of these").last.click()


def suggest(page: Page) -> None:
    page.get_by_role("textbox", name="Your question").press_sequentially("how do i")
    page.get_by_role("listbox").wait_for()
    page.keyboard.press("ArrowDown")


# What else may be done, in this order, below the last of the questions.
DOINGS = {"reasons": rate, "none": reject, "suggestions": suggest}
SIZES = {"light": (1000, 720), "dark": (1000, 720), "phone": (390, 780)}


def ask(page: Page, question: str) -> None:
    bubbles = page.locator("[data-testid=bot]")
    before = bubbles.count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.get_by_role("button", name="Send").click()
    bubbles.nth(before).wait_for()
    page.wait_for_timeout(600)  # scrolling and fading


def take(page: Page, url: str, folder: Path, look: str, states: Sequence[str]) -> None:
    page.goto(url)
    page.get_by_role("button", name="Should I run if my back hurts?").wait_for()
    page.wait_for_timeout(500)
    for state in states:
        if question := QUESTIONS.get(state):
            ask(page, question)
        elif doing := DOINGS.get(state):
            doing(page)
            page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{state}-{look}.png")


def main(folder: Path, states: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        where = ServerSettings(corpus=Path("corpus"), index=Path(index))
        with (
            running_server(create_app(Bot(prepare(where, Health())), settings=UNLIMITED)) as url,
            chromium() as browser,
        ):
            for look, (width, height) in SIZES.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    device_scale_factor=2 if look == "phone" else 1,
                    color_scheme="dark" if look == "dark" else "light",
                )
                take(page, url, folder, look, states)
                page.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), [*QUESTIONS, *DOINGS])
    else:
        main(Path("docs/screenshots"), ["answer"])
