"""The widget however a page includes it: it finds its server and its place, or says in the console what it lacks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import in_chromium
from tests.widget_site import Open, Sites

pytestmark = in_chromium

# What a page, a loader, a consent manager, a bundler do.
WAYS = {
    "module": """url => {
      const tag = Object.assign(document.createElement("script"), { type: "module", src: url });
      tag.dataset.title = "Mine";
      document.head.append(tag);
    }""",
    "import": "url => { window.VerbatimSettings = { title: 'Mine' }; import(url); }",
    "versioned tag, no data attributes": """url => {
      window.VerbatimSettings = { title: "Mine" };
      document.head.append(Object.assign(document.createElement("script"), { src: url + "?v=1" }));
    }""",
    "evaluated": """async (url, server = new URL(".", url).href) => {
      window.VerbatimSettings = { title: "Mine", server };
      (0, eval)(await (await fetch(url)).text());
    }""",
    "pasted": """async (url, server = new URL(".", url).origin) => {
      window.VerbatimSettings = { title: "Mine", server };
      document.head.append(Object.assign(document.createElement("script"), { text: await (await fetch(url)).text() }));
    }""",
    "pasted with data-server": """async url => {
      const tag = Object.assign(document.createElement("script"), { text: await (await fetch(url)).text() });
      Object.assign(tag.dataset, { title: "Mine", server: new URL(".", url).origin });
      document.head.append(tag);
    }""",
}


@pytest.mark.parametrize("way", WAYS)
def test_it_works(visit: Open, sites: Sites, way: str) -> None:
    """Red without: `Error().stack`; `VerbatimSettings`; `server`."""
    seen = visit("app.html")
    seen.page.evaluate(WAYS[way], f"{sites.bot}/widget.js")
    seen.launcher.click()
    expect(seen.panel.get_by_role("heading", level=2)).to_have_text("Mine")
    seen.ask("What do goldfish eat?")
    expect(seen.last).to_contain_text("Flakes, once a day")


def warnings(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: message.type == "warning" and heard.append(message.text))
    return heard


def test_without_an_address_it_says_what_to_set(visit: Open, sites: Sites) -> None:
    seen = visit("app.html", is_clean=False)
    heard = warnings(seen.page)
    seen.page.evaluate("async url => (0, eval)(await (await fetch(url)).text())", f"{sites.bot}/widget.js")
    seen.page.wait_for_timeout(100)
    [line] = heard
    assert "data-server" in line
    assert "VerbatimSettings" in line
    expect(seen.widget).to_have_count(0)


def test_an_address_without_a_server_is_told(visit: Open, sites: Sites) -> None:
    seen = visit("app.html", is_clean=False)
    heard = warnings(seen.page)
    seen.page.evaluate(f"include({{server: '{sites.host}/cache'}})")
    seen.launcher.click()
    expect(seen.panel).to_be_visible()
    seen.page.wait_for_timeout(200)
    assert f"Verbatim: {sites.host}/cache/ is no Verbatim server. Set data-server." in heard


def test_switches_can_be_given_by_the_page(visit: Open) -> None:
    seen = visit("app.html")
    seen.page.evaluate("window.VerbatimSettings = { open: true, remember: false, greeting: 'Hi' }; include({})")
    expect(seen.panel.get_by_text("Hi")).to_be_visible()
    seen.ask("What do goldfish eat?")
    assert seen.storage() == [0, 0, ""]
    seen.page.evaluate("Verbatim.destroy(); include({ open: 'false' })")
    expect(seen.launcher).to_be_visible()
    expect(seen.panel).to_be_hidden()


WHERE = "[...document.querySelectorAll('verbatim-widget')].map(node => node.parentNode.id)"


def test_a_box_stays_where_its_tag_was(visit: Open, sites: Sites) -> None:
    """Loaders and React's StrictMode take the tag away before the page is idle. Red when the parent is read later."""
    seen = visit("app.html")
    seen.page.evaluate("""url => {
      const tag = Object.assign(document.createElement("script"), { src: url });
      tag.dataset.mode = "inline";
      tag.onload = () => tag.remove();
      help.append(tag);
    }""", f"{sites.bot}/widget.js")  # fmt: skip
    expect(seen.panel).to_be_visible()
    assert seen.page.evaluate(WHERE) == ["help"]


def test_a_box_waits_for_its_element_and_comes_back_with_it(visit: Open) -> None:
    """Red without: the observer of a box with `data-target`."""
    seen = visit("app.html", is_clean=False)
    heard = warnings(seen.page)
    seen.page.evaluate("include({ mode: 'inline', target: '#later' })")
    seen.page.wait_for_timeout(400)
    expect(seen.widget).to_have_count(0)
    assert heard == ["Verbatim: the box comes when there is a #later."]
    draw = "document.querySelector('main').innerHTML = '<section><div id=later></div></section>'"
    seen.page.evaluate(draw)
    expect(seen.panel).to_be_visible()
    seen.ask("What do goldfish eat?")
    seen.page.evaluate("document.querySelector('main').innerHTML = 'another view'")
    expect(seen.widget).to_have_count(0)
    seen.page.evaluate(draw)
    expect(seen.last).to_contain_text("Flakes, once a day")  # the conversation, too
    assert seen.page.evaluate(WHERE) == ["later"]


def test_a_view_that_is_left_and_entered_again_has_its_box(visit: Open, sites: Sites) -> None:
    """The same tag in the same element. Red without `isAlive`."""
    seen = visit("app.html")
    enter = """url => {
      const tag = Object.assign(document.createElement("script"), { src: url });
      tag.dataset.mode = "inline";
      help.replaceChildren(tag);
    }"""
    for _ in range(3):
        seen.page.evaluate(enter, f"{sites.bot}/widget.js")
        expect(seen.panel).to_be_visible()
        seen.ask("What do goldfish eat?")
        assert seen.page.evaluate("Verbatim.widgets.length") == 1
        seen.page.evaluate("help.innerHTML = ''")


def test_a_box_without_a_place_says_so(visit: Open, sites: Sites) -> None:
    seen = visit("app.html", is_clean=False)
    heard = warnings(seen.page)
    seen.page.evaluate("window.VerbatimSettings = { mode: 'inline' }")
    seen.page.evaluate("url => import(url).then(() => 0)", f"{sites.bot}/widget.js")
    seen.page.wait_for_timeout(100)
    assert len(heard) == 1
    assert "set data-target" in heard[0]
    expect(seen.widget).to_have_count(0)


def test_several_boxes_and_two_servers(visit: Open, sites: Sites) -> None:
    """One server under two names is two servers to a page. Red with one widget a page."""
    seen = visit("app.html")
    other = sites.bot.replace("127.0.0.1", "[::1]")
    seen.page.evaluate("""other => {
      help.innerHTML = "<div id=one></div><div id=two></div>";
      const boxes = ["one", "two"].map(name => include({ mode: "inline", target: "#" + name, title: name }));
      const bubbles = [{}, { server: other, position: "left", title: "four" }, {}];
      return Promise.all([...boxes, ...bubbles.map(each => include({ title: "three", ...each }))]);
    }""", other)  # fmt: skip
    expect(seen.widget).to_have_count(4)
    titles = seen.page.evaluate("Verbatim.widgets.map(each => each.element.shadowRoot.querySelector('h2').textContent)")
    assert sorted(titles) == ["four", "one", "three", "two"]
    for name in ("one", "two"):
        box = seen.page.locator(f"#{name}").get_by_role("textbox")
        box.fill("What do goldfish eat?")
        box.press("Enter")
        expect(seen.page.locator(f"#{name} .turn h3")).to_have_text("What do goldfish eat?")
    assert len(sites.asked) == 2
    corners = [seen.page.locator(".launcher").nth(at).bounding_box() for at in range(2)]
    assert all(corners)
    assert {box["x"] > 500 for box in corners if box} == {True, False}
    seen.page.evaluate("Verbatim.widgets.find(each => each.place === '#one').destroy()")
    expect(seen.widget).to_have_count(3)
    expect(seen.page.locator("#two .turn")).to_have_count(1)
    seen.page.evaluate("while (window.Verbatim) Verbatim.destroy()")
    expect(seen.widget).to_have_count(0)


@pytest.mark.parametrize("side", ["left", "right"])
def test_two_servers_in_one_corner_stand_side_by_side(visit: Open, sites: Sites, side: str) -> None:
    """And one conversation closes the other. Red without the margin; without `other.close`; where the widgets are
    counted, of one corner or of all; where `data-open` opens beside an open one."""
    seen = visit("app.html")
    other = sites.bot.replace("127.0.0.1", "localhost")
    seen.page.evaluate("""([server, position]) => include({ position, title: "one" })
      .then(() => include({ server, position, title: "two" }))""", [other, side])  # fmt: skip
    bubbles = seen.page.locator(".launcher")
    expect(bubbles).to_have_count(2)
    panels = seen.page.locator(".panel")
    for at in (1, 0, 1):  # a click needs a bubble that nothing covers
        bubbles.nth(at).click()
        expect(panels.nth(at)).to_be_visible()
        expect(panels.nth(1 - at)).to_be_hidden()
        expect(panels.nth(at).get_by_role("textbox")).to_be_focused()
    boxes = [bubbles.nth(at).bounding_box() for at in range(2)]
    lower, upper = sorted(box["x"] for box in boxes if box)
    assert upper - lower == 68
    assert (lower == 20) == (side == "left")
    # Another in the other corner, and the first again: each in the first place that is free.
    seen.page.evaluate("""([server, position]) => {
      Verbatim.widgets[0].destroy();
      return include({ server, position: position === "left" ? "right" : "left" })
        .then(() => include({ position, title: "one", open: "true" }));
    }""", [sites.bot.replace("127.0.0.1", "127.0.0.2"), side])  # fmt: skip
    expect(bubbles).to_have_count(3)
    places = [box["x"] for at in range(3) if (box := bubbles.nth(at).bounding_box())]
    assert sorted(places) == sorted([lower, upper, 924 if side == "left" else 20])
    assert panels.evaluate_all("all => all.filter(panel => !panel.hidden).length") == 1  # `data-open` closes nothing
