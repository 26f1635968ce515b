"""Builders that are killed, that get an error from any system call, that run out of disk, or that race each other.

    python -m tests.crashes CAMPAIGN FOLDER SIZE [SEED]

It prints a JSON object: how often each outcome was seen. It is a process of its own that has imported everything, so
that what it forks starts in a millisecond and has no threads of a test runner in it.
"""

import contextlib
import ctypes
import os
import random
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from chatbot.core.errors import IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing import store
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.indexing.store import builder_lock, publish, read_build
from tests.campaign import NOT_ALLOWED, main

CALLS = "openat mkdir write read fsync rename unlink unlinkat rmdir flock getdents64 statfs newfstatat close".split()
ERRORS = "ENOSPC EIO EMFILE EACCES".split()
OLD, NEW = 4, 5  # numbers of the builds before and after what is disturbed
_ANY_TRACER = (0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER, PR_SET_PTRACER_ANY


def files_of(number: int) -> dict[str, bytes]:
    return {"a.jsonl": f"{number}\n".encode() * 5000, "b.bin": bytes([number % 256]) * 200_000}


def publish_number(index: Path, number: int) -> None:
    with builder_lock(index):
        publish(index, files_of(number), {})


def served(index: Path) -> int | str:
    """The number of the build that a reader finds, 0 where nothing was published, or what is wrong."""
    try:
        files = dict(read_build(index).files)
    except IndexRefused as error:
        return 0 if "holds no index yet" in str(error) else f"unreadable: {error}"
    number = int(files["a.jsonl"].split()[0])
    return number if files == files_of(number) else "wrong: files that do not belong together"


def forked(act: Callable[[], object]) -> int:
    """The id of a process that does `act` and ends with 0, with 1 where the index was refused, else with 99."""
    pid = os.fork()
    if pid:
        return pid
    try:
        act()
        status = 0
    except IndexRefused:
        status = 1
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        status = 99
    os._exit(status)


def ended(pid: int) -> int:
    """Its exit status; less than 0: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


# Killed at any instant


def kills(folder: Path, size: int, seed: int) -> Counter[str]:
    """Publications that are killed."""
    return _killed(folder / "index", publish_number, served, size, random.Random(seed))


def killed_builds(folder: Path, size: int, seed: int) -> Counter[str]:
    """Whole builds from a corpus that are killed."""
    (folder / "pets.md").write_text("# What do cats eat?\n\nMice.\n\n# Do dogs bark?\n\nThey do.\n")

    def build_number(index: Path, number: int) -> None:
        build(folder / "pets.md", index, BotSettings(encoder="hashing", greeting=str(number)), HashingEncoder())

    def greeted(index: Path) -> int | str:
        try:
            return int(open_build(index).settings.greeting)
        except IndexRefused as error:
            return 0 if "holds no index yet" in str(error) else f"unreadable: {error}"

    return _killed(folder / "index", build_number, greeted, size, random.Random(seed))


def _killed(
    index: Path,
    act: Callable[[Path, int], None],
    seen: Callable[[Path], int | str],
    size: int,
    chance: random.Random,
) -> Counter[str]:
    """The time after which the builder is killed follows what happens: half of the kills are to come too late, for
    then the others are spread over all that the builder does, however busy the machine is."""
    outcomes: Counter[str] = Counter()
    act(index, 1)
    started, number = time.monotonic(), 2
    act(index, number)
    longest = 2 * (time.monotonic() - started)
    for _ in range(size):
        number += 1
        pid = forked(partial(act, index, number))
        time.sleep(chance.uniform(0, longest))
        os.kill(pid, signal.SIGKILL)
        status, found = ended(pid), seen(index)
        longest *= 0.9 if status == 0 else 1.1
        if status == 0:
            outcomes["finished" if found == number else f"LOST: {found}"] += 1
        elif status == -signal.SIGKILL and found in (number - 1, number):
            outcomes["killed, old" if found == number - 1 else "killed, new"] += 1
        else:
            outcomes[f"FAULT: status {status}, {found}"] += 1
        number += 1
        act(index, number)
        if seen(index) != number:
            outcomes["FAULT: the next build is not served"] += 1
    left = [path.name for path in (index / "builds").iterdir()]
    outcomes["FAULT: more builds than are kept"] += len(left) > store.KEEP
    return outcomes


# Disturbed at every system call


def struck(act: Callable[[], object], folder: Path, *injected: str) -> tuple[int, list[str]]:
    """The exit status of `act` in a process with what strace injects, and the system calls that it made."""
    attached, attach = os.pipe()
    ready, tell_ready = os.pipe()

    def wait_and_act() -> None:
        ctypes.CDLL(None).prctl(*_ANY_TRACER, 0, 0, 0)
        os.write(tell_ready, b".")
        select.select([attached], [], [])
        act()

    pid = forked(wait_and_act)
    os.read(ready, 1)
    log = folder / "strace.log"
    options = [f"trace={','.join(CALLS)}", *(f"inject={text}" for text in injected)]
    command = ["strace", "-f", "-o", str(log), "-p", str(pid), *(part for text in options for part in ("-e", text))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        said = tracer.stderr.readline()
        os.write(attach, b".")
        status = ended(pid)
    for descriptor in (attached, attach, ready, tell_ready):
        os.close(descriptor)
    if "attached" not in said:
        print(f"strace may not trace here: {said}", file=sys.stderr)
        raise SystemExit(NOT_ALLOWED)
    return status, re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.M)


def points(folder: Path) -> Iterator[str]:
    """Every system call of a publication, as strace counts them: "fsync:3"."""
    index = _fresh(folder)
    status, calls = struck(partial(publish_number, index, NEW), folder)
    assert status == 0
    for call, count in Counter(calls).items():
        yield from (f"{call}:{nth}" for nth in range(1, count + 1))


def killed_at_every_call(folder: Path, size: int, seed: int) -> Counter[str]:
    """A publication killed at each of its system calls, so many times over."""
    outcomes: Counter[str] = Counter()
    for point in list(points(folder)) * size:
        call, nth = point.split(":")
        index = _fresh(folder)
        status, _ = struck(partial(publish_number, index, NEW), folder, f"{call}:signal=KILL:when={nth}")
        found = served(index)
        name = {OLD: "old", NEW: "new"}.get(found if isinstance(found, int) else -1)
        outcomes[name if name and status == -signal.SIGKILL else f"FAULT at {point}: status {status}, {found}"] += 1
        _next_build(index, point, outcomes)
    return outcomes


def errors_at_every_call(folder: Path, size: int, seed: int) -> Counter[str]:
    """A publication in which each of its system calls fails once, with so many of the errors in turn."""
    outcomes: Counter[str] = Counter()
    for turn in range(size):
        for at, point in enumerate(list(points(folder))):
            error = ERRORS[(at + turn) % len(ERRORS)]
            call, nth = point.split(":")
            index = _fresh(folder)
            status, _ = struck(partial(publish_number, index, NEW), folder, f"{call}:error={error}:when={nth}")
            outcomes[_judged(index, status, f"{error} at {point}")] += 1
            _next_build(index, f"{error} at {point}", outcomes)
    return outcomes


def _fresh(folder: Path) -> Path:
    """An index in which `OLD` is published, and as many builds are kept as ever are."""
    index, template = folder / "index", folder / "template"
    if not template.exists():
        for number in range(1, OLD + 1):
            publish_number(template, number)
    shutil.rmtree(index, ignore_errors=True)
    shutil.copytree(template, index)
    return index


def _judged(index: Path, status: int, when: str) -> str:
    """A builder ends with 0 if its build is served, and with 1 if the one before is."""
    found = served(index)
    if (status, found) == (0, NEW):
        return "published"
    return "refused" if (status, found) == (1, OLD) else f"FAULT, {when}: status {status}, {found}"


def _next_build(index: Path, when: str, outcomes: Counter[str]) -> None:
    publish_number(index, 77)
    left = sorted(path.name for path in (index / "builds").iterdir())
    if served(index) != 77 or len(left) > store.KEEP or (index / "CURRENT.tmp").exists():
        outcomes[f"FAULT, {when}: the next build gives {served(index)} and leaves {left}"] += 1


# Out of disk


def full_disk(folder: Path, size: int, seed: int) -> Counter[str]:
    """Publications on a small file system of its own that is filled to any degree. In every other one, somebody else
    fills it after the builder looked."""
    chance, outcomes = random.Random(seed), Counter[str]()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "none", str(folder)], check=True)
    looks = store.require_space
    for turn in range(size):
        store.require_space = looks if turn % 2 else lambda index, sizes: None
        index = folder / "index"
        shutil.rmtree(index, ignore_errors=True)
        publish_number(index, OLD)
        room = chance.randint(0, 400_000)
        with contextlib.suppress(OSError), (folder / "ballast").open("wb") as file:
            file.write(bytes(max(0, shutil.disk_usage(folder).free - room)))
        status = ended(forked(partial(publish_number, index, NEW)))
        outcomes[_judged(index, status, f"{room} bytes free")] += 1
        (folder / "ballast").unlink()
        store.require_space = looks
        _next_build(index, f"{room} bytes free", outcomes)
    return outcomes


def short_files(folder: Path, size: int, seed: int) -> Counter[str]:
    """Publications in which no file may grow beyond any size, as a quota has it."""
    chance, outcomes = random.Random(seed), Counter[str]()
    for _ in range(size):
        index, most = _fresh(folder), chance.choice((0, 100, 500, chance.randint(0, 220_000)))

        def act(index: Path = index, most: int = most) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            publish_number(index, NEW)

        outcomes[_judged(index, ended(forked(act)), f"files of at most {most} bytes")] += 1
        _next_build(index, f"files of at most {most} bytes", outcomes)
    return outcomes


# Two builders and more


def race(folder: Path, size: int, seed: int) -> Counter[str]:
    """Four builders that want to publish all the time, and a reader, for so many seconds.

    Only one build is kept, so that the one that is read is often deleted meanwhile.
    """
    store.KEEP = 1
    index, end = folder / "index", time.monotonic() + size
    publish_number(index, 0)
    outcomes: Counter[str] = Counter()
    with (folder / "log").open("a+") as log:
        workers = [forked(partial(_race_on, index, n, end, log.fileno())) for n in range(1, 5)]
        while time.monotonic() < end:
            found = served(index)
            outcomes["read" if isinstance(found, int) else f"FAULT: {found}"] += 1
        for worker in workers:
            status = ended(worker)
            if status:
                outcomes[f"FAULT: a builder ended with {status}"] += 1
        log.seek(0)
        return outcomes + Counter(log.read().splitlines())


def _race_on(index: Path, worker: int, end: float, log: int) -> None:
    inside, turn = index.with_name("inside"), 0
    while time.monotonic() < end:
        turn += 1
        try:
            with builder_lock(index):
                os.close(os.open(inside, os.O_CREAT | os.O_EXCL))  # FileExistsError: another one is in here
                publish(index, files_of(worker + 10 * turn), {})
                inside.unlink()
            said = "published"
        except IndexRefused as error:
            said = "refused" if "another build is running" in str(error) else f"FAULT: {error}"
        os.write(log, f"{said}\n".encode())
        time.sleep(0.001)


if __name__ == "__main__":
    main(kills, killed_builds, killed_at_every_call, errors_at_every_call, full_disk, short_files, race)
