"""The widget as a part of strangers' pages: what it asks for and stores, how a page makes and drives it."""

import pytest
from playwright.sync_api import BrowserContext, expect

from chatbot.web.static_files import static_text
from tests.browser import in_chromium
from tests.host_site import address, host_site
from tests.widget_site import OPEN_FOR_TESTS, Open, Sites

pytestmark = in_chromium


def test_the_source_has_no_way_to_write_markup() -> None:
    script = static_text("widget/widget.js")
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


def test_the_root_is_closed(context: BrowserContext, sites: Sites) -> None:
    page = context.new_page()
    page.goto(f"{sites.host}/plain.html")
    widget = page.wait_for_selector("verbatim-widget", state="attached")
    assert widget is not None
    assert widget.evaluate("element => element.shadowRoot") is None


def test_a_change_of_colours_after_the_page_has_thrown_it_away(visit: Open) -> None:
    """It has no colours then. Red with `match`, which finds nothing, in place of `matchAll`."""
    seen = visit("app.html")
    seen.page.evaluate("include({mode: 'inline', target: '#help'})")
    expect(seen.panel).to_be_visible()
    seen.page.evaluate("help.remove()")
    for scheme in ("dark", "light"):
        seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


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


def test_another_site_gets_no_answer_and_its_owner_is_told_why(context: BrowserContext, sites: Sites) -> None:
    """Red without: `isRefused`; the line in the console."""
    with host_site() as stranger:
        stranger.bot = sites.bot
        page = context.new_page()
        page.add_init_script(OPEN_FOR_TESTS)
        heard: list[str] = []
        page.on("console", lambda message: message.type == "warning" and heard.append(message.text))
        page.goto(f"{address(stranger)}/plain.html")
        page.evaluate("Verbatim.ask('May dogs eat chocolate?')")
        turn = page.locator("verbatim-widget .turn")
        expect(turn).to_contain_text("Questions cannot be asked from this page.")
        expect(turn.get_by_role("link", name="Read the whole FAQ")).to_be_visible()
        origin = address(stranger)
        assert heard == [f"Verbatim: {sites.bot}/ answers no page of {origin}. Is that in allowed_origins of bot.toml?"]


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


def test_the_page_can_set_the_accent_by_a_custom_property(visit: Open) -> None:
    seen = visit("app.html")
    seen.page.evaluate("document.documentElement.style.setProperty('--verbatim-accent', 'rgb(200, 0, 100)')")
    seen.page.evaluate("include({color: 'blue'})")
    expect(seen.launcher).to_have_css("background-color", "rgb(200, 0, 100)")
