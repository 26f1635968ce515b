"""No page of one language says a word of another: chat page, widget and FAQ page are brought into every state, and all
that can be read or heard there is compared with the same in English.
"""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from chatbot.core.locales import FALLBACK, LANGUAGES, direction_of, locale_of
from tests.browser import chromium, in_chromium
from tests.spoken import ANSWERED, GAP, NOTICED, SEVERAL, UNKNOWN, UNSURE, Spoken, spoken, spoken_server
from tests.test_locales import SAME, texts_of
from tests.widget_site import OPEN_FOR_TESTS

pytestmark = in_chromium

USUAL = ("ar", "de", "zh")  # in every run; the others only in the long one
OTHERS = [lang for lang in LANGUAGES if lang not in (*USUAL, FALLBACK)]
EVERY = [*USUAL, *(pytest.param(lang, marks=pytest.mark.long) for lang in OTHERS)]
NOT_LATIN = ("ar", "he", "hi", "ja", "ru", "zh")
EVERYWHERE = {"JavaScript", "FAQ"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoken]:
    with spoken_server(tmp_path_factory.mktemp("spoken")) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = newcomer(browser)
    yield context
    context.close()


def newcomer(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 390, "height": 780})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(OPEN_FOR_TESTS)
    return context


Tour = Callable[[Page, Spoken, str], set[str]]
_SAID: dict[tuple[str, str], set[str]] = {}


def refuse(route: Route, status: int) -> None:
    """As a busy server or a proxy does; the widget's is another origin."""
    headers = {"access-control-allow-origin": "*", "retry-after": "7"}
    route.fulfill(status=status, json={"error": {"code": "busy", "message": "English"}}, headers=headers)


def chat_page(page: Page, server: Spoken, lang: str) -> set[str]:
    """Its states before Gradio, which puts nothing of its own beside them."""
    said = locale_of(lang).chat
    page.goto(server.url)
    box, last = page.get_by_role("textbox"), page.locator("[data-testid=bot]").last
    found = spoken(page)

    def ask(question: str, told: str = "") -> None:
        box.fill(question)
        box.press("Enter")
        expect(page.locator(".waiting")).to_have_count(0)
        if told:
            expect(last).to_contain_text(told)

    ask(ANSWERED)
    page.locator(".down").last.click()
    found.update(spoken(page))
    page.locator(".bar .chips:not([hidden]) button").last.click()
    expect(page.get_by_text(said.thank_you)).to_be_visible()
    found.update(spoken(page))
    page.locator(".rating .icon").nth(2).click()
    expect(page.get_by_text(said.copied)).to_be_visible()
    found.update(spoken(page))
    ask(UNSURE, locale_of(lang).shared.unsure)
    page.get_by_role("button", name=locale_of(lang).shared.none, exact=True).last.click()
    ask(UNKNOWN, locale_of(lang).shared.unknown)
    ask(GAP, GAP)
    ask(SEVERAL)
    ask(NOTICED)
    found.update(spoken(page))
    for status in (429, 503, 403, 500):
        page.route("**/api/turn", lambda route, *, status=status: refuse(route, status), times=1)
        ask(ANSWERED)
    found.update(spoken(page))
    page.route("**/api/feedback", lambda route: refuse(route, 404), times=1)
    page.locator(".up").first.click()
    expect(page.get_by_text(locale_of(lang).shared.late)).to_be_visible()
    page.route("**/api/feedback", lambda route: refuse(route, 500), times=1)
    page.locator(".up").nth(1).click()
    expect(page.get_by_text(said.not_sent)).to_be_visible()
    found.update(spoken(page))
    for typed in ("?!", "ζ" * 450, "ζ" * 600):
        box.fill(typed)
        box.press("Enter" if typed == "?!" else "End")
        expect(page.locator("#hint")).to_contain_text(re.compile(r"\S"))
        found.update(spoken(page))
    box.fill("")
    page.locator("#new").click()
    found.update(spoken(page))
    page.goto(f"{server.url}/?q={ANSWERED}")
    expect(page.locator("#hint")).to_contain_text(re.compile(r"\S"))
    return found | spoken(page)


def widget(page: Page, server: Spoken, lang: str) -> set[str]:
    """In a page that is in English, as is `app.html`, and takes no part."""
    words = locale_of(lang)
    page.goto(f"{server.host}/app.html")
    host = spoken(page)
    page.evaluate("lang => include({ lang })", lang)
    parts = page.locator("verbatim-widget")
    launcher, box, told = parts.locator(".launcher"), parts.locator("textarea"), parts.locator(".told")
    expect(launcher).to_be_visible()
    found = spoken(page)
    page.context.set_offline(True)
    launcher.click()
    box.fill(ANSWERED)
    box.press("Enter")
    expect(parts).to_contain_text(words.widget.offline)
    found.update(spoken(page))
    page.context.set_offline(False)

    def ask(question: str, told: str = "") -> None:
        box.fill(question)
        box.press("Enter")
        expect(parts.locator(".wait")).to_have_count(0)
        expect(parts.locator(".turn").last).to_contain_text(told or re.compile(r"\S"))

    ask(ANSWERED)
    parts.locator(".down").last.click()
    found.update(spoken(page))
    parts.locator(".why .chip").first.click()
    ask(UNSURE, words.shared.unsure)
    found.update(spoken(page))
    parts.locator(".chips .chip").last.click()
    ask(UNKNOWN, words.shared.unknown)
    ask(GAP, words.widget.gap)
    ask(NOTICED, words.shared.notice)
    ask(SEVERAL)
    for status in (429, 500, 422):
        page.route("**/api/ask", lambda route, *, status=status: refuse(route, status), times=1)
        ask(ANSWERED)
    found.update(spoken(page))
    page.route("**/api/feedback", lambda route: refuse(route, 404), times=1)
    parts.locator(".up").last.click()
    expect(parts.get_by_text(words.shared.late)).to_be_visible()
    found.update(spoken(page))
    for typed in ("?!", "ζ" * 600):
        box.fill(typed)
        box.press("Enter" if typed == "?!" else "End")
        expect(told).to_contain_text(re.compile(r"\S"))
        found.update(spoken(page))
    box.fill("")
    parts.locator("header .icon").first.click()
    return (found | spoken(page)) - host


def faq_page(page: Page, server: Spoken, lang: str) -> set[str]:
    page.goto(f"{server.url}/faq")
    found = spoken(page)
    for typed in ("γάτες", "ξψζ"):
        page.get_by_role("searchbox").fill(typed)
        expect(page.get_by_role("status")).to_contain_text(re.compile(r"\S"))
        found.update(spoken(page))
    return found


TOURS: list[Tour] = [chat_page, widget, faq_page]


@pytest.fixture
def said(browser: Browser, server: Spoken) -> Callable[[Tour, str], set[str]]:
    """All that one of the pages says in a language, to a browser that has nothing of it yet. No script fails."""

    def told(tour: Tour, lang: str) -> set[str]:
        key = tour.__name__, lang
        if key not in _SAID:
            server.speak(lang)
            page = newcomer(browser).new_page()
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            _SAID[key] = tour(page, server, lang)
            page.context.close()
            assert errors == []
        return _SAID[key]

    return told


@pytest.mark.parametrize("lang", EVERY)
@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.__name__)
def test_no_english_is_left_on_a_page_of_another_language(
    tour: Tour, lang: str, said: Callable[[Tour, str], set[str]]
) -> None:
    """Red with a text written into a script or a template, one of the server's errors shown as it is, and a label made
    before the words have come."""
    english, own = said(tour, FALLBACK), said(tour, lang)
    same = {text for _, key, text in texts_of(locale_of(lang)) if key in SAME.get(lang, ())}
    assert (english & own) - same - EVERYWHERE == set()
    assert len(own) > len(english) * 0.8  # the tour has been made
    if lang in NOT_LATIN:
        assert {word for text in own for word in re.findall("[A-Za-z]{2,}", text)} <= EVERYWHERE


@pytest.mark.parametrize("lang", ["ar", "he", "de"])
def test_a_page_is_written_in_the_direction_of_its_language(lang: str, context: BrowserContext, server: Spoken) -> None:
    """Red without `dir` in one of the templates, or in the widget's root."""
    server.speak(lang)
    for path in ("/", "/faq"):  # as they are sent, before any script
        assert f'<html lang="{lang}" dir="{direction_of(lang)}">' in httpx.get(server.url + path).text
    page = context.new_page()
    page.goto(f"{server.host}/app.html")
    page.evaluate("lang => include({ lang })", lang)
    assert page.locator("verbatim-widget .root").get_attribute("dir") == direction_of(lang)
    page.close()


def test_the_widget_writes_days_as_the_other_pages_do(context: BrowserContext) -> None:
    """It has no table of months, but the browser's. Red with a pattern or a month that is not usual in the language."""
    page = context.new_page()
    write = """([lang, days]) => days.map(
        day => new Date(day).toLocaleDateString(lang, { dateStyle: "long", timeZone: "UTC" }))"""
    days = [f"2026-{month:02}-05" for month in range(1, 13)]
    for lang in LANGUAGES:
        assert page.evaluate(write, [lang, days]) == [locale_of(lang).date(day) for day in days]
    page.close()


@pytest.mark.parametrize(
    ("named", "of_page", "of_site", "spoken_in"),
    [
        ("zh-Hant-TW", "de", "fr", "zh"), ("", "pt-BR", "fr", "pt"), ("", "", "fr-CA", "fr"), ("", "", "sv", "en"),
        ("sv", "de", "fr", "en"), ("nb", "", "de", "en"), ("constructor", "", "de", "en"), ("", "EN_gb", "de", "en"),
    ],
)  # fmt: skip
def test_the_widget_speaks_as_its_tag_or_its_page_or_its_site(
    named: str, of_page: str, of_site: str, spoken_in: str, context: BrowserContext, server: Spoken
) -> None:
    """In this order, and English where that is not spoken. Red without: the language of the site in the script; no
    prototype of the table."""
    server.speak(of_site)
    page = context.new_page()
    page.goto(f"{server.host}/app.html")
    page.evaluate("lang => document.documentElement.lang = lang", of_page)
    page.evaluate("lang => include(lang ? { lang } : {})", named)
    launcher = page.locator("verbatim-widget .launcher")
    expect(launcher).to_have_attribute("title", locale_of(spoken_in).widget.launch)
    launcher.click()
    expect(page.locator("verbatim-widget .icon").first).to_have_attribute("title", locale_of(spoken_in).shared.clear)
    page.close()
