"""Pictures of the chat page, as visitors see it: light, dark, forced colours, phone, 320 pixels, 200 % and 400 %.

    python -m tests.bench.screenshots             the pictures of the README, into docs/screenshots
    python -m tests.bench.screenshots FOLDER      every state of the page in every look

Builds the shipped corpus into a temporary index and serves it.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from chatbot.core.settings import ServerSettings
from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.health import Health
from chatbot.web.lifecycle import prepare
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
    "unsure": "stretching",
}
_JOIN = "**/gradio_api/queue/join*"


def rate(page: Page) -> None:
    page.get_by_role("button", name="Not helpful").last.click()


def reject(page: Page) -> None:
    page.get_by_role("button", name="None of these").last.click()


def suggest(page: Page) -> None:
    box(page).press_sequentially("how do i")
    page.get_by_role("listbox").wait_for()
    page.keyboard.press("ArrowDown")


def fail(page: Page) -> None:
    box(page).fill("")
    page.route(_JOIN, lambda route: route.fulfill(status=429, body="{}", headers={"retry-after": "7"}), times=1)
    ask(page, "Is jogging bad for your back?")


def wait(page: Page) -> None:
    held: list[Route] = []
    page.route(_JOIN, lambda route: held.append(route), times=1)
    box(page).fill("Is walking good for my back?")
    box(page).press("Enter")
    page.get_by_text("One moment").wait_for()


def exceed(page: Page) -> None:
    box(page).fill("My back has hurt for three weeks now, and this is what happened.\n\n" * 9)


def clear(page: Page) -> None:
    box(page).fill("")
    page.get_by_role("button", name="New conversation").click()


# What else may be done, in this order, below the last of the questions.
DOINGS: dict[str, Callable[[Page], None]] = {
    "reasons": rate, "none": reject, "suggestions": suggest, "failure": fail, "waiting": wait, "too-long": exceed,
    "cleared": clear,
}  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1000, "height": 720}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1000, "height": 720}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "color_scheme": "light"},
    "forced": {"viewport": {"width": 1000, "height": 720}, "forced_colors": "active", "color_scheme": "dark"},
    "320": {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 2},
    "zoom200": {"viewport": {"width": 640, "height": 360}, "device_scale_factor": 2},
    "zoom400": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 3},
}
README_LOOKS = ("light", "dark", "phone")


def box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Your question")


def ask(page: Page, question: str) -> None:
    bubbles = page.locator("[data-testid=bot]")
    before = bubbles.count()
    box(page).fill(question)
    page.get_by_role("button", name="Send").click()
    bubbles.nth(before).wait_for()
    page.wait_for_timeout(600)  # scrolling


def take(page: Page, url: str, folder: Path, look: str, states: Sequence[str]) -> None:
    page.goto(url)
    page.locator("body[data-gradio]").wait_for()
    page.wait_for_timeout(500)
    for state in states:
        if question := QUESTIONS.get(state):
            ask(page, question)
        elif doing := DOINGS.get(state):
            doing(page)
            page.wait_for_timeout(300)
        page.mouse.move(0, 0)  # off the button that it pressed
        page.screenshot(path=folder / f"{state}-{look}.png")


def take_first(page: Page, url: str, folder: Path, look: str) -> None:
    """The page before Gradio is there, which is held up."""
    page.route("**/assets/index-*.js", lambda route: None)
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.verbatim")
    page.screenshot(path=folder / f"first-{look}.png")
    ask(page, QUESTIONS["answer"])
    page.screenshot(path=folder / f"first-answer-{look}.png")


def main(folder: Path, states: Sequence[str], looks: Sequence[str], has_first: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        bot = Bot(prepare(ServerSettings(corpus=Path("corpus"), index=Path(index)), Health()))
        with running_server(create_app(bot, settings=UNLIMITED)) as url, chromium() as browser:
            for look in looks:
                page = browser.new_page(**LOOKS[look])
                take(page, url, folder, look, states)
                page.close()
                if has_first:
                    page = browser.new_page(**LOOKS[look])
                    take_first(page, url, folder, look)
                    page.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), [*QUESTIONS, *DOINGS], [*LOOKS], True)
    else:
        main(Path("docs/screenshots"), ["answer"], README_LOOKS, False)
