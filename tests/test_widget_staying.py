"""The widget on pages that draw all the time, take themselves over, or throw away what they did not draw."""

import pytest
from playwright.sync_api import expect

from tests.browser import in_chromium
from tests.widget_site import Open, Visit

pytestmark = in_chromium

PARENT = "document.querySelector('verbatim-widget')?.parentNode?.localName"


def test_the_bubble_comes_on_a_page_that_is_never_idle(visit: Open) -> None:
    """Red without the timeout of `requestIdleCallback`."""
    seen = visit("app.html")
    seen.page.evaluate("""() => {
      (function frame() {
        for (const begun = performance.now(); performance.now() - begun < 25;);
        requestAnimationFrame(frame);
      })();
      include({});
    }""")
    expect(seen.launcher).to_be_visible()


def test_it_is_no_stranger_to_who_takes_over_the_document(visit: Open) -> None:
    """React 18 hydrates <html>: it bears a stranger at the end of <body>, and throws the whole document away for one
    behind it. Red when the bubble hangs on the root element from the start."""
    seen = visit("plain.html")
    expect(seen.launcher).to_be_visible()
    assert seen.page.evaluate("[...document.documentElement.children].map(node => node.localName)") == ["head", "body"]
    assert seen.page.evaluate("document.body.lastElementChild.localName") == "verbatim-widget"
    seen.page.wait_for_function(f"{PARENT} === 'html'")  # later on, where no style of the body moves it
    expect(seen.launcher).to_be_visible()


def test_an_open_panel_is_not_moved(visit: Open) -> None:
    """That would take the focus away. Red without `panel.hidden`."""
    seen = visit("plain.html")
    seen.launcher.click()
    seen.page.wait_for_timeout(3300)
    expect(seen.box).to_be_focused()
    assert seen.page.evaluate(PARENT) == "body"
    seen.box.press("Escape")
    assert seen.page.evaluate(PARENT) == "html"
    expect(seen.launcher).to_be_focused()


def with_an_answer(visit: Open) -> Visit:
    seen = visit("plain.html", is_clean=False)  # a new document asks for its icon again
    seen.page.evaluate("Verbatim.ask('What do goldfish eat?')")
    expect(seen.last).to_contain_text("Flakes, once a day")
    return seen


@pytest.mark.parametrize(
    "throw_away",
    [
        "document.body.innerHTML = '<p>new</p>'",
        "document.body = document.createElement('body')",
        "document.documentElement.replaceChildren(document.head, document.createElement('body'))",
        "document.replaceChild(document.documentElement.cloneNode(true), document.documentElement)",
        "document.querySelector('verbatim-widget').remove()",
    ],
)
def test_what_a_page_throws_away_comes_back(visit: Open, throw_away: str) -> None:
    """Twice, with the conversation. Red without: the observer; observing the new elements, too."""
    seen = with_an_answer(visit)
    for _ in range(2):
        seen.page.evaluate(throw_away)
        expect(seen.last).to_contain_text("Flakes, once a day")
        expect(seen.launcher).to_be_visible()
    seen.ask("May dogs eat chocolate?")
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")


def test_what_its_page_ends_stays_away(visit: Open) -> None:
    """Red without: `disconnect`, and the look at `signal` in `hang`."""
    seen = with_an_answer(visit)
    seen.page.evaluate("Verbatim.hide(); document.body.innerHTML = ''")
    expect(seen.widget).to_have_count(1)
    expect(seen.launcher).to_be_hidden()
    seen.page.evaluate("document.querySelector('verbatim-widget').remove(); Verbatim.destroy()")
    seen.page.evaluate("document.body.innerHTML = '<p>new</p>'")
    seen.page.wait_for_timeout(3300)  # when it would move to the root element
    expect(seen.widget).to_have_count(0)


def test_who_removes_it_again_and_again_does_not_freeze_the_page(visit: Open) -> None:
    """Two observers that answer each other at once would never end. Red with `hang` called by the observer itself."""
    seen = visit("plain.html")
    expect(seen.launcher).to_be_visible()
    seen.page.evaluate("""() => {
      const guard = () => document.querySelector("verbatim-widget")?.remove();
      new MutationObserver(guard).observe(document, { childList: true, subtree: true });
      guard();
    }""")
    assert seen.page.evaluate("new Promise(done => setTimeout(done, 300, 'alive'))") == "alive"


def test_what_the_page_keeps_at_the_bottom_stays_free(visit: Open) -> None:
    """`data-offset`, and the page's own property before it."""
    seen = visit("app.html")
    seen.page.evaluate("include({ offset: '96' })")
    expect(seen.launcher).to_be_visible()

    def below() -> list[float]:
        seen.page.evaluate("Verbatim.open()")
        seen.page.wait_for_timeout(250)
        return [
            part.evaluate("node => innerHeight - node.getBoundingClientRect().bottom")
            for part in (seen.launcher, seen.panel)
        ]

    assert below() == [96, 96 + 68]
    top = seen.panel.bounding_box()
    assert top
    assert top["y"] >= 0
    seen.page.evaluate("document.documentElement.style.setProperty('--verbatim-y', '40px')")
    assert below() == [40, 40 + 68]
    for wrong in ("", "x", "-5"):
        seen.page.evaluate("offset => { Verbatim.destroy(); return include({ offset }); }", wrong)
        assert below() == [40, 40 + 68]


def test_a_strangers_history_is_left_alone(visit: Open) -> None:
    """Only a panel that covers the page is a step of it."""
    seen = visit("plain.html")
    before = seen.page.evaluate("history.length")
    seen.launcher.click()
    expect(seen.panel).to_be_visible()
    seen.box.press("Escape")
    assert seen.page.evaluate("history.length") == before


def test_it_moves_nothing_of_the_page(visit: Open) -> None:
    """Not even while it hangs in a body that spreads what is in it. Red without `position: absolute` of the host."""
    seen = visit("app.html")
    seen.page.evaluate("""() => {
      document.body.append(document.createElement("footer"));
      document.body.style = "display: flex; flex-direction: column; justify-content: space-between; "
        + "min-height: 100vh; gap: 30px; margin: 0";
    }""")
    footer = "document.querySelector('footer').getBoundingClientRect().bottom"
    assert seen.page.evaluate(footer) == 800
    seen.page.evaluate("include({})")
    expect(seen.launcher).to_be_visible()
    assert seen.page.evaluate(PARENT) == "body"
    assert seen.page.evaluate(footer) == 800
    assert seen.page.evaluate("document.documentElement.scrollHeight") == 800
