"""How fast a question is answered: in a warm process, from a cold one, and by a server with many clients.

    python -m tests.bench.speed [--entries 5000] [--seconds 4] [--json FILE] [--chart FILE] [--device cuda]

One index of generated entries for each backend, built by `python -m chatbot build`. Beside it what one would write
first: `tests/bench/plain_server.py`. What is compared takes turns in one run, with one thread of BLAS and the like
each. Clients are one more process on the same cores, so requests for each CPU second of the server, with the processes
that belong to it, tell more than requests a second.

The floor of a question is what reading the weights once from memory takes, measured here by adding them up.
"""

import argparse
import asyncio
import contextlib
import csv
import itertools
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from chatbot.core.machine import HUGE_PAGES
from tests.bench.measure import bar_chart, compile_modules, environment, machine, model_folder, percentile, run
from tests.bench.questions import faqs
from tests.command import ROOT
from tests.http_client import Client, post
from tests.process import UNLIMITED, cpu_seconds, peak

_BACKENDS = ("fp32", "int8", "torch")
_ROUNDS = 3
_CLIENTS = (1, 8, 32)
_NUMBERS = itertools.count()

# A process that stays, asked line by line: CPU milliseconds of `Bot.ask`, of its encoding, and of reading the weights.
_WARM = """
import json, sys, time
from pathlib import Path
import numpy as np
from chatbot.dialogue.bot import Bot
bot = Bot.open(Path(sys.argv[1]))
encoder, spent = bot.served.encoder, [0.0]
encode = encoder.encode_queries
def timed(texts):
    started = time.process_time()
    try:
        return encode(texts)
    finally:
        spent[0] += time.process_time() - started
encoder.encode_queries = timed
weights = np.ones(42_500_000 // 4, np.float32)
for n in range(20):
    bot.ask(f"is question {n} there to warm it up")
for line in sys.stdin:
    found = []
    for question in json.loads(line):
        spent[0], started = 0.0, time.process_time()
        bot.ask(question)
        whole = time.process_time() - started
        started = time.process_time()
        weights.sum()
        found.append([whole * 1e3, spent[0] * 1e3, (time.process_time() - started) * 1e3])
    print(json.dumps(found), flush=True)
"""


def write_corpus(folder: Path, entries: int, backend: str, device: str) -> list[str]:
    """Returns the questions that are asked of it."""
    folder.mkdir()
    found = list(faqs(entries).values())
    (folder / "bot.toml").write_text(f'title = "Speed"\nencoder = "base"\nbackend = "{backend}"\ndevice = "{device}"\n')
    with (folder / "faq.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [("question", "answer"), *((faq.question, faq.answer) for faq in found)]
        )
    return [faq.reworded for faq in found]


def warm(indexes: dict[str, Path], questions: Sequence[str], env: dict[str, str]) -> dict[str, dict[str, float]]:
    """CPU milliseconds of a question for each backend, medians and 95th percentiles."""
    workers = {
        backend: subprocess.Popen(
            [sys.executable, "-c", _WARM, str(index)],
            cwd=ROOT, env={**env, "GLIBC_TUNABLES": HUGE_PAGES},  # as `chatbot serve` restarts itself
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for backend, index in indexes.items()
    }  # fmt: skip
    spent: dict[str, list[list[float]]] = {backend: [] for backend in workers}
    for begin in range(0, len(questions), 25):
        for backend, worker in workers.items():
            assert worker.stdin
            assert worker.stdout
            print(json.dumps(questions[begin : begin + 25]), file=worker.stdin, flush=True)
            spent[backend] += json.loads(worker.stdout.readline())
    for worker in workers.values():
        worker.kill()
        worker.communicate()
    return {
        backend: {
            "ask_p50_ms": percentile([whole for whole, _, _ in rows], 50),
            "ask_p95_ms": percentile([whole for whole, _, _ in rows], 95),
            "encoding_p50_ms": percentile([encoding for _, encoding, _ in rows], 50),
            "beyond_encoding_p50_ms": percentile([whole - encoding for whole, encoding, _ in rows], 50),
            "floor_ms": percentile([floor for _, _, floor in rows], 50),
        }
        for backend, rows in spent.items()
    }


@contextlib.contextmanager
def server(command: Sequence[object], env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server process that is told its port last, once it answers a question."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*map(str, command), str(port)], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        while True:
            assert process.poll() is None, "the server has ended"
            with contextlib.suppress(httpx.TransportError):
                if httpx.post(f"http://127.0.0.1:{port}/api/ask", json={"question": "a"}, timeout=60).is_success:
                    break
            time.sleep(0.02)
        yield process, port
    finally:
        process.kill()
        process.wait()


def cold(index: Path, env: dict[str, str]) -> dict[str, dict[str, float]]:
    """From the start of a process to its first answer: CPU and wall seconds, and the most memory until then."""
    asked, served = [], []
    for _ in range(_ROUNDS):
        asked.append(run([sys.executable, "-m", "chatbot", "ask", "--index", index, "how do i mend it"], env))
        started = time.perf_counter()
        command = [sys.executable, "-m", "chatbot", "serve", "--index", index, "--corpus", index / "none", "--port"]
        with server(command, env) as (process, _):
            served.append((cpu_seconds(process.pid), time.perf_counter() - started, peak(process.pid) / 2**20))
    return {
        "ask": {
            "cpu_s": statistics.median(ran.cpu_s for ran in asked),
            "wall_s": statistics.median(ran.wall_s for ran in asked),
            "peak_mb": statistics.median(ran.peak_mb for ran in asked),
        },
        "serve": {
            "cpu_s": statistics.median(cpu for cpu, _, _ in served),
            "wall_s": statistics.median(wall for _, wall, _ in served),
            "peak_mb": statistics.median(peak for _, _, peak in served),
        },
    }


async def _asking(
    ports: Sequence[int], questions: Sequence[str], repeat: bool, clients: int, seconds: float
) -> list[float]:
    """Seconds that each answer took, of `clients` that ask again at once."""
    taken: list[float] = []
    asked = 0

    async def ask_on(port: int) -> None:
        nonlocal asked
        client, end = Client(port), time.perf_counter() + seconds
        while time.perf_counter() < end:
            asked += 1
            text = questions[asked % len(questions)]
            # Other words each time where nothing is to be remembered.
            body = json.dumps({"question": text if repeat else f"{text} {next(_NUMBERS)}"}).encode()
            answer = await client.send(post("/api/ask", body))
            if answer.status == 200:
                taken.append(answer.seconds)
        client.close()

    await asyncio.gather(*(ask_on(ports[n % len(ports)]) for n in range(clients)))
    return taken


def throughput(
    servers: dict[str, tuple[Sequence[int], Sequence[int]]], questions: dict[str, list[str]], seconds: float
) -> dict[str, dict[str, dict[str, float]]]:
    """Name → clients → requests a second, for each CPU second of the server, and the times to an answer."""
    rows: dict[str, dict[str, list[dict[str, float]]]] = {name: {str(n): [] for n in _CLIENTS} for name in questions}
    for at in range(_ROUNDS):
        for clients in _CLIENTS:
            for name, own in questions.items():
                pids, ports = servers[name]
                turned = own[at * 997 % len(own) :] + own[: at * 997 % len(own)]
                before, started = sum(map(cpu_seconds, pids)), time.perf_counter()
                taken = asyncio.run(_asking(ports, turned, "repeated" in name, clients, seconds))
                spent, wall = sum(map(cpu_seconds, pids)) - before, time.perf_counter() - started
                rows[name][str(clients)].append(
                    {
                        "per_s": len(taken) / wall,
                        "per_cpu_s": len(taken) / spent,
                        "p50_ms": percentile(taken, 50) * 1e3,
                        "p95_ms": percentile(taken, 95) * 1e3,
                    }
                )
    return {
        name: {n: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for n, runs in own.items()}
        for name, own in rows.items()
    }


def serving(indexes: dict[str, Path], texts: Path, questions: list[str], env: dict[str, str], seconds: float) -> Any:
    model = model_folder()
    plain = [sys.executable, ROOT / "tests" / "bench" / "plain_server.py"]

    def ours(backend: str) -> list[object]:
        index = indexes[backend]
        return [sys.executable, "-m", "chatbot", "serve", "--index", index, "--corpus", index / "none", "--port"]

    commands: dict[str, list[object]] = {
        "framework, empty": [*plain, "empty", model, texts],
        "plain, direct": [*plain, "direct", model, texts],
        "plain, batched": [*plain, "batched", model, texts],
        **{f"Verbatim, {backend}": ours(backend) for backend in ("fp32", "int8")},
        "second process": ours("fp32"),
    }
    with contextlib.ExitStack() as stack:
        up = {name: stack.enter_context(server(command, {**env, **UNLIMITED})) for name, command in commands.items()}
        for name in ("Verbatim, fp32", "Verbatim, int8", "second process"):  # until the chat page is loaded
            while not httpx.get(f"http://127.0.0.1:{up[name][1]}/", timeout=60).is_success:
                time.sleep(0.5)
        servers = {name: ([process.pid], [port]) for name, (process, port) in up.items()}
        both = [servers.pop("second process"), servers["Verbatim, fp32"]]
        servers["Verbatim, two processes"] = (
            [p for pids, _ in both for p in pids],
            [p for _, own in both for p in own],
        )
        servers["Verbatim, repeated"] = servers["Verbatim, fp32"]
        asked = dict.fromkeys(servers, questions)
        asked["Verbatim, repeated"] = questions[:10]
        return throughput(servers, asked, seconds)


def tables(found: dict[str, Any]) -> str:
    lines = ["| backend | ask p50 / p95 ms | encoding | beyond it | floor |", "|---|--:|--:|--:|--:|"]
    for backend, row in found["warm"].items():
        figures = " | ".join(f"{row[key]:.2f}" for key in ("encoding_p50_ms", "beyond_encoding_p50_ms", "floor_ms"))
        lines.append(f"| {backend} | {row['ask_p50_ms']:.2f} / {row['ask_p95_ms']:.2f} | {figures} |")
    lines += ["", "| from a cold start | CPU s | wall s | MB |", "|---|--:|--:|--:|"]
    for verb, row in found["cold"].items():
        lines.append(f"| {verb} | {row['cpu_s']:.2f} | {row['wall_s']:.2f} | {row['peak_mb']:.0f} |")
    heads = " | ".join(f"{n} clients: a second, a CPU second, p95 ms" for n in _CLIENTS)
    lines += ["", f"| server | {heads} |", f"|---|{'--:|' * len(_CLIENTS)}"]
    for name, by_clients in found["serving"].items():
        cells = [f"{row['per_s']:.0f}, {row['per_cpu_s']:.0f}, {row['p95_ms']:.0f}" for row in by_clients.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    rate = {name: by_clients[str(_CLIENTS[-1])]["per_s"] for name, by_clients in found["serving"].items()}
    ours, empty = rate["Verbatim, fp32"], rate["framework, empty"]
    lines += [
        "",
        f"{_CLIENTS[-1]} clients: {ours / rate['plain, direct']:.2f} x plain direct, "
        f"{ours / rate['plain, batched']:.2f} x plain batched; "
        f"repeated: {rate['Verbatim, repeated'] / empty:.0%} of the empty framework",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.speed", description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=4, help="of each run of clients")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="cpu", help="that builds encode on")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--chart", type=Path, metavar="FILE")
    options = parser.parse_args()
    compile_modules(Path(sys.executable))
    env = environment(1)
    found: dict[str, Any] = {"machine": machine(), "entries": options.entries, "building": {}}
    with tempfile.TemporaryDirectory(prefix="verbatim-speed-") as scratch:
        indexes = {backend: Path(scratch, f"index-{backend}") for backend in _BACKENDS}
        for backend, index in indexes.items():
            corpus = Path(scratch, f"corpus-{backend}")
            questions = write_corpus(corpus, options.entries, backend, options.device)
            ran = run(
                [sys.executable, "-m", "chatbot", "build", "--corpus", corpus, "--index", index], environment(None)
            )
            found["building"][backend] = {"cpu_s": ran.cpu_s, "wall_s": ran.wall_s, "peak_mb": ran.peak_mb}
        texts = Path(scratch, "texts.json")
        texts.write_text(json.dumps([faq.text for faq in faqs(options.entries).values()]))
        found["warm"] = warm(indexes, questions[: options.questions], env)
        found["cold"] = cold(indexes["fp32"], env)
        found["serving"] = serving(indexes, texts, questions, env, options.seconds)
    found["machine"]["load_after"] = machine()["load"]
    print(tables(found), f"\n{found['building']}\n{found['machine']}", sep="\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    if options.chart:
        rates = {name: own["32"]["per_s"] for name, own in found["serving"].items()}
        bar_chart(rates, "requests a second, 32 clients", options.chart)


if __name__ == "__main__":
    main()
