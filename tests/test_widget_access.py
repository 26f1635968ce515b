"""The widget for everybody: keyboard, focus, contrast, phones, right to left, no motion."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser import axe_script, in_chromium
from tests.widget_site import Open, Sites

pytestmark = in_chromium


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


SUGGESTED = [
    {"question": f"{n} of the long questions about goldfish and their food?", "entry_id": f"q{n}"} for n in "12345"
]


@pytest.mark.parametrize("size", [(320, 256), (740, 360), (667, 375)])
def test_in_a_low_window_there_is_room_for_the_answer(visit: Open, size: tuple[int, int]) -> None:
    """A large zoom, a phone on its side. Red without: `low` in `phone`; `arrange`; `maxHeight`; `scrollIntoView`."""
    seen = visit("plain.html")
    small_print = "This is no advice, and nobody reads it. Do not write what is private here. " * 2

    def with_small_print(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "disclaimer": small_print})

    seen.page.route("**/api/starters", with_small_print)
    seen.page.route(
        "**/api/suggest*",
        lambda route: route.fulfill(json={"suggestions": SUGGESTED}, headers={"access-control-allow-origin": "*"}),
    )
    seen.page.set_viewport_size({"width": size[0], "height": size[1]})
    seen.launcher.click()
    log = seen.widget.get_by_role("log")
    expect(log.get_by_text("This is no advice")).to_be_visible()
    assert log.evaluate("node => node.clientHeight") > 0.5 * size[1]
    seen.panel.get_by_role("button", name="Close").click(trial=True)
    seen.box.press_sequentially("gold")
    expect(seen.widget.get_by_role("option")).to_have_count(5)
    option = seen.widget.get_by_role("option", selected=True)
    for key, name in (("ArrowUp", "5 of"), ("ArrowDown", None), ("ArrowDown", "1 of")):
        seen.box.press(key)
        if name:
            expect(option).to_contain_text(name)
            expect(option).to_be_in_viewport(ratio=0.95)
    seen.box.press("Escape")
    seen.ask("May dogs eat chocolate?")
    expect(seen.last.locator("h3")).to_be_in_viewport()
    seen.panel.get_by_role("button", name="New conversation").click()
    expect(log.get_by_text("This is no advice")).to_be_visible()
    seen.page.set_viewport_size({"width": 1000, "height": 800})
    expect(seen.panel.locator("footer").get_by_text("This is no advice")).to_be_visible()
    expect(log.get_by_text("This is no advice")).to_have_count(0)


def test_on_a_phone_back_closes_what_covers_the_page(visit: Open, sites: Sites) -> None:
    """Red without: `pushState`; the listener to `popstate`; `history.back()` in closing."""
    seen = visit("plain.html")
    page = seen.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("history.replaceState({ route: 'shop' }, '')")
    before = page.evaluate("history.length")
    seen.launcher.click()
    expect(seen.panel).to_be_visible()
    assert page.evaluate("history.state") == {"route": "shop", "verbatim": 1}  # a router finds what it put there
    page.go_back()
    expect(seen.panel).to_be_hidden()
    expect(seen.launcher).to_be_focused()
    assert page.evaluate("history.state") == {"route": "shop"}
    for _ in range(3):  # closed otherwise, it leaves no step behind
        seen.launcher.click()
        seen.panel.get_by_role("button", name="Close").click()
        expect(seen.panel).to_be_hidden()
        page.wait_for_function("!history.state.verbatim")
    assert page.evaluate("history.length") == before + 1  # the step that Forward would take
    assert page.url == f"{sites.host}/plain.html"


def test_a_panel_that_opens_by_itself_is_no_step_of_the_history(visit: Open) -> None:
    """And none is left by a page that is loaded anew while its panel is open. Red without: `isAsked`; `verbatim: 0`."""
    seen = visit("app.html")
    page = seen.page
    page.set_viewport_size({"width": 390, "height": 844})
    before = page.evaluate("history.length")
    page.evaluate("include({ open: '' })")
    expect(seen.panel).to_be_visible()
    assert page.evaluate("[history.length, history.state]") == [before, None]
    seen.box.focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.localName") == "verbatim-widget"
    seen.panel.get_by_role("button", name="Close").click()
    for _ in range(2):
        seen.launcher.click()
        expect(seen.panel).to_be_visible()
        assert page.evaluate("history.state.verbatim") == 1
        page.reload()
        page.evaluate("include({})")
        page.wait_for_function("!history.state?.verbatim")
        expect(seen.panel).to_be_hidden()
        assert page.evaluate("history.length") == before + 1


def test_on_a_phone_tab_stays_in_what_covers_the_page(visit: Open) -> None:
    """Both ways. Red without the listener to Tab; where only opening looks at the size of the window."""
    seen = visit("plain.html")
    seen.page.set_viewport_size({"width": 390, "height": 844})
    seen.launcher.click()
    expect(seen.widget.get_by_role("button", name="May dogs")).to_be_visible()
    expect(seen.panel).to_have_attribute("aria-modal", "true")
    active = "document.querySelector('verbatim-widget').shadowRoot.activeElement?.title || 'other'"
    for key in ("Tab", "Shift+Tab"):
        seen_titles = set()
        for _ in range(9):
            seen.page.keyboard.press(key)
            assert seen.page.evaluate("document.activeElement.localName") == "verbatim-widget"
            seen_titles.add(seen.page.evaluate(active))
        assert {"Close", "Send"} <= seen_titles
    # Turned on its side, it does not cover the page any more.
    seen.page.set_viewport_size({"width": 844, "height": 430})
    expect(seen.panel).to_have_attribute("aria-modal", "false")
    seen.widget.get_by_role("button", name="Send").focus()
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate(active) != "Close"
    seen.page.set_viewport_size({"width": 390, "height": 844})
    expect(seen.panel).to_have_attribute("aria-modal", "true")


# Single keys are shortcuts of many sites, unless one types into a field; what they see of a closed root is its host.
SHORTCUTS = """() => {
  window.hits = [];
  for (const type of ["keydown", "keypress", "keyup"]) document.addEventListener(type, event => {
    if (!/^(INPUT|TEXTAREA|SELECT)$/.test(event.composedPath()[0].tagName)) hits.push(event.key);
    if (event.key === "s") event.preventDefault();
  });
}"""


def test_keys_are_no_shortcuts_of_the_page(visit: Open) -> None:
    """Escape and Enter, too. Red without `stopPropagation`."""
    seen = visit("plain.html")
    seen.page.evaluate(SHORTCUTS)
    seen.page.evaluate("Verbatim.open()")
    expect(seen.box).to_be_focused()
    seen.page.keyboard.type("snails and/or sun?")
    expect(seen.box).to_have_value("snails and/or sun?")
    seen.page.keyboard.press("Enter")
    expect(seen.widget.locator(".turn .card")).to_be_visible()
    seen.page.keyboard.press("Escape")
    expect(seen.panel).to_be_hidden()
    assert seen.page.evaluate("hits") == []
    seen.page.get_by_role("link", name="The page's own link").focus()
    seen.page.keyboard.press("x")
    assert seen.page.evaluate("hits") == ["x"] * 3


def test_it_is_not_printed(visit: Open) -> None:
    """Red without the rule for print."""
    seen = visit("plain.html")
    seen.launcher.click()
    expect(seen.panel).to_be_visible()
    seen.page.emulate_media(media="print")
    expect(seen.widget).to_be_hidden()
    expect(seen.panel).to_be_hidden()


def test_nothing_moves_for_who_wants_no_motion(visit: Open, context: BrowserContext) -> None:
    seen = visit("plain.html")
    seen.page.emulate_media(reduced_motion="reduce")
    seen.launcher.click()
    assert seen.panel.evaluate("node => node.getRootNode().getAnimations().length") == 0
    expect(seen.panel).to_have_css("animation-name", "none")
    assert seen.widget.get_by_role("log").evaluate("node => getComputedStyle(node).scrollBehavior") == "auto"
    seen.page.evaluate("Verbatim.close()")
    seen.page.emulate_media(reduced_motion="no-preference")
    seen.page.evaluate("Verbatim.open()")
    expect(seen.panel).to_have_css("animation-name", "rise")


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
    seen.ask("quartz cat dogs")
    seen.ask("my dog is poisoned")
    seen.widget.get_by_role("button", name="Not helpful").first.click()
    seen.box.press_sequentially("goldfish")
    expect(seen.widget.get_by_role("listbox")).to_be_visible()
    seen.box.press("ArrowDown")
    assert violations() == []
    seen.box.fill("x " * 300)
    assert violations() == []
    seen.panel.get_by_role("button", name="New conversation").click()
    assert violations() == []


def test_the_faq_page_is_searched_in_the_browser(context: BrowserContext, browser: Browser, sites: Sites) -> None:
    """Red without: `faq.js` in the guard or the policy; `hidden` where nothing is found; `data-also`."""
    page = context.new_page()
    asked: list[str] = []
    page.goto(f"{sites.bot}/faq")
    page.on("request", lambda request: asked.append(request.url))
    # The page's pictures load when they come into view: with the first articles, or after a search has moved them.
    box, told, articles = page.get_by_role("searchbox"), page.get_by_role("status"), page.get_by_role("article")
    every = articles.count()
    box.fill("CHOCOLATE vet")
    expect(articles).to_have_count(1)
    expect(told).to_have_text(re.compile(r"^1 of \d+ questions$"))
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(1)
    box.fill("when cat eat")  # another wording of it
    expect(articles).to_have_count(1)
    box.fill("xylophone quartz")
    expect(articles).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)
    link = page.get_by_role("search").get_by_role("link", name="Ask in the chat")
    expect(link).to_have_attribute("href", re.compile(r"/\?q=xylophone\+quartz$"))
    page.evaluate("location.hash = 'may-dogs-eat-chocolate'")
    expect(articles).to_have_count(every)
    expect(box).to_have_value("")
    box.fill("xylophone")
    box.press("Escape")
    expect(articles).to_have_count(every)
    assert [url for url in asked if not url.startswith("https://pictures.example/")] == []
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{sites.bot}/faq")
    expect(plain.get_by_role("article")).to_have_count(every)
    expect(plain.get_by_role("search")).to_have_count(0)
    expect(plain.get_by_role("link", name="Ask in the chat")).to_have_attribute("href", "./")
    plain.close()


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
