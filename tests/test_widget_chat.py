"""A conversation in the widget, in a real Chromium: what is asked, what is shown, what is sent along."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from chatbot.dialogue.bot import Bot
from chatbot.dialogue.reply_ids import ReplyIds
from chatbot.web.asgi import create_app
from tests.browser import in_chromium
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server
from tests.widget_site import OPEN_FOR_TESTS, Open, Sites

pytestmark = in_chromium


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


def test_every_kind_of_block(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("How is everything formatted?")
    text = seen.last.locator(".text").first
    expect(text.locator("> h4")).to_have_text("A heading")
    expect(text.locator("> p").first).to_have_text(
        "A line with bold, slanted and code wrapped over two lines, 2 * 3 * 4, snake_case_name and *stars*."
    )
    expect(text.locator("em")).to_have_text(["slanted", "vet"])
    expect(text.locator("p code")).to_have_text("code")
    expect(text.locator("> ul > li")).to_have_count(2)
    expect(text.locator("> ul > li > ol > li")).to_have_text(["inner", "last"])
    links = [link.get_attribute("href") for link in text.locator("a").all()]
    assert links == [
        "https://shop.example/a_(b)", "https://plain.example/x", "mailto:help@shop.example",
        "https://shop.example/sunday", "tel:+4930123", "tel:+4930456789",
    ]  # fmt: skip
    assert {link.get_attribute("rel") for link in text.locator("a").all()} == {"noopener noreferrer nofollow"}
    assert [link.get_attribute("target") for link in text.locator("a[href^=tel], a[href^=mailto]").all()] == [None] * 3
    expect(text.locator("table th")).to_have_text(["Day", "Price | each"])
    expect(text.locator("table td")).to_have_text(["Monday", "9.50", "Sunday", "12"])
    expect(text.locator("table td").last).to_have_css("text-align", re.compile("right"))
    assert text.locator("pre").inner_text() == "feed --cat\n  now"
    text.evaluate("node => node.dir = 'rtl'")  # as in an answer of Arabic: code is read from the left all the same
    expect(text.locator("pre")).to_have_css("direction", "ltr")
    expect(text.locator("blockquote")).to_have_css("direction", "rtl")
    expect(text.locator("blockquote")).to_have_text("Well said, vet")
    expect(text.locator("img")).to_have_attribute("src", "https://pictures.example/cat.png")
    expect(text.locator("img")).to_have_attribute("alt", "a cat asleep")
    expect(text).to_contain_text("a dog")  # its place is not allowed: the words are shown
    assert not [url for url in seen.requests if "elsewhere" in url]
    seen.requests.clear()  # the picture was asked for, as the owner allows


ROOMY = [
    {"type": "table", "align": ["", "right", "right", ""], "head": [[["Washing"], ["Degrees"], ["Spin"], ["Remarks"]]],
     "rows": [[["Wool"], ["30"], ["600"], ["Turn the socks inside out, use little soap, and dry them on a towel."]]]},
    *({"type": holder, **held} for said in [[{"type": "paragraph", "content": [text]} for text in ("One.", "Two.")]]
      for holder, held in (("quote", {"content": said}), ("list", {"ordered": False, "items": [said]}))),
]  # fmt: skip


def with_room(route: Route) -> None:
    answer = route.fetch()
    found = answer.json()
    found["replies"][0]["answer"].update(blocks=ROOMY, marks=[])
    route.fulfill(response=answer, json=found)


def test_prose_is_not_squeezed(visit: Open) -> None:
    """A table with a cell of prose scrolls, by keys too. Red without: `long`; the rules of what stands in a list or
    quote; the border of `pre`, which who chooses all colours sees in place of its ground."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.page.route("**/api/ask", with_room, times=1)
    seen.ask("May dogs eat chocolate?")
    text = seen.last.locator(".text").first
    assert [cell.get_attribute("class") for cell in text.locator("td").all()] == [None, None, None, "long"]
    assert text.locator("td.long").evaluate("node => node.clientHeight") < 150
    assert text.locator("div[tabindex='0']").evaluate("node => node.scrollWidth > node.clientWidth")
    boxes = "([above, below]) => below.getBoundingClientRect().top - above.getBoundingClientRect().bottom"
    for holder in ("blockquote", "li"):  # both at once, as the conversation may still be scrolling
        assert text.locator(f"{holder} > p").evaluate_all(boxes) >= 5
    seen.ask("How is everything formatted?")
    expect(seen.last.locator("pre")).to_have_css("border-top-style", "solid")
    seen.requests.clear()  # the picture was asked for, as the owner allows


def test_a_link_to_an_entry_opens_it_on_the_page_of_all(visit: Open, sites: Sites) -> None:
    """Red where the address is taken for one of the host page, or for one that is not shown."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("Which chapter tells more of cockatoos?")
    with seen.page.context.expect_page() as opened:
        seen.last.locator(".text a").click()
    page = opened.value
    expect(page).to_have_url(f"{sites.bot}/faq#where-do-parrots-sleep-at-night")
    expect(page.get_by_text("Well-fed parrots sleep twelve hours")).to_be_in_viewport()
    page.close()


def test_no_text_is_markup(visit: Open) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    hostile = "Who attacks the widget? <img src=x onerror=alert(9)>"
    seen.ask("Who attacks the widget?")
    expect(seen.last).to_contain_text(" click data")
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
    expect(seen.last).to_contain_text("Source: The parrot book · Reviewed January 31, 2026")


def test_no_answer_is_said_plainly_with_whom_to_ask(
    visit: Open, sites: Sites, logged: pytest.LogCaptureFixture
) -> None:
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("quartz cat dogs")
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


def test_who_asks_for_a_person_gets_the_contact_first(visit: Open) -> None:
    """Red without: `handOff()` before small talk."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("talk to a human")
    expect(seen.last.locator(".card")).to_have_text(re.compile(r"^Ask the vet: vet@pets\.example.*I am a program"))
    expect(seen.last.get_by_role("link", name="vet@pets.example")).to_have_attribute("href", "mailto:vet@pets.example")


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
            box = page.locator("verbatim-widget").get_by_role("textbox")
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
    expect(seen.last).to_contain_text("Too many questions. Please wait.")
    seen.last.get_by_role("button", name="Try again").click()
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")
    expect(seen.widget.locator(".turn")).to_have_count(1)


def test_without_a_server_the_faq_page_is_offered(visit: Open, sites: Sites, context: BrowserContext) -> None:
    """Also before the words of the language have come. Red when nobody fetches them again."""
    seen = visit("plain.html", is_clean=False)
    context.set_offline(True)
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    expect(seen.last).to_contain_text("No connection.")
    expect(seen.last.get_by_role("link", name="FAQ")).to_have_attribute("href", f"{sites.bot}/faq")
    context.set_offline(False)
    seen.last.get_by_role("button", name="Try again").click()
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")
    context.set_offline(True)
    seen.ask("What do goldfish eat?")
    expect(seen.last).to_contain_text("The answer could not be fetched.")
    expect(seen.last.get_by_role("link", name="Read the whole FAQ")).to_have_attribute("href", f"{sites.bot}/faq")


def test_an_emoji_at_any_place_of_an_answer_leaves_the_conversation_whole(visit: Open) -> None:
    """What is sent along is cut by characters. Red with `slice`, which may cut one in two: the API refuses the half."""
    seen = visit("plain.html")
    answer = "x" * 599 + "\U0001f600" * 3
    seen.page.route(
        "**/api/ask",
        lambda route: route.fulfill(
            json={"replies": [reply_with(answer)], "notices": []}, headers={"access-control-allow-origin": "*"}
        ),
        times=1,
    )
    seen.page.evaluate("Verbatim.ask('first')")
    expect(seen.last.locator("h3")).to_have_text("Q?")
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last).to_contain_text("Flakes, once a day")


def reply_with(text: str) -> dict[str, object]:
    shown = {"entry_id": "q", "question": "Q?", "text": text, "html": "", "short": None, "highlight": None}
    drawn = {"blocks": [{"type": "paragraph", "content": [text]}], "marks": [], "link": ""}
    answer = {**shown, **drawn, "source": "", "url": "", "reviewed": "", "sha256": ""}
    said = {"id": "0" * 16, "question": "first", "status": "answered", "answer": answer, "probability": 1.0}
    return {**said, "suggestions": [], "context": "", "gap": None, "explanation": None, "contact": None}


def test_thanks_are_only_for_what_arrived(visit: Open) -> None:
    """Red when the mark is drawn before the server has it."""
    seen = visit("plain.html")
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    seen.page.route("**/api/feedback", lambda route: route.abort())
    seen.last.get_by_role("button", name="Helpful", exact=True).click()
    expect(seen.last.get_by_role("status")).to_have_text("Try again")
    seen.page.wait_for_timeout(100)
    assert [error for error in seen.errors if "ERR_FAILED" not in error] == []
    seen.errors.clear()
    seen.page.unroute("**/api/feedback")
    seen.last.get_by_role("button", name="Helpful", exact=True).click()
    expect(seen.last.get_by_role("status")).to_have_text("\u2713")


@pytest.mark.parametrize(("lang", "told"), [("en", "no longer be rated"), ("de", "nicht mehr bewertet")])
def test_what_a_server_gave_before_it_began_anew_cannot_be_rated(visit: Open, lang: str, told: str) -> None:
    """Its ids are another process's. Nobody is told to try again. Red without the look at 404."""
    seen = visit("app.html", is_clean=False)
    seen.page.evaluate("lang => include({ remember: '', lang })", lang)
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last.locator("h3")).to_be_visible()
    seen.page.evaluate("Verbatim.ask('Where is Atlantis?')")
    expect(seen.widget.locator(".turn")).to_have_count(2)
    expect(seen.widget.locator(".wait")).to_have_count(0)
    seen.page.evaluate(f"({OTHER_IDS})({json.dumps([ReplyIds().new(1) for _ in range(2)])})")
    seen.page.reload()
    seen.page.evaluate("lang => include({ remember: '', lang })", lang)
    seen.page.evaluate("Verbatim.open()")
    first = seen.widget.locator(".turn").first
    for verdict in ("up", "down"):
        first.locator(f".icon.{verdict}").click()
        expect(first.get_by_role("status")).to_contain_text(told)
        expect(first.locator(f".icon.{verdict}")).to_have_attribute("aria-pressed", "false")
        expect(first.locator(".why")).to_be_hidden()


# Gives the replies that are kept other ids.
OTHER_IDS = """ids => {
  const [key] = Object.keys(sessionStorage), kept = JSON.parse(sessionStorage[key]);
  kept.forEach(({ found }, at) => found.replies[0].id = ids[at]);
  sessionStorage[key] = JSON.stringify(kept);
}"""


def test_what_is_wrong_with_a_message_is_told_once_the_words_have_come(visit: Open) -> None:
    """Who is quick writes before that. Red without `tell` in `speak`."""
    seen, held = visit("plain.html"), list[Route]()
    seen.page.route("**/widget/en.json", lambda route: held.append(route))
    seen.launcher.click()
    seen.box.press("Enter")
    while not held:
        seen.page.wait_for_timeout(10)
    expect(seen.widget.locator(".told")).to_have_text("")
    held[0].continue_()
    expect(seen.widget.locator(".told")).to_have_text("Please type your question in words.")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_text_of_any_length_stays_where_it_is(visit: Open, sites: Sites, is_known: bool) -> None:
    """To lay it out anew takes a browser seconds. Red where it is put into the box, and where it is sent before the
    server's limit is known; where what the server says takes away what was told."""
    seen = visit("plain.html", is_clean=False)
    late: list[Route] = []
    if is_known:
        seen.page.route("**/api/starters", lambda route: late.append(route))
    else:
        seen.page.route("**/api/starters", lambda route: route.abort())
    seen.launcher.click()
    told, huge = seen.widget.locator(".told"), " May dogs eat chocolate? " * 2000
    seen.page.evaluate("text => Verbatim.ask(text)", huge)
    expect(told).to_contain_text("That is too long.")
    expect(seen.box).to_have_value("")
    while is_known and not late:
        seen.page.wait_for_timeout(10)
    for route in late:
        route.continue_()
        expect(seen.widget.get_by_role("button", name="May dogs")).to_be_visible()
    expect(told).to_contain_text("That is too long.")
    seen.box.fill("and cats?")
    seen.page.evaluate("text => Verbatim.ask(text)", huge[:6000] if is_known else huge)
    expect(told).to_contain_text("That is too long.")
    expect(seen.box).to_have_value("and cats?")
    seen.box.fill(huge)
    seen.box.press("Enter")
    expect(told).to_contain_text("That is too long.")
    expect(seen.box).to_have_value(huge)
    expect(seen.widget.locator(".turn")).to_have_count(0)


LONG = "I bought a kettle here. " * 30 + "May dogs eat chocolate?"


def test_a_long_message_is_neither_cut_nor_lost(visit: Open, sites: Sites) -> None:
    """It is counted as the server does, and stays in the box, where it can be shortened; a notice comes all the same.

    Red with `maxlength`; without `lengthOf(said) > limit`; without `refusal.notices`.
    """
    seen = visit("plain.html", is_clean=False)
    seen.launcher.click()
    told = seen.widget.locator(".told")
    seen.box.fill("x" * 390)
    expect(told).to_have_text("")
    seen.box.fill("x" * 410)
    expect(told).to_have_text("410 / 500")
    expect(seen.box).to_have_attribute("aria-invalid", "false")
    seen.box.fill(LONG)
    expect(told).to_have_text(f"That is too long. Please shorten it. {len(LONG)} / 500")
    expect(seen.box).to_have_attribute("aria-invalid", "true")
    with seen.page.expect_response("**/api/ask"):
        seen.box.press("Enter")
    expect(told).to_have_text(f"That is too long. Please shorten it. {len(LONG)} / 500")
    expect(seen.box).to_have_value(LONG)
    expect(seen.widget.locator(".turn")).to_have_count(0)
    seen.box.fill("poisoned " + LONG)
    seen.box.press("Enter")
    expect(seen.last.get_by_role("alert")).to_contain_text("Call a vet now.")
    expect(seen.last.locator(".asked")).to_have_count(0)
    seen.box.fill("May dogs   " + "\n" * 600 + "eat chocolate?")
    expect(told).to_have_text("")
    seen.box.fill("May dogs eat chocolate?")
    expect(told).to_have_text("")
    seen.box.press("Enter")
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")
    expect(seen.box).to_have_value("")


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_of_an_input_method_sends_nothing(visit: Open, sign: dict[str, object]) -> None:
    """It takes the word that was composed. Red without the look at each sign."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.box.fill("May dogs eat chocolate?")
    press = "(node, sign) => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...sign }))"
    seen.box.evaluate(press, sign)
    expect(seen.box).to_have_value("May dogs eat chocolate?")
    expect(seen.widget.locator(".turn")).to_have_count(0)
    seen.box.evaluate(press, {})
    expect(seen.last.locator("h3")).to_be_visible()


def test_of_a_long_conversation_the_newest_is_kept(visit: Open) -> None:
    """Red without `slice(-20)`, and with the first 20."""
    seen = visit("strict.html")
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    seen.page.evaluate("""() => {
      const [key] = Object.keys(sessionStorage), [turn] = JSON.parse(sessionStorage[key]);
      sessionStorage[key] = JSON.stringify(Array.from({ length: 20 }, (_, n) => ({ ...turn, said: "No. " + n })));
    }""")
    seen.page.reload()
    seen.launcher.click()
    expect(seen.widget.locator(".turn")).to_have_count(20)
    seen.ask("What do goldfish eat?")
    said = seen.page.evaluate("JSON.parse(Object.values(sessionStorage)[0]).map(({ said }) => said)")
    assert said == [*(f"No. {n}" for n in range(1, 20)), "What do goldfish eat?"]


def test_the_box_has_as_many_lines_as_its_text(visit: Open, sites: Sites) -> None:
    """Shift and Enter begin another, Enter sends all. Red with an <input>."""
    seen = visit("plain.html")
    seen.launcher.click()

    def height() -> float:
        return float(seen.box.evaluate("node => node.offsetHeight"))

    low = height()
    assert low == 44
    seen.box.press_sequentially("What do")
    seen.box.press("Shift+Enter")
    seen.box.press_sequentially("goldfish eat?")
    assert height() > low + 15
    seen.box.press("Enter")
    expect(seen.last).to_contain_text("Flakes, once a day")
    assert sites.asked[-1]["question"] == "What do\ngoldfish eat?"
    assert height() == low
    seen.box.fill("line\n" * 40)
    assert height() < 200
    expect(seen.box).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("typed", ["???", "\U0001f44d", "   "])
def test_a_message_without_words_stays_and_is_told_so(visit: Open, sites: Sites, typed: str) -> None:
    """Red when the box is emptied whatever `say` says."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.box.fill(typed)
    seen.widget.get_by_role("button", name="Send").click()
    expect(seen.widget.locator("footer [role=status]")).to_have_text("Please type your question in words.")
    expect(seen.box).to_have_value(typed)
    expect(seen.box).to_be_focused()
    assert sites.asked == []
    seen.box.fill("May dogs eat chocolate?")
    expect(seen.widget.locator("footer [role=status]")).to_have_text("")


def test_what_went_wrong_is_said_in_the_language_of_the_page(visit: Open, sites: Sites) -> None:
    """Words that are no part of the script come with the first click. Red without `Object.assign(T, words)`."""
    seen = visit("app.html", is_clean=False)
    seen.page.evaluate("document.documentElement.lang = 'de-AT'; include({})")
    seen.launcher.click()
    box = seen.widget.get_by_role("textbox", name="Frage stellen")
    for status, told in ((429, "Zu viele Fragen. Bitte warten."), (500, "Die Antwort konnte nicht geladen werden.")):
        sites.refuse_with.append(status)
        box.fill("May dogs eat chocolate?")
        box.press("Enter")
        expect(seen.last).to_contain_text(told)
        expect(seen.last.get_by_role("button", name="Erneut versuchen")).to_be_visible()
    box.fill("???")
    box.press("Enter")
    expect(seen.widget.locator(".told")).to_have_text("Bitte schreiben Sie Ihre Frage in Worten.")
    expect(seen.panel.get_by_role("button", name="Neues Gespr\u00e4ch")).to_be_visible()
    box.fill(LONG)
    box.press("Enter")
    expect(seen.widget.locator(".told")).to_contain_text("Das ist zu lang. Bitte k\u00fcrzen.")


def test_clearing_can_be_undone(visit: Open, sites: Sites) -> None:
    """With what the next question leans on.

    Red without: `kept = before`; `undoBar.remove()` in `newTurn` and in `close`.
    """
    seen = visit("strict.html")
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    seen.ask("What do goldfish eat?")
    clear = seen.panel.get_by_role("button", name="New conversation")
    undo = seen.panel.get_by_role("button", name="Undo")
    clear.click()
    expect(seen.widget.locator(".turn")).to_have_count(0)
    assert seen.storage() == [0, 0, ""]
    undo.click()
    expect(seen.widget.locator("h3")).to_have_text(["May dogs eat chocolate?", "What do goldfish eat?"])
    expect(undo).to_have_count(0)
    expect(seen.box).to_be_focused()
    assert seen.storage() == [0, 1, ""]
    seen.ask("and dogs?")
    assert len(sites.asked[-1]["history"]) == 4
    clear.click()
    seen.ask("How often should I feed my cat?")  # from here on, there is nothing to bring back
    expect(undo).to_have_count(0)
    assert sites.asked[-1]["history"] == []
    clear.click()
    seen.box.press("Escape")
    seen.launcher.click()
    expect(undo).to_have_count(0)


def test_an_answer_that_comes_after_clearing_is_there_after_undoing(visit: Open) -> None:
    """And not without it. Red without `list`."""
    seen = visit("plain.html")
    seen.launcher.click()
    held: list[Route] = []
    seen.page.route("**/api/ask", lambda route: held.append(route))
    seen.box.fill("May dogs eat chocolate?")
    seen.box.press("Enter")
    expect(seen.widget.locator(".wait")).to_be_visible()
    seen.panel.get_by_role("button", name="New conversation").click()
    with seen.page.expect_response("**/api/ask"):
        held[0].continue_()
    seen.page.wait_for_timeout(100)
    expect(seen.widget.locator(".turn")).to_have_count(0)
    seen.panel.get_by_role("button", name="Undo").click()
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")


def test_a_remembered_conversation_opens_at_its_newest_message(visit: Open) -> None:
    """Red without `toNewest` in `open`."""
    seen = visit("strict.html")
    seen.launcher.click()
    for _ in range(4):
        seen.ask("May dogs eat chocolate?")
    seen.ask("What do goldfish eat?")
    seen.page.reload()
    seen.launcher.click()
    expect(seen.widget.locator(".turn")).to_have_count(5)
    expect(seen.last.locator(".asked")).to_be_in_viewport()
    expect(seen.last.locator("h3")).to_be_in_viewport()
    expect(seen.widget.locator(".turn").first).not_to_be_in_viewport()
    seen.ask("May dogs eat chocolate?")


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_question_that_is_quicker_than_the_remembered_ones_comes_behind_them(visit: Open, lang: str) -> None:
    """Red without `log.append(...asked)`."""
    seen = visit("app.html")
    include = "lang => include({ remember: '', lang })"
    seen.page.evaluate(include, lang)
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last.locator("h3")).to_be_visible()
    seen.page.reload()
    seen.page.evaluate(include, lang)
    seen.page.evaluate("Verbatim.ask('May dogs eat chocolate?')")
    expect(seen.widget.locator("h3")).to_have_text(["What do goldfish eat?", "May dogs eat chocolate?"])


def test_the_owners_reasons_are_offered(visit: Open, logged: pytest.LogCaptureFixture) -> None:
    """Red without `reasons` in `/api/starters`, and without the look at their number."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    with seen.page.expect_response("**/api/feedback"):
        seen.last.get_by_role("button", name="Not helpful").click()
    with seen.page.expect_response("**/api/feedback"):
        seen.last.get_by_role("button", name="Out of date").click()
    lines = [json.loads(record.getMessage()) for record in logged.records if record.name == "chatbot.feedback"]
    assert (lines[-1]["verdict"], lines[-1]["reason"]) == ("down", "Out of date")
    expect(seen.last.get_by_role("button", name="Out of date")).to_be_hidden()
    expect(seen.box).to_be_focused()


def test_who_lists_no_reasons_wants_nobody_to_be_asked(visit: Open) -> None:
    seen = visit("plain.html")
    seen.page.route("**/api/starters", without_reasons)
    seen.launcher.click()
    seen.ask("May dogs eat chocolate?")
    seen.last.get_by_role("button", name="Not helpful").click()
    expect(seen.last.get_by_role("status")).to_have_text("\u2713")
    expect(seen.last.get_by_role("textbox")).to_be_hidden()


def without_reasons(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "reasons": []})


@pytest.mark.parametrize(
    ("links", "targets"), [(None, ["_blank"] * 2), ("same", ["", "_blank"]), ("new", ["_blank"] * 2)]
)
def test_links_to_the_own_site_stay_in_the_tab_where_the_page_says_so(
    visit: Open, sites: Sites, links: str | None, targets: list[str]
) -> None:
    seen = visit("app.html")
    links_shown = [
        {"type": "link", "href": href, "content": [name]}
        for name, href in (("own", f"{sites.host}/plain.html"), ("other", "https://other.example/"))
    ]

    def greeted(route: Route) -> None:
        answer = route.fetch()
        said = [{"type": "paragraph", "content": links_shown}]
        route.fulfill(response=answer, json={**answer.json(), "greeting_blocks": said})

    seen.page.route("**/api/starters", greeted)
    seen.page.evaluate("given => include(given)", {"links": links} if links else {})
    seen.launcher.click()
    found = seen.panel.locator(".said a")
    expect(found).to_have_text(["own", "other"])
    assert [each.get_attribute("target") or "" for each in found.all()] == targets
    if targets[0] == "":
        found.first.click()
        seen.page.wait_for_url("**/plain.html")


def test_questions_of_one_conversation_belong_together(visit: Open, sites: Sites) -> None:
    """By the id of the last reply, and no longer when the conversation is cleared. Red without `after`."""
    seen = visit("plain.html")
    seen.launcher.click()
    for question in ("What do goldfish eat?", "Where do parrots sleep?"):
        seen.ask(question)
    seen.last.locator(".chips button").first.click()
    expect(seen.widget.locator(".turn")).to_have_count(3)
    expect(seen.widget.locator(".wait")).to_have_count(0)
    seen.widget.get_by_role("button", name="New conversation").click()
    seen.ask("What do goldfish eat?")
    [picked] = [url for url in seen.requests if "/api/entries/" in url]
    first, second, third = (asked.get("after") for asked in sites.asked)
    assert (first, third) == (None, None)
    assert second is not None
    assert len(second) == 32
    assert re.fullmatch("[0-9a-f]{32}", picked.partition("?after=")[2])
    assert second != picked.partition("?after=")[2]
