"""What more processes bring on one machine: a server alone, with two workers, and three replicas behind nginx.

    python -m tests.bench.servers [--seconds 15] [--rounds 3]

Real processes, real encoder, the corpus that ships. Each in turn is asked by eight clients that ask again at once,
always something new. Printed are questions answered in a second, the median of the rounds, and the memory of all
processes. The clients share the cores with them.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.verbs import pack
from tests.bench.load import capacity
from tests.command import ROOT
from tests.process import UNLIMITED, ServerProcess, server_process
from tests.replicas import nginx, replicas

_WORKERS, _REPLICAS = 2, 3


def ready(server: ServerProcess) -> ServerProcess:
    server.wait_until(seconds=300)
    server.wait_until("/", 200, "<gradio-app", seconds=300)
    return server


@contextlib.contextmanager
def behind_nginx(folder: Path, servers: Sequence[ServerProcess]) -> Iterator[int]:
    """Its port. Each request goes to the next server."""
    listed = " ".join(f"server 127.0.0.1:{server.port};" for server in servers)
    proxy = 'location / { proxy_pass http://faq; proxy_http_version 1.1; proxy_set_header Connection ""; }'
    with nginx(folder / "nginx", proxy, f"upstream faq {{ {listed} keepalive 32; }}") as port:
        yield port


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.servers", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = Path(scratch)
        corpus, index = ROOT / "corpus", folder / "index"

        def started(name: str, **more: str) -> ServerProcess:
            environment = {**UNLIMITED, **more}
            return ready(stack.enter_context(server_process(corpus, index, folder / f"{name}.log", **environment)))

        one = started("one")
        two = started("two", CHATBOT_WORKERS=str(_WORKERS))
        pack(index, folder / "faq.verbatim")
        three = stack.enter_context(replicas(folder, str(folder / "faq.verbatim"), _REPLICAS))
        front = stack.enter_context(behind_nginx(folder, three))
        ports = {"one server": one.port, f"{_WORKERS} workers": two.port, f"{_REPLICAS} replicas, nginx": front}
        found: dict[str, list[float]] = {name: [] for name in ports}
        for _ in range(options.rounds):
            for name, port in ports.items():
                found[name].append(asyncio.run(capacity(port, options.seconds)))
        memory = {"one server": one.resident(), f"{_REPLICAS} replicas, nginx": sum(s.resident() for s in three)}
        for name, rates in found.items():
            mb = {"memory_mb": memory[name] // 10**6} if name in memory else {}
            print(json.dumps({"run": name, "a_second": round(statistics.median(rates), 1), **mb}))


if __name__ == "__main__":
    main()
