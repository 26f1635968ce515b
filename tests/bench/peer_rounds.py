"""The rounds of `tests.bench.peers`: what each program is given to do, in processes that take turns."""

import contextlib
import csv
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot.core.machine import HUGE_PAGES
from tests.bench.measure import Failed, Ran, percentile, run, size_mb
from tests.bench.peer_tables import PLAIN, VERBATIM
from tests.bench.questions import Faq, changed
from tests.command import ROOT

_DRIVER = ROOT / "tests" / "bench" / "peer" / "driver.py"
_RANKING = f"{VERBATIM}, ranking only"
OURS = {VERBATIM: "verbatim", _RANKING: "verbatim_find"}  # title → module of the driver
_BLOCK = 25  # questions of one before the next has its turn
_TEXTS = 250  # texts that one encodes before the other does
_COMPARED = 1_000  # texts that both encode
_SAME = 0.9999  # cosine of two encodings of a text with the same weights in fp32


class Worker:
    """A process of the driver that waits for lines of work."""

    def __init__(self, command: Sequence[object], env: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [*map(str, command)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def receive(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise Failed("\n".join(self._log.read_text().splitlines()[-8:]))
        return json.loads(line)

    def do(self, work: Mapping[str, object]) -> Any:
        assert self._process.stdin
        print(json.dumps(work), file=self._process.stdin, flush=True)
        return self.receive()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Bench:
    """One run: where it works, who takes part, and what was found so far."""

    work: Path
    model: Path
    pythons: dict[str, Path]  # title of a peer → its interpreter
    modules: dict[str, str]  # title → module of the driver
    entries: dict[str, Faq]
    env: dict[str, str]
    rounds: int
    backend: str
    left_out: dict[str, str] = field(default_factory=dict)  # title → why
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def index(self) -> Path:
        return self.work / "verbatim-index"

    @property
    def _corpus(self) -> Path:
        return self.work / "verbatim-corpus"

    @contextlib.contextmanager
    def taking_part(self, title: str) -> Iterator[None]:
        """Leaves out, by name, a peer that fails. Without Verbatim or the plain one there is nothing to compare."""
        try:
            yield
        except Failed as error:
            if title in (VERBATIM, PLAIN):
                raise
            say(f"{title} is left out: {error}")
            self.left_out[title] = str(error)
            self.pythons.pop(title, None)
            self.figures.pop(title, None)

    def command(self, title: str, verb: str, *arguments: object) -> list[object]:
        ours = title in OURS
        index = self.index if ours else self.work / self.modules[title]
        python = sys.executable if ours else self.pythons[title]
        return [python, _DRIVER, self.modules[title], verb, "--model", self.model, "--index", index, *arguments]

    def chatbot(self, verb: str, *arguments: object) -> Ran:
        return run([sys.executable, "-m", "chatbot", verb, *arguments, "--index", self.index, "--json"], self.env)

    def worker(self, title: str, verb: str) -> Worker:
        env = {**self.env, "PYTHONPATH": str(ROOT)} if title in OURS else self.env
        if title in OURS and verb == "serve":  # as `chatbot serve` restarts itself
            env |= {"GLIBC_TUNABLES": HUGE_PAGES}
        return Worker(self.command(title, verb), env, self.work / f"{self.modules[title]}-{verb}.log")

    def note(self, title: str, **figures: float) -> None:
        self.figures.setdefault(title, {}).update(figures)

    def build_verbatim(self) -> None:
        say("building: Verbatim")
        self._corpus.mkdir()
        backend = f'backend = "{self.backend}"\n' if self.backend else ""
        (self._corpus / "bot.toml").write_text(f'title = "Things"\nencoder = "base"\n{backend}')
        self._write_corpus(self.entries)
        built = self.chatbot("build", "--corpus", self._corpus)
        report = json.loads(built.output)
        assert report["entries"] == len(self.entries), report["entries"]
        model = size_mb(self.index / "encoders")
        self.note(VERBATIM, build_cpu_s=built.cpu_s, passages=report["passages"])
        self.note(VERBATIM, disk_mb=size_mb(self.index) - model, **({"model_mb": model} if model else {}))
        self.raw["verbatim_build"] = {"wall_s": built.wall_s, "peak_mb": built.peak_mb, "encoded": report["encoded"]}

    def _write_corpus(self, entries: Mapping[str, Faq]) -> None:
        with (self._corpus / "faq.csv").open("w", newline="", encoding="utf-8") as file:
            rows = ((name, faq.question, faq.answer) for name, faq in entries.items())
            csv.writer(file).writerows([("id", "question", "answer"), *rows])

    def encode(self) -> Path:
        """All texts by the plain peer, the first thousand by Verbatim in turn; the file of vectors."""
        say("encoding: plain and Verbatim in turn")
        texts = [faq.text for faq in self.entries.values()]
        parts, least, spent = [], 1.0, {PLAIN: 0.0, VERBATIM: 0.0}
        compared, whole = 0, 0.0
        workers = {title: self.worker(title, "encode") for title in spent}
        try:
            for title, worker in workers.items():
                worker.receive()
                worker.do({"texts": texts[:32], "file": str(self.work / f"{self.modules[title]}.npy")})
            for begin in range(0, len(texts), _TEXTS):
                part = texts[begin : begin + _TEXTS]
                both = begin < _COMPARED
                files = {title: self.work / f"{self.modules[title]}-{begin}.npy" for title in spent}
                for title in list(spent) if both else [PLAIN]:
                    cost = workers[title].do({"texts": part, "file": str(files[title])})["cpu_s"]
                    spent[title] += cost if both else 0
                    whole += cost if title == PLAIN else 0
                compared += len(part) if both else 0
                parts.append(files[PLAIN])
                if both:
                    least = min(least, self._least_cosine(files))
        finally:
            for worker in workers.values():
                worker.close()
        if not self.backend:
            assert least >= _SAME, f"Verbatim encodes otherwise: cosine {least:.5f}"
        for title, cpu in spent.items():
            self.note(title, encoded_per_cpu_s=compared / cpu)
        self.raw["encoding"] = {"cosine_min": least, "texts": compared, "plain_cpu_s_of_all": whole}
        return self._joined(parts, texts)

    def _least_cosine(self, files: Mapping[str, Path]) -> float:
        code = (
            "import sys, numpy as np; a, b = map(np.load, sys.argv[1:]); "
            "n = np.linalg.norm; print(((a * b).sum(1) / n(a, axis=1) / n(b, axis=1)).min())"
        )
        return float(run([self.pythons[PLAIN], "-c", code, *files.values()], self.env).output)

    def _joined(self, parts: Sequence[Path], texts: Sequence[str]) -> Path:
        vectors, listed = self.work / "vectors.npz", self.work / "texts-in-order.json"
        listed.write_text(json.dumps(texts))
        code = (
            "import json, sys, numpy as np; to, texts, *parts = sys.argv[1:]; "
            "np.savez(to, texts=np.array(json.load(open(texts))), vectors=np.concatenate([*map(np.load, parts)]))"
        )
        run([self.pythons[PLAIN], "-c", code, vectors, listed, *parts], self.env)
        return vectors

    def build_peers(self, vectors: Path) -> None:
        texts = self.work / "texts.json"
        texts.write_text(json.dumps({name: faq.text for name, faq in self.entries.items()}))
        for title in list(self.pythons):
            say(f"building: {title}")
            folder = self.work / self.modules[title]
            folder.mkdir()
            with self.taking_part(title):
                built = run(self.command(title, "build", "--texts", texts, "--vectors", vectors), self.env)
                encoded = json.loads(built.output)["encoded"]
                assert encoded == 0, f"{title} encoded {encoded} texts that are in the cache"
                whole = built.cpu_s + self.raw["encoding"]["plain_cpu_s_of_all"]
                self.note(title, build_cpu_s=whole, passages=len(self.entries), disk_mb=size_mb(folder))
                self.raw.setdefault("build_without_encoding_cpu_s", {})[title] = built.cpu_s

    def questions(self, asked: Sequence[str]) -> None:
        """Warm processes, side by side; a block of questions each in turn. `asked`: ids of entries."""
        say("asking")
        texts = [self.entries[name].reworded for name in asked]
        found: dict[str, list[dict[str, Any]]] = {}
        workers: dict[str, Worker] = {}
        try:
            for title in [*self.pythons, VERBATIM, _RANKING]:
                with self.taking_part(title):
                    workers[title] = self.worker(title, "serve")
                    workers[title].receive()
                    workers[title].do({"questions": [f"{text} now" for text in texts[:20]]})
            for begin in range(0, len(texts), _BLOCK):
                for title in turned([title for title in workers if title not in self.left_out], begin // _BLOCK):
                    with self.taking_part(title):
                        replies = workers[title].do({"questions": texts[begin : begin + _BLOCK]})
                        found.setdefault(title, []).extend(replies)
        finally:
            for worker in workers.values():
                worker.close()
        for title in [title for title in workers if title not in self.left_out]:
            self._note_replies(title, found[title], found[PLAIN], asked)

    def _note_replies(self, title: str, replies: Sequence[Any], plain: Sequence[Any], asked: Sequence[str]) -> None:
        for kind in ("cpu", "wall"):
            spent = [reply[f"{kind}_ms"] for reply in replies]
            self.note(title, **{f"ask_{kind}_p{p}_ms": percentile(spent, p) for p in (50, 95)})
        first = [reply["ids"][:1] for reply in replies]
        self.note(
            title,
            same_first=share(first, [reply["ids"][:1] for reply in plain]),
            right_first=share(first, [[name] for name in asked]),
        )

    def updates(self, ids: Sequence[str]) -> dict[str, str]:
        """Whole processes; the sentences that are new after the last round, by id."""
        added: dict[str, str] = {}

        def update(title: str, turn: int) -> Ran:
            nonlocal added
            edited, added = changed(self.entries, [*ids], turn)
            if title == VERBATIM:
                self._write_corpus(edited)
                return self.chatbot("build", "--corpus", self._corpus)
            texts = self.work / "changed.json"
            texts.write_text(json.dumps({name: edited[name].text for name in added}))
            return run(self.command(title, "update", "--texts", texts), self.env)

        for title, runs in self._in_turns("updating", update).items():
            # The new sentence, and question and answer anew; the question and the other sentences are as they were.
            expected = 2 * len(ids) if title == VERBATIM else len(ids)
            encoded = {json.loads(ran.output)["encoded"] for ran in runs}
            assert encoded == {expected}, f"{title} encoded {encoded} texts where {expected} have changed"
            self.note(title, update_cpu_s=statistics.median(ran.cpu_s for ran in runs), update_encoded=expected)
        return added

    def cold_starts(self, added: Mapping[str, str]) -> None:
        """Whole processes; each must find an entry by the sentence that its last update brought."""
        ids = list(added)

        def ask(title: str, turn: int) -> Ran:
            name = ids[turn % len(ids)]
            if title == VERBATIM:
                ran = self.chatbot("ask", added[name])
                replies = json.loads(ran.output)["replies"]
                first = [(r["answer"] or next(iter(r["suggestions"]), {})).get("entry_id") for r in replies]
            else:
                ran = run(self.command(title, "ask", "--question", added[name]), self.env)
                first = json.loads(ran.output)["ids"][:1]
            if name not in first:
                raise Failed(f"its update did not arrive: {added[name]!r} found {first} and not {name}")
            return ran

        for title, runs in self._in_turns("starting cold", ask).items():
            self.note(
                title,
                cold_cpu_s=statistics.median(ran.cpu_s for ran in runs),
                cold_wall_s=statistics.median(ran.wall_s for ran in runs),
                cold_peak_mb=statistics.median(ran.peak_mb for ran in runs),
            )

    def _in_turns(self, what: str, work: Callable[[str, int], Ran]) -> dict[str, list[Ran]]:
        """`rounds` runs of each, one of each after the other. What they read is in the cache of the disk by then."""
        found: dict[str, list[Ran]] = {title: [] for title in [*self.pythons, VERBATIM]}
        for turn in range(self.rounds):
            say(f"{what}: round {turn + 1} of {self.rounds}")
            for title in turned([title for title in found if title not in self.left_out], turn):
                with self.taking_part(title):
                    found[title].append(work(title, turn))
        kept = {title: runs for title, runs in found.items() if title not in self.left_out}
        self.raw[what] = {
            t: [{"cpu_s": r.cpu_s, "wall_s": r.wall_s, "peak_mb": r.peak_mb} for r in kept[t]] for t in kept
        }
        return kept


def turned(titles: Sequence[str], by: int) -> list[str]:
    """Each round begins with another one."""
    by %= len(titles)
    return [*titles[by:], *titles[:by]]


def share(found: Sequence[object], wanted: Sequence[object]) -> float:
    return statistics.fmean(one == other for one, other in zip(found, wanted, strict=True))


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
