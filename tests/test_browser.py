"""The chat page as a visitor meets it, in a real headless Chromium."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, chromium_path
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import pets_bot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),  # Gradio and the libraries below it warn of each other
    pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium"),
]

STARTER = "May dogs eat chocolate?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    from chatbot.web.server import create_app

    with running_server(create_app(pets_bot(tmp_path_factory.mktemp("browser")), settings=UNLIMITED)) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A fresh page with the chat ready; afterwards: nothing was asked of another host, and no script failed."""
    page = browser.new_page(viewport={"width": 390, "height": 780})
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.get_by_role("button", name=STARTER).wait_for()
    yield page
    page.close()
    assert [address for address in requests if not address.startswith((url, "data:", "blob:"))] == []
    assert errors == []


def ask(page: Page, question: str) -> None:
    page.get_by_role("combobox", name="Your question").fill(question)
    page.get_by_role("button", name="Send").click()


def log(page: Page) -> Page:
    return page.get_by_role("log")  # type: ignore[return-value]


def test_the_empty_page(page: Page) -> None:
    expect(page).to_have_title("Pets & <co>")
    expect(page.get_by_role("heading", name="Pets & <co>")).to_be_visible()
    expect(page.get_by_text("Built with Gradio")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_question_is_answered_in_the_words_of_the_faq(page: Page) -> None:
    ask(page, "may dogs eat chocolate")
    expect(page.get_by_text("No, chocolate is poisonous for dogs:")).to_be_visible()
    expect(log(page).locator("ol > li")).to_have_text(["call your vet at once;", "keep the wrapper."])
    link = page.get_by_role("link", name="The vet")
    expect(link).to_have_attribute(
        "href", "https://vet.example/#:~:text=No%2C%20chocolate%20is%20poisonous%20for%20dogs%3A"
    )
    expect(page.get_by_text("Reviewed 2026-01-31")).to_be_visible()
    expect(page.get_by_role("combobox", name="Your question")).to_have_value("")


def test_the_beginning_of_an_answer_is_in_sight(page: Page) -> None:
    """On a phone, below a conversation: the question and the first line of its answer, not the end of it."""
    for question in ("may dogs eat chocolate", "what do goldfish eat", "when does a cat eat"):
        ask(page, question)
        expect(log(page).locator("[data-testid=user]").last).to_have_text(question)
    page.set_viewport_size({"width": 390, "height": 560})
    ask(page, "may dogs eat chocolate")
    expect(log(page).locator("[data-testid=user]")).to_have_count(4)
    expect(log(page).locator("[data-testid=user]").last).to_be_in_viewport()
    expect(log(page).locator("[data-testid=bot]").last.get_by_text("May dogs eat chocolate?")).to_be_in_viewport()


def test_a_starter_question(page: Page) -> None:
    page.get_by_role("button", name=STARTER).click()
    expect(page.get_by_text("No, chocolate is poisonous for dogs:")).to_be_visible()


def test_no_answer_is_said_plainly_and_a_chip_leads_on(page: Page) -> None:
    ask(page, "xylophone quartz")
    expect(page.get_by_text("This FAQ has no answer to that.")).to_be_visible()
    expect(page.get_by_text("Ask the vet.")).to_be_visible()
    page.get_by_role("button", name="What do goldfish eat?").click()
    expect(page.get_by_text("Flakes, once a day")).to_be_visible()


def test_a_gap_is_said_plainly(page: Page) -> None:
    ask(page, "How long do hamsters live?")
    expect(page.get_by_text("but has no answer to it yet.")).to_be_visible()


def test_thumbs_reach_the_log(page: Page, logged: pytest.LogCaptureFixture) -> None:
    ask(page, "may dogs eat chocolate")
    with page.expect_response("**/api/feedback"):
        page.get_by_role("button", name="Not helpful").click()
    [line] = [record.getMessage() for record in logged.records if record.name == "chatbot.feedback"]
    assert json.loads(line)["verdict"] == "down"


def test_what_is_typed_is_never_markup(page: Page) -> None:
    ask(page, '<img src="https://evil.example/x" onerror="alert(1)"> **bold** ![x](https://evil.example/y)')
    expect(log(page).locator("[data-testid=user]")).to_contain_text(
        '<img src="https://evil.example/x" onerror="alert(1)"> **bold**'
    )
    assert log(page).locator("[data-testid=user] img, [data-testid=user] strong, [data-testid=user] a").count() == 0


def test_what_is_typed_meanwhile_stays(page: Page) -> None:
    box = page.get_by_role("combobox", name="Your question")
    ask(page, "may dogs eat chocolate")
    box.press_sequentially("and cats?")
    expect(page.get_by_text("No, chocolate is poisonous for dogs:")).to_be_visible()
    expect(box).to_have_value("and cats?")


def test_two_questions_in_quick_succession_are_both_answered(page: Page) -> None:
    box = page.get_by_role("combobox", name="Your question")
    for question in ("may dogs eat chocolate", "what do goldfish eat"):
        box.fill(question)
        box.press("Enter")
        expect(box).to_have_value("")  # at once, in the browser; no visitor types quicker
    expect(page.get_by_text("No, chocolate is poisonous for dogs:")).to_be_visible()
    expect(page.get_by_text("Flakes, once a day")).to_be_visible()
    expect(log(page).locator("[data-testid=user]")).to_have_count(2)


def test_the_keyboard_is_enough(page: Page) -> None:
    box = page.get_by_role("combobox", name="Your question")
    box.focus()
    page.keyboard.type("may dogs eat chocolate")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No, chocolate is poisonous for dogs:")).to_be_visible()


def test_another_site_may_not_frame_the_page(browser: Browser, url: str, tmp_path: Path) -> None:
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    host = FastAPI()

    @host.get("/", response_class=HTMLResponse)
    def framing() -> str:
        return f'<iframe src="{url}" width="400" height="400"></iframe>'

    with running_server(host) as other:
        page = browser.new_page()
        page.goto(other.replace("127.0.0.1", "localhost"))
        page.wait_for_timeout(1000)
        assert page.frames[1].url == "chrome-error://chromewebdata/"
        page.close()


def test_a_link_brings_a_question_along(page: Page) -> None:
    page.goto(f"{page.url.partition('?')[0]}?q=What%20do%20%3Cb%3Egoldfish%3C/b%3E%20eat%3F")
    expect(page.get_by_role("combobox", name="Your question")).to_have_value("What do <b>goldfish</b> eat?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Flakes, once a day")).to_be_visible()
