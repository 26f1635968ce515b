"""How the server bears load: the time to an answer alone, at twice what it can do, and among clients that keep it
waiting. Real process, real encoder, the corpus that ships.

    python -m tests.bench.load [--seconds 20] [--slow 200]
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.command import ROOT
from tests.http_client import Answer, Client
from tests.process import UNLIMITED, ServerProcess, server_process

QUESTIONS = ("What is sciatica?", "is swimming good for a bad back", "can i run with a slipped disc", "who won?")

_asked = itertools.count()


def question() -> str:
    """Another each time: what was asked before is remembered."""
    n = next(_asked)
    return f"{QUESTIONS[n % len(QUESTIONS)]} {n}"


async def alone(port: int, seconds: float, source: str = "127.0.0.1") -> list[Answer]:
    """One visitor, one question after the other."""
    visitor, found, end = Client(port, source), [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        found.append(await visitor.ask(question()))
        await asyncio.sleep(0.05)
    visitor.close()
    return found


async def capacity(port: int, seconds: float) -> float:
    """Questions answered in a second when eight clients ask again at once."""

    async def ask_on() -> int:
        client, count, end = Client(port), 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            count += (await client.ask(question())).status == 200
        client.close()
        return count

    return sum(await asyncio.gather(*(ask_on() for _ in range(8)))) / seconds


async def arriving(port: int, rate: float, seconds: float) -> list[Answer]:
    """Questions that arrive at `rate` a second, whether or not those before them are answered."""

    async def ask(n: int) -> Answer:
        return await Client(port, keep=False).ask(question(), connection="close")

    asked = []
    for n in range(int(rate * seconds)):
        asked.append(asyncio.create_task(ask(n)))
        await asyncio.sleep(1 / rate)
    return list(await asyncio.gather(*asked))


@contextlib.asynccontextmanager
async def slow_clients(port: int, count: int):  # type: ignore[no-untyped-def]
    """`count` that send half a request, and as many that ask for much and read nothing."""
    streams = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port, limit=1) for _ in range(2 * count)))
    for n, (_, writer) in enumerate(streams):
        request = b"GET /widget.js HTTP/1.1\r\nhost: x\r\n\r\n"
        writer.write(request[:20] if n % 2 else request * 100)
    yield
    for _, writer in streams:
        writer.close()


def summary(name: str, answers: Sequence[Answer]) -> dict[str, object]:
    seconds = sorted(answer.seconds for answer in answers if answer.status == 200)
    at = {share: round(seconds[int(len(seconds) * share)] * 1000) for share in (0.5, 0.99)} if seconds else {}
    statuses = dict(sorted(Counter(answer.status for answer in answers).items()))
    return {"run": name, "statuses": statuses, "p50_ms": at.get(0.5), "p99_ms": at.get(0.99)}


async def measure(server: ServerProcess, seconds: float, slow: int) -> list[dict[str, object]]:
    port = server.port
    found = [summary("alone", await alone(port, seconds))]
    rate = await capacity(port, seconds / 2)
    before = server.resident()
    found.append(summary(f"arriving at 2 x {rate:.0f} a second", await arriving(port, 2 * rate, seconds)))
    found[-1]["resident_growth"] = round(server.resident() / before - 1, 3)
    found.append(summary("alone again", await alone(port, seconds)))
    async with slow_clients(port, slow):
        found.append(summary(f"among 2 x {slow} slow clients", await alone(port, seconds)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--slow", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with server_process(ROOT / "corpus", folder / "index", folder / "log", **UNLIMITED) as server:
            server.wait_until(seconds=300)
            server.wait_until("/", 200, "<gradio-app")
            for row in asyncio.run(measure(server, options.seconds, options.slow)):
                print(json.dumps(row))


if __name__ == "__main__":
    main()
