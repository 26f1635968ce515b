"""What the web costs beyond the answer itself: server CPU of a turn, click to answer in Chromium, delay of a host page.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m tests.bench.web [--turns N] [--loads N] [--json FILE]

The shipped corpus with the real model, in a server process of its own. What is compared takes turns in one run, so
that what else the machine does falls on all alike. Without the two variables threads that wait for each other count as
work, here more than there.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from chatbot.core.machine import prepare_to_serve
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from tests.bench.measure import machine
from tests.browser import chromium
from tests.chat_queue import ChatQueue
from tests.conftest import ROOT
from tests.host_site import address, host_site
from tests.process import UNLIMITED, ServerProcess, server_process

_ROUND = 25  # turns of one kind before the next kind has its turn
_CORPUS = ROOT / "corpus"


def server_cpu(server: ServerProcess, bot: Bot, questions: Sequence[str], turns: int) -> dict[str, float]:
    """CPU milliseconds a turn, medians over rounds: `Bot.ask` in this process, the JSON API, the queue of the page."""
    queue = ChatQueue(server.url)
    spent: dict[str, list[float]] = {"Bot.ask": [], "POST /api/ask": [], "chat page's queue": [], "idle": []}
    with httpx.Client(base_url=server.url) as client:

        def own() -> float:
            return time.process_time()

        kinds: dict[str, tuple[Any, Any]] = {
            "Bot.ask": (own, bot.ask),
            "POST /api/ask": (server.cpu_seconds, lambda text: client.post("/api/ask", json={"question": text})),
            "chat page's queue": (server.cpu_seconds, queue.turn),
        }
        for at in range(-1, max(turns // _ROUND, 1)):
            for name, (clock, ask) in kinds.items():
                # Other words each time: what was asked before is remembered.
                texts = [f"{questions[(at * _ROUND + n) % len(questions)]} {name} {at}" for n in range(_ROUND)]
                before, started = clock(), time.perf_counter()
                for text in texts:
                    ask(text)
                wall = time.perf_counter() - started
                idle = spent["idle"][-1] / 1000 * wall if name != "Bot.ask" and spent["idle"] else 0.0
                if at >= 0:  # the first round warms up
                    spent[name].append((clock() - before - idle) / _ROUND * 1000)
            before, started = server.cpu_seconds(), time.perf_counter()
            time.sleep(1)
            spent["idle"].append((server.cpu_seconds() - before) / (time.perf_counter() - started) * 1000)
    found = {name: statistics.median(values) for name, values in spent.items()}
    found["JSON beyond Bot.ask"] = found["POST /api/ask"] - found["Bot.ask"]
    found["queue beyond Bot.ask"] = found["chat page's queue"] - found["Bot.ask"]
    return found


# From the click on Send to the first frame drawn with the answer in it.
_TURN = """question => new Promise(done => {
  const root = document.querySelector("verbatim-widget").shadowRoot;
  const input = root.querySelector("footer textarea"), before = root.querySelectorAll(".turn .card").length;
  const watch = new MutationObserver(() => {
    if (root.querySelectorAll(".turn .card").length > before) {
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
    }
  });
  watch.observe(root, { childList: true, subtree: true });
  input.value = question;
  const started = performance.now();
  root.querySelector("footer button").click();
})"""
_OPEN = "const a = Element.prototype.attachShadow; Element.prototype.attachShadow = function (i) {" \
        " return a.call(this, { ...i, mode: 'open' }); };"  # fmt: skip


def click_to_answer(browser: Any, host: str, bot: Bot, questions: Sequence[str], turns: int) -> dict[str, float]:
    """Wall milliseconds; and beside it what encoding and answering take in this process."""
    page = browser.new_page()
    page.add_init_script(_OPEN)
    page.goto(f"{host}/plain.html")
    page.evaluate("Verbatim.open()")
    widget, encoder, answer = [], [], []
    for at in range(turns + 3):
        question = questions[at % len(questions)]
        widget.append(page.evaluate(_TURN, question))
        started = time.perf_counter()
        bot.served.encoder.encode_queries([question])
        encoder.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        bot.ask(question)
        answer.append((time.perf_counter() - started) * 1000)
    page.close()
    p50, p95 = np.percentile(widget[3:], [50, 95])
    own = {"encoder p50": statistics.median(encoder[3:]), "Bot.ask p50": statistics.median(answer[3:])}
    return {"p50": float(p50), "p95": float(p95), **own}


_LOADED = "() => { const [n] = performance.getEntriesByType('navigation'); return n.loadEventStart - n.startTime; }"


def load_delay(browser: Any, host: str, loads: int) -> dict[str, float]:
    """Milliseconds until the load event of an empty page, with and without the script; 95 % bootstrap interval."""
    page = browser.new_page()
    found: dict[str, list[float]] = {"without": [], "with": []}
    for at in range(loads + 5):
        for name in sorted(found, reverse=bool(at % 2)):
            page.goto(f"{host}/{'empty' if name == 'without' else 'embedded'}.html", wait_until="load")
            found[name].append(page.evaluate(_LOADED))
    page.close()
    with_it, without = np.array(found["with"][5:]), np.array(found["without"][5:])
    rng = np.random.default_rng(0)
    drawn = [np.median(rng.choice(with_it, loads)) - np.median(rng.choice(without, loads)) for _ in range(2000)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {
        "without": float(np.median(without)), "with": float(np.median(with_it)),
        "difference": float(np.median(with_it) - np.median(without)), "low": float(low), "high": float(high),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.web", description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=200, metavar="N", help="turns of each kind (default: 200)")
    parser.add_argument("--loads", type=int, default=200, metavar="N", help="loads of each page (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    prepare_to_serve()  # or `Bot.ask` here would have less of the machine than the server
    figures: dict[str, Any] = machine()
    with tempfile.TemporaryDirectory(prefix="verbatim-") as name, host_site() as host:
        folder = Path(name)
        settings = load_bot_settings(_CORPUS, env={})
        build(_CORPUS, folder / "index", settings, encoder_of(folder / "index", settings))
        bot = Bot.open(folder / "index")
        questions = [entry.question for entry in bot.build.entries if not entry.is_gap]
        allowed = {"CHATBOT_ALLOWED_ORIGINS": address(host)}
        with server_process(_CORPUS, folder / "index", folder / "log", **allowed, **UNLIMITED) as server:
            server.wait_until("/", 200, "<gradio-app", seconds=120)
            host.bot = server.url
            figures["cpu_ms"] = server_cpu(server, bot, questions, options.turns)
            print_table("Server CPU in ms a turn", figures["cpu_ms"])
            with chromium() as browser:
                figures["click_ms"] = click_to_answer(browser, address(host), bot, questions, options.turns)
                print_table("From the click on Send to the answer drawn, in ms", figures["click_ms"])
                figures["load_ms"] = load_delay(browser, address(host), options.loads)
                print_table("Load event of an empty page, in ms", figures["load_ms"])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def print_table(title: str, figures: dict[str, float]) -> None:
    print(f"\n{title}\n\n| | |\n|--|--:|")
    for name, value in figures.items():
        print(f"| {name} | {value:.2f} |")


if __name__ == "__main__":
    main()
