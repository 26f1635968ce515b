"""How long the 500 hostile messages of tests/hostile.py take at each door, wall time with the real model.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m tests.bench.hostile

The doors are POST /api/ask, the chat page's queue, the widget in Chromium on another origin (click to the last change),
and, for a slice of 60, `ask` of the command line in this process, which loads index and model each time.
"""

import base64
import contextlib
import io
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import numpy as np

from chatbot.cli.main import main as command
from chatbot.core.errors import QuestionRefused
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from tests.bench.latency import row
from tests.browser import chromium
from tests.chat_queue import ChatQueue
from tests.conftest import ROOT
from tests.host_site import address, host_site
from tests.hostile import Hostile, hostile, json_body, slice_of
from tests.process import UNLIMITED, server_process
from tests.test_hostile_widget import ASK
from tests.widget_site import OPEN_FOR_TESTS

_IDLE = "() => !document.querySelector('verbatim-widget').shadowRoot.querySelector('.wait')"


def measured(name: str, ask: Callable[[str], object], messages: Sequence[Hostile]) -> None:
    ask("warm up")
    walls = []
    for message in messages:
        started = time.perf_counter()
        ask(message.text)
        walls.append(time.perf_counter() - started)
    slowest = messages[int(np.argmax(walls))]
    print(f"| {name} | {row(np.array(walls))} | {max(walls) * 1000:.0f} ({slowest.family}) |", flush=True)


def main() -> None:
    corpus, messages = ROOT / "corpus", hostile()
    print("| door | p50 / p95 / p99 in ms | the slowest |\n|--|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="verbatim-") as name, host_site() as host:
        folder = Path(name)
        settings = load_bot_settings(corpus, env={})
        encoder = encoder_of(folder / "index", settings)
        build(corpus, folder / "index", settings, encoder)
        bot = Bot.open(folder / "index", encoder)

        def asked(text: str) -> None:
            with contextlib.suppress(QuestionRefused):
                bot.ask(text)

        measured("`Bot.ask`", asked, messages)
        with server_process(
            corpus, folder / "index", folder / "log", CHATBOT_ALLOWED_ORIGINS=address(host), **UNLIMITED
        ) as server:
            server.wait_until("/", 200, "<gradio-app", seconds=120)
            host.bot = server.url
            with httpx.Client(base_url=server.url, timeout=60) as client:
                headers = {"content-type": "application/json"}
                measured(
                    "POST /api/ask",
                    lambda text: client.post("/api/ask", content=json_body(text), headers=headers),
                    messages,
                )
            queue = ChatQueue(server.url)

            def in_queue(text: str) -> None:
                joined, session = queue.join(text, [])
                if joined.status_code == 200:
                    queue.result(session)

            measured("chat page's queue", in_queue, messages)
            with chromium() as browser:
                page = browser.new_page()
                page.add_init_script(OPEN_FOR_TESTS)
                page.goto(f"{address(host)}/plain.html")
                page.evaluate("Verbatim.open()")

                def in_widget(text: str) -> None:
                    page.evaluate(ASK, base64.b64encode(text.encode("utf-16-le", "surrogatepass")).decode())
                    page.wait_for_function(_IDLE, polling="raf")

                measured("widget in Chromium", in_widget, messages)

        def in_command(text: str) -> None:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                command(["ask", "--index", str(folder / "index"), "--", text])

        measured("command line", in_command, slice_of(messages))


if __name__ == "__main__":
    main()
