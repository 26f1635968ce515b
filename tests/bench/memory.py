"""What a server keeps: its memory after many questions and after many long conversations, and its work while idle.

    OMP_NUM_THREADS=1 python -m tests.bench.memory [--questions N] [--sessions N] [--idle SECONDS] [--json FILE]

The shipped corpus with the real model, in a server process of its own. No two questions are alike: each puts words of
English that the corpus may not know, a number and a name into a question of the corpus. A conversation has 480 KB.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import wordfreq

from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from tests.bench.web import machine, print_table
from tests.chat_queue import ChatQueue
from tests.conftest import ROOT
from tests.process import UNLIMITED, ServerProcess, server_process

_CORPUS = ROOT / "corpus"
_MB = 1_000_000
_WARM = 200  # sessions after which memory is measured
_FIRST = 1000  # questions after which all that is needed should be there


def varied(questions: list[str], seed: int = 1) -> Iterator[str]:
    """Endless, and no two alike."""
    draw = random.Random(seed)
    words = wordfreq.top_n_list("en", 30_000)
    at = 0
    while True:
        at += 1
        asked = draw.choice(questions).split()
        for _ in range(draw.randint(1, 4)):
            asked[draw.randrange(len(asked))] = draw.choice(words)
        name = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(4, 9))).title()
        yield f"{' '.join(asked)} {name} {at}?"


def after_questions(server: ServerProcess, questions: list[str], most: int) -> dict[str, float]:
    """MB that are resident after so many questions."""
    found = {}
    asked = varied(questions)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for at in range(1, most + 1):
            client.post("/api/ask", json={"question": next(asked)}).raise_for_status()
            if at in (_FIRST, most) or at % 5000 == 0:
                found[f"after {at}"] = server.resident() / _MB
    found["grown"] = found[f"after {most}"] - found[f"after {min(_FIRST, most)}"]
    return found


def conversation(kilobytes: int) -> list[dict[str, object]]:
    """As the chat page sends it along, of so many KB."""
    said = [{"type": "text", "text": "what was said before, " * 21}]
    one: dict[str, object] = {"role": "user", "content": said, "metadata": None}
    return [one] * (kilobytes * 1000 // (len(json.dumps(one)) + 2))


def after_sessions(server: ServerProcess, most: int) -> dict[str, float]:
    """MB that are resident more after so many sessions of 480 KB, of every other of which nobody reads the answer."""
    queue = ChatQueue(server.url)
    long = conversation(480)
    for at in range(_WARM):  # what such conversations take for a moment is kept by the allocator, and used again
        queue.result(queue.join(f"What helps at {at}?", long)[1])
    before = server.resident()
    for at in range(most):
        joined, session = queue.join(f"What helps at number {at}?", long)
        joined.raise_for_status()
        if at % 2:
            queue.result(session)
    time.sleep(1)
    return {"grown": (server.resident() - before) / _MB}


def idle(server: ServerProcess, seconds: float) -> float:
    """Percent of a core that the server takes while nobody asks."""
    time.sleep(35)  # the queue of the chat page looks often for 30 s after the page was opened
    before, started = server.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return (server.cpu_seconds() - before) / (time.monotonic() - started) * 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=20_000, metavar="N", help="different ones (default: 20,000)")
    parser.add_argument("--sessions", type=int, default=2000, metavar="N", help="of 480 KB each (default: 2,000)")
    parser.add_argument("--idle", type=float, default=60, metavar="SECONDS", help="to watch it idle (default: 60)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    figures: dict[str, object] = dict(machine())
    with tempfile.TemporaryDirectory(prefix="verbatim-") as name:
        folder = Path(name)
        settings = load_bot_settings(_CORPUS, env={})
        build(_CORPUS, folder / "index", settings, encoder_of(folder / "index", settings))
        questions = [entry.question for entry in open_build(folder / "index").entries]
        with server_process(_CORPUS, folder / "index", folder / "log", **UNLIMITED) as server:
            server.wait_until("/readyz?page=1", seconds=120)
            if options.idle:
                figures["idle"] = {"% of a core": idle(server, options.idle)}
                print_table("Idle", figures["idle"])  # type: ignore[arg-type]
            if options.sessions:
                figures["sessions"] = after_sessions(server, options.sessions)
                print_table("Resident memory in MB, conversations of 480 KB", figures["sessions"])  # type: ignore[arg-type]
            if options.questions:
                figures["questions"] = after_questions(server, questions, options.questions)
                print_table("Resident memory in MB, questions", figures["questions"])  # type: ignore[arg-type]
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
