"""One answer with every kind of block, as it is drawn before Gradio, by Gradio, and by the widget."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.web.asgi import create_app
from tests.browser import axe_script, chromium, in_chromium
from tests.serving import UNLIMITED, running_server
from tests.widget_site import OPEN_FOR_TESTS

pytestmark = [
    *in_chromium,
    pytest.mark.filterwarnings("ignore"),  # Gradio and the libraries below it warn of each other
]

BANDS = f"""
## {{question}}

Source: The leaflet <https://bands.example/leaflet>

{{words}} *{{italic}}* {{words}}

*{{italic}}*

- one
- **two**
  - three
    1. four
    2. five
       - six

| {{words}} | {{words}} | {{words}} |
|---|--:|:-:|
| {{words}} | 9.50 | {"{words} " * 8} |
| {{words}} | 12 | x |

```sh
feed --cat --dog={"x" * 160}
```

> {{words}}
>
> {{words}}

1. {{words}}

   {{words}}

### {{heading}}

{{words}} `feed`.

## {{other}}

{{words}}
"""
TEXTS = {
    "en": BANDS.format(
        question="Which band?", words="They wear", italic="red", heading="In winter", other="Which band at night?"
    ),
    "ar": BANDS.format(
        question="أي سوار؟", words="يرتدون سوارا", italic="أحمر", heading="في الشتاء", other="أي سوار في الليل؟"
    ),
}
QUESTIONS = {"en": "Which band?", "ar": "أي سوار؟"}
GRADIO = "**/assets/index-*.js"  # without it, Gradio does not begin
HOST = '<!doctype html><html lang="{}"><title>A shop</title><script src="widget.js" data-open="yes"></script>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with contextlib.ExitStack() as stack:
        urls = {}
        for lang, text in TEXTS.items():
            folder: Path = tmp_path_factory.mktemp(lang)
            (folder / "bands.md").write_text(text, encoding="utf-8")
            build(folder / "bands.md", folder / "index", BotSettings(lang=lang), HashingEncoder())
            app = create_app(Bot(Served(open_build(folder / "index"), HashingEncoder())), settings=UNLIMITED)
            urls[lang] = stack.enter_context(running_server(app))
        yield urls


# What is seen of each element of a reply: where it lies in its card, and how it looks.
SEEN = """card => {
  const at = card.getBoundingClientRect(), px = value => Math.round(value);
  const all = "p, em, small, li, ul, ol, th, td, pre, code, blockquote, strong, h2, h3, a, button";
  return [...card.querySelectorAll(all)].filter(node => node.getClientRects().length).map(node => {
    const style = getComputedStyle(node), rect = node.getBoundingClientRect();
    const looks = ["color", "backgroundColor", "fontStyle", "fontSize", "fontWeight", "textAlign", "direction",
      "whiteSpace", "listStyleType", "borderTopWidth", "borderInlineStartWidth", "textDecorationLine",
    ].map(name => style[name]);
    return [node.localName, px(rect.x - at.x), px(rect.y - at.y), px(rect.width), px(rect.height), ...looks].join(" ");
  });
}"""  # fmt: skip
VIOLATIONS = "axe.run().then(result => result.violations.flatMap(each => each.nodes.map(n => [each.id, n.target])))"


def answered(page: Page, lang: str, stage: str) -> list[str]:
    """The answer is there; what is seen of it."""
    page.route(GRADIO, lambda route: route.abort() if stage == "first" else route.continue_())
    page.reload()
    if stage == "gradio":
        page.locator("body[data-gradio]").wait_for()
    if not page.locator("[data-testid=user]").count():  # on the first page; the second has it from there
        page.locator("#first textarea").fill(QUESTIONS[lang])
        page.locator("#first textarea").press("Enter")
    reply = page.get_by_role("log").locator(".message:has(table):has(.bar)")
    expect(reply).to_be_visible()
    page.wait_for_timeout(200)
    seen: list[str] = reply.evaluate(SEEN)
    asked = page.locator("[data-testid=user]").bounding_box()
    assert asked
    return [*seen, f"user {round(asked['x'])} {round(asked['width'])}"]


@pytest.mark.parametrize(
    ("lang", "look"),
    [
        ("en", {"viewport": {"width": 1000, "height": 1200}}),
        ("ar", {"viewport": {"width": 1000, "height": 1200}, "color_scheme": "dark", "locale": "en-GB"}),
        ("ar", {"viewport": {"width": 390, "height": 1200}}),
    ],
)
def test_an_answer_looks_the_same_before_and_after_gradio_comes(
    browser: Browser, urls: dict[str, str], lang: str, look: dict[str, Any]
) -> None:
    """Nothing of it moves or changes. Red without: the id before the rules of a reply; `direction: inherit`."""
    page = browser.new_page(reduced_motion="reduce", **look)
    page.goto(urls[lang])
    first = answered(page, lang, "first")
    page.evaluate(axe_script())
    assert page.evaluate(VIOLATIONS) == []
    second = answered(page, lang, "gradio")
    assert second == first
    page.evaluate(axe_script())
    assert page.evaluate(VIOLATIONS) == []
    page.close()


# What the owner's Markdown says, and no page may change.
MEANT = """text => {
  const css = (all, name) => [...text.querySelectorAll(all)].map(node => getComputedStyle(node)[name]);
  const sides = css("tr:last-child td", "textAlign").map(side => side.replace("-webkit-", ""));
  const [pre] = text.querySelectorAll("pre");
  return {
    italics: new Set(css("em", "fontStyle")).size === 1 && css("em", "fontStyle")[0],
    as_large: new Set([...css("p > em, li, blockquote p", "fontSize")]).size,
    as_dark: css("p > em", "color").every(color => color === css("p", "color")[0]),
    sides: sides.slice(1),
    is_code_whole: pre.scrollWidth <= pre.clientWidth, code: getComputedStyle(pre).direction,
    bullets: css("ul", "listStyleType"),
    paragraphs: [...new Set(css("li > p", "display"))],
    is_prose_wide: css("td", "minWidth").filter(width => parseFloat(width) > 100).length === 1,
  };
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_shows_what_the_owner_wrote(browser: Browser, urls: dict[str, str], lang: str) -> None:
    """Italics, columns to the right, long code, lists in lists. Red with: `small` drawn as `em`, and without
    `font-size` of `li`; `[align=right]`; `pre-wrap`; `li > p`, each in chat.css;
    `long` in chat.js, faq.js, widget.js."""
    page = browser.new_page(viewport={"width": 1000, "height": 1200})
    page.add_init_script(OPEN_FOR_TESTS)
    meant = {
        "italics": "italic", "as_large": 1, "as_dark": True, "sides": ["right", "center"], "is_code_whole": True,
        "code": "ltr", "bullets": ["disc", "circle", "square"], "paragraphs": ["block"], "is_prose_wide": True,
    }  # fmt: skip
    for stage in ("first", "gradio"):
        page.goto(urls[lang])
        answered(page, lang, stage)
        shown = page.get_by_role("log").locator("[data-testid=bot]")
        shown.evaluate("card => card.querySelectorAll('small').forEach(node => node.closest('p').remove())")
        assert shown.evaluate(MEANT) == meant, stage
    page.goto(f"{urls[lang]}/faq")
    assert page.locator("article:has(table)").evaluate(MEANT) == meant, "faq"
    page.route("**/host.html", lambda route: route.fulfill(body=HOST.format(lang), content_type="text/html"))
    page.goto(f"{urls[lang]}/host.html")
    page.locator("verbatim-widget textarea").fill(QUESTIONS[lang])
    page.locator("verbatim-widget textarea").press("Enter")
    expect(page.locator("verbatim-widget .turn table")).to_be_visible()
    assert page.locator("verbatim-widget .turn .text").first.evaluate(MEANT) == meant, "widget"
    page.close()
