"""The widget on strangers' pages, in a real Chromium, on another origin than the bot: what its tests share."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from chatbot.core.settings import BotSettings
from chatbot.core.types import NoticeRule
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.web.asgi import create_app
from tests.browser import chromium
from tests.conftest import PETS
from tests.host_site import address, host_site
from tests.serving import UNLIMITED, running_server

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

| Day | Price \| each |
|---|--:|
| Monday | 9.50 |
| [Sunday](https://shop.example/sunday) | 12 |

```sh
feed --cat
  now
```

> Well said,
> *vet*

[Call us](tel:+4930123), or +49 (0)30 456 789. ![a cat asleep](https://pictures.example/cat.png)
![a dog](https://elsewhere.example/dog.png)

## Who attacks the widget?

<img src=x onerror="alert(1)"> [click](javascript:alert(1)) [data](data:text/html,x)
<script>alert(2)</script> **<b onclick=alert(3)>bold</b>** [ok](https://ok.example/"onmouseover="alert(4))

## Where do parrots sleep at night?

Source: The parrot book <https://parrots.example/sleep>

In a high place. Well-fed parrots sleep twelve hours, and they wake with the sun. Cover the cage.

## Which chapter tells more of cockatoos?

That on [sleep](#where-do-parrots-sleep-at-night).
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


PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'


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
            images=("https://pictures.example",),
        )
        build(folder / "pets.md", folder / "index", settings, HashingEncoder())
        return Bot(Served(open_build(folder / "index"), HashingEncoder()))

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
        return self.widget.get_by_role("textbox", name="Ask a question")

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
    context.set_default_timeout(20_000)
    context.route("https://pictures.example/*", lambda route: route.fulfill(body=PIXEL, content_type="image/svg+xml"))
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
        hosts = (sites.bot, sites.bot.replace("127.0.0.1", "localhost"), sites.host, "data:")
        assert [url for url in visit.requests if not url.startswith(hosts)] == []


Open = Callable[..., Visit]
