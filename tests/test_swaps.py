"""Builds are published into the index of a running server while visitors ask: good ones, and ones of no use."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from chatbot.core.text import sha256
from chatbot.indexing.format import FILES, FORMAT
from chatbot.indexing.store import builder_lock, publish, read_build
from tests.http_client import Client
from tests.process import UNLIMITED, ServerProcess, server_process
from tests.sizes import sizes

QUESTION = "What do goldfish eat?"
# A server that looks every tenth of a second for what is published, so that many swaps take little time.
EAGER = ("-c", "import sys; from functools import partial; from chatbot.web import server; "
         "server.Lifecycle = partial(server.Lifecycle, look=0.1); "
         "from chatbot.cli.main import main; sys.exit(main(['serve', *sys.argv[1:]]))")  # fmt: skip


class Publisher:
    """Builds that differ in what every answer says: "of build 7"."""

    def __init__(self, index: Path) -> None:
        self.index = index
        stored = read_build(index)
        self._files = dict(stored.files)
        self._facts = {key: value for key, value in stored.manifest.items() if key not in ("files", "format")}
        self.number_of: dict[str, int] = {}  # build id -> its number

    def good(self) -> str:
        number = len(self.number_of) + 1
        files = dict(self._files)
        for name in (FILES.entries, FILES.passages):
            files[name] = files[name].replace(b"Flakes,", f"Flakes of build {number},".encode())
        build = self._publish(self.index, files, self._facts)
        self.number_of[build] = number
        return build

    def bad(self, turn: int) -> None:
        kinds = [self._junk_pointer, self._pointer_to_nothing, self._no_pointer, self._junk_vectors,
                 self._lost_entry, self._other_encoder, self._other_format, self._flipped]  # fmt: skip
        kinds[turn % len(kinds)]()

    def _publish(self, index: Path, files: Mapping[str, bytes], facts: Mapping[str, object]) -> str:
        with builder_lock(index):
            return publish(index, dict(files), facts)

    def _point(self, text: bytes) -> None:
        (self.index / "CURRENT.new").write_bytes(text)
        (self.index / "CURRENT.new").rename(self.index / "CURRENT")

    def _junk_pointer(self) -> None:
        self._point(os.urandom(100))

    def _pointer_to_nothing(self) -> None:
        self._point(json.dumps({"build": "b-000001-ffffff", "manifest_sha256": "0" * 64}).encode())

    def _no_pointer(self) -> None:
        (self.index / "CURRENT").unlink()

    def _junk_vectors(self) -> None:
        """Its hashes are right."""
        self._publish(self.index, {**self._files, FILES.vectors: b"\x93NUMPY" + os.urandom(500)}, self._facts)

    def _lost_entry(self) -> None:
        cut = b"".join(self._files[FILES.entries].splitlines(keepends=True)[:-1])
        self._publish(self.index, {**self._files, FILES.entries: cut}, self._facts)

    def _other_encoder(self) -> None:
        encoder = {"name": "hashing", "fingerprint": "another"}
        self._publish(self.index, self._files, {**self._facts, "encoder": encoder})

    def _other_format(self) -> None:
        manifest = {**self._facts, "format": FORMAT + 1, "files": {}}
        self._moved_in(FILES.manifest, lambda data: json.dumps(manifest).encode())

    def _flipped(self) -> None:
        self._moved_in(FILES.vectors, lambda data: data[:2000] + bytes([data[2000] ^ 1]) + data[2001:])

    def _moved_in(self, name: str, damaged: Callable[[bytes], bytes]) -> None:
        """A build that is made elsewhere and comes in as a bad copy."""
        elsewhere = self.index.with_name("elsewhere")
        shutil.rmtree(elsewhere, ignore_errors=True)
        build = self._publish(elsewhere, self._files, self._facts)
        folder, pointer = elsewhere / "builds" / build, json.loads((elsewhere / "CURRENT").read_bytes())
        (folder / name).write_bytes(damaged((folder / name).read_bytes()))
        if name == FILES.manifest:
            pointer["manifest_sha256"] = sha256((folder / name).read_bytes())
        shutil.rmtree(self.index / "builds" / build, ignore_errors=True)
        folder.rename(self.index / "builds" / build)
        self._point(json.dumps(pointer).encode())


async def readyz(port: int, status: str, build: str = "", patience: float = 30) -> float:
    """The seconds until /readyz says so."""
    client, started = Client(port), time.monotonic()
    while time.monotonic() < started + patience:
        answer = await client.send(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n")
        found = json.loads(answer.body)
        if found["status"] == status and build in ("", found["build_id"]):
            client.close()
            return time.monotonic() - started
        await asyncio.sleep(0.02)
    raise AssertionError(f"/readyz did not become {status} {build}: {answer.body!r}")


async def asked_meanwhile(
    port: int,
    doing: Callable[[], object],
    sources: Sequence[str] = ("127.0.0.1",) * 8,
    broken: int = 0,
    pause: float = 0,
) -> Counter[tuple[int, str, tuple[str, ...]]]:
    """(status, build id, what the answer says of builds) of every answer to eight clients while `doing` goes on.
    `sources`: their addresses. `broken`: so many may lose the connection, once, as a server is killed meanwhile.
    `pause`: seconds between an answer and the next question.

    Where the machine is so slow that somebody does not get a turn in time, the server says that it is busy, and the
    client asks again. That has nothing to do with builds, and must stay rare.
    """
    seen: Counter[tuple[int, str, tuple[str, ...]]] = Counter()
    busy = lost = 0
    stop = asyncio.Event()

    async def ask_on(source: str) -> None:
        nonlocal busy, lost
        client = Client(port, source)
        while not stop.is_set():
            try:
                answer = await client.ask(QUESTION)
            except ConnectionError:
                lost += 1
                continue
            text = answer.body.decode()
            if answer.status == 503 and '"busy"' in text:
                busy += 1
                continue
            await asyncio.sleep(pause)
            build = json.loads(text).get("build_id", "")
            seen[answer.status, build, tuple(sorted(set(re.findall(r"of build \d+", text))))] += 1
        client.close()

    clients = [asyncio.create_task(ask_on(source)) for source in sources]
    try:
        await doing()  # type: ignore[misc]
    finally:
        stop.set()
        await asyncio.gather(*clients)
    print(f"{seen.total()} answers of {len(seen)} builds, {busy} times busy, {lost} lost")
    assert lost <= broken
    assert busy <= seen.total() / 100
    return seen


def serving(tmp_path: Path, index: Path, eager: bool) -> contextlib.AbstractContextManager[ServerProcess]:
    command = {"command": EAGER} if eager else {}
    return server_process(tmp_path / "absent", index, tmp_path / "log", **command, **UNLIMITED)  # type: ignore[arg-type]


@sizes(normal=24, campaign=1_000)
def test_every_answer_during_swaps_is_whole_and_of_the_build_that_it_names(
    size: int, index: Path, tmp_path: Path
) -> None:
    """Red when the build of a request is looked up twice, and when the server never looks again."""
    publisher = Publisher(index)

    async def swap() -> None:
        for turn in range(size):
            build = await asyncio.to_thread(publisher.good)
            if turn % 2 or size == turn + 1:  # else the next one overtakes it
                await readyz(server.port, "ready", build)

    publisher.good()
    with serving(tmp_path, index, eager=size == 24) as server:
        server.wait_until("/", 200, "<gradio-app")  # while the chat page is imported, no build is opened
        seen = asyncio.run(asked_meanwhile(server.port, swap))
        assert "Traceback" not in server.log.read_text()
    expected = {(200, build, (f"of build {number}",)) for build, number in publisher.number_of.items()}
    assert seen.keys() <= expected
    assert len(seen) > size / 3
    assert seen.total() > size


@sizes(normal=8, campaign=300)
def test_a_build_of_no_use_costs_no_visitor_an_answer(size: int, index: Path, tmp_path: Path) -> None:
    """Eight kinds of them in turn, each seen by /readyz and mended by a good build.

    Red when what is served is let go before the new build is open, and when the trouble is only logged.
    """
    publisher = Publisher(index)
    waits = []

    async def spoil_and_mend() -> None:
        for turn in range(size):
            await asyncio.to_thread(publisher.bad, turn)
            waits.append(await readyz(server.port, "degraded"))
            await readyz(server.port, "ready", await asyncio.to_thread(publisher.good))

    publisher.good()
    with serving(tmp_path, index, eager=size == 8) as server:
        server.wait_until("/", 200, "<gradio-app")  # while the chat page is imported, no build is opened
        seen = asyncio.run(asked_meanwhile(server.port, spoil_and_mend))
        assert "Traceback" not in server.log.read_text()
    print(f"degraded after {max(waits):.2f} s at most, {sum(wait > 2 for wait in waits)} times after more than 2 s")
    expected = {(200, build, (f"of build {number}",)) for build, number in publisher.number_of.items()}
    assert seen.keys() <= expected
    assert len(seen) > size / 2  # a build may be served too shortly for anybody to ask it
