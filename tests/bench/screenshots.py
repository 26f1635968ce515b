"""Pictures of the chat page in every state, as visitors see it.

    python -m tests.bench.screenshots [FOLDER]      (default: docs/screenshots)

Builds the shipped corpus into a temporary index, serves it and takes each state in light, dark and phone
width. The picture of the README is `answer-light.png`.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from chatbot.config import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import open_build
from chatbot.web.server import create_app, prepare
from tests.browser import chromium
from tests.serving import running_server

SIZES = {"light": (1000, 720), "dark": (1000, 720), "phone": (390, 780)}


def ask(page: Page, question: str) -> None:
    bubbles = page.locator("[data-testid=bot]")
    before = bubbles.count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.get_by_role("button", name="Send").click()
    bubbles.nth(before).wait_for()
    page.wait_for_timeout(600)  # scrolling and fading


def take(page: Page, url: str, folder: Path, look: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Should I run if my back hurts?").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"start-{look}.png")
    ask(page, "my back is sore, is it ok to go for a jog?")
    page.screenshot(path=folder / f"answer-{look}.png")
    ask(page, "what is the capital of France?")
    page.screenshot(path=folder / f"unknown-{look}.png")
    ask(page, "do weighted vests change the load on my back")
    page.screenshot(path=folder / f"gap-{look}.png")
    ask(page, "core work for joggers")
    page.screenshot(path=folder / f"exercises-{look}.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        where = ServerSettings(corpus=Path("corpus"), index=Path(index))
        encoder = prepare(where)
        bot = Bot(open_build(where.index), encoder)
        with running_server(create_app(bot)) as url, chromium() as browser:
            for look, (width, height) in SIZES.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    device_scale_factor=2 if look == "phone" else 1,
                    color_scheme="dark" if look == "dark" else "light",
                )
                take(page, url, folder, look)
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/screenshots"))
