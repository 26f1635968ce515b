"""What many small sites in one server cost: memory, the first question to a closed site, and each question.

    python -m tests.bench.sites [--sites 100] [--max-open 10] [--encoder default]

Compared with a server of one of these sites. Times are of the wall, medians; CPU is that of the server's process.
"""

import argparse
import http.client
import itertools
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from chatbot.indexing.shared_encoders import adopt
from chatbot.indexing.site_folders import DATA
from chatbot.verbs import build_sites
from tests.process import UNLIMITED, ServerProcess, server_process, sites_process

QUESTIONS = 300
THINGS = ("lamp", "door", "garden", "bicycle", "kettle")


def write(root: Path, count: int, encoder: str) -> None:
    """Sites of twenty entries, all alike, so that one is built and the others get its index; encoders are linked."""
    asked = ("How do I clean the {}?", "Where is the {} kept?", "Who repairs the {}?", "What does the {} cost?")
    entries = [f"## {ask.format(thing)}\n\nThe {thing}: ask at desk 4.\n" for thing in THINGS for ask in asked]
    for number in range(count):
        folder = root / f"site-{number}"
        folder.mkdir(parents=True)
        (folder / "bot.toml").write_text(f'title = "Things"\nencoder = "{encoder}"\n')
        (folder / "faq.md").write_text("\n".join(entries))
        if number == 0:
            [built] = build_sites(root)
            assert built.report, built.error
            continue
        first, index = (root / DATA / f"site-{which}" / "index" for which in (0, number))
        adopt(index, [first])
        shutil.copytree(first, index, ignore=shutil.ignore_patterns("encoders", "LOCK"), dirs_exist_ok=True)


def measured(server: ServerProcess, ask: Callable[[int], None], count: int) -> str:
    """Median, and CPU for each."""
    times, spent = [], server.cpu_seconds()
    for number in range(count):
        begun = time.perf_counter()
        ask(number)
        times.append((time.perf_counter() - begun) * 1000)
    cpu = (server.cpu_seconds() - spent) * 1000 / count
    return f"{statistics.median(times):7.1f} ms, at most {max(times):7.1f} ms, {cpu:6.1f} ms of CPU"


def asker(server: ServerProcess, paths: Sequence[str]) -> Callable[[int], None]:
    """Asks the site at each of `paths` in turn, one new question after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    numbers = itertools.count()

    def ask(number: int) -> None:
        question = f"How can I clean my {THINGS[number % len(THINGS)]} number {next(numbers)}?"
        body, headers = json.dumps({"question": question}), {"content-type": "application/json"}
        status = 503
        while status == 503:  # of a busy machine: the opening goes on, and the time counts
            connection.request("POST", f"{paths[number % len(paths)]}/api/ask", body, headers)
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
        assert status == 200, text

    return ask


def memory(server: ServerProcess) -> str:
    return f"{server.resident() / 1e6:.0f} MB"


def compare(root: Path, count: int, most: int) -> None:
    log = root.parent / "log"
    paths = [f"/s/site-{number}" for number in range(count)]
    with server_process(root / "site-0", root / DATA / "site-0" / "index", log, **UNLIMITED) as server:
        server.wait_until("/readyz?page=1")
        asker(server, [""])(0)
        print(
            f"one site, served alone:   {memory(server)}; a question {measured(server, asker(server, ['']), QUESTIONS)}"
        )
    with sites_process(root, log, "--max-open", str(most), **UNLIMITED) as server:
        print(f"{count} sites, none open:     {memory(server)}")
        ask = asker(server, paths[:1])
        print(f"the first of all opened:  {measured(server, ask, 1)}; {memory(server)}")
        print(f"a question to it:         {measured(server, ask, QUESTIONS)}")
        print(
            f"{most} sites opened in turn: {measured(server, asker(server, paths[1:most]), most - 1)}; {memory(server)}"
        )
        ask = asker(server, paths[:most])
        print(f"a question to each of {most}: {measured(server, ask, QUESTIONS)}")
        ask = asker(server, paths)
        for turn in range(1, 4):
            print(f"all {count} in turn, {turn}:      {measured(server, ask, count)}; {memory(server)}")
        for path in paths[:most]:
            server.get(f"{path}/")
            server.wait_until(f"{path}/readyz?page=1")
        print(f"{most} open with chat page:  {memory(server)}")
        measured(server, asker(server, paths[most:]), count - most)
        time.sleep(15)  # until what was closed is collected
        print(f"after all others:         {memory(server)}")
        spent = server.cpu_seconds()
        time.sleep(20)
        print(f"idle, {most} open:           {(server.cpu_seconds() - spent) / 20 * 100:.1f} % of a core")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--max-open", type=int, default=10)
    parser.add_argument("--encoder", default="default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "sites"
        write(root, options.sites, options.encoder)
        compare(root, options.sites, options.max_open)


if __name__ == "__main__":
    main()
