"""The chat page of one of many sites, below a path of a proxy, in Chromium; also after its site was closed."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from chatbot.core.settings import ServerSettings
from tests.browser import chromium, in_chromium
from tests.many_sites import answered, many_sites, secret_of, serving, states, wait_for, write_site
from tests.serving import running_server
from tests.test_behind_proxy import PATH, proxy

pytestmark = in_chromium
LIMITS = ServerSettings(rate_per_minute=1_000_000, rate_burst=1_000_000, max_open=1, root_path=PATH)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[httpx.Client, str]]:
    """A client of the server, and where a proxy shows it."""
    for name in ("alpha", "beta"):
        write_site(tmp_path / "sites", name)
    with (
        serving(many_sites(tmp_path / "sites", LIMITS)) as client,
        running_server(proxy(str(client.base_url))) as shown,
    ):
        yield client, shown + PATH


def test_a_conversation_goes_on_after_its_site_was_closed(servers: tuple[httpx.Client, str]) -> None:
    """In the open tab, without a refused request. Red when a reopened site waits for somebody who opens the page."""
    client, shown = servers
    with chromium() as browser:
        page = browser.new_page()
        wrong: list[str] = []
        page.on("response", lambda answer: answer.status >= 400 and wrong.append(f"{answer.status} {answer.url}"))
        page.on("request", lambda asked: asked.url.startswith((shown, "data:")) or wrong.append(asked.url))
        answered(client, "alpha")
        wait_for(lambda: client.get("/s/alpha/readyz?page=1").status_code == 200)
        page.goto(f"{shown}/s/alpha/")
        page.locator("body[data-gradio]").wait_for()
        box = page.get_by_role("textbox", name="Your question")
        box.fill("What is the secret word?")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text(f"The secret word is {secret_of('alpha')}").first).to_be_visible()
        for _ in range(2):
            answered(client, "beta")
            assert states(client)["alpha"] == {"state": "closed"}
            box.fill(f"Where is {secret_of('alpha')} kept?")
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_text("In the cellar of").last).to_be_visible()
            expect(box).to_have_value("")
        assert [one for one in wrong if "favicon" not in one] == []
