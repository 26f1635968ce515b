"""The widget on strangers' pages, in a real Chromium, on another origin than the bot."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from chatbot.config import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.search.hashing import HashingEncoder
from chatbot.types import NoticeRule
from chatbot.web.embed import static_text
from chatbot.web.server import create_app
from tests.browser import axe_script, chromium, chromium_path
from tests.conftest import PETS
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="needs Chromium: apt-get install chromium"),
]

MORE = r"""
## How is everything formatted?

### A heading

A line with **bold**, *slanted* and `code`
wrapped over two lines, 2 * 3 * 4, snake_case_name and \*stars\*.

- one
- two
  1. inner
  2. last

See [the shop](https://shop.example/a_(b)), https://plain.example/x. or mail help@shop.example.

## Who attacks the widget?

<img src=x onerror="alert(1)"> [click](javascript:alert(1)) [data](data:text/html,x)
<script>alert(2)</script> **<b onclick=alert(3)>bold</b>** [ok](https://ok.example/"onmouseover="alert(4))

## Where do parrots sleep at night?

Source: The parrot book <https://parrots.example/sleep>

In a high place. Well-fed parrots sleep twelve hours, and they wake with the sun. Cover the cage.
"""

# The widget's shadow root is closed to everybody; this opens it for the tests alone, and notes what a policy forbids.
OPEN_FOR_TESTS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: "open" }); };
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  violations.push(violatedDirective + " " + blockedURI);
});
"""


POISON = NoticeRule(
    "poison", "emergency", "Call a vet now.", any_of=("poisoned",), reviewed="2026-01-31", must_fire=("poisoned",)
)


@dataclasses.dataclass
class Sites:
    bot: str
    host: str
    asked: list[dict[str, Any]]  # bodies of POST /api/ask
    refuse_with: list[int]  # statuses for the next questions


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pets_bot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Bot]:
    folder = tmp_path_factory.mktemp("widget")
    (folder / "pets.md").write_text(PETS + MORE, encoding="utf-8")

    def made(host: str) -> Bot:
        settings = BotSettings(
            title="Pets & <co>",
            greeting="Ask about **pets**.",
            starters=("May dogs eat chocolate?",),
            contact="Ask the vet: vet@pets.example",
            disclaimer="No advice.",
            allowed_origins=(host,),
            notices=(POISON,),
        )
        build(folder / "pets.md", folder / "index", settings, HashingEncoder())
        return Bot(open_build(folder / "index"), HashingEncoder())

    return made


def note_questions(app: FastAPI, sites: Sites) -> None:
    """Keeps what was asked, and refuses when it is told to."""

    @app.middleware("http")
    async def noting(request: Request, call_next: Any) -> Response:
        if request.method == "POST" and request.url.path == "/api/ask":
            sites.asked.append(json.loads(await request.body()))
            if sites.refuse_with:
                headers = {"access-control-allow-origin": sites.host}
                return Response('{"error": {"code": "busy", "message": "busy"}}', sites.refuse_with.pop(0), headers)
        return await call_next(request)


@pytest.fixture(scope="module")
def server(pets_bot: Callable[[str], Bot]) -> Iterator[Sites]:
    with host_site() as host:
        sites = Sites("", address(host), [], [])
        bot = pets_bot(sites.host)
        app = create_app(bot, chat_page=False, settings=UNLIMITED)
        note_questions(app, sites)
        with running_server(app) as url:
            sites.bot = host.bot = url
            yield sites


@pytest.fixture
def sites(server: Sites) -> Sites:
    server.asked.clear()
    server.refuse_with.clear()
    return server


@dataclasses.dataclass
class Visit:
    page: Page
    requests: list[str]
    errors: list[str]

    @property
    def widget(self) -> Locator:
        return self.page.locator("verbatim-widget")

    @property
    def launcher(self) -> Locator:
        return self.widget.locator(".launcher")

    @property
    def panel(self) -> Locator:
        return self.widget.locator(".panel")

    @property
    def box(self) -> Locator:
        return self.widget.get_by_role("combobox")

    @property
    def last(self) -> Locator:
        return self.widget.locator(".turn").last

    def ask(self, question: str) -> None:
        before = self.widget.locator(".turn").count()
        self.box.fill(question)
        self.box.press("Enter")
        expect(self.widget.locator(".turn")).to_have_count(before + 1)
        expect(self.widget.locator(".wait")).to_have_count(0)

    def storage(self) -> list[object]:
        return self.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, sites: Sites) -> Iterator[Callable[..., Visit]]:
    """Opens a page of the host; afterwards: no policy was violated, no script failed, the console is clean."""
    visits: list[Visit] = []

    def opened(name: str, is_clean: bool = True) -> Visit:
        page = context.new_page()
        page.add_init_script(OPEN_FOR_TESTS)
        visit = Visit(page, [], [])
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        if is_clean:
            page.on("console", lambda message: visit.errors.append(message.text))
        page.goto(f"{sites.host}/{name}")
        visits.append(visit)
        return visit

    yield opened
    for visit in visits:
        assert visit.page.evaluate("violations") == []
        assert visit.errors == []
        hosts = (sites.bot, sites.host, "data:")
        assert [url for url in visit.requests if not url.startswith(hosts)] == []


Open = Callable[..., Visit]


def test_every_language_has_every_text() -> None:
    script = static_text("widget.js")
    [names] = re.findall(r'const NAMES = "(.*?)"', script)
    texts = dict(re.findall(r'^(\w\w): "(.*)",$', script, re.M))
    assert len(texts) >= 10
    assert {"en", "de", "fr", "ar", "he"} <= set(texts)
    for language, line in texts.items():
        assert len(line.split("|")) == len(names.split()), language
        assert all(line.split("|")), language


def test_the_source_has_no_way_to_write_markup() -> None:
    script = static_text("widget.js")
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "Function("):
        assert sink not in script


@pytest.mark.parametrize("name", ["plain.html", "strict.html", "right-to-left.html", "hostile-styles.html"])
def test_nothing_is_requested_or_stored_before_the_first_click(visit: Open, sites: Sites, name: str) -> None:
    seen = visit(name)
    expect(seen.launcher).to_be_visible()
    seen.launcher.focus()
    seen.launcher.hover()
    seen.page.wait_for_timeout(400)
    requests = [url for url in seen.requests if not url.startswith("data:")]
    assert requests == [f"{sites.host}/{name}", f"{sites.bot}/widget.js"]
    assert seen.storage() == [0, 0, ""]
    assert seen.page.context.cookies() == []


def test_a_box_in_the_page_is_as_quiet_until_it_is_touched(visit: Open, sites: Sites) -> None:
    seen = visit("app.html")
    seen.page.evaluate("include({mode: 'inline', target: '#help', greeting: 'Hello'})")
    expect(seen.panel.get_by_text("Hello")).to_be_visible()
    seen.page.wait_for_timeout(300)
    assert [url for url in seen.requests if url.startswith(sites.bot)] == [f"{sites.bot}/widget.js"]
    assert seen.page.evaluate("document.activeElement === document.body")
    seen.box.click()
    expect(seen.widget.get_by_role("button", name="May dogs eat chocolate?")).to_be_visible()
    assert seen.page.evaluate("document.querySelector('#help > verbatim-widget') !== null")
    expect(seen.widget.locator(".launcher")).to_have_count(0)
    seen.box.press("Escape")
    expect(seen.panel).to_be_visible()


@pytest.mark.parametrize("name", ["plain.html", "strict.html", "right-to-left.html", "hostile-styles.html"])
def test_open_ask_rate_chip_close(visit: Open, sites: Sites, name: str, logged: pytest.LogCaptureFixture) -> None:
    seen = visit(name)
    seen.launcher.click()
    expect(seen.panel).to_be_visible()
    seen.widget.locator(".chips button").first.click()
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")
    expect(seen.last.locator("ol > li")).to_have_text(["call your vet at once;", "keep the wrapper."])
    expect(seen.last.locator("strong")).to_have_text("poisonous")
    with seen.page.expect_response("**/api/feedback") as answer:
        seen.last.locator(".icon.up").click()
    assert answer.value.status == 204
    expect(seen.last.locator(".icon.up")).to_have_attribute("aria-pressed", "true")
    [line] = [record.getMessage() for record in logged.records if record.name == "chatbot.feedback"]
    assert json.loads(line)["verdict"] == "up"
    chip = seen.last.locator(".chips .chip").first
    question = chip.inner_text()
    with seen.page.expect_response("**/api/entries/*"):
        chip.click()
    expect(seen.last.locator("h3")).to_have_text(question)
    assert len(sites.asked) == 1  # the chip opened its entry without asking
    seen.widget.locator("header .icon").last.click()
    expect(seen.panel).to_be_hidden()
    assert seen.storage() == ([0, 1, ""] if name == "strict.html" else [0, 0, ""])  # that page asked to remember


def test_the_root_is_closed(context: BrowserContext, sites: Sites) -> None:
    page = context.new_page()
    page.goto(f"{sites.host}/plain.html")
    assert page.evaluate("document.querySelector('verbatim-widget').shadowRoot") is None


def test_the_keyboard_is_enough(visit: Open) -> None:
    seen = visit("plain.html")
    page = seen.page
    page.get_by_role("link", name="The page's own link").focus()
    page.keyboard.press("Tab")
    expect(seen.launcher).to_be_focused()
    expect(seen.launcher).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(seen.box).to_be_focused()
    expect(seen.widget.get_by_role("dialog", name="Pet questions")).to_be_visible()
    page.keyboard.type("may dogs eat chocolate")
    page.keyboard.press("Enter")
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")
    expect(seen.widget.get_by_role("log")).to_contain_text("No, chocolate is poisonous for dogs:")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if seen.last.locator(".chips .chip").first.evaluate("node => node === node.getRootNode().activeElement"):
            break
    page.keyboard.press("Enter")
    expect(seen.widget.locator(".turn")).to_have_count(2)
    expect(seen.box).to_be_focused()
    page.keyboard.press("Escape")
    expect(seen.panel).to_be_hidden()
    expect(seen.launcher).to_be_focused()
    expect(seen.launcher).to_have_attribute("aria-expanded", "false")


def test_the_focus_returns_to_what_had_it(visit: Open) -> None:
    seen = visit("plain.html")
    link = seen.page.get_by_role("link", name="The page's own link")
    link.focus()
    seen.page.evaluate("Verbatim.open()")
    expect(seen.box).to_be_focused()
    seen.page.evaluate("Verbatim.close()")
    expect(link).to_be_focused()


def test_tab_leaves_the_panel(visit: Open) -> None:
    """It is not modal: a visitor can go on reading the page."""
    seen = visit("plain.html")
    seen.launcher.click()
    expect(seen.widget.get_by_role("button", name="May dogs")).to_be_visible()
    for _ in range(20):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.tagName") == "A":
            return
    raise AssertionError("the focus is trapped")


def test_what_the_server_says_of_itself(visit: Open) -> None:
    seen = visit("strict.html")
    seen.launcher.click()
    expect(seen.panel.get_by_role("heading")).to_have_text("Pets & <co>")
    expect(seen.panel.locator(".said strong")).to_have_text("pets")
    expect(seen.panel.get_by_text("No advice.")).to_be_visible()
    own = visit("plain.html")
    own.launcher.click()
    expect(own.panel.get_by_text("No advice.")).to_be_visible()
    expect(own.panel.get_by_role("heading")).to_have_text("Pet questions")
    expect(own.panel.locator(".said")).to_have_text("Ask away.")


def test_markdown(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("How is everything formatted?")
    text = seen.last.locator(".text").first
    expect(text.locator("> p").first.locator("strong")).to_have_text("A heading")
    expect(text.locator("> p").nth(1)).to_have_text(
        "A line with bold, slanted and code wrapped over two lines, 2 * 3 * 4, snake_case_name and *stars*."
    )
    expect(text.locator("em")).to_have_text("slanted")
    expect(text.locator("code")).to_have_text("code")
    expect(text.locator("> ul > li")).to_have_count(2)
    expect(text.locator("> ul > li > ol > li")).to_have_text(["inner", "last"])
    links = [link.get_attribute("href") for link in text.locator("a").all()]
    assert links == ["https://shop.example/a_(b)", "https://plain.example/x", "mailto:help@shop.example"]
    assert {link.get_attribute("rel") for link in text.locator("a").all()} == {"noopener noreferrer nofollow"}


def test_no_text_is_markup(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    hostile = "Who attacks the widget? <img src=x onerror=alert(9)>"
    seen.ask("Who attacks the widget?")
    expect(seen.last).to_contain_text('<img src=x onerror="alert(1)">')
    seen.ask(hostile)
    expect(seen.last.locator(".asked")).to_have_text(hostile)
    forbidden = "img, script, b, [onclick], [onerror], [onmouseover], [href^=javascript], [href^=data]"
    expect(seen.widget.locator(forbidden)).to_have_count(0)
    for link in seen.widget.locator(".text a").all():
        assert re.match(r"https?://|mailto:", link.get_attribute("href") or "")


def test_the_short_answer_is_marked_and_the_source_opens_at_it(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("Well-fed parrots sleep twelve hours")
    expect(seen.last.locator("h3")).to_have_text("Where do parrots sleep at night?")
    expect(seen.last.locator("mark")).to_have_text("Well-fed parrots sleep twelve hours, and they wake with the sun.")
    link = seen.last.get_by_role("link", name="The parrot book")
    fragment = "Well%2Dfed%20parrots%20sleep%20twelve%20hours%2C%20and%20they%20wake%20with%20the%20sun."
    expect(link).to_have_attribute("href", f"https://parrots.example/sleep#:~:text={fragment}")
    expect(seen.last).to_contain_text("Source: The parrot book · Reviewed 2026-01-31")


def test_no_answer_is_said_plainly_with_whom_to_ask(
    visit: Open, sites: Sites, logged: pytest.LogCaptureFixture
) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("xylophone quartz")
    expect(seen.last).to_contain_text("This FAQ has no answer to that.")
    expect(seen.last.get_by_role("link", name="vet@pets.example")).to_have_attribute("href", "mailto:vet@pets.example")
    expect(seen.last.get_by_role("link", name="Read the whole FAQ")).to_have_attribute("href", f"{sites.bot}/faq")
    with seen.page.expect_response("**/api/feedback"):
        seen.last.get_by_role("button", name="None of these").click()
    [line] = [record.getMessage() for record in logged.records if record.name == "chatbot.feedback"]
    assert json.loads(line)["verdict"] == "none_of_these"
    expect(seen.last.get_by_role("button", name="None of these")).to_have_count(0)
    seen.ask("How long do hamsters live?")
    expect(seen.last).to_contain_text("This question is listed, but not answered yet.")


def test_a_question_that_may_be_another(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("dogs sleep")
    expect(seen.last).to_contain_text("Did you mean one of these?")
    with seen.page.expect_response("**/api/feedback"):
        seen.last.get_by_role("button", name="None of these").click()
    expect(seen.last).to_contain_text("Ask the vet")


def test_small_talk_several_questions_and_a_notice(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("thanks!")
    expect(seen.last.locator(".rating")).to_have_count(0)
    seen.ask("May dogs eat chocolate? What do goldfish eat?")
    expect(seen.last.locator("h3")).to_have_text(["May dogs eat chocolate?", "What do goldfish eat?"])
    expect(seen.last).to_contain_text("“What do goldfish eat?”")
    seen.ask("my dog is poisoned")
    expect(seen.last.get_by_role("alert")).to_contain_text("Call a vet now.")
    expect(seen.last.locator("[role=alert] + .card")).to_be_visible()
    seen.ask("poisoned" + " x" * 245)  # within the box's limit
    expect(seen.last.get_by_role("alert")).to_contain_text("Call a vet now.")


def test_a_refused_question_still_shows_its_notice(visit: Open) -> None:
    seen = visit("plain.html", is_clean=False)
    seen.page.evaluate("Verbatim.ask('poisoned' + ' x'.repeat(600))")
    expect(seen.last.get_by_role("alert")).to_contain_text("Call a vet now.")
    expect(seen.last).to_contain_text("shorten it")
    expect(seen.last.get_by_role("button", name="Try again")).to_have_count(0)


def test_the_reason_why_an_answer_did_not_help(visit: Open, logged: pytest.LogCaptureFixture) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    with seen.page.expect_response("**/api/feedback"):
        seen.last.get_by_role("button", name="Not helpful").click()
    reason = seen.last.get_by_role("textbox", name="What was missing?")
    expect(reason).to_be_focused()
    reason.fill("How much of it?")
    with seen.page.expect_response("**/api/feedback"):
        reason.press("Enter")
    lines = [json.loads(record.getMessage()) for record in logged.records if record.name == "chatbot.feedback"]
    assert [(line["verdict"], line["reason"]) for line in lines] == [("down", ""), ("down", "How much of it?")]
    assert len({line["reply_id"] for line in lines}) == 1
    expect(seen.box).to_be_focused()


def test_copying_an_answer(visit: Open, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("What do goldfish eat?")
    seen.last.get_by_role("button", name="Copy").click()
    expect(seen.last.get_by_role("status")).to_have_text("✓")
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "Flakes, once a day, as much as they finish in two minutes.\nThe vet\nhttps://vet.example/"
    )


def test_suggestions_while_typing(visit: Open, sites: Sites) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    with seen.page.expect_response("**/api/suggest?q=goldfish") as found:
        seen.box.press_sequentially("goldfish", delay=20)
    assert found.value.status == 200
    assert len([url for url in seen.requests if "/api/suggest" in url]) == 1  # not one for each key
    expect(seen.widget.get_by_role("listbox")).to_be_visible()
    expect(seen.box).to_have_attribute("aria-expanded", "true")
    seen.box.press("ArrowDown")
    option = seen.widget.get_by_role("option", selected=True)
    expect(option).to_have_text("What do goldfish eat?")
    assert seen.box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    seen.box.press("ArrowUp")
    expect(option).to_have_count(0)
    seen.box.press("ArrowUp")
    seen.box.press("Escape")
    expect(seen.widget.get_by_role("listbox")).to_be_hidden()
    expect(seen.panel).to_be_visible()  # the first Escape closed the list alone
    seen.box.press_sequentially(" eat")
    seen.box.press("ArrowDown") if seen.widget.get_by_role("listbox").is_visible() else None
    expect(seen.widget.get_by_role("listbox")).to_be_visible()
    seen.widget.get_by_role("option", name="What do goldfish eat?").click()
    expect(seen.last).to_contain_text("Flakes, once a day")
    expect(seen.box).to_have_value("")
    expect(seen.box).to_be_focused()
    assert sites.asked == []  # the entry was opened by its id


def test_a_server_without_suggestions_is_asked_once(pets_bot: Callable[[str], Bot], context: BrowserContext) -> None:
    with host_site() as host:
        app = create_app(pets_bot(address(host)), chat_page=False, settings=UNLIMITED)
        app.router.routes[:] = [route for route in app.router.routes if "suggest" not in getattr(route, "path", "")]
        with running_server(app) as host.bot:
            page = context.new_page()
            page.add_init_script(OPEN_FOR_TESTS)
            requests: list[str] = []
            page.on("request", lambda request: requests.append(request.url))
            page.goto(f"{address(host)}/plain.html")
            page.evaluate("Verbatim.open()")
            box = page.locator("verbatim-widget").get_by_role("combobox")
            with page.expect_response("**/api/suggest*"):
                box.press_sequentially("gold")
            box.press_sequentially("fish")
            page.wait_for_timeout(500)
            assert len([url for url in requests if "/api/suggest" in url]) == 1
            box.press("Enter")
            expect(page.locator("verbatim-widget .turn .card")).to_be_visible()


def test_a_chip_whose_entry_is_gone_is_asked(visit: Open, sites: Sites) -> None:
    seen = visit("plain.html", is_clean=False)
    seen.launcher.click()
    seen.page.route("**/api/entries/**", lambda route: route.abort())
    seen.ask("May dogs eat chocolate?")
    chip = seen.last.locator(".chips .chip").first
    question = chip.inner_text()
    chip.click()
    expect(seen.last.locator("h3")).to_have_text(question)
    assert sites.asked[-1]["question"] == question


def test_the_last_turns_are_sent_along(visit: Open, sites: Sites) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    for _ in range(5):
        seen.ask("What do goldfish eat?")
    seen.ask("and dogs?")
    history = sites.asked[-1]["history"]
    assert sites.asked[0]["history"] == []
    assert len(history) == 8
    assert (history[-2]["role"], history[-2]["text"]) == ("user", "What do goldfish eat?")
    assert (history[-1]["role"], history[-1]["entry_id"]) == ("assistant", "what-do-goldfish-eat")


def test_quick_questions_are_answered_in_turn(visit: Open, sites: Sites) -> None:
    seen = visit("plain.html")
    seen.page.evaluate("Verbatim.ask('May dogs eat chocolate?'); Verbatim.ask('What do goldfish eat?')")
    expect(seen.widget.locator("h3")).to_have_text(["May dogs eat chocolate?", "What do goldfish eat?"])
    assert sites.asked[1]["history"][-1]["entry_id"] == "may-dogs-eat-chocolate"


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_can_be_asked_again(visit: Open, sites: Sites, status: int) -> None:
    seen = visit("plain.html", is_clean=False)
    seen.launcher.click()
    sites.refuse_with.append(status)
    seen.ask("May dogs eat chocolate?")
    expect(seen.last).to_contain_text("Too many questions just now. Please wait.")
    seen.last.get_by_role("button", name="Try again").click()
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")
    expect(seen.widget.locator(".turn")).to_have_count(1)


def test_without_a_server_the_faq_page_is_offered(visit: Open, sites: Sites, context: BrowserContext) -> None:
    seen = visit("plain.html", is_clean=False)
    context.set_offline(True)
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    expect(seen.last).to_contain_text("The answer could not be fetched.")
    expect(seen.last.get_by_role("link", name="Read the whole FAQ")).to_have_attribute("href", f"{sites.bot}/faq")
    context.set_offline(False)
    seen.last.get_by_role("button", name="Try again").click()
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")


def test_another_site_gets_no_answer(context: BrowserContext, sites: Sites) -> None:
    with host_site() as stranger:
        stranger.bot = sites.bot
        page = context.new_page()
        page.add_init_script(OPEN_FOR_TESTS)
        page.goto(f"{address(stranger)}/plain.html")
        page.evaluate("Verbatim.ask('May dogs eat chocolate?')")
        expect(page.locator("verbatim-widget .turn")).to_contain_text("The answer could not be fetched.")


def test_an_app_creates_and_destroys_it(visit: Open) -> None:
    seen = visit("app.html")
    page = seen.page
    page.evaluate("include({title: 'One'})")
    page.evaluate("include({title: 'Two'})")  # twice is once
    expect(seen.widget).to_have_count(1)
    page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last).to_contain_text("Flakes, once a day")
    expect(seen.panel.get_by_role("heading", level=2)).to_have_text("One")
    page.evaluate("window.old = Verbatim; Verbatim.destroy()")
    assert page.evaluate("[typeof Verbatim, document.querySelectorAll('verbatim-widget').length]") == ["undefined", 0]
    page.evaluate("old.open(); old.ask('x'); old.close(); old.hide(); old.show(); old.destroy()")
    page.evaluate("include({mode: 'inline', target: '#help', title: 'Three'})")
    expect(seen.panel.get_by_role("heading")).to_have_text("Three")
    expect(seen.widget.locator(".turn")).to_have_count(0)
    page.evaluate("Verbatim.destroy()")
    expect(seen.widget).to_have_count(0)


def test_a_new_body_keeps_the_conversation(visit: Open) -> None:
    seen = visit("plain.html")
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last).to_contain_text("Flakes, once a day")
    seen.page.evaluate("document.body = document.createElement('body')")
    expect(seen.last).to_contain_text("Flakes, once a day")
    seen.ask("May dogs eat chocolate?")
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")


def test_the_page_can_drive_it_and_hear_of_it(visit: Open) -> None:
    seen = visit("plain.html")
    page = seen.page
    page.evaluate("""() => {
      window.heard = [];
      for (const event of ["open", "close", "question", "answer", "feedback"]) {
        Verbatim.on(event, ({ text, verdict, replies }) => {
          heard.push([event, text || verdict || replies?.[0].status || ""]);
        });
      }
      window.stop = Verbatim.on("open", () => heard.push(["never", ""]));
      stop();
    }""")
    page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last).to_contain_text("Flakes, once a day")
    seen.last.get_by_role("button", name="Helpful", exact=True).click()
    page.evaluate("Verbatim.close()")
    assert page.evaluate("heard") == [
        ["open", ""], ["question", "What do goldfish eat?"], ["answer", "answered"], ["feedback", "up"], ["close", ""],
    ]  # fmt: skip
    page.evaluate("Verbatim.hide()")
    expect(seen.launcher).to_be_hidden()
    page.evaluate("Verbatim.show()")
    expect(seen.launcher).to_be_visible()


def test_a_conversation_is_remembered_only_where_the_page_asks_for_it(visit: Open) -> None:
    seen = visit("strict.html")
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last).to_contain_text("Flakes, once a day")
    seen.page.reload()
    seen.launcher.click()
    expect(seen.last).to_contain_text("Flakes, once a day")
    seen.panel.get_by_role("button", name="New conversation").click()
    expect(seen.widget.locator(".turn")).to_have_count(0)
    assert seen.storage() == [0, 0, ""]
    other = visit("plain.html")
    other.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(other.last).to_contain_text("Flakes, once a day")
    assert other.storage() == [0, 0, ""]


def test_right_to_left(visit: Open) -> None:
    seen = visit("right-to-left.html")
    box = seen.launcher.bounding_box()
    assert box
    assert box["x"] < 100
    seen.launcher.click()
    expect(seen.panel.get_by_role("button", name="إغلاق")).to_be_visible()
    title = seen.panel.locator("h2").bounding_box()
    close = seen.panel.get_by_role("button", name="إغلاق").bounding_box()
    assert title
    assert close
    assert close["x"] < title["x"]
    assert seen.panel.evaluate("node => getComputedStyle(node).direction") == "rtl"


def test_the_styles_of_the_page_do_not_reach_it(visit: Open) -> None:
    looks = []
    for name in ("plain.html", "hostile-styles.html"):
        seen = visit(name)
        closed = seen.launcher.bounding_box()
        seen.launcher.click()
        expect(seen.widget.get_by_role("button", name="May dogs")).to_be_visible()
        seen.page.wait_for_timeout(300)  # it has risen
        style = seen.widget.locator(".panel .chips").evaluate(
            "node => ['fontSize', 'lineHeight', 'letterSpacing', 'color', 'textTransform', 'opacity', 'cursor']"
            ".map(name => getComputedStyle(node)[name])"
        )
        looks.append((closed, seen.panel.bounding_box(), style))
    assert looks[0] == looks[1]


@pytest.mark.parametrize("size", [(390, 844), (320, 560)])
def test_on_a_phone_it_fills_the_screen(visit: Open, size: tuple[int, int]) -> None:
    seen = visit("plain.html")
    seen.page.set_viewport_size({"width": size[0], "height": size[1]})
    seen.launcher.click()
    seen.page.wait_for_timeout(300)
    assert seen.panel.bounding_box() == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    assert seen.box.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 16
    seen.ask("May dogs eat chocolate?")
    expect(seen.last.locator(".asked")).to_be_in_viewport()
    expect(seen.last.locator("h3")).to_be_in_viewport()
    assert seen.panel.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_moves_for_who_wants_no_motion(visit: Open, context: BrowserContext) -> None:
    seen = visit("plain.html")
    seen.page.emulate_media(reduced_motion="reduce")
    seen.launcher.click()
    assert seen.panel.evaluate("node => node.getRootNode().getAnimations().length") == 0
    assert seen.widget.get_by_role("log").evaluate("node => getComputedStyle(node).scrollBehavior") == "auto"
    seen.page.evaluate("Verbatim.close()")
    seen.page.emulate_media(reduced_motion="no-preference")
    seen.page.evaluate("Verbatim.open()")
    assert seen.panel.evaluate("node => node.getRootNode().getAnimations().length") > 0


CONTRAST = """root => {
  const probe = root.appendChild(document.createElement("i"));
  const luminance = name => {
    probe.style.color = `var(--${name})`;
    const [r, g, b] = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3)
      .map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pairs = ["on accent", "ink ground", "ink marked", "text marked", "soft ground", "alarm alarmed"];
  return pairs.map(pair => {
    const [low, high] = pair.split(" ").map(luminance).sort((a, b) => a - b);
    return [pair, (high + 0.05) / (low + 0.05)];
  });
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "color", ["", "#ffd400", "#000", "#fff", "red", "rgb(120, 120, 120)", "hsl(210 90% 60%)", "no colour"]
)
def test_every_accent_can_be_read(visit: Open, theme: str, color: str) -> None:
    seen = visit("app.html")
    seen.page.evaluate("([color, theme]) => include({color, theme})", [color, theme])
    expect(seen.launcher).to_be_visible()
    for pair, contrast in seen.widget.locator(".root").evaluate(CONTRAST):
        assert contrast >= 4.5, pair


def test_the_page_can_set_the_accent_by_a_custom_property(visit: Open) -> None:
    seen = visit("app.html")
    seen.page.evaluate("document.documentElement.style.setProperty('--verbatim-accent', 'rgb(200, 0, 100)')")
    seen.page.evaluate("include({color: 'blue'})")
    expect(seen.launcher).to_have_css("background-color", "rgb(200, 0, 100)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Open, scheme: str) -> None:
    script = axe_script()
    seen = visit("plain.html")
    seen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]

    def violations() -> list[tuple[str, str]]:
        found = seen.page.evaluate("axe.run().then(result => result.violations)")
        return [(each["id"], each["nodes"][0]["html"]) for each in found]

    seen.page.evaluate(script)
    assert violations() == []
    seen.launcher.click()
    expect(seen.widget.get_by_role("button", name="May dogs")).to_be_visible()
    assert violations() == []
    seen.ask("May dogs eat chocolate?")
    seen.ask("xylophone quartz")
    seen.ask("my dog is poisoned")
    seen.widget.get_by_role("button", name="Not helpful").first.click()
    seen.box.press_sequentially("goldfish")
    expect(seen.widget.get_by_role("listbox")).to_be_visible()
    seen.box.press("ArrowDown")
    assert violations() == []


def test_the_faq_page_is_accessible_too(context: BrowserContext, sites: Sites) -> None:
    script = axe_script()
    for scheme in ("light", "dark"):
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        errors: list[str] = []
        page.on("console", lambda message, errors=errors: errors.append(message.text))
        page.goto(f"{sites.bot}/faq")
        expect(page.get_by_role("heading", name="Not answered yet")).to_be_visible()
        assert errors == []
        page.evaluate(script)
        assert page.evaluate("axe.run().then(result => result.violations.map(each => each.id))") == []
        page.close()
