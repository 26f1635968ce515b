"""The chat page before Gradio is there, how Gradio takes over, and what a visitor meets who types, waits or returns."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from chatbot.core.logo import logo_in
from chatbot.dialogue.reply_ids import ReplyIds
from chatbot.web.asgi import create_app
from chatbot.web.gradio_page.first_page import first_page
from chatbot.web.static_files import static_text
from tests.browser import axe_script, chromium, in_chromium, phone
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import call, pets_bot
from tests.widget_site import POISON

pytestmark = [
    *in_chromium,
    pytest.mark.filterwarnings("ignore"),  # Gradio and the libraries below it warn of each other
]

STARTER = "May dogs eat chocolate?"
ANSWER = "No, chocolate is poisonous for dogs:"
FLAKES = "Flakes, once a day"
GRADIO = "**/assets/index-*.js"  # without it, Gradio does not begin
JOIN, TURN = "**/gradio_api/queue/join*", "**/api/turn"
LONG = "I bought a kettle from you\n\nand it leaks. " * 20 + "May dogs eat chocolate?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """The address of a server with such settings, started once for each."""
    import contextlib

    urls: dict[str, str] = {}
    with contextlib.ExitStack() as stack:

        def url(**settings: Any) -> str:
            key = json.dumps(settings)
            if key not in urls:
                bot = pets_bot(tmp_path_factory.mktemp("first"), disclaimer="No vet reads this.", **settings)
                urls[key] = stack.enter_context(running_server(create_app(bot, settings=UNLIMITED)))
                call(urls[key], "answer", ["hello", "", []])  # Gradio loads some of itself with its first event
            return urls[key]

        yield url


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    with phone(browser) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Afterwards: no script failed."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def opened(page: Page, url: str, stage: str = "gradio") -> Page:
    """`stage`: "first", before Gradio, which is held up; or "gradio", when it has taken over."""
    if stage == "first":
        page.route(GRADIO, lambda route: None)
        page.goto(url, wait_until="commit")
        page.wait_for_function("window.verbatim")
    else:
        page.goto(url)
        page.locator("body[data-gradio]").wait_for()
    return page


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your question", exact=True)


def ask(page: Page, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")


def asked(page: Page) -> Locator:
    return page.get_by_role("log").locator("[data-testid=user]")


def hint(page: Page) -> Locator:
    return page.locator("#hint [role=status]")


def test_the_page_answers_before_gradio_is_there(page: Page, served: Callable[..., str]) -> None:
    """With all that stands below a reply. Red without: `add_chat_turn`; `turn` in the guard; `byApi` in `ask`."""
    opened(page, served(), "first")
    expect(page.get_by_role("heading", name="Pets & <co>")).to_be_visible()
    page.get_by_role("button", name=STARTER).click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_role("log").locator("ol > li")).to_have_text(["call your vet at once;", "keep the wrapper."])
    ask(page, "<b>what</b> do *goldfish* eat? <img src=x onerror=alert(1)>")
    expect(page.get_by_text(FLAKES)).to_be_visible()
    expect(asked(page).last).to_have_text("<b>what</b> do *goldfish* eat? <img src=x onerror=alert(1)>")
    assert asked(page).locator("b, em, img").count() == 0
    with page.expect_response("**/api/feedback"):
        page.get_by_role("button", name="Helpful", exact=True).last.click()
    assert page.locator("gradio-app *").count() == 0


def test_gradio_takes_over_what_was_said_and_typed(page: Page, served: Callable[..., str]) -> None:
    """An answer that is on its way comes all the same, and the cursor stays where it was. Red without, in `handOver`:
    `type(value)`; `setSelectionRange`."""
    held: dict[str, Route] = {}
    page.route(GRADIO, lambda route: held.update(gradio=route))
    page.goto(served(), wait_until="commit")
    page.wait_for_function("window.verbatim")
    ask(page, STARTER)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    page.route(TURN, lambda route: held.update(turn=route))
    with page.expect_request(TURN):
        ask(page, "what do goldfish eat")
    box(page).press_sequentially("and cats?")
    page.keyboard.press("Home")
    held["gradio"].continue_()
    page.locator("body[data-gradio]").wait_for()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("and cats?")
    assert box(page).evaluate("node => node.selectionStart") == 0
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.locator("#conversation").get_by_text(ANSWER)).to_be_visible()
    expect(asked(page)).to_have_text([STARTER, "what do goldfish eat"])
    held["turn"].continue_()
    expect(page.locator("#conversation").get_by_text(FLAKES)).to_be_visible()
    with page.expect_request(JOIN) as joined:
        box(page).press("Enter")
    before = joined.value.post_data_json["data"][2]
    assert [said["content"][0]["text"] for said in before if said["role"] == "user"][-1] == "what do goldfish eat"
    assert before[-1]["metadata"]["log"] == "what-do-goldfish-eat"


def test_gradio_takes_over_the_suggestions(page: Page, served: Callable[..., str]) -> None:
    """With the one that is chosen. Red without, in `handOver`: `replaceChildren(...list)`; `activate(at)`."""
    held: dict[str, Route] = {}
    page.route(GRADIO, lambda route: held.update(gradio=route))
    page.goto(served(), wait_until="commit")
    page.wait_for_function("window.verbatim")
    box(page).press_sequentially("gold")
    expect(page.get_by_role("option")).to_have_text(["What do goldfish eat?"])
    box(page).press("ArrowDown")
    held["gradio"].continue_()
    page.locator("body[data-gradio]").wait_for()
    expect(page.get_by_role("option", selected=True)).to_have_text("What do goldfish eat?")
    expect(box(page)).to_have_attribute("aria-activedescendant", "suggestion-0")
    box(page).press("Enter")
    expect(page.locator("#conversation").get_by_text(FLAKES)).to_be_visible()


def test_a_server_that_has_just_begun_sends_gradio_later(
    page: Page, served: Callable[..., str], tmp_path: Path
) -> None:
    """Red without `fetchGradio`."""
    bare = first_page(pets_bot(tmp_path).build.settings)
    page.route(served() + "/", lambda route: route.fulfill(body=bare, content_type="text/html"), times=1)
    opened(page, served())
    ask(page, STARTER)
    expect(page.locator("#conversation").get_by_text(ANSWER)).to_be_visible()


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_what_was_asked_and_a_sign_of_waiting_are_seen_at_once(
    page: Page, served: Callable[..., str], stage: str
) -> None:
    """Before anything has come over a slow network; soon it says "one moment". Red without: `changed` in `push`;
    `waiting`; `waitingText`."""
    opened(page, served(), stage)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 800, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    held: list[Route] = []
    page.route(TURN if stage == "first" else JOIN, lambda route: held.append(route))
    ask(page, "may dogs eat chocolate")
    expect(asked(page)).to_have_text("may dogs eat chocolate")
    expect(box(page)).to_have_value("")
    expect(page.get_by_text("One moment, please …")).to_be_visible()
    ask(page, "what do goldfish eat")  # meanwhile
    expect(asked(page)).to_have_count(2)
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.unroute(TURN if stage == "first" else JOIN)
    expect(page.get_by_text(FLAKES)).to_be_visible(timeout=15000)
    kinds = page.get_by_role("log").locator("[data-testid]").evaluate_all("all => all.map(n => n.dataset.testid)")
    assert kinds == ["user", "bot", "user", "bot"]
    expect(page.locator(".waiting")).to_have_count(0)


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_what_cannot_be_sent_stays_and_the_page_says_what_to_do(
    page: Page, served: Callable[..., str], stage: str
) -> None:
    """Red with `maxlength` at the box; without `refused` in `send`; without `count`."""
    opened(page, served(), stage)
    for typed in ("👍", "???"):
        ask(page, typed)
        expect(hint(page)).to_have_text("Please type your question in words.")
        expect(box(page)).to_have_value(typed)
    box(page).evaluate("(node, text) => { node.focus(); document.execCommand('selectAll'); "
                       "document.execCommand('insertText', false, text); }", LONG)  # fmt: skip
    count = len(" ".join(LONG.split()))
    expect(box(page)).to_have_value(LONG)
    too_long = f"Too long: {count} of at most 500 characters. Please shorten it."
    expect(hint(page)).to_have_text(too_long)
    expect(box(page)).to_have_attribute("aria-invalid", "true")
    box(page).press("Enter")
    expect(hint(page)).to_have_text(too_long)
    expect(box(page)).to_have_value(LONG)
    assert asked(page).count() == 0
    box(page).fill("goldfish " * 50)
    expect(page.locator("#counter")).to_have_text("449 of 500 characters")
    ask(page, "what do\ngoldfish eat")
    expect(hint(page)).to_have_text("")
    expect(page.get_by_text(FLAKES)).to_be_visible()


def test_the_box_grows_with_what_is_typed(page: Page, served: Callable[..., str]) -> None:
    """Shift and Enter begin a new line. Red with `max_lines=1`."""
    opened(page, served())
    low = box(page).bounding_box()
    box(page).press_sequentially("one")
    for _ in range(3):
        box(page).press("Shift+Enter")
        box(page).press_sequentially("more")
    high = box(page).bounding_box()
    assert low
    assert high
    assert high["height"] > low["height"] + 40
    assert asked(page).count() == 0


REFUSALS = {
    429: "Zu viele Fragen in kurzer Zeit. Bitte warten Sie 7 s und versuchen Sie es dann erneut.",
    403: "Der Server nimmt von dieser Seite keine Fragen an. Bitte sagen Sie es dem Betreiber der Website.",
    503: "Der Server ist gerade ausgelastet. Bitte warten Sie einen Moment und versuchen Sie es erneut.",
    500: "Die Antwort konnte nicht geladen werden. Bitte warten Sie einen Moment und versuchen Sie es erneut.",
}


def refuse_once(page: Page, path: str, status: int) -> None:
    page.route(path, lambda route: route.fulfill(status=status, body="{}", headers={"retry-after": "7"}), times=1)


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_a_refusal_says_what_to_do_in_the_language_of_the_page(
    page: Page, served: Callable[..., str], stage: str
) -> None:
    """Red without `whatToDo`."""
    opened(page, served(lang="de"), stage)
    for status, text in REFUSALS.items():
        refuse_once(page, TURN if stage == "first" else JOIN, status)
        page.get_by_role("textbox", name="Ihre Frage").fill("what do goldfish eat")
        page.get_by_role("button", name="Senden").click()
        expect(page.get_by_role("log").get_by_text(text)).to_be_visible()
    expect(page.get_by_role("link", name="Alle Fragen und Antworten").last).to_be_visible()
    page.get_by_role("button", name="Erneut versuchen").last.click()
    expect(page.get_by_text(FLAKES)).to_be_visible()


def test_who_asks_too_much_still_sees_the_notice(page: Page, tmp_path: Path) -> None:
    """Before Gradio is there, and after. Red without: `said_first` in `create_app`; `error.messages` in `fail`."""
    bot = pets_bot(tmp_path, notices=(POISON,), disclaimer="No vet reads this.")
    limits = dataclasses.replace(UNLIMITED, rate_burst=1, rate_per_minute=1)
    with running_server(create_app(bot, settings=limits)) as url:
        opened(page, url, "first")
        ask(page, "what do goldfish eat")
        expect(page.get_by_text(FLAKES)).to_be_visible()
        for stage in ("first", "gradio"):
            page.unroute_all()
            opened(page, url, stage)
            ask(page, "my dog is poisoned")
            expect(page.get_by_role("alert").last).to_contain_text(POISON.text)
            expect(page.get_by_text("Too many questions in a short time.").last).to_be_visible()
            page.locator("#new").click()


def test_the_conversation_survives_a_reload_and_going_back(page: Page, served: Callable[..., str]) -> None:
    """Before Gradio is there, and after. Red without: `keep` in `changed`; `restore`."""
    url = served()
    opened(page, url)
    ask(page, "goldfish dogs")
    expect(page.get_by_role("button", name="None of these")).to_be_visible()
    page.reload()
    page.locator("body[data-gradio]").wait_for()
    expect(asked(page)).to_have_text(["goldfish dogs"])
    expect(page.get_by_role("button", name="None of these")).to_be_visible()
    ask(page, STARTER)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    page.goto(f"{url}/faq")
    page.route(GRADIO, lambda route: None)
    page.go_back(wait_until="commit")
    page.wait_for_function("window.verbatim")
    expect(asked(page)).to_have_text(["goldfish dogs", STARTER])
    expect(page.get_by_text(ANSWER)).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_what_a_server_gave_before_it_began_anew_cannot_be_rated(
    page: Page, served: Callable[..., str], stage: str
) -> None:
    """Its ids are another process's. Nobody is told to try again, but where that helps; no thumb looks as if it had
    counted, and no reason is asked for. Red without: the look at 404; what follows `await rate`."""
    opened(page, served(), stage)
    ask(page, STARTER)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    page.evaluate(f"({OTHER_ID})('{ReplyIds().new(1)}')")
    page.reload(wait_until="commit")
    page.wait_for_function("window.verbatim")
    helpful = page.get_by_role("button", name="Helpful", exact=True)
    page.route("**/api/feedback", lambda route: route.fulfill(status=503, body="{}"), times=1)
    helpful.click()
    expect(page.get_by_text("Your feedback was not sent.")).to_be_visible()
    expect(helpful).to_have_attribute("aria-pressed", "false")
    for name in ("Helpful", "Not helpful"):
        thumb = page.get_by_role("button", name=name, exact=True)
        with page.expect_response("**/api/feedback") as answer:
            thumb.click()
        assert answer.value.status == 404
        expect(page.get_by_text("This reply can no longer be rated.")).to_be_visible()
        expect(thumb).to_have_attribute("aria-pressed", "false")
        expect(page.get_by_role("group", name="What was wrong?")).to_be_hidden()


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_a_question_that_failed_can_be_asked_again_after_a_reload(
    page: Page, served: Callable[..., str], stage: str
) -> None:
    """Red without `again` in what is kept."""
    opened(page, served(), stage)
    refuse_once(page, TURN if stage == "first" else JOIN, 429)
    ask(page, "what do goldfish eat")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.reload(wait_until="commit")
    page.locator("body[data-gradio]" if stage == "gradio" else "body").wait_for()
    page.wait_for_function("window.verbatim")
    expect(asked(page)).to_have_text(["what do goldfish eat"])
    expect(page.get_by_text("Too many questions in a short time.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(FLAKES)).to_be_visible()


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_enter_of_an_input_method_sends_nothing(page: Page, served: Callable[..., str], stage: str) -> None:
    """It takes the word that was composed, and no suggestion. Red without either `isComposed`, and either sign."""
    opened(page, served(), stage)
    box(page).press_sequentially("what do goldfish eat")
    expect(page.get_by_role("option")).to_have_count(1)
    box(page).press("ArrowDown")
    press = "(node, sign) => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...sign }))"
    for leave in ("ArrowUp", "Escape"):  # none is chosen; there are none
        for sign in ({"isComposing": True}, {"keyCode": 229}):
            box(page).evaluate(press, sign)
            expect(box(page)).to_have_value("what do goldfish eat")
            expect(asked(page)).to_have_count(0)
        box(page).press(leave)
    box(page).press("Enter")
    expect(page.get_by_text(FLAKES)).to_be_visible()


def test_a_label_has_the_direction_of_its_own_language(page: Page, served: Callable[..., str]) -> None:
    """Not that of the answer above it. Red without `unicode-bidi`, and without `display` of `small`."""
    opened(page, served(), "first")
    page.get_by_role("button", name=STARTER).click()
    label = page.get_by_role("log").locator("small").last
    from_the_right = """node => {
      node.textContent = "أسئلة ذات صلة:";
      const words = document.createRange();
      words.selectNodeContents(node);
      return node.parentNode.getBoundingClientRect().right - words.getBoundingClientRect().right;
    }"""
    assert label.evaluate(from_the_right) < 2


# Gives the last reply that is kept another id.
OTHER_ID = """id => {
  const [key] = Object.keys(sessionStorage), kept = JSON.parse(sessionStorage[key]);
  kept.shown.at(-1).metadata.id = id;
  sessionStorage[key] = JSON.stringify(kept);
}"""


def test_a_question_on_its_way_is_asked_again_after_a_reload(page: Page, served: Callable[..., str]) -> None:
    """Red without `asked` in `keep`."""
    opened(page, served())
    page.route(JOIN, lambda route: None, times=1)
    with page.expect_request(JOIN):
        ask(page, "what do goldfish eat")
    page.reload()
    expect(page.get_by_text(FLAKES)).to_be_visible()
    expect(asked(page)).to_have_text(["what do goldfish eat"])


def test_the_owner_may_forbid_to_keep_the_conversation(page: Page, served: Callable[..., str]) -> None:
    """Red without `remembers` in `stored`."""
    opened(page, served(remember_conversation=False))
    ask(page, STARTER)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    page.reload()
    page.locator("body[data-gradio]").wait_for()
    expect(page.get_by_role("button", name=STARTER)).to_be_visible()
    assert asked(page).count() == 0


def test_what_was_cleared_can_be_brought_back(page: Page, served: Callable[..., str]) -> None:
    """Until something new is asked. Red without: `bringBack`; `keep` in `changed`."""
    opened(page, served())
    ask(page, STARTER)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_text("The conversation was cleared.")).to_be_visible()
    expect(page.get_by_role("button", name=STARTER)).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    page.set_viewport_size({"width": 320, "height": 780})  # the button stands below the sentence, at its beginning
    [sentence, back] = (page.locator(f"#{name}").bounding_box() for name in ("cleared", "cleared button"))
    assert sentence
    assert back
    assert (back["x"], back["y"] > sentence["y"] + 20) == (sentence["x"], True)
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_role("button", name="Copy a link to this question")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    ask(page, "what do goldfish eat")
    expect(page.get_by_text(FLAKES)).to_be_visible()
    expect(page.get_by_role("button", name="Bring it back")).to_have_count(0)
    expect(asked(page)).to_have_count(1)


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_what_was_on_its_way_comes_back_too(page: Page, served: Callable[..., str], stage: str) -> None:
    """The question that the server was answering, whose answer came meanwhile, and the one behind it.

    Red with `shown` alone in `cleared`; without `cleared?.shown` in `settle`.
    """
    opened(page, served(), stage)
    path = TURN if stage == "first" else JOIN
    held: list[Route] = []
    page.route(path, lambda route: held.append(route), times=1)
    with page.expect_request(path):
        ask(page, STARTER)
    ask(page, "what do goldfish eat")
    page.get_by_role("button", name="New conversation").click()
    expect(asked(page)).to_have_count(0)
    held[0].continue_()
    page.wait_for_timeout(400)
    expect(asked(page)).to_have_count(0)
    page.get_by_role("button", name="Bring it back").click()
    expect(asked(page)).to_have_text([STARTER, "what do goldfish eat"])
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_text(FLAKES)).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)


def test_a_link_with_a_question_asks_after_one_click(page: Page, served: Callable[..., str]) -> None:
    """And once: the page that is loaded anew does not hold it again. Red without: `prefill`; `forgetLink`."""
    opened(page, f"{served()}/?q=What%20do%20goldfish%20eat%3F")
    expect(box(page)).to_have_value("What do goldfish eat?")
    expect(hint(page)).to_have_text("This question came with the link. Press “Send” to ask it.")
    assert asked(page).count() == 0
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(FLAKES)).to_be_visible()
    page.reload()
    page.locator("body[data-gradio]").wait_for()
    expect(box(page)).to_have_value("")


def test_the_focus_is_never_lost(page: Page, served: Callable[..., str]) -> None:
    """Whatever is pressed and gone. Red without `keepFocus`."""
    opened(page, served(), "gradio")

    def press(name: str) -> None:
        button = page.get_by_role("button", name=name, exact=True).last
        button.focus()
        button.press("Enter")
        page.wait_for_timeout(150)
        assert page.evaluate("document.activeElement.localName") not in ("body", "html"), name

    press(STARTER)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    press("Not helpful")
    press("Out of date")
    page.route(JOIN, lambda route: route.abort(), times=1)
    press("What do goldfish eat?")
    press("Try again")
    expect(page.get_by_text(FLAKES).last).to_be_visible()
    ask(page, "goldfish dogs")
    press("None of these")
    press("New conversation")
    press("Bring it back")


HIDDEN = (
    "node => ['visible', 'clip'].includes(getComputedStyle(node).overflowY) ? 0 : node.scrollHeight - node.clientHeight"
)
SIZES = {"phone 320": (320, 640), "400 % of 1280 x 1024": (320, 256), "200 % of 1280 x 720": (640, 360)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_narrow_low_and_zoomed_pages_can_be_used(page: Page, served: Callable[..., str], size: str, stage: str) -> None:
    """Nothing is cut off at the side, the box can be reached, and the answer is not squeezed into a slit.
    Red without the rules of low windows for the page and the box."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    opened(page, served(), stage)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    if is_low := height <= 520:  # a page that scrolls as a whole, no boxes that scroll within it
        assert page.locator("#welcome").evaluate(HIDDEN) <= 1
    page.get_by_role("button", name=STARTER).click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    assert page.evaluate(fits)
    expect(asked(page).last).to_be_in_viewport()
    page.wait_for_timeout(300)  # until the page has brought the answer to the top for the last time
    if is_low:
        assert page.get_by_role("log").evaluate(HIDDEN) <= 1
        box(page).fill("what do goldfish eat\n" * 9)
        assert box(page).evaluate("node => node.clientHeight") < 100
    seen = page.get_by_role("log").evaluate("node => Math.min(node.clientHeight, innerHeight)")
    assert seen > 0.35 * height
    page.get_by_role("button", name="Helpful", exact=True).scroll_into_view_if_needed()
    box(page).fill("what do goldfish eat")
    expect(box(page)).to_be_in_viewport()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(FLAKES)).to_be_visible()


@pytest.mark.parametrize("stage", ["first", "gradio"])
def test_the_chosen_suggestion_is_in_sight(page: Page, served: Callable[..., str], stage: str) -> None:
    """In a low window, whose list scrolls. Red without `scrollIntoView` in `activate`."""
    page.set_viewport_size({"width": 320, "height": 256})
    opened(page, served(), stage)
    long = [{"question": f"{n} of the long questions about goldfish and their food?", "entry_id": n} for n in "12345"]
    page.route("**/api/suggest*", lambda route: route.fulfill(json={"suggestions": long}))
    box(page).press_sequentially("gold")
    expect(page.get_by_role("option")).to_have_count(5)
    for key in ("ArrowUp", *["ArrowUp"] * 4):
        box(page).press(key)
        expect(page.get_by_role("option", selected=True)).to_be_in_viewport(ratio=0.95)


# The contrast of an element's border with what lies outside of it.
CONTRAST = """node => {
  const numbers = color => [...color.matchAll(/[\\d.]+/g)].map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  let around = node.parentElement;
  while (numbers(getComputedStyle(around).backgroundColor)[3] === 0) around = around.parentElement;
  const [low, high] = [getComputedStyle(node).borderTopColor, getComputedStyle(around).backgroundColor]
    .map(color => light(numbers(color))).sort((a, b) => a - b);
  return (high + .05) / (low + .05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_can_be_pressed_has_a_border_that_is_seen(page: Page, served: Callable[..., str], scheme: str) -> None:
    """3 : 1. Red with `--line` in place of `--edge`."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 1000, "height": 720})
    opened(page, served())
    assert page.get_by_role("button", name=STARTER).evaluate(CONTRAST) >= 3
    page.locator("#new").focus()  # out of the box
    assert page.locator("#ask .input-container").evaluate(CONTRAST) >= 3
    ask(page, "goldfish dogs")
    assert page.get_by_role("button", name="None of these").evaluate(CONTRAST) >= 3
    assert page.get_by_role("button", name="New conversation").evaluate(CONTRAST) >= 3


def test_the_theme_of_the_address_is_kept_when_gradio_takes_over(page: Page, served: Callable[..., str]) -> None:
    """Whatever the visitor's system says. Red without `data-theme`: Gradio would read the address alone."""
    seen = {}
    for stage in ("first", "gradio"):
        for theme, other in (("dark", "light"), ("light", "dark")):
            page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
            opened(page, f"{served()}/?__theme={theme}", stage)
            grounds = page.evaluate(
                "[document.body, document.querySelector('header')].map(n => getComputedStyle(n).backgroundColor)"
            )
            assert seen.setdefault(theme, grounds) == grounds, (stage, theme)
            page.unroute_all()
    assert seen == {
        "dark": ["rgb(16, 21, 26)", "rgb(26, 33, 40)"],
        "light": ["rgb(244, 247, 247)", "rgb(255, 255, 255)"],
    }


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_axe_finds_nothing_before_gradio(page: Page, served: Callable[..., str], look: dict[str, Any]) -> None:
    script = axe_script()
    page.emulate_media(reduced_motion="reduce", **look)
    opened(page, served(), "first")
    page.evaluate(script)
    rules = "axe.run().then(result => result.violations.flatMap(each => each.nodes.map(n => [each.id, n.target])))"
    assert page.evaluate(rules) == []
    ask(page, "👍")
    assert page.evaluate(rules) == []
    page.get_by_role("button", name=STARTER).click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    assert page.evaluate(rules) == []
    page.route(TURN, lambda route: None)
    ask(page, "what do goldfish eat")
    expect(page.get_by_text("One moment, please …")).to_be_visible()
    assert page.evaluate(rules) == []


@pytest.mark.parametrize("way", ["Enter", "button"])
def test_what_stands_in_the_box_is_sent(page: Page, served: Callable[..., str], way: str) -> None:
    """Also what Gradio has not heard of yet, as it hears of it a moment later. Red where Gradio sends."""
    opened(page, served())
    for question in (STARTER, "what do goldfish eat"):
        box(page).evaluate("(box, question) => box.value = question", question)
        if way == "Enter":
            box(page).press("Enter")
        else:
            page.get_by_role("button", name="Send", exact=True).click()
        expect(asked(page).last).to_have_text(question)
        expect(box(page)).to_have_value("")
    box(page).type("one")
    box(page).press("Shift+Enter")
    expect(box(page)).to_have_value("one\n")
    expect(asked(page)).to_have_count(2)


def test_nothing_lies_over_the_text(page: Page, served: Callable[..., str]) -> None:
    """Gradio's arrow to the end of the conversation did. Red without the rule of `.scroll-down-button-container`."""
    opened(page, served())
    for question in (STARTER, "what do goldfish eat", STARTER):
        ask(page, question)
    expect(page.get_by_role("log").get_by_text(ANSWER)).to_have_count(2, timeout=20000)
    page.get_by_role("log").evaluate("node => node.scrollTop = 0")
    page.wait_for_timeout(300)
    buttons = page.locator("#conversation button:visible").evaluate_all("all => all.map(n => n.className)")
    assert [name for name in buttons if "chip" not in name and "icon " not in name] == []


def test_the_page_names_nobody_but_the_owner(served: Callable[..., str]) -> None:
    """No cards of Gradio's for other sites, and our own icon. Red with Gradio's page as it is."""
    page = httpx.get(served()).text
    assert re.findall(r"\"og:|twitter:|header-image|manifest\.json|@teamGradio", page) == []
    icon = httpx.get(f"{served()}/favicon.ico")
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.text == static_text("icon.svg")
    assert "sandbox" in icon.headers["content-security-policy"]


def test_the_logo_of_the_owner_stands_in_the_page(page: Page, served: Callable[..., str], tmp_path: Path) -> None:
    """And is its icon. Red without `picture_of` in `embed.py`."""
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="3"/>')
    opened(page, served(logo=logo_in(tmp_path, "logo.svg")))
    logo = page.locator("#top img")
    assert logo.evaluate("node => [node.naturalWidth, node.naturalHeight]") == [9, 3]
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", logo.get_attribute("src") or "")
