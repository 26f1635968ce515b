"""Indexes that a disk, a copy or an attacker damaged: nine kinds of damage, and FAISS files with hostile numbers.

    python -m tests.damage CAMPAIGN FOLDER SIZE [SEED]

FOLDER/index is an index of `tests.conftest.PETS`. It prints a JSON object: how often each outcome was seen. Each case
has a process of its own, in which a crash, a hang, or memory without end is an outcome like any other.
"""

import faulthandler
import os
import random
import resource
import signal
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import faiss
import numpy as np

from chatbot.core.errors import IndexRefused
from chatbot.core.passage_table import PassageTable
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.format import FILES
from chatbot.indexing.store import builder_lock, publish, read_build
from chatbot.search.faiss_facts import CLUSTERS
from tests.campaign import main

QUESTIONS = ("What do goldfish eat?", "May dogs eat chocolate?", "How long do hamsters live?", "when is my cat hungry")
KINDS = "bit cut zeros garbage append delete folder symlink swap".split()
SECONDS = 20  # after which a process hangs
GROWTH = 128 * 1024 * 1024  # bytes of address space that a hostile file may cost
# Numbers at which arithmetic of sizes goes wrong.
INT32 = (0, 1, -1, 2, 511, 513, 2**16, 2**20, 2**24, 2**31 - 1, -(2**31))
INT64 = (0, 1, -1, 2**16, 2**24, 2**27, 2**28, 2**31, 2**32, 2**33 + 7, 2**36, 2**40, 2**62, 2**63 - 1, -(2**63))


def damaged_files(folder: Path, size: int, seed: int) -> Counter[str]:
    """One file of the index after another is damaged, opened, and put back."""
    chance, outcomes, index = random.Random(seed), Counter[str](), folder / "index"
    before = _replies(index)
    pristine = {path: path.read_bytes() for path in sorted(index.rglob("*")) if path.is_file()}
    for _ in range(size):
        path, kind = chance.choice(list(pristine)), chance.choice(KINDS)
        _damage(path, kind, list(pristine), chance)
        outcome = in_child(partial(_judged, index, before))
        known = outcome in ("refused", "same")
        outcomes[outcome if known else f"FAULT: {outcome} after {kind} of {path.name}"] += 1
        if path.is_dir():
            path.rmdir()
        for other, data in pristine.items():
            if other.is_symlink() or not other.is_file() or other.read_bytes() != data:
                other.unlink(missing_ok=True)
                other.write_bytes(data)
    return outcomes


def _damage(path: Path, kind: str, paths: list[Path], chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data)) if data else 0
    if kind in ("delete", "folder", "symlink"):
        path.unlink()
        if kind == "folder":
            path.mkdir()
        elif kind == "symlink":
            path.symlink_to(chance.choice([*paths, Path("/dev/zero"), path]))
        return
    if kind == "swap":
        other = chance.choice(paths)
        theirs = other.read_bytes()
        other.write_bytes(data)
        data = bytearray(theirs)
    elif kind == "bit" and data:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del data[at:]
    elif kind == "zeros":
        data[at : at + 4096] = bytes(len(data[at : at + 4096]))
    elif kind == "garbage":
        data[at : at + 4096] = chance.randbytes(len(data[at : at + 4096]))
    elif kind == "append":
        data += chance.randbytes(chance.randint(1, 5000))
    path.write_bytes(data)


def _judged(index: Path, before: object) -> str:
    try:
        return "same" if _replies(index) == before else "other answers"
    except IndexRefused as error:
        # It says where, and what to do.
        return "refused" if str(index) in str(error) and "build" in str(error) else f"unclear: {error}"


def _replies(index: Path) -> list[object]:
    bot = Bot(Served(open_build(index), HashingEncoder()))
    said = [[asdict(replace(reply, id="")) for reply in bot.ask(text).replies] for text in QUESTIONS]
    return [dict(read_build(index).files), *said]


def hostile_vectors(folder: Path, size: int, seed: int) -> Counter[str]:
    """Files of vectors and of clusters with impossible numbers, in builds whose hashes are right."""
    chance, outcomes, index = random.Random(seed), Counter[str](), folder / "index"
    stored = read_build(index)
    facts = {key: value for key, value in stored.manifest.items() if key not in ("files", "format")}
    os.fsync = lambda descriptor: None  # it takes most of the time, and no power is cut here
    dim = int(facts["dim"])
    searched = PassageTable.read(bytes(stored.files[FILES.passages])).finding
    vectors = bytes(stored.files[FILES.vectors])
    bases = {**{f"vectors {turn}": vectors for turn in range(4)}, **_faiss_files(searched, dim)}
    for _ in range(size):
        name = chance.choice(list(bases))
        data = _hostile(bases[name], chance)
        files, said = {**stored.files, FILES.vectors: data}, facts
        if not name.startswith("vectors"):
            said = {**facts, "search": {**facts["search"], "kind": "clustered", "clusters": 4, "probes": 1}}
            files = {**stored.files, CLUSTERS: data}
        with builder_lock(index):
            publish(index, files, said)
        outcome = in_child(partial(_opened, index))
        known = outcome in ("refused", "opened")
        outcomes[outcome if known else f"FAULT: {outcome} for {name} {data[:48].hex()}"] += 1
    return outcomes


def _faiss_files(rows: int, dim: int) -> dict[str, bytes]:
    vectors = np.random.default_rng(1).normal(size=(rows, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    many = np.random.default_rng(2).normal(size=(200, dim)).astype(np.float32)
    found = {}
    for name in ("Flat", "IDMap2,Flat", "HNSW8", "IVF4,Flat", *["IVF4,SQfp16"] * 5, "SQ8", "PQ4x2np", "LSH"):
        index = faiss.index_factory(dim, name, faiss.METRIC_L2 if name == "LSH" else faiss.METRIC_INNER_PRODUCT)
        if "SQfp16" in name:
            index.by_residual, index.cp.spherical = False, True
            index.set_direct_map_type(faiss.DirectMap.Array)
        index.train(many)
        index.add(vectors) if name != "IDMap2,Flat" else index.add_with_ids(vectors, np.arange(rows))
        found[f"{name} {len(found)}"] = bytes(faiss.serialize_index(index))
    return found


def _hostile(data: bytes, chance: random.Random) -> bytes:
    """With one to three numbers of the first 120 bytes, where sizes stand, replaced."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(4, min(120, len(found) - 8))
        if chance.random() < 0.5:
            found[at : at + 4] = struct.pack("<i", chance.choice(INT32))
        else:
            found[at : at + 8] = struct.pack("<q", chance.choice(INT64))
    return bytes(found)


def _opened(index: Path) -> str:
    before = _address_space()
    try:
        _replies(index)
        outcome = "opened"
    except IndexRefused:
        outcome = "refused"
    grown = _address_space() - before
    return outcome if grown <= GROWTH else f"memory grew by {grown >> 20} MB"


def _address_space() -> int:
    """The most that there was, in bytes."""
    return int(Path("/proc/self/status").read_text().partition("VmPeak:")[2].split()[0]) * 1024


def in_child(act: Callable[[], str]) -> str:
    """What `act` says in a process of its own, or how that ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(SECONDS)
        try:
            said = act()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == -signal.SIGALRM:
        return "hangs"
    return said if status == 0 else f"ended by {signal.Signals(-status).name}"


if __name__ == "__main__":
    main(damaged_files, hostile_vectors)
