"""The page of the report in a browser: whole without requests, readable on a phone, for everybody, on paper."""

from pathlib import Path

import pytest

from chatbot.insight.report_page import report_page
from chatbot.verbs import report
from tests.browser import axe_script, chromium, in_chromium
from tests.visits import NOW, Visit, write_journal

pytestmark = in_chromium

ARABIC = "\u0643\u0645 \u0627\u0631\u062a\u0641\u0627\u0639 \u0628\u0631\u062c \u0625\u064a\u0641\u0644\u061f"
HOSTILE = '<img src="http://example.invalid/x" onerror="document.title=1"> how tall?'


@pytest.fixture(scope="module")
def page(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    visits = [Visit(5, text) for text in (ARABIC, HOSTILE, "tower " + "x" * 300) for _ in range(4)]
    visits += [
        Visit(4, None, "answered", "how-often-should-i-feed-my-cat", at / 60, verdict="down" if at < 20 else "up")
        for at in range(60)
    ]
    visits += [Visit(3, "hamster age?", "gap", "how-long-do-hamsters-live", 0.0) for _ in range(4)]
    folder = tmp_path_factory.mktemp("report")
    done = report(write_journal(folder / "j.db", visits), built_once, now=NOW)
    (folder / "report.html").write_text(report_page(done.report, done.pictured), encoding="utf-8")
    return folder / "report.html"


def test_the_page_is_for_everybody_and_asks_nobody(page: Path) -> None:
    """Red with a script or a style that the policy forbids, a picture without words, or a line that is too wide."""
    with chromium() as browser:
        # axe is put into the page, which allows no scripts: the policy is watched in a second look, without it.
        for is_watched in (False, True):
            context = browser.new_context(
                viewport={"width": 320, "height": 640}, color_scheme="dark", bypass_csp=not is_watched
            )
            opened = context.new_page()
            asked: list[str] = []
            said: list[str] = []
            opened.on("request", lambda request, asked=asked: asked.append(request.url))
            opened.on("console", lambda message, said=said: said.append(message.text))
            opened.goto(page.as_uri())
            if is_watched:
                assert (asked, said) == ([page.as_uri()], [])
                assert opened.title() == "Report: Pets"
                assert opened.evaluate("document.documentElement.scrollWidth") <= 320
                assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
                assert opened.locator("svg[role=img][aria-label]").count() == 3
                directions = opened.locator(".topics li li").evaluate_all(
                    "items => items.map(one => [one.textContent.includes('\u0628'), getComputedStyle(one).direction])"
                )
                assert [True, "rtl"] in directions
            else:
                opened.evaluate(axe_script())
                found = opened.evaluate("axe.run().then(result => result.violations.map(each => each.id))")
                assert found == []
            context.close()
