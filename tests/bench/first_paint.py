"""How soon the chat page can be used over a slow network: 1.6 Mbit/s with 300 ms, nothing cached.

    OMP_NUM_THREADS=1 python -m tests.bench.first_paint [--loads N] [--json FILE]

Milliseconds from the navigation, medians: the first paint with text; the box takes a question; Gradio has taken over;
and, in other loads, the answer to a question that is sent as soon as it can be. The shipped corpus with the real model,
in a server process of its own.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.bench.web import machine, print_table
from tests.browser import chromium
from tests.conftest import ROOT
from tests.process import UNLIMITED, server_process

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 1.6e6 / 8}
QUESTION = "is it worth wearing a back belt when I jog?"

# Marks when what is looked for is first there, looked at with every frame.
_WATCH = """{
  const seen = {}, look = () => {
    if (window.verbatim) seen.usable ??= performance.now();
    if (document.body?.hasAttribute("data-gradio")) seen.gradio ??= performance.now();
    if (document.querySelector("[data-testid=bot]")) seen.answer ??= performance.now();
    requestAnimationFrame(look);
  };
  look();
  window.seen = seen;
}"""


def slow_page(browser: Browser, bytes_: list[float]) -> Page:
    context = browser.new_context()
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    network.on("Network.loadingFinished", lambda event: bytes_.append(event["encodedDataLength"]))
    page.add_init_script(_WATCH)
    return page


def load(browser: Browser, url: str) -> dict[str, float]:
    loaded: list[float] = []
    page = slow_page(browser, loaded)
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.seen?.gradio")
    found: dict[str, float] = page.evaluate("window.seen")
    found["first paint"] = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_timeout(500)
    found["KB"] = sum(loaded) / 1000
    page.context.close()
    return found


def ask(browser: Browser, url: str) -> float:
    page = slow_page(browser, [])
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.verbatim")
    page.locator("textarea").first.fill(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_function("window.seen.answer")
    answered: float = page.evaluate("window.seen.answer")
    page.context.close()
    return answered


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.first_paint", description=__doc__.split("\n")[0])
    parser.add_argument("--loads", type=int, default=10, metavar="N", help="loads of each kind (default: 10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verbatim-") as name:
        folder = Path(name)
        with server_process(ROOT / "corpus", folder / "index", folder / "log", **UNLIMITED) as server:
            server.wait_until("/", 200, "<gradio-app", seconds=240)
            with chromium() as browser:
                load(browser, server.url)  # the browser's own first steps
                loads = [load(browser, server.url) for _ in range(options.loads)]
                answers = [ask(browser, server.url) for _ in range(options.loads)]
    figures = {key: statistics.median(each[key] for each in loads) for key in ("first paint", "usable", "gradio", "KB")}
    figures["answer to a question sent at once"] = statistics.median(answers)
    print_table("Chat page over 1.6 Mbit/s with 300 ms", figures)
    if options.json:
        found: dict[str, Any] = {**machine(), "ms": figures}
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
